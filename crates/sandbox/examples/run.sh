#!/usr/bin/env bash
# Runs the examples with the toolchains that are there: run.sh PROGRAM. With CI=true a missing one is a failure.
set -euo pipefail
cd "$(dirname "$0")"
SANDBOX_BIN=$(realpath "$1")
export SANDBOX_BIN
work=$(realpath ../../../target)/examples
mkdir -p "$work"

has() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    echo "skipped: no $tool"
    [ "${CI:-}" != true ] || exit 1
    return 1
  done
}

if has go; then
  echo "== Go"
  (cd go && gofmt -l . | (! grep .) && go vet ./... && go test -count=1 ./...)
fi
if has node npm; then
  echo "== TypeScript"
  cp -r typescript "$work/"
  (cd "$work/typescript" && npm ci --silent --no-audit --no-fund && npm test)
fi
if has python3; then
  echo "== Python"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q -r python/requirements.txt
  (cd python && "$work/venv/bin/python" -B -m pytest -q -p no:cacheprovider)
fi

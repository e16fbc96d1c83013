#!/usr/bin/env bash
# Runs the examples with the toolchains that are there: run.sh [PROGRAM]. With CI=true a missing one is a failure.
set -euo pipefail
program=$(realpath -m "${1:-$(dirname "$0")/../../../target/debug/mycarrierpackets-sandbox}")
cd "$(dirname "$0")"
if [ ! -x "$program" ]; then
  echo "$program is no program: cargo build -p mycarrierpackets-sandbox, or name another: run.sh PROGRAM" >&2
  exit 1
fi
export SANDBOX_BIN=$program
work=$(realpath ../../../target)/examples
mkdir -p "$work"
export npm_config_cache=$work/npm PIP_CACHE_DIR=$work/pip

has() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    if [ "${CI:-}" = true ]; then
      echo "failed: no $tool, and with CI=true nothing is skipped: install it" >&2
      exit 1
    fi
    echo "skipped: no $tool"
    return 1
  done
}

if has go; then
  echo "== Go"
  (cd go && gofmt -l . | (! grep .) && go vet ./... && go test -count=1 ./...)
fi
if has node npm; then
  echo "== TypeScript"
  rm -rf "$work/typescript"
  cp -r typescript "$work/"
  (cd "$work/typescript" && npm ci --silent --no-audit --no-fund && npm test)
fi
if has python3; then
  echo "== Python"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q -r python/requirements.txt
  (cd python && "$work/venv/bin/python" -B -m pytest -q -p no:cacheprovider)
fi
if has java mvn; then
  echo "== Java"
  rm -rf "$work/java"
  cp -r java "$work/"
  (cd "$work/java" && mvn -q -B -Dmaven.repo.local="$work/maven" test)
fi

#!/usr/bin/env bash
# Runs the vectors through the normaliser of each language whose tools are there. With CI=true a missing one is a failure;
# without it the exit code is 75, as for a stage of .ci/run that is skipped.
set -euo pipefail
cd "$(dirname "$0")"
readonly least=150
vectors=$(realpath ../../vectors)
table=$(realpath ../schemas.json)
work=$(realpath -m ../../../target)/vectors
rm -rf "$work"/{go,java,typescript,cs}
mkdir -p "$work"/{go,java,typescript,cs}
export npm_config_cache=$work/npm
code=0

has() {
  for tool in "$@"; do
    command -v "$tool" >/dev/null && continue
    if [ "${CI:-}" = true ]; then
      echo "failed: no $tool, and with CI=true nothing is skipped: install it" >&2
      exit 1
    fi
    echo "skipped: no $tool"
    code=75
    return 1
  done
}

if has python3; then
  python3 run.py "$vectors" "$table" $least
fi
if has go; then
  cp ../normalise.go normalise_test.go "$work/go"
  printf 'module normalise\n\ngo 1.22\n' >"$work/go/go.mod"
  # Its last line is the count.
  (cd "$work/go" && gofmt -l . | (! grep .) && go vet . &&
    VECTORS=$vectors TABLE=$table LEAST=$least go test -count=1 -v . >go.log || { cat go.log; exit 1; }
    grep '^go:' go.log)
fi
if has node npm; then
  # The compiler that the sandbox's example pins.
  cp ../normalise.ts run.ts ../../../crates/sandbox/examples/typescript/package{,-lock}.json "$work/typescript"
  (cd "$work/typescript" && npm ci --silent --no-audit --no-fund &&
    npx tsc --strict --target es2022 --module nodenext --types node --outDir dist normalise.ts run.ts &&
    node dist/run.js "$vectors" "$table" $least)
fi
if has java javac; then
  javac -Xlint:all -Werror -d "$work/java" ../Normaliser.java Run.java
  java -cp "$work/java" Run "$vectors" "$table" $least
fi
if has php; then
  php run.php "$vectors" "$table" $least
fi
if has mcs mono; then
  mcs -warnaserror -r:System.Core.dll "-out:$work/cs/run.exe" ../Normaliser.cs Run.cs
  mono "$work/cs/run.exe" "$vectors" "$table" $least
fi
exit $code

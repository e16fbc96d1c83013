#!/usr/bin/env bash
# Both documents, and the forms made of the first, under three linters: no errors and no warnings. Needs cargo, Node.js with npm,
# and Python with venv.
set -euo pipefail
cd "$(dirname "$0")"
work=$(realpath ../../target)/lint
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

for tool in npm python3; do
  command -v "$tool" >/dev/null || { echo "failed: no $tool: install it" >&2; exit 1; }
done
mkdir -p "$work"
cp package.json package-lock.json "$work/"
(cd "$work" && npm ci --silent --no-audit --no-fund --ignore-scripts)
[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q -r requirements.txt

# What `cargo xtask bundle` makes of the first.
(cd ../.. && cargo xtask bundle >/dev/null)
forms=(../../target/contract/*-3.?.json)

failed=0
echo "== Redocly"
"$work/node_modules/.bin/redocly" lint --config redocly.yaml --format=stylish || failed=1
"$work/node_modules/.bin/redocly" lint --config redocly.yaml --format=stylish "${forms[@]}" || failed=1
echo "== Spectral"
"$work/node_modules/.bin/spectral" lint --fail-severity=hint --ruleset spectral.yaml ../openapi.yaml ../sandbox.yaml "${forms[@]}" || failed=1
echo "== openapi-spec-validator"
for document in ../openapi.yaml ../sandbox.yaml "${forms[@]}"; do
  "$work/venv/bin/openapi-spec-validator" "$document" || failed=1
done
exit $failed

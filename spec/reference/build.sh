#!/usr/bin/env bash
# Writes target/contract/reference.html. Needs cargo, and Node.js with npm.
set -euo pipefail
cd "$(dirname "$0")"
work=$(realpath ../../target)/reference
mkdir -p "$work"
cp package.json package-lock.json "$work/"
(cd "$work" && npm ci --silent --no-audit --no-fund --ignore-scripts)
(cd ../.. && cargo xtask bundle >/dev/null)
page=$work/../contract/reference.html
node build.mjs "$work/../contract/api-3.0.json" "$work/node_modules/redoc" "$page"
if grep -oE "<(script|link|img)[^>]*(src|href)=[\"']https?:" "$page"; then
  echo "failed: the page loads what is not in it" >&2
  exit 1
fi
echo "$(realpath "$page"): $(($(stat -c %s "$page") / 1024)) kB"

#!/usr/bin/env bash
# Writes docs/reference.html, and the same page for the sandbox; with --check it only compares. Needs cargo, and Node.js with npm.
#
# It makes the whole page anew from Redoc's package. `cargo xtask bundle` puts another document into it, without Node.js.
set -euo pipefail
cd "$(dirname "$0")"
root=$(realpath ../..)
work=$root/target/reference page=$root/target/reference/reference.html
mkdir -p "$work"
cp package.json package-lock.json "$work/"
(cd "$work" && npm ci --silent --no-audit --no-fund --ignore-scripts)
(cd "$root" && cargo xtask bundle --out "$work/forms" >/dev/null)
node build.mjs "$work/forms/api-3.0.json" "$work/node_modules/redoc" "$page"
if grep -oE "<(script|link|img)[^>]*(src|href)=[\"']https?:" "$page"; then
  echo "failed: the page loads what is not in it" >&2
  exit 1
fi
for target in docs/reference.html crates/sandbox/assets/reference.html; do
  if [ "${1:-}" != --check ]; then
    cp "$page" "$root/$target"
  elif ! cmp "$page" "$root/$target"; then
    echo "failed: $target is not what Redoc and the document make: run spec/reference/build.sh" >&2
    exit 1
  fi
done
echo "docs/reference.html: $(($(stat -c %s "$page") / 1024)) kB"

#!/usr/bin/env bash
# Runs the fuzz targets: run.sh [SECONDS] [TARGET...], by default each for 60 seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(references normalize decode carrier_id retry_after rosters)

if ! cargo fuzz --version >/dev/null 2>&1; then
  echo "failed: no cargo-fuzz: cargo install cargo-fuzz" >&2
  exit 1
fi
# The flags of the sanitizers are for nightly; RUSTC_BOOTSTRAP makes a stable compiler take them.
toolchain=()
if rustc +nightly --version >/dev/null 2>&1; then toolchain=(+nightly); else export RUSTC_BOOTSTRAP=1; fi
for target in "${targets[@]}"; do
  echo "== $target"
  cargo "${toolchain[@]}" fuzz run "$target" -- -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=2048 -timeout=10
done

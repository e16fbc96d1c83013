#!/usr/bin/env bash
# Runs the fuzz targets: run.sh [SECONDS] [TARGET...], by default each for 60 seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(references normalize decode carrier_id retry_after rosters webhook)

if ! cargo fuzz --version >/dev/null 2>&1; then
  echo "failed: no cargo-fuzz: cargo install cargo-fuzz" >&2
  exit 1
fi
# The flags of the sanitizers are for nightly; RUSTC_BOOTSTRAP makes a stable compiler take them.
toolchain=()
if rustc +nightly --version >/dev/null 2>&1; then toolchain=(+nightly); else export RUSTC_BOOTSTRAP=1; fi
cargo "${toolchain[@]}" fuzz build

# As many at a time as there are cores, since each keeps one busy.
run() {
  cargo "${toolchain[@]}" fuzz run "$1" -- -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=2048 -timeout=10
}
mkdir -p target/fuzz-logs
cores=$(nproc 2>/dev/null || echo 1)
failed=0
for ((first = 0; first < ${#targets[@]}; first += cores)); do
  together=("${targets[@]:first:cores}")
  pids=()
  for target in "${together[@]}"; do
    run "$target" >"target/fuzz-logs/$target" 2>&1 &
    pids+=($!)
  done
  for index in "${!pids[@]}"; do
    target=${together[index]}
    if wait "${pids[index]}"; then
      echo "$target: $(tail -1 "target/fuzz-logs/$target")"
    else
      echo "failed: $target"
      tail -60 "target/fuzz-logs/$target"
      failed=1
    fi
  done
done
exit $failed

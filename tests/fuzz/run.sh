#!/usr/bin/env bash
# run.sh SECONDS [NAME...] -- builds the fuzz harnesses with clang and runs each for so long, from the corpus of the
# tree. New inputs and crashes stay in build/fuzz. Ends with 77 where there is no clang.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift || true
command -v clang >/dev/null || { echo "SKIPPED: no clang"; exit 77; }
cmake --preset fuzz >/dev/null
cmake --build build/fuzz -j 2 --target fuzz_npy fuzz_csv fuzz_mtx fuzz_npz fuzz_checkpoint >/dev/null
[ $# -gt 0 ] || set -- npy csv mtx npz checkpoint
for name; do
  mkdir -p "build/fuzz/found/$name" build/fuzz/crashes
  build/fuzz/tests/fuzz/fuzz_$name -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="build/fuzz/crashes/$name-" \
    "build/fuzz/found/$name" "tests/fuzz/corpus/$name" 2>&1 | tail -n 40
done

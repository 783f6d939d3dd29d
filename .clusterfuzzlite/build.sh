#!/usr/bin/env bash
# Builds every fuzz target into $OUT as OSS-Fuzz and ClusterFuzzLite want it: the binary, its seeds, its dictionary,
# its options.
set -euo pipefail
cd "${SRC:?}/countersign"

cargo fuzz build -O --debug-assertions
built="fuzz/target/x86_64-unknown-linux-gnu/release"
for target in $(cargo fuzz list); do
  cp "$built/$target" "${OUT:?}/"
  if [ -d "corpus/seeds/$target" ]; then
    (cd "corpus/seeds/$target" && zip -q -r "$OUT/${target}_seed_corpus.zip" .)
  fi
  cp fuzz/confirm_sign_up.dict "$OUT/$target.dict"
  [ ! -f "fuzz/$target.options" ] || cp "fuzz/$target.options" "$OUT/"
done

# A short run of the fuzzers, sanitizers on, in a build folder of its own. What they once found is in test/fuzz/corpus.

fuzz_seconds=${EDGECC_FUZZ_SECONDS:-60}

stage_fuzz() {
  local log=$logs/fuzz.log folder=$root/build-asan fuzzer=edgecc-import-fuzzer
  if ! EDGECC_PRESET=asan "$root/python-free-tools/build" "$fuzzer" > "$log" 2>&1; then
    show_tail "$log"
    fail_stage fuzz "$fuzzer could not be built"
    return
  fi
  local corpus=$logs/fuzz-corpus seeds=("$root/test/models/digits")
  mkdir -p "$corpus"
  [[ -d $root/test/fuzz/corpus ]] && seeds+=("$root/test/fuzz/corpus")
  if "$folder/bin/$fuzzer" -max_total_time="$fuzz_seconds" -timeout=30 -rss_limit_mb=4096 -max_len=65536 \
    -artifact_prefix="$logs/" "$corpus" "${seeds[@]}" > "$log" 2>&1; then
    count fuzz 1 0 0
  else
    show_tail "$log"
    echo "fuzz: the input that failed is in $logs/"
    count fuzz 0 1 0
  fi
}

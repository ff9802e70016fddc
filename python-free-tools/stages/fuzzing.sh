# A short run of the importer's fuzzer, sanitizers on, in a build folder of its own.

fuzz_seconds=${EDGECC_FUZZ_SECONDS:-60}

stage_fuzz() {
  local log=$logs/fuzz.log fuzzer=fuzz-import seeds=$logs/fuzz-seeds corpus=$logs/fuzz-corpus model
  if ! EDGECC_PRESET=asan "$root/python-free-tools/build" "$fuzzer" > "$log" 2>&1; then
    show_tail "$log"
    fail_stage fuzz "$fuzzer could not be built"
    return
  fi
  # It begins with a model for each operator, the official cases, and keeps what it finds in `corpus` for the next run.
  mkdir -p "$seeds" "$corpus"
  for model in "$onnx_cases"/node/*/model.onnx; do
    cp --update "$model" "$seeds/$(basename "$(dirname "$model")").onnx"
  done
  if "$root/build-asan/bin/$fuzzer" -max_total_time="$fuzz_seconds" -timeout=30 -rss_limit_mb=4096 -max_len=65536 \
    -artifact_prefix="$logs/" "$corpus" "$seeds" > "$log" 2>&1; then
    count fuzz 1 0 0
  else
    show_tail "$log"
    echo "fuzz: the input that failed is in $logs/"
    count fuzz 0 1 0
  fi
}

# Whole networks and the official operator cases, compiled, run and compared with their reference results.

# Compiles and runs the model in folder $1 and compares it with its reference sets; the rest are more arguments.
verify_one() {
  local folder=$1 name
  name=$(basename "$folder")
  shift
  timeout 900 "$build/bin/edgecc-verify" "$folder" "$@" > "$logs/verify-$name.log" 2>&1 && return 0
  echo "verify: $name failed:"
  show_tail "$logs/verify-$name.log"
  return 1
}

# The model of the repository, and those of test/models/checked.txt where the folder of other people's models is there.
stage_verify() {
  has_tool verify edgecc-verify || return
  local passed=0 failed=0 skipped=0 name
  if verify_one "$root/test/models/digits"; then passed=1; else failed=1; fi
  if [[ ! -d $models ]]; then
    skip verify "no folder $models; set EDGECC_MODELS to where the networks of test/models/checked.txt are"
  else
    while read -r name; do
      if [[ ! -f $models/$name/model.onnx ]]; then
        echo "verify: skipped: $models/$name/model.onnx is not there"
        skipped=$((skipped + 1))
      elif verify_one "$models/$name"; then
        passed=$((passed + 1))
      else
        failed=$((failed + 1))
      fi
    done < <(sed 's/#.*//; /^[[:space:]]*$/d; s/[[:space:]]*$//' "$root/test/models/checked.txt")
  fi
  count verify "$passed" "$failed" "$skipped"
}

# The ONNX backend cases. A case that fails must be in the list of expected failures, and one that passes must not.
stage_conformance() {
  has_tool conformance edgecc-conformance || return
  local log=$logs/conformance.log status=0
  "$build/bin/edgecc-conformance" --expected-failures="$root/test/conformance/expected-failures-cpu.txt" \
    --jobs="$jobs" > "$log" 2>&1 || status=$?
  local summary
  summary=$(grep --extended-regexp '^[0-9]+ passed, [0-9]+ failed' "$log" | tail --lines=1)
  if [[ $summary =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)? ]]; then
    local failed=${BASH_REMATCH[2]}
    [[ $status -eq 0 || $failed -gt 0 ]] || failed=1
    [[ $failed -eq 0 ]] || show_tail "$log"
    count conformance "${BASH_REMATCH[1]}" "$failed" "${BASH_REMATCH[4]:-0}"
  else
    show_tail "$log"
    fail_stage conformance "edgecc-conformance ended with $status and no summary"
  fi
}

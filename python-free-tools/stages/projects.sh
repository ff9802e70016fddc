# What users build on top: an installed edgecc and small projects that find it.

stage_integration() {
  local log=$logs/integration.log status=0
  "$root/test/integration/run" "$build" "$logs/integration" > "$log" 2>&1 || status=$?
  local passed failed skipped
  passed=$(grep --count '^PASS: ' "$log")
  failed=$(grep --count '^FAIL: ' "$log")
  skipped=$(grep --count '^SKIP: ' "$log")
  [[ $((passed + failed)) -gt 0 && ($status -eq 0 || $failed -gt 0) ]] || failed=$((failed + 1))
  [[ $failed -eq 0 ]] || show_tail "$log"
  grep '^SKIP: ' "$log" | sed 's/^SKIP: /integration: skipped: /'
  count integration "$passed" "$failed" "$skipped"
}

# The suites that the build declares: lit over the tree in test/, and ctest for the runtime and the unit tests.

# Counts the results with one of the given codes in lit's JSON report, where each code has a line of its own.
lit_results() {
  local report=$1 pattern=$2
  grep --count --extended-regexp "^ *\"code\": \"($pattern)\"" "$report"
}

stage_lit() {
  local suite=$build/test report=$logs/lit.json
  local lit=/usr/lib/llvm-22/bin/lit
  [[ -f $suite/lit.site.cfg.py ]] || { fail_stage lit "$suite/lit.site.cfg.py was not made"; return; }
  [[ -x $lit ]] || { fail_stage lit "$lit is not installed"; return; }
  rm -f "$report"
  "$lit" -v --output "$report" --workers "$jobs" "$suite" > "$logs/lit.log" 2>&1
  local status=$?
  [[ -s $report ]] || { show_tail "$logs/lit.log"; fail_stage lit "ended with $status and no report"; return; }

  local passed failed skipped
  passed=$(lit_results "$report" 'PASS|FLAKYPASS|XFAIL')
  failed=$(lit_results "$report" 'FAIL|XPASS|UNRESOLVED|TIMEOUT')
  skipped=$(lit_results "$report" 'UNSUPPORTED|SKIPPED|EXCLUDED')
  [[ $failed -eq 0 ]] || sed --quiet '/^\*\*\*\*\*.* FAILED/,/^\*\{20\}$/p' "$logs/lit.log" | head --lines=400
  sed --quiet 's/^UNSUPPORTED: \(.*\) ([0-9]* of [0-9]*)$/lit: skipped: \1/p' "$logs/lit.log"
  if [[ $((passed + failed)) -eq 0 || ($status -ne 0 && $failed -eq 0) ]]; then
    show_tail "$logs/lit.log"
    failed=$((failed + 1))
  fi
  count lit "$passed" "$failed" "$skipped"
}

# The value of an attribute of the report's <testsuite>, which comes first and has a line for each.
junit_attribute() {
  sed --quiet "s/^[[:space:]]*$2=\"\([0-9]*\)\".*/\1/p" "$1" | head --lines=1
}

stage_ctest() {
  local report=$logs/ctest.xml
  rm -f "$report"
  ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$jobs" --timeout 600 \
    --output-junit "$report" > "$logs/ctest.log" 2>&1
  local status=$?
  [[ -s $report ]] || { show_tail "$logs/ctest.log"; fail_stage ctest "ended with $status and no report"; return; }

  local tests failed skipped
  tests=$(junit_attribute "$report" tests)
  failed=$(junit_attribute "$report" failures)
  skipped=$(($(junit_attribute "$report" skipped) + $(junit_attribute "$report" disabled)))
  if [[ $status -ne 0 ]]; then
    grep --invert-match --extended-regexp '(Start +[0-9]+:|Passed)' "$logs/ctest.log" | sed 's/^/    /' |
      head --lines=400
    [[ $failed -gt 0 ]] || failed=1
  fi
  count ctest $((tests - failed - skipped)) "$failed" "$skipped"
}

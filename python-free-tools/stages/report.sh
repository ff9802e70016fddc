# Counting and reporting, for python-free-tools/check and its stages.
#
# A stage prints what failed, then calls `count` once or more. Its folder for logs is $logs.

total_passed=0
total_failed=0
total_skipped=0

# count STAGE PASSED FAILED SKIPPED: adds to the totals and prints the stage's line.
count() {
  printf '%-16s %5d passed, %d failed, %d skipped\n' "$1" "$2" "$3" "$4"
  total_passed=$((total_passed + $2))
  total_failed=$((total_failed + $3))
  total_skipped=$((total_skipped + $4))
}

# fail_stage STAGE REASON: a stage that could not run at all is a failure, never a skip.
fail_stage() {
  echo "$1: error: $2"
  count "$1" 0 1 0
}

# skip STAGE WHAT: a device or cross tool that this machine does not have, by name.
skip() {
  echo "$1: skipped: $2"
  count "$1" 0 0 1
}

# has_tool STAGE PROGRAM: whether the build made the program; fails the stage otherwise.
has_tool() {
  [[ -x $build/bin/$2 ]] && return 0
  fail_stage "$1" "$build/bin/$2 was not built"
  return 1
}

# show_tail FILE: the end of a log, indented, so that a failure can be read where it happened.
show_tail() {
  tail --lines=60 "$1" | sed 's/^/    /'
}

# Whole networks and the official operator cases, compiled, run and compared with their reference results.

# What Vulkan's validation layer has to say is an error.
export EDGECC_VALIDATE=1

onnx_cases=${EDGECC_ONNX_CASES:-/usr/lib/python3/dist-packages/onnx/backend/test/data}

# Lists are named after a target, or after one that is a target with options: `c-neon` is C with NEON, run under qemu.
target_options() {
  case $1 in
    c-neon) echo --target=c --mattr=+neon --mtriple=aarch64-linux-gnu ;;
    *) echo "--target=$1" ;;
  esac
}

# Whether programs of the target run here; says so, as a skip of STAGE, where they do not.
can_run() {
  local stage=$1 target=$2
  [[ $target != c-neon ]] || { command -v aarch64-linux-gnu-gcc && command -v qemu-aarch64-static; } > /dev/null || {
    skip "$stage" "aarch64-linux-gnu-gcc or qemu-aarch64-static is not installed"
    return 1
  }
}

# Which cases to run, as a regular expression; nothing for all. Emulation takes long, and with NEON only statements differ
# from those of --target=c: a few cases of each kind will do.
case_filter() {
  case $1 in
    c-neon)
      echo '^test_(basic_conv|conv_with|gemm|matmul|(max|average)pool_2d|softmax_(example|axis_1)|cast_|(de)?quantizelinear|qlinear' \
        '|where|less|greater|equal|mod_|pow|round|floor|ceil|sin|cos|exp|erf|tanh|sqrt|div|min_|max_|reduce_(max|sum_square)' \
        '|argmax_default|lstm_default|gru_default|layer_normalization_2d|bitshift|and2d|not_2d|isnan|isinf)' | tr -d ' '
      ;;
  esac
}

# count_summary STAGE STATUS LOG: counts by the last line of the log, `N passed, N failed, N skipped`, which both
# programs print; shows what failed.
count_summary() {
  local stage=$1 status=$2 log=$3 passed failed skipped
  if [[ $(tail --lines=1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]} skipped=${BASH_REMATCH[3]}
    [[ $status -eq 0 || $failed -gt 0 ]] || failed=1
    [[ $failed -eq 0 ]] || grep --after-context=3 --extended-regexp '^(FAIL|XPASS|SKIP) ' "$log" | head --lines=400
    count "$stage" "$passed" "$failed" "$skipped"
  else
    show_tail "$log"
    fail_stage "$stage" "ended with $status before its summary; the whole output is in $log"
  fi
}

# The network of the repository, and those of test/models/checked-TARGET.txt where the folder of other people's models is.
stage_verify() {
  has_tool verify edgecc-verify || return
  [[ -d $models ]] ||
    skip verify "no folder $models; set EDGECC_MODELS to where the networks of test/models/checked-*.txt are"
  local list
  for list in "$root"/test/models/checked-*.txt; do
    verify_target "$(sed 's/.*checked-\(.*\)\.txt/\1/' <<< "$list")" "$list"
  done
}

verify_target() {
  local target=$1 list=$2 folders=("$root/test/models/digits") name status=0
  local log=$logs/verify-$target.log options
  can_run "verify-$target" "$target" || return
  read -ra options <<< "$(target_options "$target")"
  if [[ -d $models ]]; then
    while read -r name; do
      if [[ -f $models/$name/model.onnx ]]; then
        folders+=("$models/$name")
      else
        skip "verify-$target" "$models/$name/model.onnx is not there"
      fi
    done < <(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$list")
  fi
  "$build/bin/edgecc-verify" "${options[@]}" --jobs="$jobs" "${folders[@]}" > "$log" 2>&1 || status=$?
  count_summary "verify-$target" "$status" "$log"
}

# The ONNX backend cases, for each list of expected failures: expected-failures-cpu.txt is for --target=cpu and, with a
# list of its own, for each other target. A case that fails must be on a list, and one that passes must not.
stage_conformance() {
  has_tool conformance edgecc-conformance || return
  [[ -d $onnx_cases ]] || { fail_stage conformance "no folder $onnx_cases; libonnx-testdata has it"; return; }
  local list target log status lists options filter
  for list in "$root"/test/conformance/expected-failures-*.txt; do
    [[ -f $list ]] || { fail_stage conformance "there is no $list"; return; }
    target=$(basename "$list" .txt)
    target=${target#expected-failures-}
    log=$logs/conformance-$target.log
    status=0
    can_run "conformance-$target" "$target" || continue
    read -ra options <<< "$(target_options "$target")"
    filter=$(case_filter "$target")
    [[ -z $filter ]] || options+=("--filter=$filter")
    lists=("--expected-failures=$root/test/conformance/expected-failures-cpu.txt")
    [[ $target == cpu ]] || lists+=("--expected-failures=$list")
    "$build/bin/edgecc-conformance" --cases="$onnx_cases" "${options[@]}" "${lists[@]}" \
      --jobs="$jobs" > "$log" 2>&1 || status=$?
    count_summary "conformance-$target" "$status" "$log"
  done
}

# Sourced by ./test and .ci/run: running tests of every kind and adding them up.

passed=0
failed=0
skipped=0

count() { # what passed failed skipped
  passed=$((passed + $2))
  failed=$((failed + $3))
  skipped=$((skipped + $4))
  printf '%-24s %5d passed, %d failed' "$1" "$2" "$3"
  if [ "$4" -gt 0 ]; then
    printf ', %d skipped' "$4"
  fi
  printf '\n'
}

finish() {
  printf '%d passed, %d failed' "$passed" "$failed"
  if [ "$skipped" -gt 0 ]; then
    printf ', %d skipped' "$skipped"
  fi
  printf '\n'
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

# From Catch2's summary: "All tests passed (9 assertions in 3 test cases)" or "test cases: 3 | 2 passed | 1 failed".
catch_passed() {
  sed -nE 's/^All tests passed \([0-9]+ assertions? in ([0-9]+) test cases?\)$/\1/p; s/^test cases:.*[^0-9]([0-9]+) passed.*/\1/p' "$1" | tail -n 1
}
catch_failed() {
  sed -nE 's/^test cases:.*[^0-9]([0-9]+) failed.*/\1/p' "$1" | tail -n 1
}

run_catch_binary() { # binary filter label
  local binary=$1 filter=$2 label=$3 output status=0 good bad
  output=$(mktemp)
  timeout 1800 "$binary" ${filter:+"*$filter*"} >"$output" 2>&1 || status=$? # a hang is a failure too
  good=$(catch_passed "$output")
  bad=$(catch_failed "$output")
  if [ "$status" != 0 ] && [ "${bad:-0}" = 0 ]; then
    bad=1 # it ended without counting: a crash, or a sanitizer's report behind the tests
  fi
  if [ "$status" != 0 ]; then
    cat "$output"
    echo "$label: exit status $status"
  fi
  rm -f "$output"
  if [ -n "$good$bad" ]; then
    count "$label" "${good:-0}" "${bad:-0}" 0
  fi
}

run_unit_tests() { # build folder, filter [label prefix]
  local binary name
  for binary in "$1"/tests/*/annals_*_tests "$1"/tests/*/*/annals_*_tests; do
    [ -x "$binary" ] || continue
    name=$(basename "$binary")
    name=${name#annals_}
    run_catch_binary "$binary" "$2" "${3:-}${name%_tests}"
  done
}

run_end_to_end_tests() { # filter
  local output status=0 summary
  [ -x tests/e2e/run ] || return 0
  output=$(mktemp)
  tests/e2e/run ${1:+"$1"} 2>&1 | tee "$output" || status=$?
  summary=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$output" | tail -n 1 || true)
  rm -f "$output"
  if [[ $summary =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    local bad=${BASH_REMATCH[2]}
    if [ "$status" != 0 ] && [ "$bad" = 0 ]; then
      bad=1
    fi
    count end-to-end "${BASH_REMATCH[1]}" "$bad" "${BASH_REMATCH[4]:-0}"
  else
    echo "end-to-end: ended without a summary (exit status $status)"
    count end-to-end 0 1 0
  fi
}

# Each fuzzer over its corpus, then for some seconds on its own. Needs clang-19; without it they count as skipped.
run_fuzzers() { # seconds each, filter
  local sources source name
  sources=()
  for source in tests/fuzz/*.cpp; do
    name=$(basename "$source" .cpp)
    if [[ "fuzz $name" == *"$2"* ]]; then
      sources+=("$name")
    fi
  done
  [ ${#sources[@]} -gt 0 ] || return 0
  if ! command -v clang++-19 >/dev/null; then
    count fuzz 0 0 ${#sources[@]}
    return 0
  fi
  if ! build asan-ubsan "${sources[@]/#/fuzz_}"; then
    count fuzz 0 ${#sources[@]} 0
    return 0
  fi
  for name in "${sources[@]}"; do
    run_fuzzer "$name" "$1"
  done
}

# Seeds that are not text are made from what the tests know, into the folder where new finds go.
make_seeds() { # name folder
  if [ "$1" = event_codec ] && [ -x build/release/tests/events/annals_events_tests ]; then
    ANNALS_CORPUS=$2 build/release/tests/events/annals_events_tests '[write-corpus]' >/dev/null
  fi
}

run_fuzzer() { # name seconds
  local corpus=build/asan-ubsan/corpus/$1 output status=0 seeds=()
  mkdir -p "$corpus"
  make_seeds "$1" "$corpus"
  output=$(mktemp)
  [ -d "tests/fuzz/corpus/$1" ] && seeds=("tests/fuzz/corpus/$1")
  "build/asan-ubsan/tests/fuzz/fuzz_$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
    -artifact_prefix=build/asan-ubsan/ "$corpus" "${seeds[@]}" >"$output" 2>&1 || status=$?
  if [ "$status" = 0 ]; then
    count "fuzz $1" 1 0 0
  else
    tail -n 40 "$output"
    count "fuzz $1" 0 1 0
  fi
  rm -f "$output"
}

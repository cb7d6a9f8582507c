#!/usr/bin/env bash
# Which lines the tests reach: builds with gcov, runs the test programs, prints a table of files. GCC only.
#
#   tools/dev/coverage.sh [TARGETS]    default //...; the report stays in $HOLON_COVERAGE (default /tmp/holon-coverage)
#
# `bazel coverage` would need Java tools that Debian's Bazel does not have.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$holon_root"

type -P lcov >/dev/null || die "lcov is missing; tools/setup --dev installs it"
targets=("$@")
((${#targets[@]} > 0)) || targets=(//...)
out=${HOLON_COVERAGE:-${TMPDIR:-/tmp}/holon-coverage}
test_seconds_max=300

# Counters of another build would not fit the notes of this one.
rm -rf "$out"
mkdir -p "$out/data"
bazel build --config=cov -- "${targets[@]}"
bin=$(bazel info --config=cov bazel-bin 2>/dev/null)
execroot=${bin%%/bazel-out/*}

failed=0
mapfile -t tests < <(bazel query "kind(cc_test, set(${targets[*]}))" 2>/dev/null)
for test in "${tests[@]}"; do
  program=${test#//}
  program=$bin/${program/:/\/}
  log=$out/${program##*/}.log
  # Programs carry the path /proc/self/cwd/bazel-out/… of their notes: three steps to take off.
  if ! (cd "$program.runfiles/holon" && GCOV_PREFIX=$out/data GCOV_PREFIX_STRIP=3 TEST_TMPDIR=$(mktemp -d) \
    timeout "$test_seconds_max" "$program" </dev/null >"$log" 2>&1); then
    say "FAILED $test (see $log); its lines count all the same"
    failed=1
  fi
done

(cd "$execroot" && find -L bazel-out -name '*.gcno' -not -path '*/external/*') | while read -r notes; do
  [[ -d $out/data/$(dirname "$notes") ]] && cp "$execroot/$notes" "$out/data/$notes"
done
lcov --quiet --capture --directory "$out/data" --base-directory "$holon_root" --output-file "$out/all.info" \
  --ignore-errors source,gcov 2>"$out/lcov.log" || die "lcov failed: $(tail -n 3 "$out/lcov.log")"
lcov --quiet --extract "$out/all.info" "$holon_root/*" --output-file "$out/coverage.info" 2>>"$out/lcov.log"
lcov --list "$out/coverage.info"
say "the report: $out/coverage.info; genhtml makes pages of it"
exit "$failed"

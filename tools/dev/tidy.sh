#!/usr/bin/env bash
# clang-tidy on the C++ files that differ from a commit, or on the files named.
#
#   tools/dev/tidy.sh                  what is not committed yet
#   tools/dev/tidy.sh --since main     what is new since then
#   tools/dev/tidy.sh actors/*.cpp     these
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$holon_root"

type -P clang-tidy-19 >/dev/null || die "clang-tidy-19 is missing; tools/setup --dev installs it"
since=HEAD
if [[ ${1:-} == --since ]]; then
  since=${2:?tidy.sh: --since needs a commit}
  shift 2
fi
files=("$@")
if ((${#files[@]} == 0)); then
  mapfile -t files < <({ git diff --name-only --diff-filter=d "$since" && git ls-files --others --exclude-standard; } |
    grep -E '\.cpp$' | sort -u)
fi
((${#files[@]} > 0)) || exit 0

tools/dev/compile_commands.py >&2
# External repositories are links that Bazel makes; they are there once something was built.
printf '%s\n' "${files[@]}" |
  xargs -P "$(nproc)" -n 1 clang-tidy-19 --quiet -p "$holon_root" --extra-arg=-Wno-unknown-warning-option

# What the shell tools share: where the workspace is, how Bazel is called, how we speak to people. Sourced, not run.
# shellcheck shell=bash
set -euo pipefail

holon_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
[[ -n ${HOME:-} ]] || HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
export HOME

# Compiled results live outside the checkout, so that the second clone of a machine compiles nothing.
holon_cache=${XDG_CACHE_HOME:-$HOME/.cache}/holon
holon_disk_cache=$holon_cache/bazel
disk_cache_days_max=30
bazel_startup=()
if ! mkdir -p "$holon_disk_cache" 2>/dev/null; then
  # A user without a home of their own: Bazel would put its outputs there too.
  holon_cache=${TMPDIR:-/tmp}/holon-cache-$(id -u)
  holon_disk_cache=$holon_cache/bazel
  bazel_startup=(--output_user_root="$holon_cache/outputs")
  mkdir -p "$holon_disk_cache"
fi

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$(basename "$0"): $*"
  exit 1
}

# Bazel in the workspace, with the cache; arguments as for bazel. Its exit code is ours. stderr is a pipe to Bazel (it
# loses the JVM's warning about -Xverify, which is noise), so colours are asked for only when people watch. Bazel gets
# no copy of our output (3>&-): its server would hold it open, and who reads it to the end would wait for hours.
bazel() {
  local command=$1 colour=no
  shift
  [[ -t 2 && -z ${CI:-} ]] && colour=yes
  case $command in
    build | test | run | aquery | cquery | info | coverage) set -- --disk_cache="$holon_disk_cache" "$@" ;;
  esac
  {
    (cd "$holon_root" && command bazel "${bazel_startup[@]}" "$command" --color="$colour" "$@" </dev/null 2>&1 >&3 3>&-) |
      { grep --line-buffered --invert-match 'VM warning: Options -Xverify' || true; } >&2
  } 3>&1
}

# Drops what no build has made for a while: Bazel itself never takes anything out of a disk cache.
trim_disk_cache() {
  find "$holon_disk_cache/" -type f -mtime "+$disk_cache_days_max" -delete 2>/dev/null || true
}

# Builds a target and says nothing if it takes no time; a longer build tells how far it is. The whole story goes to
# stderr when it fails.
build_quietly() {
  local target=$1 log
  log=$(mktemp)
  if bazel build --show_progress --curses=no --show_progress_rate_limit=3 "$target" 2>&1 | tee "$log" | tell_progress; then
    rm -f "$log"
    return 0
  fi
  grep --invert-match -E '^\(?[^ ]*\)? *\[[0-9,]+ / [0-9,]+\]' "$log" >&2 || true
  rm -f "$log"
  return 1
}

# The path of a built file that stays good when another build moves the bazel-bin link.
built() { readlink -f "$holon_root/bazel-bin/$1"; }

# Reads Bazel's progress and tells it in short, once the build has taken longer than a moment.
tell_progress() {
  local moment=3 every=10 last=0 line
  SECONDS=0
  while IFS= read -r line; do
    [[ $line == "Another command "* ]] && say "another build runs in this checkout; waiting for it"
    [[ $line =~ \[([0-9,]+)\ /\ ([0-9,]+)\] ]] || continue
    ((SECONDS >= moment && (last == 0 || SECONDS - last >= every))) || continue
    ((last == 0)) && say "building; the first time takes a few minutes"
    last=$SECONDS
    say "  ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]} steps"
  done
}

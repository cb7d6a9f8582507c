#!/usr/bin/env bash
# A disk that fills up while the holon command writes to it: run as root, by hand or by a long test run.
#
#   tests/fault/full_disk.sh [HOLON]     the binary, bazel-bin/tools/cli/holon unless it is named
#
# Mounts a small disk in a mount namespace of its own, so that nothing is left behind. Ends with "passed" or with what
# went wrong.
set -euo pipefail

holon=$(readlink -f "${1:-$(dirname "${BASH_SOURCE[0]}")/../../bazel-bin/tools/cli/holon}")
disk_megabytes=56
cases=4000
events_per_case=20
all=$((cases * events_per_case))

if [[ ${HOLON_SMALL_DISK:-} != mounted ]]; then
  exec env HOLON_SMALL_DISK=mounted unshare --mount bash "${BASH_SOURCE[0]}" "$holon"
fi

fail() {
  echo "full_disk.sh: $*" >&2
  exit 1
}

# What the command says does not go to the disk that is full.
said=$(mktemp -d)
folder=$said/disk
mkdir "$folder"
mount -t tmpfs -o "size=${disk_megabytes}m" tmpfs "$folder"
trap 'cd /; umount "$folder"; rm -r "$said"' EXIT
cd "$folder"

# The log itself is small, as it is packed.
awk -v cases="$cases" -v steps="$events_per_case" 'BEGIN {
  print "case:concept:name,concept:name,time:timestamp"
  for (step = 0; step < steps; ++step)
    for (id = 0; id < cases; ++id) printf "case %d,step %d,2026-01-01T00:00:00Z\n", id, step
}' | gzip >log.csv.gz

expect() {  # expect CODE COMMAND…: the exit code, and one line on stderr if it is not 0
  local wanted=$1 code=0
  shift
  "$@" >"$said/out" 2>"$said/err" || code=$?
  ((code == wanted)) || fail "'$*' ended with $code instead of $wanted: $(cat "$said/out" "$said/err")"
  ((code == 0)) || [[ $(wc -l <"$said/err") == 1 && $(cat "$said/err") == "holon: "* ]] || fail "'$*' says: $(cat "$said/err")"
}

events() { sed -E 's/.*"events":([0-9]+).*/\1/' "$said/out"; }

# 1. No room at all: told before anything is written.
fallocate -l 40M fill
expect 2 "$holon" import log.csv.gz
[[ ! -e holon-data ]] || fail "a journal was made for a log that does not fit"
rm fill

# 2. Room when the import begins, and none soon after: what was answered is there, and the rest comes later.
"$holon" import log.csv.gz >"$said/out" 2>"$said/err" &
import=$!
until [[ -s holon-data/journal.db-wal ]]; do kill -0 "$import" 2>/dev/null || break; done
cat /dev/zero >fill 2>/dev/null || true
code=0
wait "$import" || code=$?
((code == 2 || code == 4)) || fail "an import on a disk that fills up ended with $code: $(cat "$said/out" "$said/err")"
[[ $(cat "$said/err") == "holon: "*"no space"* ]] || fail "an import on a disk that fills up says: $(cat "$said/err")"
expect 0 "$holon" verify --json
before=$(events)
(((code == 4) == (before > 0))) || fail "exit code $code says whether something was written, and $before events are there"
expect 2 "$holon" append t --type TaskCreated --data '{"title":"x","description":"","priority":1}'
expect 0 "$holon" verify --json
[[ $(events) == "$before" ]] || fail "an append to a full disk wrote something"

# 3. Room again: everything is completed.
rm fill
expect 0 "$holon" import log.csv.gz --json
expect 0 "$holon" verify --json
[[ $(events) == "$all" ]] || fail "$(events) events instead of $all"
grep -q '"problems":\[\]' "$said/out" || fail "verify: $(cat "$said/out")"

echo "passed: $before of $all events fitted, and the rest came when there was room"

#!/usr/bin/env bash
# Builds the CAF that `--config=tsan` needs, instrumented from Debian's own source package, into the cache folder, and
# names it in .bazelrc.user. Some minutes, once. ThreadSanitizer takes Debian's CAF, which is not instrumented, for races.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

version=$(dpkg-query -W -f='${source:Version}' libcaf-dev) || die "libcaf-dev is missing; run tools/setup"
place=$holon_cache/caf-tsan-$version
library_folder=$place/lib
flags=(-std=c++17 -O1 -g1 -fPIC -fsanitize=thread -fno-omit-frame-pointer -Wno-deprecated-declarations -include limits)

# Debian's sources are off on most machines: ask for them with lists of our own, and leave the machine's as they are.
fetch_source() {
  local lists=$place/apt
  mkdir -p "$lists/state/partial"
  { sed 's/^Types: .*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources || true; } >"$lists/debian.sources" 2>/dev/null
  { sed -n 's/^deb /deb-src /p' /etc/apt/sources.list || true; } >"$lists/debian.list" 2>/dev/null
  local ours=(-o Dir::State::Lists="$lists/state" -o Dir::Etc::SourceParts="$lists" -o Dir::Etc::SourceList=/dev/null)
  # The upstream archive only: Debian's patches are about packaging. apt checks its signature.
  (cd "$place" && apt-get -q "${ours[@]}" update && apt-get -q "${ours[@]}" source --tar-only "actor-framework=$version") \
    >"$place/fetch.log" 2>&1 || die "cannot get Debian's source of CAF $version (see $place/fetch.log)"
  mkdir -p "$place/source"
  tar -xzf "$place"/actor-framework_*.orig.tar.gz -C "$place/source" --strip-components=1
}

# All sources of a library, in parallel, into an archive. No two sources of it have the same name.
compile() {
  local name=$1 objects=$place/objects/$1
  mkdir -p "$objects"
  (cd "$objects" && find "$place/source/lib$name/src" -name '*.cpp' -print0 | xargs -0 -n 1 -P "$(nproc)" \
    g++ "${flags[@]}" -I"$place/source/libcaf_core" -I"$place/source/libcaf_io" -c) ||
    die "$name does not compile with -fsanitize=thread (the errors are above)"
  ar rcs "$library_folder/lib$name.a" "$objects"/*.o
}

if [[ ! -f $place/done ]]; then
  say "building CAF $version with -fsanitize=thread; this takes a few minutes"
  mkdir -p "$library_folder"
  fetch_source
  compile caf_core
  compile caf_io
  touch "$place/done"
fi

# The folder comes before Debian's when the linker looks for -lcaf_core.
line="build:tsan --linkopt=-L$library_folder"
grep -qxF "$line" "$holon_root/.bazelrc.user" 2>/dev/null || printf '%s\n' "$line" >>"$holon_root/.bazelrc.user"
say "ready: tools/test --config=tsan"

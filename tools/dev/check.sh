#!/usr/bin/env bash
# What a machine can check without building: format, the rules of the tree, shell scripts, stray blanks. Seconds.
# Every finding is shown before it fails.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$holon_root"

failed=0
check() {  # check NAME COMMAND…: runs it and remembers that it failed
  local name=$1
  shift
  "$@" || {
    say "check.sh: $name: see above"
    failed=1
  }
}

# Tracked and new files, not ignored ones; deleted ones are still listed until they are committed.
mapfile -t files < <(git ls-files --cached --others --exclude-standard | while read -r file; do
  [[ -f $file ]] && printf '%s\n' "$file"
done)
cpp=()
shell=()
for file in "${files[@]}"; do
  case $file in
    *.cpp | *.hpp) cpp+=("$file") ;;
    *.md | *.py | *.sql | *.json) ;;
    *) [[ $file == *.sh || $(head -c 20 "$file" | tr -d '\0') == '#!/usr/bin/env bash'* ]] && shell+=("$file") ;;
  esac
done

if type -P clang-format-19 >/dev/null; then
  check "format (clang-format-19 -i mends it)" clang-format-19 --dry-run -Werror "${cpp[@]}"
else
  say "check.sh: clang-format-19 is missing, so the format is unchecked; tools/setup --dev installs it"
  failed=1
fi
if type -P shellcheck >/dev/null; then
  check "shell scripts" shellcheck --external-sources --source-path=SCRIPTDIR "${shell[@]}"
else
  say "check.sh: shellcheck is missing, so scripts are unchecked; tools/setup --dev installs it"
fi
check "rules of the tree" python3 -B tests/layers/rules.py
check "stray blanks" git diff --check HEAD

exit "$failed"

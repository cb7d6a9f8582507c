#!/usr/bin/env python3
"""Writes compile_commands.json for clangd and clang-tidy, from what Bazel would run.

    tools/dev/compile_commands.py                 all targets
    tools/dev/compile_commands.py //actors/...    some of them; flags such as --config=clang are understood too
"""
import json
import os
import subprocess
import sys

# GCC's own: clang refuses or warns.
_NOT_FOR_CLANG = {"-fno-canonical-system-headers", "-Wunused-but-set-parameter", "-Wno-free-nonheap-object",
                  "-Wno-maybe-uninitialized", "-Wno-stringop-overflow", "-Wno-restrict"}
_NO_OUTPUTS = {"-MD"}
_NO_OUTPUTS_WITH_VALUE = {"-MF", "-o"}


def entry_of(arguments, workspace):
    """The entry for one compiler call; None if it compiles none of our sources."""
    kept, source, rest = [], None, iter(arguments[1:])
    for argument in rest:
        if argument in _NO_OUTPUTS_WITH_VALUE:
            next(rest, None)
        elif argument == "-c":
            source = next(rest, None)
            kept += ["-c", source]
        elif argument not in _NOT_FOR_CLANG and argument not in _NO_OUTPUTS:
            kept.append(argument)
    if not source or not source.endswith((".cpp", ".cc", ".c")):
        return None
    # The compiler's name decides which of its own headers clangd assumes.
    return {"directory": workspace, "file": source, "arguments": ["g++", *kept]}


def database(actions, workspace):
    """One entry a source file, sorted by name, so that the same tree gives the same file."""
    entries = {}
    for action in actions:
        entry = entry_of(action["arguments"], workspace)
        if entry:
            entries.setdefault(entry["file"], entry)
    return [entries[name] for name in sorted(entries)]


def _compiler_calls(workspace, targets, flags):
    """What Bazel would run. A package that is broken takes only itself out."""
    query = f'mnemonic("CppCompile", {" union ".join(targets)})'
    command = ["bazel", "aquery", query, "--output=jsonproto", "--keep_going", *flags]
    done = subprocess.run(command, cwd=workspace, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
    if not done.stdout:
        sys.exit("compile_commands.py: bazel aquery failed (its output is above)")
    return json.loads(done.stdout).get("actions", [])


def main():
    workspace = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
    targets = [a for a in sys.argv[1:] if not a.startswith("--")] or ["//..."]
    flags = [a for a in sys.argv[1:] if a.startswith("--")]
    entries = database(_compiler_calls(workspace, targets, flags), workspace)
    # Written beside and moved: clangd may be reading.
    path = os.path.join(workspace, "compile_commands.json")
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=1)
    os.replace(path + ".new", path)
    print(f"{path}: {len(entries)} files")


if __name__ == "__main__":
    main()

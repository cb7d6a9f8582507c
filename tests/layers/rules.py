#!/usr/bin/env python3
"""The rules of the tree that a machine can hold: what may include what, where SQL lives, how a file opens.

    tests/layers/rules.py [FOLDER]     prints what breaks them in a checkout; exit code 1 if anything does

Visibility in the BUILD files holds the layers too, but a header on the include path can be reached without a dependency,
and external libraries have no visibility.
"""
import os
import re
import sys

LAYERS = ["config", "persistence", "projections", "actors", "tools"]
TESTS = "tests"
LINES_MAX = 500
SIMULATED_IN = "config/simulation.hpp"

# A library's headers -> where they may be included. A name with a slash is a folder from the root (and all below it);
# one without is a folder of that name anywhere.
LIBRARIES = {
    "caf/": ["actors/runtime", "actors/cluster", "tests/actors/runtime", "tests/actors/cluster", "tests/simulation", "tests/support"],
    "pqxx/": ["postgres", "tests/support"],
    "libpq": ["postgres"],
    "postgresql/": ["postgres", "tests/support"],
    "sqlite3.h": ["sqlite", "tests/fault", "tools/bench"],
}

# Folders that are not ours to judge: what tools make, and a workspace that stands for a user's.
NOT_OURS = {"holon-data", "node_modules", "tests/embedding/workspace"}

_INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
_SQL = re.compile(
    r'"\s*(select\s.+\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|'
    r"(create|drop|alter)\s+(table|index|view|trigger)\s)",
    re.IGNORECASE,
)
_OPENING = {
    ".hpp": re.compile(r"//"),
    ".cpp": re.compile(r"//"),
    ".sql": re.compile(r"--"),
    ".sh": re.compile(r"(#![^\n]*\n)?# ?\w"),
    ".bzl": re.compile(r'"""|#'),
    ".py": re.compile(r'(#![^\n]*\n)?("""|#(?!!))'),
    "BUILD": re.compile(r"#"),
}
_NEEDS_README = {".hpp", ".cpp", ".sh", ".bzl", ".py"}


def kind_of(path):
    name = os.path.basename(path)
    return name if name == "BUILD" else os.path.splitext(name)[1]


def layer_of(path):
    return path.split("/", 1)[0]


def may_include(own, other):
    """Whether a file of layer `own` may include one of layer `other`."""
    if own == TESTS:
        return True
    return other in LAYERS and own in LAYERS and LAYERS.index(other) <= LAYERS.index(own)


def is_at(path, place):
    if layer_of(path) == TESTS and os.path.basename(path).startswith(place + "_"):
        return True  # tests/projections/sqlite_rows_test.cpp is a test of what is in a folder `sqlite`
    folders = os.path.dirname(path) + "/"
    return folders.startswith(place + "/") if "/" in place else f"/{place}/" in "/" + folders


def check_includes(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        found = _INCLUDE.match(line)
        if not found:
            continue
        ours, theirs = found.groups()
        wrong = _wrong_with_ours(path, ours) if ours else _wrong_with_theirs(path, theirs)
        if wrong:
            yield f"{path}:{number}: {wrong}"


def _wrong_with_ours(path, header):
    own, other = layer_of(path), layer_of(header)
    if other not in LAYERS + [TESTS]:
        return f'"{header}" is not a path from the root of the workspace; write "folder/file.hpp", or <file> for a library'
    if not may_include(own, other):
        return f'{own} may not include "{header}": layers look down only, {" < ".join(LAYERS)}, and nothing sees tests'
    return None


def _wrong_with_theirs(path, header):
    for prefix, places in LIBRARIES.items():
        if header.startswith(prefix) and not any(is_at(path, place) for place in places):
            return f"<{header}> is for {', '.join(places)} only; use the port that hides it"
    return None


def check_sql_lives_in_files(path, text):
    # A test may show its SQL, a benchmark's baseline is easier to believe with its SQL beside it, and what is put
    # together from a description cannot be in a file: that is the job of a unit called something_sql.
    if layer_of(path) == TESTS or is_at(path, "tools/bench") or path.endswith("_sql.cpp"):
        return
    for number, line in enumerate(text.splitlines(), 1):
        if _SQL.search(line) and "sqlite_schema" not in line:  # the catalog is asked like a pragma
            yield f"{path}:{number}: a SQL statement inside C++; put it into a .sql file and call it by its file name"


def check_simulation_stays_in_tests(path, text):
    # What is built with it has bounds of its own and lets bugs be planted.
    if path.startswith("tests/simulation/") or path == SIMULATED_IN or kind_of(path) == ".py":
        return
    for number, line in enumerate(text.splitlines(), 1):
        if "HOLON_SIMULATED" in line:
            yield f"{path}:{number}: HOLON_SIMULATED is for tests/simulation and {SIMULATED_IN}; no program is built with it"


def check_length(path, text):
    lines = text.count("\n")
    if lines > LINES_MAX:
        yield f"{path}: {lines} lines, at most {LINES_MAX}; split it by nouns"


def check_opening(path, text, paths):
    if kind_of(path) == ".cpp" and _told_elsewhere(path, paths):
        return
    if not _OPENING[kind_of(path)].match(text):
        yield f"{path}: opens without a comment; say in one or two sentences what it is for"


def _told_elsewhere(path, paths):
    """A source file with a header of its own, or the test of one, is described there."""
    header = path[: -len(".cpp")] + ".hpp"
    unit = re.sub(r"^tests/(.*)_test\.hpp$", r"\1.hpp", header)
    return header in paths or unit in paths


def check_readmes(paths):
    folders = {os.path.dirname(path) for path in paths if kind_of(path) in _NEEDS_README}
    for folder in sorted(folders - {""}):
        # The tests of a folder are described by that folder.
        described = {folder, folder[len("tests/") :]} if layer_of(folder + "/") == TESTS else {folder}
        if not any(f"{place}/README.md" in paths for place in described):
            yield f"{folder}: has sources and no README.md; tell a newcomer in 15 to 40 lines what is there and how to use it"


def check_tree(files):
    """What breaks the rules, in sentences; `files` is {path from the root: text}."""
    found = []
    for path, text in sorted(files.items()):
        kind = kind_of(path)
        if kind in (".hpp", ".cpp"):
            found += check_includes(path, text)
            found += check_sql_lives_in_files(path, text)
        if kind in _OPENING:
            found += check_simulation_stays_in_tests(path, text)
            found += check_opening(path, text, files)
            found += check_length(path, text)
    return found + list(check_readmes(files))


def read_tree(root):
    """{path: text} of the sources and READMEs under a checkout."""
    files = {}
    for folder, below, names in os.walk(root):
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        inside = "" if inside == "." else inside + "/"
        below[:] = [d for d in below if not _skipped(folder, inside, d)]
        for name in names:
            if kind_of(name) in _OPENING or name == "README.md":
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    files[inside + name] = file.read()
    return files


def _skipped(folder, inside, name):
    # Bazel's links lead out of the tree; folders with a dot are of git and of editors.
    return name.startswith((".", "__")) or inside + name in NOT_OURS or os.path.islink(os.path.join(folder, name))


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..")
    found = check_tree(read_tree(root))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

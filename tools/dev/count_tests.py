#!/usr/bin/env python3
"""Counts the test cases of a `bazel test` run and ends with the line "N passed, N failed".

Reads Bazel's build events (--build_event_json_file) and the test logs they point to. A test program that says how many
of its cases passed (Boost.Test with BOOST_TEST_REPORT_LEVEL=short, Python's unittest) counts with those; one that does
not, or that did not come to an end, counts as one case. What does not build counts as one failed case.
"""
import argparse
import json
import re
import sys
import urllib.parse

# Boost.Test leaves out what is zero; those that were aborted are among the failed.
_BOOST = re.compile(r"^\s*(\d+) test cases? out of \d+ (passed|failed)\b", re.MULTILINE)
_UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE)
_UNITTEST_BAD = re.compile(r"^FAILED \((.*)\)$", re.MULTILINE)


def cases_in(log, passed):
    """(passed, failed) cases that a test log tells of; at least one failed if the program did."""
    good, bad = _told_by_boost(log) or _told_by_unittest(log) or (1, 0)
    if passed:
        return good, 0
    # It may have broken down after its last report, or without any.
    return (good, bad) if bad else (good - 1, 1)


def _told_by_boost(log):
    told = _BOOST.findall(log)
    if not told:
        return None
    return tuple(sum(int(n) for n, what in told if what == wanted) for wanted in ("passed", "failed"))


def _told_by_unittest(log):
    ran = _UNITTEST_RAN.search(log)
    if not ran:
        return None
    bad = _UNITTEST_BAD.search(log)
    broken = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", bad.group(1))) if bad else 0
    return max(int(ran.group(1)) - broken, 0), broken


def results_of(events):
    """{(label, run, shard): (passed, log path)} of the last attempts, and the labels that were not even run."""
    results, not_built = {}, set()
    for event in events:
        which = event.get("id", {})
        if "testResult" in which:
            key = which["testResult"]
            results[(key["label"], key.get("run"), key.get("shard"))] = _outcome(event.get("testResult", {}))
        elif "targetCompleted" in which and not event.get("completed", {}).get("success"):
            not_built.add(which["targetCompleted"]["label"])
        elif "unconfiguredLabel" in which and "aborted" in event:
            not_built.add(which["unconfiguredLabel"]["label"])
    # A test that ran and failed is a target that did not complete, too.
    return results, not_built - {label for label, _, _ in results}


def _outcome(result):
    logs = [out["uri"] for out in result.get("testActionOutput", []) if out.get("name") == "test.log"]
    path = urllib.parse.unquote(urllib.parse.urlparse(logs[0]).path) if logs else None
    return result.get("status") in ("PASSED", "FLAKY"), path


def _read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, TypeError):
        return ""


def _events(path):
    return [json.loads(line) for line in _read(path).splitlines() if line.startswith("{") and line.endswith("}")]


def count(runs, status):
    """(passed, failed, labels that failed) over the events of each run; `status` is the worst of their exit codes.

    A run that went wrong without naming a test counts as one failed case.
    """
    passed, failed, names = 0, 0, []
    for events in runs:
        results, not_built = results_of(events)
        failed += len(not_built)
        names += sorted(f"{label} (does not build)" for label in not_built)
        for (label, _, _), (good, log) in sorted(results.items(), key=str):
            good_cases, bad_cases = cases_in(_read(log), good)
            passed, failed = passed + good_cases, failed + bad_cases
            names += [label] if bad_cases else []
    return passed, max(failed, 1 if status else 0), names


def main():
    """The exit code is `status`, or 1 if that is 0 but something failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--status", type=int, default=0, help="exit code of the runs")
    parser.add_argument("events", nargs="+", help="files that --build_event_json_file wrote")
    asked = parser.parse_args()
    passed, failed, names = count([_events(path) for path in asked.events], asked.status)
    for name in names:
        print(f"FAILED {name}")
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(asked.status or (1 if failed else 0))


if __name__ == "__main__":
    main()

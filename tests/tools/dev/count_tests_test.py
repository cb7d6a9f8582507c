#!/usr/bin/env python3
"""How the test cases of a Bazel run are counted."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, "tools/dev")
import count_tests

BOOST_GOOD = 'Running 2 test cases...\n\nTest module "x" has passed with:\n  2 test cases out of 2 passed\n'
BOOST_BAD = (
    'Running 5 test cases...\n\nTest module "x" has failed with:\n  2 test cases out of 6 passed\n'
    "  3 test cases out of 6 failed\n  1 test case out of 6 skipped\n  2 test cases out of 6 aborted\n"
    "  2 assertions out of 5 passed\n  3 assertions out of 5 failed\n"
)
UNITTEST_BAD = "Ran 4 tests in 0.001s\n\nFAILED (failures=1, errors=2, skipped=1)\n"


def ran(label, status, log=None, attempt=1):
    outputs = [{"name": "test.log", "uri": "file://" + log}] if log else []
    return {
        "id": {"testResult": {"label": label, "run": 1, "shard": 1, "attempt": attempt}},
        "testResult": {"status": status, "testActionOutput": outputs},
    }


def completed(label, success):
    return {"id": {"targetCompleted": {"label": label}}, "completed": {"success": True} if success else {}}


class CasesOfALog(unittest.TestCase):
    def test_boost_tells_its_cases(self):
        self.assertEqual(count_tests.cases_in(BOOST_GOOD, True), (2, 0))

    def test_aborted_and_skipped_cases_are_not_counted_twice(self):
        self.assertEqual(count_tests.cases_in(BOOST_BAD, False), (2, 3))

    def test_unittest_tells_its_cases(self):
        self.assertEqual(count_tests.cases_in("Ran 7 tests in 0.1s\n\nOK\n", True), (7, 0))
        self.assertEqual(count_tests.cases_in(UNITTEST_BAD, False), (1, 3))

    def test_a_silent_test_is_one_case(self):
        self.assertEqual(count_tests.cases_in("", True), (1, 0))
        self.assertEqual(count_tests.cases_in("Segmentation fault\n", False), (0, 1))

    def test_a_program_that_breaks_down_after_a_good_report_has_failed(self):
        self.assertEqual(count_tests.cases_in(BOOST_GOOD + "LeakSanitizer: 3 bytes\n", False), (1, 1))


class CasesOfARun(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def log(self, text):
        path = os.path.join(self.folder.name, f"{len(os.listdir(self.folder.name))} test.log")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path.replace(" ", "%20")

    def test_cases_of_all_programs_are_added_up(self):
        run = [ran("//a:a", "PASSED", self.log(BOOST_GOOD)), ran("//b:b", "FAILED", self.log(BOOST_BAD))]
        self.assertEqual(count_tests.count([run], 3), (4, 3, ["//b:b"]))

    def test_runs_of_two_workspaces_do_not_hide_one_another(self):
        run = [ran("//a:a", "PASSED", self.log(BOOST_GOOD))]
        self.assertEqual(count_tests.count([run, run], 0), (4, 0, []))

    def test_only_the_last_attempt_counts(self):
        run = [ran("//a:a", "FAILED", self.log(BOOST_BAD)), ran("//a:a", "FLAKY", self.log(BOOST_GOOD), attempt=2)]
        self.assertEqual(count_tests.count([run], 0), (2, 0, []))

    def test_what_does_not_build_is_one_failed_case(self):
        run = [ran("//a:a", "PASSED", self.log(BOOST_GOOD)), completed("//a:a", True), completed("//b:b", False)]
        self.assertEqual(count_tests.count([run], 1), (2, 1, ["//b:b (does not build)"]))

    def test_a_test_that_ran_and_failed_is_not_counted_as_unbuilt_too(self):
        run = [ran("//b:b", "FAILED", self.log(BOOST_BAD)), completed("//b:b", False)]
        self.assertEqual(count_tests.count([run], 3), (2, 3, ["//b:b"]))

    def test_a_run_that_fails_before_any_test_is_one_failed_case(self):
        self.assertEqual(count_tests.count([[]], 1), (0, 1, []))

    def test_a_missing_log_is_one_case(self):
        self.assertEqual(count_tests.count([[ran("//a:a", "TIMEOUT", "/nowhere/test.log")]], 3), (0, 1, ["//a:a"]))


if __name__ == "__main__":
    unittest.main()

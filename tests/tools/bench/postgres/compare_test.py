#!/usr/bin/env python3
"""What tools/bench/postgres/compare makes of the runs of two checkouts, which are played by stand-ins."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

SCRIPT = os.path.abspath("tools/bench/postgres/compare")
SECONDS_MAX = 60

# Stand-ins of a checkout: each call is noted in ../calls, and each run shows the next line of ./rates.
HOLON = """#!/bin/bash
echo "list $(basename "$PLACE")" >>"$PLACE/../calls"
echo '{"name":"copy-1"}'
echo '{"name":"append-1024"}'
"""
RUN = """#!/bin/bash
echo "run $(basename "$PLACE") $*" >>"$PLACE/../calls"
echo "round 1 of 1" >&2
rate=$(head -n 1 "$PLACE/rates")
sed -i 1d "$PLACE/rates"
[[ -n $rate ]] || exit 3
echo '{"name":"copy-1","unit":"events/s","rate":1000,"p50_us":null}'
echo '{"name":"append-1024","unit":"events/s","rate":'$rate',"p50_us":'$((1000000 / rate))'}'
echo '{"name":"message-db","unit":"events/s","rate":0.0,"p50_us":null}'
"""
# Interrupted, it stops its server for longer than subprocess.run would wait before it kills.
RUN_WITH_SERVER = """#!/bin/bash
trap 'sleep 1; echo "stopped" >>"$PLACE/../calls"; exit 130' INT
mkfifo "$PLACE/never"
echo "the server runs" >&2
read -r -t 60 <>"$PLACE/never"
"""


class Compare(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)

    def checkout(self, name, rates, run=RUN):
        place = os.path.join(self.root, name)
        os.makedirs(f"{place}/tools/bench/postgres")
        for path, text in (("tools/holon", HOLON), ("tools/bench/postgres/run", run)):
            with open(f"{place}/{path}", "w", encoding="utf-8") as file:
                file.write(text.replace("\n", f'\nPLACE="{place}"\n', 1))
            os.chmod(f"{place}/{path}", 0o755)
        with open(f"{place}/rates", "w", encoding="utf-8") as file:
            file.writelines(f"{rate}\n" for rate in rates)
        return place

    def start(self, *words, **options):
        return subprocess.Popen([SCRIPT, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def compare(self, *words, code=0):
        """(stdout, stderr)"""
        with self.start(*words) as child:
            told = child.communicate(timeout=SECONDS_MAX)
        self.assertEqual(child.returncode, code, told)
        return told

    def calls(self):
        with open(f"{self.root}/calls", encoding="utf-8") as file:
            return file.read().splitlines()

    def both(self, before, after):
        return self.checkout("old", before), self.checkout("new", after), "--only", "append-1024"

    def test_the_runs_strictly_alternate_once_both_are_built(self):
        self.compare(*self.both([100] * 3, [100] * 3), "--rounds", "3", "--events", "500")
        words = "--runs 1 --only append-1024 --events 500 --json"
        self.assertEqual(self.calls(), ["list old", "list new"] + [f"run old {words}", f"run new {words}"] * 3)

    def test_the_ratio_is_the_median_of_the_ratios_of_the_rounds(self):
        told, _ = self.compare(*self.both([100, 200, 1000], [98, 220, 970]), "--rounds", "3", "--json")
        rows = {(row["lane"], row["figure"]): row for row in map(json.loads, told.splitlines())}
        self.assertEqual(set(rows), {("copy-1", "events/s"), ("append-1024", "events/s"), ("append-1024", "p50 µs")})
        row = rows["append-1024", "events/s"]
        self.assertEqual((row["before"], row["after"], row["rounds"]), (200, 220, 3))
        for name, value in (("ratio", 0.98), ("lowest", 0.97), ("highest", 1.1)):
            self.assertAlmostEqual(row[name], value)
        self.assertEqual(rows["copy-1", "events/s"]["ratio"], 1)

    def test_the_table_has_a_line_for_each_figure(self):
        told, _ = self.compare(*self.both([2000], [1000]), "--rounds", "1")
        self.assertRegex(told, r"(?m)^lane +figure +before +after +ratio +lowest +highest$")
        self.assertRegex(told, r"(?m)^append-1024 +events/s +2,000\.0 +1,000\.0 +0\.500 +0\.500 +0\.500$")
        self.assertRegex(told, r"(?m)^append-1024 +p50 µs +500\.0 +1,000\.0 +2\.000 +2\.000 +2\.000$")
        self.assertNotIn("message-db", told)

    def test_a_lane_that_one_of_them_lacks_is_told_before_anything_runs(self):
        _, told = self.compare(*self.both([100], [100]), "--only", "states-1024", code=1)
        self.assertIn("has no lane 'states-1024'", told)
        self.assertEqual(self.calls(), ["list old"])

    def test_a_folder_that_is_no_checkout_is_told(self):
        _, told = self.compare(self.root, self.root, "--only", "append-1024", code=1)
        self.assertIn(f"{self.root} is no checkout", told)

    def test_a_run_that_fails_ends_the_comparison(self):
        told, why = self.compare(*self.both([100, 100], [100]), "--rounds", "2", code=1)
        self.assertEqual(told, "")
        self.assertIn("new failed with exit code 3", why)

    def test_an_interrupted_comparison_waits_until_the_run_has_stopped_its_server(self):
        before = self.checkout("old", [], RUN_WITH_SERVER)
        with self.start(before, self.checkout("new", []), "--only", "append-1024", start_new_session=True) as child:
            self.assertIn("the server runs\n", iter(child.stderr.readline, ""))
            os.killpg(child.pid, signal.SIGINT)
            self.assertEqual(child.wait(SECONDS_MAX), 130)
        self.assertEqual(self.calls()[-1], "stopped")

    def test_it_does_not_guess_what_an_argument_means(self):
        both = self.both([], [])
        for words in (both[:2], both[:1], [*both, "--rounds", "0"], [*both, "--events", "few"]):
            self.compare(*words, code=2)
        told, _ = self.compare("--help")
        self.assertIn("tools/bench/postgres/compare BEFORE AFTER --only append-1024", told)


if __name__ == "__main__":
    unittest.main()

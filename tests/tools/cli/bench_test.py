#!/usr/bin/env python3
"""holon bench from outside: the report, the list, and what is refused before anything runs. No speed is asserted."""
import os
import unittest

from command_case import CommandCase

TINY = ("--only", "activation", "--runs", "1", "--holons", "50")


class Bench(CommandCase):
    def report(self, *arguments, **options):
        self.run_holon("bench", *arguments, "--report", self.path("bench.md"), **options)
        with open(self.path("bench.md"), encoding="utf-8") as file:
            return file.read()

    def test_the_report_has_the_rows_and_their_conditions(self):
        page = self.report(*TINY, "--directory", self.folder, env={"HOLON_COMMIT": "0123abcd"})
        self.assertRegex(page, r"\n\| activation \| [0-9,]+ \| holons/s \| SQLite reads ")
        self.assertRegex(page, r"\n\| journal \| SQLite [0-9.]+, WAL, synchronous=FULL \|\n")
        self.assertIn("\n| commit | 0123abcd |\n", page)
        for name in ("date", "processor", "cores", "memory", "kernel", "filesystem", "payload", "runs", "events"):
            self.assertRegex(page, rf"\n\| {name} \| [^|]+ \|\n")

    def test_a_report_replaces_the_one_before(self):
        self.write("bench.md", "old\n" * 1000)
        self.assertNotIn("old", self.report(*TINY, "--directory", self.folder))

    def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(self):
        told = self.error("bench", *TINY, "--report", self.path("nowhere/bench.md"))
        self.assertIn("nowhere/bench.md", told)
        self.assertEqual(os.listdir(self.folder), [])

    def test_the_journal_decides_which_benchmarks_there_are(self):
        sqlite = {row["name"] for row in self.lines("bench", "--list")}
        self.assertTrue({"append", "refusals", "states", "replay", "idle-memory"} <= sqlite)
        postgres = {row["name"] for row in self.lines("bench", "--list", env={"HOLON_DB": "postgresql://nowhere/x"})}
        self.assertTrue({"append", "refusals-1024", "one-asker", "replay", "copy-1", "callers-32"} <= postgres)
        self.assertNotIn("idle-memory", postgres)

    def test_answers_without_events_are_measured_in_answers(self):
        rows = self.lines("bench", "--only", "refusals", "--only", "states", "--runs", "1", "--events", "200",
                          "--directory", self.folder)
        self.assertEqual([(row["name"], row["unit"]) for row in rows],
                         [("refusals", "answers/s"), ("states", "answers/s")])
        self.assertTrue(all(row["rate"] > 0 and row["p50_us"] > 0 for row in rows))

    def test_a_server_that_is_away_is_told(self):
        told = self.error("bench", "--journal", f"postgresql://x@/x?host={self.folder}", code=3)
        self.assertIn("could not connect", told)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""import: event logs become streams, as often as one likes and however it was cut."""
import random
import signal
import time
import unittest

from command_case import BAD_INPUT, INTERRUPTED, LONG, CommandCase, csv_log, xes_log

KILLS = 20 if LONG else 3


class Import(CommandCase):
    def test_a_csv_log_becomes_a_stream_for_each_case(self):
        self.write("log.csv", csv_log(cases=5, events_per_case=4))
        answer = self.json("import", "log.csv")
        self.assertEqual((answer["read"], answer["appended"], answer["streams"]), (20, 20, 5))
        verified = self.verified()
        self.assertEqual((verified["events"], verified["streams"]), (20, 5))
        event = self.lines("read", "--stream", "log/case 3")[1]
        self.assertEqual(event["event_type"], "step 1")
        self.assertEqual(event["payload"], {"attributes": {"amount": "10"}, "resource": "clerk 3"})
        self.assertEqual(event["occurred_at"], "2026-01-02T08:03:00Z")
        self.assertEqual((event["metadata"]["case_id"], event["metadata"]["position"]), ("case 3", 9))

    def test_a_second_import_adds_nothing(self):
        self.write("log.csv", csv_log(cases=50, events_per_case=4))
        self.run_holon("import", "log.csv")
        before = self.text("read", "--json")
        answer = self.json("import", "log.csv")
        self.assertEqual((answer["appended"], answer["already"], answer["streams"]), (0, 200, 50))
        self.assertEqual(self.text("read", "--json"), before)
        self.assertIn("200 were there already", self.text("import", "log.csv"))

    def equal(self, journal, other):
        answer = self.json("verify", "--journal", journal, "--against", other)
        self.assertEqual(answer["problems"], [])
        return answer["compared"]

    def test_a_journal_has_the_events_in_the_order_of_the_log(self):
        self.write("log.csv", csv_log(cases=70, events_per_case=20))
        self.run_holon("import", "log.csv")
        positions = [event["metadata"]["position"] for event in self.lines("read", "--limit", "1400")]
        self.assertEqual(positions, list(range(1, 1401)))

    def test_two_imports_of_one_log_are_equal_whatever_their_batches(self):
        self.write("log.csv", csv_log(cases=70, events_per_case=20))
        self.run_holon("import", "log.csv", "--journal", "sqlite:a.db")
        self.run_holon("import", "log.csv", "--journal", "sqlite:b.db")
        self.run_holon("import", "log.csv", "--journal", "sqlite:c.db", "--batch-events-max", "9")
        self.assertEqual(self.equal("sqlite:a.db", "sqlite:b.db"), 1400)
        self.assertEqual(self.equal("sqlite:a.db", "sqlite:c.db"), 1400)

    def test_the_same_log_sorted_by_case_brings_nothing_new(self):
        self.write("log.csv", csv_log(cases=9, events_per_case=8))
        self.run_holon("import", "log.csv")
        head, *rows = csv_log(cases=9, events_per_case=8).splitlines()
        self.write("log.csv", "\n".join([head, *sorted(rows, key=lambda row: row.split(",")[0])]) + "\n")
        answer = self.json("import", "log.csv")
        self.assertEqual((answer["appended"], answer["already"]), (0, 72))

    def test_an_import_goes_on_behind_events_of_others(self):
        self.write("any.json", '{"type":"object"}')
        self.run_holon("schema", "register", "noted", "any.json")
        self.write("log.csv", csv_log(cases=2, events_per_case=2))
        self.run_holon("import", "log.csv")
        self.append("log/case 0", "noted", {}, "--stream-type", "log")
        self.write("log.csv", csv_log(cases=2, events_per_case=4))
        self.assertEqual(self.json("import", "log.csv")["appended"], 4)
        types = [event["event_type"] for event in self.lines("read", "--stream", "log/case 0")]
        self.assertEqual(types, ["step 0", "step 1", "noted", "step 2", "step 3"])

    def test_an_import_into_a_stream_of_another_type_says_so(self):
        self.create_task("log/case 1")
        self.write("log.csv", csv_log(cases=3, events_per_case=2))
        told = self.run_holon("import", "log.csv", code=BAD_INPUT).stderr
        self.assertRegex(told, r"4 events were appended, then: stream \S+ belongs to the type 'task', not to 'log'")

    def test_a_log_that_grew_adds_what_is_new(self):
        self.write("log.csv", csv_log(cases=5, events_per_case=4))
        self.run_holon("import", "log.csv")
        self.write("log.csv", csv_log(cases=6, events_per_case=5))
        self.assertEqual(self.json("import", "log.csv")["appended"], 10)
        self.assertEqual([event["version"] for event in self.lines("read", "--stream", "log/case 0")], [1, 2, 3, 4, 5])

    def test_xes_gzip_json_lines_and_stdin(self):
        self.write("small.xes.gz", xes_log(3))
        self.assertEqual(self.json("import", "small.xes.gz")["stream_type"], "small")
        self.assertEqual(self.lines("read", "--stream", "small/case 1")[0]["payload"],
                         {"attributes": {}, "lifecycle": "complete"})
        line = '{"case:concept:name":"a","concept:name":"open","time:timestamp":"2026-01-01","cost":1.50}\n'
        answer = self.json("import", "-", "--format", "jsonl", stdin=line)
        self.assertEqual((answer["appended"], answer["stream_type"]), (1, "case"))
        self.assertEqual(self.json("state", "case/a")["state"], {"attributes": {"cost": 1.5}})

    def test_columns_have_the_names_that_flags_say(self):
        self.write("log.txt", "who;nr;what;when;team;phase\nAda;7;pay;2026-01-01;blue;start\n")
        self.run_holon("import", "log.txt", "--format", "csv", "--separator", ";", "--case", "nr", "--activity", "what",
                       "--timestamp", "when", "--resource", "who", "--group", "team", "--lifecycle", "phase",
                       "--stream-type", "invoice", "--source", "desk")
        event = self.lines("read", "--stream", "invoice/7")[0]
        self.assertEqual(event["payload"], {"attributes": {}, "group": "blue", "lifecycle": "start", "resource": "Ada"})
        self.assertEqual(event["source_system"], "desk")

    def test_events_without_a_time_take_the_default(self):
        self.write("log.csv", "case:concept:name,concept:name\na,open\n")
        self.error("import", "log.csv")
        self.run_holon("import", "log.csv", "--default-time", "1970-01-01")
        self.assertEqual(self.lines("read")[0]["occurred_at"], "1970-01-01T00:00:00Z")
        self.assertEqual(self.json("import", "log.csv", "--default-time", "1970-01-01")["already"], 1)

    def test_a_killed_import_is_completed_by_the_next_one(self):
        cases, steps = 400, 25
        self.write("log.csv", csv_log(cases, steps))
        seed = random.randrange(2**32)
        print(f"seed {seed}")
        rng = random.Random(seed)
        for _ in range(KILLS):
            process = self.start("import", "log.csv")
            try:
                process.wait(rng.uniform(0.02, 0.5))
            except Exception:  # it runs still, which is what we want
                process.kill()
            process.communicate()
        answer = self.json("import", "log.csv")
        self.assertEqual((answer["read"], answer["appended"] + answer["already"]), (cases * steps, cases * steps))
        verified = self.verified()
        self.assertEqual((verified["events"], verified["streams"]), (cases * steps, cases))
        for case in range(0, cases, 37):
            types = [event["event_type"] for event in self.lines("read", "--stream", f"log/case {case}")]
            self.assertEqual(types, [f"step {step}" for step in range(steps)])
        self.run_holon("import", "log.csv", "--journal", "sqlite:whole.db")
        self.assertEqual(self.equal("sqlite:holon-data/journal.db", "sqlite:whole.db"), cases * steps)

    def test_an_interrupted_import_goes_on_where_it_stopped(self):
        self.write("log.csv", csv_log(cases=2000, events_per_case=20))
        process = self.start("import", "log.csv", "--json")
        deadline = time.monotonic() + 60
        while process.poll() is None and not self.journal_has_events() and time.monotonic() < deadline:
            pass
        process.send_signal(signal.SIGINT)
        told, complaint = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, complaint)
        self.assertIn('"interrupted":true', told)
        before = self.verified()["events"]
        self.assertEqual(self.json("import", "log.csv")["appended"], 40000 - before)
        self.assertEqual(self.verified()["events"], 40000)

    def journal_has_events(self):
        done = self.start("tail", "-n", "1")
        return done.communicate()[0] != ""

    def test_read_models_have_seen_what_was_imported(self):
        self.write("log.csv", csv_log(cases=5, events_per_case=4))
        self.run_holon("import", "log.csv")
        rows = self.lines("projections", "show", "activity_counts")
        self.assertEqual({row["event_type"]: row["events"] for row in rows}, {f"step {n}": 5 for n in range(4)})


if __name__ == "__main__":
    unittest.main()

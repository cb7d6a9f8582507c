#!/usr/bin/env python3
"""import: event logs become streams, as often as one likes and however it was cut."""
import random
import re
import signal
import subprocess
import time
import unittest

from command_case import HALF_DONE, HOLON, INTERRUPTED, LONG, SECONDS_MAX, CommandCase, csv_log, xes_log

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

    def test_an_import_into_a_stream_of_another_type_writes_nothing(self):
        self.create_task("log/case 1")
        self.write("log.csv", csv_log(cases=300, events_per_case=20))
        told = self.error("import", "log.csv")
        self.assertRegex(told, r"stream \S+ belongs to the type 'task', not to 'log'")
        self.assertNotIn("run it again", told)
        self.assertEqual(self.verified()["events"], 1)

    def test_a_log_that_grew_adds_what_is_new(self):
        self.write("log.csv", csv_log(cases=5, events_per_case=4))
        self.run_holon("import", "log.csv")
        self.write("log.csv", csv_log(cases=6, events_per_case=5))
        self.assertEqual(self.json("import", "log.csv")["appended"], 10)
        self.assertEqual([event["version"] for event in self.lines("read", "--stream", "log/case 0")], [1, 2, 3, 4, 5])

    def log_of(self, *rows, name="log.csv"):
        self.write(name, "case:concept:name,concept:name,time:timestamp\n" + "\n".join(rows) + "\n")

    def types_of(self, stream):
        return "".join(event["event_type"] for event in self.lines("read", "--stream", stream))

    def test_a_late_event_is_refused_or_merged_and_never_reorders_in_silence(self):
        self.log_of("1,a,2024-01-01", "2,a,2024-01-01", "1,c,2024-01-03", "1,d,2024-01-04")
        self.run_holon("import", "log.csv")
        self.log_of("1,a,2024-01-01", "1,b,2024-01-02", "2,a,2024-01-01", "1,c,2024-01-03", "1,d,2024-01-04", "1,e,2024-01-05")
        told = self.error("import", "log.csv")
        self.assertRegex(told, r"1 new event before events that the journal has already \(1 case, .* --merge")
        self.assertEqual((self.types_of("log/1"), self.types_of("log/2")), ("acd", "a"))
        answer = self.json("import", "log.csv", "--merge")
        self.assertEqual((answer["read"], answer["appended"], answer["already"]), (6, 2, 4))
        self.assertEqual(self.types_of("log/1"), "acdbe")
        self.assertEqual(self.json("import", "log.csv")["appended"], 0)

    def test_a_log_whose_last_event_was_corrected_is_not_taken_for_a_longer_one(self):
        self.log_of("1,a,2024-01-01", "1,b,2024-01-02")
        self.run_holon("import", "log.csv")
        self.log_of("1,a,2024-01-01", "1,b,2024-01-03", "1,c,2024-01-04")
        self.assertIn("no longer the 1 event of the journal", self.error("import", "log.csv"))
        self.assertEqual(self.types_of("log/1"), "ab")
        self.run_holon("import", "log.csv", "--merge")
        self.assertEqual(self.types_of("log/1"), "abbc")

    def test_exports_of_a_month_each_follow_one_another_also_if_they_overlap(self):
        self.log_of("1,a,2024-01-01", "1,b,2024-01-02", "1,b,2024-01-02")
        self.run_holon("import", "log.csv")
        self.log_of("1,c,2024-02-01", "1,d,2024-02-02")
        self.assertEqual(self.json("import", "log.csv")["appended"], 2)
        self.log_of("1,d,2024-02-02", "1,e,2024-03-01")
        self.assertEqual(self.json("import", "log.csv")["appended"], 1)
        self.log_of("1,b,2024-01-02", "1,b,2024-01-02", "1,c,2024-02-01")
        self.assertEqual(self.json("import", "log.csv")["appended"], 0)
        self.assertEqual(self.types_of("log/1"), "abbcde")

    def test_the_same_event_twice_is_two_events(self):
        self.log_of("1,a,2024-01-01", "1,a,2024-01-01")
        self.assertEqual(self.json("import", "log.csv")["appended"], 2)
        self.assertEqual(self.json("import", "log.csv")["appended"], 0)
        self.log_of("1,a,2024-01-01", "1,a,2024-01-01", "1,a,2024-01-01")
        self.assertEqual(self.json("import", "log.csv")["appended"], 1)

    def test_numbers_of_a_log_keep_every_digit(self):
        numbers = '"amount":0.1234567890123456789,"big":9007199254740993.01,"huge":1e+400,"long":18446744073709551616'
        self.write("log.jsonl", '{"case:concept:name":"1","concept:name":"paid","time:timestamp":"2024-01-01",%s}\n' % numbers)
        self.run_holon("import", "log.jsonl")
        self.assertIn(numbers, self.text("read", "--json"))
        self.assertIn(numbers, self.text("state", "log/1", "--json"))
        for number in ("0.1234567890123456789", "9007199254740993.01", "1e+400", "18446744073709551616"):
            self.assertIn(f": {number}", self.text("state", "log/1"))

    def test_what_can_be_read_once_is_read_whole(self):
        self.write("log.csv", csv_log(cases=3, events_per_case=3))
        for number, source in enumerate(["<(cat log.csv)", "/dev/stdin < <(cat log.csv)", "- < log.csv", "fifo"]):
            script = f'mkfifo fifo{number}; cat log.csv > fifo{number} & "$HOLON" import --json --format csv --stream-type s{number} '
            script += source if source != "fifo" else f"fifo{number}"
            done = self.shell(script if source == "fifo" else script.split("& ", 1)[1])
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn('"appended":9,', done.stdout, source)

    def shell(self, script):
        return subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.environment({"HOLON": HOLON}), text=True,
                              capture_output=True, timeout=SECONDS_MAX, check=False)

    def test_an_import_that_cannot_go_on_tells_what_it_has_written(self):
        self.write("log.csv", csv_log(cases=500, events_per_case=20))
        done = self.shell('ulimit -f 2000; "$HOLON" import log.csv')
        self.assertEqual(done.returncode, HALF_DONE, done.stderr)
        told = re.fullmatch(r"holon: ([\d,]+) events were appended and stay, then: .*files may not grow.*run it again.*\n",
                            done.stderr)
        self.assertIsNotNone(told, done.stderr)
        written = self.verified()["events"]
        self.assertEqual(int(told.group(1).replace(",", "")), written)
        positions = [event["metadata"]["position"] for event in self.lines("read")]
        self.assertEqual(positions, list(range(1, written + 1)))
        self.assertEqual(self.json("import", "log.csv")["appended"], 10000 - written)

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

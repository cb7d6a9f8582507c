#!/usr/bin/env python3
"""Journals in PostgreSQL: the commands do there what they do on SQLite, and say what is wrong with the way there."""
import os
import random
import signal
import time
import unittest

from command_case import BAD_INPUT, INTERRUPTED, LONG, NO, TROUBLE, csv_log
from postgres_case import PostgresCase

TASK = '{"title":"x","description":"","priority":1}'
APPEND = ["append", "task-1", "--type", "TaskCreated", "--data", TASK]
EVERY_COMMAND = [
    ["demo", "--commands", "10"], ["import", "log.csv"], APPEND, ["read"], ["tail"], ["state", "task-1"],
    ["why", "0193480e-8c51-7a10-a2ce-0e8e1d1b6a55"], ["projections", "list"], ["verify"],
]
KILLS = 20 if LONG else 3
NEVER = {"HOLON_OUTAGE_PATIENCE_MS": str(24 * 3600 * 1000)}  # whoever waits for the server runs into SECONDS_MAX
RELOADED_WITHIN_SECONDS = 60


class Migrated(PostgresCase):
    def setUp(self):
        super().setUp()
        self.run_holon("db", "migrate")


class Commands(Migrated):
    def test_numbers_and_names_are_what_they_are_on_sqlite(self):
        numbers = '"a":0.1234567890123456789,"b":9007199254740993.01,"c":1e+400,"d":18446744073709551616'
        self.write("log.jsonl", '{"case:concept:name":"1","concept:name":"%s","time:timestamp":"2024-01-01",%s}\n'
                   % ("ж" * 255, numbers))
        name = "с" * 255
        for _ in range(2):  # again: nothing new, for the content is the same
            self.run_holon("import", "log.jsonl", "--stream-type", name)
        self.run_holon("import", "log.jsonl", "--stream-type", name, "--journal", "sqlite:here.db")
        self.assertEqual(self.json("verify", "--against", "sqlite:here.db"),
                         {"compared": 1, "archived": 0, "problems": [], "problems_untold": 0})
        for number in ("0.1234567890123456789", "9007199254740993.01", "18446744073709551616"):
            self.assertIn(number, self.text("state", name + "/1"))
        self.assertEqual(self.verified()["events"], 1)

    def test_a_late_event_and_a_stream_of_another_type_write_nothing(self):
        head = "case:concept:name,concept:name,time:timestamp\n"
        self.write("log.csv", head + "1,a,2024-01-01\n1,c,2024-01-03\n")
        self.run_holon("import", "log.csv")
        self.write("log.csv", head + "1,a,2024-01-01\n1,b,2024-01-02\n1,c,2024-01-03\n2,a,2024-01-01\n")
        self.assertIn("--merge", self.error("import", "log.csv"))
        self.assertEqual(self.verified()["events"], 2)
        self.assertEqual(self.json("import", "log.csv", "--merge")["appended"], 2)
        self.run_holon("append", "other/1", "--type", "TaskCreated", "--data", TASK)
        self.write("other.csv", csv_log(cases=2, events_per_case=1).replace("case 1", "1"))
        self.assertIn("belongs to the type 'task'", self.error("import", "other.csv"))
        self.assertEqual(self.verified()["events"], 5)

    def test_a_connection_that_is_lost_while_a_command_begins_costs_time(self):
        self.write("log.csv", csv_log(cases=2000, events_per_case=10))
        process = self.start("import", "log.csv", "--json")
        self.addCleanup(process.kill)
        ended = 0
        while ended < 3 and process.poll() is None:
            ended += int(self.sql("select count(pg_terminate_backend(pid)) from pg_stat_activity "
                                  f"where datname = '{self.database}' and pid <> pg_backend_pid()"))
        told, complaint = process.communicate()
        self.assertEqual(process.returncode, 0, complaint)
        self.assertIn('"appended":20000,', told)

    def test_a_demo_and_all_that_can_be_asked_about_it(self):
        shown = self.text("demo", "--commands", "600")
        for wanted in ("A new journal: postgresql://", "Active Task List", "appends/s", "To try next:"):
            self.assertIn(wanted, shown)
        events = self.verified()["events"]
        self.assertGreater(events, 400)
        self.assertEqual(int(self.sql("select max(global_offset) from events")), events)
        self.assertEqual(self.json("demo", "--commands", "100")["recovered"], events)
        last = self.lines("tail", "-n", "1")[0]
        self.assertEqual(last["global_offset"], self.verified()["events"])
        self.assertEqual(self.lines("read", "--stream", last["stream_id"])[-1]["event_id"], last["event_id"])
        self.assertEqual(self.json("state", last["stream_id"])["version"], last["version"])
        self.assertIn(last["event_type"], self.text("why", last["event_id"]))
        self.assertEqual({each["lag"] for each in self.json("projections", "list")["projections"]}, {0})

    def test_hints_can_be_given_to_a_shell(self):
        shown = self.text("demo", "--commands", "10")
        self.assertIn(f"  holon verify --journal '{self.url()}'  # ", shown)

    def test_hints_hold_no_password(self):
        for env, title in [({"HOLON_DB": self.url(password="secret")}, "To try next:"),
                           ({}, "with the same journal (its password is not shown):")]:
            shown = self.text("demo", "--commands", "10", "--journal", self.url(password="secret"), env=env)
            self.assertIn(title, shown)
            self.assertRegex(shown, r"(?m)^  holon verify +# ")
            self.assertNotIn("secret", shown)

    def test_an_append_expects_a_version(self):
        self.create_task()
        self.append("task-1", "TaskStarted", {}, "--expected", "1")
        told = self.error("append", "task-1", "--type", "TaskCompleted", "--data", '{"outcome":""}', "--expected", "1")
        self.assertIn("is at version 2", told)
        answer = self.json("append", "task-1", "--type", "TaskStarted", "--data", "{}", "--expected", "7", code=BAD_INPUT)
        self.assertEqual((answer["error"]["code"], answer["error"]["actual_version"]), ("version_conflict", 2))
        self.assertEqual(self.verified()["events"], 2)

    def test_an_event_id_is_recorded_once(self):
        first = self.json(*APPEND, "--event-id", EVERY_COMMAND[6][1])
        self.assertEqual(self.json(*APPEND, "--event-id", EVERY_COMMAND[6][1]), {**first, "already": True})
        self.assertEqual(self.verified()["events"], 1)

    def test_what_is_not_there_is_a_no(self):
        self.create_task()
        self.error("state", "nobody", code=NO)
        self.error("why", EVERY_COMMAND[6][1], code=NO)
        self.error("projections", "show", "nothing", code=NO)

    def test_a_projection_is_updated_shown_and_rebuilt(self):
        self.create_task(title="a title of our own")
        self.run_holon("projections", "update")
        self.assertIn("a title of our own", self.text("projections", "show", "active_tasks"))
        self.assertEqual(self.json("projections", "rebuild", "active_tasks")["phase"], "live")

    def test_verify_tells_what_was_tampered_with(self):
        self.create_task()
        self.create_task("task-2")
        self.sql("""set session_replication_role = replica; update events set payload = '{"a":1}' where global_offset = 1""")
        self.assertIn("digest", self.text("verify", code=NO))

    def test_tail_sees_what_another_process_appends(self):
        self.create_task()
        tail = self.start("tail", "-f", "--json")
        self.addCleanup(tail.kill)
        self.assertIn("TaskCreated", tail.stdout.readline())
        self.append("task-1", "TaskStarted", {})
        self.assertIn("TaskStarted", tail.stdout.readline())
        tail.send_signal(signal.SIGTERM)
        self.assertEqual(tail.communicate(timeout=30), ("", ""))
        self.assertEqual(tail.returncode, INTERRUPTED)


class Import(Migrated):
    def equal_to_sqlite(self):
        self.run_holon("import", "log.csv", "--journal", "sqlite:other.db")
        answer = self.json("verify", "--against", "sqlite:other.db")
        self.assertEqual(answer["problems"], [])
        return answer["compared"]

    def test_an_import_equals_that_into_sqlite(self):
        self.write("log.csv", csv_log(cases=70, events_per_case=20))
        answer = self.json("import", "log.csv")
        self.assertEqual((answer["appended"], answer["already"], answer["streams"]), (1400, 0, 70))
        self.assertEqual(self.equal_to_sqlite(), 1400)
        self.assertEqual(self.verified()["events"], 1400)
        rows = self.lines("projections", "show", "activity_counts")
        self.assertEqual({row["event_type"]: row["events"] for row in rows}, {f"step {n}": 70 for n in range(20)})

    def test_a_demo_on_an_event_log_is_an_import(self):
        self.write("log.csv", csv_log(cases=10, events_per_case=3))
        self.assertIn("30 events of 10 cases", self.text("demo", "--event-log", "log.csv"))
        self.assertEqual(self.equal_to_sqlite(), 30)

    def test_a_second_import_adds_nothing_and_a_log_that_grew_what_is_new(self):
        self.write("log.csv", csv_log(cases=40, events_per_case=30))
        self.run_holon("import", "log.csv")
        answer = self.json("import", "log.csv")
        self.assertEqual((answer["appended"], answer["already"]), (0, 1200))
        self.write("log.csv", csv_log(cases=41, events_per_case=31))
        answer = self.json("import", "log.csv")
        self.assertEqual((answer["appended"], answer["already"]), (71, 1200))
        self.assertEqual(self.verified()["events"], 1271)

    def test_the_same_log_sorted_by_case_brings_nothing_new(self):
        head, *rows = csv_log(cases=9, events_per_case=8).splitlines()
        self.write("log.csv", "\n".join([head, *rows]) + "\n")
        self.run_holon("import", "log.csv")
        self.write("log.csv", "\n".join([head, *sorted(rows, key=lambda row: row.split(",")[0])]) + "\n")
        self.assertEqual(self.json("import", "log.csv")["already"], 72)

    def test_a_killed_import_is_completed_as_if_it_had_not_been(self):
        cases, steps = 400, 25
        self.write("log.csv", csv_log(cases, steps))
        seed = random.randrange(2**32)
        print(f"seed {seed}")
        rng = random.Random(seed)
        for _ in range(KILLS):
            process = self.start("import", "log.csv")
            try:
                process.wait(rng.uniform(0.05, 0.6))
            except Exception:  # it runs still, which is what we want
                process.kill()
            process.communicate()
        self.run_holon("import", "log.csv")
        self.assertEqual(self.equal_to_sqlite(), cases * steps)
        self.assertEqual(self.verified()["events"], cases * steps)

    def test_an_import_beside_another_writer(self):
        self.write("log.csv", csv_log(cases=100, events_per_case=50))
        demo = self.start("demo", "--commands", "5000000")
        self.addCleanup(demo.communicate)
        self.addCleanup(demo.kill)
        while self.sql("select count(*) > 0 from events") != "t":
            self.assertIsNone(demo.poll(), "the demo ended by itself")
        self.assertEqual(self.json("import", "log.csv")["appended"], 5000)
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)
        positions = [event["metadata"]["position"] for event in self.lines("read", "--stream-type", "log", "--limit", "5000")]
        self.assertEqual(positions, list(range(1, 5001)))
        self.verified()


class TheWayThere(PostgresCase):
    def setUp(self):
        super().setUp()
        self.write("log.csv", csv_log(3, 3))

    def refused(self, journal, says, code):
        for command in EVERY_COMMAND:
            told = self.error(*command, "--journal", journal, code=code, env=NEVER)
            self.assertRegex(told, says)
            self.assertNotIn("secret", told)
        self.assertEqual([name for name in os.listdir(self.folder) if name != "log.csv"], [])

    def test_a_database_that_is_not_migrated(self):
        self.refused(self.url(password="secret"), "the database has no journal: run holon db migrate", BAD_INPUT)

    def test_a_database_that_is_not_there(self):
        self.refused(self.url(password="secret").replace("test_", "none_"), "does not exist", BAD_INPUT)

    def test_a_server_that_is_not_there(self):
        self.refused("postgresql://ada:secret@/db?host=/nowhere", "/db.host=/nowhere: no connection", TROUBLE)

    def test_a_port_where_nobody_listens(self):
        self.refused("postgresql://ada:secret@127.0.0.1:1/db", "127.0.0.1:1/db: no connection", TROUBLE)

    def test_a_wrong_password(self):
        self.run_holon("db", "migrate")
        self.psql("create role guarded login password 'right'", "postgres")
        self.addCleanup(self.psql, "drop owned by guarded cascade; drop role guarded", self.database)
        self.ask_for_a_password("guarded")
        self.refused(self.url("guarded", "secret"), "password authentication failed", BAD_INPUT)
        self.refused(self.url("guarded"), "no password supplied", BAD_INPUT)
        self.sql("grant holon_reader to guarded")
        self.assertEqual(self.json("verify", "--journal", self.url("guarded", "right"))["events"], 0)

    def ask_for_a_password(self, user):
        rules = os.path.join(self.place, "data", "pg_hba.conf")
        with open(rules, encoding="utf-8") as file:
            before = file.read()
        with open(rules, "w", encoding="utf-8") as file:
            file.write(f"local all {user} scram-sha-256\n{before}")
        self.psql("select pg_reload_conf()", "postgres")
        until = time.monotonic() + RELOADED_WITHIN_SECONDS
        while self.lets_in(user):
            self.assertLess(time.monotonic(), until, "the server does not read its rules again")

    def lets_in(self, user):
        return self.psql("select 1", f"postgresql://{user}:wrong@/{self.database}", check=False).returncode == 0


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""holon db: a journal in PostgreSQL is made, brought up to date, and tells how it stands."""
import gzip
import json
import os
import unittest
from datetime import date

from command_case import BAD_INPUT, DONE, NO, TROUBLE
from postgres_case import PostgresCase

ALL = ["journal", "partitions", "roles"]


class Db(PostgresCase):
    def states(self, code):
        return {each["name"]: each["state"] for each in self.json("db", "status", code=code)["migrations"]}

    def test_a_journal_is_made_and_is_up_to_date(self):
        answer = self.json("db", "migrate")
        self.assertEqual([each["name"] for each in answer["migrations"]][: len(ALL)], ALL)
        self.assertEqual((answer["dry_run"], answer["schema"], answer["payload_type"]), (False, "public", "jsonb"))
        self.assertEqual(self.sql("select count(*) from events"), "0")
        self.assertIn("Nothing to do", self.text("db", "migrate"))
        self.assertEqual(self.json("db", "migrate")["migrations"], [])
        status = self.json("db", "status")
        self.assertTrue(status["up_to_date"])
        for each in status["migrations"]:
            self.assertEqual(each["applied_by"], "postgres")
            self.assertRegex(each["checksum"], r"\A[0-9a-f]{64}\Z")
            self.assertRegex(each["applied_at"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
            self.assertRegex(each["program_version"], r"\A\d+\.\d+\.\d+\Z")

    def test_the_journal_is_that_of_a_flag_or_of_the_environment(self):
        self.run_holon("db", "migrate", "--journal", self.url(), env={"HOLON_DB": "memory:"})
        self.run_holon("db", "status")
        self.run_holon("db", "status", env={"DB_TYPE": "postgres"})

    def test_status_of_a_database_without_a_journal(self):
        self.assertEqual(set(self.states(NO).values()), {"pending"})
        told = self.text("db", "status", code=NO)
        self.assertIn("run holon db migrate", told)
        self.assertRegex(told, r"(?m)^ *2 +partitions +pending *$")
        self.assertIsNone(self.json("db", "status", code=NO)["migrations"][0]["applied_at"])

    def test_status_for_people(self):
        self.run_holon("db", "migrate")
        told = self.text("db", "status")
        self.assertRegex(told, r"(?m)^ *1 +journal +applied +\d{4}-\S+ +postgres +\d+\.\d+\.\d+$")
        self.assertTrue(told.endswith("The journal is up to date.\n"))

    def test_a_dry_run_writes_nothing(self):
        told = self.text("db", "migrate", "--dry-run")
        self.assertIn("would apply 0001 journal", told)
        answer = self.json("db", "migrate", "--dry-run", "--payload", "json")
        self.assertEqual((answer["dry_run"], answer["payload_type"]), (True, "json"))
        self.assertEqual({each["state"] for each in answer["migrations"]}, {"pending"})
        self.assertEqual(self.sql("select count(*) from pg_class where relnamespace = 'public'::regnamespace"), "0")

    def test_a_database_in_another_encoding_is_refused(self):
        name = self.database + "_latin1"
        self.psql(f"create database {name} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'", "postgres")
        url = self.url().replace(self.database, name)
        for words in (["migrate"], ["migrate", "--dry-run"]):
            told = self.error("db", *words, "--journal", url)
            self.assertIn("the database keeps text in LATIN1", told)
            self.assertIn("encoding 'UTF8'", told)
        self.assertEqual(self.psql("select count(*) from pg_class where relnamespace = 'public'::regnamespace", name)
                         .stdout.strip(), "0")

    def test_the_payload_type_is_chosen_once(self):
        self.assertIn("payloads are json.", self.text("db", "migrate", "--payload", "json"))
        self.assertEqual(self.json("db", "migrate")["payload_type"], "json")
        self.assertIn("the journal keeps payloads as json", self.error("db", "migrate", "--payload", "jsonb"))
        self.assertIn("xml", self.error("db", "migrate", "--payload", "xml"))

    def test_what_was_changed_and_what_is_newer(self):
        self.run_holon("db", "migrate")
        self.sql("update journal_migrations set checksum = 'x' where number = 2")
        self.assertEqual(self.states(NO)["partitions"], "changed")
        self.assertIn("migration 2 (partitions) was applied with another text", self.error("db", "migrate"))
        self.assertEqual(self.json("db", "migrate", code=BAD_INPUT)["error"]["code"], "corrupt")

    def test_a_journal_of_a_newer_program(self):
        self.run_holon("db", "migrate")
        self.sql("insert into journal_migrations (number, name, checksum, program_version) "
                 "select max(number) + 1, 'later', 'x', '9.9.9' from journal_migrations")
        self.assertEqual(self.states(NO)["later"], "unknown")
        self.assertIn("is newer than this program", self.error("db", "migrate"))
        self.assertEqual(self.json("db", "migrate", code=BAD_INPUT)["error"]["code"], "foreign")

    def test_a_database_of_another_program(self):
        self.sql("create table events (id integer)")
        self.assertIn("a table 'events' that is not of a journal", self.error("db", "migrate"))

    def test_a_user_who_may_not(self):
        self.sql("do $$ begin create role plain login; exception when duplicate_object then null; end $$")
        told = self.error("db", "migrate", "--journal", self.url("plain", "secret"))
        self.assertIn("permission denied", told)
        self.assertNotIn("secret", told)

    def test_a_server_that_is_not_there(self):
        told = self.error("db", "migrate", "--journal", "postgresql://ada:secret@/db?host=/nowhere", code=TROUBLE)
        self.assertNotIn("secret", told)
        self.error("db", "status", "--journal", "postgresql://ada:secret@/db?host=/nowhere", code=TROUBLE)

    def test_a_database_that_is_not_there(self):
        self.assertIn("does not exist", self.error("db", "status", "--journal", self.url().replace("test_", "none_")))

    def test_a_journal_of_another_kind(self):
        for journal in ("memory:", "sqlite:journal.db"):
            for command in ("migrate", "status"):
                told = self.error("db", command, "--journal", journal)
                self.assertIn("holon db is for journals in PostgreSQL", told)
                self.assertIn(journal, told)

    def test_the_doctor_finds_a_server_that_may_lose_events(self):
        self.run_holon("db", "migrate")
        answer = self.json("db", "doctor", code=NO)  # the servers of the tests do without fsync
        problems = [each for each in answer["findings"] if each["severity"] == "problem"]
        self.assertEqual([each["what"] for each in problems], ["setting fsync"])
        self.assertEqual(answer["problems"], 1)
        self.assertIn("alter system set fsync = 'on'", problems[0]["advice"])
        told = self.text("db", "doctor", code=NO)
        self.assertRegex(told, r"(?m)^problem +setting fsync +off$")
        self.assertRegex(told, r"(?m)^problem - setting fsync: a crash of the machine")
        self.assertRegex(told, r"(?m)^ +head +offset 0, number 0, 0 batches$")

    def test_the_doctor_asks_for_a_database(self):
        self.assertIn("holon db is for journals in PostgreSQL", self.error("db", "doctor", "--journal", "memory:"))
        self.error("db", "doctor", "--journal", "postgresql://ada:secret@/db?host=/nowhere", code=TROUBLE)

    def journal_with_an_old_month(self):
        """Three events that were recorded months ago and one of now; gives the name of the old month."""
        self.run_holon("db", "migrate")
        append = ["append", "task-1", "--type", "TaskCreated", "--data", '{"title":"x","description":"","priority":1}']
        for _ in range(3):
            self.run_holon(*append)
        back = "recorded_at = recorded_at - interval '100 days'"
        self.sql("select make_partition(now() - interval '100 days'); set session_replication_role = replica; "
                 f"update events set {back}; update batches set {back} where number > 0")
        self.run_holon(*append)
        return self.sql("select min(name) from journal_partitions")

    def archive(self, *more, code=DONE):
        return self.json("db", "archive", "--before", date.today().isoformat(), "--to", "archive", *more, code=code)

    def test_a_month_goes_to_the_archive_and_comes_back(self):
        month = self.journal_with_an_old_month()
        planned = self.archive("--dry-run")["months"]
        self.assertEqual([(each["name"], each["outcome"]) for each in planned], [(month, "planned")])
        self.assertFalse(os.path.exists(self.path("archive")))
        answer = self.archive()
        self.assertEqual(answer["stopped"], None)
        file = f"archive/{month}.json"
        del answer["months"][0]["table_bytes"]
        self.assertEqual(answer["months"], [{"name": month, "outcome": "archived", "events": 3, "first_offset": 1,
                                             "last_offset": 3, "file": file}])
        with gzip.open(self.path(f"archive/{month}.jsonl.gz"), "rt", encoding="utf-8") as lines:
            self.assertEqual([json.loads(line)["global_offset"] for line in lines], [1, 2, 3])
        verified = self.json("verify")
        self.assertEqual((verified["events"], verified["archived"], verified["problems"]), (1, 3, []))
        self.assertIn("Not looked at: the events 1 to 3 are in the archive", self.text("verify"))
        proven = self.json("verify", "--archive", file)
        self.assertEqual((proven["name"], proven["events"], proven["problems"]), (month, 3, []))
        self.assertIn("to the byte", self.text("verify", "--archive", file))
        self.assertIn("holon db restore", self.run_holon("read", code=NO).stderr)
        self.assertIn("Nothing to do", self.text("db", "archive", "--before", "2020-01-01", "--to", "archive"))
        self.assertIn(f"{month} is back, with 3 events", self.text("db", "restore", file))
        self.assertEqual(self.json("verify")["events"], 4)
        told = self.text("db", "archive", "--before", date.today().isoformat(), "--to", "archive", "--keep-table")
        self.assertRegex(told, rf"(?m)^{month} +3 +0\.\d MB +kept +archive/{month}\.json$")
        self.assertEqual(self.sql(f"select count(*) from {month}"), "3")
        self.assertEqual(self.archive()["months"][0]["outcome"], "dropped")
        self.assertEqual(self.json("db", "restore", f"archive/{month}.jsonl.gz")["outcome"], "restored")

    def test_an_archive_that_was_damaged_is_found(self):
        month = self.journal_with_an_old_month()
        self.archive()
        self.write(f"archive/{month}.jsonl.gz", b"rubbish")
        found = self.json("verify", "--archive", f"archive/{month}.json", code=NO)
        self.assertIn("its SHA-256 is", found["problems"][0]["what"])
        told = self.error("db", "restore", f"archive/{month}.json")
        self.assertIn("nothing was restored", told)

    def test_archiving_with_wrong_arguments(self):
        self.run_holon("db", "migrate")
        self.assertIn("--before", self.error("db", "archive", "--to", "archive"))
        self.assertIn("--to", self.error("db", "archive", "--before", "2020-01-01"))
        self.assertIn("--before: ", self.error("db", "archive", "--before", "soon", "--to", "archive"))
        self.assertIn("is no file of an archive", self.error("db", "restore", "notes.txt"))
        self.assertIn("there is no such file", self.error("db", "restore", "events_2020_01.json", code=NO))
        self.assertIn("there is no such file", self.error("verify", "--archive", "events_2020_01.json", code=NO))
        for command in (["archive", "--before", "2020-01-01", "--to", "archive"], ["restore", "events_2020_01.json"]):
            self.assertIn("holon db is for journals in PostgreSQL",
                          self.error("db", *command, "--journal", "memory:"))

    def test_wrong_usage(self):
        self.error("db")
        self.error("db", "migrat")
        self.assertIn("--dry-run", self.run_holon("db", "migrate", "--help", code=DONE).stdout)


if __name__ == "__main__":
    unittest.main()

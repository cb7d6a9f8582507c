#!/usr/bin/env python3
"""holon db: a journal in PostgreSQL is made, brought up to date, and tells how it stands."""
import unittest

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

    def test_wrong_usage(self):
        self.error("db")
        self.error("db", "migrat")
        self.assertIn("--dry-run", self.run_holon("db", "migrate", "--help", code=DONE).stdout)


if __name__ == "__main__":
    unittest.main()

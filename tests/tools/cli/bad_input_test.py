#!/usr/bin/env python3
"""Bad input of every kind: one clear line, exit code 2, and nothing written."""
import gzip
import os
import re
import sqlite3
import subprocess
import unittest

from command_case import BAD_INPUT, HALF_DONE, HOLON, NO, TROUBLE, CommandCase, csv_log, xes_log

TASK = '{"title":"x","description":"","priority":1}'


class BadInput(CommandCase):
    """Each test runs beside a journal that has something to lose."""

    def setUp(self):
        super().setUp()
        self.create_task()
        self.before = (self.verified(), self.text("read", "--json"))

    def nothing_written(self, *arguments, says, code=BAD_INPUT, **options):
        self.assertIn(says, self.error(*arguments, code=code, **options))
        self.assertEqual((self.verified(), self.text("read", "--json")), self.before)
        # Nor is a journal made that was not there.
        self.error(*arguments, "--journal", "sqlite:new/journal.db", code=code, **options)
        self.assertFalse(os.path.exists(self.path("new/journal.db")))

    def test_a_truncated_gzip(self):
        whole = gzip.compress(xes_log(300).encode())
        for part in (0.1, 0.5, 0.9):
            with open(self.path("cut.xes.gz"), "wb") as file:
                file.write(whole[: int(len(whole) * part)])
            self.nothing_written("import", "cut.xes.gz", says="the file is truncated")

    def test_malformed_xes(self):
        self.write("bad.xes", xes_log(300).replace("</log>", "<trace>"))
        self.nothing_written("import", "bad.xes", says="bad.xes: line 304: ")

    def test_malformed_csv(self):
        self.write("bad.csv", csv_log(30, 3) + "case 1,step 9\n")
        self.nothing_written("import", "bad.csv", says="bad.csv: line 92: ")

    def test_a_column_that_is_not_there(self):
        self.write("log.csv", csv_log(3, 3))
        self.nothing_written("import", "log.csv", "--case", "nr", says="'nr'")

    def test_malformed_json_lines(self):
        good = '{"case:concept:name":"a","concept:name":"open","time:timestamp":"2026-01-01"}\n'
        self.write("bad.jsonl", good * 3 + '{"case:concept:name":\n')
        self.nothing_written("import", "bad.jsonl", says="bad.jsonl: line 4: ")

    def test_an_activity_too_long_for_an_event_type(self):
        self.write("log.csv", csv_log(2, 2, activity="x" * 300))
        self.nothing_written("import", "log.csv", says="line 2: the activity 'xxx")

    def test_an_event_without_a_time(self):
        self.write("log.csv", "case:concept:name,concept:name\na,open\n")
        self.nothing_written("import", "log.csv", says="event 1 has no time")

    def test_a_log_that_is_not_there(self):
        self.nothing_written("import", "nowhere.xes", says="nowhere.xes: ")

    def test_a_stream_type_that_is_built_in(self):
        self.write("log.csv", csv_log(2, 2))
        self.nothing_written("import", "log.csv", "--stream-type", "task", says="built-in holon type")

    def test_a_payload_against_its_schema(self):
        self.nothing_written("append", "t", "--type", "TaskCreated", "--data", '{"title":3}', says="/title")
        self.nothing_written("append", "t", "--type", "TaskCreated", "--data", '{"title"', says="TaskCreated")
        self.nothing_written("schema", "check", "TaskCreated", "{}", says="TaskCreated")

    def test_an_unknown_type(self):
        self.nothing_written("append", "t", "--type", "TaskCreatd", "--data", TASK, says="did you mean TaskCreated")

    def test_bad_values_of_flags(self):
        append = ["append", "t", "--type", "TaskCreated", "--data", TASK]
        for flag in ("--expected", "--event-id", "--occurred-at", "--metadata", "--caused-by",
                     "--check"):
            self.nothing_written(*append, flag, "rubbish", says=flag)

    def test_metadata_that_says_one_thing_twice(self):
        self.nothing_written("append", "t", "--type", "TaskCreated", "--data", TASK, "--metadata", '{"a":1,"a":2}',
                             says="--metadata: ")

    def test_a_wrong_expected_version(self):
        for expected in ("0", "none", "7"):
            told = self.error("append", "task-1", "--type", "TaskStarted", "--data", "{}", "--expected", expected)
            self.assertIn("is at version 1", told)
        self.error("append", "new", "--type", "TaskCreated", "--data", TASK, "--expected", "exists")
        answer = self.json("append", "task-1", "--type", "TaskStarted", "--data", "{}", "--expected", "7", code=BAD_INPUT)
        self.assertEqual(answer["error"]["code"], "version_conflict")
        self.assertEqual(answer["error"]["actual_version"], 1)
        self.assertEqual((self.verified(), self.text("read", "--json")), self.before)

    def test_an_event_that_its_holon_type_does_not_have(self):
        self.error("append", "task-1", "--type", "PersonModified", "--data", "{}")
        self.error("append", "p", "--type", "PersonModified", "--data", "{}", "--stream-type", "task")
        self.assertEqual((self.verified(), self.text("read", "--json")), self.before)

    def test_an_event_id_with_other_content(self):
        event = self.lines("read")[0]["event_id"]
        told = self.error("append", "task-2", "--type", "TaskCreated", "--data", TASK, "--event-id", event)
        self.assertIn(event, told)
        self.assertEqual((self.verified(), self.text("read", "--json")), self.before)

    def test_a_schema_that_is_none(self):
        self.write("bad.json", '{"type":')
        self.error("schema", "register", "InvoicePaid", "bad.json")
        self.error("schema", "register", "InvoicePaid", "nowhere.json")
        self.assertFalse(os.path.exists(self.path("holon-data/schemas")))

    def test_wrong_usage(self):
        for words, says in [
            (["frobnicate"], "there is no command or argument 'frobnicate'"),
            (["read", "--nothing"], "there is no option '--nothing'"),
            (["read", "--limit", "x"], "is not a whole number from 1"),
            (["append", "t"], "--"),
            (["read", "--loaders", "0"], "--loaders: "),
            (["read", "--config", "nowhere.json"], "nowhere.json"),
            (["read", "--journal", "mysql:x"], "--journal: "),
            (["verify", "--against", "rubbish"], "--against: "),
        ]:
            self.assertIn(says, self.error(*words))

    def test_a_server_that_is_not_there(self):
        told = self.error("read", "--journal", "postgresql://ada:secret@127.0.0.1:1/db", code=TROUBLE)
        self.assertIn("postgresql://ada:***@127.0.0.1:1/db: no connection: ", told)
        self.assertNotIn("secret", told)


class BadJournal(CommandCase):
    def commands(self, where):
        self.write("log.csv", csv_log(3, 3))
        journal = ["--journal", "sqlite:" + where]
        yield ["read", *journal]
        yield ["verify", *journal]
        yield ["import", "log.csv", *journal]
        yield ["append", "t", "--type", "TaskCreated", "--data", TASK, *journal]
        yield ["demo", "--commands", "10", *journal]

    def refused(self, where, says):
        with open(self.path(where), "rb") as file:
            before = file.read()
        for command in self.commands(where):
            self.assertRegex(self.error(*command), says)
        with open(self.path(where), "rb") as file:
            self.assertEqual(file.read(), before)

    def test_a_file_that_is_no_database(self):
        self.write("notes.txt", "remember the milk\n" * 1000)
        self.refused("notes.txt", "notes.txt")

    def test_a_database_of_somebody_else(self):
        with sqlite3.connect(self.path("other.db")) as other:
            other.execute("create table t (x)")
        other.close()
        self.refused("other.db", "other.db")

    def test_a_journal_with_broken_bytes(self):
        self.write("log.csv", csv_log(300, 3))
        self.run_holon("import", "log.csv")
        checkpoint(self.path("holon-data/journal.db"))
        with open(self.path("holon-data/journal.db"), "r+b") as file:
            file.seek(3 * 4096)
            file.write(b"\xff" * 4096)
        self.refused("holon-data/journal.db", "journal.db")

    def test_verify_tells_what_was_tampered_with(self):
        self.write("log.csv", csv_log(3, 3))
        self.run_holon("import", "log.csv")
        self.create_task()
        with sqlite3.connect(self.path("holon-data/journal.db")) as journal:
            for (trigger,) in journal.execute("select name from sqlite_schema where type = 'trigger'").fetchall():
                journal.execute(f"drop trigger {trigger}")
            journal.execute("update events set payload = '{\"a\":1}' where global_offset = 4")
        journal.close()
        answer = self.json("verify", code=NO)
        self.assertTrue(answer["problems"])
        self.assertIn("digest", self.text("verify", code=NO))

    def test_verify_against_another_journal(self):
        self.write("log.csv", csv_log(cases=3, events_per_case=3))
        for journal in ("a", "b"):
            self.run_holon("import", "log.csv", "--journal", f"sqlite:{journal}.db")
        compare = ["verify", "--journal", "sqlite:a.db", "--against", "sqlite:b.db"]
        self.assertEqual(self.json(*compare), {"compared": 9, "archived": 0, "problems": [], "problems_untold": 0})
        self.assertIn("No differences", self.text(*compare))
        self.run_holon("append", "t", "--type", "TaskCreated", "--data", TASK, "--journal", "sqlite:b.db")
        self.assertTrue(self.json(*compare, code=NO)["problems"])

    def test_a_journal_that_another_process_writes(self):
        self.create_task()
        demo = self.start("demo", "--commands", "2000000")
        self.addCleanup(demo.communicate)
        self.addCleanup(demo.kill)
        while self.json("tail", "-n", "1")["global_offset"] < 2:
            self.assertIsNone(demo.poll())
        told = self.error("append", "t", "--type", "TaskCreated", "--data", TASK, code=TROUBLE)
        self.assertIn(str(demo.pid), told)

    def test_a_result_that_cannot_be_written(self):
        self.create_task()
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([HOLON, "read"], cwd=self.folder, stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=self.environment(), check=False)
        self.assertEqual(done.returncode, TROUBLE)
        self.assertIn("cannot be written to stdout", done.stderr)

    def test_what_was_done_is_not_denied_when_its_result_cannot_be_written(self):
        self.write("log.csv", csv_log(3, 3))
        self.write("any.json", "{}")
        append = ["append", "t", "--type", "TaskCreated", "--data", TASK]
        for command in (append, ["import", "log.csv"], ["schema", "register", "x", "any.json"], ["demo", "--commands", "9"]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([HOLON, *command], cwd=self.folder, stdout=full, stderr=subprocess.PIPE, text=True,
                                      env=self.environment(), check=False)
            self.assertEqual(done.returncode, HALF_DONE, (command, done.stderr))
            self.assertIn("what was written before stays", done.stderr)
        self.assertGreater(self.verified()["events"], 10)


class FullDisk(CommandCase):
    """On a small disk of its own, mounted in a namespace of its own; needs user namespaces or root."""

    def on_small_disk(self, megabytes, script):
        mount = f'mkdir disk && mount -t tmpfs -o size={megabytes}m tmpfs disk && cd disk && {script}'
        namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
        if subprocess.run([*namespace, "mount", "-t", "tmpfs", "tmpfs", self.folder], capture_output=True).returncode:
            self.skipTest("this machine lets nobody mount a disk here: run tests/fault/full_disk.sh as root")
        return subprocess.run([*namespace, "bash", "-c", mount], cwd=self.folder, text=True, capture_output=True,
                              env=self.environment({"HOLON": HOLON}), check=False)

    def test_an_import_that_does_not_fit_writes_nothing(self):
        self.write("log.csv", csv_log(cases=2000, events_per_case=20))
        done = self.on_small_disk(4, '"$HOLON" import ../log.csv; echo "code $?"; ls -A')
        self.assertEqual(done.stdout, "code 2\n", done.stderr)
        self.assertRegex(done.stderr, r"\Aholon: the disk of \S+ has 4\.\d MB free, and these events need about \d+\.\d MB")

    def test_an_append_to_a_full_disk_writes_nothing(self):
        task = f"append $n --type TaskCreated --data '{TASK}'"
        done = self.on_small_disk(2, f"""
          n=first; "$HOLON" {task} >/dev/null || exit 9
          "$HOLON" verify --json | sed 's/^/before /'
          cat /dev/zero >fill 2>/dev/null
          n=second; "$HOLON" {task}; echo "code $?"
          "$HOLON" verify --json | sed 's/^/after /'
          rm fill; "$HOLON" {task} >/dev/null; echo "code $?" """)
        answers = dict(re.findall(r"^(before|after) (.*)$", done.stdout, re.MULTILINE))
        self.assertEqual(answers.get("before"), answers.get("after"), done.stdout + done.stderr)
        self.assertIn('"events":1,', answers["after"])
        self.assertEqual(re.findall(r"^code (\d+)$", done.stdout, re.MULTILINE), ["2", "0"], done.stderr)
        self.assertRegex(done.stderr, r"\Aholon: [^\n]+no space left[^\n]*\n\Z")


def checkpoint(journal):
    """Brings everything from the log into the file, so that a test can break the file."""
    database = sqlite3.connect(journal)
    database.execute("pragma wal_checkpoint(truncate)")
    database.close()
    for name in ("-wal", "-shm"):
        if os.path.exists(journal + name):
            os.remove(journal + name)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Ctrl-C at the first press: whatever a command waits for, and nothing stays behind."""
import os
import select
import signal
import tempfile
import unittest

from command_case import INTERRUPTED, CommandCase, csv_log

SECONDS_TO_END = 60  # of a loaded machine; a command that did not hear it would wait for ever


class Interruption(CommandCase):
    def setUp(self):
        super().setUp()
        self.temporary = tempfile.mkdtemp(dir=self.folder)

    def wait_until_it_reads(self, process, pipe):
        """A pipe that was written to is empty again once somebody has read from it."""
        os.write(pipe, b" ")
        waiting = True
        while waiting:
            self.assertIsNone(process.poll())
            waiting = bool(select.select([self.reading], [], [], 0.01)[0])

    def interrupted(self, *arguments, by=signal.SIGINT):
        self.reading, writing = os.pipe()
        self.addCleanup(os.close, self.reading)
        self.addCleanup(os.close, writing)
        process = self.start(*arguments, stdin=self.reading, env={"TMPDIR": self.temporary})
        self.addCleanup(process.kill)
        self.wait_until_it_reads(process, writing)
        process.send_signal(by)
        process.communicate(timeout=SECONDS_TO_END)
        self.assertEqual(process.returncode, INTERRUPTED, arguments)
        self.assertEqual(os.listdir(self.temporary), [])

    def test_commands_that_read_stdin(self):
        for words in (["import", "-"], ["import", "/dev/stdin"], ["append", "a", "--type", "TaskCreated", "--data", "-"],
                      ["schema", "register", "x", "-"], ["schema", "check", "TaskCreated", "-"]):
            for by in (signal.SIGINT, signal.SIGTERM):
                self.interrupted(*words, by=by)

    def test_a_fifo_that_nobody_writes(self):
        os.mkfifo(self.path("fifo"))
        process = self.start("import", "fifo", env={"TMPDIR": self.temporary})
        self.addCleanup(process.kill)
        handled = False
        while not handled:
            self.assertIsNone(process.poll())
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
                caught = next(line for line in file if line.startswith("SigCgt:")).split()[1]
            handled = bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS_TO_END)
        self.assertEqual(process.returncode, INTERRUPTED)

    def test_a_copy_of_stdin_is_gone_even_if_the_process_is_killed(self):
        self.reading, writing = os.pipe()
        process = self.start("import", "-", stdin=self.reading, env={"TMPDIR": self.temporary})
        self.wait_until_it_reads(process, writing)
        process.kill()
        process.communicate()
        os.close(self.reading)
        os.close(writing)
        self.assertEqual(os.listdir(self.temporary), [])

    def test_a_journal_is_followed_until_then(self):
        self.create_task()
        process = self.start("tail", "-f", "--json")
        self.addCleanup(process.kill)
        self.assertIn("TaskCreated", process.stdout.readline())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS_TO_END)
        self.assertEqual(process.returncode, INTERRUPTED)

    def test_verify(self):
        self.write("log.csv", csv_log(cases=2000, events_per_case=20))
        self.run_holon("import", "log.csv")
        process = self.start("verify", "--json")
        self.addCleanup(process.kill)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=SECONDS_TO_END)
        self.assertIn(process.returncode, (INTERRUPTED, -signal.SIGINT))


if __name__ == "__main__":
    unittest.main()

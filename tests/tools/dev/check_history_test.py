#!/usr/bin/env python3
"""What tools/dev/check_history does, with Bazel played by a stand-in and the checker real."""
import os
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = "tools/dev/check_history"
CHECKER = "tests/history/check_history"
SECONDS_MAX = 60

BAZEL = """#!/bin/bash
echo "bazel $*" >>"$CALLS"
echo "a long story" >&2
exit "${BAZEL_STATUS:-0}"
"""
RUN = '{"format":1,"seed":1,"nodes":1,"clock":"steps","journal":"memory:"}\n'
EVENT = ('{"k":"event","offset":1,"stream":1,"v":1,"id":"0190b5c1-7d3e-7c41-9a53-0242ac120002","op":1,'
         '"type":"MoneyDeposited","payload":"{\\"amount\\":5}"}\n')
DEPOSIT = ('{"k":"op","op":1,"client":1,"node":0,"do":"deposit","stream":1,"amount":5,"call":1,"ret":2,"out":"done","v":1,'
           '"offset":1,"events":1}\n')
REFUSED = ('{"k":"op","op":2,"client":2,"node":0,"do":"withdraw","stream":1,"amount":9,"call":%d,"ret":9,"out":"refused",'
           '"v":0,"code":"insufficient_funds"}\n')


class CheckHistory(unittest.TestCase):
    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for path in (SCRIPT, "tools/dev/common.sh"):
            self.put(path, open(path, encoding="utf-8").read())
        self.put("stand-ins/bazel", BAZEL)
        os.makedirs(os.path.join(self.root, "bazel-bin", os.path.dirname(CHECKER)))
        os.symlink(os.path.realpath(CHECKER), os.path.join(self.root, "bazel-bin", CHECKER))

    def put(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)

    def put_history(self, asked_at):
        self.put("run 1/run.json", RUN)
        self.put("run 1/client-1.jsonl", DEPOSIT)
        self.put("run 1/client-2.jsonl", REFUSED % asked_at)
        self.put("run 1/journal.jsonl", EVENT)

    def check(self, *arguments, **environment):
        base = {"PATH": f"{self.root}/stand-ins:/usr/bin:/bin", "HOME": f"{self.root}/home", "CALLS": f"{self.root}/calls"}
        return subprocess.run([os.path.join(self.root, SCRIPT), *arguments], cwd=self.root, env={**base, **environment},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)

    def test_a_true_history_is_told_so(self):
        self.put_history(asked_at=2)
        done = self.check("run 1")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        counts, verdict = done.stdout.splitlines()
        self.assertTrue(counts.startswith("1 done, 0 nothing to record, 1 refused,"), counts)
        self.assertEqual(verdict, "every answer was true")
        with open(f"{self.root}/calls", encoding="utf-8") as file:
            self.assertRegex(file.read(), r"^bazel build .*//tests/history:check_history$")

    def test_an_answer_that_was_not_true_is_told_with_what_was_around_it(self):
        self.put_history(asked_at=3)
        done = self.check("run 1")
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        _, sentence, *around = done.stdout.splitlines()
        self.assertEqual(
            sentence,
            "refused (insufficient_funds) on version 0 of account 1, asked at step 3 at node 0 by client 2 (op 2); but "
            "version 1, offset 1, was acknowledged at step 2 to client 1 at node 0 (op 1)")
        self.assertEqual([line.split(":")[0] for line in around], ["  op 1", "  op 2"])

    def test_a_folder_that_is_no_history_is_bad_input(self):
        os.makedirs(f"{self.root}/empty")
        done = self.check("empty")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "check_history: there is no history in empty: it has no run.json\n")

    def test_a_bad_line_is_bad_input(self):
        self.put_history(asked_at=2)
        self.put("run 1/client-2.jsonl", '{"k":"note"}\n')
        done = self.check("run 1")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr,
                         "check_history: client-2.jsonl, line 1: 'k' is 'note', and may be op, seen, fault or event\n")

    def test_a_folder_that_is_not_there_is_bad_input(self):
        done = self.check("nowhere")
        self.assertEqual((done.returncode, done.stderr), (2, "check_history: there is no folder nowhere\n"))

    def test_it_does_not_guess_what_an_argument_means(self):
        for arguments in ([], ["--fast"], ["one", "two"]):
            done = self.check(*arguments)
            self.assertEqual((done.returncode, done.stderr),
                             (2, "check_history: call it as tools/dev/check_history FOLDER\n"))

    def test_it_says_how_it_is_called(self):
        done = self.check("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("tools/dev/check_history FOLDER", done.stdout)
        self.assertIn("Exit code 0", done.stdout)

    def test_a_checker_that_cannot_be_built_says_why(self):
        self.put_history(asked_at=2)
        done = self.check("run 1", BAZEL_STATUS="1")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("a long story", done.stderr)


if __name__ == "__main__":
    unittest.main()

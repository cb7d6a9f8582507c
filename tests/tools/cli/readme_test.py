#!/usr/bin/env python3
"""The commands of README.md, typed as they stand there by somebody who has only a checkout."""
import os
import re
import shutil
import subprocess
import unittest

from command_case import HOLON, SECONDS_MAX, CommandCase

REPOSITORY = os.getcwd()


class Readme(CommandCase):
    def setUp(self):
        super().setUp()
        shutil.copytree(os.path.join(REPOSITORY, "tools/cli/examples"), self.path("tools/cli/examples"))
        os.symlink(HOLON, self.path("tools/holon"))

    def commands(self):
        with open(os.path.join(REPOSITORY, "README.md"), encoding="utf-8") as file:
            text = file.read()
        for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            yield from (line for line in block.splitlines() if line.startswith("tools/holon "))

    def shell(self, line):
        done = subprocess.run(["bash", "-c", line], cwd=self.folder, env=self.environment(), text=True,
                              capture_output=True, timeout=SECONDS_MAX, check=False)
        self.assertEqual(done.returncode, 0, f"{line}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def test_every_command_works_as_it_stands(self):
        seen = 0
        for line in self.commands():
            if "tail -f" in line:
                continue  # it follows the journal until somebody ends it
            event = self.lines("tail", "-n", "1")[0]["event_id"] if seen else ""
            told = self.shell(line.replace("EVENT_ID", event))
            self.assertNotEqual(told, "", line)
            seen += 1
        self.assertGreaterEqual(seen, 10)
        self.assertIn('"amount": 19.99', self.text("state", "orders/1002"))

    def test_what_is_imported_can_be_added_to_once_it_is_described(self):
        self.run_holon("import", "tools/cli/examples/orders.csv")
        told = self.error("append", "orders/1001", "--type", "goods sent", "--data", "{}")
        self.assertIn("holon schema register 'goods sent' FILE", told)
        self.write("any.json", "{}")
        self.run_holon("schema", "register", "goods sent", "any.json")
        self.run_holon("append", "orders/1001", "--type", "goods sent", "--data", "{}")


if __name__ == "__main__":
    unittest.main()

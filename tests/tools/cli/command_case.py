"""What the tests of the command line share: the built binary, a folder of its own for each test, and small event logs."""
import gzip
import json
import os
import shutil
import subprocess
import tempfile
import unittest

HOLON = os.path.abspath("tools/cli/holon")
SECONDS_MAX = 120
LONG = os.environ.get("HOLON_LONG") == "1"

DONE, NO, BAD_INPUT, TROUBLE, HALF_DONE, INTERRUPTED = 0, 1, 2, 3, 4, 130


def csv_log(cases, events_per_case, activity="step"):
    """A log with events of different cases in turn, as they come in life."""
    lines = ["case:concept:name,concept:name,time:timestamp,org:resource,amount"]
    for step in range(events_per_case):
        for case in range(cases):
            time = f"2026-01-{1 + step % 28:02}T08:{case % 60:02}:00Z"
            lines.append(f"case {case},{activity} {step},{time},clerk {case % 7},{step * 10}")
    return "\n".join(lines) + "\n"


def xes_log(cases):
    traces = "".join(
        f'<trace><string key="concept:name" value="case {case}"/>'
        '<event><string key="concept:name" value="open"/><string key="lifecycle:transition" value="complete"/>'
        '<date key="time:timestamp" value="2026-01-01T08:00:00Z"/></event></trace>\n'
        for case in range(cases)
    )
    return f'<?xml version="1.0"?>\n<log>\n{traces}</log>\n'


class CommandCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        data = content if isinstance(content, bytes) else content.encode()
        with open(self.path(name), "wb") as file:
            file.write(gzip.compress(data) if name.endswith(".gz") else data)
        return self.path(name)

    def environment(self, extra=None):
        ours = ("HOLON_", "DB_TYPE", "NO_COLOR")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return {**clean, **(extra or {})}

    def start(self, *arguments, env=None, **options):
        return subprocess.Popen([HOLON, *arguments], cwd=self.folder, env=self.environment(env), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)

    def run_holon(self, *arguments, code=DONE, stdin="", env=None):
        """Runs the command, expects its exit code, and gives the finished process."""
        done = subprocess.run([HOLON, *arguments], cwd=self.folder, env=self.environment(env), input=stdin, text=True,
                              capture_output=True, timeout=SECONDS_MAX)
        self.assertEqual(done.returncode, code, f"holon {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done

    def text(self, *arguments, **options):
        return self.run_holon(*arguments, **options).stdout

    def lines(self, *arguments, **options):
        """The answer of --json, one value a line."""
        return [json.loads(line) for line in self.text(*arguments, "--json", **options).splitlines()]

    def json(self, *arguments, **options):
        answer = self.lines(*arguments, **options)
        self.assertEqual(len(answer), 1, answer)
        return answer[0]

    def error(self, *arguments, code=BAD_INPUT, **options):
        """The command fails with one clear line, the same in text and in JSON; gives the line."""
        told = self.run_holon(*arguments, code=code, **options).stderr
        self.assertRegex(told, r"\Aholon: [^\n]{10,}\n\Z")
        answer = self.json(*arguments, code=code, **options)
        self.assertEqual("holon: " + answer["error"]["message"] + "\n", told)
        self.assertRegex(answer["error"]["code"], r"\A[a-z_]+\Z")
        return told

    def append(self, stream, event_type, data, *more, **options):
        return self.json("append", stream, "--type", event_type, "--data", json.dumps(data), *more, **options)

    def create_task(self, stream="task-1", title="write tests"):
        return self.append(stream, "TaskCreated", {"title": title, "description": "", "priority": 1})

    def verified(self):
        """What verify says of a journal that is whole."""
        answer = self.json("verify")
        self.assertEqual(answer["problems"], [])
        return answer

#!/usr/bin/env python3
"""What tools/postgres does, with a real server in a folder of the test."""
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.parse

SCRIPT = os.path.abspath("tools/postgres")
SECONDS_MAX = 240
NOT_RUNNING = 3


class Postgres(unittest.TestCase):
    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp(dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.addCleanup(self.run_script, "stop")
        self.data = f"{self.root}/holon-data/postgres/data"

    def run_script(self, *arguments):
        environment = {"PATH": "/usr/bin:/bin", "HOME": f"{self.root}/home"}
        return subprocess.run([SCRIPT, *arguments], cwd=self.root, env=environment, capture_output=True, text=True,
                              timeout=SECONDS_MAX, check=False)

    def start(self, *arguments):
        """The URL that it prints."""
        done = self.run_script("start", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("\n"), 1, done.stdout)
        return done.stdout.strip()

    def sql(self, url, text):
        done = subprocess.run(["psql", "-XAtq", "-c", text, url], capture_output=True, text=True, timeout=SECONDS_MAX,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_a_server_is_made_and_keeps_its_rows_over_a_stop(self):
        url = self.start()
        self.assertRegex(url, r"^postgresql://\w+@%2Ftmp%2F[\w-]+:\d+/holon$")  # a shell needs no quotes for it
        self.sql(url, "create table notes (words text); insert into notes values ('kept')")
        self.assertEqual(self.run_script("stop").returncode, 0)
        self.assertEqual(self.start(), url)
        self.assertEqual(self.sql(url, "select words from notes"), "kept")

    def test_a_server_that_runs_is_found_again(self):
        url = self.start()
        pid = self.sql(url, "select pg_postmaster_start_time()")
        self.assertEqual(self.start(), url)
        self.assertEqual(self.sql(url, "select pg_postmaster_start_time()"), pid)
        status = self.run_script("status")
        self.assertEqual(status.returncode, 0)
        self.assertIn(url, status.stdout)

    def test_it_is_durable_and_nobody_is_served_by_tcp(self):
        url = self.start()
        shown = self.sql(url, "select string_agg(current_setting(name), ' ' order by name) from unnest(array["
                              "'fsync', 'full_page_writes', 'listen_addresses', 'synchronous_commit']) as name")
        self.assertEqual(shown, "on on  on")
        self.assertEqual(self.sql(url, "show shared_buffers; show max_wal_size; show jit"), "512MB\n4GB\noff")
        socket_folder = urllib.parse.unquote(url.split("@")[1].split(":")[0])
        self.assertEqual(os.stat(socket_folder).st_mode & 0o077, 0)

    def test_it_recovers_after_it_was_killed(self):
        url = self.start()
        self.sql(url, "create table notes (words text); insert into notes values ('kept')")
        with open(f"{self.data}/postmaster.pid", encoding="utf-8") as file:
            pid = int(file.readline())
        os.kill(pid, signal.SIGKILL)
        self.wait_until_buried(pid)
        self.assertEqual(self.run_script("status").returncode, NOT_RUNNING)
        self.assertEqual(self.sql(self.start(), "select words from notes"), "kept")

    def wait_until_buried(self, pid):
        deadline = time.monotonic() + SECONDS_MAX
        while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
            time.sleep(0.01)

    def test_what_a_killed_start_left_half_made_is_made_anew(self):
        os.makedirs(f"{self.data}.new/base")
        for name, text in [("tools-postgres.lock", ""), ("socket", "/tmp/gone\n")]:
            with open(f"{self.root}/holon-data/postgres/{name}", "w", encoding="utf-8") as file:
                file.write(text)
        self.assertEqual(self.sql(self.start(), "select 1"), "1")
        self.assertFalse(os.path.exists(f"{self.data}.new"))

    def test_a_folder_with_other_things_is_left_alone(self):
        os.makedirs(f"{self.root}/mine")
        with open(f"{self.root}/mine/letter", "w", encoding="utf-8") as file:
            file.write("dear")
        done = self.run_script("start", "mine")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("has other things in it", done.stderr)
        self.assertEqual(os.listdir(f"{self.root}/mine"), ["letter"])

    def test_two_starts_at_once_give_one_server(self):
        environment = {"PATH": "/usr/bin:/bin", "HOME": f"{self.root}/home"}
        both = [subprocess.Popen([SCRIPT, "start"], cwd=self.root, env=environment, stdout=subprocess.PIPE, text=True)
                for _ in range(2)]
        urls = [one.communicate(timeout=SECONDS_MAX)[0] for one in both]
        self.assertEqual([one.returncode for one in both], [0, 0])
        self.assertEqual(urls[0], urls[1])

    def test_where_nothing_runs_stop_and_status_say_so(self):
        self.assertEqual(self.run_script("stop").returncode, 0)
        status = self.run_script("status")
        self.assertEqual((status.returncode, status.stdout), (NOT_RUNNING, ""))
        self.assertIn("no server runs in", status.stderr)
        self.assertFalse(os.path.exists(f"{self.root}/holon-data"))

    def test_it_does_not_guess_what_an_argument_means(self):
        for arguments in ([], ["begin"], ["start", "one", "two"]):
            done = self.run_script(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("tools/postgres start [FOLDER]", self.run_script("--help").stdout)


if __name__ == "__main__":
    unittest.main()

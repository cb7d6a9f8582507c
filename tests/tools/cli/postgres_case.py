"""A PostgreSQL server for one class of tests of the command line: private, on a unix socket, stopped when they end."""
import glob
import os
import shutil
import subprocess
import tempfile
import time

from command_case import CommandCase

STARTED_WITHIN_SECONDS = 60
PSQL = "/usr/lib/postgresql/15/bin/psql"


def newest_server():
    """The folder of the newest version at hand; tools/test says which there are."""
    named = os.environ.get("HOLON_POSTGRES_SERVERS", "").split()
    places = [place.split("=", 1)[1] for place in named] or sorted(glob.glob("/usr/lib/postgresql/*"))
    return places[-1]


def as_postgres(command):
    """PostgreSQL refuses to run as root; in Bazel's sandbox nobody is."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


class PostgresCase(CommandCase):
    """Each test gets a database of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = tempfile.mkdtemp(prefix="holon-", dir="/tmp")  # a socket's path must be short
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        if os.geteuid() == 0:
            shutil.chown(cls.place, "postgres")
        programs, data = os.path.join(newest_server(), "bin"), os.path.join(cls.place, "data")
        subprocess.run(as_postgres([f"{programs}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-locale", "-E",
                                    "UTF8", "--no-sync"]), check=True, stdout=subprocess.DEVNULL)
        settings = {"listen_addresses": "", "unix_socket_directories": cls.place, "fsync": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with open(os.path.join(cls.place, "log"), "w", encoding="utf-8") as log:
            cls.server = subprocess.Popen(as_postgres([f"{programs}/postgres", "-D", data, *options]), stdout=log,
                                          stderr=log)
        cls.addClassCleanup(cls.server.wait)
        cls.addClassCleanup(cls.server.terminate)
        cls.wait_for_server()
        cls.databases = 0

    @classmethod
    def wait_for_server(cls):
        until = time.monotonic() + STARTED_WITHIN_SECONDS
        while cls.psql("select 1", "postgres", check=False).returncode != 0:
            if cls.server.poll() is not None or time.monotonic() > until:
                with open(os.path.join(cls.place, "log"), encoding="utf-8") as log:
                    raise RuntimeError("the server does not start: " + log.read())

    @classmethod
    def psql(cls, text, database, check=True):
        return subprocess.run([PSQL, "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", cls.place, "-U", "postgres", "-d",
                               database, "-c", text], check=check, capture_output=True, text=True)

    def setUp(self):
        super().setUp()
        type(self).databases += 1
        self.database = f"test_{self.databases}"
        self.psql(f"create database {self.database}", "postgres")

    def sql(self, text):
        """The answer of one statement, as psql prints it."""
        return self.psql(text, self.database).stdout.strip()

    def url(self, user="postgres", password=""):
        return f"postgresql://{user}{':' + password if password else ''}@/{self.database}?host={self.place}"

    def environment(self, extra=None):
        return super().environment({"HOLON_DB": self.url(), **(extra or {})})

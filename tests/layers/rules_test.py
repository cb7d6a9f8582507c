#!/usr/bin/env python3
"""Each rule finds what breaks it, in a tree of a few lines, and lets pass what it should."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, "tests/layers")
import rules

OPENED = "// What it is for.\n"


def broken(files):
    """What breaks the rules in a tree where every folder has its README."""
    readmes = {os.path.dirname(path) + "/README.md": "" for path in files}
    return rules.check_tree({**readmes, **files})


class Includes(unittest.TestCase):
    def assert_allowed(self, path, header):
        self.assertEqual(broken({path: OPENED + f"#include {header}\n"}), [])

    def assert_forbidden(self, path, header, why):
        found = broken({path: OPENED + f"#include {header}\n"})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(f"{path}:2: "), found)
        self.assertIn(why, found[0])

    def test_layers_look_down(self):
        for own, layer in enumerate(rules.LAYERS):
            for other in rules.LAYERS[: own + 1]:
                self.assert_allowed(f"{layer}/a.cpp", f'"{other}/b.hpp"')

    def test_layers_do_not_look_up(self):
        for own, layer in enumerate(rules.LAYERS):
            for other in rules.LAYERS[own + 1 :]:
                self.assert_forbidden(f"{layer}/deep/a.hpp", f'"{other}/b.hpp"', "layers look down only")

    def test_tests_see_all_and_nothing_sees_tests(self):
        for layer in rules.LAYERS:
            self.assert_allowed("tests/actors/a_test.cpp", f'"{layer}/b.hpp"')
            self.assert_forbidden(f"{layer}/a.cpp", '"tests/support/b.hpp"', "nothing sees tests")
        self.assert_allowed("tests/actors/a_test.cpp", '"tests/support/b.hpp"')

    def test_our_headers_go_by_their_path_from_the_root(self):
        self.assert_forbidden("config/a.cpp", '"result.hpp"', "not a path from the root")
        self.assert_forbidden("config/a.cpp", '"../config/result.hpp"', "not a path from the root")

    def test_caf_stays_in_the_runtime(self):
        for folder in ["actors/runtime", "actors/cluster", "tests/support", "tests/actors/runtime"]:
            self.assert_allowed(f"{folder}/a.cpp", "<caf/all.hpp>")
        for folder in ["actors", "tools/cli", "persistence", "tests/actors", "actors/runtimes"]:
            self.assert_forbidden(f"{folder}/a.cpp", "<caf/all.hpp>", "<caf/all.hpp> is for actors/runtime")

    def test_each_database_stays_in_its_folders(self):
        self.assert_allowed("persistence/sqlite/a.cpp", "<sqlite3.h>")
        self.assert_allowed("tests/persistence/sqlite/a_test.cpp", "<sqlite3.h>")
        self.assert_allowed("tests/projections/sqlite_rows_test.cpp", "<sqlite3.h>")
        self.assert_allowed("tests/fault/a.cpp", "<sqlite3.h>")
        self.assert_allowed("tools/bench/a.cpp", "<sqlite3.h>")
        self.assert_forbidden("tests/projections/rows_test.cpp", "<sqlite3.h>", "sqlite")
        self.assert_forbidden("projections/sqlite_rows.cpp", "<sqlite3.h>", "sqlite")
        self.assert_forbidden("persistence/a.cpp", "<sqlite3.h>", "sqlite")
        self.assert_allowed("projections/postgres/a.cpp", "<pqxx/pqxx>")
        self.assert_forbidden("persistence/sqlite/a.cpp", "<pqxx/pqxx>", "is for postgres,")
        self.assert_allowed("tests/support/a_test.cpp", "<pqxx/pqxx>")
        self.assert_forbidden("actors/a.cpp", "<libpq-fe.h>", "postgres only")

    def test_blanks_do_not_hide_an_include(self):
        self.assert_forbidden("config/a.cpp", '  "actors/b.hpp"', "layers look down only")
        self.assertEqual(len(broken({"config/a.cpp": OPENED + ' # include "actors/b.hpp"\n'})), 1)


class Files(unittest.TestCase):
    def test_a_statement_in_cpp_is_found(self):
        for sql in ["select a from b where c", "INSERT INTO a values (1)", "insert or ignore into a", "update a set b = 1",
                    "delete from a", "create table a (b)", "drop index a"]:
            source = OPENED + f'const char* sql = "{sql}";\n'
            self.assertEqual(len(broken({"persistence/sqlite/a.cpp": source})), 1, sql)
            self.assertEqual(broken({"tests/persistence/a_test.cpp": source}), [])
            self.assertEqual(broken({"tools/bench/a.cpp": source}), [])
            self.assertEqual(broken({"projections/sqlite/table_sql.cpp": source}), [])

    def test_words_and_transactions_in_cpp_are_not_statements(self):
        for text in ["begin immediate", "update the settings", "select one of them", "delete it", "pragma user_version",
                     "select count(*) from sqlite_schema"]:
            self.assertEqual(broken({"persistence/a.cpp": OPENED + f'say("{text}");\n'}), [], text)

    def test_every_file_opens_with_what_it_is_for(self):
        good = {"a.hpp": OPENED, "a.sql": "-- What\n", "a.sh": "#!/bin/bash\n# What\n", "a.bzl": '"""What"""\n',
                "a.py": '#!/usr/bin/env python3\n"""What"""\n', "BUILD": "# What\n"}
        bad = {"a.hpp": "#pragma once\n", "a.cpp": "#include <map>\n", "a.sql": "select 1;\n", "BUILD": "load()\n",
               "a.sh": "#!/bin/bash\nset -e\n", "a.bzl": "def a():\n", "a.py": "#!/usr/bin/env python3\nimport os\n"}
        for name, text in good.items():
            self.assertEqual(broken({f"config/{name}": text}), [], name)
        for name, text in bad.items():
            found = broken({f"config/{name}": text})
            self.assertEqual(len(found), 1, name)
            self.assertIn("opens without a comment", found[0])

    def test_a_source_and_a_test_may_leave_the_opening_to_their_header(self):
        bare = "#include <map>\n"
        files = {"config/a.hpp": OPENED, "config/a.cpp": bare, "tests/config/a_test.cpp": bare}
        self.assertEqual(broken(files), [])
        self.assertEqual(len(broken({**files, "tests/config/b_test.cpp": bare})), 1)

    def test_a_program_that_is_built_for_a_simulation_is_found(self):
        built = '# What it is for.\ncopts = ["-DHOLON_SIMULATED"]\n'
        self.assertEqual(broken({"tests/simulation/BUILD": built}), [])
        found = broken({"tools/cli/BUILD": built})
        self.assertEqual(len(found), 1, found)
        self.assertIn("tools/cli/BUILD:2: HOLON_SIMULATED is for tests/simulation", found[0])

    def test_a_long_file_is_found(self):
        longest = OPENED + "\n" * (rules.LINES_MAX - 1)
        self.assertEqual(broken({"config/a.hpp": longest}), [])
        self.assertEqual(len(broken({"config/a.hpp": longest + "\n"})), 1)

    def test_a_folder_with_sources_has_a_readme(self):
        self.assertEqual(len(rules.check_tree({"config/a.hpp": OPENED})), 1)
        self.assertEqual(rules.check_tree({"config/sql/a.sql": "-- What\n"}), [])
        self.assertEqual(rules.check_tree({"config/a.hpp": OPENED, "config/README.md": ""}), [])

    def test_a_folder_of_tests_is_described_by_the_folder_that_it_tests(self):
        tests = {"tests/config/a_test.cpp": OPENED}
        self.assertEqual(len(rules.check_tree(tests)), 1)
        self.assertEqual(rules.check_tree({**tests, "config/README.md": ""}), [])
        self.assertEqual(rules.check_tree({**tests, "tests/config/README.md": ""}), [])


class Tree(unittest.TestCase):
    def test_sources_are_read_and_what_tools_make_is_not(self):
        with tempfile.TemporaryDirectory() as root:
            for path in ["config/a.hpp", "holon-data/a.sql", ".git/a.py", "tests/embedding/workspace/a.cpp", "a.txt"]:
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write("text of " + path)
            os.symlink("config", os.path.join(root, "bazel-out"))
            self.assertEqual(rules.read_tree(root), {"config/a.hpp": "text of config/a.hpp"})


if __name__ == "__main__":
    unittest.main()

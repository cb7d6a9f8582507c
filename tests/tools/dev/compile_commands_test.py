#!/usr/bin/env python3
"""How a compiler call of Bazel becomes an entry of compile_commands.json."""
import sys
import unittest

sys.path.insert(0, "tools/dev")
import compile_commands

CALL = ["/usr/bin/gcc", "-Wall", "-fno-canonical-system-headers", "-MD", "-MF", "out/a.d", "-iquote", ".", "-std=c++20",
        "-c", "config/a.cpp", "-o", "out/a.o"]


class CompileCommands(unittest.TestCase):
    def test_outputs_and_what_clang_does_not_know_are_left_out(self):
        entry = compile_commands.entry_of(CALL, "/work")
        self.assertEqual(entry["arguments"], ["g++", "-Wall", "-iquote", ".", "-std=c++20", "-c", "config/a.cpp"])
        self.assertEqual((entry["directory"], entry["file"]), ("/work", "config/a.cpp"))

    def test_a_call_without_a_source_gives_no_entry(self):
        self.assertIsNone(compile_commands.entry_of(["gcc", "-c", "config/a.hpp", "-o", "a.pcm"], "/work"))
        self.assertIsNone(compile_commands.entry_of(["gcc", "--version"], "/work"))

    def test_a_file_comes_once_and_files_come_sorted(self):
        other = [word.replace("/a.", "/0.") for word in CALL]
        found = compile_commands.database([{"arguments": CALL}, {"arguments": other}, {"arguments": CALL}], "/work")
        self.assertEqual([entry["file"] for entry in found], ["config/0.cpp", "config/a.cpp"])


if __name__ == "__main__":
    unittest.main()

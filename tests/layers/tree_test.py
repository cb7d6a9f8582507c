#!/usr/bin/env python3
"""The present checkout keeps the rules. Not sandboxed and never cached: it reads the tree itself."""
import os
import sys
import unittest

sys.path.insert(0, "tests/layers")
import rules

# Bazel gives links to files; behind that of WORKSPACE is the checkout.
ROOT = os.path.dirname(os.path.realpath("WORKSPACE"))


class Tree(unittest.TestCase):
    def test_the_tree_is_the_checkout(self):
        files = rules.read_tree(ROOT)
        for path in ["config/result.hpp", "persistence/journal.hpp", "tests/layers/rules.py", "tools/bazel/layers.bzl"]:
            self.assertIn(path, files)

    def test_it_keeps_the_rules(self):
        found = rules.check_tree(rules.read_tree(ROOT))
        if found:
            self.fail("\n".join(["", *found]))

    def test_the_rules_and_the_build_files_know_the_same_layers(self):
        layers = rules.read_tree(ROOT)["tools/bazel/layers.bzl"]
        self.assertIn("_LAYERS = [" + ", ".join(f'"{layer}"' for layer in rules.LAYERS) + "]", layers)


if __name__ == "__main__":
    unittest.main()

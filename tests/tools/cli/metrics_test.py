#!/usr/bin/env python3
"""--metrics: a scraper sees the counters of a command move while it runs."""
import re
import signal
import socket
import time
import unittest
import urllib.error
import urllib.request

from command_case import BAD_INPUT, TROUBLE, CommandCase, csv_log

PATIENCE_SECONDS = 60


def free_address():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % taken.getsockname()[1]


class Metrics(CommandCase):
    def value(self, address, name):
        """Of a counter without labels; None while nobody listens."""
        try:
            with urllib.request.urlopen(f"http://{address}/metrics", timeout=5) as answer:
                found = re.search(rf"^{name} ([0-9.e+]+)$", answer.read().decode(), re.MULTILINE)
                return float(found[1])
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def wait_for(self, running, address, name, more_than):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            value = self.value(address, name)
            if value is not None and value > more_than:
                return value
            self.assertIsNone(running.poll(), "the command ended by itself")
        self.fail(f"{name} never came to more than {more_than}")

    def test_counters_move_while_holons_work(self):
        address = free_address()
        demo = self.start("demo", "--commands", "5000000", "--json", "--metrics", address)
        first = self.wait_for(demo, address, "holon_events_committed_total", 0)
        self.wait_for(demo, address, "holon_events_committed_total", first)
        self.assertEqual(self.value(address, "holon_nodes_running"), 1)
        self.assertEqual(self.value(address, "holon_faults_total"), 0)
        demo.send_signal(signal.SIGINT)
        demo.communicate()

    def test_counters_move_during_an_import(self):
        self.write("orders.csv", csv_log(cases=40000, events_per_case=10))
        address = free_address()
        taking = self.start("import", "orders.csv", "--json", "--metrics", address)
        first = self.wait_for(taking, address, "holon_events_committed_total", 0)
        self.wait_for(taking, address, "holon_events_committed_total", first)
        taking.send_signal(signal.SIGINT)
        taking.communicate()

    def test_an_address_that_is_none_is_bad_input(self):
        told = self.run_holon("demo", "--metrics", "nowhere", code=BAD_INPUT).stderr
        self.assertIn("'nowhere' is no address to serve metrics on", told)

    def test_an_address_that_is_taken_is_told(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            told = self.run_holon("demo", "--metrics", address, code=TROUBLE).stderr
        self.assertIn(f"metrics cannot be served on {address}", told)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""demo, projections and tail -f: holons at work, read models that follow, and what a signal does."""
import json
import signal
import unittest

from command_case import BAD_INPUT, INTERRUPTED, NO, CommandCase, csv_log

READ_MODELS = ["active_tasks", "org_chart", "compliance_stats", "activity_counts"]


class Demo(CommandCase):
    def test_a_demo_ends_with_read_models_and_a_summary(self):
        shown = self.text("demo", "--commands", "2000")
        for wanted in ("A new journal", "Active Task List", "Org Chart", "compliance_stats", "appends/s", "p50", "p99",
                       "holons active", "To try next:", "holon verify"):
            self.assertIn(wanted, shown)
        self.assertGreater(self.verified()["events"], 1500)

    def test_a_second_demo_recovers_and_goes_on(self):
        first = self.json("demo", "--commands", "1000")
        self.assertEqual((first["recovered"], first["commands"]), (0, 1000))
        self.assertIn(f"Recovered {first['events']} events", self.text("demo", "--commands", "500"))
        third = self.json("demo", "--commands", "1000")
        self.assertGreater(third["events"], 500)
        verified = self.verified()
        self.assertEqual(verified["events"], third["recovered"] + third["events"])
        self.assertGreater(verified["streams"], first["holons"])

    def test_the_same_seed_gives_the_same_events(self):
        def events(journal):
            self.run_holon("demo", "--commands", "300", "--seed", "7", "--journal", journal)
            by_stream = {}
            for event in self.lines("read", "--journal", journal):
                by_stream.setdefault(event["stream_id"], []).append((event["event_type"], json.dumps(event["payload"])))
            return by_stream

        self.assertEqual(events("sqlite:a.db"), events("sqlite:b.db"))

    def test_read_models_are_up_to_date(self):
        answer = self.json("demo", "--commands", "1000")
        self.assertEqual([each["name"] for each in answer["projections"]], READ_MODELS)
        self.assertEqual({each["lag"] for each in self.json("projections", "list")["projections"]}, {0})

    def test_a_demo_in_memory_leaves_nothing(self):
        self.assertGreater(self.json("demo", "--commands", "500", "--journal", "memory:")["events"], 300)
        self.assertEqual(self.run_holon("read", code=BAD_INPUT).stdout, "")

    def test_a_demo_on_an_event_log(self):
        self.write("orders.csv", csv_log(cases=10, events_per_case=3))
        shown = self.text("demo", "--event-log", "orders.csv")
        for wanted in ("30 events of 10 cases", "activity_counts", "step 2", "To try next:"):
            self.assertIn(wanted, shown)
        answer = self.json("demo", "--event-log", "orders.csv")
        self.assertEqual((answer["read"], answer["appended"]), (30, 0))

    def test_an_interrupted_demo_loses_nothing_that_was_answered(self):
        demo = self.start("demo", "--commands", "5000000", "--json")
        while not self.start("tail", "-n", "1").communicate()[0]:
            self.assertIsNone(demo.poll(), "the demo ended by itself")
        demo.send_signal(signal.SIGINT)
        told, complaint = demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, INTERRUPTED, complaint)
        answer = json.loads(told)
        self.assertTrue(answer["interrupted"])
        self.assertEqual(self.verified()["events"], answer["events"])


class Tail(CommandCase):
    def test_tail_sees_what_another_process_appends(self):
        self.create_task()
        tail = self.start("tail", "-f", "--json")
        self.addCleanup(tail.kill)
        self.assertEqual(json.loads(tail.stdout.readline())["global_offset"], 1)
        self.append("task-1", "TaskStarted", {})
        self.assertEqual(json.loads(tail.stdout.readline())["event_type"], "TaskStarted")
        tail.send_signal(signal.SIGTERM)
        rest, complaint = tail.communicate(timeout=30)
        self.assertEqual((tail.returncode, rest, complaint), (INTERRUPTED, "", ""))


class Projections(CommandCase):
    def test_a_projection_is_rebuilt(self):
        self.run_holon("demo", "--commands", "500")
        before = self.text("projections", "show", "active_tasks", "--rows", "1000", "--json")
        answer = self.json("projections", "rebuild", "active_tasks")
        self.assertEqual((answer["lag"], answer["phase"]), (0, "live"))
        self.assertEqual(self.text("projections", "show", "active_tasks", "--rows", "1000", "--json"), before)
        self.assertIn("active_tasks: live", self.text("projections", "rebuild", "active_tasks"))

    def test_an_append_leaves_the_read_models_behind_until_they_are_updated(self):
        self.create_task(title="a title of our own")
        listed = self.json("projections", "list")["projections"]
        self.assertEqual({each["state"] for each in listed}, {"never run"})
        self.assertIn("never run", self.text("projections", "list"))
        self.assertEqual(len(self.lines("projections", "update")), len(READ_MODELS))
        self.assertIn("a title of our own", self.text("projections", "show", "active_tasks"))
        self.assertEqual({each["lag"] for each in self.json("projections", "list")["projections"]}, {0})

    def test_an_event_that_cannot_be_applied_stops_or_is_parked(self):
        self.append("task-1", "TaskStarted", {})  # of a task that was never created
        self.assertEqual(self.lines("projections", "update", "active_tasks", code=NO)[0]["phase"], "stopped")
        self.run_holon("projections", "update", "active_tasks", "--on-error", "park")
        parked = self.lines("projections", "park", "list", "active_tasks")
        self.assertEqual([each["global_offset"] for each in parked], [1])
        self.assertIn("active_tasks", self.text("projections", "park", "list"))
        answer = self.json("projections", "park", "replay", "active_tasks", code=NO)
        self.assertEqual((answer["applied"], answer["still_parked"]), (0, 1))

    def test_an_unknown_projection_is_a_no(self):
        self.create_task()
        for command in (["show"], ["rebuild"], ["update"], ["park", "list"], ["park", "replay"]):
            self.assertIn("active_tasks", self.error("projections", *command, "nothing", code=NO))
        self.assertEqual(self.text("projections", "park", "list"), "no parked events\n")


if __name__ == "__main__":
    unittest.main()

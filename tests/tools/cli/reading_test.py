#!/usr/bin/env python3
"""read, tail, state and why: what they show of a journal, to people and to scripts."""
import unittest

from command_case import NO, CommandCase, csv_log

ASSIGNEE = "3f0c9a52-6a5e-5c0b-9d0e-2f4f5f4f9a11"


class Reading(CommandCase):
    def setUp(self):
        super().setUp()
        self.created = self.create_task()
        self.assigned = self.append("task-1", "TaskAssigned", {"assignee": ASSIGNEE},
                                    "--caused-by", self.created["event_id"])
        self.write("log.csv", csv_log(cases=3, events_per_case=2))
        self.run_holon("import", "log.csv")

    def test_read_shows_the_whole_journal_in_order(self):
        events = self.lines("read")
        self.assertEqual([event["global_offset"] for event in events], list(range(1, 9)))
        self.assertEqual(events[0]["event_type"], "TaskCreated")
        self.assertEqual(events[0]["payload"], {"title": "write tests", "description": "", "priority": 1})

    def test_read_shows_people_columns(self):
        shown = self.text("read").splitlines()
        self.assertRegex(shown[0], r"^ +offset +occurred +stream +vers\. +event +payload$")
        self.assertEqual(len(shown), 9)
        self.assertIn("TaskAssigned", shown[2])

    def test_read_takes_a_stream_by_name_or_id(self):
        by_name = self.lines("read", "--stream", "log/case 1")
        by_id = self.lines("read", "--stream", by_name[0]["stream_id"])
        self.assertEqual(by_name, by_id)
        self.assertEqual([event["version"] for event in by_name], [1, 2])

    def test_read_goes_backwards_and_from_a_version(self):
        backwards = self.lines("read", "--stream", "task-1", "--backwards")
        self.assertEqual([event["version"] for event in backwards], [2, 1])
        self.assertEqual([e["version"] for e in self.lines("read", "--stream", "task-1", "--from", "2")], [2])

    def test_read_filters(self):
        self.assertEqual(len(self.lines("read", "--type", "TaskCreated", "step 0")), 4)
        self.assertEqual(len(self.lines("read", "--stream-type", "log", "--after", "5")), 3)
        self.assertEqual(len(self.lines("read", "--stream", "task-1", "--type", "TaskAssigned")), 1)
        self.assertEqual(len(self.lines("read", "--limit", "3")), 3)

    def test_read_of_an_unknown_stream_is_a_no(self):
        self.assertIn("there is no stream nobody", self.error("read", "--stream", "nobody", code=NO))

    def test_tail_shows_the_last_events(self):
        self.assertEqual([event["global_offset"] for event in self.lines("tail", "-n", "2")], [7, 8])
        self.assertEqual([e["global_offset"] for e in self.lines("tail", "-n", "1", "--type", "TaskCreated")], [1])
        self.assertIn("step 1", self.text("tail", "-n", "1"))

    def test_state_is_that_of_the_last_version(self):
        answer = self.json("state", "task-1")
        self.assertEqual((answer["stream_type"], answer["version"]), ("task", 2))
        self.assertEqual(answer["state"]["assignee"], ASSIGNEE)
        self.assertIn('"assignee": "' + ASSIGNEE, self.text("state", "task-1"))

    def test_state_at_a_version_knows_nothing_of_later_ones(self):
        self.assertNotIn("assignee", self.json("state", "task-1", "--version", "1")["state"])
        self.assertIn("has no version 9 yet", self.error("state", "task-1", "--version", "9", code=NO))

    def test_state_at_a_time_is_what_was_recorded_then(self):
        created, assigned = self.lines("read", "--stream", "task-1")
        self.assertEqual(self.json("state", "task-1", "--at", created["recorded_at"])["version"], 1)
        self.assertEqual(self.json("state", "task-1", "--at", assigned["recorded_at"])["version"], 2)
        self.assertIn("was not there at that time", self.error("state", "task-1", "--at", "2020-01-01", code=NO))

    def test_state_of_a_schema_only_holon_is_the_fold_of_its_payloads(self):
        state = self.json("state", "log/case 2")["state"]
        self.assertEqual(state, {"attributes": {"amount": "10"}, "resource": "clerk 2"})

    def test_why_follows_the_causes_and_what_came_of_them(self):
        answer = self.json("why", self.assigned["event_id"])
        self.assertEqual([event["event_type"] for event in answer["chain"]], ["TaskCreated", "TaskAssigned"])
        self.assertEqual(answer["correlation_id"], self.created["event_id"])
        answer = self.json("why", self.created["event_id"])
        self.assertEqual([event["event_type"] for event in answer["consequences"]], ["TaskAssigned"])
        shown = self.text("why", self.created["event_id"]).splitlines()
        self.assertRegex(shown[0], r"^TaskCreated .* this one$")
        self.assertRegex(shown[1], r"^  └ TaskAssigned ")

    def test_why_of_an_unknown_event_is_a_no(self):
        self.assertIn("there is no event", self.error("why", ASSIGNEE, code=NO))
        self.assertIn("the event: ", self.error("why", "yesterday"))

    def test_settings_come_from_file_environment_and_flags(self):
        self.write("holon.json", '{"journal":"sqlite:from_file.db","loaders":3}')
        self.assertEqual(self.json("settings")["journal"], "sqlite:from_file.db")
        self.assertEqual(self.json("settings", env={"HOLON_DB": "memory:"})["journal"], "memory:")
        chosen = self.json("settings", "--journal", "sqlite:flag.db", env={"HOLON_DB": "memory:"})
        self.assertEqual((chosen["journal"], chosen["loaders"]), ("sqlite:flag.db", 3))
        self.assertIn("HOLON_LOADERS", self.text("settings"))

    def test_help_has_examples_for_every_command(self):
        commands = ["demo", "import", "append", "read", "tail", "state", "why", "projections", "schema", "verify",
                    "bench", "settings"]
        overview = self.text()
        for command in commands:
            self.assertRegex(overview, rf"\n  {command} ")
            self.assertRegex(self.text(command, "--help"), r"Examples:\n  .*holon.*\n  .*holon")
        self.assertRegex(self.text("--version"), r"^holon \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()

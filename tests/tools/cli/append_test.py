#!/usr/bin/env python3
"""append and schema: one event is checked and recorded, once."""
import json
import os
import subprocess
import unittest

from command_case import BAD_INPUT, HOLON, NO, CommandCase

EVENT = "0193480e-8c51-7a10-a2ce-0e8e1d1b6a55"
INVOICE_PAID = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer", "minimum": 1}}}


class Append(CommandCase):
    def test_an_append_tells_where_the_event_is(self):
        answer = self.create_task()
        self.assertEqual((answer["version"], answer["global_offset"], answer["already"]), (1, 1, False))
        self.assertEqual(self.lines("read")[0]["event_id"], answer["event_id"])
        self.assertRegex(self.text("append", "task-1", "--type", "TaskStarted", "--data", "{}"), r"^task .* v2  TaskStarted")

    def test_a_name_always_leads_to_the_same_stream(self):
        first = self.create_task("a name")
        second = self.append("a name", "TaskStarted", {})
        self.assertEqual(first["stream_id"], second["stream_id"])
        self.assertEqual(self.append(first["stream_id"], "TaskCompleted", {"outcome": ""})["version"], 3)

    def test_an_event_id_is_recorded_once(self):
        self.create_task()
        first = self.append("task-1", "TaskStarted", {}, "--event-id", EVENT)
        again = self.append("task-1", "TaskStarted", {}, "--event-id", EVENT)
        self.assertEqual(again, {**first, "already": True})
        self.assertEqual(self.verified()["events"], 2)

    def test_a_command_id_is_answered_once(self):
        self.create_task()
        first = self.append("task-1", "TaskStarted", {}, "--command-id", EVENT)
        self.assertEqual(self.append("task-1", "TaskStarted", {}, "--command-id", EVENT), {**first, "already": True})

    def test_an_append_depends_on_other_streams(self):
        self.create_task("task-1")
        self.append("task-2", "TaskCreated", {"title": "x", "description": "", "priority": 0}, "--check", "task-1@1",
                    "--check", "task-3@none")
        self.append("task-1", "TaskStarted", {})
        told = self.error("append", "task-2", "--type", "TaskStarted", "--data", "{}", "--check", "task-1@1")
        self.assertIn("is at version 2, not as expected: exactly 1", told)
        self.assertEqual(self.verified()["events"], 3)

    def test_every_field_of_the_envelope_can_be_given(self):
        self.append("task-1", "TaskCreated", {"title": "x", "description": "", "priority": 0}, "--actor", "Ada",
                    "--source", "desk", "--occurred-at", "2026-01-02T03:04:05Z", "--valid-from", "2026-01-01",
                    "--valid-to", "2026-02-01", "--metadata", '{"reason":"why not"}')
        event = self.lines("read")[0]
        self.assertEqual(event["source_system"], "desk")
        self.assertEqual(event["occurred_at"], "2026-01-02T03:04:05Z")
        self.assertEqual((event["valid_from"], event["valid_to"]), ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"))
        self.assertEqual(event["metadata"]["reason"], "why not")
        self.assertIsNotNone(event["actor_id"])

    def test_data_comes_from_a_file_or_from_stdin(self):
        self.create_task()
        self.write("data.json", "{}")
        self.run_holon("append", "task-1", "--type", "TaskStarted", "--data", "@data.json")
        self.run_holon("append", "task-1", "--type", "TaskCompleted", "--data", "-", stdin='{"outcome":"good"}')
        self.assertEqual(self.json("state", "task-1")["state"]["outcome"], "good")

    def test_expected_versions_that_are_met(self):
        self.append("task-1", "TaskCreated", {"title": "x", "description": "", "priority": 0}, "--expected", "none")
        self.append("task-1", "TaskStarted", {}, "--expected", "1")
        self.assertEqual(self.append("task-1", "TaskCompleted", {"outcome": ""}, "--expected", "exists")["version"], 3)

    def test_a_registered_schema_makes_a_type_known(self):
        self.write("paid.json", json.dumps(INVOICE_PAID))
        answer = self.json("schema", "register", "InvoicePaid", "paid.json")
        self.assertEqual(answer["version"], 1)
        self.assertTrue(os.path.exists(self.path("holon-data/schemas/InvoicePaid.v1.json")))
        self.append("invoice/7", "InvoicePaid", {"amount": 5}, "--stream-type", "invoice")
        self.assertEqual(self.json("state", "invoice/7")["state"], {"amount": 5})
        self.assertEqual(self.append("invoice/7", "InvoicePaid", {"amount": 6})["version"], 2)

    def test_a_schema_is_shown_listed_and_checked(self):
        self.assertEqual(self.json("schema", "show", "TaskCreated")["title"], "TaskCreated")
        self.assertIn('"title"', self.text("schema", "show", "TaskCreated"))
        listed = {each["event_type"]: each for each in self.lines("schema", "list")}
        self.assertEqual(listed["TaskCreated"]["stream_types"], ["task"])
        self.assertIn("PersonModified", self.text("schema", "list"))
        self.assertTrue(self.json("schema", "check", "TaskStarted", "{}")["valid"])
        self.assertIn("there is no event type", self.error("schema", "show", "Nothing", code=NO))

    def test_a_registered_version_never_changes(self):
        self.write("paid.json", json.dumps(INVOICE_PAID))
        self.write("other.json", '{"type":"object"}')
        self.run_holon("schema", "register", "Invoice Paid/late", "paid.json")
        self.error("schema", "register", "Invoice Paid/late", "other.json", "--schema-version", "1")
        self.assertEqual(self.json("schema", "register", "Invoice Paid/late", "other.json")["version"], 2)
        self.assertIn("Invoice Paid/late", self.text("schema", "list"))

    def test_the_same_schema_again_is_the_same_version(self):
        self.write("paid.json", json.dumps(INVOICE_PAID))
        self.write("same.json", "\ufeff" + json.dumps(INVOICE_PAID, indent=4).replace(": 1", ": 1.0"))
        first = self.json("schema", "register", "InvoicePaid", "paid.json")
        for again in (["paid.json"], ["same.json"], ["same.json", "--schema-version", "1"]):
            answer = self.json("schema", "register", "InvoicePaid", *again)
            self.assertEqual(answer, {**first, "already": True})
        self.assertEqual(os.listdir(self.path("holon-data/schemas")), ["InvoicePaid.v1.json"])

    def test_names_are_as_long_as_class_names_and_sentences(self):
        self.write("any.json", "{}")
        for name in ("com.example.logistics.orders.events.CustomerShippingAddressCorrectedEvent",
                     "Проверка комплектности представленных документов", "é" * 255):
            self.run_holon("schema", "register", name, "any.json")
            answer = self.append("s/" + name, name, {}, "--stream-type", name, "--source", "ж" * 32)
            self.assertEqual(self.lines("read", "--limit", "9")[-1]["event_id"], answer["event_id"])
        self.error("schema", "register", "é" * 256, "any.json")
        self.error("append", "t", "--type", name, "--data", "{}", "--stream-type", "é" * 256, "--event-id", EVENT)
        self.error("append", "t", "--type", name, "--data", "{}", "--stream-type", "s", "--source", "ж" * 33,
                   "--event-id", EVENT)

    def test_a_conversation_may_have_any_text_for_its_id(self):
        self.write("any.json", "{}")
        self.run_holon("schema", "register", "noted", "any.json")
        for correlation in ("order-4711", "4bf92f3577b34da6a3ce929d0e0e4736"):
            metadata = json.dumps({"correlation_id": correlation, "causation_id": "mail of Monday", "exact": 1e300})
            first = self.append("notes", "noted", {}, "--metadata", metadata, "--stream-type", "note")
            second = self.append("notes", "noted", {}, "--caused-by", first["event_id"])
            self.assertEqual(self.lines("read")[-1]["metadata"]["correlation_id"], correlation)
            why = self.json("why", first["event_id"])
            self.assertEqual(why["correlation_id"], correlation)
            self.assertEqual([each["event_id"] for each in why["consequences"]], [second["event_id"]])

    def test_metadata_keeps_every_digit(self):
        numbers = '"a":0.1234567890123456789,"b":1e+400'
        self.append("task-1", "TaskCreated", {"title": "x", "description": "", "priority": 0}, "--metadata", "{%s}" % numbers)
        self.assertIn(numbers, self.text("read", "--json"))
        event = self.lines("read")[0]["event_id"]
        self.assertEqual(self.json("why", event)["correlation_id"], event)

    def test_appends_at_once_wait_their_turn(self):
        self.create_task()
        self.write("any.json", "{}")
        self.run_holon("schema", "register", "noted", "any.json")
        appends = [self.start("append", "notes", "--type", "noted", "--stream-type", "note", "--data", '{"n":%d}' % n)
                   for n in range(8)]
        for each in appends:
            complaint = each.communicate()[1]
            self.assertEqual(each.returncode, 0, complaint)
        self.assertEqual(self.verified()["events"], 9)

    def test_a_file_that_may_not_grow_is_told_as_a_full_disk_is(self):
        self.create_task()
        done = subprocess.run(["bash", "-c", 'ulimit -f 8; exec "$0" append task-1 --type TaskStarted --data {}', HOLON],
                              cwd=self.folder, env=self.environment(), text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, BAD_INPUT, done.stderr)
        self.assertIn("files may not grow", done.stderr)
        self.assertEqual(self.verified()["events"], 1)

    def test_a_type_of_the_code_cannot_be_registered(self):
        self.write("task.json", '{"type":"object"}')
        self.error("schema", "register", "TaskCreated", "task.json", "--schema-version", "1")
        self.assertFalse(os.path.exists(self.path("holon-data/schemas")))


if __name__ == "__main__":
    unittest.main()

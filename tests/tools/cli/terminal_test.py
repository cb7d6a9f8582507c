#!/usr/bin/env python3
"""Nothing from an event, a file or an argument reaches a terminal as an order to it."""
import json
import re
import unittest

from command_case import BAD_INPUT, NO, CommandCase

# ESC, BEL, DEL, one of U+0080 to U+009F, an override of the direction of text, and a line break.
EVIL = "x\x1b]0;owned\x07\x7f\u009b1m\u202e\ny"
ORDERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Terminal(CommandCase):
    def setUp(self):
        super().setUp()
        self.write("any.json", json.dumps({"title": EVIL}))
        quoted = EVIL.replace("\n", " ")
        self.write("log.csv", f"case:concept:name,concept:name,time:timestamp,{quoted}\n1,{quoted},2024-01-01,{quoted}\n")
        self.write("plain.csv", "case:concept:name,concept:name,time:timestamp\n1,a,2024-01-01\n")

    def safe(self, *arguments, code=0):
        for more in ([], ["--json"]):
            done = self.run_holon(*arguments, *more, code=code)
            for told in (done.stdout, done.stderr):
                self.assertIsNone(ORDERS.search(told), (arguments, told))
        return done

    def test_every_command_that_shows_events(self):
        self.safe("import", "log.csv", "--stream-type", EVIL)
        self.safe("schema", "register", EVIL, "any.json")
        self.safe("append", "q", "--stream-type", EVIL, "--type", EVIL, "--data", json.dumps({"a": EVIL}),
                  "--metadata", json.dumps({"correlation_id": EVIL, "b": EVIL}))
        event = self.lines("tail", "-n", "1")[0]
        self.assertEqual(event["payload"], {"a": EVIL})
        self.assertEqual(event["event_type"], EVIL)
        for command in (["read"], ["tail"], ["why", event["event_id"]], ["state", "q"], ["schema", "list"],
                        ["schema", "show", EVIL], ["schema", "check", EVIL, json.dumps({"a": EVIL})],
                        ["projections", "list"], ["projections", "show", "activity_counts"], ["verify"], ["settings"]):
            self.safe(*command)

    def test_every_error_that_quotes_somebody(self):
        for command, code in [
            ([EVIL], BAD_INPUT), (["read", "--" + EVIL], BAD_INPUT), (["read", "--limit", EVIL], BAD_INPUT),
            (["read", "--stream", EVIL], BAD_INPUT), (["why", EVIL], BAD_INPUT), (["import", EVIL], BAD_INPUT),
            (["import", "plain.csv", "--case", EVIL], BAD_INPUT), (["import", "log.csv", "--case", "nr"], BAD_INPUT),
            (["import", "plain.csv", "--time-format", EVIL], BAD_INPUT), (["import", "plain.csv", "--source", EVIL * 9], BAD_INPUT),
            (["append", "t", "--type", EVIL, "--data", "{}"], BAD_INPUT),
            (["append", "t", "--type", "TaskCreated", "--data", json.dumps({EVIL: EVIL})], BAD_INPUT),
            (["append", "t", "--type", "TaskCreated", "--data", EVIL], BAD_INPUT),
            (["schema", "register", EVIL, "nowhere"], BAD_INPUT), (["read", "--journal", EVIL], BAD_INPUT),
            (["read", "--journal", "sqlite:" + EVIL], BAD_INPUT), (["read", "--config", EVIL], BAD_INPUT),
        ]:
            self.safe(*command, code=code)
        self.create_task()
        self.safe("read", "--stream", EVIL, code=NO)
        self.safe("state", EVIL, code=NO)
        self.safe("projections", "show", EVIL, code=NO)

    def test_tables_count_columns(self):
        self.write("wide.csv", "case:concept:name,concept:name,time:timestamp\n1,支払い,2024-01-01\n1,cafe\u0301,2024-01-01\n1,plain,2024-01-01\n")
        self.run_holon("import", "wide.csv")
        head, *rows = self.text("projections", "show", "activity_counts").splitlines()[-4:]
        place = {"支払い": 6, "cafe\u0301": 4, "plain": 5}
        starts = set()
        for row in rows:
            name = next(name for name in place if name in row)
            before, behind = row.split(name)
            starts.add(len(before) + place[name] + len(behind) - len(behind.lstrip()))
        self.assertEqual(len(starts), 1, rows)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""A table of bad inputs: each ends with its exit code and its sentence, on one line, and leaves the journal as it was.

A row: the words after `holon` (as a shell splits them), the exit code, the code of the error, and what the sentence says
(a regular expression). FILES are in the folder, and a journal with one task and one imported case."""
import gzip
import io
import json
import os
import re
import shlex
import unittest
import zipfile

from command_case import CommandCase, csv_log

HEAD = "case:concept:name,concept:name,time:timestamp"
ROW = f"{HEAD}\n1,a,2024-01-01\n"
XES = ('<log><trace><string key="concept:name" value="1"/><event><string key="concept:name" value="a"/>'
       '<date key="time:timestamp" value="2024-01-01T00:00:00Z"/>{}</event></trace></log>')
LINE = '{{"case:concept:name":"1","concept:name":"a","time:timestamp":"2024-01-01",{}}}\n'
RE_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TASK = """--type TaskCreated --data '{"title":"x","description":"","priority":1}'"""


def zipped(name, text):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(name, text)
    return memory.getvalue()


FILES = {
    # what calls itself CSV
    "empty.csv": "",
    "header.csv": "a,b,c\n1,2,3\n",
    "semicolons.csv": ROW.replace(",", ";"),
    "latin1.csv": f"{HEAD}\n1,caf\xe9,2024-01-01\n".encode("latin-1"),
    "utf16.csv": ROW.encode("utf-16"),
    "quote.csv": f'{HEAD}\n1,"a,2024-01-01\n',
    "inner_quote.csv": f'{HEAD}\n1,a"b,2024-01-01\n',
    "short.csv": f"{HEAD}\n1,a\n",
    "long.csv": f"{HEAD}\n1,a,2024-01-01,x\n",
    "twice.csv": f"{HEAD},x,x\n1,a,2024-01-01,,\n",
    "no_case.csv": f"{HEAD}\n,a,2024-01-01\n",
    "no_activity.csv": f"{HEAD}\n1,,2024-01-01\n",
    "no_time.csv": f"{HEAD}\n1,a,\n",
    "bad_time.csv": f"{HEAD}\n1,a,01/02/2024\n",
    "half_minute.csv": f"{HEAD}\n1,a,2024-01-01T10:30.5\n",
    "no_leap.csv": f"{HEAD}\n1,a,2024-01-01T10:30:60Z\n",
    "null.csv": f"{HEAD}\n1,a\0b,2024-01-01\n",
    "late.csv": f"{HEAD}\n1,a,2024-01-01\n1,late,2024-01-02\n1,c,2024-01-03\n",
    "long_activity.csv": f"{HEAD}\n1,{'é' * 300},2024-01-01\n",
    "year.csv": f"{HEAD}\n1,a,0000-01-01\n",
    # what is packed
    "twice.csv.gz": gzip.compress(gzip.compress(ROW.encode())),
    "cut.csv.gz": gzip.compress(ROW.encode())[:-9],
    "damaged.csv.gz": gzip.compress(ROW.encode())[:-8] + b"12345678",
    "archive.csv.zip": zipped("log.csv", ROW),
    "spreadsheet.csv": zipped("xl/workbook.xml", "<x/>"),
    "log.csv.zst": b"\x28\xb5\x2f\xfd rest",
    "log.csv.xz": b"\xfd7zXZ\0 rest",
    "report.csv": b"%PDF-1.7 rest",
    # XES
    "cut.xes": XES.format("").replace("</log>", ""),
    "doctype.xes": '<!DOCTYPE log [<!ENTITY a "b">]>' + XES.format(""),
    "html.xes": "<html><body/></html>",
    "int.xes": XES.format('<int key="n" value="1.5"/>'),
    "float.xes": XES.format('<float key="n" value="1,5"/>'),
    "huge.xes": XES.format('<float key="n" value="1e5000"/>'),
    "boolean.xes": XES.format('<boolean key="b" value="yes"/>'),
    "date.xes": XES.format('<date key="d" value="31.3.2010"/>'),
    "nameless.xes": "<log><trace><event/></trace></log>",
    # JSON Lines
    "array.json": "[" + LINE.format('"x":1') + "]",
    "array.jsonl": "[" + LINE.format('"x":1') + "]",
    "broken.jsonl": LINE.format('"x":1') + "{\n",
    "number.jsonl": LINE.format('"x":01'),
    "huge.jsonl": LINE.format('"x":1e5000'),
    "digits.jsonl": LINE.format('"x":' + "1" * 1100),
    "key.jsonl": LINE.format('"x":1,"x":2'),
    "null.jsonl": LINE.format('"x":"\\u0000"'),
    "surrogate.jsonl": LINE.format('"x":"\\ud800"'),
    "deep.jsonl": LINE.format('"x":' + "[" * 200_000),
    "nested.jsonl": LINE.format('"x":' + "[" * 40 + "]" * 40),
    "value.jsonl": "7\n",
    "bytes.jsonl": LINE.format('"x":"\xe9"').encode("latin-1"),
    # schemas and payloads
    "open.json": "{}",
    "broken.json": '{"type":',
    "draft.json": '{"$schema":"https://json-schema.org/draft/2020-12/schema"}',
    "newer.json": '{"unevaluatedProperties":false}',
    "typo.json": '{"propertys":{}}',
    "look.json": '{"properties":{"a":{"pattern":"^(?!x)"}}}',
    "backref.json": '{"properties":{"a":{"pattern":"(a)\\\\1"}}}',
    "regex.json": '{"properties":{"a":{"pattern":"(["}}}',
    "circle.json": '{"$ref":"#"}',
    "remote.json": '{"$ref":"http://example.com/x"}',
    "step.json": '{"properties":{"a":{"multipleOf":0}}}',
    "deep.json": "[" * 200_000,
    "utf16.json": "{}".encode("utf-16"),
    "holon_bad.json": '{"loaderz":3}',
    "holon_list.json": "[]",
    "foreign.db": "no database at all",
}

IMPORT = [
    ("import nowhere.xes", 2, "invalid_argument", "nowhere.xes: there is no such file"),
    ("import .", 2, "invalid_argument", "cannot be read|folder"),
    ("import folder.csv", 2, "invalid_argument", "folder.csv.*(folder|directory)"),
    ("import empty.csv", 2, "malformed", "empty.csv: line 1: the file is empty"),
    ("import header.csv", 2, "invalid_argument", "no column 'case:concept:name'.*name one of a, b, c"),
    ("import semicolons.csv", 2, "invalid_argument", "is the separator another"),
    ("import log.csv --separator ,,", 2, "invalid_argument", "--separator: ',,' is not one character"),
    ("import log.csv --format pdf", 2, "invalid_argument", "--format: 'pdf' is no format"),
    ("import log.csv --case nr", 2, "invalid_argument", "no column 'nr'"),
    ("import log.csv --case concept:name", 2, "invalid_argument", "named for two things"),
    ("import log.csv --stream-type task", 2, "invalid_argument", "built-in holon type"),
    ("import log.csv --stream-type a/b", 2, "invalid_argument", "--stream-type: 'a/b' has a slash"),
    ("import log.csv --default-time soon", 2, "malformed", "--default-time: 'soon' is not a time"),
    ("import log.csv --time-format %d.%m.%Y", 2, "malformed", "is not a time in the form '%d.%m.%Y'"),
    ("import latin1.csv", 2, "malformed", "line 2: a field is not valid UTF-8: convert the file, for example with iconv"),
    ("import utf16.csv", 2, "malformed", "UTF-16: convert it with iconv"),
    ("import quote.csv", 2, "malformed", "ends within quotes"),
    ("import inner_quote.csv", 2, "malformed", "line 2: a quote stands within an unquoted field"),
    ("import short.csv", 2, "malformed", "line 2: the row has 2 fields, the header 3"),
    ("import long.csv", 2, "malformed", "line 2: the row has 4 fields, the header 3"),
    ("import twice.csv", 2, "malformed", "two columns are named 'x'"),
    ("import no_case.csv", 2, "malformed", "line 2: the row has no value in 'case:concept:name'"),
    ("import no_activity.csv", 2, "malformed", "no value in 'concept:name'"),
    ("import no_time.csv", 2, "malformed", "event 1 has no time: name its column with --timestamp"),
    ("import bad_time.csv", 2, "malformed", "'01/02/2024' is not a time.*--time-format"),
    ("import half_minute.csv", 2, "malformed", "'2024-01-01T10:30.5' is not a time"),
    ("import no_leap.csv", 2, "malformed", "'2024-01-01T10:30:60Z' is not a time"),
    ("import year.csv", 2, "malformed", "'0000-01-01' is not a time"),
    ("import null.csv", 2, "malformed", r"U\+0000"),
    ("import late.csv --stream-type log", 2, "version_conflict", "1 new event before events.*nothing was written.*--merge"),
    ("import long_activity.csv", 2, "malformed", "the activity 'é+…'"),
    ("import twice.csv.gz", 2, "malformed", "within the gzip data is gzip.*gunzip"),
    ("import cut.csv.gz", 2, "malformed", "the file is truncated"),
    ("import damaged.csv.gz", 2, "malformed", "the gzip data is corrupt"),
    ("import archive.csv.zip", 2, "malformed", "a zip archive.*unzip"),
    ("import spreadsheet.csv", 2, "malformed", "spreadsheet.*export it as CSV"),
    ("import log.csv.zst", 2, "malformed", "unzstd"),
    ("import log.csv.xz", 2, "malformed", "unxz"),
    ("import report.csv", 2, "malformed", "a PDF document"),
    ("import cut.xes", 2, "malformed", "</log> is missing"),
    ("import doctype.xes", 2, "malformed", "DOCTYPE"),
    ("import html.xes", 2, "malformed", "begins with <html>: an XES file begins with <log>"),
    ("import int.xes", 2, "malformed", "'1.5' is not a whole number"),
    ("import float.xes", 2, "malformed", "'1,5' is not a number"),
    ("import huge.xes", 2, "malformed", "beyond the powers of ten"),
    ("import boolean.xes", 2, "malformed", "'yes' is not true or false"),
    ("import date.xes", 2, "malformed", "'31.3.2010' is not a time"),
    ("import nameless.xes", 2, "malformed", "no concept:name before its first <event>"),
    ("import array.json", 2, "malformed", "this is a JSON array: jq"),
    ("import array.jsonl", 2, "malformed", "this is a JSON array: jq"),
    ("import broken.jsonl", 2, "malformed", "broken.jsonl: line 2: this is no JSON"),
    ("import number.jsonl", 2, "malformed", "the number 01 is not a JSON number"),
    ("import huge.jsonl", 2, "malformed", "at /x: the number 1e5000 is beyond the powers of ten"),
    ("import digits.jsonl", 2, "malformed", "more than the 1024 digits"),
    ("import key.jsonl", 2, "malformed", "the key 'x' is there twice"),
    ("import null.jsonl", 2, "malformed", r"U\+0000"),
    ("import surrogate.jsonl", 2, "malformed", "at /x: .*surrogate"),
    ("import deep.jsonl", 2, "malformed", "nested more than 128 deep"),
    ("import nested.jsonl", 2, "malformed", "nested deeper than 32 levels"),
    ("import value.jsonl", 2, "malformed", "a line holds one JSON object"),
    ("import bytes.jsonl", 2, "malformed", "this is not UTF-8"),
]

APPEND = [
    ("append", 2, "invalid_argument", "stream is required"),
    ("append t", 2, "invalid_argument", "--type is required"),
    (f"append '' {TASK}", 2, "invalid_argument", "the stream is empty"),
    ("append t --type TaskCreatd --data {}", 2, "unknown_type",
     "did you mean TaskCreated.*holon schema register TaskCreatd FILE"),
    ("append t --type 'step 0' --data {}", 2, "unknown_type", "holon schema register 'step 0' FILE"),
    ("append t --type TaskCreated --data {", 2, "malformed", "payload of TaskCreated: byte 1"),
    ("append t --type TaskCreated --data []", 2, "malformed", "must be an object"),
    ("append t --type TaskCreated --data '{\"title\":3}'", 2, "schema_violation", "at /title"),
    ("append t --type TaskCreated --data @nowhere.json", 2, "invalid_argument", "nowhere.json cannot be read: No such file"),
    ("append t --type TaskCreated --data @folder.csv", 2, "invalid_argument", "folder.csv cannot be read: Is a directory"),
    ("append t --type TaskCreated --data @deep.json", 2, "malformed", "nested more than 128 deep"),
    ("append t --type TaskCreated --data @utf16.json", 2, "malformed", "utf16.json is text in UTF-16"),
    ("append t --type TaskCreated --data - --metadata -", 2, "invalid_argument", "cannot both come from stdin"),
    (f"append t {TASK} --metadata []", 2, "malformed", "--metadata: .*must be an object"),
    (f"append t {TASK} --metadata @deep.json", 2, "malformed", "--metadata: .*nested more than 128 deep"),
    (f"append t {TASK} --metadata '{{\"a\":1,\"a\":2}}'", 2, "malformed", "'a' is there twice"),
    (f"append t {TASK} --metadata '{{\"correlation_id\":null}}'", 2, "invalid_argument",
     "--metadata: correlation_id must be a text"),
    (f"append t {TASK} --metadata '{{\"correlation_id\":7}}'", 2, "invalid_argument", "and it is 7"),
    (f"append t {TASK} --metadata '{{\"causation_id\":\"\"}}'", 2, "invalid_argument", "causation_id must be a text"),
    (f"append t {TASK} --expected soon", 2, "invalid_argument", "--expected: 'soon' is no version"),
    (f"append task-1 {TASK} --expected 7", 2, "version_conflict", "is at version 1"),
    (f"append t {TASK} --event-id x", 2, "malformed", "--event-id: 'x' is not a UUID"),
    (f"append t {TASK} --occurred-at 10:30", 2, "malformed", "--occurred-at: '10:30' is not a time"),
    (f"append t {TASK} --valid-from 2024-01-02 --valid-to 2024-01-01", 2, "invalid_argument", "is not after valid_from"),
    (f"append t {TASK} --check x", 2, "invalid_argument", "--check: 'x' is no STREAM@VERSION"),
    (f"append t {TASK} --check task-1@7", 2, "version_conflict", "is at version 1"),
    (f"append t {TASK} --caused-by 0193480e-8c51-7a10-a2ce-0e8e1d1b6a55", 2, "invalid_argument", "there is no event"),
    (f"append t {TASK} --source {'s' * 33}", 2, "invalid_argument", "source_system has 33"),
    ("append task-1 --type PersonModified --data {}", 2, "type_conflict", "has no event 'PersonModified'"),
    ("append p --type PersonModified --data {} --stream-type task", 2, "type_conflict", "has no event 'PersonModified'"),
]

SCHEMA = [
    ("schema register x nowhere.json", 2, "invalid_argument", "nowhere.json cannot be read"),
    ("schema register x broken.json", 2, "malformed", "event type 'x': byte 8"),
    ("schema register x draft.json", 2, "invalid_argument", "use draft-07"),
    ("schema register x newer.json", 2, "invalid_argument", "would be ignored"),
    ("schema register x typo.json", 2, "invalid_argument", "/propertys: this keyword is not one of draft-07"),
    ("schema register x look.json", 2, "invalid_argument", r"/properties/a/pattern: .*without lookaround"),
    ("schema register x backref.json", 2, "invalid_argument", "backreferences"),
    ("schema register x regex.json", 2, "invalid_argument", "cannot be used as a pattern"),
    ("schema register x circle.json", 2, "invalid_argument", "again and again"),
    ("schema register x remote.json", 2, "invalid_argument", "must be a JSON pointer into this document"),
    ("schema register x step.json", 2, "invalid_argument", "it must be a number above 0"),
    ("schema register x deep.json", 2, "malformed", "nested more than 128 deep"),
    ("schema register x utf16.json", 2, "malformed", "UTF-16"),
    ("schema register '' open.json", 2, "invalid_argument", "event type"),
    ("schema register TaskCreated open.json", 2, "invalid_argument", "needs no schema"),
    ("schema register x open.json --schema-version 0", 2, "invalid_argument", "is not a whole number from 1"),
    ("schema check TaskCreated {}", 2, "schema_violation", "TaskCreated"),
    ("schema show Nothing", 1, "not_found", "holon schema list"),
]

OTHERS = [
    ("frobnicate", 2, "invalid_argument", "there is no command or argument 'frobnicate' here"),
    ("help frobnicate", 2, "invalid_argument", "there is no command 'holon frobnicate'"),
    ("read --strem log/1", 2, "invalid_argument", "there is no option '--strem' here: did you mean '--stream'"),
    ("import log.csv --stream-typ x", 2, "invalid_argument", "did you mean '--stream-type'"),
    ("read extra", 2, "invalid_argument", "there is no command or argument 'extra' here"),
    ("read --limit x", 2, "invalid_argument", "is not a whole number from 1"),
    ("read --stream nobody", 1, "not_found", "there is no stream nobody"),
    ("state nobody", 1, "not_found", "there is no stream nobody"),
    ("state task-1 --version 9", 1, "not_found", "has no version 9 yet: it is at 1"),
    ("state task-1 --at yesterday", 2, "malformed", "--at: 'yesterday' is not a time"),
    ("why x", 2, "malformed", "'x' is not a UUID"),
    ("why 0193480e-8c51-7a10-a2ce-0e8e1d1b6a55", 1, "not_found", "there is no event"),
    ("projections show nothing", 1, "not_found", "nothing"),
    ("read --config nowhere.json", 2, "invalid_argument", "nowhere.json: there is no such settings file"),
    ("read --config holon_bad.json", 2, "invalid_argument", "'loaderz' is no setting: did you mean 'loaders'"),
    ("read --config holon_list.json", 2, "malformed", "one JSON object"),
    ("read --config deep.json", 2, "malformed", "this is no JSON|one JSON object"),
    ("read --loaders 0", 2, "invalid_argument", "--loaders: "),
    ("read --journal mysql:x", 2, "invalid_argument", "'mysql:…' is no journal"),
    ("read --journal journal.db", 2, "invalid_argument", "it has no scheme"),
    ("read --journal 'sqlite:j.db '", 2, "invalid_argument", "a blank, a line break"),
    ("read --journal sqlite://j.db", 2, "invalid_argument", "may mean two files"),
    ("read --journal 'sqlite:j.db?mode=ro'", 2, "invalid_argument", "no options behind"),
    ("read --journal sqlite:nowhere.db", 2, "invalid_argument", "there is no journal at .*nowhere.db"),
    ("read --journal sqlite:folder.csv", 2, "invalid_argument", "is a folder: name a file in it"),
    ("demo --commands 5 --journal sqlite:folder.csv", 2, "invalid_argument", "is a folder"),
    ("verify --archive folder.csv", 2, "invalid_argument", "no file of an archive"),
    ("read --config folder.csv", 2, "invalid_argument", "folder.csv: the settings file cannot be read"),
    ("read --journal sqlite:foreign.db", 2, "foreign", "foreign.db"),
    ("demo --commands 5 --journal sqlite:foreign.db", 2, "foreign", "foreign.db"),
    ("import log.csv --journal sqlite:foreign.db", 2, "foreign", "foreign.db"),
    ("verify --against rubbish", 2, "invalid_argument", "--against: "),
    ("verify --journal postgresql://ada:secret@127.0.0.1:1/db", 3, "unavailable", r"ada:\*\*\*@127.0.0.1.*no connection"),
    ("db migrate", 2, "invalid_argument", "holon db is for journals in PostgreSQL"),
    ("db archive --before x --to y", 2, "invalid_argument", "holon db is for journals in PostgreSQL"),
]


class BadInputs(CommandCase):
    def setUp(self):
        super().setUp()
        for name, content in FILES.items():
            with open(self.path(name), "wb") as file:
                file.write(content if isinstance(content, bytes) else content.encode())
        os.mkdir(self.path("folder.csv"))
        self.write("log.csv", csv_log(cases=2, events_per_case=2))
        self.write("old.csv", f"{HEAD}\n1,a,2024-01-01\n1,c,2024-01-03\n")
        self.create_task()
        self.run_holon("import", "log.csv", "--stream-type", "steps")
        self.run_holon("import", "old.csv", "--stream-type", "log")

    def check(self, rows):
        before = (self.verified(), self.text("read", "--json"), sorted(os.listdir(self.folder)))
        for words, code, error, says in rows:
            with self.subTest(words=words[:100]):
                told = self.run_holon(*shlex.split(words), "--json", code=code)
                answer = json.loads(told.stdout)["error"]
                self.assertEqual(answer["code"], error, answer["message"])
                self.assertRegex(answer["message"], says)
                self.assertEqual(told.stderr, f"holon: {answer['message']}\n")
                self.assertLess(len(told.stderr), 1000)
                self.assertIsNone(RE_CONTROL.search(told.stderr[:-1]))
        self.assertEqual((self.verified(), self.text("read", "--json"), sorted(os.listdir(self.folder))), before)

    def test_logs(self):
        self.check(IMPORT)

    def test_events(self):
        self.check(APPEND)

    def test_schemas(self):
        self.check(SCHEMA)

    def test_all_others(self):
        self.check(OTHERS)

    def test_there_are_a_hundred(self):
        rows = IMPORT + APPEND + SCHEMA + OTHERS
        self.assertGreaterEqual(len({words for words, *_ in rows}), 100)


if __name__ == "__main__":
    unittest.main()

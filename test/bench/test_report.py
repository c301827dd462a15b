#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The report as its readers have it: the page in Chromium on screens of three widths, light and dark,
and printed to A4; the JSON against its schema. Of a quick run, of one that was interrupted, and of a
report made to be hard to lay out."""

import html.parser
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema

import report_page
from interrupt import interrupt

PROGRAM, DIFFICULT = sys.argv[1:3]
del sys.argv[1:3]
NODE = os.environ.get("WIREGAIN_NODE", "node")
TOP = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((TOP / "docs/bench-report.schema.json").read_text())
A4 = (595.3, 841.9)
MARGIN = 36  # points; less than the page's own


class Page(html.parser.HTMLParser):
    """Tags in pairs, and everything that would be fetched."""

    VOID = {"meta", "br", "img", "link", "input"}

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.outside, self.ids, self.links = [], {}, [], [], []

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name == "href" and value.startswith("#"):
                self.links.append(value[1:])
            elif name in ("src", "href", "srcset", "data", "action"):
                self.outside.append(value)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


def marks(pdf):
    """Where each piece begins and ends: its page, left, right, top and bottom."""
    text = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    pieces, page, filled = {}, 0, {}
    for line in text.splitlines():
        page += "<page " in line
        word = re.search(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)</word>', line)
        if not word:
            continue
        box = tuple(map(float, word.groups()[:4]))
        for number, kind, edge in re.findall(r"@(\d+):(\w+):(\w+)@", word.group(5)):
            # The head of a table stands on every page; the first is meant.
            pieces.setdefault(int(number), {"kind": kind}).setdefault(edge, (page, *box))
            filled[page] = max(filled.get(page, 0), box[3])
    return pieces, page, filled


class Looks:
    """What holds of every report; `folder` has one."""

    pages = (1, 30)

    def test_page_stands_alone(self):
        text = (self.folder / "report.html").read_text()
        page = Page()
        page.feed(text)
        self.assertEqual(page.open, [])
        self.assertEqual(page.outside, [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertLessEqual(set(page.links), set(page.ids))
        for tag in ("script", "iframe", "object", "link", "img"):
            self.assertNotIn(tag, page.tags)
        self.assertNotIn("url(", text)
        self.assertNotIn("@import", text)
        report = json.loads((self.folder / "report.json").read_text())
        self.assertEqual(page.tags.get("figure", 0), len(report["graphs"]))
        for word in ("nan", "inf"):
            self.assertIsNone(re.search(rf"[\s>\"]-?{word}[\s<\"]", text), word)

    def test_page_says_what_the_json_says(self):
        report_page.compare(self, (self.folder / "report.html").read_text(),
                            json.loads((self.folder / "report.json").read_text()))

    def test_schema(self):
        """Draft 2020-12, by a validator that is not ours."""
        validator = jsonschema.Draft202012Validator
        validator.check_schema(SCHEMA)
        report = json.loads((self.folder / "report.json").read_text())
        self.assertEqual([f"{list(error.absolute_path)}: {error.message[:200]}"
                          for error in validator(SCHEMA).iter_errors(report)], [])

    def test_in_a_browser_and_on_paper(self):
        pdf = self.folder / "report.pdf"
        script = pathlib.Path(__file__).with_name("report-page.mjs")
        result = subprocess.run([NODE, str(script), str(self.folder / "report.html"), str(pdf)], capture_output=True,
                                text=True, timeout=300)
        self.assertEqual(result.returncode, 0, result.stderr)
        seen = json.loads(result.stdout)
        self.assertEqual(seen["faults"], [])
        self.on_paper(pdf, seen["pieces"])

    def on_paper(self, pdf, count):
        pieces, pages, filled = marks(pdf)
        self.assertEqual(len(pieces), count)
        for number, piece in sorted(pieces.items()):
            begin, end = piece["begin"], piece["end"]
            self.assertEqual(begin[0], end[0], f"piece {number} ({piece['kind']}) is torn by the end of page {begin[0]}")
            for _, left, top, right, bottom in (begin, end):
                self.assertTrue(MARGIN < left < right < A4[0] - MARGIN and MARGIN < top < bottom < A4[1] - MARGIN,
                                f"piece {number} on page {begin[0]} is off the paper")
            if piece["kind"] == "head" and number + 1 in pieces:
                self.assertEqual(pieces[number + 1]["begin"][0], end[0], f"heading {number} is left alone")
        self.assertEqual(sorted(filled), list(range(1, pages + 1)), "an empty page")
        for page in range(1, pages):
            self.assertGreater(filled[page], 0.45 * A4[1], f"page {page} is nearly empty")
        self.assertTrue(self.pages[0] <= pages <= self.pages[1], f"{pages} pages")


class Made(unittest.TestCase):
    """Makes the report once."""

    @classmethod
    def setUpClass(cls):
        subprocess.run([TOP / "scripts/panel-tools"], check=True)
        cls.place = tempfile.TemporaryDirectory(prefix="wiregain-report-")
        cls.folder = pathlib.Path(cls.place.name)
        cls.make()

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()


class Quick(Looks, Made):
    pages = (8, 24)

    @classmethod
    def make(cls):
        result = subprocess.run([PROGRAM, "bench", "--quick", "--report", cls.folder], capture_output=True, timeout=300)
        cls.report = json.loads((cls.folder / "report.json").read_text())
        cls.code = result.returncode

    def test_says_what_it_is(self):
        self.assertTrue(self.report["complete"] and self.report["quick"])
        text = (self.folder / "report.html").read_text()
        self.assertIn("a quick run", text)
        self.assertNotIn("nterrupted", text)


class Interrupted(Looks, Made):
    pages = (2, 16)

    @classmethod
    def make(cls):
        cls.code = interrupt(PROGRAM, cls.folder, 6)

    def test_says_so(self):
        self.assertEqual(self.code, 1)
        report = json.loads((self.folder / "report.json").read_text())
        self.assertFalse(report["complete"])
        names = {figure["name"] for figure in report["figures"]}
        self.assertIn("gain.headphone.error", names)
        self.assertNotIn("cost.frame", names)
        self.assertIn("Interrupted: not everything is here", (self.folder / "report.html").read_text())


class Difficult(Looks, Made):
    @classmethod
    def make(cls):
        subprocess.run([DIFFICULT, str(cls.folder)], check=True)

    def test_says_what_is_worse(self):
        text = (self.folder / "report.html").read_text()
        self.assertIn("figures are worse than their limits", text)
        self.assertIn("could not be measured", text)


if __name__ == "__main__":
    unittest.main()

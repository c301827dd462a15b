# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The report's page read back as a reader sees it, and compared with its JSON fact by fact."""

import html.parser
import re


class Cells(html.parser.HTMLParser):
    """The facts, the rows of figures, and of each graph its heading, conditions, legend and cursors."""

    VOID = {"meta", "br", "img", "link", "input"}

    def __init__(self):
        super().__init__()
        self.path, self.facts, self.figures, self.graphs, self.verdict = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        if tag in self.VOID:
            return
        kind = dict(attrs).get("class", "")
        self.path.append((tag, kind))
        inside = {tag for tag, _ in self.path}
        if tag == "dt":
            self.facts.append(["", ""])
        elif tag == "figure":
            self.graphs.append({"number": "", "title": "", "small": "", "legend": [], "cursors": []})
        elif tag == "tr" and "tbody" in inside and ("table", "figures") in self.path and kind != "group":
            self.figures.append([])
        elif tag == "td" and ("table", "figures") in self.path:
            self.figures[-1].append({"": "", "seen": "", "small": []})
        elif tag == "small" and ("table", "figures") in self.path and "td" in inside:
            self.figures[-1][-1]["small"].append("")
        elif tag == "span" and ("div", "legend") in self.path:
            self.graphs[-1]["legend"].append("")
        elif tag == "th" and kind == "n" and ("table", "cursors") in self.path:
            self.graphs[-1]["cursors"].append("")
        elif tag == "p" and kind.split(" ")[0] in ("verdict", "note"):
            self.verdict.append("")

    def handle_endtag(self, tag):
        while self.path and self.path.pop()[0] != tag:
            pass

    def handle_data(self, data):
        data = data.replace("\u2212", "-")
        tags = [tag for tag, _ in self.path]
        if "svg" in tags:
            return
        if tags[-1:] in (["dt"], ["dd"]) or ("sup" in tags and "dl" in tags):
            self.facts[-1]["dd" in tags] += data
        elif ("table", "figures") in self.path and "td" in tags:
            cell = self.figures[-1][-1]
            if "small" in tags:
                cell["small"][-1] += data
            else:
                cell["seen" if ("span", "seen") in self.path else ""] += data
        elif "figcaption" in tags and "h3" in tags:
            self.graphs[-1]["number" if ("span", "number") in self.path else "title"] += data
        elif "figcaption" in tags and "small" in tags:
            self.graphs[-1]["small"] += data
        elif ("div", "legend") in self.path and "span" in tags:
            self.graphs[-1]["legend"][-1] += data
        elif ("table", "cursors") in self.path and ("th", "n") in self.path:
            self.graphs[-1]["cursors"][-1] += data
        elif "p" in tags and self.verdict and self.path[tags.index("p")][1].split(" ")[0] in ("verdict", "note"):
            self.verdict[-1] += data


def shown(text):
    """A text of the JSON as the page writes it, with hyphens for minus signs."""
    text = re.sub(r"(?<=[0-9])e([+-])0*(\d+)", lambda power: "\u00b710" + power[1].strip("+") + power[2], text)
    text = re.sub(r"(?<= )us$", "\u00b5s", text)
    return text.replace("<=", "\u2264").replace(">=", "\u2265")


def expected_facts(report):
    facts = [("Date", report["date"]), ("Version", report["wiregain"]), ("Machine", report["machine"]),
             ("Command", report["command"]), ("Through", report["server"])]
    facts = [[name, shown(text)] for name, text in facts if text]
    facts.append(["Rate", f"{report['rate_hz'] / 1000:g} kHz unless a figure says another"])
    quick = ", a quick run: fewer points and records" if report["quick"] else ""
    facts.append(["Took", f"{report['seconds']:.1f} s{quick}"])
    if report["full_scale_vrms"]:
        facts.append(["Full scale", None])
    return facts


def expected_verdict(report):
    verdicts = [figure["verdict"] for figure in report["figures"]]
    worse, judged = verdicts.count("worse"), verdicts.count("worse") + verdicts.count("holds")
    said = [] if report["complete"] else ["Interrupted: not everything is here."]
    if worse:
        said.append(f"{worse} of {judged} figures " +
                    ("is worse than its limit." if worse == 1 else "are worse than their limits."))
    elif judged:
        said.append(f"All {judged} figures with a limit hold it.")
    return said + [shown(note) for note in report["notes"]]


def compare_figure(test, figure, row):
    """A row: title and conditions, measured, analyser, limit, verdict, device."""
    title, seen, own, limit, verdict, device = row
    name = figure["name"]
    test.assertEqual((title[""], title["small"]), (shown(figure["title"]), [shown(figure["conditions"])]), name)
    test.assertEqual(seen["seen"], shown(figure["text"]), name)
    test.assertEqual(any(small.startswith("\u00b1 ") for small in seen["small"]) and figure["uncertainty"] is None,
                     False, name)
    test.assertEqual(any(" V" in small or " dBu" in small for small in seen["small"]), figure["vrms"] is not None, name)
    test.assertEqual(own[""], shown(figure["residual_text"]), name)
    if figure["limit"] is None:
        test.assertEqual(limit[""], "", name)
    elif limit[""] != "nothing":
        test.assertEqual(limit[""][0], "\u2265" if figure["better"] == "higher" else "\u2264", name)
        number = float(re.sub("\u00b710", "e", limit[""][2:]).replace(" ", ""))
        test.assertAlmostEqual(number, figure["limit"], delta=abs(figure["limit"]) * 0.01)
    else:
        test.assertLessEqual(figure["limit"], -300, name)
    test.assertEqual(verdict[""], "" if figure["verdict"] == "none" else figure["verdict"], name)
    test.assertEqual(device[""], shown(figure["device"]), name)


def compare(test, text, report):
    """Fails `test` where the page and the JSON of a report do not state the same."""
    page = Cells()
    page.feed(text)
    facts = expected_facts(report)
    test.assertEqual([fact[0] for fact in page.facts], [fact[0] for fact in facts])
    for got, wanted in zip(page.facts, facts):
        test.assertTrue(wanted[1] in (None, got[1]), (got, wanted))
    test.assertEqual(page.verdict, expected_verdict(report))
    test.assertEqual(len(page.figures), len(report["figures"]))
    for figure, row in zip(report["figures"], page.figures):
        compare_figure(test, figure, row)
    groups = list(dict.fromkeys(graph["group"] for graph in report["graphs"]))
    graphs = sorted(report["graphs"], key=lambda graph: groups.index(graph["group"]))
    test.assertEqual([graph["number"] for graph in page.graphs], [str(at + 1) for at in range(len(graphs))])
    for graph, got in zip(graphs, page.graphs):
        test.assertEqual(got["title"], shown(graph["title"]))
        test.assertTrue(got["small"].startswith(shown(graph["conditions"])), got["small"])
        test.assertEqual(got["legend"], [shown(series["name"]) for series in graph["series"]])

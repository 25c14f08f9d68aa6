# SPDX-License-Identifier: MIT
"""The page of the table of rules, and that of the departures from them."""
import os
import re

import citations
import look
import rules
from prose import Words
from tree import page_name

PAGE, DEPARTURES = "rules.html", "departures.html"


def write(out, tree, trace):
    """Makes out/rules.html and out/departures.html; `out` is the folder of
    the pages, beside those of the labs' runs, which `trace` reads."""
    table = rules.rules(tree.top)
    shown = rules.labs(trace, os.path.dirname(out))
    documents = citations.documents(tree.top)
    look.write(out, PAGE, "The table of rules",
               Table(tree, table, documents, shown).markup())
    look.write(out, DEPARTURES, "Departures", departures(tree))


class Table:
    def __init__(self, tree, table, documents, shown):
        self.tree, self.table = tree, table
        self.documents, self.shown = documents, shown

    # ---- who cites ----

    def target(self, cited):
        """The place of a citation: its function's name and the lines from
        there, or the name of what it stands in or above."""
        file = self.tree.files.get(cited.file)
        if file is None:
            return page_name(cited.file) if cited.file in self.tree.prose \
                else None
        thing = file.by_name.get(cited.name)
        if thing is None:
            return page_name(cited.file)
        if thing.kind == "prototype":
            return None
        offset = f"-{cited.offset}" if thing.kind == "function" and \
            cited.offset is not None else ""
        return f"{page_name(cited.file)}#{thing.anchor}{offset}"

    def places(self, cited):
        """Each function or file once, at its first citation."""
        first = {}
        for each in cited:
            row = first.setdefault((each.file, each.name), [each, 0])
            row[1] += 1
        return "".join(f"<li>{self.place(*row)}</li>"
                       for row in first.values())

    def place(self, cited, count):
        folder, name = os.path.split(cited.file)
        shown = look.text(cited.name or name)
        target = self.target(cited)
        if target:
            shown = look.link(PAGE, target, shown)
        where = cited.file if cited.name else folder + "/"
        times = f" ×{count}" if count > 1 else ""
        return f"{shown} {look.text(where)}{times}"

    def labs(self, rule):
        name = f"RFC {rule.number} §{rule.section}"
        links = []
        for lab, (first, count) in self.shown.get(name, {}).items():
            target = f"../{lab}/index.html#e{first}"
            events = f"{count} events" if count > 1 else "1 event"
            links.append(f"<li>{look.link(PAGE, target, look.text(lab))} "
                         f"{events}</li>")
        return "".join(links)

    # ---- rows ----

    def row(self, rule):
        section = "whole" if rule.section == "0" else f"§{rule.section}"
        head = f'<a href="{rule.url()}">{section}</a> {look.text(rule.title)}'
        words = self.places(rule.term + rule.comment)
        if words and rule.code:
            words = f"<details><summary>also named</summary>" \
                    f"<ul>{words}</ul></details>"
        elif words:
            words = f'<p class="soft">Only named:</p><ul>{words}</ul>'
        tests = self.places(rule.test)
        if rule.is_untested():
            tests = '<li class="wrong">none</li>'
        cells = [("Code", f"<ul>{self.places(rule.code)}</ul>{words}"),
                 ("Tests", f"<ul>{tests}</ul>"),
                 ("Labs", f"<ul>{self.labs(rule)}</ul>")]
        return f'<tr id="{rule.anchor()}"><th scope="row">{head}</th>' + \
            "".join(f'<td data-head="{name}">{markup}</td>'
                    for name, markup in cells).replace("<ul></ul>", "") + \
            "</tr>\n"

    def document(self, number):
        """One document's heading, what became of it, its table."""
        document = self.documents[number]
        rows = "".join(self.row(rule) for rule in self.table
                       if rule.number == number)
        age = ""
        if document.newer:
            age = f'<p class="soft">Replaced by RFC {document.newer}; ' \
                  f"cited all the same: {look.text(document.why)}.</p>\n"
        if rows:
            rows = '<table class="rules"><thead><tr>' + "".join(
                f'<th scope="col">{name}</th>' for name in
                ("Section", "Code", "Tests", "Labs")) + \
                f"</tr></thead>\n<tbody>{rows}</tbody></table>\n"
        else:
            rows = '<p class="soft">Named as a whole only.</p>\n'
        return f'<h2 id="rfc{number}">RFC {number}: ' \
               f"{look.text(document.title)}</h2>\n{age}{rows}"

    # ---- the page ----

    def untested(self):
        rows = [rule for rule in self.table if rule.is_untested()]
        if not rows:
            return "<p>None.</p>\n"
        return "<ul>" + "".join(
            f"<li>{look.link(PAGE, PAGE + '#' + rule.anchor(), rule.name())} "
            f"{look.text(rule.title)}</li>" for rule in rows) + "</ul>\n"

    def contents(self):
        return '<nav class="contents" aria-label="Documents">' + "".join(
            look.link(PAGE, f"{PAGE}#rfc{number}", f"RFC {number}")
            for number in self.documents) + "</nav>\n"

    def markup(self):
        code = [rule for rule in self.table if rule.code]
        labs = [rule for rule in code if self.labs(rule)]
        tests = [rule for rule in code if not rule.is_untested()]
        return f"""<div class="prose"><p>Every section of every RFC that the
source cites: {len(self.table)} of them, of {len(self.documents)} documents.
By {len(code)} the code says or decides something: {len(tests)} of these are
cited by tests that assert them, {len(labs)} are seen in the trace of a lab's
last run. A section leads to its text, a function to the line that cites it, a
lab to its first event. What is deliberately done otherwise stands on a page of
its own: {look.link(PAGE, DEPARTURES, "the departures")}.</p></div>
{self.contents()}<h2 id="untested">Cited by code and by no test</h2>
{self.untested()}{"".join(map(self.document, self.documents))}"""


# ---- departures -------------------------------------------------------------

STARS = re.compile(r"^\s*(?:/\*+|\*(?!/)) ?|\s*\*/\s*$")


def paragraphs(file):
    """Each paragraph of a file's comments from the word DEPARTURES on."""
    found, words = [], None
    for line in file.lines:
        text = STARS.sub("", line)
        if words is None and "DEPARTURES" in text:
            words = [text[text.index("DEPARTURES"):]]
        elif words is not None and text.strip():
            words.append(text)
        if words is not None and (not text.strip() or "*/" in line):
            found.append(words)
            words = None
    return found


def departures(tree):
    """What each module does otherwise than its documents, in its own words:
    a folder at a time, what holds for all of it first."""
    parts, folder = [], None
    for path in sorted(tree.files, key=lambda path: place_of(path)):
        for words in paragraphs(tree.files[path]):
            if os.path.dirname(path) != folder:
                folder = os.path.dirname(path)
                parts.append(f"<h2>{look.text(folder)}/</h2>")
            text = Words(tree, DEPARTURES, folder, tree.files[path]).names(
                re.sub(r"^DEPARTURES[.:]\s*", "", "\n".join(words)))
            shown = look.link(DEPARTURES, page_name(path),
                              f"<code>{look.text(os.path.basename(path))}"
                              "</code>")
            parts.append(f"<h3>{shown}</h3>\n<p>{text}</p>")
    return '<div class="prose"><p>What the modules deliberately do otherwise ' \
           "than the documents say, or than a production program would: the " \
           "paragraph DEPARTURES of each, as it stands there.</p>\n" + \
           "\n".join(parts) + "</div>\n"


def place_of(path):
    """A folder's contract first: smtp/smtp.h, then what is behind it."""
    folder, name = os.path.split(path)
    return folder, name != f"{folder}.h", name

# SPDX-License-Identifier: MIT
"""The page of a file of the source: a comment that stands alone on its lines
at the left, the code it speaks of at the right, down to the next one.

Every line has the anchor L12; a function, a struct, a macro its name; every
line of a function NAME-3 too, counted from the line of its name; a NOTE has
note- before its name. Links from elsewhere use names, for lines move.
"""
import os
import re

import look
from paint import Painter
from prose import Words
from tree import page_name

COMMENT = re.compile(r"/\*.*?\*/", re.S)
HEADING = re.compile(r"/\* -+ (.+?) -+ \*/$", re.S)
NAMES_MAX = 40  # of callers that are named
FILES_MAX = 12  # of a list that is not folded
SAID_SHOWN = 3  # labs beside a call, before the others fold


class Row:
    """A comment's lines, or none, and the lines of code after it."""

    def __init__(self, comment, first, last):
        self.comment = comment  # (first, last) or None
        self.first, self.last = first, last  # last < first: no code


def words_of(lines, first):
    """The lines of a comment without its marks."""
    words = [re.sub(r"^\s*(?:/\*+|\*(?!/)) ?|\s*\*/\s*$", "", line)
             for line in lines]
    if not words[0].strip() and len(words) > 1:
        words, first = words[1:], first + 1
    if not words[-1].strip():
        words = words[:-1]
    return words, first


class Page:
    def __init__(self, tree, file, said, order):
        self.tree, self.file, self.said = tree, file, said
        self.name = page_name(file.path)
        self.order = order
        self.words = Words(tree, self.name, file.folder, file)
        self.painted = Painter(tree, file, self.name).lines()
        self.starts = {thing.first: thing for thing in file.functions()}
        self.level = 2
        self.ids = self.line_ids()

    # ---- anchors ----

    def line_ids(self):
        """By line: the ids beyond L12 that it has."""
        ids = {}
        for thing in self.file.things:
            if thing.kind == "function":
                for at in range(thing.line, thing.last + 1):
                    ids.setdefault(at, []).append(
                        "%s-%d" % (thing.anchor, at - thing.line))
            elif thing.anchor is not None:
                ids.setdefault(thing.line, []).append(thing.anchor)
        return ids

    def marks(self, first, last):
        """Anchors of lines that are not shown as lines."""
        return "".join('<i id="%s"></i>' % name
                       for at in range(first, last + 1)
                       for name in ["L%d" % at] + self.ids.get(at, []))

    def line(self, at):
        more = self.ids.get(at, [])
        return '<span id="L%d">%s%s\n%s</span>' % (
            at, "".join('<span id="%s">' % name for name in more),
            self.painted[at - 1], "</span>" * len(more))

    # ---- rows ----

    def comments(self):
        """(first line, last line) of each comment alone on its lines."""
        found, at = [], 0
        for match in COMMENT.finditer(self.file.text):
            first = self.file.line_at(match.start())
            last = self.file.line_at(match.end() - 1)
            alone = self.file.lines[first - 1].strip().startswith("/*") and \
                self.file.lines[last - 1].strip().endswith("*/") and \
                not self.file.code_lines[first - 1].strip() and \
                not self.file.whole[last - 1].strip()
            if alone and first > at:
                found.append((first, last))
                at = last
        return found

    def rows(self):
        """From the first line after SPDX to the end."""
        cuts = {first: (first, last) for first, last in self.comments()
                if first > 1}
        ends = {last for _, last in cuts.values()}
        for first in self.starts:  # unless a comment stands right above it
            if first - 1 not in ends:
                cuts.setdefault(first, None)
        places = sorted(cuts)
        rows, end = [], len(self.file.lines)
        if not places or places[0] > 2:
            rows.append(Row(None, 2, places[0] - 1 if places else end))
        for index, at in enumerate(places):
            after = places[index + 1] - 1 if index + 1 < len(places) else end
            comment = cuts[at]
            rows.append(Row(comment, comment[1] + 1 if comment else at, after))
        return rows

    # ---- what a row is made of ----

    def code(self, first, last):
        """Lines of code, and under a call what it said in the labs."""
        lines = self.file.lines
        start, end = first, last
        while start <= end and not lines[start - 1].strip():
            start += 1
        while end >= start and not lines[end - 1].strip():
            end -= 1
        parts, open_at = [self.marks(first, start - 1)], start
        for at in range(start, end + 1):
            events = self.said.get(at)
            if events:
                parts.append(self.pre(open_at, at))
                parts.append(self.beside(events))
                open_at = at + 1
        parts.append(self.pre(open_at, end))
        parts.append(self.marks(end + 1, last) if start <= end else "")
        return "".join(parts)

    def pre(self, first, last):
        if first > last:
            return ""
        return "<pre>%s</pre>" % "".join(self.line(at) for at in
                                         range(first, last + 1))

    def beside(self, events):
        rows = [event.markup(self.name) for event in events]
        shown = '<ul class="said">%s</ul>' % "".join(rows[:SAID_SHOWN])
        if len(rows) > SAID_SHOWN:
            shown += ('<details class="said"><summary>and in %d more</summary>'
                      "<ul>%s</ul></details>" % (len(rows) - SAID_SHOWN,
                                                 "".join(rows[SAID_SHOWN:])))
        return shown

    def heading(self, words):
        self.level = 3
        return '<h2 class="part">%s</h2>\n' % look.text(words)

    def row(self, row):
        comment = self.file.lines[row.comment[0] - 1:row.comment[1]] \
            if row.comment else []
        head = HEADING.match("\n".join(comment).strip())
        if head:
            title = re.sub(r"\s*\n\s*\*\s*", " ", head.group(1))
            text = self.heading(title) + self.marks(*row.comment)
            if row.first > row.last or not any(
                    line.strip() for line in
                    self.file.lines[row.first - 1:row.last]):
                return text + self.marks(row.first, row.last)
            return text + self.columns("", row)
        text = ""
        if comment:
            words, first = words_of(comment, row.comment[0])
            text = self.inner_marks(row.comment, first, len(words)) + \
                self.words.comment(words, first) + \
                self.pointed_at(row.comment)
        return self.columns(text, row)

    def inner_marks(self, comment, first, count):
        """The lines of a comment that have no words, and names of lines."""
        lines = [at for at in range(comment[0], comment[1] + 1)
                 if not first <= at < first + count]
        return "".join('<i id="L%d"></i>' % at for at in lines) + \
            "".join('<i id="%s"></i>' % name
                    for at in range(comment[0], comment[1] + 1)
                    for name in self.ids.get(at, []))

    def columns(self, text, row):
        function = next((self.starts[at] for at in
                         range(row.first, row.last + 1)
                         if at in self.starts), None)
        classes, name = "row", ""
        if function is not None:
            classes += " begins"
            name = ' id="%s"' % function.anchor
            text = '<h%d class="name mono">%s</h%d>\n%s%s\n%s' % (
                self.level, look.text(function.name), self.level, text,
                self.contract(function, not text), self.calls(function))
        else:
            text += self.pairs(row)
        return ('<div class="%s"%s>\n<div class="words">%s</div>\n'
                '<div class="code">%s</div>\n</div>\n' % (
                    classes, name, text, self.code(row.first, row.last)))

    # ---- who calls whom ----

    def place(self, thing):
        return look.link(self.name, thing.place(), look.text(thing.name))

    def grouped(self, things):
        """Names by the file they stand in: "smtp_say.c: one, two"."""
        shown, files = things[:NAMES_MAX], {}
        for thing in shown:
            files.setdefault(thing.file.path, []).append(thing)
        parts = []
        for path, found in files.items():
            names = ", ".join(self.place(thing) for thing in found)
            where = "" if path == self.file.path else " <span>in %s</span>" % \
                look.text(path)
            parts.append("<li>%s%s</li>" % (names, where))
        if len(things) > NAMES_MAX:
            parts.append("<li>and %d more</li>" % (len(things) - NAMES_MAX))
        return "<ul>%s</ul>" % "".join(parts)

    def calls(self, thing):
        """Callers and called of a function, folded."""
        tests = [user for user in thing.users
                 if user.file.folder.startswith("tests")]
        others = [user for user in thing.users if user not in tests]
        if self.file.folder.startswith("tests"):
            tests, others = [], thing.users
        uses = [used for used in thing.uses if used.kind != "variable" and
                used.name not in ("RFC", "HERE")]
        parts = [(label, things) for label, things in
                 (("Called by", others), ("Calls", uses), ("Tests", tests))
                 if things]
        if not parts:
            return ""
        summary = " · ".join("%s %d" % (label.lower(), len(things))
                             for label, things in parts)
        return '<details class="calls"><summary>%s</summary>%s</details>' % (
            summary, "".join("<p>%s</p>%s" % (label, self.grouped(things))
                             for label, things in parts))

    def contract(self, thing, with_words):
        """What the header says of a function, where the source says nothing;
        and the way there."""
        found = self.tree.prototypes.get(thing.name)
        if thing.local or not found or found.anchor is None:
            return ""
        words, above = "", found.file.comment_above(found.first)
        if with_words and above:
            lines = found.file.lines[above[0] - 1:above[1]]
            if not HEADING.match("\n".join(lines)):
                words = Words(self.tree, self.name, found.file.folder,
                              found.file).comment(words_of(lines, 1)[0])
        return '%s<p class="pair">%s %s</p>' % (
            words, "from its contract," if words else "contract:",
            look.link(self.name, found.place(), look.text(found.file.name)))

    def pairs(self, row):
        """Where the functions are that a header declares here."""
        if not self.file.path.endswith(".h"):
            return ""
        parts = []
        for thing in self.file.things:
            if thing.kind != "prototype" or not row.first <= thing.line <= \
                    row.last:
                continue
            made = self.tree.resolve(self.file, thing.name)
            if made is not None and made.kind == "function":
                parts.append("<li>%s <span>in %s, used by %d</span></li>" % (
                    self.place(made), look.text(made.file.name),
                    len(made.users)))
        return '<ul class="pair">%s</ul>' % "".join(parts) if parts else ""

    # ---- what stands above ----

    def facts(self):
        file, tree = self.file, self.tree
        stem = re.sub(r"\.[ch]$", "", file.name)
        parts = []

        def add(label, paths):
            links = ", ".join(look.link(self.name, page_name(path), look.text(
                path.rpartition("/")[2] if os.path.dirname(path) == file.folder
                else path)) for path in paths)
            if len(paths) > FILES_MAX:
                links = "<details><summary>%d files</summary>%s</details>" % (
                    len(paths), links)
            if paths:
                parts.append("<div><dt>%s</dt><dd>%s</dd></div>" %
                             (label, links))

        pair = file.folder + "/" + stem + (
            ".h" if file.name.endswith(".c") else ".c")
        add("Contract" if pair.endswith(".h") else "Made in",
            [pair] if pair in tree.files else [])
        add("Tests", [path for path in (
            "tests/%s/test_%s.c" % (kind, stem) for kind in
            ("unit", "integration", "hostile")) if path in tree.files])
        add("Stands on", sorted(tree.stands_on(file)))
        add("Used by", sorted(path for path in tree.used_by(file)
                              if not path.startswith("tests/")))
        return '<dl class="facts">%s</dl>' % "".join(parts) if parts else ""

    def contents(self):
        """The functions of the file, to go to."""
        functions = self.file.functions()
        if len(functions) < 3:
            return ""
        return '<nav class="contents mono" aria-label="Functions">%s</nav>' % \
            " ".join(self.place(thing) for thing in functions)

    def pointed_at(self, comment):
        """Which prose points at the NOTE of a comment."""
        paths = [path for name, line in self.file.notes
                 if comment[0] <= line <= comment[1]
                 for path in self.tree.pointers.get(name, ())]
        return '<p class="pair">pointed at by %s</p>' % ", ".join(
            look.link(self.name, page_name(path), look.text(path))
            for path in paths) if paths else ""

    def turn(self):
        """The file before and the one after, in reading order."""
        before, after = self.order.get(self.file.path, (None, None))
        parts = []
        for label, kind, path in (("Before", "prev", before),
                                  ("Next", "next", after)):
            if path is not None:
                target = page_name(path)
                parts.append('<span class="%s">%s: %s</span>' % (
                    kind, label, '<a rel="%s" href="%s">%s</a>' % (
                        kind, look.text(look.relative(self.name, target)),
                        look.text(path))))
        return '<nav class="turn" aria-label="%%s">%s</nav>' % "".join(parts) \
            if parts else ""

    def markup(self):
        rows = self.rows()
        intro = ""
        first = self.file.lines[0]
        marks = self.marks(1, 1) if first.startswith("/* SPDX") else ""
        if rows and rows[0].comment and not any(
                at in self.starts for at in [rows[0].first]):
            words, number = words_of(
                self.file.lines[rows[0].comment[0] - 1:rows[0].comment[1]],
                rows[0].comment[0])
            intro = '<div class="prose intro">%s%s</div>' % (
                self.inner_marks(rows[0].comment, number, len(words)),
                self.words.comment(words, number))
            rows[0].comment = None
        return marks + intro + self.facts() + \
            self.contents() + '<div class="source">\n' + \
            "".join(self.row(row) for row in rows) + "</div>\n"

    def write(self, out):
        markup, turn = self.markup(), self.turn()
        look.write(out, self.name, self.file.name, markup,
                   turn % "Reading order" if turn else "",
                   turn % "Reading order, again" if turn else "")

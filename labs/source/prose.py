# SPDX-License-Identifier: MIT
"""Words as markup: the comments of the source, READMEs and worksheets. What
they name becomes a link: a section of an RFC, a NOTE, a file, a function."""
import posixpath
import re

import look
from tree import page_name

NAMED = re.compile(r"""
    (?P<rfc>RFC[ \n](?P<number>\d{3,5})(?:[ \n]§(?P<section>[A-Z0-9][\w.]*\w|
        [A-Z0-9]))?) |
    (?P<note>NOTE\((?P<name>[a-z0-9_-]+)\)(?P<colon>:?)) |
    (?P<file>\b[a-z][\w/-]*\.(?:c|h|md)\b) |
    (?P<word>\b[A-Za-z]\w*_\w+\b(?:\(\))?)""", re.X)
# The same, and what only prose in Markdown has.
SPAN = re.compile(r"""
    (?P<code>`+)(?P<inside>.+?)(?P=code) |
    \[(?P<label>[^]]+)\]\((?P<target>[^)\s]+)\) |
    \*\*(?P<bold>.+?)\*\* | (?<![\w*])\*(?P<slant>[^*\s][^*]*)\*(?!\w) |
    <(?P<address>https?://[^>\s]+)>""", re.X | re.S)


class Words:
    """How the words on the page `page` are read: those of a file of the
    source, or of a folder."""

    def __init__(self, tree, page, folder, file=None):
        self.tree, self.page, self.folder, self.file = tree, page, folder, file

    def link(self, target, markup):
        return look.link(self.page, target, markup)

    # ---- names in running words ----

    def names(self, words, code=False):
        """Text, with its names as links; `code`: it is code already."""
        parts, at = [], 0
        for found in NAMED.finditer(words):
            markup = self.named(found, code)
            if markup is not None:
                parts.append(look.text(words[at:found.start()]) + markup)
                at = found.end()
        return "".join(parts) + look.text(words[at:])

    def named(self, found, code):
        shown = look.text(found.group())
        if found.group("rfc"):
            return self.rule(found.group("number"),
                             found.group("section") or "0", shown)
        if found.group("note"):
            return self.note(found.group("name"), found.group("colon"), shown)
        if not code:
            shown = "<code>%s</code>" % shown
        if found.group("file"):
            path = self.tree.find_file(found.group("file"), self.folder)
            return path and self.link(page_name(path), shown)
        return self.identifier(found.group("word").rstrip("()"), shown)

    def rule(self, number, section, shown):
        if (number, section) not in self.tree.sections:
            return None
        return self.link("rules.html#rfc%s-%s" % (number, section), shown)

    def note(self, name, colon, shown):
        if name not in self.tree.notes:
            return None
        file, line = self.tree.notes[name]
        if colon and self.file is file:
            return '<b class="note" id="note-%s">%s</b>' % (name, shown)
        return self.link(page_name(file.path) + "#note-" + name, shown)

    def identifier(self, name, shown):
        """A function, or whatever else has this name here."""
        tree, thing = self.tree, None
        if self.file is not None:
            thing = tree.resolve(self.file, name)
        else:
            found = tree.shared.get(name, ())
            thing = found[0] if len(found) == 1 else None
        if thing is None or thing.anchor is None:
            return None
        return self.link(thing.place(), shown)

    # ---- a comment ----

    def comment(self, lines, first=None):
        """The lines of a comment without its stars: paragraphs, lists and
        sketches of code. `first`: the first is that line of the page's file,
        and each is marked."""
        parts = []
        for kind, block, number in blocks(lines, first or 0):
            marks = "" if first is None else "".join(
                '<i id="L%d"></i>' % at for at in
                range(number, number + len(block)))
            text = self.names("\n".join(block), True) if kind == "pre" \
                else self.quoted("\n".join(block))
            if kind == "pre":
                parts.append(preformed(block, marks + text))
            elif kind == "item":
                parts.append('<p class="item">%s%s</p>' % (marks, text))
            elif text:
                text = re.sub(r"^(DEPARTURES|FLAT)\b", r"<b>\1</b>", text)
                parts.append("<p>%s%s</p>" % (marks, text))
            else:
                parts.append(marks)
        return "\n".join(parts)

    def quoted(self, words):
        """Running words, in which code stands between backticks."""
        parts = re.split(r"`([^`\n]+)`", words)
        return "".join("<code>%s</code>" % self.names(part, True) if at % 2
                       else self.names(part) for at, part in enumerate(parts))

    # ---- Markdown, as much of it as the house writes ----

    def spans(self, words):
        parts, at = [], 0
        for found in SPAN.finditer(words):
            parts.append(self.names(words[at:found.start()]))
            parts.append(self.span(found))
            at = found.end()
        return "".join(parts) + self.names(words[at:])

    def span(self, found):
        if found.group("inside"):
            return "<code>%s</code>" % self.names(found.group("inside"), True)
        if found.group("bold"):
            return "<b>%s</b>" % self.spans(found.group("bold"))
        if found.group("slant"):
            return "<em>%s</em>" % self.spans(found.group("slant"))
        if found.group("address"):
            return '<a href="%s">%s</a>' % (
                (look.text(found.group("address")),) * 2)
        return self.reference(found.group("label"), found.group("target"))

    def reference(self, label, target):
        shown = look.text(label)
        if target.startswith(("https://", "http://")):
            return '<a href="%s">%s</a>' % (look.text(target), shown)
        path, sign, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(self.folder, path))
        if path in self.tree.files or path in self.tree.prose:
            return self.link(page_name(path), shown)
        return shown

    def markdown(self, words):
        words = re.sub(r"<!--.*?-->\n?", "", words, flags=re.S)
        return Markdown(self, words.split("\n")).markup()


def preformed(lines, markup):
    """Lines as they stand. A drawing is none any more where its lines break:
    what is too wide of it is scrolled to, by keyboard too."""
    if re.search("[\u2500-\u257f]", "".join(lines)):
        return '<pre class="drawing" tabindex="0">%s</pre>' % markup
    return "<pre>%s</pre>" % markup


def blocks(lines, first):
    """A comment's lines as (kind, lines, number of the first): what is set in
    is a sketch, unless it begins as an item of a list does."""
    at = 0
    while at < len(lines):
        start, kind = at, kind_of(lines[at])
        at += 1
        while at < len(lines) and follows(kind, lines, at):
            at += 1
        block = lines[start:at]
        if kind == "pre":
            while not block[-1].strip():
                block, at = block[:-1], at - 1
            depth = min(len(l) - len(l.lstrip()) for l in block if l.strip())
            block = [line[depth:] for line in block]
        elif kind == "item":
            block = [line.strip() for line in block]
        yield kind, block, first + start


def kind_of(line):
    if not line.strip():
        return "blank"
    if re.match(r" {0,3}(?:-|\d+\.) ", line) and not line.startswith("-  "):
        return "item"
    return "pre" if line.startswith("  ") else "words"


def follows(kind, lines, at):
    other = kind_of(lines[at])
    if kind == "pre":
        if other == "blank":
            return any(line.strip() for line in lines[at:]) and \
                kind_of(next(l for l in lines[at:] if l.strip())) == "pre"
        return other == "pre"
    if kind == "item":
        return other == "pre"
    return kind == other and kind != "blank"


class Markdown:
    """Lines of Markdown, taken one block after the other."""

    def __init__(self, words, lines):
        self.words, self.lines, self.at = words, lines, 0
        self.parts = []

    def markup(self):
        while self.at < len(self.lines):
            self.block()
        return "\n".join(self.parts)

    def line(self):
        return self.lines[self.at] if self.at < len(self.lines) else ""

    def block(self):
        line = self.line()
        if not line.strip():
            self.at += 1
        elif line.startswith("```"):
            self.fence()
        elif line.startswith("#"):
            self.heading(line)
        elif line.startswith("    "):
            self.code()
        elif line.startswith("|"):
            self.table()
        elif re.match(r"(?:[-*]|\d+\.) ", line):
            self.list()
        else:
            self.paragraph()

    def heading(self, line):
        level = len(line) - len(line.lstrip("#"))
        words = line.strip("# ").strip()
        self.at += 1
        if level == 1:  # the page has it as its title
            return
        slug = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
        self.parts.append('<h%d id="%s-">%s</h%d>' % (
            min(level, 4), slug, self.words.spans(words), min(level, 4)))

    def pre(self, lines):
        while lines and not lines[-1].strip():
            lines.pop()
        depth = min((len(l) - len(l.lstrip()) for l in lines if l.strip()),
                    default=0)
        self.parts.append(preformed(lines, "\n".join(
            self.words.names(line[depth:], True) for line in lines)))

    def fence(self):
        self.at += 1
        start = self.at
        while self.at < len(self.lines) and not self.line().startswith("```"):
            self.at += 1
        self.pre(self.lines[start:self.at])
        self.at += 1

    def code(self):
        start = self.at
        while self.at < len(self.lines) and \
                (self.line().startswith("    ") or not self.line().strip()):
            self.at += 1
        self.pre(self.lines[start:self.at])

    def table(self):
        rows = []
        while self.line().startswith("|"):
            cells = re.split(r"(?<!\\)\|", self.line().strip().strip("|"))
            rows.append([c.strip().replace("\\|", "|") for c in cells])
            self.at += 1
        head = rows.pop(0)
        if rows and all(re.match(r":?-+:?$", cell) for cell in rows[0]):
            rows.pop(0)
        row = lambda cells, tag: "<tr>%s</tr>" % "".join(
            "<%s>%s</%s>" % (tag, self.words.spans(cell), tag[:2])
            for cell in cells)
        self.parts.append(
            '<div class="scroll" tabindex="0" role="group" '
            'aria-label="Table"><table>\n<thead>%s</thead>\n<tbody>%s</tbody>'
            "</table></div>" % (row(head, 'th scope="col"'),
                                "\n".join(row(cells, "td") for cells in rows)))

    def list(self):
        """Items, and in each whatever is set in under it."""
        tag = "ol" if self.line()[0].isdigit() else "ul"
        items = []
        while re.match(r"(?:[-*]|\d+\.) ", self.line()) and \
                self.line()[0].isdigit() == (tag == "ol"):
            depth = re.match(r"(?:[-*]|\d+\.) +", self.line()).end()
            inside = [self.line()[depth:]]
            self.at += 1
            while self.at < len(self.lines) and (
                    self.line().startswith(" ") or
                    not self.line().strip() and self.next_is_set_in()):
                lead = len(self.line()) - len(self.line().lstrip())
                inside.append(self.line()[min(lead, depth):])
                self.at += 1
            items.append("<li>%s</li>" % Markdown(self.words, inside).markup())
            while not self.line().strip() and self.at < len(self.lines):
                self.at += 1
        self.parts.append("<%s>\n%s\n</%s>" % (tag, "\n".join(items), tag))

    def next_is_set_in(self):
        for line in self.lines[self.at:]:
            if line.strip():
                return line.startswith("  ")
        return False

    def paragraph(self):
        start = self.at
        while self.line().strip() and not re.match(
                r"#|```|\||    |(?:[-*]|\d+\.) ", self.line()) or \
                self.at == start:
            self.at += 1
        words = "\n".join(self.lines[start:self.at])
        self.parts.append("<p>%s</p>" % self.words.spans(words))

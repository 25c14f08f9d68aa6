# SPDX-License-Identifier: MIT
"""Who cites which section: every citation of the tree, with the function,
table or struct that it stands in or above."""
import bisect
import collections
import os
import re

from places import code_of, places_of, strings_of

# number, section ("" where a document is only named), file, line (from 1),
# kind (see kind_of), name of what cites (None: the file as a whole), offset
# (lines from that of the name; None in a comment above it).
Citation = collections.namedtuple(
    "Citation", "number section file line kind name offset")

SKIP = {"build", "bin", "out", ".git", "node_modules", "__pycache__"}
KINDS = (".c", ".h", ".md", ".sh", ".py", ".js")

# RFC 5321 §4.2, also broken over two lines of a comment, and with further
# sections after it: RFC 959 §5.4 and §6.
GAP = r"(?:\s|\*(?!/)|//|#)+"
SECTION = r"[A-Z]?[0-9]+(?:\.[0-9]+)*|[A-Z](?:\.[0-9]+)*"
NAMED = re.compile(
    rf"\bRFC{GAP}([0-9]+)"
    rf"((?:(?:,?{GAP}|,?{GAP}(?:and|or|to){GAP})§(?:{SECTION})\b)*)")
MACRO = re.compile(r'\bR(?:FC)?\(\s*"([0-9]+)",\s*"([^"]+)"\)')
VALUE = re.compile(r'\{\s*"([0-9]{3,4})",\s*"([0-9A-Z][0-9.]*)"\}')
ONE_SECTION = re.compile(rf"§({SECTION})")


def files(top):
    """The paths of all sources and texts under `top`, sorted."""
    found = []
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(set(folders) - SKIP)
        found += [os.path.relpath(os.path.join(folder, name), top)
                  for name in names if name.endswith(KINDS)]
    return sorted(found)


# The files that explain words and decide nothing.
TERMS = re.compile(r"(^|_)terms[_.]")

# A row of a suite: the test's name as text, and the function.
TEST = re.compile(r'\{\s*"\w+",\s*(\w+)\}')


def kind_of(path, form, place, tests):
    """What a citation in the file `path` is: "test", in one of the functions
    `tests` or in a table of cases; "term" of `explain`; "code", which is data
    and decides or says something; or "comment". What a test's helper cites,
    or a call with which a test plays the peer, asserts nothing."""
    name = os.path.basename(path)
    if path.startswith("tests/"):
        asserts = place and form in ("value", "words") and \
            name.startswith("test_") and \
            (place.name in tests or place.kind == "table")
        return "test" if asserts else "comment"
    if form in ("words", "text"):
        return "comment"
    return "term" if TERMS.search(name) else "code"


def raw_citations(path, text):
    """(position, number, section, form) of all in `text`: "macro" or "value",
    which are C, "text" within a string, or "words", as what looks like C
    within a comment is too."""
    code = code_of(text)
    strings = strings_of(text) if path.endswith((".c", ".h")) else ()
    patterns = {"macro": MACRO, "value": VALUE} \
        if path.endswith((".c", ".h")) else {}
    for form, pattern in patterns.items():
        for found in pattern.finditer(text):
            quiet = code[found.start()] == " "
            yield (found.start(), found[1], found[2],
                   "words" if quiet else form)
    for found in NAMED.finditer(text):
        sections = list(ONE_SECTION.finditer(text, *found.span(2)))
        form = "text" if any(first < found.start() < end
                             for first, end in strings) else "words"
        for section in sections:
            yield section.start(), found[1], section[1], form
        if not sections:
            yield found.start(), found[1], "", form


def citations_of(path, text):
    """All in one file."""
    lines = [found.end() for found in re.finditer("\n", text)]
    places, tests = list(places_of(path, text)), set(TEST.findall(text))
    for at, number, section, form in sorted(raw_citations(path, text)):
        line = bisect.bisect_right(lines, at) + 1
        place = next((p for p in places if p.first <= line <= p.last), None)
        offset = line - place.line if place and line >= place.line else None
        kind = kind_of(path, form, place, tests)
        yield Citation(number, section, path, line, kind,
                       place and place.name, offset)


def citations(top):
    """All of the tree, in the order of files and lines."""
    for path in files(top):
        with open(os.path.join(top, path), encoding="utf-8") as source:
            yield from citations_of(path, source.read())


def sections(top):
    """(number, section, title) of all that the tree may cite."""
    path = os.path.join(top, "common/rfc-sections.tsv")
    with open(path, encoding="utf-8") as table:
        return [line.rstrip("\n").split("\t") for line in table][1:]


Document = collections.namedtuple("Document", "title newer where why")


def documents(top):
    """By number: a document's title and, if it is old, what replaced it, the
    beginnings of the paths where it may be cited, and why it is there."""
    path = os.path.join(top, "common/rfc-documents.tsv")
    with open(path, encoding="utf-8") as table:
        rows = [line.rstrip("\n").split("\t") for line in table][1:]
    rows = [row + [""] * (5 - len(row)) for row in rows]
    return {number: Document(title, newer, tuple(where.split()), why)
            for number, title, newer, where, why in rows}

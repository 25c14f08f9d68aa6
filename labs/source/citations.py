# SPDX-License-Identifier: MIT
"""Who cites which section: every citation of the tree, with the function,
table or struct that it stands in or above."""
import bisect
import collections
import os
import re

# number, section ("" where a document is only named), file, line (from 1),
# kind (see kind_of), name of what cites (None: the file as a whole), offset
# (lines from that of the name; None in a comment above it).
Citation = collections.namedtuple(
    "Citation", "number section file line kind name offset")

# A definition, a declaration or a macro, with the comment that stands right
# above it: the lines (from 1) of both, of its name and of its end.
Place = collections.namedtuple("Place", "name first line last")

SKIP = {"build", "bin", "out", ".git", "node_modules", "__pycache__"}
KINDS = (".c", ".h", ".md", ".sh", ".py", ".js")

# RFC 5321 §4.2, also broken over two lines of a comment, and with further
# sections after it: RFC 959 §5.4 and §6.
GAP = r"(?:\s|\*(?!/)|//|#)+"
SECTION = r"[A-Z]?[0-9]+(?:\.[0-9]+)*|[A-Z](?:\.[0-9]+)*"
NAMED = re.compile(
    rf"\bRFC{GAP}([0-9]+)"
    rf"((?:(?:,?{GAP}|,?{GAP}(?:and|or|to){GAP})§(?:{SECTION})\b)*)")
MACRO = re.compile(r'\bRFC\(\s*"([0-9]+)",\s*"([^"]+)"\)')
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


def kind_of(path, data):
    """What a citation in the file `path` is: "test"; "term" of `explain`;
    "code", which is data and decides or says something; or "comment"."""
    if path.startswith("tests/"):
        return "test"
    if not data:
        return "comment"
    return "term" if os.path.basename(path).startswith("terms") else "code"


def raw_citations(text):
    """(position, number, section, whether it is data) of all in `text`. What
    looks like data within a comment or a string is none."""
    code = code_of(text)
    for pattern in MACRO, VALUE:
        for found in pattern.finditer(text):
            data = code[found.start()] != " "
            yield found.start(), found[1], found[2], data
    for found in NAMED.finditer(text):
        sections = list(ONE_SECTION.finditer(text, *found.span(2)))
        for section in sections:
            yield section.start(), found[1], section[1], False
        if not sections:
            yield found.start(), found[1], "", False


def citations_of(path, text, documents):
    """All in one file. `documents` are the numbers that are documents: a pair
    of strings in braces may be something else."""
    lines = [found.end() for found in re.finditer("\n", text)]
    places = list(places_of(path, text))
    for at, number, section, data in sorted(raw_citations(text)):
        if data and number not in documents:
            continue
        line = bisect.bisect_right(lines, at) + 1
        place = next((p for p in places if p.first <= line <= p.last), None)
        offset = line - place.line if place and line >= place.line else None
        yield Citation(number, section, path, line, kind_of(path, data),
                       place and place.name, offset)


def citations(top):
    """All of the tree, in the order of files and lines."""
    documents = {row[0] for row in sections(top)}
    for path in files(top):
        with open(os.path.join(top, path), encoding="utf-8") as source:
            yield from citations_of(path, source.read(), documents)


def sections(top):
    """(number, section, title) of all that the tree may cite."""
    path = os.path.join(top, "common/rfc-sections.tsv")
    with open(path, encoding="utf-8") as table:
        return [line.rstrip("\n").split("\t") for line in table][1:]


# ---- what a line belongs to ------------------------------------------------

NAMES = (
    re.compile(r"^#\s*define\s+(\w+)"),
    re.compile(r"^(?:struct|enum|union)\s+(\w+)\s*\{"),
    re.compile(r"(\w+)\s*(?:\[[^]]*\]\s*)*=(?!=)"),
    re.compile(r"(\w+) ?\((?!\*)"),
    re.compile(r"\(\*\s*(\w+)(?:\[[^]]*\])*\)\("),
    re.compile(r"(\w+)(?:\[[^]]*\])*;"),
    re.compile(r"^(\w+)\(\)\s*\{"),
)


def name_in(head):
    """What the first lines of a definition or declaration define, or None."""
    for pattern in NAMES:
        found = pattern.search(head)
        if found:
            return found[1]
    return None


# What the compiler does not read as code: comments, strings, characters.
QUIET = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'
                   r"'(?:\\.|[^'\\\n])*'", re.DOTALL)


def code_of(text):
    """`text` with blanks for comments and strings: as many lines as it has."""
    return QUIET.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def places_of(path, text):
    """The places of a C source, from the way that clang-format lays it out:
    what begins at the left edge ends with the line whose semicolon or brace
    stands outside all braces."""
    if not path.endswith((".c", ".h")):
        return
    lines = text.split("\n")
    code = code_of(text).split("\n")
    at, first = 0, None
    while at < len(lines):
        line = lines[at]
        if line.startswith("/*"):
            first = at
            while "*/" not in lines[at]:
                at += 1
            at += 1
        elif not line or (line[0] == "#" and "define" not in line):
            at, first = at + 1, None
        else:
            last = end_of(code, at)
            name, line_of = name_at(lines, at, last)
            yield Place(name, (at if first is None else first) + 1,
                        line_of + 1, last + 1)
            at, first = last + 1, None


def end_of(code, at):
    """The index of the last line of what begins at `at`."""
    if code[at].startswith("#"):
        while code[at].endswith("\\"):
            at += 1
        return at
    depth = 0
    while at + 1 < len(code):
        depth += code[at].count("{") - code[at].count("}")
        if depth <= 0 and code[at].rstrip().endswith((";", "}")):
            break
        at += 1
    return at


def name_at(lines, at, last):
    """The name of what stands in lines[at..last], and the line it is on."""
    head = lines[at]
    if re.match(r"^(static |const )*struct (\w+ )?\{$", head):
        tail = next(n for n in range(at, last + 1)
                    if lines[n].startswith("}"))
        return name_in(lines[tail]) or name_in(head), at # of the table, if any
    name = name_in(head)
    if name is None and at < last:
        return name_in(lines[at + 1]), at + 1
    return name, at

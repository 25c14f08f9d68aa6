# SPDX-License-Identifier: MIT
"""What stands at the left edge of a C source: functions, tables, structs,
macros; read from the way that clang-format lays it out."""
import collections
import re

# A definition, a declaration or a macro: its kind (see kind_of) and the lines
# (from 1) of the comment right above it (or of itself), of its name, its end.
Place = collections.namedtuple("Place", "kind name first line last")

NAMES = (
    re.compile(r"^#\s*define\s+(\w+)"),
    re.compile(r"^(?:struct|enum|union)\s+(\w+)\s*\{"),
    re.compile(r"(\w+)\s*(?:\[[^]]*\]\s*)*=(?!=)"),
    re.compile(r"(\w+) ?\((?!\*)"),
    re.compile(r"\(\*\s*(?:const )?(\w+)(?:\[[^]]*\])*\)\("),
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


def strings_of(text):
    """(first, end) of each string literal."""
    return [found.span() for found in QUIET.finditer(text)
            if found[0].startswith('"')]


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
            kind = kind_of(code[at:last + 1])
            yield Place(kind, name, (at if first is None else first) + 1,
                        line_of + 1, last + 1)
            at, first = last + 1, None


def kind_of(code):
    """"macro", "function", "struct" (an enum or union too), "table" (a value
    in braces), or "declaration"."""
    if code[0].startswith("#"):
        return "macro"
    if code[-1].rstrip() == "}":
        return "function"
    if re.match(r"(struct|union|enum)\b[^=(]*(\{|$)", code[0]):
        return "struct"
    return "table" if any("{" in line for line in code) else "declaration"


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

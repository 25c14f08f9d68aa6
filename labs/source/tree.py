# SPDX-License-Identifier: MIT
"""The tree of the source, read: which files there are, what each defines,
where a function begins and ends, and which functions it uses.

C is read here as clang-format leaves it in this house (make check sees to
that): what begins at the left edge is a declaration or a definition, a
function's body stands between a "{" and a "}" alone at the left edge. That
is what makes a few patterns enough, where C at large would want a parser.
"""
import os
import re

FOLDERS = ("common", "http", "smtp", "pop3", "imap", "ftp", "telnet", "ssh",
           "labs", "tests")
PROTOCOLS = FOLDERS[1:8]

# A comment, a string, a character: what is not code, or not to be read as it.
NO_CODE = re.compile(r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" |
                         '(?:\\.|[^'\\\n])*'""", re.S | re.X)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.M)
MACRO = re.compile(r"^#define (\w+)(\(?)", re.M)
# A name that is used, what stands before it, and whether it is called.
WORD = re.compile(r"(?:(\.\.\.|\.|->|\b(?:struct|enum|union)\b)\s*)?"
                  r"\b([A-Za-z_]\w*)\b(\s*\()?")
# A name that a function declares for itself: "struct span line", "int i".
LOCAL = re.compile(r"\b(?!return\b|else\b|case\b|goto\b|sizeof\b|struct\b|"
                   r"enum\b|union\b|const\b)\w+\s+\**(\w+)\b(?!\s*\()|"
                   r"\w \*+(\w+)\b(?!\s*\()|\(\*(\w+)\)")
# What a declaration declares: the first name before a parenthesis.
CALLED = re.compile(r"\b(\w+) ?\((?!\*)")
TAG = re.compile(r"\b(?:struct|enum|union) $")
NOTE = re.compile(r"NOTE\(([a-z0-9_-]+)\)(:?)")
SAFE_NAME = re.compile(r"^[\w./-]+$")


class Thing:
    """What has a name: a function, a prototype, a macro, a struct, an enum,
    a constant of one, a variable."""

    def __init__(self, kind, name, file, line, first, last, local):
        self.kind, self.name, self.file = kind, name, file
        self.line = line  # where its name stands, from 1
        self.first, self.last = first, last  # the lines that it takes
        self.local = local  # known in its own file only
        self.anchor = name  # its id on the page of its file
        self.uses = []  # Things, in the order in which it uses them
        self.users = []

    def place(self):
        return page_name(self.file.path) + "#" + self.anchor


class File:
    def __init__(self, top, path):
        self.path = path
        with open(os.path.join(top, path), encoding="utf-8") as source:
            self.text = source.read()
        self.lines = self.text.split("\n")[:-1]
        self.folder, self.name = os.path.split(path)
        self.things = []
        self.by_name = {}
        self.notes = []  # (name, line) of each NOTE that is made here
        self.includes = []
        self.declared = None  # names, once Tree.declared was asked
        self.starts = [0]  # where each line begins
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        if path.endswith((".c", ".h")):
            self.read()

    # ---- reading ----

    def read(self):
        blank = lambda m: re.sub(r"[^\n]", " ", m.group())
        # The quotes of a string stay, so that a line is seen to go on.
        code = NO_CODE.sub(blank, self.text)
        self.includes = re.findall(r'^#include "([^"]+)"', self.text, re.M)
        self.code = DIRECTIVE.sub(blank, code)
        self.code_lines = self.code.split("\n")[:-1]
        self.whole = code.split("\n")[:-1]  # directives too
        for found in MACRO.finditer(code):
            self.add_macro(found, code)
        self.read_chunks()
        self.things.sort(key=lambda thing: (thing.line, thing.name))
        for thing in self.things:
            self.give_name(thing)

    def line_at(self, offset):
        low, high = 0, len(self.starts) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.starts[middle] <= offset:
                low = middle
            else:
                high = middle - 1
        return low + 1

    def add(self, kind, name, line, first, last, local):
        self.things.append(Thing(kind, name, self, line, first, last, local))

    def add_macro(self, found, code):
        if found.group(1) == re.sub(r"\W", "_", self.path.upper()):
            return  # the guard of a header
        line = self.line_at(found.start())
        last = line
        while self.whole[last - 1].endswith("\\"):
            last += 1
        self.add("macro" if found.group(2) else "constant", found.group(1),
                 line, line, last, self.path.endswith(".c"))

    def read_chunks(self):
        """Each declaration or definition: from a line that begins at the left
        edge to the one where its braces are closed and it ends."""
        lines, at = self.code_lines, 0
        while at < len(lines):
            if not re.match(r"[A-Za-z_]", lines[at]):
                at += 1
                continue
            first, depth, head_end, body = at, 0, None, False
            while at < len(lines):
                line = lines[at].rstrip()
                if depth == 0 and line == "{" and head_end is None:
                    body = True
                if head_end is None and line.endswith(("{", ";", "}")):
                    head_end = at
                depth += line.count("{") - line.count("}")
                if depth == 0 and (line.endswith(";") or
                                   body and line == "}"):
                    break
                at += 1
            if at == len(lines):
                return
            self.add_chunk("\n".join(lines[first:head_end + 1]), first, at,
                           body)
            at += 1

    def add_chunk(self, head, first, last, has_body):
        local = self.path.endswith(".c") and \
            (head.startswith(("static", "struct", "enum", "union")))
        found = CALLED.search(re.sub(r"__attribute__\(", "", head))
        where = lambda at: first + 1 + head[:at].count("\n")
        if head.startswith("extern") or self.path.endswith(".h") and \
                re.match(r"(?!struct|enum|union)\w+ \w+(?:,\s+\w+)*;", head):
            names = re.findall(r"(\w+)(?:\[[^]]*\])*(?=[,;])", head)
            for name in names:
                self.add("prototype", name, first + 1, first + 1, last + 1,
                         True)
            return
        if has_body and found:
            self.add("function", found.group(1), where(found.start()),
                     first + 1, last + 1, head.startswith("static") and
                     self.path.endswith(".c"))
            return
        tag = re.match(r"(?:static |const |extern )*(struct|enum|union) "
                       r"(\w+) \{", head)
        if tag:
            self.add(tag.group(1), tag.group(2), first + 1, first + 1,
                     last + 1, local)
        if re.match(r"(?:static )?enum\b[^;(]*\{", head):
            self.add_constants(first, last, local)
        elif head.rstrip().endswith(";") and found and "=" not in head and \
                not re.match(r"_Static_assert", head):
            self.add("prototype", found.group(1), where(found.start()),
                     first + 1, last + 1, True)
        elif not re.match(r"_Static_assert", head):
            self.add_variable(head, first, last)

    def add_constants(self, first, last, local):
        for at in range(first, last + 1):
            for found in re.finditer(r"(?:^|[{,])\s*([A-Z_][A-Z0-9_]*)\b"
                                     r"(?=\s*(?:=|,|}|$))",
                                     self.code_lines[at]):
                self.add("constant", found.group(1), at + 1, at + 1, at + 1,
                         local)

    def add_variable(self, head, first, last):
        text = head
        name = re.search(r"(\w+)(?:\[[^]]*\])*\s*=|(\w+)\[|"
                         r"^(?:\w+ )*(?:struct \w+|(?!struct)\w+) \**(\w+);",
                         head)
        if head.rstrip().endswith("{") and not name:  # } name[] = {
            text = "\n".join(self.code_lines[first:last + 1])
            name = re.search(r"^\} (\w+)", text, re.M)
        if name:
            word = name.group(1) or name.group(name.lastindex)
            line = first + 1 + text[:name.start()].count("\n")
            self.add("variable", word, line, first + 1, last + 1,
                     head.startswith("static"))

    def give_name(self, thing):
        """The anchor: its name, the first time; a function's before others."""
        other = self.by_name.get(thing.name)
        if other is None or (thing.kind == "function" != other.kind):
            self.by_name[thing.name] = thing
            if other is None:
                return
            thing.anchor, thing = thing.name, other
        if thing.kind == "prototype":
            thing.anchor = None
            return
        number = 2
        anchor = "%s-%s" % (thing.kind, thing.name)
        taken = {t.anchor for t in self.things if t is not thing}
        while anchor in taken:
            anchor, number = "%s-%s.%d" % (thing.kind, thing.name, number), \
                number + 1
        thing.anchor = anchor

    def functions(self):
        return [thing for thing in self.things if thing.kind == "function"]

    def function_at(self, line):
        for thing in self.functions():
            if thing.first <= line <= thing.last:
                return thing
        return None

    def comment_above(self, line):
        """The lines of the comment that stands right above `line`, or above
        the macro that stands there; None: there is none."""
        at = line - 1
        for thing in self.things:
            if thing.kind == "macro" and thing.last == at:
                at = thing.first - 1
        if at < 1 or not self.lines[at - 1].rstrip().endswith("*/") or \
                self.whole[at - 1].strip():
            return None
        last = at
        while not self.lines[at - 1].lstrip().startswith("/*"):
            at -= 1
        return at, last

    def summary(self):
        """What the head comment says after "name: ", to its full stop."""
        comment = next((text for text in
                        re.findall(r"/\*.*?\*/", self.text, re.S)
                        if "SPDX" not in text), "")
        words = " ".join(re.sub(r"^\s*\*? ?", "", line) for line in
                         comment[2:-2].split("\n")).strip()
        words = re.sub(r"\s+", " ", words.split("  ")[0])
        words = re.sub(r"^[\w./ -]{1,40}?(?:, inside)?: ", "", words)
        found = re.match(r"(.+?[.?!])(?= [A-Z]|$)", words)
        return found.group(1) if found else words


def page_name(path):
    """The page of a file of the source; a README is that of its folder."""
    folder, name = os.path.split(path)
    if name == "README.md" and folder in FOLDERS:
        return folder + "/index.html"
    return path + ".html"


class Tree:
    """Everything that the pages speak of."""

    def __init__(self, top):
        self.top = top
        self.files = {}
        self.prose = {}  # path: text of each README and worksheet
        for folder in FOLDERS:
            for path in sorted(walk(top, folder)):
                if path.endswith(".md"):
                    self.add_prose(path)
                else:
                    self.files[path] = File(top, path)
        self.add_prose("README.md")
        self.prototypes = {}  # name: the one in a header
        for file in self.files.values():
            for thing in file.things:
                if thing.kind == "prototype" and file.path.endswith(".h"):
                    self.prototypes.setdefault(thing.name, thing)
        self.shared = {}  # name: what every file may know by it
        self.by_base = {}
        for file in self.files.values():
            self.by_base.setdefault(file.name, []).append(file)
            for thing in file.things:
                if self.is_shared(thing):
                    self.shared.setdefault(thing.name, []).append(thing)
        for file in self.files.values():
            for thing in file.things:
                if thing.kind in ("function", "macro", "variable"):
                    self.find_uses(file, thing)
        self.edges = self.count_edges()
        self.read_notes()
        self.sections = self.read_sections()

    def add_prose(self, path):
        with open(os.path.join(self.top, path), encoding="utf-8") as prose:
            self.prose[path] = prose.read()

    # ---- names ----

    def is_shared(self, thing):
        """Known beyond its file. A function that no header of ours declares
        has its contract elsewhere: what takes over a call of the C library is
        not what others mean by that name."""
        return not thing.local and (thing.kind != "function" or
                                    thing.name in self.prototypes)

    def resolve(self, file, name, tag=False):
        """What `name` means in `file`; None when that is nothing of ours."""
        own = file.by_name.get(name)
        if own is not None and own.kind != "prototype" and \
                (own.kind in ("struct", "enum", "union")) == tag:
            return own
        test = file.path.startswith("tests/")  # nobody calls into the tests
        found = [thing for thing in self.shared.get(name, ())
                 if (thing.kind in ("struct", "enum", "union")) == tag and
                 (test or not thing.file.path.startswith("tests/"))]
        if len(found) > 1:  # each half of a protocol has its own, say
            found = [thing for thing in found
                     if self.share_header(thing, file, name)] or found
        return found[0] if len({t.file.path for t in found}) == 1 else None

    def share_header(self, thing, file, name):
        """The file includes what declares the thing, or where it is made."""
        headers = {path for path in file.includes if path in self.files and
                   name in self.files[path].by_name}
        return thing.file.path in headers or \
            bool(headers & set(thing.file.includes))

    def means(self, file, name, tag=False):
        """What `name` means in the code of `file`, which a header has to
        declare there; a struct may be known by no more than its name."""
        thing = self.resolve(file, name, tag)
        if thing is None or tag or thing.file is file or \
                name in self.declared(file):
            return thing
        return None

    def declared(self, file):
        """The names in a file, in the headers it includes, and in theirs."""
        if file.declared is None:
            file.declared, seen, left = set(), set(), [file.path]
            while left:
                path = left.pop()
                if path in self.files and path not in seen:
                    seen.add(path)
                    file.declared.update(
                        thing.name for thing in self.files[path].things
                        if thing.kind not in ("struct", "enum", "union"))
                    left += self.files[path].includes
        return file.declared

    def find_uses(self, file, thing):
        lines = file.code_lines if thing.kind != "macro" else file.whole
        body = "\n".join(lines[thing.first - 1:thing.last])
        thing.locals = locals_of(body)
        if thing.kind == "macro":  # its parameters
            thing.locals |= set(re.findall(r"\w+", body.split(")")[0]))
        seen = {thing}
        for member, name, called in WORD.findall(body):
            if member not in ("", "...") or (name in thing.locals and
                                             not called):
                continue
            used = self.means(file, name)
            if used is None or used in seen or \
                    used.kind not in ("function", "macro", "variable"):
                continue
            seen.add(used)
            thing.uses.append(used)
            used.users.append(thing)

    # ---- which file stands on which ----

    def count_edges(self):
        """{(path, path): how many functions and tables the first uses of the
        second}"""
        used = {}
        for file in self.files.values():
            for thing in file.things:
                for other in thing.uses:
                    if other.file is not file:
                        used.setdefault((file.path, other.file.path),
                                        set()).add(other.name)
        return {pair: len(names) for pair, names in sorted(used.items())}

    def stands_on(self, file):
        return [b for a, b in self.edges if a == file.path]

    def used_by(self, file):
        return [a for a, b in self.edges if b == file.path]

    # ---- what prose points at ----

    def read_notes(self):
        self.notes = {}  # name: (file, line)
        self.pointers = {}  # name: paths of prose that point at it
        for file in self.files.values():
            for number, line in enumerate(file.lines, 1):
                for name, colon in NOTE.findall(line):
                    if colon:
                        file.notes.append((name, number))
                        self.notes.setdefault(name, (file, number))
        for path, words in self.prose.items():
            for name, _ in NOTE.findall(words):
                where = self.pointers.setdefault(name, [])
                if path not in where:
                    where.append(path)

    def read_sections(self):
        """(number, section) of each row of the table of RFC sections."""
        path = os.path.join(self.top, "common", "rfc-sections.tsv")
        with open(path, encoding="utf-8") as table:
            return {tuple(row.split("\t")[:2]) for row in table.readlines()[1:]}

    def find_file(self, word, folder):
        """The path that prose of `folder` means by `word`, or None."""
        for path in (word, folder + "/" + word):
            if path in self.files or path in self.prose:
                return path
        found = self.by_base.get(word, ())
        return found[0].path if len(found) == 1 else None


def locals_of(body):
    names = set()
    for found in LOCAL.finditer(body):
        names.update(name for name in found.groups() if name)
    return names


def walk(top, folder):
    for place, folders, names in os.walk(os.path.join(top, folder)):
        folders[:] = sorted(f for f in folders
                            if f not in ("node_modules", "__pycache__"))
        for name in names:
            if name.endswith((".c", ".h", ".md")) and SAFE_NAME.match(name):
                yield os.path.relpath(os.path.join(place, name), top)

# SPDX-License-Identifier: MIT
"""What the labs' traces show of each line: read with `trace show --json` from
OUT/LAB/trace.pcapng, and put where the line is that made it."""
import functools
import json
import os
import subprocess

import look

WORDS_MAX = 64  # of a message, beside its call
SIGNS = {"out": "said", "in": "heard", "note": "noted"}


class Said:
    """The events that one lab's run has of one line of the source."""

    def __init__(self, lab, verb, event):
        self.lab, self.verb, self.count = lab, verb, 1
        self.event = event["id"]
        self.words = words_of(event)

    def markup(self, page):
        count = " <span>×%d</span>" % self.count if self.count > 1 else ""
        target = "../%s/index.html#e%d" % (self.lab, self.event)
        return "<li>%s <span>%s</span> <code>%s</code>%s</li>" % (
            look.link(page, target, look.text(self.lab)), self.verb,
            look.text(self.words), count)


def words_of(event):
    """The first line, as a trace shows it: no byte of a peer's is believed."""
    text = event.get("text")
    if event["dir"] == "note" or event["layer"] != "app":
        text = ": ".join(part for part in (event["name"], event["note"])
                         if part)
    elif not text:
        text = "%s, %d bytes" % (event["name"], event["len"])
    first, end, _ = text.partition("\n")
    first = first.rstrip("\r")
    words = "".join(c if c.isprintable() else escape(c) for c in first)
    return words if len(words) <= WORDS_MAX else words[:WORDS_MAX] + "…"


def escape(character):
    code = ord(character)
    if character == "\t":
        return "\\t"
    return "\\x%02x" % code if code < 256 else "\\u%04x" % code


def read(trace, out, tree):
    """{path: {line: [Said]}} of every lab below `out`; `trace` is the program.
    What a line of an older source said is left out."""
    said = {}
    for lab in sorted(os.listdir(out)) if os.path.isdir(out) else ():
        path = os.path.join(out, lab, "trace.pcapng")
        if os.path.exists(path) and os.path.exists(trace):
            add(said, lab, events(trace, path), tree)
    return said


@functools.lru_cache(maxsize=None)
def events(trace, path):
    """The events of a trace, which more than one page is made of: what
    programs said, heard and decided. What a socket took of it is no row of a
    page."""
    shown = subprocess.run([trace, "show", "--json", path], check=True,
                           stdout=subprocess.PIPE)
    found = (json.loads(line) for line in
             shown.stdout.decode("utf-8", "replace").split("\n") if line)
    return [event for event in found if event["layer"] != "socket"]


def add(said, lab, found, tree):
    for event in found:
        layer = event["layer"]
        verb = SIGNS[event["dir"]] if layer == "app" else layer.upper()
        for where, verb in ((event["src"], verb), (event["src_heard"],
                                                   "heard")):
            if where is None or not fits(where, tree):
                continue
            end = end_of_call(tree.files[where["file"]], where["line"])
            rows = said.setdefault(where["file"], {}).setdefault(end, [])
            same = [row for row in rows
                    if row.lab == lab and row.verb == verb]
            if same:
                same[0].count += 1
            else:
                rows.append(Said(lab, verb, event))


def fits(where, tree):
    """The line still stands in the function that the trace names."""
    file = tree.files.get(where["file"])
    function = file.function_at(where["line"]) if file else None
    return function is not None and function.name == where["func"]


def end_of_call(file, line):
    """The last line of the statement: what was said stands under it."""
    depth, at = 0, line
    while at < len(file.code_lines):
        code = file.code_lines[at - 1]
        depth += code.count("(") - code.count(")")
        if depth <= 0 and code.rstrip().endswith((";", "{", "}")):
            return at
        at += 1
    return line

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Comments that retell their line: all that they say, but for words like
`the`, stands in the line of code below them already. A script can't hold all
of that rule; this is its plainest case. Prints FILE:LINE: WHY for each."""
import os
import re
import sys

TOP = "." # run.sh has gone there
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__),
                                "../../labs/source"))

from citations import files  # noqa: E402 (it stands in another folder)

def stem(word):
    """Plural and tense away: `parses`, `parsed` and `parsing` are one."""
    for end in ("ing", "ied", "ies", "ers", "er", "ed", "es", "s", "e", "y"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[:-len(end)]
    return word


def stems(text):
    """The stems of a text's words, or of the names in a line of code."""
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    return {stem(word.lower())
            for word in re.findall(r"[A-Za-z]+|[0-9]+", text)}


# Words that say nothing of their own.
SMALL = stems("""a an all and any are as at be by can do does for from get gets
    give gives given go has have here if in into is it its make makes new no
    not now of on one or other our out put puts return returns say says set
    sets so takes that the their them then there these they this to up use
    uses we what when where which with""")

# What the compiler's signs are called in prose.
SPOKEN = {"!": "not", "==": "equal same", "++": "next count increment",
          "--": "decrement", "+=": "add", "-=": "subtract",
          "NULL": "none nothing null", "for (": "each every loop",
          "return": "answer", "struct": "structure", "int": "number"}

# What a comment has that tells more than names do: a citation, a quotation, a
# value, a word of the protocol's, a tool's switch.
MORE = re.compile(r"""[§`"'<>=+%/:;()\\]|\b[A-Z]{2,}|--|clang-format|"""
                  r"""\.[ch]\b""")

# How a comment that stands alone begins, goes on and ends.
MARKS = {".c": (r"\s*/\*+", r"\s*\*?", r"\*/.*$"),
         ".py": (r"\s*#", r"\s*#", None), ".sh": (r"\s*#", r"\s*#", None),
         ".js": (r"\s*//", r"\s*//", None)}
MARKS[".h"] = MARKS[".c"]


def retells(comment, line):
    """Does a comment say what `line` says, and no more?"""
    if MORE.search(comment):
        return False
    said = stems(comment) - SMALL
    spoken = [words for sign, words in SPOKEN.items() if sign in line]
    have = stems(" ".join([line] + spoken))
    long = tuple(word for word in have if len(word) >= 4) # conn: connection
    return bool(said) and all(word in have or word.startswith(long)
                              for word in said)


def comments(kind, lines):
    """(index, text, the line below) of each comment that stands alone."""
    begin, go_on, end = MARKS[kind]
    at = 0
    while at < len(lines):
        first = at
        if not re.match(begin, lines[at]):
            at += 1
            continue
        text = [re.sub(begin, "", lines[at], count=1)]
        while (not re.search(end, lines[at]) if end else
               re.match(go_on, lines[at + 1])):
            at += 1
            text.append(re.sub(go_on, "", lines[at], count=1))
        at += 1
        text = " ".join(text)
        yield first, re.sub(end, "", text) if end else text, lines[at]


for each in files(TOP):
    suffix = os.path.splitext(each)[1]
    if suffix in MARKS:
        with open(os.path.join(TOP, each), encoding="utf-8") as source:
            rows = source.read().split("\n") + [""]
        for found, said, below in comments(suffix, rows):
            if retells(said, below):
                print(f"{each}:{found + 1}: retells the line below: "
                      f"{' '.join(said.split())}")

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of rules: each RFC section that the tree cites, what cites it,
what tests it, and the labs whose trace shows it.

    rules.py               the table, tab separated
    rules.py --uncited     what the code cites and no test does
"""
import os
import sys

import citations

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


class Rule:
    """One section, and who cites it: lists of citations by kind."""

    def __init__(self, number, section, title):
        self.number, self.section, self.title = number, section, title
        self.code, self.term, self.comment, self.test = [], [], [], []
        self.labs = []

    def name(self):
        whole = "" if self.section == "0" else f" §{self.section}"
        return f"RFC {self.number}{whole}"

    def is_untested(self):
        """The code decides or says something by it, and no test cites it. A
        citation at the head of a file of tests is nobody's."""
        return bool(self.code) and not any(c.name for c in self.test)


def order(rule):
    """Documents and sections by number, appendices last."""
    parts = [(part.isalpha(), int(part) if part.isdigit() else 0, part)
             for part in rule.section.split(".")]
    return int(rule.number), parts


def rules(top):
    """All sections of the tree's table, in order."""
    table = {(number, section): Rule(number, section, title)
             for number, section, title in citations.sections(top)}
    for cited in citations.citations(top):
        rule = table.get((cited.number, cited.section or "0"))
        if rule:
            getattr(rule, cited.kind).append(cited)
    return sorted(table.values(), key=order)


def place(cited):
    """Where a citation stands, for a reader of text."""
    return f"{cited.file}:{cited.line}" + (f" {cited.name}" if cited.name
                                           else "")


def print_untested(table):
    """As `make check` prints what is wrong: FILE:LINE: WHY."""
    for rule in filter(Rule.is_untested, table):
        for cited in rule.code:
            print(f"{place(cited).replace(' ', ': ')} cites {rule.name()} "
                  f"({rule.title}), no test does")


def print_table(table):
    for rule in table:
        columns = [rule.code, rule.term, rule.comment, rule.test]
        print("\t".join([rule.name(), rule.title] +
                        [", ".join(place(c) for c in column)
                         for column in columns]))


def write(out, tree):
    """Makes out/rules.html: `out` is the folder of the pages, out/source."""
    path = os.path.join(out, "rules.html")
    with open(path, "w", encoding="utf-8") as page:
        page.write("<!DOCTYPE html>\n<title>rules</title>\n")


def main(arguments):
    table = rules(TOP)
    if arguments == ["--uncited"]:
        print_untested(table)
    else:
        print_table(table)


if __name__ == "__main__":
    main(sys.argv[1:])

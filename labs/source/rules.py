#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of rules: each RFC section that the tree cites, what cites it,
what tests it, and the labs whose trace shows it.

    rules.py               the table, tab separated; its labs are those whose
                           traces lie in out/
    rules.py --untested    what the code decides by and no test cites

rules_page.py makes the page of it.
"""
import os
import sys

sys.dont_write_bytecode = True
import citations  # noqa: E402
import said  # noqa: E402

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


class Rule:
    """One section, and who cites it: lists of citations by kind."""

    def __init__(self, number, section, title):
        self.number, self.section, self.title = number, section, title
        self.code, self.term, self.comment, self.test = [], [], [], []

    def name(self):
        whole = "" if self.section == "0" else f" §{self.section}"
        return f"RFC {self.number}{whole}"

    def anchor(self):
        return f"rfc{self.number}-{self.section}"

    def url(self):
        """Of the section, in the document as its editor gives it out."""
        kind = "appendix" if self.section[0].isalpha() else "section"
        place = "" if self.section == "0" else f"#{kind}-{self.section}"
        return f"https://www.rfc-editor.org/rfc/rfc{self.number}{place}"

    def is_untested(self):
        """The code says or decides something by it, and no test cites it."""
        return bool(self.code) and not self.test


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


def labs(trace, out):
    """{"RFC n §s": {lab: (its first event's number, how many)}}"""
    shown = {}
    for lab in sorted(os.listdir(out)) if os.path.isdir(out) else ():
        path = os.path.join(out, lab, "trace.pcapng")
        if not os.path.exists(path) or not os.path.exists(trace):
            continue
        for event in said.events(trace, path):
            labs = shown.setdefault(event["rfc"], {})
            first, count = labs.get(lab, (event["id"], 0))
            labs[lab] = first, count + 1
    return shown


# ---- for a reader of text ---------------------------------------------------

def place(cited):
    return f"{cited.file}:{cited.line} {cited.name or ''}".rstrip()


def print_untested(table):
    """As `make check` prints what is wrong: FILE:LINE: WHY."""
    for rule in table:
        for cited in rule.code if rule.is_untested() else ():
            print(f"{cited.file}:{cited.line}: {cited.name} cites "
                  f"{rule.name()} ({rule.title}), no test does")


def print_table(table, shown):
    print("section\ttitle\tcode\texplained\tnamed\ttests\tlabs")
    for rule in table:
        columns = [rule.code, rule.term, rule.comment, rule.test]
        columns = [", ".join(map(place, column)) for column in columns]
        seen = shown.get(f"RFC {rule.number} §{rule.section}", ())
        print("\t".join([rule.name(), rule.title, *columns, ", ".join(seen)]))


if __name__ == "__main__":
    if sys.argv[1:] == ["--untested"]:
        print_untested(rules(TOP))
    elif len(sys.argv) == 1:
        print_table(rules(TOP), labs(os.path.join(TOP, "bin/trace"),
                                     os.path.join(TOP, "out")))
    else:
        sys.exit("usage: rules.py [--untested]")

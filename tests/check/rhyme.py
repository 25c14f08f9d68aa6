#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where the seven protocol folders do not rhyme: the files that each has, the
headings of their READMEs, the order of functions in the files they share.
Prints FILE:LINE: WHY for each, or nothing."""
import fnmatch
import os
import re
import sys

TOP = "." # run.sh has gone there
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__),
                                "../../labs/source"))

from places import places_of  # noqa: E402 (it stands in another folder)

PROTOCOLS = ("http", "smtp", "pop3", "imap", "ftp", "telnet", "ssh")

FILES = ("README.md", "{}.h", "{}_parse.c", "{}_client.h", "{}_client.c",
         "{}_server.h", "{}_server.c", "{}_limits.h", "client.c", "server.c",
         "terms.c")

# What a folder has not, and why.
LACKS = {
    "ssh/ssh_parse.c":
        "all but the handshake is sealed; that is read in ssh_handshake.c",
}

# The headings of a README.
HEADINGS = ["The protocol on one page", "A session", "Reading the source",
            "Exercises", "Departures"]

# The public functions of X_client.c, X_client_ left out: a conversation's way
# from its first call to its last. What is in none of these rows is said or
# heard on the way, between logging in and leaving.
CLIENT_ORDER = (("enter",), ("open",), ("hello",), ("start_tls",), ("greet",),
                ("log_in",), None, ("quit", "log_out"), ("close",),
                ("is_open",))

# What a main stands on, in this order, each where the file has it.
CLIENT_MAIN = ("options", "table", "main")
SERVER_MAIN = ("site", "service", "server", "table", "set_up", "tidy_up",
               "main")


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as source:
        return source.read()


def defined(path):
    """The functions and tables of a source, in its order."""
    return [place for place in places_of(path, read(path))
            if place.kind in ("function", "table", "declaration")]


def say(path, line, why):
    print(f"{path}:{line}: {why}")


def check_files(protocol):
    """The files of DESIGN's table, and extras named after a chapter."""
    have = set(os.listdir(os.path.join(TOP, protocol)))
    for name in (pattern.format(protocol) for pattern in FILES):
        path = f"{protocol}/{name}"
        if name not in have and path not in LACKS:
            say(path, 1, "the other folders have one")
        if name in have and path in LACKS:
            say(path, 1, "tests/check/rhyme.py says that it is not there")
        have.discard(name)
    chapter = re.compile(rf"{protocol}_[a-z0-9_]+\.[ch]|terms(_[a-z_]+)?\.[ch]")
    for name in sorted(have):
        if not chapter.fullmatch(name):
            say(f"{protocol}/{name}", 1,
                f"an extra is named {protocol}_<chapter>.c")


def check_readme(protocol):
    """Its headings, and that its reading order leaves out no file."""
    path = f"{protocol}/README.md"
    text = read(path)
    have = re.findall(r"^## (.*)$", text, re.MULTILINE)
    if have != HEADINGS:
        say(path, 1, f"the headings are not: {' · '.join(HEADINGS)}")
    named = re.findall(r"`(?:\w+/)?([\w.*?\[\]]+)`", text)
    for name in sorted(os.listdir(os.path.join(TOP, protocol))):
        if name != "README.md" and not any(fnmatch.fnmatchcase(name, pattern)
                                           for pattern in named):
            say(path, 1, f"the reading order has no `{name}`")


def check_departures(protocol):
    path = f"{protocol}/{protocol}.h"
    if "DEPARTURES" not in read(path):
        say(path, 1, "no DEPARTURES")


def phase(name):
    """The row of CLIENT_ORDER that a function belongs to."""
    for at, row in enumerate(CLIENT_ORDER):
        if row and name in row:
            return at
    return CLIENT_ORDER.index(None)


def check_client(protocol):
    """The client's functions: from its first call to its last, and declared
    in that order."""
    path, prefix = f"{protocol}/{protocol}_client.c", f"{protocol}_client_"
    order = [place for place in defined(path) if place.kind == "function" and
             place.name.startswith(prefix)]
    for before, after in zip(order, order[1:]):
        if phase(before.name[len(prefix):]) > phase(after.name[len(prefix):]):
            say(path, after.line, f"{after.name} stands behind {before.name}")
    names = [place.name for place in order]
    for verb in ("open", "close"):
        if prefix + verb not in names:
            say(path, 1, f"{prefix}{verb} is not here")
    header = f"{protocol}/{protocol}_client.h"
    declared = [place for place in defined(header) if place.name in names]
    for place, name in zip(declared, (n for n in names
                           if n in {d.name for d in declared})):
        if place.name != name:
            say(header, place.line, f"{place.name} stands here, in {path} "
                f"it is {name}")
            break


def check_server(protocol):
    """The server's: the state's setter, what is done, the table that names
    it, who looks it up, and last who serves."""
    path = f"{protocol}/{protocol}_server.c"
    places = defined(path)
    rows = (r"\w+_(enter|set_state)|set_state|state_names", r"act_\w+",
            r"verbs|methods|acts", r"find_\w+")
    order = [(next((at for at, row in enumerate(rows)
                    if re.fullmatch(row, place.name)), None), place)
             for place in places]
    order = [(at, place) for at, place in order if at is not None]
    for (before, earlier), (after, later) in zip(order, order[1:]):
        if before > after:
            say(path, later.line,
                f"{later.name} stands behind {earlier.name}")
    if places[-1].name != f"{protocol}_server_serve":
        say(path, places[-1].line, f"the last is not {protocol}_server_serve")


def check_main(path, order):
    have = {}
    for place in defined(path):
        if place.name in order:
            have.setdefault(place.name, place) # a tentative definition counts
    have = list(have.values())
    for before, after in zip(have, have[1:]):
        if order.index(before.name) > order.index(after.name):
            say(path, after.line, f"{after.name} stands behind {before.name}")
    last = defined(path)[-1]
    if last.name != "main":
        say(path, last.line, "the last is not main")


for each in PROTOCOLS:
    check_files(each)
    check_readme(each)
    check_departures(each)
    check_client(each)
    check_server(each)
    check_main(f"{each}/client.c", CLIENT_MAIN)
    check_main(f"{each}/server.c", SERVER_MAIN)

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""unsaid.py OUT TRACE: the calls that say something to a peer and that no
trace below OUT shows, a line each; exits 1 if one is not excused here."""
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import said  # noqa: E402
from tree import PROTOCOLS, Tree  # noqa: E402

SAYS = re.compile(r"(^|_)(say|says|ask|asks)(_|$)")

# What no trace that `make labs` makes can show: a part of the statement, and
# why not.
EXCUSED = {
    "ftp/ftp_listing.c": {"Out of memory": "memory would have to be gone"},
    "ftp/ftp_server.c": {"no room": "the disk would have to be full"},
    "ftp/ftp_server_data.c": {
        "has no room for IPv6": "hosts of the world have none",
        "no room for it": "the disk would have to be full",
        "451 %s": "the disk would have to fail"},
    "ftp/ftp_server_transfer.c": {
        "Out of memory": "memory would have to be gone"},
    "smtp/smtp_receive.c": {"4.3.1": "the disk would have to be full"},
    "smtp/smtp_server.c": {"4.3.1": "memory would have to be gone"},
    "ssh/ssh_auth.c": {
        "the agent signs": "the user's agent is none of ours",
        "USERAUTH_INFO_RESPONSE": "our server asks no questions",
        "keyboard-interactive": "our server asks no questions"},
    "ssh/ssh_server.c": {"DISCONNECT": "our client gives up sooner"},
    "ssh/ssh_shell.c": {"window-change": "nobody resizes the terminal"},
}


def macros(file):
    """The macros of a file that say, and write down where they stand."""
    return {thing.name for thing in file.things
            if thing.kind == "macro" and SAYS.search(thing.name) and
            "HERE" in "".join(file.lines[thing.first - 1:thing.last])}


def unsaid(tree, shown):
    """(File, line, statement) of each call that no trace shows."""
    house = set().union(*(macros(file) for file in tree.files.values()
                          if file.path.endswith(".h")))
    for path, file in sorted(tree.files.items()):
        if file.folder not in PROTOCOLS or not path.endswith(".c"):
            continue
        call = re.compile(r"\b(%s)\(" % "|".join(house | macros(file)))
        for line, code in enumerate(file.code_lines, 1):
            end = said.end_of_call(file, line)
            if call.search(code) and end not in shown.get(path, {}):
                yield file, line, " ".join(
                    part.strip() for part in file.lines[line - 1:end])


def main(out, trace):
    tree = Tree(TOP)
    failed = excused = 0
    for file, line, call in unsaid(tree, said.read(trace, out, tree)):
        if any(part in call for part in EXCUSED.get(file.path, ())):
            excused += 1
            continue
        failed += 1
        print("%s:%d: no trace shows what is said here: %s" %
              (file.path, line, call))
    print("%d calls that no trace shows, and %d that none can" %
          (failed, excused))
    return failed > 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: unsaid.py OUT TRACE")
    sys.exit(main(*sys.argv[1:]))

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""cited.py sections|documents|tested: what is wrong with the citations.

    sections    a section that no RFC has, or a row that nothing cites
    documents   a document that is not in the current set, where none may be
    tested      what code says or decides by a section that no test cites

Prints FILE:LINE: WHY for each, or nothing."""
import os
import sys

TOP = "." # run.sh has gone there
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__),
                                "../../labs/source"))

# They stand in another folder.
import citations  # noqa: E402
import rules  # noqa: E402

SECTIONS, DOCUMENTS = "common/rfc-sections.tsv", "common/rfc-documents.tsv"


def check_sections():
    """Every section that is cited is in the table, and the other way round."""
    have = {row[:2] for row in map(tuple, citations.sections(TOP))}
    cited = set()
    for each in citations.citations(TOP):
        pair = each.number, each.section
        cited.add(pair)
        if each.section and pair not in have:
            print(f"{each.file}:{each.line}: RFC {each.number} "
                  f"§{each.section} is not in {SECTIONS}")
    for at, row in enumerate(citations.sections(TOP)):
        if tuple(row[:2]) not in cited:
            print(f"{SECTIONS}:{at + 2}: nothing cites {row[0]} §{row[1]}")


def check_documents():
    """Every document is in the table of those that hold today; an older one,
    only where its row says that the difference is the lesson."""
    documents, cited = citations.documents(TOP), set()
    for each in citations.citations(TOP):
        document, place = documents.get(each.number), (each.file, each.line)
        cited.add(each.number)
        if document is None:
            print("%s:%d:" % place, f"RFC {each.number} is not in {DOCUMENTS}")
        elif document.newer and not each.file.startswith(document.where):
            print("%s:%d:" % place, f"RFC {each.number} is old; RFC "
                  f"{document.newer} holds today ({DOCUMENTS})")
    for at, number in enumerate(documents):
        if number not in cited:
            print(f"{DOCUMENTS}:{at + 2}: nothing cites RFC {number}")
        elif documents[number].newer and not documents[number].why:
            print(f"{DOCUMENTS}:{at + 2}: RFC {number} is old; it says not "
                  f"why it is cited")


def check_tested():
    rules.print_untested(rules.rules(TOP))


if __name__ == "__main__":
    {"sections": check_sections, "documents": check_documents,
     "tested": check_tested}[sys.argv[1]]()

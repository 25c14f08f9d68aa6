#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""source.py OUT TRACE: makes OUT/source, the pages of the source, from the
tree that it stands in. What the labs' traces in OUT/LAB/trace.pcapng show is
put beside the lines that made it; TRACE is the program that reads them.

    tree.py      which files there are, what they define, what calls what
    prose.py     comments, READMEs and worksheets as markup
    paint.py     lines of C as markup
    pages.py     the page of a file
    said.py      what the labs' traces show of a line
    indexes.py   the folders' pages and the front page
    house.py     the map
    rules.py     the table of rules; rules_page.py the page of it
    look.py      what stands around every page; source.css its style
"""
import concurrent.futures
import os
import shutil
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import indexes  # noqa: E402
import rules_page  # noqa: E402
import said  # noqa: E402
import steps  # noqa: E402
from pages import Page  # noqa: E402
from tree import Tree, page_name  # noqa: E402

work = {}  # what the writers of pages share with who started them


def write_page(path):
    tree = work["tree"]
    Page(tree, tree.files[path], work["said"].get(path, {}),
         work["order"]).write(work["out"])


def write_pages(tree):
    """One page after the other, on as many processors as there are."""
    paths = sorted(tree.files, key=lambda path: -len(tree.files[path].text))
    with concurrent.futures.ProcessPoolExecutor() as pool:
        for _ in pool.map(write_page, paths, chunksize=8):
            pass


def main(out, trace):
    source = os.path.join(out, "source")
    shutil.rmtree(source, ignore_errors=True)
    os.makedirs(source)
    tree = Tree(TOP)
    folders = indexes.folders_of(tree)
    work.update(tree=tree, out=source, order=indexes.neighbours(folders),
                said=said.read(trace, out, tree))
    write_pages(tree)
    rules_page.write(source, tree, trace)
    for folder in folders:
        indexes.write_folder(tree, source, folders, folder)
    for path in tree.prose:
        if not page_name(path).endswith("/index.html"):
            indexes.write_prose(tree, source, path)
    steps.write(source, tree)
    indexes.write_front(tree, source, folders)
    lacks = list(indexes.missing(tree))
    for line in lacks:
        print(line, file=sys.stderr)
    print("%d pages in %s" % (len(tree.files), source))
    return 1 if lacks else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: source.py OUT TRACE")
    sys.exit(main(*sys.argv[1:]))

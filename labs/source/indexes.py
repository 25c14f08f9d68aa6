# SPDX-License-Identifier: MIT
"""The ways in: an index of each folder, that of a protocol in the reading
order of its README, and the front page with the map of the house."""
import fnmatch
import os
import re

import house
import look
from prose import Words
from tree import FOLDERS, PROTOCOLS, page_name

ORDER = re.compile(r"^#+ (?:Where to read|Reading the source|"
                   r".*reading order.*)$", re.M | re.I)
FILE = re.compile(r"`([\w*?[\]/.-]+\.[ch\]]+)`")
ABOUT = {
    "common": "What every program stands on; it knows no protocol.",
    "labs": "The programs a student runs, and the labs, a folder each.",
    "tests": "What holds the rules: suites named for the file they test.",
}


def folders_of(tree):
    """Every folder with a page, and its files in reading order."""
    found = {}
    for path in tree.files:
        found.setdefault(os.path.dirname(path), []).append(path)
    for path in tree.prose:
        found.setdefault(os.path.dirname(path), [])
    found.pop("", None)
    rank = {name: at for at, name in enumerate(FOLDERS)}
    return {folder: reading_order(tree, folder, found[folder])
            for folder in sorted(found, key=lambda folder: (
                rank[folder.split("/")[0]], folder))}


def reading_order(tree, folder, paths):
    """As the README names them; what it leaves out comes last."""
    stem = lambda path: (re.sub(r"\.[ch]$", "", path), path.endswith(".c"))
    order = []
    for pattern in named(tree, folder.split("/")[0]):
        order += [path for path in sorted(paths, key=stem)
                  if fnmatch.fnmatch(path, pattern) and path not in order]
    return order + [path for path in sorted(paths, key=stem)
                    if path not in order]


def named(tree, folder):
    """The paths and patterns in the README's list, each once."""
    words = tree.prose.get(folder + "/README.md", "")
    start = ORDER.search(words)
    if start is None:
        return []
    end = re.search(r"^## ", words[start.end():], re.M)
    part = words[start.end():][:end.start() if end else None]
    return [folder + "/" + name for name in dict.fromkeys(FILE.findall(part))]


def missing(tree):
    """What a folder has and the reading order of its README does not name."""
    for folder in ("common",) + PROTOCOLS:
        patterns = named(tree, folder)
        for path in sorted(tree.files):
            if os.path.dirname(path) == folder and not any(
                    fnmatch.fnmatch(path, p) for p in patterns):
                yield "%s/README.md: the reading order lacks %s" % (
                    folder, os.path.basename(path))


def neighbours(folders):
    """{path: (before, after)} through the whole house."""
    paths = [path for order in folders.values() for path in order]
    return {path: (paths[at - 1] if at > 0 else None,
                   paths[at + 1] if at + 1 < len(paths) else None)
            for at, path in enumerate(paths)}


def list_of(tree, page, paths):
    rows = []
    for path in paths:
        words = Words(tree, page, os.path.dirname(path), tree.files[path])
        rows.append("<li>%s <span>%s</span></li>" % (
            look.link(page, page_name(path), "<code>%s</code>" %
                      look.text(os.path.basename(path))),
            words.quoted(tree.files[path].summary())))
    return '<ol class="files">%s</ol>' % "\n".join(rows)


def below(tree, folders, folder):
    """The folders in this one, with what each is for."""
    rows = []
    page = folder + "/index.html"
    for other in folders:
        if os.path.dirname(other) == folder:
            sheet = other + "/WORKSHEET.md"
            rows.append("<li>%s%s</li>" % (
                look.link(page, other + "/index.html", look.text(other) + "/"),
                ", " + look.link(page, page_name(sheet), "its worksheet")
                if sheet in tree.prose else ""))
    return "<h2>Folders</h2><ul>%s</ul>" % "\n".join(rows) if rows else ""


def write_folder(tree, out, folders, folder):
    page = folder + "/index.html"
    words = Words(tree, page, folder)
    readme = tree.prose.get(folder + "/README.md")
    markup = '<div class="prose">%s</div>' % words.markdown(readme) \
        if readme else '<div class="prose"><p>%s</p></div>' % look.text(
            ABOUT.get(folder, ""))
    if folders[folder]:
        title = "Every file, in reading order" if named(
            tree, folder.split("/")[0]) else "Every file"
        markup += '<h2 id="files-">%s</h2>%s' % (
            title, list_of(tree, page, folders[folder]))
        markup += house.uses(tree, page, folders[folder])
    markup += below(tree, folders, folder)
    title = heading(readme) if readme else folder
    look.write(out, page, title, markup)


def heading(words):
    found = re.search(r"^# (.+)$", words, re.M)
    return found.group(1) if found else ""


def write_prose(tree, out, path):
    """A worksheet, or a README that is no protocol's."""
    page = page_name(path)
    words = Words(tree, page, os.path.dirname(path))
    look.write(out, page, heading(tree.prose[path]),
               '<div class="prose">%s</div>' % words.markdown(tree.prose[path]))


def write_front(tree, out, folders):
    page = "index.html"
    link = lambda target, words: look.link(page, target, words)
    counts = {folder: sum(len(order) for other, order in folders.items()
                          if (other + "/").startswith(folder + "/"))
              for folder in FOLDERS}
    rows = []
    for folder in FOLDERS:
        readme = tree.prose.get(folder + "/README.md")
        about = ABOUT.get(folder) or heading(readme)
        rows.append('<tr><td>%s</td><td>%s</td><td class="number">%d</td></tr>'
                    % (link(folder + "/index.html", folder + "/"),
                       look.text(about), counts[folder]))
    markup = """<div class="prose"><p>Every file of the source, the words of a
comment beside the code they speak of. A function's name leads to where it is
made, a citation to the table of rules, and under what is said on a connection
stands what it was in the labs' last run.</p></div>
<ul class="ways"><li>%s</li><li>%s, and %s</li><li>%s</li>%s</ul>
<h2>The folders</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Folders"><table>
<thead><tr><th scope="col">folder</th><th scope="col">what it is</th>
<th scope="col" class="number">files</th></tr></thead>
<tbody>%s</tbody></table></div>
%s""" % (link("README.md.html", "README: what this is, and where to begin"),
         link("rules.html", "The table of rules: section, function, test, lab"),
         link("departures.html", "what is deliberately done otherwise"),
         link("../index.html", "The labs’ pages"),
         "<li>%s</li>" % link("steps/index.html", "The ladders of variants")
         if os.path.exists(os.path.join(out, "steps/index.html")) else "",
         "\n".join(rows), house.chart(tree))
    look.write(out, page, "The source", markup)

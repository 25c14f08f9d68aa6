# SPDX-License-Identifier: MIT
"""The ladders of variants: a page an idea, on it every step of labs/steps as
what it has other than the one before, and what both do with the peer that
makes the difference.

    steps.write(out, tree)     OUT/steps/index.html, OUT/steps/IDEA.html
"""
import difflib
import os
import posixpath
import re
import sys

import look
from paint import Painter
from prose import Words
from tree import page_name

FOLDER = "labs/steps"
INDEX = "steps/index.html"
IDEAS = (
    ("connection", "A connection"),
    ("reply", "A reply"),
    ("literal", "A literal"),
    ("data-connection", "A data connection"),
    ("tls-upgrade", "A TLS upgrade"),
)
CONTEXT = 3  # lines that stand around what is new


class Alone(Painter):
    """A step uses nothing of the house: its names are its own or C's."""

    def place(self, words, tag):
        thing = self.file.by_name.get(words)
        if thing is None or (thing.kind == "struct") != tag:
            return look.text(words)
        return look.link(self.page, thing.place(), look.text(words))


class Step:
    """A program: its comment, its lines of code, painted and plain."""

    def __init__(self, tree, path, page):
        self.file = tree.files[path]
        self.name = posixpath.basename(path)[:-len(".c")]
        self.page = page
        end = self.file.lines.index(" */")
        self.comment = [line[3:] for line in self.file.lines[2:end]]
        self.first = end + 1  # the line of the file that code[0] is, from 0
        self.code = self.file.lines[self.first:]
        lines = Alone(tree, self.file, page).lines()
        self.painted = lines[self.first:len(self.file.lines)]

    def title(self):
        return " ".join(self.paragraphs()[0])

    def paragraphs(self):
        found = [[]]
        for line in self.comment:
            if line:
                found[-1].append(line)
            elif found[-1]:
                found.append([])
        return [lines for lines in found if lines]

    def functions(self, lines):
        """The names of the functions in which these lines of the code are."""
        found = (self.file.function_at(self.first + 1 + line)
                 for line in lines)
        return [function.name for function in found if function is not None]


def steps_of(tree, idea, page):
    start = "%s/%s/" % (FOLDER, idea)
    return [Step(tree, path, page) for path in sorted(tree.files)
            if path.startswith(start) and path.endswith(".c")]


# ---- what is other than in the step before ---------------------------------

def row(kind, sign, markup):
    """A line: new (ins), gone (del), or there before and after (span)."""
    return '<%s><b>%s</b>%s\n</%s>' % (kind, sign, markup, kind)


def rows(before, after, group):
    for kind, old, old_end, new, new_end in group:
        if kind == "equal":
            for line in after.painted[new:new_end]:
                yield row("span", " ", line)
            continue
        for line in before.painted[old:old_end]:
            yield row("del", "−", line)
        for line in after.painted[new:new_end]:
            yield row("ins", "+", line)


def place(before, after, group):
    """Where in the program that is: what stands above these lines."""
    names = []
    for kind, old, old_end, new, new_end in group:
        if kind != "equal":
            names += after.functions(range(new, new_end)) + \
                before.functions(range(old, old_end))
    if not names:
        return "above the functions"
    return "in " + ", ".join("<code>%s</code>" % look.text(name)
                             for name in dict.fromkeys(names))


def pre(kind, label, markup):
    return ('<pre class="%s" tabindex="0" role="group" aria-label="%s">'
            '<code>%s</code></pre>' % (kind, look.text(label), markup))


def difference(before, after):
    """The lines that are new or gone, in their surroundings."""
    parts = []
    matcher = difflib.SequenceMatcher(None, before.code, after.code, False)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        where = place(before, after, group)
        parts.append('<p class="place">%s</p>%s' % (where, pre(
            "step", "what changes " + re.sub("<[^>]*>", "", where),
            "".join(rows(before, after, group)))))
    return "\n".join(parts)


def whole(step):
    return pre("step", "all of " + step.name, "".join(
        row("span", " ", line) for line in step.painted))


# ---- what both of them do --------------------------------------------------

def plays_of(top, idea):
    """What came of the plays: {step: [(peer, about, [(run, output)])]}."""
    path = os.path.join(top, FOLDER, idea, "plays.txt")
    with open(path, encoding="utf-8") as lines:
        words = lines.read()
    found = {}
    for part in re.split(r"^== ", words, flags=re.M)[1:]:
        step, _, rest = part.partition("\n")
        found[step] = [play(text) for text in
                       re.split(r"^-- (?=\S+\.peer$)", rest, flags=re.M)[1:]]
    return found


def play(words):
    peer, _, rest = words.partition("\n")
    about, *runs = re.split(r"^\$ ", rest, flags=re.M)
    return peer, about.strip(), [run.partition("\n")[::2] for run in runs]


def show_play(idea, peer, about, runs, script):
    shown = "".join(
        '<figure><figcaption><code>%s</code></figcaption>%s</figure>' % (
            look.text(command), pre("output", "what %s prints" %
                                    command.split()[0], look.text(output)))
        for command, output in runs)
    return ('<h3>%s</h3><div class="runs">%s</div><details><summary>the '
            'script of this peer, <code>%s</code></summary>%s</details>' % (
                look.text(about), shown, look.text(peer),
                pre("output", "the script " + peer, look.text(script))))


# ---- pages -----------------------------------------------------------------

def prose_of(words, step):
    """The comment but for its first sentence, which is the title."""
    parts = []
    for lines in step.paragraphs()[1:]:
        sketch = lines[0].startswith("    ")
        text = "\n".join(line[4:] if sketch else line for line in lines)
        parts.append(("<pre>%s</pre>" if sketch else "<p>%s</p>") %
                     words.names(text, sketch))
    return '<div class="prose">%s</div>' % "\n".join(parts)


def show_step(tree, idea, before, step, plays):
    words = Words(tree, step.page, "%s/%s" % (FOLDER, idea), step.file)
    parts = ['<section id="%s"><h2>%s</h2>' % (
        step.name, words.names(step.title())), prose_of(words, step)]
    if before is None:
        parts.append(whole(step))
    else:
        parts.append(difference(before, step))
        parts.append("<p>%s</p>" % look.link(
            step.page, page_name(step.file.path), "all of %s" %
            look.text(step.name)))
    for peer, about, runs in plays:
        path = os.path.join(tree.top, FOLDER, idea, peer)
        with open(path, encoding="utf-8") as script:
            parts.append(show_play(idea, peer, about, runs, script.read()))
    return "\n".join(parts) + "</section>"


def write_idea(out, tree, idea, title):
    page = "steps/%s.html" % idea
    steps = steps_of(tree, idea, page)
    plays = plays_of(tree.top, idea)
    markup = ['<ol class="files">%s</ol>' % "".join(
        "<li>%s</li>" % look.link(page, "%s#%s" % (page, step.name),
                                  look.text(step.title()))
        for step in steps)]
    for before, step in zip([None] + steps, steps):
        markup.append(show_step(tree, idea, before, step,
                                plays.get(step.name, ())))
    look.write(out, page, title, "\n".join(markup))
    return len(steps)


def write(out, tree):
    folders = {path.split("/")[2] for path in tree.files
               if path.startswith(FOLDER + "/") and path.count("/") == 3}
    if folders != {idea for idea, _ in IDEAS}:
        sys.exit("steps.py: IDEAS are not the folders of " + FOLDER)
    rows = []
    for idea, title in IDEAS:
        count = write_idea(out, tree, idea, title)
        rows.append("<li>%s <span>%d programs</span></li>" % (look.link(
            INDEX, "steps/%s.html" % idea, look.text(title)), count))
    words = Words(tree, INDEX, FOLDER)
    readme = re.sub(r"^# .*\n", "", tree.prose[FOLDER + "/README.md"])
    look.write(out, INDEX, "The ladders of variants",
               '<ol class="files">%s</ol><div class="prose">%s</div>' % (
                   "".join(rows), words.markdown(readme)))

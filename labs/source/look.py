# SPDX-License-Identifier: MIT
"""What stands around every page: its head, its policy, the way back.

    look.write(out, "smtp/smtp_say.c.html", "smtp_say.c", markup)

`markup` is what stands in the page's <main>, escaped by who made it: text
goes through look.text, a value in quotes too. A page runs no script and needs
nothing but itself; its policy allows the one style, by its digest.
"""
import base64
import hashlib
import html
import os
import posixpath

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE, "source.css"), encoding="utf-8") as css:
    STYLE = "\n" + css.read()
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
base-uri 'none'; form-action 'none'; img-src data:; style-src 'sha256-%s'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>%s</title>
<style>%s</style>
</head>
<body>
<a class="skip" href="#the-text">To the content</a>
<header>
<nav aria-label="Where this is"><ol class="crumbs">%s</ol></nav>
%s<h1>%s</h1>
</header>
<main id="the-text">
"""
FOOT = """</main>
<footer>%s<p>wirelab, MIT licence.</p></footer>
</body>
</html>
"""


def text(words):
    """Text of anybody's as markup, in quotes too."""
    return html.escape(words, quote=True)


def relative(name, target):
    """The link from page `name` to `target`, both relative to the top of out;
    `target` may have an anchor."""
    path, sign, anchor = target.partition("#")
    if path == name and sign:
        return sign + anchor
    start = posixpath.dirname(name) or "."
    return posixpath.relpath(path, start) + sign + anchor


def link(name, target, markup):
    return '<a href="%s">%s</a>' % (text(relative(name, target)), markup)


def crumbs(name, title):
    """The way from the front page down to this one."""
    steps = []
    if name != "index.html":
        steps.append(link(name, "index.html", "The source"))
    parts = name.split("/")[:-1]
    for depth, part in enumerate(parts):
        target = "/".join(parts[:depth + 1]) + "/index.html"
        if target != name:
            steps.append(link(name, target, text(part)))
    steps.append('<span aria-current="page">%s</span>' % text(title))
    return "".join("<li>%s</li>" % step for step in steps)


def write(out, name, title, markup, beside="", below=""):
    """Writes the page `name` below the folder `out`. `beside` stands above
    the title, `below` in the foot: ways to the pages before and after."""
    path = os.path.join(out, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    page = HEAD % (DIGEST, text(title), STYLE, crumbs(name, title), beside,
                   text(title)) + markup + FOOT % below
    with open(path, "w", encoding="utf-8", newline="\n") as to:
        to.write(page)

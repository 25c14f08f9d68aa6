# SPDX-License-Identifier: MIT
"""Lines of C as markup: Pygments says what is a word of the language, a
string, a number; what has a name in this house links to where it is defined.
"""
import re

from pygments.lexers.c_cpp import CLexer
from pygments.token import Token

import look
from tree import LOCAL, TAG, page_name  # noqa: F401

LEXER = CLexer(stripnl=False, ensurenl=False)
CITED = re.compile(r'RFC\("(\d+)",\s*"([^"]+)"\)')
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
PLAIN = {"RFC", "HERE"}  # on nearly every line, and no news

# What each kind of token is called in the style; the others are plain.
CLASSES = (
    (Token.Comment.PreprocFile, "p"),
    (Token.Comment.Preproc, "p"),
    (Token.Comment, "c"),
    (Token.Keyword, "k"),
    (Token.Literal.String, "s"),
    (Token.Literal.Number, "n"),
)


def class_of(kind):
    for token, name in CLASSES:
        if kind in token:
            return name
    return None


class Painter:
    def __init__(self, tree, file, page):
        self.tree, self.file, self.page = tree, file, page
        self.rules = {found.start(2): found.groups() for found in
                      CITED.finditer(file.text)
                      if found.groups() in tree.sections}

    def lines(self):
        """The markup of each line of the file, without its line end."""
        painted, line = [], []
        number, before = 1, ""
        for at, kind, words in LEXER.get_tokens_unprocessed(self.file.text):
            pieces = words.split("\n")
            for index, piece in enumerate(pieces):
                if index > 0:
                    painted.append("".join(line))
                    line, number = [], number + 1
                if piece:
                    line.append(self.token(at, kind, piece, number, before))
            before = (before + words)[-40:]
        painted.append("".join(line))
        return painted

    def token(self, at, kind, words, number, before):
        name = class_of(kind)
        markup = look.text(words)
        if at in self.rules:
            markup = look.link(self.page, "rules.html#rfc%s-%s" %
                               self.rules[at], markup)
        elif kind in Token.Comment.PreprocFile:
            markup = self.included(words)
        elif kind in Token.Comment.Preproc:
            markup = self.directive(words)
        elif kind in Token.Name:
            markup = self.name(words, number, before)
        return '<span class="%s">%s</span>' % (name, markup) if name else markup

    def included(self, words):
        path = words.strip('"<>')
        if path not in self.tree.files:
            return look.text(words)
        return look.link(self.page, page_name(path), look.text(words))

    def directive(self, words):
        """A macro's body: the name that it defines is no link."""
        start = re.match(r"define\s+\w+|\w+", words)
        start = start.end() if start else 0
        parts, at = [look.text(words[:start])], start
        for found in IDENTIFIER.finditer(words, start):
            parts.append(look.text(words[at:found.start()]))
            parts.append(self.place(found.group(), False))
            at = found.end()
        return "".join(parts) + look.text(words[at:])

    def name(self, words, number, before):
        before = before.rstrip("\n")
        if re.search(r"(?<!\.)\.\s*$|->\s*$", before):
            return look.text(words)
        tag = TAG.search(before) is not None
        function = None if tag else self.file.function_at(number)
        if function is not None and words in function.locals and \
                not self.is_called(words, number):
            return look.text(words)
        return self.place(words, tag)

    def is_called(self, words, number):
        return re.search(r"\b%s\(" % words,
                         self.file.code_lines[number - 1]) is not None

    def place(self, words, tag):
        thing = None if words in PLAIN else \
            self.tree.means(self.file, words, tag)
        if thing is None or thing.anchor is None:
            return look.text(words)
        return look.link(self.page, thing.place(), look.text(words))

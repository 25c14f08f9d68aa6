#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The length of functions, in C, Python and JavaScript: nine of ten under 40
lines, none over 60 but a flat table or switch, which says so with `FLAT:` and
has nothing nested in it. Prints FILE:LINE: WHY for each, or nothing."""
import ast
import os
import re
import sys

TOP = "." # run.sh has gone there
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__),
                                "../../labs/source"))

# They stand in another folder.
from citations import files  # noqa: E402
from places import code_of, places_of  # noqa: E402

SHORT, LONGEST = 40, 60

# A function of JavaScript ends where its indentation returns.
SCRIPT = re.compile(r"^( *)(?:static |async )*(?:function\*? (\w+)\([^)]*\)|"
                    r"(?:const|let) (\w+) = (?:async )?\([^)]*\) =>|"
                    r"(?!if|for|while|switch)(\w+)\([^)]*\)) *\{$", re.M)


def functions_of(path, text):
    """(name, first line, last line) of each function in a source."""
    if path.endswith((".c", ".h")):
        for place in places_of(path, text):
            if place.kind == "function":
                yield place.name, place.line, place.last
    elif path.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield node.name, node.lineno, node.end_lineno
    elif path.endswith(".js"):
        for found in SCRIPT.finditer(text):
            first = text.count("\n", 0, found.start()) + 1
            end = text.find(f"\n{found[1]}}}", found.end())
            yield (found[2] or found[3] or found[4], first,
                   text.count("\n", 0, end) + 2)


def is_flat(lines):
    """One switch or table and nothing nested in it: braces two deep."""
    depth = deepest = 0
    for sign in re.findall(r"[{}]", code_of("\n".join(lines))):
        depth += 1 if sign == "{" else -1
        deepest = max(deepest, depth)
    return deepest <= 2


def check(path, text, name, first, last):
    """Says what is wrong with one function's length."""
    length, lines = last - first + 1, text.split("\n")
    flat = "FLAT:" in "\n".join(lines[max(0, first - 7):last])
    if flat and not is_flat(lines[first - 1:last]):
        print(f"{path}:{first}: {name} is called flat, and is not")
    elif length > LONGEST and not flat:
        print(f"{path}:{first}: {name} has {length} lines")


count = long = 0
for each in files(TOP):
    with open(os.path.join(TOP, each), encoding="utf-8") as source:
        whole = source.read()
    for function in functions_of(each, whole):
        check(each, whole, *function)
        count += 1
        long += function[2] - function[1] + 1 >= SHORT
if long * 10 > count:
    print(f"tree:1: {long} of {count} functions have {SHORT} lines or more")

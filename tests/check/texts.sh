#!/bin/bash
# SPDX-License-Identifier: MIT
# check/texts.sh: the checks of words, citations and names; for run.sh, which
# has named the files.
# shellcheck disable=SC2154,SC2086 # lists of run.sh's, meant to be split

# What is unfinished is not in the tree.
check_words() {
    grep -nwE "$(printf 'TO%s|FIX%s|XX%s|HA%s' DO ME X CK)" $c_files \
        $h_files $md_files $sh_files $py_files $js_files Makefile |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: unfinished/'
}

# A comment says more than its line.
check_retold() {
    "$here"/retold.py
}

# Every section cited exists; every row of the table is cited by something.
check_sections() {
    "$here"/cited.py sections
}

# Every document cited holds today, or the table of documents says why not.
check_documents() {
    "$here"/cited.py documents
}

# Every section that the code says or decides by has a test that cites it.
check_tested() {
    "$here"/cited.py tested
}

# One spelling: RFC, a space, the number, a space, the sign, the section.
check_spelling() { # RFC822 is a word of IMAP's
    local joined='(^|[^_])RFC(-[0-9]|[0-79]|8[013-9]|82[013-9])'
    local words='RFC [0-9]+,? ([Ss]ection|[Ss]ec\.|§ )'
    grep -nE "$joined|$words" \
        $c_files $h_files $md_files $sh_files $js_files |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a citation is spelt RFC N §S/'
}

# A place that prose points at, as "NOTE", "(", its name, ")", ":".
check_notes() {
    local defined pointed name='NOTE\([a-z0-9_-]+\)'
    defined=$(grep -ohE "$name:" $c_files $h_files | tr -d : | sort)
    pointed=$({ grep -ohE "$name" $md_files $py_files $js_files
        grep -ohE "$name([^:]|\$)" $c_files $h_files; } |
        grep -oE "$name" | sort -u)
    echo "$defined" | grep . | uniq -d | sed 's/^/tree:1: defined twice: /'
    comm -23 <(echo "$defined" | sort -u) <(echo "$pointed") | grep . |
        sed 's/^/tree:1: nothing points at /'
    comm -13 <(echo "$defined" | sort -u) <(echo "$pointed") | grep . |
        sed 's/^/tree:1: nothing defines /'
}

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

# A place that prose points at, as "NOTE", "(", its name, ")", ":"; in C without
# the colon, and elsewhere, one points at it.
check_notes() {
    grep -noE 'NOTE\([a-z0-9_-]+\):?' \
        $c_files $h_files $md_files $py_files $js_files | awk -F : '
        $1 ~ /\.[ch]$/ && NF == 4 {
            if ($3 in defined)
                print $1 ":" $2 ": " $3 " is at " defined[$3] " already"
            defined[$3] = $1 ":" $2
            next
        }
        { pointed[$3] = $1 ":" $2 }
        END {
            for (name in defined)
                if (!(name in pointed))
                    print defined[name] ": nothing points at " name
            for (name in pointed)
                if (!(name in defined))
                    print pointed[name] ": nothing defines " name
        }' | sort
}

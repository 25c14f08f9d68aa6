#!/bin/bash
# SPDX-License-Identifier: MIT
# check/run.sh [CHECK...]: the rules of the house that a script can hold. Each
# check prints the places that break it, as FILE:LINE: WHY, or nothing. Ends in
# "N passed, N failed", a check each.
set -u
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.." || exit 8

checks="format cppcheck scripts spdx lengths functions headers layers words
        citations spelling notes tested"

# Every source file of the tree, those not yet committed too.
files() {
    find . \( -path ./build -o -path ./bin -o -path ./out -o -path ./.git \
        -o -name node_modules \) -prune -o -type f -name "$1" -print |
        sed 's|^\./||' | sort
}
c_files=$(files '*.c')
h_files=$(files '*.h')
md_files=$(files '*.md')
sh_files=$(files '*.sh'; echo .ci/run)

# Debian 12 has clang-format 14, Debian 13 has 19: .clang-format says only what
# both understand alike, and where they differ the code is written so that
# both leave it as it is.
check_format() {
    for file in $c_files $h_files; do
        clang-format "$file" | cmp -s - "$file" ||
            echo "$file:$(clang-format "$file" | cmp - "$file" |
                sed 's/.*line //'): type: clang-format -i $file"
    done
}

# Without uninitvar: gcc and clang warn of it, and cppcheck 2.17 takes an array
# that a loop has filled for one that nothing has. Without
# nullPointerRedundantCheck and its kin: it does not know which functions never
# return, nor that a status tells whether memory was had.
check_cppcheck() {
    cppcheck --quiet --std=c11 --language=c -j 2 -I. -D_GNU_SOURCE \
        --enable=warning,performance,portability --inline-suppr \
        --suppress=missingIncludeSystem --suppress=unknownMacro \
        --template='{file}:{line}: {message} ({id})' \
        --suppress=normalCheckLevelMaxBranches --suppress=uninitvar \
        --suppress=legacyUninitvar \
        --suppress=nullPointerRedundantCheck \
        --suppress=nullPointerOutOfMemory \
        --suppress=nullPointerArithmeticOutOfMemory \
        --suppress='*:tests/unit/*' --suppress='*:tests/integration/*' \
        $c_files 2>&1
}

check_scripts() {
    shellcheck -x --format=gcc --severity=warning $sh_files
}

check_spdx() {
    local want='SPDX-License-Identifier: MIT'
    for file in $c_files $h_files; do
        [ "$(head -n 1 "$file")" = "/* $want */" ] ||
            echo "$file:1: the first line is not /* $want */"
    done
    for file in $sh_files; do
        sed -n '2p' "$file" | grep -qx "# $want" ||
            echo "$file:2: the second line is not # $want"
    done
}

# About 400 lines a source, 250 a header, 80 columns.
check_lengths() {
    for file in $c_files; do
        lines=$(wc -l <"$file")
        [ "$lines" -le 450 ] || is_table "$file" ||
            echo "$file:1: $lines lines; a source has about 400"
    done
    for file in $h_files; do
        lines=$(wc -l <"$file")
        [ "$lines" -le 250 ] || echo "$file:1: $lines lines; a header has 250"
    done
    grep -nE '^.{81,}$' $c_files $h_files $sh_files |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: more than 80 columns/'
}

# A file of entries, such as a protocol's terms, is as long as they are.
is_table() {
    case $1 in */terms*.c) true ;; *) false ;; esac
}

# The functions of all sources: file, line, length, name.
function_lengths() {
    ctags --languages=C --kinds-C=f --fields=+ne --output-format=u-ctags \
        -o - $c_files | awk -F '\t' '!/^!/ {
            line = end = 0
            for (i = 4; i <= NF; i++) {
                if ($i ~ /^line:/) line = substr($i, 6)
                if ($i ~ /^end:/) end = substr($i, 5)
            }
            if (end > 0) print $2, line, end - line + 1, $1
        }'
}

# Nine of ten under 40 lines; none over 60 but a flat table or switch, which
# says so with "FLAT:" in the comment above it or within it.
check_functions() {
    function_lengths | while read -r file line length name; do
        [ "$length" -le 60 ] ||
            sed -n "$((line > 6 ? line - 6 : 1)),$((line + length))p" "$file" |
            grep -q 'FLAT:' || echo "$file:$line: $name has $length lines"
    done
    function_lengths | awk '{ n++; if ($3 >= 40) long++ }
        END { if (long * 10 > n)
            print "tree:1: " long " of " n " functions have 40 lines or more" }'
}

# A header begins with what it is and is guarded by its path's name.
check_headers() {
    for file in $h_files; do
        guard=$(echo "$file" | tr 'a-z/.-' 'A-Z___')
        grep -qx "#ifndef $guard" "$file" ||
            echo "$file:1: the guard is not $guard"
        [ "$(sed -n '2p' "$file")" = "/*" ] ||
            echo "$file:2: no comment that says what it is"
    done
    grep -nE 'typedef (struct|union|enum) ' $h_files $c_files |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a typedef hides a struct/'
}

# Calls go down only: labs, protocols, common; no protocol knows another.
check_layers() {
    for file in $(echo "$c_files $h_files" | tr ' ' '\n' | grep -v ^tests/); do
        from=${file%%/*}
        grep -nE '^#include "' "$file" | sed -E 's/:#include "([^"]*)"/ \1/' |
            while read -r line path; do
                to=${path%%/*}
                case $from,$to in
                labs,* | *,common | "$to,$from") ;;
                smtp,smtp_client*) ;;
                *.inc,* | *,*.inc) ;;
                *) echo "$file:$line: $from may not include $path" ;;
                esac
            done
    done
}

# What is unfinished is not in the tree.
check_words() {
    grep -nwE "$(printf 'TO%s|FIX%s|XX%s|HA%s' DO ME X CK)" \
        $c_files $h_files $md_files $sh_files Makefile |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: unfinished/'
}

# What the tree cites, as "NUMBER<TAB>SECTION", each once.
cited() {
    {
        grep -hoE 'RFC\("[0-9]+", *"[^"]+"\)' $c_files $h_files
        grep -hoE '\{?"[0-9]{3,4}", *"[0-9A-Z][0-9.]*"' $c_files
        grep -hoE 'RFC [0-9]+ §[A-Z0-9][0-9.A-Z]*' $c_files $h_files $md_files
    } | sed -E 's/^(RFC|\{)? ?\(?"?([0-9]+)("?, *"| §)([^"]*).*/\2\t\4/
                s/\.$//' | sort -u
}

# Every section cited exists; every row is cited by something.
check_citations() {
    local table=common/rfc-sections.tsv
    tail -n +2 $table | cut -f 1,2 | sort -u | comm -13 - <(cited) |
        while read -r number section; do
            end='($|[^0-9.]|\.($|[^0-9]))'
            grep -nE "RFC $number §$section$end|\"$number\", *\"$section\"" \
                $c_files $h_files $md_files | cut -d : -f 1,2 |
                sed "s|\$|: RFC $number §$section is not in $table|"
        done
    tail -n +2 $table | cut -f 1,2 | sort -u | comm -23 - <(cited) |
        sed "s|^|$table:1: nothing cites |"
}

# One spelling: RFC, a space, the number, a space, the sign, the section.
check_spelling() { # RFC822 is a word of IMAP's
    local joined='(^|[^_])RFC(-[0-9]|[0-79]|8[013-9]|82[013-9])'
    local words='RFC [0-9]+,? ([Ss]ection|[Ss]ec\.|§ )'
    grep -nE "$joined|$words" \
        $c_files $h_files $md_files |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a citation is spelt RFC N §S/'
}

# A place that prose points at, as "NOTE", "(", its name, ")", ":".
check_notes() {
    local defined pointed name
    defined=$(grep -ohE 'NOTE\([a-z0-9_-]+\):' $c_files $h_files | tr -d : |
        sort)
    pointed=$({ grep -ohE 'NOTE\([a-z0-9_-]+\)' $md_files
        grep -ohE 'NOTE\([a-z0-9_-]+\)([^:]|$)' $c_files $h_files; } |
        grep -oE 'NOTE\([a-z0-9_-]+\)' | sort -u)
    echo "$defined" | grep . | uniq -d | sed 's/^/tree:1: defined twice: /'
    comm -23 <(echo "$defined" | sort -u) <(echo "$pointed") |
        sed 's/^/tree:1: nothing points at /'
    comm -13 <(echo "$defined" | sort -u) <(echo "$pointed") | grep . |
        sed 's/^/tree:1: nothing defines /'
}

# Each file of common/ and of a protocol has its suite: its own, or that of
# the words its name begins with (names_dns.c may be tested in test_names.c).
check_tested() {
    for file in $c_files; do
        case $file in
        tests/* | labs/* | */client.c | */server.c | */terms.c) continue ;;
        esac
        name=$(basename "$file" .c)
        while [ ! -e "tests/unit/test_$name.c" ] &&
            [ ! -e "tests/integration/test_$name.c" ]; do
            case $name in
            *_*) name=${name%_*} ;;
            *)
                echo "$file:1: no tests/unit/test_$(basename "$file")"
                break ;;
            esac
        done
    done
}

passed=0 failed=0
[ $# -gt 0 ] && checks=$*
for check in $checks; do
    problems=$("check_$check")
    if [ -z "$problems" ]; then
        passed=$((passed + 1))
    else
        echo "== $check"
        echo "$problems"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

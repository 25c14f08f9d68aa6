#!/bin/bash
# SPDX-License-Identifier: MIT
# check/sources.sh: the checks of how a source is laid out; for run.sh, which
# has named the files.
# shellcheck disable=SC2154,SC2086 # lists of run.sh's, meant to be split

# Debian 12 has clang-format 14, Debian 13 has 19: .clang-format says only what
# both understand alike, and where they differ the code is written so that
# both leave it as it is.
check_format() {
    echo $c_files $h_files | xargs -n 40 -P "$(nproc)" \
        clang-format --dry-run 2>&1 |
        sed -nE 's/^([^ :]+):([0-9]+):.*/\1:\2: type: clang-format -i \1/p' |
        sort -u -t : -k 1,1
}

# Without uninitvar: gcc and clang warn of it, and cppcheck 2.17 takes an array
# that a loop has filled for one that nothing has. Without
# nullPointerRedundantCheck and its kin: it does not know which functions never
# return, nor that a status tells whether memory was had.
check_cppcheck() {
    cppcheck --quiet --std=c11 --language=c -j "$(nproc)" -I. -D_GNU_SOURCE \
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
    echo $sh_files | xargs -n 4 -P "$(nproc)" \
        shellcheck -x --format=gcc --severity=warning
}

# The first line, but for the one that names an interpreter.
check_spdx() {
    awk -v licence='SPDX-License-Identifier: MIT' '
        FNR == 1 && /^#!/ { next }
        { want = FILENAME ~ /\.[ch]$/ ? "/* " licence " */" : \
              FILENAME ~ /\.js$/ ? "// " licence : "# " licence
          if ($0 != want)
              print FILENAME ":" FNR ": this line is not " want
          nextfile }' $c_files $h_files $sh_files $py_files $js_files
}

# About 400 lines a source, 250 a header and the heart of a client, which is
# read in one sitting; 80 columns. A file of entries, such as a protocol's
# terms, is as long as they are.
check_lengths() {
    wc -l $c_files $h_files $py_files | awk '
        $2 == "total" || $2 ~ /\/terms[a-z_]*\.c$/ { next }
        { limit = $2 ~ /\.h$/ ? 250 : 450
          split($2, part, "/")
          if ($2 == part[1] "/" part[1] "_client.c") limit = 250
          if ($1 > limit)
              print $2 ":1: " $1 " lines; it may have " limit }'
    grep -nE '^.{81,}$' $c_files $h_files $sh_files $py_files $js_files |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: more than 80 columns/'
}

check_functions() {
    "$here"/functions.py
}

# A header begins with what it is and is guarded by its path's name.
check_headers() {
    awk '
        function check() {
            if (file == "") return
            if (!guarded) print file ":1: the guard is not " guard
            if (!said) print file ":2: no comment that says what it is"
        }
        FNR == 1 { check(); file = FILENAME; guard = toupper(file)
                   gsub(/[\/.-]/, "_", guard); guarded = said = 0 }
        FNR == 2 { said = $0 == "/*" }
        $0 == "#ifndef " guard { guarded = 1 }
        END { check() }' $h_files
    grep -nE 'typedef (struct|union|enum) ' $h_files $c_files |
        sed -E 's/^([^:]*:[0-9]+):.*/\1: a typedef hides a struct/'
}

# Calls go down only: labs, protocols, common; no protocol knows another.
check_layers() {
    grep -nE '^#include "[^"]*/' $c_files $h_files |
        sed -E 's/^([^:]*:[0-9]+):#include "([^"]*)".*/\1 \2/' |
        while read -r line path; do
            case ${line%%/*},$path in
            tests,* | labs,* | *,common/*) ;;
            "${path%%/*},$path") ;;
            smtp,smtp_client*) ;;
            *) echo "$line: ${line%%/*} may not include $path" ;;
            esac
        done
}

# Each file of common/ and of a protocol has its suite: its own, or that of
# the words its name begins with (names_dns.c may be tested in test_names.c).
check_suites() {
    for file in $c_files; do
        case $file in
        tests/* | labs/* | */client.c | */server.c | */terms.c) continue ;;
        esac
        name=${file##*/} name=${name%.c}
        while [ ! -e "tests/unit/test_$name.c" ] &&
            [ ! -e "tests/integration/test_$name.c" ]; do
            case $name in
            *_*) name=${name%_*} ;;
            *)
                echo "$file:1: no tests/unit/test_${file##*/}"
                break ;;
            esac
        done
    done
}

# DESIGN's "every protocol folder rhymes".
check_rhyme() {
    "$here"/rhyme.py
}

#!/bin/bash
# SPDX-License-Identifier: MIT
# check/selftest.sh: that each check finds what it is there for. A small tree
# breaks no rule; then one fault after the other is planted in a copy of it.
# Prints FILE:LINE: WHY for each fault that is not found, or nothing.
set -u
here=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d) || exit 8
trap 'rm -rf "$place"' EXIT

# What the checks look for stands nowhere here in one piece: they read this
# script as well.
R=RFC
LATER=$(printf 'TO%s' DO)
MIT='SPDX-License-Identifier: MIT'

# ---- a tree without a fault -------------------------------------------------

source_of() { # PATH LINE...
    local path=$1
    shift
    printf '%s\n' "/* $MIT */" "$@" >"$path"
}

header() { # PATH WHAT-IT-IS DECLARATION...
    local path=$1 what=$2 guard
    shift 2
    guard=$(echo "$path" | tr 'a-z/.' 'A-Z__')
    source_of "$path" '/*' " * $what" ' */' "#ifndef $guard" \
        "#define $guard" '' "$@" '' '#endif'
}

empty() { # NAME...: functions that do nothing
    printf 'void %s(void)\n{\n}\n' "$1"
    shift
    [ $# -eq 0 ] || printf '\nvoid %s(void)\n{\n}\n' "$@"
}

protocol() { # X
    mkdir "$1"
    header "$1/$1.h" "$1: what is spoken. DEPARTURES. None." "struct $1;"
    header "$1/$1_server.h" "$1_server: a server." "struct $1_server;"
    header "$1/$1_limits.h" "$1_limits: how much, how long." \
        "#define $1_HOSTS_MAX 1"
    header "$1/$1_client.h" "$1_client: a client." \
        "void $1_client_open(void);" "void $1_client_close(void);"
    [ "$1" = ssh ] || source_of "$1/$1_parse.c" "$(empty "$1_parse")"
    source_of "$1/$1_client.c" "$(empty "$1_client_open" "$1_client_close")"
    source_of "$1/$1_server.c" "$(empty set_state "$1_server_serve")"
    source_of "$1/client.c" "$(empty main)"
    source_of "$1/server.c" "$(empty set_up tidy_up main)"
    source_of "$1/terms.c" "$(empty "$1_terms")"
    source_of "tests/unit/test_$1.c" "$(empty "$1_is_tested")"
    printf '%s\n' "# $1" '## The protocol on one page' \
        '## A session' '## Reading the source' 'All of `*.[ch]`.' \
        '## Exercises' '## Departures' >"$1/README.md"
}

plant() {
    mkdir -p .ci common labs/source tests/unit
    cp "$here/../../.clang-format" .
    printf '%s\n' '#!/bin/sh' "# $MIT" >.ci/run
    echo "# $MIT" >labs/source/thing.py
    echo "// $MIT" >labs/source/thing.js
    : >Makefile
    for name in http smtp pop3 imap ftp telnet ssh; do
        protocol "$name"
    done
    echo "See NOTE(a-name) and, for the lesson, $R 1945." >>http/README.md
    printf '%s\t%s\t%s\n' rfc section title 5321 4.2 'SMTP Replies' \
        5321 4.3 'Sequencing' >common/rfc-sections.tsv
    printf '%s\t%s\t%s\t%s\t%s\n' rfc title 'replaced by' where why \
        5321 SMTP '' '' '' 1945 HTTP/1.0 9112 http/ 'the lesson' \
        >common/rfc-documents.tsv
    source_of common/thing.c "/* NOTE(a-name): as $R 5321 §4.3 has it. */" \
        'void thing(void)' '{' "    say($R(\"5321\", \"4.2\"));" '}'
    source_of tests/unit/test_thing.c "/* $R 5321 §4.2 asks for it. */" \
        "$(empty is_asked_for)" '' \
        'const struct test tests[] = {{"is_asked_for", is_asked_for}};'
}

# ---- one fault after the other ----------------------------------------------

# fault CHECK FOUND COMMAND...: COMMAND plants it in a copy of the tree; CHECK
# must then print a line that matches FOUND.
fault() {
    local check=$1 found=$2 line=${BASH_LINENO[0]}
    shift 2
    rm -rf "$place/copy" && cp -r "$place/tree" "$place/copy"
    cd "$place/copy" || exit 8
    "$@"
    CHECK_TREE=$PWD "$here/run.sh" "$check" | grep -qE "^$found" ||
        echo "tests/check/selftest.sh:$line: $check does not say $found"
}

say() { # PATH LINE...: adds them to a file
    local path=$1
    shift
    printf '%s\n' "$@" >>"$path"
}

swap() { # PATH FROM TO: two words change places
    sed -i "s/$2/@/; s/$3/$2/; s/@/$3/" "$1"
}

long() { # N FIRST LAST: lines of a function
    echo "$2"
    yes '    thing();' | head -n "$1"
    echo "$3"
}

mkdir "$place/tree" && cd "$place/tree" && plant || exit 8
CHECK_TREE=$PWD "$here/run.sh" format cppcheck scripts spdx lengths \
    functions headers layers words retold sections documents tested spelling \
    notes suites rhyme | sed '/ 0 failed$/d; s/^/in a tree without a fault: /'

c=common/thing.c py=labs/source/thing.py js=labs/source/thing.js

fault format "$c:7: type" say $c 'int  two_blanks;'
fault cppcheck "$c:9:.*arrayIndex" say $c 'int out(void)' '{ int a[2] = {0};
    return a[2]; }'
fault scripts '.ci/run:3:.*SC2164' say .ci/run 'cd /nowhere'
fault spdx 'common/new.h:1:' say common/new.h '/* something else */'
fault spdx 'new.sh:2:' say new.sh '#!/bin/sh' 'echo'
fault spdx 'new.py:1:' say new.py 'print()'
fault spdx 'new.js:1:' say new.js 'f()'

fault lengths "$c:8: more than 80" say $c '' "/* $(printf '%80s' long) */"
fault lengths "$py:2: more than 80" say $py "# $(printf '%80s' long)"
fault lengths "$js:2: more than 80" say $js "// $(printf '%80s' long)"
fault lengths "$c:1: .* 450" say $c "$(long 450 '' '')"
fault lengths 'common/thing.h:1: .* 250' say common/thing.h "$(long 250 '' '')"
fault lengths 'imap/imap_client.c:1: .* 250' say imap/imap_client.c \
    "$(long 250 '' '')"
fault functions "$c:7: slow has 62" say $c "$(long 59 'void slow(void)
{' '}')"
fault functions "$py:2: slow has 61" say $py "$(long 60 'def slow():' '')"
fault functions "$js:2: slow has 62" say $js "$(long 59 'function slow() {
' '}')"
fault functions "$c:7: slow is called flat" say $c "$(long 59 'void slow(void)
{ /* FLAT: it is not. */ if (a) { if (b) { c(); } }' '}')"
fault functions 'tree:1: .* 40 lines or more' say $c "$(for i in {1..10}
do long 45 "void slow_$i(void)
{" '}'; done)"

fault headers 'smtp/smtp.h:1: the guard' sed -i s/SMTP_SMTP_H/SMTP_H/ \
    smtp/smtp.h
fault headers 'smtp/smtp.h:2: no comment' sed -i 2d smtp/smtp.h
fault headers "$c:7: a typedef" say $c 'typedef struct thing { int a; } thing;'
fault layers 'http/client.c:5:' say http/client.c '#include "smtp/smtp.h"'
fault layers "$c:7:" say $c '#include "labs/lab.h"'
fault suites 'common/new.c:1:' source_of common/new.c 'int a;'

fault words "$c:7: unfinished" say $c "/* $LATER: the rest. */"
fault words 'README.md:1: unfinished' say README.md "$LATER"
fault retold "$c:7: retells" say $c '/* Reads the line. */' 'line_read();'
fault retold "$c:7: retells" say $c '/* increment the counter */' 'counter++;'
fault retold "$c:7: retells" say $c '/* Closes the' ' * connection. */' \
    'conn_close(c);'
fault retold "$py:3: retells" say $py '' '# Print the table.' 'print(table)'
fault retold "$js:3: retells" say $js '' '// The rows are shown.' 'showRows()'

fault spelling "$c:7:" say $c "/* ${R}5321 */"
fault spelling 'README.md:1:' say README.md "$R 5321 section 4.2"
fault sections "$c:7: $R 5321 §9.9 " say $c "int a = f($R(\"5321\", \"9.9\"));"
fault sections "$c:7: $R 5321 §9.9 " say $c 'struct rfc a = {"5321", "9.9"};'
fault sections "$c:7: $R 5321 §9.9 " say $c "/* $R 5321 §4.2 and §9.9 */"
fault sections "$c:8: $R 5321 §9.9 " say $c "/* $R" ' * 5321 §9.9 */'
fault sections "README.md:1: $R 5321 §9.9 " say README.md "$R 5321 §9.9"
fault sections 'common/rfc-sections.tsv:4: nothing' say \
    common/rfc-sections.tsv "5321	9.9	Nothing of the kind"
fault documents "$c:7: $R 2821 is not in" say $c "/* $R 2821 */"
fault documents "$c:7: $R 1945 is old; $R 9112" say $c "/* $R 1945 */"
fault documents 'common/rfc-documents.tsv:4: nothing' say \
    common/rfc-documents.tsv '2821	SMTP'
fault documents 'common/rfc-documents.tsv:3: .*why' sed -i 's/the lesson//' \
    common/rfc-documents.tsv
fault tested "$c:5: thing cites $R 5321 §4.2" rm tests/unit/test_thing.c
fault tested "$c:5: thing cites $R 5321 §4.2" sed -i '2s/$/\n/' \
    tests/unit/test_thing.c
fault tested "$c:5: thing cites $R 5321 §4.2" sed -i \
    "2s/.*//; 5s/^/say($R(\"5321\", \"4.2\"));/" tests/unit/test_thing.c
fault tested "$c:5: thing cites $R 5321 §4.2" sed -i \
    "2s/.*//; 5s/^/say(\"$R 5321 §4.2\");/" tests/unit/test_thing.c
fault tested "$c:5: thing cites $R 5321 §4.2" sed -i 's/is_asked_for}/other}/' \
    tests/unit/test_thing.c

fault notes "$c:7: NOTE.a-name. is at $c:2" say $c '/* NOTE(a-name): */'
fault notes "$c:7: nothing points at NOTE.lone" say $c '/* NOTE(lone): */'
fault notes 'README.md:1: nothing defines NOTE.gone' say README.md 'NOTE(gone)'
fault notes "$c:7: nothing defines NOTE.gone" say $c 's("see NOTE(gone)");'

fault rhyme 'pop3/pop3_parse.c:1:' rm pop3/pop3_parse.c
fault rhyme 'pop3/other.c:1:' source_of pop3/other.c 'int a;'
fault rhyme 'pop3/README.md:1: .*headings' swap pop3/README.md \
    Exercises Departures
fault rhyme 'pop3/README.md:1: .*no .client.c' sed -i '/All of/d' \
    pop3/README.md
fault rhyme 'pop3/pop3.h:1: no DEPARTURES' sed -i s/DEPARTURES/Gaps/ \
    pop3/pop3.h
fault rhyme 'pop3/pop3_client.c:6: pop3_client_open stands behind' \
    swap pop3/pop3_client.c open close
fault rhyme 'pop3/pop3_client.c:1: pop3_client_close is not' \
    sed -i 's/client_close/client_shut/' pop3/pop3_client.c
fault rhyme 'pop3/pop3_client.h:8: pop3_client_close stands here' \
    swap pop3/pop3_client.h client_open client_close
fault rhyme 'pop3/pop3_server.c:6: the last' swap pop3/pop3_server.c \
    set_state pop3_server_serve
fault rhyme 'pop3/server.c:6: set_up stands behind' swap pop3/server.c \
    set_up tidy_up
fault rhyme 'pop3/client.c:6: the last' say pop3/client.c '' "$(empty more)"

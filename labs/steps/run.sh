#!/bin/bash
# SPDX-License-Identifier: MIT
# run.sh IDEA [STEP]: climbs a ladder, or shows one step of it. Of each step:
# what is new and why, the lines that changed, what it does with a server of
# ours, and what the step before and this one do with a server that makes the
# difference (IDEA/STEP.peer, played by peer.c).
#
#     labs/steps/run.sh connection
#     labs/steps/run.sh reply 4-lines
#     labs/steps/run.sh --plays reply     only the last of the four
#     labs/steps/run.sh --served reply    only the third
set -u
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${STEPS_BIN:-$here/../../bin}" && pwd) || exit 8

# Seconds after which we do not believe any more that a program will end.
limit=4

part=all
case ${1-} in --plays | --served) part=${1#--} && shift ;; esac
idea=${1-} wanted=${2-}
if [ ! -d "$here/$idea" ] || [ -z "$idea" ]; then
    echo "usage: run.sh IDEA [STEP]; the ideas are:" >&2
    for folder in "$here"/*/; do echo "    $(basename "$folder")" >&2; done
    exit 2
fi

folder=$(mktemp -d) || exit 8
server=
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT

# ---- what a step needs around it ---------------------------------------------

# Two servers that we trust, and somebody who says that he is the first.
certificates() {
    for who in localhost elsewhere stranger; do
        name=${who/stranger/localhost}
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
            -days 2 -subj "/CN=$name" -addext "subjectAltName=DNS:$name" \
            -keyout "$folder/key" -out "$folder/certificate" 2>/dev/null
        cat "$folder/certificate" "$folder/key" >"$folder/$who.pem"
    done
    cat "$folder/localhost.pem" "$folder/elsewhere.pem" |
        sed '/BEGIN PRIVATE/,/END PRIVATE/d' >"$folder/trusted"
    export SSL_CERT_FILE=$folder/trusted
}

# A mailbox of Alice's with a message, and a folder with a file.
belongings() {
    mkdir -p "$folder/mail/alice/new" "$folder/mail/alice/cur" \
        "$folder/mail/alice/tmp" "$folder/files"
    printf 'Subject: a letter\r\n\r\na caf\xc3\xa9\r\na3 OK forged\r\n' \
        >"$folder/mail/alice/new/1000.letter"
    echo alice:wonderland >"$folder/accounts"
    echo hello >"$folder/files/hello.txt"
}

# start PROGRAM...: starts a server; its port in $port, its words at fd 3.
start() {
    exec 3< <(cd "$folder" && exec "$@")
    server=$!
    read -r _ port <&3
    port=${port##*:}
}

# Lets a peer come to the end of its script, and prints what it said.
stop() {
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 "$server" 2>/dev/null || break
        sleep 0.02
    done
    kill "$server" 2>/dev/null
    cat <&3
    exec 3<&-
    server=
}

# Which port was free is another one every time.
hide_ports() {
    sed -E 's/(\(127,0,0,[12]),[0-9]+,[0-9]+/\1,P,P/
        s/(\(\|\|\||EPRT \|1\|127\.0\.0\.1\|)[0-9]+\|/\1PORT|/'
}

# climb STEP INPUT: one run of a program, what it printed and how it ended.
climb() {
    local host=${name:-localhost} status
    echo "\$ $1 $host PORT"
    (eval "$2") 2>/dev/null |
        timeout $limit "$bin/steps/$idea/$1" "$host" "$port" 2>&1 |
        LC_ALL=C sed 's/\r//g; s/\x1b/^[/g; s/\x00/^@/g; $a\' | hide_ports
    status=${PIPESTATUS[1]}
    case $status in
    0) ;;
    124) echo "(it still waited after $limit seconds)" ;;
    *) echo "(exit status $status)" ;;
    esac
}

# ---- the four parts of a step ------------------------------------------------

# The first comment, without its frame.
show_comment() {
    sed -n '3,/^ \*\/$/s/^ \*\/\{0,1\} \{0,1\}//p' "$here/$idea/$1.c"
}

code() { sed '1,/^ \*\/$/d' "$here/$idea/$1.c"; }

show_code() {
    if [ -z "$2" ]; then
        code "$1"
    else
        diff -U3 --show-c-function --label "$2" --label "$1" \
            <(code "$2") <(code "$1")
    fi
}

# In a folder of its own, so that nothing is left and nothing is met.
show_served() {
    local at=127.0.0.1:0
    case $idea in
    connection | reply)
        start "$bin/smtp-server" --domain east.test --maildir mail \
            --listen $at ;;
    literal)
        start "$bin/imap-server" --maildir mail --accounts accounts \
            --insecure-auth --listen $at ;;
    data-connection)
        start "$bin/ftp-server" --root files --anonymous --listen $at ;;
    tls-upgrade)
        start "$bin/pop3-server" --maildir mail --accounts accounts \
            --tls-cert localhost.pem --tls-key localhost.pem --listen $at ;;
    esac
    climb "$1" "printf 'NOOP\r\nQUIT\r\n'"
    kill "$server"
    stop
}

# The step before shows what the peer is for.
show_plays() {
    local peer input step
    [ -n "$2" ] || return
    [ "$part" = plays ] && echo "== $1"
    for peer in "$here/$idea/$1".peer "$here/$idea/$1".*.peer; do
        [ -e "$peer" ] || continue
        echo "-- $(basename "$peer")"
        sed -n '/^# [a-z]*: /d; s/^# //p' "$peer"
        input=$(sed -n 's/^# input: //p' "$peer")
        for step in "$2" "$1"; do
            name=$(sed -n 's/^# host: //p' "$peer")
            [ $idea-$step = connection-1-address ] && [ -z "$name" ] &&
                name=127.0.0.1
            start "$bin/steps/peer" "$peer"
            climb "$step" "${input:-printf 'QUIT\r\n'}"
            stop
        done
    done
}

[ $idea = tls-upgrade ] && certificates
[ "$part" = plays ] || belongings
before=
for file in "$here/$idea"/[0-9]*.c; do
    step=$(basename "$file" .c)
    name=
    [ "$step" = 1-address ] && name=127.0.0.1
    if [ -z "$wanted" ] || [ "$wanted" = "$step" ]; then
        [ "$part" = plays ] || echo "== $step"
        [ "$part" = all ] && show_comment "$step" && show_code "$step" "$before"
        [ "$part" != plays ] && show_served "$step"
        if [ "$part" = plays ]; then
            # They wait much and work little: all at once.
            show_plays "$step" "$before" >"$folder/$step.plays" &
        elif [ "$part" = all ]; then
            show_plays "$step" "$before"
        fi
    fi
    before=$(basename "$file" .c)
done
wait
[ "$part" = plays ] && cat "$folder"/*.plays
exit 0

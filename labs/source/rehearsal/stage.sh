#!/bin/sh
# SPDX-License-Identifier: MIT
# stage.sh FOLDER: the rehearsal itself, inside `lab shell --trace`, where every
# program records what it says. FOLDER has this file, and a script a protocol;
# they run side by side.
set -u

here=$1
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
password=rehearsal
# A certificate of the world's authority, for servers that need any.
world=${WIRELAB_RECORD%/*}
# shellcheck disable=SC2034 # the scripts use it
certificate="--tls-cert $world/cert-0.pem --tls-key $world/key-0.pem"

# serve PROGRAM [OPTION...]: starts it; $port is where, `serving` its process.
# Without a --listen of the caller's it gets a port that the system picks.
serve() {
    mkfifo "$work/ready"
    case $* in
    *--listen*) ;;
    *) set -- "$@" --listen 127.0.0.1:0 ;;
    esac
    "$@" >"$work/ready" 2>>"$work/log" &
    serving=$!
    read -r _ port <"$work/ready"
    port=${port##*:}
    rm "$work/ready"
}

# served: ends it, and waits until its record is whole.
served() {
    kill "$serving"
    wait "$serving"
}

# talk: what stands on standard input, said to that server; see talk.py.
talk() {
    python3 -B "$here/talk.py" "$port" >>"$work/log" 2>&1
}

# play LINE...: a server at $port that says this, once; see talk.py.
play() {
    printf '%s\n' "$@" >"$work/script"
    mkfifo "$work/ready"
    python3 -B "$here/talk.py" <"$work/script" >"$work/ready" \
        2>>"$work/log" &
    read -r _ port <"$work/ready"
    port=${port##*:}
    rm "$work/ready"
}

# ask PROGRAM [OPTION...]: a client whose answer does not matter.
ask() {
    timeout 20 "$@" >/dev/null 2>>"$work/log" </dev/null
}

for part in smtp pop3 imap ftp telnet ssh http; do
    work=$top/$part
    mkdir "$work"
    printf 'ada:%s\ngrace:%s\n' "$password" "$password" >"$work/accounts"
    printf '%s\n' "$password" >"$work/password"
    printf 'wrong\n' >"$work/wrong"
    printf 'Subject: a rehearsal\r\n\r\nSay it once.\r\n' >"$work/letter"
    # shellcheck disable=SC1090 # one of those beside this one
    (. "$here/$part.sh") &
done
wait

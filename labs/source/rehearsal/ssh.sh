#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # stage.sh sets them
# What SSH says beyond one command with a password.

serve ssh-server --accounts "$work/accounts"
client="ssh-client --known-hosts $work/known --accept-new --password-file
    $work/password"
for words in "ada@127.0.0.1:$port true" "ada@127.0.0.1:$port cat none" \
    "-t ada@127.0.0.1:$port ls" "ada@127.0.0.1:$port false" \
    "--get diary.txt $work/diary ada@127.0.0.1:$port" \
    "--put $work/letter letter ada@127.0.0.1:$port" \
    "--get none $work/none ada@127.0.0.1:$port" \
    "--auth keyboard-interactive ada@127.0.0.1:$port true" \
    "-i $work/letter ada@127.0.0.1:$port true"; do
    # shellcheck disable=SC2086 # words of a command line
    ask $client $words
done
ask ssh-client --known-hosts "$work/nobody" "ada@127.0.0.1:$port" true
ask ssh-client -k --known-hosts "$work/nobody" --password-file "$work/wrong" \
    "ada@127.0.0.1:$port" true
# A tunnel that our server does not make: who asks at its near end learns it.
near=$((port == 65535 ? 1025 : port + 1))
mkfifo "$work/typed"
timeout 60 ssh-client --known-hosts "$work/known" --password-file \
    "$work/password" -L "$near:127.0.0.1:9" "ada@127.0.0.1:$port" \
    <"$work/typed" >>"$work/log" 2>&1 &
tunnel=$!
exec 3>"$work/typed"
tries=0 # on a busy machine its near end is there late
until (port=$near; printf 'hello\n' | talk) || [ $tries -eq 100 ]; do
    tries=$((tries + 1))
    sleep 0.2
done
exec 3>&-
wait "$tunnel"
printf '%s\n' 'SSH-1.5-old' | talk
printf '%s\n' '!await SSH' 'SSH-2.0-stage' \
    '!bytes \xff\xff\xff\xff\xff' '!end' | talk
served
if command -v ssh-keygen >/dev/null; then
    ssh-keygen -q -t ed25519 -N '' -f "$work/id"
    serve ssh-server --accounts "$work/accounts" \
        --authorized-keys "ada=$work/id.pub"
    # shellcheck disable=SC2086 # words of a command line
    ask ssh-client --known-hosts "$work/known" --accept-new -i "$work/id" \
        "ada@127.0.0.1:$port" true
    served
fi

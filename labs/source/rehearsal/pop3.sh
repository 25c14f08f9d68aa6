#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # stage.sh sets them
# What POP3 says when a client is wrong, late, or asks for the unusual.

mkdir -p "$work/boxes/ada/new" "$work/boxes/ada/cur" "$work/boxes/ada/tmp"
cp "$work/letter" "$work/boxes/ada/new/1.one.stage"
cp "$work/letter" "$work/boxes/ada/new/2.two.stage"
long=$(printf '%0300d' 0)

# shellcheck disable=SC2086 # words of a command line
serve pop3-server --maildir "$work/boxes" --accounts "$work/accounts" \
    --insecure-auth $certificate

# Log-ins that fail, and all that a session can do.
printf '%s\n' CAPA STAT 'USER' "PASS $password" 'APOP ada' 'AUTH KERBEROS' \
    'AUTH CRAM-MD5' "$(printf 'ada 0123' | base64)" 'AUTH PLAIN =' \
    'USER ada' 'PASS wrong' QUIT | talk
printf '%s\n' 'USER ada' "PASS $password" STAT LIST 'LIST 1' 'LIST 9' UIDL \
    'UIDL 1' 'TOP 1 0' 'TOP 1' 'RETR 1' 'RETR x' 'DELE 1' 'DELE 1' 'RETR 1' \
    RSET NOOP STLS FOO "NOOP $long" 'CAPA' QUIT | talk
printf '%s\n' 'USER ada' 'PASS wrong' 'USER ada' 'PASS wrong' 'USER ada' \
    'PASS wrong' 'USER ada' 'PASS wrong' 'USER ada' 'PASS wrong' | talk
yes FOO | head -n 40 | talk
printf '%s\n' '!bytes NOOP\n' NOOP | talk
# The maildrop is locked by a session that lasts.
printf '%s\n' 'USER ada' "PASS $password" '!await +OK 2' '!pause' '!pause' \
    '!pause' QUIT | talk &
sleep 0.3
printf '%s\n' 'USER ada' "PASS $password" QUIT | talk
wait $!

client="pop3-client -s -k --password-file $work/password"
url=pop3://ada@127.0.0.1:$port
for words in "$url list" "$url stat" "$url capa" "$url uidl" \
    "$url uidl 1" "$url list 1" \
    "$url top 1 2" \
    "$url retr 1" "$url dele 9" "$url dele 1 9" \
    "--no-starttls --insecure-auth --auth USER $url stat" \
    "--auth USER $url stat" \
    "--no-starttls --insecure-auth --auth APOP $url stat" \
    "--auth PLAIN $url stat" \
    "--auth LOGIN $url stat" "--auth CRAM-MD5 $url stat" \
    "--auth SCRAM-SHA-256 $url stat" "--no-quit $url stat"; do
    # shellcheck disable=SC2086 # words of a command line
    ask $client $words
done
ask pop3-client -k --password-file "$work/wrong" "$url" stat
ask pop3-client -k --auth PLAIN -u "ada:$long" "$url" stat
served

# No log-in in clear, and a maildrop that can't be opened.
# shellcheck disable=SC2086 # words of a command line
serve pop3-server --maildir "$work/boxes" --accounts "$work/accounts" \
    $certificate
printf '%s\n' 'USER ada' 'AUTH PLAIN' 'APOP ada x' QUIT | talk
served
printf 'no folder\n' >"$work/boxes/grace"
serve pop3-server --maildir "$work/boxes" --accounts "$work/accounts" \
    --insecure-auth
printf '%s\n' STLS 'USER grace' "PASS $password" QUIT | talk
served

# A server whose challenge can't be read, and one that knows no first word.
play '+OK hello' '!await CAPA' '+OK' 'SASL CRAM-MD5' '.' \
    '!await AUTH' '+ !' '!await *' '-ERR cancelled' '!await QUIT' '+OK'
ask pop3-client --insecure-auth --password-file "$work/password" \
    "pop3://ada@127.0.0.1:$port" stat
play '+OK hello' '!await CAPA' '+OK' 'USER' '.' '!await USER' '+OK' \
    '!await PASS' '+OK' '!await LIST' '+OK' '1 5' '.' '!await RETR' '+OK' \
    'longer than it said' '.' '!await QUIT' '+OK'
ask pop3-client --insecure-auth --password-file "$work/password" \
    "pop3://ada@127.0.0.1:$port" retr 1

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # stage.sh sets them
# What IMAP says when a client is wrong, late, or asks for the unusual.

mkdir -p "$work/boxes/ada/new" "$work/boxes/ada/cur" "$work/boxes/ada/tmp"
cp "$work/letter" "$work/boxes/ada/new/1.one.stage"
cp "$work/letter" "$work/boxes/ada/new/2.two.stage"
long=$(printf '%070000d' 0)

# shellcheck disable=SC2086 # words of a command line
serve imap-server --maildir "$work/boxes" --accounts "$work/accounts" \
    --insecure-auth --idle-timeout 3 $certificate

printf '%s\n' 'a CAPABILITY' 'b SELECT INBOX' 'c LOGIN ada wrong' \
    'd AUTHENTICATE KERBEROS' 'e AUTHENTICATE CRAM-MD5' '*' \
    'f AUTHENTICATE PLAIN =' 'g LOGIN ada {9+}' "$password" 'h NOOP' \
    'i ENABLE CONDSTORE' 'j SELECT none' 'k CREATE archive' \
    'l LIST "" "*"' 'm LSUB "" "*"' 'n SUBSCRIBE archive' \
    'o STATUS INBOX (MESSAGES UIDNEXT)' 'p SELECT INBOX' \
    'q SEARCH SUBJECT rehearsal' 'r FETCH 1 (FLAGS ENVELOPE)' \
    's STORE 1 +FLAGS (\\Seen)' 't COPY 1 archive' 'u MOVE 2 archive' \
    'v STORE 1 +FLAGS (\\Deleted)' 'w EXPUNGE' 'x CHECK' 'y UNSELECT' \
    'z RENAME archive attic' 'A DELETE attic' 'B FETCH 1 FLAGS' 'C FOO' \
    'D LOGOUT' | talk
printf '%s\n' '!bytes a NOOP\n' 'b NOOP' | talk
printf '%s\n' "a NOOP $long" | talk
printf '%s\n' 'a LOGIN ada rehearsal' 'b NOOP' | talk

cp "$work/letter" "$work/boxes/ada/new/3.three.stage"
cp "$work/letter" "$work/boxes/ada/new/4.four.stage"
client="imap-client -s -k --password-file $work/password"
url=imap://ada@127.0.0.1:$port
for words in "$url list" "$url/INBOX select" "$url/INBOX status" \
    "$url/INBOX fetch 1" "$url/INBOX uid fetch 1:* (FLAGS)" \
    "$url/INBOX search UNSEEN" "$url/INBOX uid search SUBJECT rehearsal" \
    "$url/INBOX search SUBJECT \303\244" \
    "$url/INBOX store 1 +FLAGS (\\Flagged)" "$url raw CREATE shelf" \
    "$url/INBOX copy 1 shelf" "$url/INBOX move 1 shelf" \
    "$url/INBOX append $work/letter" "$url/INBOX expunge" \
    "$url/INBOX expunge 1" "$url raw NOOP" "$url/none select" \
    "--idle-time 1 $url/INBOX idle" \
    "--no-starttls --insecure-auth --auth LOGIN $url list" \
    "--auth LOGIN $url list" "--auth PLAIN $url list" \
    "--auth CRAM-MD5 $url list" "--auth SCRAM-SHA-256 $url list"; do
    # shellcheck disable=SC2086 # words of a command line
    ask $client $words
done
ask imap-client -k --password-file "$work/wrong" "$url" list
served

# shellcheck disable=SC2086 # words of a command line
serve imap-server --maildir "$work/boxes" --accounts "$work/accounts" \
    --listen-tls 127.0.0.1:0 $certificate
# shellcheck disable=SC2086 # words of a command line
ask $client "imaps://ada@127.0.0.1:$port" list
served

# A server whose challenge can't be read, and one that wants to be asked before
# each literal.
play '* OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5] hello' \
    '!await AUTHENTICATE' '+ !' '!await *' 'a1 BAD cancelled' '!end'
ask imap-client --insecure-auth --password-file "$work/password" \
    "imap://ada@127.0.0.1:$port" list
play '* OK [CAPABILITY IMAP4rev1] hello' '!await LOGIN' \
    'a1 OK [CAPABILITY IMAP4rev1] in' '!await {' '+ go on' '!await once.' \
    'a2 OK kept' '!await LOGOUT' '* BYE' 'a3 OK'
ask imap-client --insecure-auth --password-file "$work/password" --max-time 3 \
    "imap://ada@127.0.0.1:$port/INBOX" append "$work/letter"

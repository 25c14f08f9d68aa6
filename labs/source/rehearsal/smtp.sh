#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # stage.sh sets them
# What SMTP says when a client is wrong, late, or asks for the unusual.

mkdir -p "$work/mail/ada" "$work/mail/grace"
long=$(printf '%020000d' 0)

# shellcheck disable=SC2086 # words of a command line
serve smtp-server --domain stage.test --maildir "$work/mail" --accounts \
    "$work/accounts" --max-size 1000 --idle-timeout 2 $certificate

# Each command, right and wrong; log-ins where there is no TLS yet.
printf '%s\n' 'EHLO' 'HELO [' 'HELO me.test' 'EHLO me.test' NOOP HELP \
    'EXPN all' VRFY 'VRFY ada' 'STARTTLS now' 'AUTH KERBEROS' 'AUTH PLAIN' \
    'AUTH SCRAM-SHA-256 not-base64' 'AUTH CRAM-MD5' '*' 'AUTH CRAM-MD5' \
    '!base64' "AUTH SCRAM-SHA-256 $(printf 'x' | base64)" \
    "AUTH CRAM-MD5" "$(printf 'ada 0123' | base64)" QUIT | talk
printf '%s\n' 'EHLO me.test' 'MAIL FROM:<a@b.test> SIZE=5000' \
    'MAIL FROM:<a@b.test>' 'RCPT TO:<ada@stage.test>' 'DATA now' \
    'RCPT TO:<nobody@stage.test>' RSET QUIT | talk
printf '%s\n' 'EHLO me.test' "NOOP $long" QUIT | talk
yes FOO | head -n 200 | talk
# More recipients than one message may have, and what comes before TLS does.
{
    printf '%s\n' 'EHLO me.test' 'MAIL FROM:<a@b.test>'
    yes 'RCPT TO:<ada@stage.test>' | head -n 1001
    echo QUIT
} | talk
printf '%s\n' '!await 220' 'EHLO me.test' '!await 250 ' \
    '!bytes STARTTLS\r\nNOOP\r\n' QUIT | talk
# A line feed alone is refused where a command ends, and in a message.
printf '%s\n' '!bytes NOOP\n' NOOP | talk
printf '%s\n' 'EHLO me.test' 'MAIL FROM:<a@b.test>' 'RCPT TO:<ada@stage.test>' \
    DATA '!bytes one\n.\ntwo\r\n.\r\n' | talk
printf '%s\n' 'EHLO me.test' '!bytes MAIL FR' '!end' | talk
# Nothing is said for too long.
printf '%s\n' 'EHLO me.test' | talk

# Under TLS, where the password is asked for: wrong ones, and one too many.
printf '%s\n' '!await 220' 'EHLO me.test' STARTTLS '!await 220 ' '!tls' \
    'EHLO me.test' STARTTLS "AUTH PLAIN $(printf x | base64)" \
    'AUTH LOGIN' "$(printf ada | base64)" \
    "$(printf wrong | base64)" 'AUTH LOGIN' '=' \
    "AUTH PLAIN $(printf '\0ada\0%s' "$password" | base64)" \
    "AUTH PLAIN $(printf '\0ada\0%s' "$password" | base64)" QUIT | talk
wrong=$(printf '\0ada\0wrong' | base64)
printf '%s\n' '!await 220' 'EHLO me.test' STARTTLS '!await 220 ' '!tls' \
    'EHLO me.test' "AUTH PLAIN $wrong" "AUTH PLAIN $wrong" \
    "AUTH PLAIN $wrong" "AUTH PLAIN $wrong" "AUTH PLAIN $wrong" | talk

# What our client says to it, one command at a time and in one flight.
client="smtp-client -s --mail-from grace@stage.test -T $work/letter"
url=smtp://127.0.0.1:$port
for words in "--no-pipelining --mail-rcpt ada@stage.test $url" \
    "--no-starttls --mail-rcpt ada@stage.test $url" \
    "-k --mail-rcpt nobody@stage.test $url" \
    "-k --mail-rcpt ada@stage.test --mail-rcpt ada@else.test $url" \
    "-k --mail-rcpt ada@else.test --no-pipelining $url" \
    "-k --no-pipelining --mail-rcpt ada@stage.test $url" \
    "-k --quit-after data --mail-rcpt ada@stage.test $url" \
    "-k --quit-after rcpt --mail-rcpt ada@stage.test $url" \
    "-k --password-file $work/wrong -u ada --mail-rcpt ada@stage.test $url" \
    "-k --auth CRAM-MD5 --password-file $work/password -u ada $url" \
    "-k --auth LOGIN --password-file $work/password -u ada \
        --mail-rcpt ada@stage.test $url" \
    "-k --mail-rcpt ad\303\244@stage.test $url"; do
    # shellcheck disable=SC2086 # words of a command line
    ask $client $words
done
head -c 3000 /dev/zero | tr '\0' 'x' >"$work/big"
ask smtp-client -k -s --mail-from grace@stage.test --mail-rcpt ada@stage.test \
    -T "$work/big" "$url"
served

# TLS from the first byte.
# shellcheck disable=SC2086 # words of a command line
serve smtp-server --domain stage.test --maildir "$work/mail" --accounts \
    "$work/accounts" --listen-tls 127.0.0.1:0 $certificate
# shellcheck disable=SC2086 # words of a command line
ask $client -k --mail-rcpt ada@stage.test "smtps://127.0.0.1:$port"
served
serve smtp-server --domain stage.test --maildir "$work/mail" \
    --accounts "$work/accounts" --manners policy
printf '%s\n' 'EHLO me.test' STARTTLS 'MAIL FROM:<a@b.test>' \
    'RCPT TO:<ada@stage.test>' QUIT | talk
served

# The port of those who have logged in.
serve smtp-server --domain stage.test --maildir "$work/mail" \
    --accounts "$work/accounts" --listen "127.0.0.1:$port" \
    --submission-port "$port"
printf '%s\n' 'EHLO me.test' 'MAIL FROM:<a@b.test>' QUIT | talk
served

# A relay that gives up: nobody listens where the route leads.
serve smtp-server --domain stage.test --maildir "$work/mail" \
    --relay --relay-from 127.0.0.1 --route '*=127.0.0.1:9' --give-up 1 --retry 1
for from in grace@stage.test ''; do
    ask smtp-client -s --mail-from "$from" --mail-rcpt b@else.test \
        -T "$work/letter" "smtp://127.0.0.1:$port"
done
sleep 3
served

# A server that is no good at it: it knows no EHLO, it asks on after AUTH, and
# it takes DATA though it wants none of the recipients.
play '220 an old one' '!await EHLO' '500 What?' '!await HELO' \
    '250 Hello' '!await MAIL' '250 ok' '!await RCPT' '550 no' '!await RSET' \
    '250 ok' '!await QUIT' '221 bye'
# shellcheck disable=SC2086 # words of a command line
ask $client --mail-rcpt ada@stage.test "smtp://127.0.0.1:$port"
play '220 hello' '!await EHLO' '250-me' '250 AUTH CRAM-MD5' \
    '!await AUTH' '334 !' '!await *' '501 cancelled' '!await QUIT' '221 bye'
# shellcheck disable=SC2086 # words of a command line
ask $client --mail-rcpt ada@stage.test -u ada --password-file \
    "$work/password" --insecure-auth "smtp://127.0.0.1:$port"
play '220 hello' '!await EHLO' '250-me' '250 PIPELINING' \
    '!await DATA' '250 sender ok' '550 no' '354 go on' '!await .' '554 none' \
    '!await RSET' '250 ok' '!await QUIT' '221 bye'
# shellcheck disable=SC2086 # words of a command line
ask $client --mail-rcpt ada@stage.test "smtp://127.0.0.1:$port"
play '220 hello' '!await EHLO' '250-me' '250 PIPELINING' \
    '!await DATA' '550 not from you' '503 no' '503 no' '!await QUIT' \
    '221 bye'
# shellcheck disable=SC2086 # words of a command line
ask $client --mail-rcpt ada@stage.test "smtp://127.0.0.1:$port"

#!/bin/bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# interop/smtp.sh: our SMTP client against a stock Postfix, whose log-ins a
# stock Dovecot judges. Sourced by run.sh. Postfix needs root: without it the
# cases are left out, and that is said.

# submits ARGUMENTS...: our client, as alice; quiet.
submits() {
    timeout 60 "$bin/smtp-client" --cacert "$folder/ca.pem" --max-time 50 \
        --mail-from alice@west.test "$@"
}

# A message of one kind, its Subject the kind's name: body from standard input.
# It has all fields that a message must have, or Postfix would add them.
postfix_message() {
    printf '%s\r\n' 'From: alice@west.test' 'To: bob@west.test' \
        'Date: Sun, 22 Nov 2026 04:22:47 +0000' \
        'Message-ID: <1@west.test>' "Subject: $1" '' >"$1.eml"
    cat >>"$1.eml"
}

postfix_messages() {
    printf '.\r\n..\r\n.a\r\n\r\n.\r\n' | postfix_message dots
    { head -c 998 /dev/zero | tr '\0' x; printf '\r\n'; } | postfix_message long
    { head -c 10000 /dev/zero | tr '\0' y; printf '\r\n'; } |
        postfix_message longer
    printf 'na\xc3\xafve \xff\xe4\r\n' | postfix_message eight
    printf '' | postfix_message empty
    printf 'no end' | postfix_message endless
    base64 -w 76 /dev/urandom | head -c 50000000 | sed 's/$/\r/' |
        postfix_message large
}

# postfix_has KIND BOX: within ten seconds a message of this Subject is there,
# and from its From on it is what was sent; the store has LF at line ends, and
# an end behind the last line.
postfix_has() {
    local box=$folder/postfix/mail/$2/new found
    for _ in $(seq 100); do
        found=$(grep -ls "^Subject: $1\$" "$box"/* 2>/dev/null | head -1)
        [ -n "$found" ] && break
        sleep 0.1
    done
    [ -n "$found" ] || { echo "nothing arrived"; return 1; }
    tr -d '\r' <"$1.eml" >want
    [ -z "$(tail -c 1 want | tr -d '\n')" ] || echo >>want
    sed -n '/^From: alice@west.test$/,$p' "$found" | cmp - want &&
        rm -f "$found"
}

# postfix_carries KIND ARGUMENTS...: sent as it is, it postfix_has so.
postfix_carries() {
    local kind=$1
    shift
    submits --mail-rcpt bob@west.test -T "$kind.eml" "$@" &&
        postfix_has "$kind" bob
}

# One of three is not there: exit 1, told by name; the two others have it.
postfix_takes_some() {
    says 'nobody@west.test failed: .* 550 5.1.1' exits 1 submits \
        --mail-rcpt bob@west.test --mail-rcpt nobody@west.test \
        --mail-rcpt eve@west.test -T dots.eml "$@" &&
        postfix_has dots bob && postfix_has dots eve
}

# A report of success comes back to alice, and names our envelope.
postfix_reports() {
    local box=$folder/postfix/mail/alice/new
    submits --mail-rcpt bob@west.test -T dots.eml --notify success --ret hdrs \
        --envid 'q+1 =2' "$@" && postfix_has dots bob || return 1
    for _ in $(seq 100); do
        if grep -qs '^Original-Envelope-Id: q+1 =2$' "$box"/*; then
            grep -qs '^Action: \(delivered\|relayed\)$' "$box"/*
            return
        fi
        sleep 0.1
    done
    echo "no report"
    return 1
}

# Addresses beyond ASCII: Postfix takes MAIL, and knows no such mailbox.
postfix_hears_utf8() {
    says 'MAIL FROM:<.*> .*SMTPUTF8' exits 1 submits --mail-rcpt bób@west.test \
        -v -d x "$@"
}

# Twenty messages over one connection: one EHLO, twenty transactions.
postfix_takes_many() {
    local twenty
    twenty=$(for _ in $(seq 20); do echo dots.eml; done)
    # shellcheck disable=SC2086 # one word a message
    submits -v --mail-rcpt bob@west.test "$@" $twenty 2>log &&
        [ "$(grep -c '^C: EHLO' log)" -eq 1 ] &&
        [ "$(grep -c '^S: 250 2.0.0 Ok: queued' log)" -eq 20 ] &&
        for _ in $(seq 20); do postfix_has dots bob || return 1; done
}

smtp_client_cases() {
    local plain=smtp://127.0.0.1:$plain_port clear=smtp://localhost:$smtp_port
    local tls=smtps://localhost:$smtps_port kind mechanism
    local tiny=smtp://127.0.0.1:$plain_port

    postfix_messages
    for kind in dots long longer eight empty endless large; do
        holds "Postfix, $kind" postfix_carries "$kind" --no-starttls "$clear"
    done
    holds "Postfix, STARTTLS" postfix_carries dots --ssl-reqd "$clear"
    holds "Postfix, TLS first" postfix_carries dots "$tls"
    holds "Postfix, one command at a time" \
        postfix_carries dots --no-pipelining "$clear"
    holds "Postfix, in part" postfix_takes_some "$clear"
    holds "Postfix, in part, one command at a time" \
        postfix_takes_some --no-pipelining "$clear"
    holds "Postfix, many messages" postfix_takes_many "$tls"
    holds "Postfix, DSN" postfix_reports "$clear"
    holds "Postfix, SMTPUTF8" postfix_hears_utf8 "$clear"
    holds "Postfix, SIZE: too large is not begun" says 'takes no more than' \
        exits 1 submits --mail-rcpt bob@west.test -T longer.eml "$tiny"
    holds "Postfix, nobody" exits 1 \
        submits --mail-rcpt nobody@west.test -d x "$clear"
    holds "Postfix, relay refused" exits 1 \
        submits --mail-rcpt bob@elsewhere.test -d x "$clear"
    for mechanism in PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256; do
        holds "Postfix and Dovecot, $mechanism" \
            postfix_carries dots -u bob@west.test:s3cret \
            --auth "$mechanism" "$tls"
        holds "Postfix and Dovecot, $mechanism, in clear" exits 0 \
            submits -u bob@west.test:s3cret --auth "$mechanism" \
            --insecure-auth --quit-after auth "$plain"
        holds "Postfix and Dovecot, $mechanism, wrong password" exits 6 \
            submits -u bob@west.test:wrong --auth "$mechanism" \
            --quit-after auth "$clear"
    done
    holds "Postfix and Dovecot, no log-in in clear" exits 4 \
        submits -u bob@west.test:s3cret --quit-after auth "$plain"
    holds "Postfix, STARTTLS that is not there" exits 4 \
        submits --ssl-reqd --quit-after tls "$plain"
    holds "Postfix, a certificate of nobody" exits 4 \
        timeout 20 "$bin/smtp-client" --quit-after tls "$clear"
    holds "Postfix, a message that is made" exits 0 \
        submits --mail-rcpt eve@west.test -H 'Subject: made' -d 'text' \
        --attach "$folder/ca.pem" "$clear"
}

smtp_cases() {
    if [ "$(id -u)" -ne 0 ]; then
        echo "    Postfix runs as root only: its cases are left out"
        return
    fi
    if ! postfix_up "$folder"; then
        echo "    FAILED to start Postfix"
        failed=$((failed + 1))
        return
    fi
    smtp_client_cases
    mailbox_check_meets_postfix
    postfix_down
}

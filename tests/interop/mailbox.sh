#!/bin/bash
# SPDX-License-Identifier: MIT
# mailbox.sh: to be sourced by run.sh: pop3-client and imap-client against a
# stock Dovecot; mpop, fetchmail and curl against pop3-server.
# shellcheck disable=SC2154,SC2012 # bin, folder are set by who sources this
# shellcheck source=tests/dovecot.sh
. "$here/../dovecot.sh"

export WIRELAB_PASSWORD='pass word'
mail_cleartext='--insecure-auth --no-starttls'

# Messages of every nasty kind, as a Maildir keeps them: octets of the wire.
nasty_mail() {
    mkdir -p "$1/new" "$1/cur" "$1/tmp"
    printf 'Subject: 1\r\n\r\n.\r\n..\r\n.dot\r\nend\r\n' >"$1/new/1001.a"
    { printf 'Subject: 2\r\n\r\n'; head -c 998 /dev/zero | tr '\0' x
        printf '\r\n'; head -c 10000 /dev/zero | tr '\0' .
        printf '\r\n'; } >"$1/new/1002.b"
    printf 'Subject: 3\r\n\r\n\303\274\344\377 8 bit\r\n' >"$1/new/1003.c"
    printf 'Subject: 4\r\n\r\n' >"$1/new/1004.d"
    { printf 'Subject: 5\r\n\r\n'; head -c 3000000 /dev/urandom | base64 |
        sed 's/$/\r/'; } >"$1/new/1005.e"
}

# A folder that was fetched holds those messages, in their order.
has_nasty() {
    local n=1
    for file in "$mail_want"/*; do
        cmp "$file" "$1/0000$n.eml" || return 1
        n=$((n + 1))
    done
}

fetches_all() {
    rm -rf fetched
    "$@" -o fetched/ && has_nasty fetched
}

# ---- our clients, Dovecot ---------------------------------------------------

pop3_meets_dovecot() {
    local client=$bin/pop3-client clear=pop3://ada@127.0.0.1:$pop3_port
    local tls=pop3://ada@localhost:$pop3_port
    local implicit=pop3s://ada@localhost:$pop3s_port
    local other=pop3://ada@127.0.0.2:$pop3_port
    for name in USER $dovecot_apop PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256; do
        # shellcheck disable=SC2086 # options, to be split
        holds "$name" says '^5 [0-9]' \
            "$client" $mail_cleartext --auth "$name" "$clear" stat
        # A timestamp heard before STLS may be forged, so APOP has none after.
        [ "$name" = APOP ] || holds "$name, STLS" says '^5 [0-9]' \
            "$client" --cacert ca.pem --auth "$name" "$tls" stat
        holds "$name, port 995" says '^5 [0-9]' \
            "$client" --cacert ca.pem --auth "$name" "$implicit" stat
    done
    # shellcheck disable=SC2086
    holds "every octet of them" fetches_all "$client" $mail_cleartext \
        "$clear" retr all
    holds "under TLS" fetches_all "$client" --cacert ca.pem "$implicit" retr all
    holds "one, and nothing else" cmp "$mail_want/1001.a" \
        <("$client" --cacert ca.pem "$implicit" retr 1)
    holds "the top of one" gives 'Subject: 1
' top_of "$client" --cacert ca.pem "$implicit" top 1 0
    holds "unique ids" says '^5 [!-~]+$' "$client" --cacert ca.pem "$tls" uidl
    holds "a message that is not there" exits 1 \
        "$client" --cacert ca.pem "$tls" retr 77
    holds "a wrong password" exits 6 env WIRELAB_PASSWORD=wrong \
        "$client" --cacert ca.pem "$tls" stat
    holds "an unknown authority" exits 4 "$client" "$tls" stat
    holds "another name" exits 4 "$client" --cacert ca.pem \
        --resolve "mx.test:$pop3s_port:127.0.0.1" \
        "pop3s://ada@mx.test:$pop3s_port" stat
    holds "no password in clear text" exits 4 \
        "$client" --no-starttls "$clear" stat
    # shellcheck disable=SC2086
    holds "where Dovecot wants TLS, it is refused" exits 6 \
        "$client" $mail_cleartext --auth USER "$other" stat
    holds "DELE and QUIT remove" gives '4
' deletes_one "$client" --cacert ca.pem "$tls"
}

top_of() {
    "$@" | tr -d '\r' | sed '/^$/d'
}

deletes_one() {
    "$@" dele 5 && "$@" list | wc -l | tr -d ' '
}

imap_meets_dovecot() {
    local client=$bin/imap-client clear=imap://eve@127.0.0.1:$imap_port
    local tls=imap://eve@localhost:$imap_port
    local implicit=imaps://eve@localhost:$imaps_port
    local other=imap://eve@127.0.0.2:$imap_port
    for name in LOGIN PLAIN CRAM-MD5 SCRAM-SHA-256; do
        # shellcheck disable=SC2086
        holds "$name" says 'MESSAGES 5' \
            "$client" $mail_cleartext --auth "$name" "$clear" status
        holds "$name, STARTTLS" says 'MESSAGES 5' \
            "$client" --cacert ca.pem --auth "$name" "$tls" status
        holds "$name, port 993" says 'MESSAGES 5' \
            "$client" --cacert ca.pem --auth "$name" "$implicit" status
    done
    # shellcheck disable=SC2086
    holds "every octet of them" fetches_all "$client" $mail_cleartext \
        "$clear" fetch '1:*'
    holds "by UID" fetches_all "$client" --cacert ca.pem "$implicit" \
        uid fetch '1:*' 'BODY.PEEK[]'
    holds "one, and nothing else" cmp "$mail_want/1001.a" \
        <("$client" --cacert ca.pem "$implicit" fetch 1)
    holds "a part of a section" gives '.dot' \
        "$client" --cacert ca.pem "$tls" fetch 1 'BODY.PEEK[TEXT]<7.4>'
    holds "none was marked as seen by that" says '^1 \(FLAGS \([^)S]*\)' \
        "$client" --cacert ca.pem "$tls" fetch 1 FLAGS UID
    holds "a flag is set" says '\\Flagged' \
        "$client" --cacert ca.pem "$tls" store 1 +FLAGS '(\Flagged)'
    holds "and found" gives '1
' "$client" --cacert ca.pem "$tls" search FLAGGED
    holds "a search beyond ASCII" exits 0 \
        "$client" --cacert ca.pem "$tls" search SUBJECT 'grüße'
    holds "a mailbox beyond ASCII" exits 0 \
        "$client" --cacert ca.pem "$tls" raw CREATE '"Entw&APw-rfe"'
    holds "listed as it is read" says 'Entwürfe' \
        "$client" --cacert ca.pem "$tls" list
    holds "a copy into it" says '^COPYUID' \
        "$client" --cacert ca.pem "$tls" copy 1 'Entwürfe'
    holds "a move" says '^COPYUID' \
        "$client" --cacert ca.pem "$tls" move 4 'Entwürfe'
    holds "a message goes there" says '^APPENDUID' "$client" --cacert ca.pem \
        "$tls/Entw%C3%BCrfe" append "$mail_want/1005.e" '(\Seen)'
    holds "and comes back" cmp "$mail_want/1005.e" \
        <("$client" --cacert ca.pem "$tls/Entw%C3%BCrfe" fetch 3)
    holds "another client's doings are told" says '[0-9]+ EXISTS' \
        hears_of_append "$client" --cacert ca.pem "$tls"
    holds "expunged" gives '1
' expunges "$client" --cacert ca.pem "$tls"
    holds "a mailbox that is not there" exits 1 \
        "$client" --cacert ca.pem "$tls/none" fetch 1
    holds "LOGINDISABLED is heeded" exits 4 \
        "$client" --insecure-auth --no-starttls --auth LOGIN "$other" status
    holds "a wrong password" exits 6 env WIRELAB_PASSWORD=wrong \
        "$client" --cacert ca.pem "$tls" status
    holds "no password in clear text" exits 4 \
        "$client" --no-starttls "$clear" status
}

# IDLE ends with the first piece of news, or after ten seconds without.
hears_of_append() {
    "$@" idle 1 --idle-time 10 -v >idle.out 2>idle.err &
    local idle=$!
    for _ in $(seq 500); do
        grep -q '^S: +' idle.err && break
        sleep 0.01
    done
    "$@" append "$mail_want/1001.a" >/dev/null
    wait $idle
    cat idle.out
}

expunges() {
    "$@" store 1 +FLAGS '(\Deleted)' >/dev/null && "$@" expunge
}

# ---- our server, stock clients ----------------------------------------------

pop3_server_up() {
    printf 'ada:pass word\n' >accounts
    "$bin/pop3-server" --maildir served --accounts accounts --insecure-auth \
        --listen 127.0.0.1:0 --listen-tls 127.0.0.1:0 \
        --tls-cert server.pem --tls-key server.key >pop3.ready 2>pop3.err &
    server=$!
    for _ in $(seq 500); do
        [ "$(wc -l <pop3.ready)" -eq 2 ] && break
        sleep 0.01
    done
    pop3_port=$(sed -n '1s/.*://p' pop3.ready)
    pop3s_port=$(sed -n '2s/.*://p' pop3.ready)
}

# mpop_fetches TLS AUTH: into a Maildir of its own; Received, which mpop adds,
# is left out, and its lines end in LF.
mpop_fetches() {
    rm -rf mpop mpop.ids
    mkdir -p mpop/new mpop/cur mpop/tmp
    cat >mpoprc <<END
defaults
tls $1
tls_trust_file ca.pem
auth $2
received_header off
keep on
uidls_file $PWD/mpop.ids
delivery maildir $PWD/mpop
account a
host localhost
port $3
$4
user ada
password "pass word"
END
    chmod 600 mpoprc
    mpop -C mpoprc a && [ "$(ls mpop/new | wc -l)" -eq 5 ] || return 1
    cat mpop/new/* | tr -d '\r' | sort >mpop.got
    cat served/ada/*/1* | tr -d '\r' | sort | cmp - mpop.got
}

fetchmail_fetches() {
    : >fetchmail.got
    cat >fetchmailrc <<END
poll localhost protocol pop3 port $pop3_port auth password
  user "ada" password "pass word" is "$(id -un)" here
  options keep fetchall $1
  mda "sh -c 'cat >>$PWD/fetchmail.got'"
END
    chmod 600 fetchmailrc
    HOME=$PWD FETCHMAILHOME=$PWD fetchmail -f fetchmailrc --nosyslog \
        --invisible --norewrite &&
        [ "$(grep -c '^Subject: ' fetchmail.got)" -eq 5 ]
}

curl_pop3() {
    curl -sS --max-time 20 --cacert ca.pem -u 'ada:pass word' "$@"
}

stock_clients_meet_pop3() {
    local clear=pop3://localhost:$pop3_port tls=pop3s://localhost:$pop3s_port
    holds "mpop, STLS, PLAIN" mpop_fetches on plain "$pop3_port" ''
    holds "mpop, port 995, SCRAM-SHA-256" mpop_fetches on scram-sha-256 \
        "$pop3s_port" 'tls_starttls off'
    holds "mpop, CRAM-MD5" mpop_fetches on cram-md5 "$pop3_port" ''
    holds "mpop, APOP" mpop_fetches on apop "$pop3_port" ''
    holds "mpop, USER" mpop_fetches on user "$pop3_port" ''
    holds "fetchmail, clear" fetchmail_fetches "sslproto ''"
    holds "fetchmail, STLS" fetchmail_fetches \
        "sslproto 'auto' sslcertck sslcertfile '$PWD/ca.pem'"
    holds "curl, a list" says '^5 [0-9]+' curl_pop3 "$clear/"
    holds "curl, a message" cmp served/ada/new/1001.a \
        <(curl_pop3 "$clear/1")
    holds "curl, the long one, TLS" cmp served/ada/new/1005.e \
        <(curl_pop3 "$tls/5")
    holds "curl, STLS or nothing" cmp served/ada/new/1003.c \
        <(curl_pop3 --ssl-reqd "$clear/3")
    for name in PLAIN LOGIN CRAM-MD5 +APOP; do
        holds "curl, $name" says '^5 [0-9]+' \
            curl_pop3 --login-options "AUTH=$name" "$clear/"
    done
    holds "curl, a wrong password" exits 67 \
        curl -sS -u ada:wrong "$clear/"
    holds "curl, UIDL" says '^5 [0-9.]+' curl_pop3 -X UIDL "$clear/"
    holds "curl, TOP" says '^Subject: 3' curl_pop3 -X 'TOP 3 0' "$clear/"
    holds "curl, DELE" exits 0 curl_pop3 -X 'DELE 5' -I "$clear/"
    holds "and it is gone" exits 2 ls served/ada/new/1005.e
    holds "our own client" says '^4 [0-9]+' \
        "$bin/pop3-client" --cacert ca.pem "pop3://ada@localhost:$pop3_port" \
        stat
}

mailbox_meets() {
    mkdir -p mailbox && cd mailbox || exit 8
    chmod a+rx "$folder"
    stock_ca . || exit 8
    printf '%s:{PLAIN}pass word\n' ada eve >users
    nasty_mail mail/ada
    mkdir -p mail/eve served
    cp -r mail/ada/. mail/eve
    cp -r mail/ada served/ada
    mail_want=$PWD/want
    cp -r served/ada/new "$mail_want"
    dovecot_up "$PWD" || exit 8
    echo "our POP3 client, stock Dovecot"
    pop3_meets_dovecot
    echo "our IMAP client, stock Dovecot"
    imap_meets_dovecot
    dovecot_down
    echo "mpop, fetchmail and curl, our POP3 server"
    pop3_server_up
    stock_clients_meet_pop3
    kill "$server"
    holds "SIGTERM ends it cleanly" wait "$server"
    server=
    cd "$folder" || exit 8
}

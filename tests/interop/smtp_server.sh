#!/bin/bash
# SPDX-License-Identifier: MIT
# smtp_server.sh: to be sourced by run.sh: swaks, curl, msmtp, smtp-source and
# Python against smtp-server; two of ours in a row; ours in front of a stock
# Postfix. East relays for its users, west has bob's mailbox.
# shellcheck disable=SC2154 # bin, folder, the ports are set by who sources this

# mail_up NAME OPTION...: an smtp-server for NAME.test; its ports, in clear and
# with TLS first, in ${NAME}_port and ${NAME}s_port, its process in server.
mail_up() {
    local name=$1 said
    shift
    mkdir -p "$name"
    "$bin/smtp-server" --domain "$name.test" --name "mx.$name.test" \
        --maildir "$name" --accounts users --listen 127.0.0.1:0 \
        --listen-tls 127.0.0.1:0 --tls-cert server.pem --tls-key server.key \
        "$@" >"$name.ready" 2>"$name.err" &
    server="$server $!"
    for _ in $(seq 500); do
        [ "$(grep -c ready "$name.ready")" -eq 2 ] && break
        sleep 0.01
    done
    said=$(sed 's/.*://' "$name.ready" | tr '\n' ' ')
    printf -v "${name}_port" %s "${said%% *}"
    printf -v "${name}s_port" %s "$(echo "$said" | cut -d' ' -f2)"
}

# All that runs of them ends, and cleanly.
mail_down() {
    local status=0
    for one in $server; do
        kill "$one"
        wait "$one" || status=$?
    done
    server=
    return $status
}

in_box() {
    find "$1/new" "$1/cur" -type f 2>/dev/null | wc -l
}

# arrives BOX COUNT: so many are in it, in a bounded time.
arrives() {
    for _ in $(seq 1000); do
        [ "$(in_box "$1")" -ge "$2" ] && break
        sleep 0.01
    done
    [ "$(in_box "$1")" -eq "$2" ] || echo "$(in_box "$1") in $1, not $2"
    [ "$(in_box "$1")" -eq "$2" ]
}

# delivers FILE COMMAND...: after it the newest message of west's bob ends in
# FILE's octets.
delivers() {
    local file=$1 count
    shift
    count=$(in_box west/bob)
    "$@" || return 1
    arrives west/bob $((count + 1)) || return 1
    tail -c "$(wc -c <"$file")" "$(find west/bob -type f -path '*/new/*' \
        -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)" |
        cmp - "$file"
}

# swaks ends the last line itself, whether it is ended or not.
swaks_says() {
    swaks --silent 2 --server 127.0.0.1 --from alice@east.test \
        --to bob@west.test --data @open "$@"
}

curl_sends() {
    local url=$1
    shift
    curl -sS --cacert ca.pem --mail-from alice@east.test \
        --mail-rcpt bob@west.test -T letter "$@" "$url"
}

msmtp_sends() {
    local port=$1
    shift
    msmtp --host=localhost --port="$port" --tls-trust-file=ca.pem \
        --passwordeval='echo s3cret' --user=alice --from=alice@east.test "$@" \
        bob@west.test <letter
}

python_sends() {
    python3 - "$east_port" <<'END'
import smtplib, ssl, sys
context = ssl.create_default_context(cafile="ca.pem")
s = smtplib.SMTP("localhost", int(sys.argv[1]))
s.starttls(context=context)
s.login("alice", "s3cret")
refused = s.sendmail("alice@east.test", ["bob@west.test"],
                     open("letter", "rb").read(),
                     mail_options=["BODY=8BITMIME"])
assert not refused, refused
assert s.noop()[0] == 250 and s.vrfy("bob")[0] == 252
s.quit()
END
}

strangers() {
    says '^<.. 5[0-9][0-9] ' swaks_says --port "$east_port" "$@"
}

swaks_meets_server() {
    holds "swaks, mail for us" delivers letter swaks_says --port "$west_port"
    holds "swaks, STARTTLS" delivers letter \
        swaks_says --port "$west_port" --tls
    holds "swaks, TLS first" delivers letter \
        swaks_says --port "$wests_port" --tlsc
    holds "swaks, pipelined" delivers letter \
        swaks_says --port "$west_port" --pipeline
    holds "swaks, HELO" delivers letter \
        swaks_says --port "$west_port" --protocol SMTP
    holds "swaks, a stranger" strangers
    holds "swaks, a wrong password" strangers --tls --auth PLAIN \
        --auth-user alice --auth-password wrong
    for name in PLAIN LOGIN CRAM-MD5; do
        holds "swaks, $name, and relayed" delivers letter \
            swaks_says --port "$east_port" --tls --auth "$name" \
            --auth-user alice --auth-password s3cret
    done
}

clients_meet_server() {
    local east=smtp://localhost:$east_port
    holds "curl, mail for us" delivers letter \
        curl_sends "smtp://127.0.0.1:$west_port"
    holds "curl, a 3 MB message" delivers large curl -sS \
        --mail-from a@b.test --mail-rcpt bob@west.test -T large \
        "smtp://127.0.0.1:$west_port"
    for name in PLAIN LOGIN CRAM-MD5; do
        holds "curl, STARTTLS, $name, and relayed" delivers letter \
            curl_sends "$east" --ssl-reqd -u alice:s3cret \
            --login-options "AUTH=$name"
    done
    holds "curl, TLS first, and relayed" delivers letter \
        curl_sends "smtps://localhost:$easts_port" -u alice:s3cret
    holds "curl, a wrong password" exits 67 \
        curl_sends "$east" --ssl-reqd -u alice:wrong
    holds "curl, a stranger" exits 55 curl_sends "$east"
    for name in plain login cram-md5 scram-sha-256; do
        holds "msmtp, $name, and relayed" delivers letter \
            msmtp_sends "$east_port" --tls=on --auth="$name"
    done
    holds "msmtp, TLS first" delivers letter msmtp_sends "$easts_port" \
        --tls=on --tls-starttls=off --auth=on
    holds "Python's smtplib" delivers letter python_sends
    holds "our own client" delivers letter env WIRELAB_PASSWORD=s3cret \
        "$bin/smtp-client" --cacert ca.pem -u alice \
        --mail-from alice@east.test --mail-rcpt bob@west.test -T letter "$east"
}

# Many at once, by the tool that Postfix is measured with.
flood() {
    local count
    count=$(in_box west/bob)
    smtp-source -s 20 -m 400 -l 5000 -f a@b.test -t bob@west.test \
        "127.0.0.1:$west_port" && arrives west/bob $((count + 400))
}

# What nobody takes comes back to Alice, as a report that Python understands.
report_comes_back() {
    curl -sS --cacert ca.pem --ssl-reqd -u alice:s3cret \
        --mail-from alice@east.test --mail-rcpt nobody@west.test -T letter \
        "smtp://localhost:$east_port" && arrives east/alice 1 &&
        python3 - east/alice/new/* <<'END'
import email, email.policy, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"),
                                   policy=email.policy.default)
assert m.get_content_type() == "multipart/report", m.get_content_type()
assert m.get_param("report-type") == "delivery-status"
words, status, original = m.get_payload()
fields = status.get_payload()
assert fields[0]["Reporting-MTA"] == "dns; mx.east.test", fields[0]
assert fields[1]["Action"] == "failed" and fields[1]["Status"] == "5.1.1"
assert original.get_content_type() == "message/rfc822"
END
}

# East hands on to a stock Postfix, over TLS; there bob has a Maildir as well.
postfix_takes_ours() {
    local box=$folder/postfix/mail/bob
    local count
    count=$(in_box "$box")
    WIRELAB_PASSWORD=s3cret "$bin/smtp-client" --cacert ca.pem -u alice \
        --mail-from alice@east.test --mail-rcpt bob@west.test -T letter \
        "smtp://localhost:$east_port" && arrives "$box" $((count + 1)) &&
        grep -q 'from mx.east.test .*' "$box"/new/*
}

mail_meets_postfix() {
    if [ "$(id -u)" -ne 0 ]; then
        echo "    Postfix runs as root only: its case is left out"
    elif postfix_up "$folder"; then
        mail_up east --relay --route "west.test=localhost:$smtp_port" \
            --cacert ca.pem
        holds "our server hands on to Postfix, over TLS" postfix_takes_ours
        holds "SIGTERM ends it cleanly" mail_down
        postfix_down
    else
        echo "    FAILED to start Postfix"
        failed=$((failed + 1))
    fi
}

smtp_server_meets() {
    mkdir -p smtp-server
    # shellcheck disable=SC2164 # made just now
    cd smtp-server
    cp ../server.pem ../server.key ../ca.pem .
    printf 'alice:s3cret\nbob:s3cret\n' >users
    printf 'From: alice@east.test\r\nSubject: x\r\n\r\n.\r\n..\r\n.dot\r\n' \
        >letter
    printf 'caf\303\251, to the byte\r\n' >>letter
    head -c -2 letter >open
    { printf 'Subject: large\r\n\r\n'; head -c 2200000 /dev/urandom | base64 |
        sed 's/$/\r/'; } >large
    mail_up west
    mail_up east --relay --route "west.test=localhost:$west_port" \
        --cacert ca.pem
    echo "swaks, curl, msmtp and Python, our SMTP server"
    swaks_meets_server
    clients_meet_server
    holds "smtp-source, 400 messages over 20 connections" flood
    holds "a report that Python understands" report_comes_back
    holds "SIGTERM ends both cleanly" mail_down
    mail_meets_postfix
    cd ..
}

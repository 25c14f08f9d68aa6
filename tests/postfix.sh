#!/bin/sh
# SPDX-License-Identifier: MIT
# postfix.sh: to be sourced by scripts that need a stock Postfix. It needs root,
# as Postfix does; it runs in a folder of its own, on ports that were free.
# FOLDER must hold server.pem and server.key; dovecot.sh must be sourced first.
#
#     postfix_up FOLDER  takes mail for west.test: bob, eve and alice have
#                        Maildirs in FOLDER/postfix/mail; bob@west.test logs in
#                        with "s3cret" (asked of a stock Dovecot). Sets
#                        smtp_port (STARTTLS, log-in after it), smtps_port (TLS
#                        first), plain_port (no TLS: log-in in clear, 1000
#                        octets at most) and sink_port (everything is taken, and
#                        thrown away)
#     postfix_down       ends it

PATH=$PATH:/usr/sbin:/sbin

postfix_main() {
    cat <<END
compatibility_level = 3.6
queue_directory = $1/spool
data_directory = $1/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = $1
maillog_file = $1/log
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.west.test
mydestination =
mynetworks = 127.0.0.2/32
alias_maps =
alias_database =
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
virtual_mailbox_domains = west.test
virtual_alias_domains = all.test
virtual_alias_maps = inline:{@all.test=bob@west.test}
virtual_mailbox_base = $1/mail
virtual_mailbox_maps = texthash:$1/boxes
virtual_mailbox_limit = 0
message_size_limit = 60000000
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
virtual_minimum_uid = 1
smtpd_tls_security_level = may
smtpd_tls_cert_file = $2/server.pem
smtpd_tls_key_file = $2/server.key
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $2/dovecot/auth
disable_dns_lookups = yes
END
}

postfix_master() {
    cat <<END
127.0.0.1:$smtp_port inet n - n - - smtpd
127.0.0.1:$smtps_port inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:$plain_port inet n - n - - smtpd
  -o smtpd_tls_security_level=none
  -o smtpd_tls_auth_only=no
  -o message_size_limit=1000
127.0.0.1:$sink_port inet n - n - - smtpd
  -o smtpd_tls_security_level=none
  -o smtpd_sasl_auth_enable=no
  -o content_filter=discard:
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
}

# Postfix asks Dovecot whether a log-in is right.
postfix_accounts() {
    mkdir -p "$1/dovecot" &&
        cp "$1/server.pem" "$1/server.key" "$1/dovecot" &&
        printf 'bob@west.test:{PLAIN}s3cret\n' >"$1/dovecot/users" &&
        dovecot_up "$1/dovecot"
}

postfix_folders() {
    rm -rf "$1"
    mkdir -p "$1/etc" "$1/spool" "$1/data" "$1/mail" || return 1
    chmod 755 "$1" "$1/.."
    chown postfix "$1/data"
    chown nobody "$1/mail"
    printf '%s@west.test %s/\n' bob bob eve eve alice alice >"$1/boxes"
}

# A port is free when Postfix could take it: we draw until all are.
postfix_up() {
    postfix_home=$1/postfix
    postfix_accounts "$1" || return 1
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
        smtp_port=$(shuf -i 20000-31000 -n 1)
        smtps_port=$((smtp_port + 1)) plain_port=$((smtp_port + 2))
        sink_port=$((smtp_port + 3))
        postfix_folders "$postfix_home" || return 1
        postfix_main "$postfix_home" "$(cd "$1" && pwd)" \
            >"$postfix_home/etc/main.cf"
        postfix_master >"$postfix_home/etc/master.cf"
        if postfix -c "$postfix_home/etc" start >"$1/postfix.$attempt" 2>&1 &&
            postfix_is_up; then
            return 0
        fi
        postfix -c "$postfix_home/etc" stop >/dev/null 2>&1
    done
    cat "$1/postfix.$attempt" "$postfix_home/log" >&2
    return 1
}

# Each listener answers, five seconds at most.
postfix_is_up() {
    for try in $(seq 50); do
        if postfix_answers "$smtp_port" && postfix_answers "$smtps_port" &&
            postfix_answers "$plain_port" && postfix_answers "$sink_port"; then
            return 0
        fi
        sleep 0.1
    done
    echo "no answer after $try tries" >&2
    return 1
}

postfix_answers() {
    ss -Hltn "sport = :$1" | grep -q .
}

postfix_down() {
    [ -z "${postfix_home:-}" ] ||
        postfix -c "$postfix_home/etc" stop >/dev/null 2>&1
    dovecot_down
}

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154
# bench/smtp.sh: a thousand messages over one connection to a stock Postfix,
# beside smtp-source, which comes with it. Sourced by run.sh.
#
# Both send the same file a thousand times, one recipient each; Postfix puts
# each into its queue, synced, before it answers, and throws it away afterwards.

submitting() {
    if [ "$(id -u)" -ne 0 ]; then
        echo '1000 messages: Postfix runs as root only; left out'
        return
    fi
    mkdir -p "$folder/smtp"
    chmod a+x "$folder"
    if ! stock_ca "$folder/smtp" || ! postfix_up "$folder/smtp"; then
        echo '    FAILED to start Postfix'
        failed=$((failed + 1))
        return
    fi
    {
        printf '%s\r\n' 'From: a@east.test' 'To: bob@west.test' \
            'Date: Sun, 22 Nov 2026 04:22:47 +0000' \
            'Message-ID: <1@east.test>' 'Subject: bench' ''
        for i in $(seq 15); do
            printf 'line %s, some sixty octets long, as most of mail is.\r\n' \
                "$i"
        done
    } >"$folder/message"
    thousand=
    for i in $(seq 1000); do thousand="$thousand $folder/message"; done
    compare '1000 messages, one connection' 1.2 \
        "exec $bin/smtp-client --mail-from a@east.test \
            --mail-rcpt bob@west.test smtp://127.0.0.1:$sink_port$thousand" \
        "exec smtp-source -d -s 1 -m 1000 -F $folder/message -f a@east.test \
            -t bob@west.test 127.0.0.1:$sink_port"
    postfix_down
}

#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154
# bench/ftp.sh: our ftp-client beside curl and lftp, against the same vsftpd:
# one large file down and up, in clear and under TLS; 1,000 small files down
# over one control connection. Sourced by run.sh.
#
# Nobody syncs; each writes one file in the same folder. What is uploaded is
# written over by the next run.

# shellcheck source=tests/stock_ftp.sh
. "$here/../stock_ftp.sh"

ftp_transfers() {
    mkdir -p "$folder/ftp/in" "$folder/ftp/many"
    chmod a+rx "$folder"
    if ! stock_ca "$folder" || ! vsftpd_up "$folder"; then
        echo '    FAILED to start vsftpd'
        failed=$((failed + 1))
        return
    fi
    cd "$folder" || exit 8
    head -c "$bytes" /dev/urandom >ftp/big
    for i in $(seq 1000); do head -c 1000 ftp/big >"ftp/many/$i"; done
    chmod a-w ftp
    ours="exec $bin/ftp-client -s --cacert ca.pem"
    curl="exec curl -s -4 --cacert ca.pem"
    quiet="set ssl:ca-file $folder/ca.pem; set xfer:clobber yes;
        set net:max-retries 1"
    url=ftp://localhost:$vsftpd_port
    for tls in '' --ssl-reqd; do
        force=no
        [ -z "$tls" ] || force=yes
        lftp="exec lftp -c '$quiet; set ftp:ssl-force $force;
            set ftp:ssl-protect-data $force;
            set ftp:ssl-allow $force; set ftp:ssl-allow-anonymous $force;
            open ftp://localhost:$vsftpd_port;"
        compare "ftp down $tls : curl" 1.0 "$ours -4 $tls -o f $url/big get" \
            "$curl $tls -o f $url/big"
        compare "ftp down $tls : lftp" 1.0 "$ours -4 $tls -o f $url/big get" \
            "$lftp get big -o f'"
        cmp -s f ftp/big || echo '    FAILED: not the same bytes'
        compare "ftp up $tls : curl" 1.0 "$ours -4 $tls $url/in/up put f" \
            "$curl $tls -T f $url/in/up"
        compare "ftp up $tls : lftp" 1.0 "$ours -4 $tls $url/in/up put f" \
            "$lftp put f -o in/up'"
    done
    mkdir -p small
    compare '1000 small files : lftp' 1.0 \
        "$ours -4 -o small/ $url/many/ mget '*'" \
        "cd small; exec lftp -c '$quiet; set ftp:ssl-allow no;
            open $url; cd many; mget *'"
    cd - >/dev/null || exit 8
    stock_ftp_down
}

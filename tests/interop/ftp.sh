#!/bin/bash
# SPDX-License-Identifier: MIT
# ftp.sh: to be sourced by run.sh: our ftp-client against stock vsftpd and
# ProFTPD: in clear and under TLS, passive and active, IPv4 and IPv6, both ways.
# shellcheck disable=SC2154 # bin, folder and the functions are of who sources
# shellcheck source=tests/stock_ftp.sh
. "$here/../stock_ftp.sh"

# ftp_ours_get WORD...: three files come as they are.
ftp_ours_get() {
    rm -rf ftp.got && mkdir ftp.got &&
        "$bin/ftp-client" --max-time 60 --cacert ca.pem -o ftp.got/ "$@" \
            get large one empty &&
        cmp ftp/large ftp.got/large && cmp ftp/one ftp.got/one &&
        cmp ftp/empty ftp.got/empty
}

ftp_ours_put() {
    rm -rf ftp/in/*
    "$bin/ftp-client" --max-time 60 --cacert ca.pem "$@" \
        put ftp/large ftp/one ftp/empty &&
        cmp ftp/large ftp/in/large && cmp ftp/one ftp/in/one &&
        cmp ftp/empty ftp/in/empty
}

# ftp_ours_resumes BYTES WORD... URL: down, then up.
ftp_ours_resumes() {
    local bytes=$1 url=${*: -1}
    shift
    set -- "${@:1:$#-1}"
    rm -rf ftp.got ftp/in/* && mkdir ftp.got &&
        head -c "$bytes" ftp/large >ftp.got/large &&
        "$bin/ftp-client" --max-time 60 --cacert ca.pem "$@" -C - \
            -o ftp.got/large "$url/large" get &&
        cmp ftp/large ftp.got/large &&
        head -c "$bytes" ftp/large >ftp/in/large &&
        "$bin/ftp-client" --max-time 60 --cacert ca.pem "$@" -C - \
            "$url/in/large" put ftp/large &&
        cmp ftp/large ftp/in/large
}

# ftp_ours_text URL WORD...
ftp_ours_text() {
    local url=$1
    shift
    "$bin/ftp-client" "$@" "$url/text" --ascii get -o ftp.got/text &&
        cmp ftp/text ftp.got/text &&
        "$bin/ftp-client" "$@" "$url/in/text" --ascii put ftp/text &&
        cmp ftp/text ftp/in/text
}

# ftp_ours_verbs URL WORD...
ftp_ours_verbs() {
    local in=$1/in
    shift
    set -- "$bin/ftp-client" "$@"
    rm -rf ftp/in/*
    "$@" "$in/made" mkdir && [ -d ftp/in/made ] &&
        "$@" "$in/" put ftp/one && "$@" "$in/" mv one two &&
        [ "$("$@" "$in/two" size)" = 1 ] &&
        "$@" "$in/two" append ftp/one && [ "$(cat ftp/in/two)" = xx ] &&
        [ "$("$@" "$in/two" cat)" = xx ] &&
        "$@" "$in/two" mdtm | grep -q '^20' &&
        "$@" "$in/" ls | grep -qE '^file .* 2 .* two$' &&
        "$@" "$in/two" rm && "$@" "$in/made" rmdir && [ ! -e ftp/in/made ]
}

# ftp_server_cases NAME PORT PORT6 LOGIN...
ftp_server_cases() {
    local name=$1 u4=ftp://localhost:$2 u6="ftp://[::1]:$3"
    shift 3
    for tls in "" --tls; do
        for way in "" --active "--disable-epsv" "--active --disable-eprt"; do
            # shellcheck disable=SC2086 # words
            holds "$name, get $tls $way" \
                ftp_ours_get -4 $tls $way "$@" "$u4/"
            # shellcheck disable=SC2086
            holds "$name, put $tls $way" \
                ftp_ours_put -4 $tls $way "$@" "$u4/in/"
        done
        for way in "" --active; do
            # shellcheck disable=SC2086
            holds "$name, IPv6, get $tls $way" \
                ftp_ours_get $tls $way "$@" "$u6/"
            # shellcheck disable=SC2086
            holds "$name, IPv6, put $tls $way" \
                ftp_ours_put $tls $way "$@" "$u6/in/"
        done
        for bytes in 0 1 99999 "$(stat -c %s ftp/large)"; do
            # shellcheck disable=SC2086
            holds "$name, goes on at $bytes $tls" \
                ftp_ours_resumes "$bytes" -4 $tls "$@" "$u4"
        done
    done
    holds "$name, text" ftp_ours_text "$u4" -4 "$@"
    holds "$name, verbs" ftp_ours_verbs "$u4" -4 "$@"
    holds "$name, a file that is not there" exits 1 \
        "$bin/ftp-client" -4 "$@" "$u4/none" get
    holds "$name, and nothing is left of it" test ! -e none
    holds "$name, ABOR, and the session goes on" says 'S: 22[0-9]' \
        "$bin/ftp-client" -4 -v "$@" -o /dev/full "$u4/large" get
}

# 1 GiB, when INTEROP_LARGE is set: minutes on a slow disk.
ftp_gigabyte() {
    truncate -s 1073741824 ftp/huge
    "$bin/ftp-client" -4 --tls --cacert ca.pem -o ftp.got/huge \
        "ftp://localhost:$vsftpd_port/huge" get &&
        cmp ftp/huge ftp.got/huge
}

ftp_servers_meet() {
    echo "our ftp-client, stock vsftpd and ProFTPD"
    mkdir -p ftp/in ftp.got
    cp www/large ftp/large
    printf x >ftp/one
    : >ftp/empty
    printf 'one\ntwo\n' >ftp/text
    chmod -R a+rwX ftp
    # vsftpd refuses a root that may be written.
    chmod a-w ftp
    stock_leaf "$folder" server 30 \
        'DNS:localhost,IP:127.0.0.1,IP:::1'
    if vsftpd_up "$folder"; then
        ftp_server_cases vsftpd "$vsftpd_port" "$vsftpd6_port" -s
        [ -z "${INTEROP_LARGE:-}" ] || holds "vsftpd, 1 GiB" ftp_gigabyte
    else
        holds "vsftpd starts" cat vsftpd.log vsftpd.conf /nonexistent
    fi
    if proftpd_up "$folder"; then
        ftp_server_cases ProFTPD "$proftpd_port" "$proftpd_port" \
            -u ann:secret --insecure-auth
    else
        holds "ProFTPD starts" cat proftpd.out proftpd.unpack /nonexistent
    fi
    stock_ftp_down
}

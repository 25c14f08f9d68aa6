#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/run.sh BIN PAIR [downloads | objects | serving | submitting | ftp |
# ssh | world | mailbox | mailbox-check | trace]: our times beside others', in
# the same run.
# BENCH_RUNS (15), BENCH_BYTES (1 GiB) and BENCH_SECONDS (5) may be smaller for
# a quick look; a figure counts with the numbers as they are.
set -u
bin=$(cd "$1" && pwd) pair=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/stock.sh
. "$here/../stock.sh"

# shellcheck source=tests/dovecot.sh
. "$here/../dovecot.sh"
# shellcheck source=tests/postfix.sh
. "$here/../postfix.sh"
# shellcheck source=tests/bench/smtp.sh
. "$here/smtp.sh"
# shellcheck source=tests/bench/ssh.sh
. "$here/ssh.sh"
# shellcheck source=tests/bench/ftp.sh
. "$here/ftp.sh"

runs=${BENCH_RUNS:-15} bytes=${BENCH_BYTES:-1073741824}
folder=$(mktemp -d "${TMPDIR:-/tmp}/wirelab-bench-XXXXXX") || exit 8
server=
trap 'stock_down; stock_ssh_down; postfix_down; stock_ftp_down
    [ -z "$server" ] || kill "$server" 2>/dev/null
    rm -rf "$folder"' EXIT INT TERM
passed=0 failed=0

# compare LABEL RATIO OURS THEIRS: memory at most 16 MiB in each case.
compare() {
    if "$pair" -n "$runs" -r "$2" -m 16384 "$1" "$3" "$4"; then
        passed=$((passed + 1))
    else
        echo "    FAILED $1: ratio at most $2, memory at most 16 MiB"
        failed=$((failed + 1))
    fi
}

downloads() {
    stock_up "$folder" || exit 8
    head -c "$bytes" /dev/urandom >"$folder/www/big"
    chmod -R a+rX "$folder"
    cd "$folder" || exit 8
    echo "$(nproc) processors, $bytes bytes, ours : curl"
    client=$bin/http-client
    http=http://localhost:$http_port/big https=https://localhost:$https_port/big
    compare http 1.0 "exec $client -o f $http" "exec curl -s -o f $http"
    cmp -s f www/big || echo "    FAILED: not the same bytes"
    compare https 1.0 "exec $client --cacert ca.pem -o f $https" \
        "exec curl -s --cacert ca.pem -o f $https"
    compare 'http --trace' 1.15 \
        "rm -f t; exec $client --trace t -o f $http" "exec curl -s -o f $http"
    compare 'http --trace : without' 1.15 \
        "rm -f t; exec $client --trace t -o f $http" "exec $client -o f $http"
    cd - >/dev/null || exit 8
}

# The same URLs in one command each: one connection, kept alive.
objects() {
    [ -s "$folder/nginx.pid" ] || stock_up "$folder" || exit 8
    mkdir -p "$folder/www/objects"
    urls=
    for i in $(seq 1000); do
        head -c 1000 /dev/urandom >"$folder/www/objects/$i"
        urls="$urls http://localhost:$http_port/objects/$i"
    done
    chmod -R a+rX "$folder"
    compare '1000 small objects' 1.0 "exec $bin/http-client$urls >/dev/null" \
        "exec curl -s$urls >/dev/null"
}

# requests URL: how many a second wrk gets over 50 kept-alive connections; 0,
# and why, if one was lost.
requests() {
    said=$(wrk -t1 -c50 -d"${BENCH_SECONDS:-5}" "$1") || said='wrk failed'
    case $said in
    *'Socket errors'* | *Non-2xx* | *failed*)
        echo "$said" >&2
        echo 0 ;;
    *) echo "$said" | awk '/^Requests\/sec:/ { print $2 }' ;;
    esac
}

# In turn, so that what the machine does besides hits both alike; the median of
# five each. nginx has one worker, ours a process for each connection.
serving() {
    [ -s "$folder/nginx.pid" ] || stock_up "$folder" || exit 8
    head -c 1000 /dev/urandom >"$folder/www/small"
    chmod -R a+rX "$folder"
    "$bin/http-server" --root "$folder/www" --listen 127.0.0.1:0 \
        >"$folder/ready" &
    server=$!
    while ! grep -q ready "$folder/ready"; do sleep 0.1; done
    port=$(sed 's/.*://' "$folder/ready")
    for _ in 1 2 3 4 5; do
        echo "ours $(requests "http://127.0.0.1:$port/small")"
        echo "theirs $(requests "http://127.0.0.1:$http_port/small")"
    done >"$folder/rates"
    kill $server
    wait $server
    server=
    ours=$(median ours) theirs=$(median theirs)
    echo "serving : nginx, 50 connections     $ours : $theirs requests/s"
    if awk "BEGIN { exit !($ours >= 0.5 * $theirs && $theirs > 0) }" &&
        ! grep -q ' 0$' "$folder/rates"; then
        passed=$((passed + 1))
    else
        echo '    FAILED serving: half of what nginx serves, no request lost'
        failed=$((failed + 1))
    fi
}

median() {
    awk "\$1 == \"$1\" { print \$2 }" "$folder/rates" | sort -n | sed -n 3p
}

# True when the benchmark of that name is asked for, or all are.
wanted() {
    [ "$only" = all ] || [ "$only" = "$1" ]
}

# One that stands in a script of its own.
apart() {
    wanted "$1" || return 0
    if "$here/$2" "$bin" "$pair"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}

only=${3:-all}
if wanted downloads; then downloads; fi
if wanted objects; then objects; fi
if wanted serving; then serving; fi
if wanted submitting; then submitting; fi
if wanted ftp; then ftp_transfers; fi
if wanted ssh; then ssh_sessions; fi
apart world world.sh
apart mailbox mailbox.sh
apart mailbox-check mailbox_check.sh
apart trace trace.sh
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

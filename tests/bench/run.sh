#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/run.sh BIN PAIR: our times beside those of others, in the same run.
# BENCH_RUNS (15) and BENCH_BYTES (1 GiB) may be smaller for a quick look; a
# figure counts with the numbers as they are.
set -u
bin=$(cd "$1" && pwd) pair=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/stock.sh
. "$here/../stock.sh"

runs=${BENCH_RUNS:-15} bytes=${BENCH_BYTES:-1073741824}
folder=$(mktemp -d "${TMPDIR:-/tmp}/wirelab-bench-XXXXXX") || exit 8
trap 'stock_down; rm -rf "$folder"' EXIT INT TERM
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

case ${3:-all} in
all | downloads) downloads ;;
esac
case ${3:-all} in
all | world)
    if [ -x "$here/world.sh" ]; then
        if "$here/world.sh" "$bin" "$pair"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    fi ;;
esac
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

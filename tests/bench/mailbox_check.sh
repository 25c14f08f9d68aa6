#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/mailbox_check.sh BIN PAIR: many addresses of 50 domains of a pocket
# internet without delay, beside one call of swaks for each, in turn. An address
# may take a fiftieth of what swaks takes, 10,000 of them eleven times as long
# as 1,000, and all that memory 64 MiB.
set -u
bin=$(cd "$1" && pwd)
zoo=$(dirname "$2")/bench-zoo
export bin
export runs="${BENCH_RUNS:-15}"
folder=$(mktemp -d "${TMPDIR:-/tmp}/wirelab-bench-XXXXXX") || exit 8
export folder
trap 'rm -rf "$folder"' EXIT INT TERM
awk 'BEGIN { for (i = 0; i < 200; i++) for (d = 0; d < 50; d++)
    print (i % 2 ? "nobody" i : "keeper") "@d" d ".crowd.zoo.test" }' \
    >"$folder/many"
head -1000 "$folder/many" >"$folder/few"

# What follows runs on the student's host.
measure='
now() { date +%s%N; }
check() { "$bin/mailbox-check" --dns "$DNS" --port "$PORT" --json \
    <"$folder/$1" >"$folder/out"; }
i=0
while [ $i -le "$runs" ]; do
    a=$(now); check many || exit 1
    b=$(now); [ "$(wc -l <"$folder/out")" -eq 10000 ] || exit 1
    c=$(now); check few || exit 1
    d=$(now)
    for k in 1 2 3 4 5; do
        swaks --silent 3 --quit-after RCPT --from "<>" --port "$PORT" \
            --server mx.zoo.test --to keeper@d$k.crowd.zoo.test || exit 1
    done
    e=$(now)
    # The first of each warms the caches and is not counted.
    [ $i -eq 0 ] || echo $((b - a)) $((d - c)) $((e - d))
    i=$((i + 1))
done >"$folder/times"
/usr/bin/time -f %M -o "$folder/memory" "$bin/mailbox-check" --dns "$DNS" \
    --port "$PORT" --json <"$folder/many" >"$folder/out"
'
"$zoo" "$bin" "$measure" || exit 2
cat "$folder/memory" "$folder/times" | awk '
    function median(v, n,   i, k, t) {
        for (i = 2; i <= n; i++)
            for (k = i; k > 1 && v[k] < v[k - 1]; k--) {
                t = v[k]; v[k] = v[k - 1]; v[k - 1] = t }
        return (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2 }
    NR == 1 { memory = $1; next }
    { n++; address[n] = $1 / 10000 / ($3 / 5); growth[n] = $1 / $2; t[n] = $1 }
    END {
        a = median(address, n); g = median(growth, n)
        low = address[1]; high = address[n]
        printf "mailbox-check: 10,000 addresses in %.2f s, %d KiB\n",
            median(t, n) / 1e9, memory
        printf "  one : a call of swaks, median ratio %.5f (%.5f to %.5f)\n",
            a, low, high
        printf "  10,000 addresses : 1,000, median ratio %.2f\n", g
        if (a > 0.02) { print "    FAILED: ratio at most 0.02"; bad = 1 }
        if (g > 11) { print "    FAILED: ratio at most 11"; bad = 1 }
        if (memory > 65536) { print "    FAILED: at most 64 MiB"; bad = 1 }
        exit bad }'

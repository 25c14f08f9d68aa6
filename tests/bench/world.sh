#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/world.sh BIN PAIR: a world of eight hosts beside Mininet's, in turn.
# Ours counts from fork to the first answer of the name server; Mininet's from
# the making of its network object (not from the start of Python) to the first
# answered ping. Ours may take a fifth.
set -u
world=$(dirname "$2")/bench-world
here=$(cd "$(dirname "$0")" && pwd)
runs=${BENCH_RUNS:-15}
ours='' theirs=''

# Mininet wants root; a user is root in a namespace of his own.
as_root=
[ "$(id -u)" -eq 0 ] || as_root='unshare -Urnm'

i=0
while [ $i -le "$runs" ]; do
    a=$("$world") || exit 2
    b=$($as_root /usr/bin/python3 "$here/world_mininet.py") || exit 2
    # The first of each warms the caches and is not counted.
    [ $i -eq 0 ] || ours="$ours $a" theirs="$theirs $b"
    i=$((i + 1))
done

median() {
    printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 }
        END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}
# shellcheck disable=SC2086 # lists of numbers
ours=$(median $ours) theirs=$(median $theirs)
echo "$ours $theirs" | awk '{
    printf "world of 8 hosts: ours %.1f ms, Mininet %.1f ms, ratio %.3f\n",
        $1, $2, $1 / $2
    if ($1 / $2 > 0.2) { print "    FAILED: ratio at most 0.2"; exit 1 } }'

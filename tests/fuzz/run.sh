#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz/run.sh SECONDS FUZZER...: the seconds are shared out among the fuzzers.
# tests/fuzz/seeds/NAME/ holds the inputs that fuzz_NAME starts from; what it
# finds goes to build/fuzz/, a crash as build/fuzz/NAME-crash-*.
set -u

# What was freed is kept back for a while, so that its use is seen; of the many
# small pieces of a digest a little is enough.
export ASAN_OPTIONS="${ASAN_OPTIONS:-quarantine_size_mb=16}"
seconds=$1
shift
each=1
[ $# -eq 0 ] || [ "$seconds" -le $# ] || each=$((seconds / $#))
passed=0 failed=0
for fuzzer in "$@"; do
    name=${fuzzer##*/fuzz_}
    corpus=build/fuzz/corpus/$name seeds=tests/fuzz/seeds/$name
    log=build/fuzz/$name.log
    mkdir -p "$corpus"
    [ -d "$seeds" ] && cp "$seeds"/* "$corpus"
    echo "== $name, $each s"
    if "$fuzzer" -max_total_time="$each" -timeout=5 -rss_limit_mb=512 \
        -max_len=16384 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/$name-" "$corpus" >"$log" 2>&1
    then
        grep 'number_of_executed_units' "$log"
        passed=$((passed + 1))
    else
        cat "$log"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

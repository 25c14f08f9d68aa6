#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz/run.sh SECONDS FUZZER...: the seconds are shared out among the fuzzers.
# tests/fuzz/seeds/NAME/ holds the inputs that fuzz_NAME starts from; what it
# finds goes to build/fuzz/, a crash as build/fuzz/NAME-crash-*.
set -u

seconds=$1
shift
[ $# -gt 0 ] || { echo "0 passed, 0 failed"; exit 0; }
each=$((seconds / $#))
[ "$each" -gt 0 ] || each=1
passed=0 failed=0
for fuzzer in "$@"; do
    name=${fuzzer##*/fuzz_}
    corpus=build/fuzz/corpus/$name
    mkdir -p "$corpus"
    [ -d "tests/fuzz/seeds/$name" ] && cp -n "tests/fuzz/seeds/$name"/* "$corpus"
    echo "== $name, $each s"
    if "$fuzzer" -max_total_time="$each" -timeout=5 -rss_limit_mb=512 \
        -max_len=16384 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/$name-" "$corpus" >"build/fuzz/$name.log" 2>&1
    then
        grep 'number_of_executed_units' "build/fuzz/$name.log"
        passed=$((passed + 1))
    else
        cat "build/fuzz/$name.log"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

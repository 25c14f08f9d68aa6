#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/trace.sh BIN PAIR: looking at a trace of a world, beside tshark's
# reading of the same file, in turn. 25,000 downloads are more than 100,000
# events and as many packets again; ours may take a tenth of tshark's time.
set -u
bin=$(cd "$1" && pwd) pair=$(realpath "$2")
fetches=$(dirname "$pair")/bench-fetches
folder=$(mktemp -d "${TMPDIR:-/tmp}/wirelab-bench-XXXXXX") || exit 8
trap 'rm -rf "$folder"' EXIT INT TERM
file=$folder/trace.pcapng failed=0

mkdir "$folder/www"
head -c 100 /dev/zero | tr '\0' 'x' >"$folder/www/small"
chmod -R a+rX "$folder"
"$fetches" "$bin" "$folder/www" "$file" "${BENCH_FETCHES:-25000}" || exit 2
echo "trace: $("$bin/trace" show --json "$file" | wc -l) events," \
    "$(wc -c <"$file") bytes, ours : tshark -r"
for view in show 'show --json' notebook; do
    "$pair" -n "${BENCH_RUNS:-15}" -r 0.1 "trace $view" \
        "exec $bin/trace $view $file >/dev/null" \
        "exec tshark -r $file >/dev/null 2>&1" || {
        echo "    FAILED trace $view: ratio at most 0.1"
        failed=1
    }
done
exit $failed

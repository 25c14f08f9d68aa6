#!/bin/sh
# SPDX-License-Identifier: MIT
# browser/run.sh BIN: makes the pages of every lab and of the source, then reads
# them in a headless Chromium: those of traces (pages.js FOLDER BIN), those of
# the source and the ways between both (source.js FOLDER BIN). Ends its output
# in "N passed, N failed". The two packages that the tests need go to
# build/browser, and are fetched again only when package-lock.json has changed.
set -eu
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
place=build/browser

mkdir -p "$place"
if ! cmp -s "$here/package-lock.json" "$place/package-lock.json.done"; then
    cp "$here/package.json" "$here/package-lock.json" "$place/"
    (cd "$place" && npm ci --ignore-scripts --no-audit --no-fund --silent)
    cp "$here/package-lock.json" "$place/package-lock.json.done"
fi
rm -rf "$place/out"
mkdir -p "$place/out/source" # so that the labs' pages lead there
"$bin/lab" run all --out "$place/out" >"$place/lab.log" 2>&1 || {
    cat "$place/lab.log"
    echo "0 passed, 1 failed"
    exit 1
}
NODE_PATH=$PWD/$place/node_modules CHROMIUM=$(command -v chromium)
export NODE_PATH CHROMIUM
make_source="labs/source/rehearsal.sh $bin $place/out >$place/source.log 2>&1 &&
    /usr/bin/python3 labs/source/source.py $place/out $bin/trace"
exec tests/total.sh "node $here/pages.js $place/out $bin" \
    "$make_source && node $here/source.js $place/out $bin"

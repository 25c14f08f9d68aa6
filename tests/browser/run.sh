#!/bin/sh
# SPDX-License-Identifier: MIT
# browser/run.sh BIN: makes the pages of every lab, then reads them in a
# headless Chromium (tests/browser/pages.js FOLDER BIN, which ends its output in
# "N passed, N failed"). The two packages that it needs go to build/browser,
# and are fetched again only when package-lock.json has changed.
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
"$bin/lab" run all --out "$place/out" >"$place/lab.log" 2>&1 || {
    cat "$place/lab.log"
    echo "0 passed, 1 failed"
    exit 1
}
NODE_PATH=$PWD/$place/node_modules CHROMIUM=$(command -v chromium) \
    exec node "$here/pages.js" "$place/out" "$bin"

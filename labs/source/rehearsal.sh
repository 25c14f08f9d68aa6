#!/bin/bash
# SPDX-License-Identifier: MIT
# rehearsal.sh BIN OUT: says what the labs leave unsaid, each refusal and each
# rare command once, so that every page of the source can show the bytes that
# its lines say. Leaves OUT/rehearsal/trace.pcapng and its page.
set -eu

bin=$1 out=$2/rehearsal
here=$(cd "$(dirname "$0")/rehearsal" && pwd)
mkdir -p "$out"
# The shell reads its commands from a pipe: no terminal is needed.
printf 'sh "%s/stage.sh" "%s"\n' "$here" "$here" |
    timeout 900 "$bin/lab" shell --trace "$out/trace.pcapng"
"$bin/trace" page --source ../source/ -o "$out/index.html" "$out/trace.pcapng"

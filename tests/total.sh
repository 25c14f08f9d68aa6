#!/bin/sh
# SPDX-License-Identifier: MIT
# total.sh COMMAND...: runs each command, which ends its output in a line
# "N passed, N failed"; ends in such a line over all of them. A command that
# does not get so far, or whose status contradicts its line, is one failure.
set -u

passed=0 failed=0
output=$(mktemp) || exit 8
trap 'rm -f "$output" "$output.status"' EXIT
for command in "$@"; do
    echo "== $command"
    { sh -c "$command" </dev/null 2>&1; echo $? >"$output.status"; } |
        tee "$output"
    status=$(cat "$output.status")
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$output" | tail -n 1)
    p=${line%% *} f=${line#*, } f=${f%% *}
    if [ -z "$line" ]; then
        echo "$command: ended with status $status and no result"
        p=0 f=1
    elif [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
        echo "$command: ended with status $status"
        f=1
    fi
    passed=$((passed + p)) failed=$((failed + f))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/bin/bash
# SPDX-License-Identifier: MIT
# check/run.sh [CHECK...]: the rules of the house that a script can hold. Each
# check prints the places that break it, as FILE:LINE: WHY, or nothing. Ends in
# "N passed, N failed", a check each. CHECK_TREE names another tree than that
# which this script stands in.
set -u
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
cd "${CHECK_TREE:-$here/../..}" || exit 8

checks="format cppcheck scripts spdx lengths functions headers layers words
        retold sections documents tested spelling notes suites rhyme selftest"

# Every source file of the tree, those not yet committed too.
files() {
    find . \( -path ./build -o -path ./bin -o -path ./out -o -path ./.git \
        -o -name node_modules \) -prune -o -type f -name "$1" -print |
        sed 's|^\./||' | sort
}
c_files=$(files '*.c')
h_files=$(files '*.h')
md_files=$(files '*.md')
sh_files=$(files '*.sh'; ls .ci/run)
py_files=$(files '*.py')
js_files=$(files '*.js')

# shellcheck source=tests/check/sources.sh
. "$here/sources.sh"
# shellcheck source=tests/check/texts.sh
. "$here/texts.sh"

# That each of these checks finds what it is there for.
check_selftest() {
    "$here"/selftest.sh
}

passed=0 failed=0
[ $# -gt 0 ] && checks=$*
for check in $checks; do
    problems=$("check_$check")
    if [ -z "$problems" ]; then
        passed=$((passed + 1))
    else
        echo "== $check"
        echo "$problems"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

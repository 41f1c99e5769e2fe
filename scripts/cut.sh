#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The power fails at every flash, journal and counter operation of every story of an update, in four kinds; then twice in a
# row. On flash of eight kinds.
# usage: cut.sh                   everything, on all cores
#        cut.sh ARGUMENTS         those of tests/cut/cut, on one core
# Ends with the line `N passed, N failed, N skipped`.
set -euo pipefail
cd "$(dirname "$0")/.."
cut=$PWD/build/host-debug/tests/cut/cut
[ $# = 0 ] || exec "$cut" "$@"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$cut" --parts > "$work/parts"
# A run that ends without its last line is one that failed.
number=0
while read -r part; do
    number=$((number + 1))
    printf '%s %d %s\n' "$cut" $number "$part"
done < "$work/parts" | (cd "$work" && xargs -P "$(nproc)" -L 1 bash -c \
    'log=$1.log; "$0" --part "$2" > "$log" 2>&1 || tail -n 1 "$log" | grep -q " passed, " || echo "0 passed, 1 failed, 0 skipped" >> "$log"')
passed=0
failed=0
for log in "$work"/*.log; do
    sed '$d' "$log"
    read -r ok _ bad _ < <(tail -n 1 "$log")
    printf '%d passed, %d failed here\n' "$ok" "$bad"
    passed=$((passed + ok))
    failed=$((failed + bad))
done
printf '%d s\n%d passed, %d failed, 0 skipped\n' $SECONDS $passed $failed
[ $failed = 0 ] && [ $passed -gt 0 ]

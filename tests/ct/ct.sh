#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# usage: ct.sh PROGRAM CASE…    each case of PROGRAM under memcheck, secrets undefined: no branch and no address may depend on one; and each of its leaks is seen.
set -uo pipefail
command -v valgrind > /dev/null || { echo "skipped: no valgrind"; exit 77; }
[ $# -ge 2 ] || { echo "usage: ct.sh PROGRAM CASE..."; exit 2; }
check() { valgrind --quiet --error-exitcode=9 --track-origins=no "$1" "${@:2}" > "$log" 2>&1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for what in "${@:2}"; do
    check "$1" $what || { cat "$log"; echo "FAILED: $what"; exit 1; }
    echo "ok    $what"
done
for leak in branch address; do
    check "$1" $leak
    [ $? = 9 ] || { cat "$log"; echo "FAILED: the $leak on a secret isn't seen"; exit 1; }
    echo "ok    a $leak on a secret is seen"
done

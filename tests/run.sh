#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: run.sh NAME PROGRAM [ARGUMENT…]    how ctest runs a cmocka program (prm_test() in cmake/primum.cmake)
#
# cmocka ends with 0 when every case was skipped, or when there was none. Here a program of which no case was run has not
# passed: it ends with 77, which ctest counts as skipped, if all were skipped, and with 1 if there was nothing to skip.
# Each skipped case is a line `NAME: case` in the file $PRM_SKIPPED, if that is set: scripts/check.sh names them at its end.
set -uo pipefail
name=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
CMOCKA_MESSAGE_OUTPUT=STDOUT "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
# A line that a case printed without ending it may stand before cmocka's own.
passed=$(grep -c '\[       OK \] ' "$log")
mapfile -t skipped < <(sed -n '/^\[=*\] .* test(s) run/q; s/^.*\[  SKIPPED \] \([A-Za-z_0-9]*\)$/\1/p' "$log")
if [ ${#skipped[@]} -gt 0 ]; then
    printf "$name: %s\n" "${skipped[@]}" >> "${PRM_SKIPPED:-/dev/null}"
    printf '%s: %d cases skipped\n' "$name" ${#skipped[@]}
fi
[ "$status" = 0 ] || exit "$status"
[ "$passed" -eq 0 ] || exit 0
if [ ${#skipped[@]} -gt 0 ]; then exit 77; fi
printf '%s: not one case ran\n' "$name"
exit 1

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A test of what counts tests: a program of which no case ran has not passed; a skip is named and counted as one, by
# tests/run.sh, and by .ci/run; a slice that ran nothing, or broke off, has failed; one over its budget is named.
# usage: test_harness.sh SOURCE_DIR CASES
set -uo pipefail
source=$1
cases=$2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

check() { # what wanted got
    [ "$2" = "$3" ] || { printf 'FAILED: %s: %s instead of %s\n' "$1" "$3" "$2"; failed=1; }
}

# passing skipped failing: exit status, and names left
runs() { # wanted-status wanted-names passing skipped failing
    rm -f "$tmp/skipped"
    PRM_SKIPPED=$tmp/skipped "$source/tests/run.sh" "t" "$cases" "${@:3}" > "$tmp/out" 2>&1
    check "cases ${*:3}" "$1" $?
    check "names of ${*:3}" "$2" "$(cat "$tmp/skipped" 2> /dev/null | grep -c '^t: is_skipped$')"
}
runs 0 0 3 0 0
runs 0 2 1 2 0
runs 77 2 0 2 0
runs 1 0 0 0 0 # none at all
runs 1 0 3 0 1
runs 1 1 0 1 1
grep -q '^\[  FAILED' "$tmp/out" || { echo "FAILED: the output is lost"; failed=1; }

# .ci/run with slices of our own.
ci() { # row…
    local rows
    rows=$(printf '"%s" ' "$@")
    mkdir -p "$tmp/tree/.ci"
    awk -v rows="$rows" '/^slices=\(/ { print "slices=(" rows ")"; skip = 1 }
        skip { if (/\)$/) skip = 0; next } { print }' "$source/.ci/run" > "$tmp/tree/.ci/run"
    bash "$tmp/tree/.ci/run" > "$tmp/out" 2>&1
    echo "$? $(tail -1 "$tmp/out")"
}
printf '#!/bin/bash\necho "skipped: t: a case"\necho "$1 passed, $2 failed, $3 skipped"\nexit "$4"\n' > "$tmp/say"
chmod +x "$tmp/say"
check 'all well' '0 7 passed, 0 failed, 1 skipped' "$(ci "one 9 9 $tmp/say 4 0 1 0" "two 9 9 $tmp/say 3 0 0 0")"
grep -q '^skipped: one: t: a case$' "$tmp/out" || { echo "FAILED: the skipped case is not named"; failed=1; }
check 'one fails' '1 4 passed, 2 failed, 0 skipped' "$(ci "one 9 9 $tmp/say 4 2 0 1")"
grep -q '^failed: one$' "$tmp/out" || { echo "FAILED: the failed slice is not named"; failed=1; }
check 'nothing ran' '1 0 passed, 1 failed, 3 skipped' "$(ci "one 9 9 $tmp/say 0 0 3 0")"
check 'breaks off' '1 4 passed, 1 failed, 0 skipped' "$(ci "one 9 9 $tmp/say 4 0 0 3")"
check 'says nothing, fails' '1 0 passed, 1 failed, 0 skipped' "$(ci "one 9 9 false")"
check 'says nothing' '0 1 passed, 0 failed, 0 skipped' "$(ci "one 9 9 true")"
check 'killed' '1 0 passed, 1 failed, 0 skipped' "$(ci "one 1 1 sleep 5")"
grep -q 'killed at its limit of 1 s' "$tmp/out" || { echo "FAILED: the limit is not named"; failed=1; }
check 'over budget' '0 1 passed, 0 failed, 0 skipped' "$(ci "one 0 9 sleep 1.2")"
grep -q '^one .*OVER BUDGET' "$tmp/out" || { echo "FAILED: the budget is not named"; failed=1; }
exit $failed

# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What the tests on the emulated board have in common; they source it, with `primum` and `firmware` set.

passed=0
failed=0

# A test without what it is made of is skipped, and says so.
needs() { # FILE...
    local needed
    for needed in "$@"; do
        [ -e "$needed" ] || { echo "skipped: no $needed"; exit 77; }
    done
    command -v qemu-system-arm > /dev/null || { echo "skipped: no qemu-system-arm"; exit 77; }
}

# A folder of the test's own, $tmp; from here on the test is in it. tidy() is the test's, and comes before the folder goes. Each
# command syncs a device's files: in memory, where there is room for four devices of 16 MiB, that costs nothing.
tidy() { :; }
workplace() {
    local place=${TMPDIR:-/tmp}
    if [ "${1:-}" = in-memory ] && [ "$(df -Pk /dev/shm 2> /dev/null | awk 'NR == 2 {print $4}')" -gt 131072 ] 2> /dev/null; then place=/dev/shm; fi
    tmp=$(mktemp -d "$place/primum-test.XXXXXX") || exit 1
    trap 'cd /; tidy; rm -rf "$tmp"' EXIT
    cd "$tmp" || exit 1
}

quietly() { # ARGUMENT...: must succeed
    "$primum" "$@" > out.txt 2>&1 || { echo "FAILED: primum $*: $(cat out.txt)"; exit 1; }
}

is() { # WHAT GOT WANTED
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1: '$2' instead of '$3'"; fi
}

# The last line; as the last command it is the test's status, too. Nothing looked at is no pass.
counted() {
    echo "$passed passed, $failed failed"
    [ $failed = 0 ] && [ $passed -gt 0 ]
}

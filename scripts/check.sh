#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Everything that must hold of this tree: it is laid out as the house says, it builds for host and device without a
# warning, its tests pass with gcc and with clang's sanitizers, and the compilers kept the checks (disassembly).
# Ends with the line `N passed, N failed, N skipped`, and before it the names of what failed and what was skipped: a test,
# or a case of one, for which something is missing on this machine. The exit status is 0 only if nothing failed.
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0
failures=()
skips=()
# Findings of the sanitizers end a test as failed; leaks count.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} CTEST_OUTPUT_ON_FAILURE=1 CMOCKA_MESSAGE_OUTPUT=STDOUT

count() { # passed failed name
    passed=$((passed + $1))
    failed=$((failed + $2))
    [ "$2" = 0 ] || failures+=("$3")
}

# One command is one check.
step() { # name command…
    local name=$1
    shift
    printf '\n== %s (at %d s)\n' "$name" $SECONDS
    if "$@" < /dev/null; then count 1 0 "$name"; else count 0 1 "$name"; return 1; fi
}

# Builds a preset and runs its tests; each test is a check, a build that fails is one that failed.
tests_of() { # preset
    local xml=$PWD/build/$1/ctest.xml tests bad names name
    step "build $1" scripts/build.sh "$1" || return
    printf '\n== tests %s (at %d s)\n' "$1" $SECONDS
    export PRM_SKIPPED=$PWD/build/$1/skipped.txt
    rm -f "$xml" "$PRM_SKIPPED"
    ctest --test-dir "build/$1" --parallel "$(nproc)" --no-tests=error --output-junit "$xml" < /dev/null
    tests=$(grep -c '<testcase ' "$xml" 2>/dev/null)
    if [ "${tests:-0}" = 0 ]; then count 0 1 "tests $1: none ran"; return; fi
    # Skipped is what said so itself, by 77. A test that did not run for any other reason is one that failed.
    mapfile -t names < <(awk -F'"' '/<testcase /{ name = $2 } /<skipped message="SKIP_RETURN_CODE/{ print name }' "$xml")
    bad=$(($(grep '<testcase ' "$xml" | grep -vc ' status="run"') - ${#names[@]}))
    count $((tests - bad - ${#names[@]})) "$bad" "tests $1"
    # A cmocka program that was skipped, or some cases of it, left the names of its cases; of others there is the test's.
    for name in "${names[@]}"; do
        grep -qs "^$name: " "$PRM_SKIPPED" || printf '%s\n' "$name" >> "$PRM_SKIPPED"
    done
    [ ! -f "$PRM_SKIPPED" ] || mapfile -t -O ${#skips[@]} skips < <(sort "$PRM_SKIPPED" | sed "s/^/$1: /")
}

step "layers: the script sees what it must" scripts/check_layers.sh --self-test
step "layers" scripts/check_layers.sh
step "build firmware" scripts/build.sh firmware
tests_of host-debug
tests_of host-asan
step "disassembly" scripts/check_disasm.sh

printf '\n'
[ $failed = 0 ] || printf 'failed: %s\n' "${failures[@]}"
[ ${#skips[@]} = 0 ] || printf 'skipped: %s\n' "${skips[@]}"
printf '%d s\n%d passed, %d failed, %d skipped\n' $SECONDS $passed $failed ${#skips[@]}
[ $failed = 0 ]

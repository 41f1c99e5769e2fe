#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs every fuzzer of the fuzz preset for a bounded time: FUZZ_SECONDS each (60), two at once. `make fuzz` builds them.
# usage: fuzz.sh [NAME…]    only these, e.g. fuzz_boot
# What they found stays in build/fuzz-corpus/<name>; a crash in build/fuzz-crashes/<name>. Ends with `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-60}
vectors=${PRM_VECTORS:-../shared/vectors}
bin=${FUZZ_BIN:-build/fuzz/tests/fuzz}
corpus=build/fuzz-corpus
crashes=build/fuzz-crashes
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

unhex() { # hex digits on stdin, bytes on stdout
    # shellcheck disable=SC2059 # the digits are the format
    printf "$(tr -d '[:space:]' | sed 's/../\\x&/g')"
}

# Seeds: what the fuzzer itself makes, then the published vectors where they are present.
seed() { # name
    local dir=$corpus/$1 file cbor
    mkdir -p "$dir" "$crashes/$1"
    PRM_FUZZ_SEED=$dir/seed-own timeout 60 "$bin/$1" -runs=0 > /dev/null 2>&1
    case $1 in
    fuzz_suit | fuzz_cbor)
        for file in "$vectors"/suit/*.hex; do
            [ ! -e "$file" ] || unhex < "$file" > "$dir/seed-$(basename "$file" .hex)"
        done
        ;;
    fuzz_image)
        # What stands behind an ELF head (fuzz_image.c): a segment for slot A's application, and its first 16 bytes; then S-records.
        unhex <<< '01000000 54000000 00002180 00002180 10000000 10000000 05000000 04000000 0010202809012180 0000000000000000' > "$dir/seed-elf"
        printf 'S30D80210000001020280901218079\nS70580210109EF\n' > "$dir/seed-srec"
        ;;
    fuzz_cose)
        for file in "$vectors"/cose/sign1-tests/*.json "$vectors"/cose/ecdsa-examples/*.json; do
            [ -e "$file" ] || continue
            cbor=$(sed -n 's/.*"cbor": *"\([0-9A-Fa-f]*\)".*/\1/p' "$file" | head -n 1)
            printf '%s' "$cbor" | unhex > "$dir/seed-$(basename "$file" .json)"
        done
        ;;
    esac
}

# What the application can reach gets half a minute, however short the others' time is.
run() { # name
    local time=$seconds
    [ "$1" != fuzz_door ] || [ "$time" -ge 30 ] || time=30
    "$bin/$1" -max_total_time="$time" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -max_len=16384 \
        -artifact_prefix="$crashes/$1/" "$corpus/$1" > "$corpus/$1.log" 2>&1
    echo $? > "$corpus/$1.status"
}

names=("$@")
if [ ${#names[@]} = 0 ]; then
    for file in "$bin"/fuzz_*; do
        [ ! -x "$file" ] || [ -d "$file" ] || names+=("$(basename "$file")")
    done
fi
[ ${#names[@]} -gt 0 ] || { echo "fuzz: no fuzzers in $bin: run make fuzz" >&2; exit 1; }

passed=0
failed=0
mkdir -p "$corpus"
for ((i = 0; i < ${#names[@]}; i += 2)); do
    pids=()
    for name in "${names[@]:i:2}"; do
        rm -f "$corpus/$name.status"
        seed "$name"
        run "$name" &
        pids+=($!)
    done
    wait "${pids[@]}"
    for name in "${names[@]:i:2}"; do
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$corpus/$name.log")
        cover=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$corpus/$name.log" | tail -n 1)
        if [ "$(cat "$corpus/$name.status" 2> /dev/null)" = 0 ] && [ "${runs:-0}" -gt 0 ]; then
            passed=$((passed + 1))
            printf 'ok      %-18s %s s, %s inputs, %s edges\n' "$name" "$seconds" "$runs" "${cover:-?}"
        else
            failed=$((failed + 1))
            printf 'FAILED  %-18s see %s and %s/\n' "$name" "$corpus/$name.log" "$crashes/$name"
            tail -n 25 "$corpus/$name.log"
        fi
    done
done
printf '%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" = 0 ]

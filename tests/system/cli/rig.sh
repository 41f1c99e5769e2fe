# SPDX-License-Identifier: Apache-2.0
# rig.sh PRIMUM CLI_RIG FIRMWARE - read by the tests beside it: a folder of their own with keys and images, and how to judge.
set -uo pipefail
primum=$(realpath "$1")
rig=$(realpath "$2")
firmware=$3
export ASAN_OPTIONS=detect_leaks=0
passed=0
failed=0
work=$(mktemp -d "$([ -w /dev/shm ] && echo /dev/shm || echo /tmp)/primum-cli-XXXXXX")

# The marks of this run's hash-based keys go away again.
finish() {
    local pub id folder
    cd "$work" || exit 3
    while read -r pub; do
        id=$("$primum" key show "$pub" 2> /dev/null | sed -n 's/^key id *//p')
        for folder in /var/lib/primum/hss /var/tmp/primum-hss; do
            [ -z "$id" ] || rm -f "$folder/$id"-*
        done
    done < <(find . -name '*.hss.pub')
    cd /
    rm -rf "$work"
}
trap finish EXIT
cd "$work" || exit 3

ok() { # 0|1 what
    if [ "$1" = 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$2"
    fi
}

# Runs primum; what it said is in `out`, its exit status in `status`.
p() {
    "$primum" "$@" > out 2>&1
    status=$?
}

# expect STATUS TEXT ARGUMENT...: that status, and that text in what it says ("" is any).
expect() {
    local want=$1 text=$2
    shift 2
    p "$@"
    if [ "$status" != "$want" ]; then
        ok 1 "primum $*: exit status $status instead of $want: $(head -c 300 out)"
    elif [ -n "$text" ] && ! grep -qF -- "$text" out; then
        ok 1 "primum $*: did not say '$text' but: $(head -c 300 out)"
    else
        ok 0 ''
    fi
}

# Images for both slots, and the options of a release.
make_images() {
    local slot
    for slot in a b; do
        "$rig" image $slot 0 "app.$slot.bin" || exit 3
        "$rig" image $slot 1 "services.$slot.bin" || exit 3
    done
    base=(--vendor example.com --class pump --sequence 3 --version 1.0.0 --image a=app.a.bin --image b=app.b.bin
        --services a=services.a.bin --services b=services.b.bin)
}

left() { # of an HSS key
    "$primum" key show "$1" --json | sed -n 's/.*"left": \([0-9]*\).*/\1/p'
}

conclude() {
    printf '%d passed, %d failed\n' $passed $failed
    [ $failed = 0 ]
}

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: fault.sh [--clang] [--model M]... [--scenario S]...
#        fault.sh --slice | --self-test | --map | --devices | --replay ID | --qemu ID
#
# Disturbs the shipped root in Unicorn, one fault at a time, while the device holds something unauthentic; nothing of that
# may run. Releases are signed by the CLI, attacks made by tests/fault/forge.c. Without options every model in every
# scenario (skip1 skip2 opcode register ram load: tests/fault/campaign.h), then skip1 on the smallest root and on the root that Clang builds; the figures
# are left in build/fault.table, and what was tried in build/fault.table.tried; from these scripts/assurance.sh makes the table of
# docs/assurance.md, and tests/fault/tried.txt.
#   --slice      for CI, two minutes: the instructions of the source files whose code is another than the last whole campaign
#                tried (tests/fault/tried.txt; with PRM_FAULT_BASE: whose text changed since that commit) in every scenario that
#                executes them, in full as far as there is room, and a sample of all others; if a provider changed, also what
#                is sampled in hash and curve, in the forgeries that pass where one half of the sum is lost
#   --clang      the root that scripts/clang_root.sh builds, instead
#   --self-test  authentic releases boot in the harness, and a root whose hand-over ignores the word is bypassed
#   --map        which source files of the root each scenario executes
#   --devices    only makes the devices
#   --replay     one injection again, in full, with the place in the source; its ID is what a bypass is reported with
#   --qemu       the same on the emulated board, by its debugger: scripts/fault_replay.sh
# Ends with `N passed, N failed, N skipped`. PRM_ROOT=rot_p256 takes the smallest root. PRM_FIRMWARE and PRM_HOST name
# other build folders.
set -euo pipefail
cd "$(dirname "$0")/.."
firmware=${PRM_FIRMWARE:-build/firmware}
host=${PRM_HOST:-build/host-debug}
work=${PRM_FAULT_WORK:-build/fault}
root=${PRM_ROOT:-rot}
elf=$firmware/firmware/rot/$root.elf
fault=$host/tests/fault/fault
forge=$host/tests/fault/forge
primum=$host/cli/primum
listing=$work/$root.listing
table=${PRM_FAULT_TABLE:-build/fault.table}
tried=${PRM_FAULT_TRIED:-tests/fault/tried.txt}
pump=$firmware/firmware/pump
services=$firmware/firmware/services

for file in "$elf" "$fault" "$forge" "$primum" "$pump/pump1.a.elf" "$services/services.a.elf"; do
    [ -f "$file" ] || { printf 'fault: no %s: make build first\n' "$file" >&2; exit 3; }
done

say() { printf 'fault: %s\n' "$*"; }

# ---- devices ----

# The beginning of the services, entry moved into it: hashing all of them at each boot would take time and show nothing.
shorten() { # bank entry, as bytes for printf
    arm-none-eabi-objcopy -O binary "$services/services.$1.elf" "$work/services.bin"
    head -c 2048 "$work/services.bin" > "$work/services.$1.bin"
    printf '%b' "$2" | dd of="$work/services.$1.bin" bs=4 seek=1 conv=notrunc status=none
}

sign() { # release pump sequence key class [option...]
    "$primum" sign --vendor acme.example --class "$5" --sequence "$3" --version "$3.0.0" \
        --image "a=$pump/$2.a.elf" --image "b=$pump/$2.b.elf" --services "a=$work/services.a.bin" \
        --services "b=$work/services.b.bin" --key "$4" "${@:6}" -o "$work/$1.suit" > /dev/null
}

new_device() { # name; `keys` says who must sign
    "$primum" device new "$work/$1" --vendor acme.example --class pump "${keys[@]}" --rot "${elf%.elf}.bin" > /dev/null
}

# The journal says of each that it was accepted, so it stands against nothing; who changes a manifest says it again.
put() { # name ["slot=release"…]
    local dir=$work/$1
    shift
    for put in "$@"; do
        "$primum" device flash "$dir" --slot "${put%%=*}" "$work/${put#*=}.suit" > /dev/null 2>> "$work/log"
    done
}

device() { # name ["slot=release"…]
    new_device "$1"
    put "$@"
}

trust() { # manifest number release-key root-key...
    local name=$1 number=$2 release=$3
    shift 3
    "$primum" trust make --number "$number" --release-key "$work/$release.pub.pem" -o "$work/$name.trust" > /dev/null
    for key in "$@"; do "$primum" trust sign "$work/$name.trust" --key "$work/$key.pem" > /dev/null; done
}

believe() { # name manifest [boot: it takes effect, on a device that keeps nothing]
    "$primum" device flash "$work/$1" --trust-manifest "$work/$2.trust" > /dev/null 2>> "$work/log"
    [ -z "${3:-}" ] || "$primum" device boot "$work/$1" --on host > /dev/null 2>> "$work/log" || true
}

make_devices() {
    rm -rf "$work"
    mkdir -p "$work"
    "$primum" keygen --alg ESP256 -o "$work/maker" > /dev/null
    "$primum" keygen --alg ESP256 -o "$work/attacker" > /dev/null
    "$primum" keygen --alg HSS-LMS --height 5 --winternitz 4 -o "$work/post" > /dev/null
    shorten a '\x81\x00\x38\x80'
    shorten b '\x81\x00\x58\x80'
    sign older pump1 1 "$work/maker.pem" pump
    sign newer pump2 2 "$work/maker.pem" pump
    sign foreign pump2 3 "$work/attacker.pem" pump
    sign other pump2 3 "$work/maker.pem" ventilator

    sign older-two pump1 1 "$work/maker.pem" pump --key "$work/post.hss"
    sign newer-two pump2 2 "$work/maker.pem" pump --key "$work/post.hss"

    keys=(--trust "$work/maker.pub.pem")
    device authentic-a a=older
    device authentic-b b=newer
    device authentic-ab a=older b=newer
    device image b=newer;            "$forge" "$work/image" B image
    device image-swap b=newer;       "$forge" "$work/image-swap" B swap-image
    device services b=newer;         "$forge" "$work/services" B services
    device services-swap b=newer;    "$forge" "$work/services-swap" B swap-services
    device manifest b=newer;         "$forge" "$work/manifest" B sequence confirmed
    device foreign-key b=foreign
    device forged-kid b=newer;       "$forge" "$work/forged-kid" B sequence resign confirmed
    device below-floor b=newer;      "$primum" device set-floor "$work/below-floor" 5 --yes > /dev/null
    device other-class b=other
    device stale-sig a=older b=newer;    "$forge" "$work/stale-sig" B sequence borrow-sig confirmed
    device stale-digest a=older b=newer; "$forge" "$work/stale-digest" B sequence confirmed borrow-digest
    device image-beside a=older b=newer; "$forge" "$work/image-beside" B image
    device services-beside a=older b=newer; "$forge" "$work/services-beside" B services
    # Without a journal only what the floor stands at may run: it is at the release accepted before.
    device exhausted a=older b=newer; "$primum" device erase "$work/exhausted" --slot a > /dev/null
                                     "$forge" "$work/exhausted" B exhausted
    device rejected a=older b=newer; "$forge" "$work/rejected" B rejected
    device half-no-u1 b=newer;       "$forge" "$work/half-no-u1" B sequence no-u1 confirmed
    device half-no-u2 b=newer;       "$forge" "$work/half-no-u2" B sequence no-u2 confirmed
    device one-turn b=newer;         "$forge" "$work/one-turn" B sequence one-turn confirmed

    # Devices that want a signature of each kind, and an attacker who has the key for ECDSA.
    keys=(--trust "$work/maker.pub.pem" --trust "$work/post.hss.pub")
    device authentic-two b=newer-two
    device half-signed b=newer
    device stale-hss a=older-two b=newer-two;   "$forge" "$work/stale-hss" B borrow-hss
                               "$primum" device erase "$work/stale-hss" --slot a > /dev/null

    # Devices whose keys were replaced: the maker's was revoked, the heir's is in force.
    [ "$root" = rot ] || return 0
    keys=(--trust "$work/maker.pub.pem" --root-key "$work/root1.pub.pem" --root-key "$work/root2.pub.pem" --need-root 2)
    for key in heir second root1 root2; do "$primum" keygen --alg ESP256 -o "$work/$key" > /dev/null; done
    sign inherited pump2 2 "$work/heir.pem" pump
    trust first 1 maker root1 root2
    trust second 2 heir root1 root2
    trust third-by-one 3 attacker root1
    new_device authentic-heir; believe authentic-heir second boot; put authentic-heir b=inherited
    new_device revoked;        believe revoked second boot;        put revoked b=newer
    new_device replayed;       believe replayed second boot;       believe replayed first; put replayed b=newer
    new_device forgotten;      believe forgotten second boot;      put forgotten b=newer
                               "$primum" device erase "$work/forgotten" --slot trust > /dev/null
    new_device few-roots;      believe few-roots third-by-one;     put few-roots b=foreign
    # Two signatures are needed; one of the two that there are is by a key which counts on ventilators alone.
    "$primum" trust make --number 2 --need-p256 2 --release-key "$work/heir.pub.pem" --release-key "$work/second.pub.pem" \
        --release-key "$work/maker.pub.pem,vendor=acme.example,class=ventilator" -o "$work/two-of-three.trust" > /dev/null
    for key in root1 root2; do "$primum" trust sign "$work/two-of-three.trust" --key "$work/$key.pem" > /dev/null; done
    sign half-counted pump2 2 "$work/heir.pem" pump --key "$work/maker.pem"
    new_device limited;        believe limited two-of-three boot;  put limited b=half-counted
}

# The longest first: scenarios run two at a time. What stands behind the colon is authentic; see fault.c.
hybrid=("stale-hss=$work/stale-hss" "half-signed=$work/half-signed")
two=("two=$work/authentic-two:B")
trusted=("revoked=$work/revoked" "replayed=$work/replayed" "forgotten=$work/forgotten" "few-roots=$work/few-roots" "limited=$work/limited")
heir=("heir=$work/authentic-heir:B")
[ "$root" != rot_p256 ] || { hybrid=(); two=(); }
[ "$root" = rot ] || { trusted=(); heir=(); }
scenarios=(
    "${hybrid[@]}" "${trusted[@]}"
    "stale-sig=$work/stale-sig:A" "image-beside=$work/image-beside:At" "services-beside=$work/services-beside:A"
    "rejected=$work/rejected:Ab" "stale-digest=$work/stale-digest:A" "forged-kid=+$work/forged-kid"
    "half-no-u1=+$work/half-no-u1" "half-no-u2=+$work/half-no-u2"
    "one-turn=+$work/one-turn"
    "image=$work/image:t" "image-swap=$work/image-swap:t" "services=$work/services" "services-swap=$work/services-swap"
    "exhausted=$work/exhausted:b" "manifest=$work/manifest" "below-floor=$work/below-floor"
    "other-class=$work/other-class" "foreign-key=$work/foreign-key"
)

# ---- the harness itself ----

# The same objects and libraries, with a hand-over that trusts the plan: what stands before it is then all there is.
link_weak() { # out.elf
    local flags=(-mcpu=cortex-m33 -mthumb -mfloat-abi=soft -Os -g -ffunction-sections -fdata-sections)
    local objects
    mapfile -t objects < <(find "$firmware/firmware/rot/CMakeFiles/$root.dir" -name '*.obj' -o -name '*.o' | sort)
    arm-none-eabi-gcc "${flags[@]}" -std=c11 -Isrc -Iinclude -I. -c tests/fault/weak_handover.c \
        -o "$work/weak_handover.o" || return 1
    # shellcheck disable=SC2046
    arm-none-eabi-gcc "${flags[@]}" -nostartfiles --specs=nano.specs -Wl,--gc-sections -Wl,-z,muldefs \
        "-T$firmware/firmware/rot/rot.ld" -o "$1" "$work/weak_handover.o" "${objects[@]}" \
        -Wl,--start-group $(find "$firmware" -name 'lib*.a' ! -name '*_hard.a' | sort) -Wl,--end-group || return 1
    arm-none-eabi-objcopy -O binary "$1" "${1%.elf}.bin"
}

self_test() {
    local out weak=$work/weak.elf
    say "authentic releases boot in the harness"
    "$fault" --boots "$elf" "a=$work/authentic-a:A" "b=$work/authentic-b:B" "ab=$work/authentic-ab:AB" \
        "${two[@]}" "${heir[@]}" || return 1
    say "a root whose hand-over ignores the word is bypassed"
    link_weak "$weak" || { say "it could not be linked"; return 1; }
    cp -r "$work/image" "$work/weak-image"
    dd if="${weak%.elf}.bin" of="$work/weak-image/rom.bin" conv=notrunc status=none
    out=$("$fault" --logic --until-bypass --model skip1 "$weak" "weak=$work/weak-image") || true
    printf '%s\n' "$out" | grep -c '^BYPASS' | sed 's/^/bypasses found in it: /'
    [[ $out = *BYPASS\ * ]]
}

# ---- what was tried, and what CI runs ----

which_tree() {
    local changed=
    [ -z "$(git status --porcelain -- src ports providers firmware)" ] || changed=', changed'
    printf '%s, commit %s%s, SHA-256 of rot.bin %.12s\n' "$(date -u +%Y-%m-%d)" "$(git rev-parse --short=12 HEAD)" "$changed" \
        "$(sha256sum < "${elf%.elf}.bin")"
}

changed_sources() {
    local base=${PRM_FAULT_BASE:-}
    if [ -z "$base" ] && [ "$root" = rot ]; then
        [ -f "$tried" ] || tried=/dev/null # then it is all of them
        scripts/fault_sources.sh "$listing" "$tried" | paste -sd, -
        return
    fi
    base=${base:-HEAD~1}
    git rev-parse -q --verify "$base^{commit}" > /dev/null 2>&1 || return 0
    git diff --name-only "$base" -- src ports providers firmware/rot include 2> /dev/null | grep '\.[chS]$' | paste -sd, -
}

prepare() {
    say "making devices in $work"
    make_devices
    arm-none-eabi-objdump --disassemble --line-numbers --no-show-raw-insn "$elf" > "$listing"
}

options=()
mode=full
clang=no
while [ $# -gt 0 ]; do
    case $1 in
        --model | --scenario) [ $# -gt 1 ] || { say "$1 needs a name"; exit 2; }; options+=("$1" "$2"); shift ;;
        --clang) clang=yes ;;
        --slice | --self-test | --map | --devices) mode=${1#--} ;;
        --replay | --qemu) [ $# -gt 1 ] || { say "$1 needs an ID"; exit 2; }; mode=${1#--}; id=$2; shift ;;
        *) sed -n '4,28p' "$0" | sed -n '/^#/s/^# \{0,1\}//p'; exit 2 ;;
    esac
    shift
done
if [ $clang = yes ]; then
    scripts/clang_root.sh "$work-clang-root" 2> "$work-clang-root.log" || { cat "$work-clang-root.log" >&2; exit 1; }
    elf=$work-clang-root/rot.elf
    work=$work-clang
    listing=$work/rot.listing
fi
if [ $mode = replay ] || [ $mode = qemu ]; then
    [ -f "$listing" ] || prepare
    [ $mode = replay ] || exec scripts/fault_replay.sh "$id" "$elf" "$work"
    exec "$fault" --listing "$listing" --replay "$id" "$elf" "${scenarios[@]}"
fi
prepare
case $mode in
    devices) exit ;;
    map) exec "$fault" --listing "$listing" --map --logic "$elf" "${scenarios[@]}" ;;
esac
self_test || { say "the harness does not see what it must"; printf '0 passed, 1 failed, 0 skipped\n'; exit 1; }
case $mode in
    self-test) printf '2 passed, 0 failed, 0 skipped\n'; exit 0 ;;
    slice)
        sources=$(changed_sources)
        say "in full, as far as there is room: ${sources:-no source of the root has changed}"
        options=(--model skip1 --model skip2 --model opcode --model register --model ram --model load --logic
            --at-most 300 --at-most-named 2500)
        [ -z "$sources" ] || options+=(--sources "$sources") ;;
    full)
        whole=no
        if [ ${#options[@]} = 0 ] && [ $clang = no ]; then
            whole=$root
            rm -f "$table"
            [ "$root" != rot ] || { scripts/fault_sources.sh "$listing" > "$table.tried"; which_tree > "$table.commit"; }
        fi
        case " ${options[*]} " in
            *' --model '*) ;;
            *) for model in skip1 skip2 opcode register ram load; do options+=(--model $model); done ;;
        esac
        # Of more than so many in a scenario a share: the chains of hash-based signatures, RAM that they read again and again.
        options+=(--at-most "${PRM_FAULT_AT_MOST:-400000}" --table "$table") ;;
esac
say "disturbing ${#scenarios[@]} scenarios"
run() { "$fault" "${options[@]}" --listing "$listing" --jobs "$(nproc)" "$elf" "${scenarios[@]}"; }
added_up() { # LOG...: the sum of their last lines
    awk '/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ { p += $1; f += $3; s += $5 }
        END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$@"
}
# Inside hash and curve, where only such forgeries tell what one instruction does: as sampled, if a provider changed.
if [ $mode = slice ] && curve=$(tr , '\n' <<< "$sources" | grep -E '^(providers|src/crypto)/' | paste -sd, -); then
    say "in hash and curve: $curve"
    deep=()
    for scenario in "${scenarios[@]}"; do case $scenario in half-no-u* | one-turn*) deep+=("$scenario") ;; esac; done
    status=0
    run | tee "$work/log" || status=1
    "$fault" --model skip1 --model opcode --model register --at-most 1 --sources "$curve" --listing "$listing" --jobs "$(nproc)" \
        "$elf" "${deep[@]}" | tee "$work/log2" || status=1
    added_up "$work/log" "$work/log2"
    exit $status
fi
if [ "${whole:-no}" != rot ]; then
    run
    exit
fi
# The whole of it: the shipped root, then the smallest, then Clang's.
status=0
run | tee "$work/log" || status=1
say "the smallest root"
PRM_ROOT=rot_p256 PRM_FAULT_WORK=$work-p256 PRM_FAULT_TABLE=$table.p256 scripts/fault.sh --model skip1 | tee "$work/log2" || status=1
say "the root that Clang builds"
PRM_FAULT_TABLE=$table.clang scripts/fault.sh --clang --model skip1 | tee "$work/log3" || status=1
{
    sed 's/^/rot /' "$table"
    sed 's/^/rot_p256 /' "$table.p256"
    sed 's/^/clang /' "$table.clang"
} > "$table.tmp"
mv "$table.tmp" "$table"
rm -f "$table.p256" "$table.clang"
added_up "$work/log" "$work/log2" "$work/log3"
exit $status

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The demonstration, as a transcript: a firmware is signed, a device runs it, and everything else is refused.
# Each step is checked; the first that doesn't do what it should ends the script with status 1.
# Everything it makes is in build/demo, and the commands shown work from there.
# PRIMUM, FIRMWARE and DEMO name other places.
set -u
cd "$(dirname "$0")/.." || exit 3

PRIMUM=${PRIMUM:-$PWD/build/host-debug/cli/primum}
FIRMWARE=${FIRMWARE:-../firmware/firmware}
DEMO=${DEMO:-build/demo}
PRIMUM_ROT=${PRIMUM_ROT:-$FIRMWARE/rot/rot.bin}
export PRIMUM_ROT
VENDOR=acme-medical.example
CLASS=infusion-pump
TIMEOUT=20
step=0

# Only a folder that this script made is cleared.
if [ -e "$DEMO" ] && [ ! -e "$DEMO/.primum-demo" ]; then
    echo "demo: $DEMO exists and isn't the demo's; remove it or set DEMO" >&2
    exit 3
fi
rm -rf "$DEMO" && mkdir -p "$DEMO" && cd "$DEMO" && touch .primum-demo || exit 3
for needed in "$PRIMUM" "$PRIMUM_ROT" "$FIRMWARE/pump/pump1.a.elf"; do
    [ -e "$needed" ] || { echo "demo: $needed is missing; 'make demo' builds it" >&2; exit 3; }
done

title() {
    step=$((step + 1))
    printf '\n--- %d. %s\n' "$step" "$*"
}

fail() {
    printf '\ndemo: FAILED at step %d: %s\n' "$step" "$*" >&2
    exit 1
}

# run STATUS ARGUMENT...: shows the command and what it says; it must end with STATUS. What it said is in last.txt.
run() {
    want=$1
    shift
    printf '$ primum'
    printf ' %s' "$@"
    printf '\n'
    "$PRIMUM" "$@" > last.txt 2>&1
    got=$?
    sed 's/^/  /' last.txt
    [ "$got" -eq "$want" ] || fail "exit status $got instead of $want"
}

# said TEXT: the last command must have said it.
said() {
    grep -qF -- "$1" last.txt || fail "it did not say '$1'"
}

# sign NAME SEQUENCE KEY CLASS VERSION_OF_PUMP
sign() {
    run 0 sign --vendor "$VENDOR" --class "$4" --sequence "$2" --version "$5.0.0" --name "Pump" \
        --image "a=$FIRMWARE/pump/pump$5.a.elf" --image "b=$FIRMWARE/pump/pump$5.b.elf" --key "$3" -o "$1"
}

# boots VERSION SLOT: the device must start this version of the pump from this slot, and the pump must dose.
boots() {
    run 0 device boot dev --timeout "$TIMEOUT" --until "dose 1"
    said "rot | rot: run $2"
    said "app | pump: version $1"
}

# refuses SLOT CODE TEXT: the report of the last boot must give this reason for the slot.
refuses() {
    "$PRIMUM" device report dev > last.txt 2>&1
    grep -E "^(slot|started|recovery)" last.txt | sed 's/^/  /'
    said "slot $1    $2: $3"
}

title "The vendor makes a signing key. Devices are told the public half."
run 0 keygen --alg ESP256 -o vendor

title "Two versions of the pump's firmware are signed, each linked for both slots."
sign pump1.suit 1 vendor.pem "$CLASS" 1
sign pump2.suit 2 vendor.pem "$CLASS" 2
run 0 verify pump2.suit --trust vendor.pub.pem --vendor "$VENDOR" --class "$CLASS"

title "The factory makes a device (a Cortex-M33, emulated), and puts version 1 in slot A, 2 in B."
run 0 device new dev --vendor "$VENDOR" --class "$CLASS" --trust vendor.pub.pem
run 0 device flash dev --slot a pump1.suit
run 0 device flash dev --slot b pump2.suit

title "Both are authentic: the newer one runs, and doses."
boots 2 B

title "One bit of version 2 flips in flash. It isn't run any more; version 1 is."
run 0 device flip dev --slot b --image-bit 4242
boots 1 A
refuses B IMG2 "the image is not the one that was signed"

title "One bit of version 1 flips too. Nothing is fit to run: recovery, and no code but the root's."
run 0 device flip dev --slot a --image-bit 0
run 1 device boot dev --timeout "$TIMEOUT"
said "rot | rot: recovery"
if grep -q "^app" last.txt; then fail "an application ran"; fi
refuses A IMG2 "the image is not the one that was signed"
said "recovery  BOO1: nothing in the device is fit to run"

title "Version 1 is put back into A: the device works again."
run 0 device flash dev --slot a pump1.suit
boots 1 A

title "Somebody else signs a release, newer than all others. That key is not trusted: refused."
run 0 keygen --alg ESP256 -o stranger
sign stranger.suit 99 stranger.pem "$CLASS" 2
run 1 verify stranger.suit --trust vendor.pub.pem
said "SIG2: signed by a key that is not among the trust anchors"
run 0 device flash dev --slot b stranger.suit
boots 1 A
refuses B SIG2 "signed by a key that is not among the trust anchors"

title "The vendor signs a release for another class of device. Authentic, but not for this one: refused."
sign other.suit 99 vendor.pem syringe-driver 2
run 1 verify other.suit --trust vendor.pub.pem --vendor "$VENDOR" --class "$CLASS"
said "DEV2: made for another class of device"
run 0 device flash dev --slot b other.suit
boots 1 A
refuses B DEV2 "made for another class of device"

title "The rollback floor rises to 2. Version 1 is authentic and whole, and too old now: refused; 2 runs."
run 0 device set-floor dev 2
run 0 device flash dev --slot b pump2.suit
boots 2 B
refuses A VER1 "older than the rollback floor"

printf '\ndemo: %d steps, each did what it should. The files are in %s.\n' "$step" "$DEMO"

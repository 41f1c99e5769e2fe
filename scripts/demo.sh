#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The demonstration, as a transcript: a firmware is signed with two kinds of keys, a device runs it, and everything else
# is refused; a key is stolen and revoked; then a device is updated over its wire, with everything that goes wrong with
# updates.
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
KEYS="vendor.pem vendor.hss" # a release is signed with both
TRUST="--trust vendor.pub.pem --trust vendor.hss.pub"
ROOTS="--root-key root1.pub.pem --root-key root2.pub.pem --root-key root3.pub.pem --need-root 2"
TIMEOUT=20
step=0

# Only a folder that this script made is cleared.
if [ -e "$DEMO" ] && [ ! -e "$DEMO/.primum-demo" ]; then
    echo "demo: $DEMO exists and isn't the demo's; remove it or set DEMO" >&2
    exit 3
fi
rm -rf "$DEMO" && mkdir -p "$DEMO" && cd "$DEMO" && touch .primum-demo || exit 3
for needed in "$PRIMUM" "$PRIMUM_ROT" "$FIRMWARE/pump/pump1.a.elf" \
    "$FIRMWARE/services/services.a.elf"; do
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

# sign NAME SEQUENCE KEYS CLASS VERSION_OF_PUMP [MORE OPTIONS]
sign() {
    name=$1 sequence=$2 keys=$3 class=$4 pump=$5
    shift 5
    for key in $keys; do set -- "$@" --key "$key"; done
    run 0 sign --vendor "$VENDOR" --class "$class" --sequence "$sequence" --version "$pump.0.0" --name "Pump" \
        --image "a=$FIRMWARE/pump/pump$pump.a.elf" --image "b=$FIRMWARE/pump/pump$pump.b.elf" \
        --services "a=$FIRMWARE/services/services.a.elf" --services "b=$FIRMWARE/services/services.b.elf" \
        "$@" -o "$name"
}

# boots VERSION SLOT: the device must start this version of the pump from this slot, and the pump must dose.
boots() {
    run 0 device boot "$DEVICE" --timeout "$TIMEOUT" --until "dose 1"
    said "rot | rot: run $2"
    said "app | pump: version $1"
}

# refuses SLOT CODE TEXT: the report of the last boot must give this reason for the slot.
refuses() {
    "$PRIMUM" device report "$DEVICE" > last.txt 2>&1
    grep -E "^(slot|started|recovery)" last.txt | sed 's/^/  /'
    said "slot $1    $2: $3"
}

# From here on the device runs behind; what it showed since the last command is in since.txt.
mark() {
    wc -l < "$DEVICE/console.log" > mark.txt
}

# waits SECONDS TEXT: the console must show it.
waits() {
    tries=$(($1 * 10))
    while [ "$tries" -gt 0 ]; do
        tail -n "+$(($(cat mark.txt) + 1))" "$DEVICE/console.log" > since.txt
        grep -qF -- "$2" since.txt && return 0
        tries=$((tries - 1))
        sleep 0.1
    done
    sed 's/^/  /' since.txt
    fail "the device did not show '$2' in $1 s"
}

shows() {
    grep -v "^rot | rot: slot\|alarm\|ALARM\|line clear\|dose [2-9]" since.txt | sed 's/^/  /'
}

# starts TEXT: the device runs behind, with its wire, from when it has shown TEXT.
starts() {
    run 0 device boot "$DEVICE" --wire --background --timeout 60 --until "$1"
    echo 0 > mark.txt
    waits 1 "$1"
    shows
    mark
}

# sends STATUS RELEASE
sends() {
    want=$1
    run "$want" device send "$DEVICE" --quiet --wait 60 "$2"
}

typed() {
    printf '$ printf %s > %s/console.in\n' "$1" "$DEVICE"
    printf '%s' "$1" > "$DEVICE/console.in"
}

DEVICE=dev
trap '[ -e "$DEVICE/boot.pid" ] && "$PRIMUM" device stop "$DEVICE" 2> /dev/null' EXIT

title "The vendor makes two signing keys, P-256 and hash-based: devices want both. Three people make a root key each."
run 0 keygen --alg ESP256 -o vendor
run 0 keygen --alg HSS-LMS --height 5 --winternitz 4 -o vendor
for number in 1 2 3; do run 0 keygen --alg ESP256 -o "root$number"; done

title "Two versions of the pump's firmware are signed, each linked for both slots."
sign pump1.suit 1 "$KEYS" "$CLASS" 1
sign pump2.suit 2 "$KEYS" "$CLASS" 2
run 0 verify pump2.suit $TRUST --vendor "$VENDOR" --class "$CLASS"

title "The factory makes a device (a Cortex-M33, emulated), and puts version 1 in slot A, 2 in B."
run 0 device new dev --vendor "$VENDOR" --class "$CLASS" $TRUST $ROOTS
run 0 device flash dev --slot a pump1.suit
run 0 device flash dev --slot b pump2.suit

title "Both are authentic: the newer one runs, and doses. (A second device: once 2 ran, its floor lets no 1 run any more.)"
cp -a dev newer
DEVICE=newer
boots 2 B
DEVICE=dev

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

title "Somebody else signs a release, newer than all others: refused. So is one with half of the signatures."
run 0 keygen --alg ESP256 -o stranger
sign stranger.suit 99 stranger.pem "$CLASS" 2
run 1 verify stranger.suit $TRUST
said "SIG2: signed by a key that is not among the trust anchors"
sign half.suit 99 vendor.pem "$CLASS" 2
run 1 verify half.suit $TRUST
said "SIG6"
run 0 device flash dev --slot b stranger.suit
boots 1 A
refuses B SIG2 "signed by a key that is not among the trust anchors"

title "The vendor signs a release for another class of device. Authentic, but not for this one: refused."
sign other.suit 99 "$KEYS" syringe-driver 2
run 1 verify other.suit $TRUST --vendor "$VENDOR" --class "$CLASS"
said "DEV2: made for another class of device"
run 0 device flash dev --slot b other.suit
boots 1 A
refuses B DEV2 "made for another class of device"

title "The rollback floor rises to 2. Version 1 is authentic and whole, and too old now: refused; 2 runs."
run 1 device set-floor dev 2
said "nothing in the device would run"
run 0 device flash dev --slot b pump2.suit
run 0 device set-floor dev 2
boots 2 B
refuses A VER1 "older than the rollback floor"

title "The vendor's P-256 key is stolen. Two of the root keys revoke it. The device runs on, and says so."
run 0 keygen --alg ESP256 -o vendor2
run 0 trust make --number 1 --release-key vendor2.pub.pem --release-key vendor.hss.pub -o trust1.trust
run 0 trust sign trust1.trust --key root1.pem
run 0 device flash dev --trust-manifest trust1.trust
said "is not going to follow this"
run 0 trust sign trust1.trust --key root3.pem
run 0 device flash dev --trust-manifest trust1.trust
boots 2 B
said "app | pump: runs on, but its key is revoked"

title "What the stolen key signs is refused from now on, on this device for good. The vendor's next release runs."
sign stolen.suit 50 "$KEYS" "$CLASS" 2
run 0 device flash dev --slot a stolen.suit
boots 2 B
refuses A SIG6 "the policy asks for more signatures than are good"
sign pump3.suit 3 "vendor2.pem vendor.hss" "$CLASS" 3
run 0 verify pump3.suit --trust-manifest trust1.trust $ROOTS
run 0 device flash dev --slot a pump3.suit
boots 3 A

DEVICE=ward
title "Updates. A device in a ward runs version 1, and begins an infusion of hours."
run 0 device new ward --vendor "$VENDOR" --class "$CLASS" $TRUST $ROOTS
run 0 device flash ward --slot a pump1.suit
starts "pump: idle"
typed s
waits 20 "pump: infusing"
shows

title "Version 2 is signed, encrypted for this device, and sent over its wire. The pump infuses: it does not restart now."
sign ward2.suit 2 "$KEYS" "$CLASS" 2 --encrypt-to ward/device.pub.pem --update-authorized --minimum-battery 4000
run 0 verify ward2.suit $TRUST
said "encrypted: every block is the signed one"
sends 0 ward2.suit
waits 20 "pump: not installed now -133 UPD7"
shows

title "The nurse pauses the infusion: version 2 is started, on trial, finds itself well, and stays."
mark
typed p
waits 60 "pump: accepted"
waits 60 "dose 1"
shows

title "A release with one altered byte is sent. It is refused at that block."
mark
sign ward3.suit 3 "$KEYS" "$CLASS" 3 --encrypt-to ward/device.pub.pem
cp ward3.suit bad.suit
# In the payload for slot A, the one that this device needs next.
printf 'X' | dd of=bad.suit bs=1 seek=30000 conv=notrunc status=none
cmp -s ward3.suit bad.suit && printf 'Y' | dd of=bad.suit bs=1 seek=30000 conv=notrunc status=none
run 1 verify bad.suit $TRUST
sends 1 bad.suit
waits 20 "pump: update refused"
shows

title "Version 3 comes, and the plug is pulled in the middle of it. Version 2 is still there."
mark
"$PRIMUM" device send ward --quiet --wait 60 ward3.suit > send.txt 2>&1 &
sender=$!
waits 30 "pump: an update comes in"
sleep 1
run 0 device stop ward
wait "$sender"
sed 's/^/  /' send.txt
starts "dose 1"

title "It is sent again, goes on, and is started at the next pause. It hangs: three boots, ended by the watchdog; then 2 runs."
sends 0 ward3.suit
typed p
waits 120 "fault: watchdog"
sleep 1
tries=900
while [ "$(grep -c "pump: version 3" ward/console.log)" -lt 3 ] && [ "$tries" -gt 0 ]; do
    tries=$((tries - 1))
    sleep 0.1
done
mark
waits 120 "pump: version 2"
waits 120 "dose 1"
[ "$(grep -c "pump: version 3" ward/console.log)" = 3 ] || fail "version 3 did not start exactly three times"
tail -n +1 ward/console.log > since.txt
shows

title "Both slots are destroyed. The root takes a release from the wire: the services, which anyone may read."
run 0 device stop ward
run 0 device erase ward --slot a
run 0 device erase ward --slot b
sign ward4.suit 4 "$KEYS" "$CLASS" 2 --encrypt-to ward/device.pub.pem
starts "rot: wire open"
sends 0 ward4.suit
waits 60 "services: no application, wire open"
shows

title "The services have the key: they take the whole of it, and the pump is back."
mark
sends 0 ward4.suit
waits 60 "pump: accepted"
waits 60 "dose 1"
shows
run 0 device stop ward

printf '\ndemo: %d steps, each did what it should. The files are in %s.\n' "$step" "$DEMO"

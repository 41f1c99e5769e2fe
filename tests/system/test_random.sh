#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Random numbers on the emulated board, asked for by an application: they come, also many at once and often; memory that isn't the
# application's gets none; and no two starts give the same, though the source gives the same samples at each (it is an emulated
# one): with the seed in the EEPROM whole, with either record damaged, and with both. What an old copy of the whole EEPROM does is shown, too:
# it is why a product keeps it where nobody can put it back. Last, a source that dies.
# usage: test_random.sh PRIMUM FIRMWARE_DIR
set -uo pipefail
primum=$1
firmware=$2/firmware
board=$2/tests/board
. "$(dirname "$0")/rig.sh"
needs "$board/services_dying.a.elf" "$primum" "$firmware/rot/rot.bin" "$board/random.a.elf" "$firmware/services/services.a.elf"
workplace
seed_at=$((0x180))
record=56

start() { # its lines in $tmp/seen, its first numbers in `numbers`
    "$primum" device boot device --timeout 60 --until "random: end" > console 2>&1
    sed -n 's/^[a-z]* *| //p' console > seen
    numbers=$(sed -n 's/^random: first ok //p' seen)
    sed -n 's/^random: [a-z]* ok \([0-9a-f]\{64\}\)$/\1/p' seen >> all
}
said() { sed -n "s/^random: $1 *//p" seen; }
damage() { # RECORD: a bit in the middle of it
    local at=$((seed_at + record * $1 + 20)) byte
    byte=$(od -An -tu1 -N1 -j $at device/eeprom.img)
    printf "\\x$(printf %02x $((byte ^ 0x40)))" | dd of=device/eeprom.img bs=1 seek=$at conv=notrunc status=none
}

quietly keygen --alg ESP256 -o maker
sign() { # SERVICES FILE
    quietly sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --key maker.pem -o "$2" \
        --image "a=$board/random.a.elf" --image "b=$board/random.b.elf" --services "a=$1.a.elf" --services "b=$1.b.elf"
}
sign "$firmware/services/services" one.suit
sign "$board/services_dying" dying.suit
new_device() {
    rm -rf device
    quietly device new device --vendor acme.example --class pump --rot "$firmware/rot/rot.bin" --trust maker.pub.pem
    quietly device flash device --slot a "${1:-one.suit}"
}

new_device
is "the factory wrote a seed, twice" "$(od -An -c -N3 -j $seed_at device/eeprom.img | tr -d ' ')$(od -An -c -N3 -j \
    $((seed_at + record)) device/eeprom.img | tr -d ' ')" PRSPRS
cp device/eeprom.img first.img
start
is "the source is said to be emulated" "$(grep -c '^services: random numbers, source emulated: ok' seen)" 1
is "init" "$(said init)" ok
is "first numbers" "${#numbers}" 64
is "many" "$(said many)" "ok, within, all different"
is "often" "$(said requests)" 600
is "into Secure memory" "$(said 'into Secure memory')" "fails 135"
is "into the image" "$(said 'into our image')" "fails 135"
is "none" "$(said nothing)" ok
is "afterwards" "$(said afterwards)" ok
once=$numbers
start
start
damage 0
start
damage 1
start
# Both: twice, which only the count of starts tells apart.
for again in 1 2; do
    damage 0
    damage 1
    start
    is "with both records damaged, too" "$(said init)" ok
done
start
# The whole EEPROM as it was, count of starts included: the same start once more, which shows that the source adds nothing here.
cp first.img device/eeprom.img
"$primum" device boot device --timeout 60 --until "random: end" > console 2>&1
is "an old copy of the whole EEPROM repeats" "$(sed -n 's/^[a-z]* *| random: first ok //p' console)" "$once"
# Others, with the same source and count: with the factory's seed; and two without, which only their fuses tell apart.
new_device
start
for other in 1 2; do
    new_device
    damage 0
    damage 1
    start
done
is "numbers" "$(wc -l < all)" 22
is "equal numbers" "$(sort all | uniq -d | wc -l)" 0

# A source that dies while the device runs: the requests before it get their numbers, none after it does, and the application goes on.
new_device dying.suit
start
requests=$(said requests)
is "dying: at the start" "$(said init)" ok
is "dying: requests" "$([ "${requests:-0}" -gt 50 ] && [ "$requests" -lt 200 ] && echo some)" some
is "dying: none" "$(said nothing)" ok
is "dying: afterwards" "$(said afterwards)" "fails 148"

counted

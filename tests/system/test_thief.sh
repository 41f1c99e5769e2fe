#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A stolen release key, on the emulated board and through the command line. The thief's release has the highest number that
# one step allows, and accepts itself; then nothing that the maker signs by that key is new enough. The root keys revoke it in a new
# epoch, and the healing release boots, on board and host. What ran before boots no more, by either key, put there by wire
# or by a programmer.
# usage: test_thief.sh PRIMUM FIRMWARE_DIR
set -uo pipefail
primum=$1
firmware=$2/firmware

. "$(dirname "$0")/rig.sh"
. "$(dirname "$0")/wire.sh"
needs "$primum" "$firmware/rot/rot.bin" "$firmware/pump/pump1.a.elf" "$firmware/services/services.a.elf"

workplace
sign() { # NAME SEQUENCE KEY PUMP
    run 0 sign --vendor acme.example --class pump --sequence "$2" --version "$4.0.0" --key "$3.pem" -o "$1.suit" \
        --image "a=$firmware/pump/pump$4.a.elf" --image "b=$firmware/pump/pump$4.b.elf" \
        --services "a=$firmware/services/services.a.elf" --services "b=$firmware/services/services.b.elf"
}


# Both say the same: STATUS, and TEXT of the report.
boots() {
    run "$1" device boot d --on host
    said "$2"
    "$primum" device boot d --quiet --timeout 30 --until "dose 1" > out.txt 2>&1
    [ $? = "$1" ] || die "the board ends otherwise than with $1: $(cat out.txt)"
    [ "$("$primum" device report d 2>&1 | grep -cF -- "$2")" -gt 0 ] || die "the board's report lacks '$2': $("$primum" device report d)"
}

for key in stolen stays new root1 root2; do run 0 keygen --alg ESP256 -o $key; done
top=$(((1 << 32) + 1)) # one step above the factory's 1
sign first 1 stolen 1
sign stays3 3 stays 1
sign thief $top stolen 2
sign above $((top + 1)) stolen 1
sign heal 4 new 1
run 0 device new d --vendor acme.example --class pump --trust stolen.pub.pem --trust stays.pub.pem \
    --root-key root1.pub.pem --root-key root2.pub.pem --need-root 2
run 0 device flash d --slot a first.suit
run 0 device boot d --wire --background --timeout 100 --until "pump: idle"
start=$SECONDS

sends 0 thief.suit "pump: accepted"
sends 1 stays3.suit "VER1"
echo "the thief's release of number $top accepted itself: the maker's next one is below the floor"

run 1 trust make --number 1 --epoch 1 --base 4 --previous stolen.pub.pem --previous stays.pub.pem \
    --release-key stolen.pub.pem --release-key stays.pub.pem --release-key new.pub.pem -o all.trust
said "still lists every release key"
run 0 trust make --number 1 --epoch 1 --base 4 --previous stolen.pub.pem --previous stays.pub.pem \
    --release-key stays.pub.pem --release-key new.pub.pem -o cure.trust
run 0 trust sign cure.trust --key root1.pem --key root2.pem
sends 0 cure.trust "pump: runs on, but its key is revoked"
sends 1 above.suit "SIG2"
sends 1 stays3.suit "VER1" # by a key that stays, but below the base
sends 0 heal.suit "pump: accepted"
run 0 device stop d
boots 0 "epoch 1, sequence 4"
echo "the root keys revoked it in a new epoch: nothing older is taken over the wire, and the healing release runs"

# What a programmer puts there: beside it, each is refused; alone, each leaves nothing to run.
run 0 device report d
grep -q "started   A" out.txt && other=b || other=a
for release in first thief above stays3; do
    run 0 device flash d --slot $other $release.suit
    run 0 device boot d --on host
done
for slot in a b; do run 0 device flash d --slot $slot thief.suit; done
boots 1 "SIG2"
for slot in a b; do run 0 device flash d --slot $slot stays3.suit; done
boots 1 "VER1"
echo "passed ($((SECONDS - start)) s on the board)"

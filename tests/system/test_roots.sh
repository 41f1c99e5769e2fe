#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Both roots on the emulated board: each runs the releases that it should, and nothing once a bit flipped.
#   rot_p256   an ECDSA-signed release; one for a device that wants hash-based signatures too can't be judged: refused
#   rot        the same, and a release with both signatures on a device that wants both; the same with one is refused
# usage: test_roots.sh PRIMUM FIRMWARE_DIR
set -uo pipefail
primum=$1
firmware=$2/firmware
. "$(dirname "$0")/rig.sh"
needs "$primum" "$firmware/rot/rot_p256.bin" "$firmware/rot/rot.bin" "$firmware/pump/pump1.a.elf"
workplace

sign() { # NAME KEY...
    local name=$1 keys=() key
    shift
    for key in "$@"; do keys+=(--key "$key"); done
    quietly sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 "${keys[@]}" -o "$name.suit" \
        --image "a=$firmware/pump/pump1.a.elf" --image "b=$firmware/pump/pump1.b.elf" \
        --services "a=$firmware/services/services.a.elf" --services "b=$firmware/services/services.b.elf"
}

make_device() { # NAME ROOT RELEASE TRUST...
    local name=$1 root=$2 release=$3 trust=() key
    shift 3
    for key in "$@"; do trust+=(--trust "$key"); done
    quietly device new "$name" --vendor acme.example --class pump --rot "$firmware/rot/$root.bin" "${trust[@]}"
    "$primum" device flash "$name" --slot a "$release.suit" > out.txt 2>&1 # warns of what will be refused
}

expect() { # STATUS TEXT DEVICE
    "$primum" device boot "$3" --timeout 20 --until "dose 1" > out.txt 2>&1
    local status=$?
    if [ $status = "$1" ] && grep -qF -- "$2" out.txt; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $3: exit status $status instead of $1, or no '$2': $(cat out.txt)"
    fi
}

quietly keygen --alg ESP256 -o maker
quietly keygen --alg HSS-LMS --height 5 --winternitz 4 -o post
sign one maker.pem
sign both maker.pem post.hss

for root in rot_p256 rot; do
    make_device "$root" $root one maker.pub.pem
    expect 0 "pump: 15 s: dose 1" $root
    quietly device flip $root --slot a --image-bit 4242
    expect 1 "rot: slot A IMG2" $root
done
make_device p256-both rot_p256 both maker.pub.pem post.hss.pub
expect 1 "rot: slot A SIG6" p256-both
make_device both rot both maker.pub.pem post.hss.pub
expect 0 "pump: 15 s: dose 1" both
make_device one rot one maker.pub.pem post.hss.pub
expect 1 "rot: slot A SIG6" one

counted

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Keys that can be replaced, on the emulated board and through the command line: two of three root keys (two P-256, one
# HSS-LMS) rule. Over the wire: too few signatures, one key twice, a trust manifest alone, a release by the revoked key, an
# older manifest, a manifest and its release in one file, recovery when both trust slots are destroyed, one lost root key.
# usage: test_trust.sh PRIMUM FIRMWARE_DIR
set -uo pipefail
primum=$1
firmware=$2/firmware
trust_off=($((0x100000)) $((0x104000)))

. "$(dirname "$0")/rig.sh"
. "$(dirname "$0")/wire.sh"
needs "$primum" "$firmware/rot/rot.bin" "$firmware/pump/pump1.a.elf" "$firmware/services/services.a.elf"

workplace in-memory
sign() { # NAME SEQUENCE KEY...
    local name=$1 sequence=$2 keys=()
    shift 2
    for key in "$@"; do keys+=(--key "$key"); done
    run 0 sign --vendor acme-medical.example --class infusion-pump --sequence "$sequence" --version "$sequence.0.0" \
        --image "a=$firmware/pump/pump2.a.elf" --image "b=$firmware/pump/pump2.b.elf" \
        --services "a=$firmware/services/services.a.elf" --services "b=$firmware/services/services.b.elf" \
        "${keys[@]}" -o "$name"
}

# The device runs behind, with its wire; what it showed since the last mark is looked at.
typed() { printf '%s' "$1" > d/console.in; }
infuses() { # for hours: nothing restarts now
    starts "pump: idle"
    typed s
    waits "pump: infusing"
}
stops() { run 0 device stop d; }
slot() { tail -c "+$((trust_off[$1] + 1))" d/flash.img | head -c 16384; }
damage() { dd if=/dev/zero of=d/flash.img bs=1 count=64 seek="${trust_off[$1]}" conv=notrunc status=none; }

for key in old new next root1 root2; do run 0 keygen --alg ESP256 -o $key; done
for key in root3 hash; do run 0 keygen --alg HSS-LMS --height 5 --winternitz 4 -o $key; done
sign old1.suit 1 old.pem
sign old9.suit 9 old.pem
sign next4.suit 4 next.pem hash.hss
make() { # NUMBER KEY...
    local number=$1 keys=()
    shift
    for key in "$@"; do keys+=(--release-key "$key"); done
    run 0 trust make --number "$number" "${keys[@]}" -o "t$number.trust"
}
make 1 new.pub.pem
make 2 new.pub.pem
make 3 "next.pub.pem,vendor=acme-medical.example,class=infusion-pump" hash.hss.pub
make 4 next.pub.pem hash.hss.pub
run 0 trust sign t1.trust --key root1.pem --key root2.pem
run 0 trust sign t2.trust --key root1.pem -o few.trust
# One signature, twice: the file without signatures ends with an empty array.
size=$(wc -c < t2.trust)
{ head -c $((size - 1)) t2.trust; printf '\202'; tail -c "+$((size + 1))" few.trust; tail -c "+$((size + 1))" few.trust; } > twice.trust
run 1 trust sign few.trust --key root1.pem
said "counts once"
# Made elsewhere: what is to be signed goes out, a signature in DER comes back.
run 0 trust sign t2.trust --key root1.pem
run 0 trust sign t2.trust --public root2.pub.pem --to-be-signed tbs
openssl dgst -sha256 -sign root2.pem -out tbs.sig tbs || die "openssl can't sign"
run 1 trust sign t2.trust --public root1.pub.pem --attach tbs.sig
run 0 trust sign t2.trust --public root2.pub.pem --attach tbs.sig
run 0 trust sign t3.trust --key root1.pem --key root3.hss
run 0 trust sign t4.trust --key root2.pem --key root3.hss
run 0 inspect t3.trust
said "trust       number 3"
cat t3.trust next4.suit > both.bin
run 0 inspect both.bin
said "a release that comes with it"
roots=(--root-key root1.pub.pem --root-key root2.pub.pem --root-key root3.hss.pub --need-root 2)
run 0 verify next4.suit --trust-manifest t3.trust "${roots[@]}"
run 1 verify old1.suit --trust-manifest t3.trust "${roots[@]}"
run 1 verify next4.suit --trust-manifest few.trust "${roots[@]}"

run 0 device new d --vendor acme-medical.example --class infusion-pump --trust old.pub.pem "${roots[@]}"
run 0 device flash d --slot a old1.suit
infuses
start=$SECONDS
sends 1 few.trust "SIG6"
sends 1 twice.trust "SIG6"
echo "too few root signatures, and one key twice: refused"

sends 0 t2.trust "pump: trust manifest complete and authentic"
waits "pump: not installed now"
typed p
waits "pump: trust manifest kept, in force from the next restart"
waits "services: trust 2"
waits "pump: runs on, but its key is revoked"
sends 1 old9.suit "SIG2"
echo "trust manifest alone: kept, in force after the restart that the pump agreed to; the revoked key signs no other release"
sends 1 t1.trust "TRU3"
stops
run 0 device boot d --timeout 60 --until "dose 1"
run 0 device report d
said "trust     manifest 2 is in force"
said "slot A runs on, but its key is revoked: update it"
cmp -s <(slot 0) <(slot 1) || die "the slots are not copies of each other"
damage 1
run 0 device boot d --timeout 60 --until "dose 1"
cmp -s <(slot 0) <(slot 1) || die "a damaged slot was not mended"
echo "an older manifest: refused; a damaged slot: mended"

infuses
sends 0 both.bin "pump: not installed now"
typed p
waits "pump: accepted"
waits "services: trust 3"
stops
run 0 device boot d --timeout 60 --until "dose 1"
said "run B"
run 0 device report d
said "trust     manifest 3 is in force"
echo "a manifest and its release, by keys of both kinds that only the manifest names: runs"

run 0 device erase d --slot trust
run 1 device boot d --timeout 20
said "recovery TRU4"
starts "rot: wire open"
sends 1 next4.suit "rot: wire"
sends 1 t2.trust "rot: wire TRU3"
sends 0 t3.trust "rot: wire ok"
waits "services: trust 3"
waits "pump: idle"
echo "both trust slots destroyed: the root takes the manifest again, but none below the floor"
sends 0 t4.trust "pump: trust manifest complete"
waits "services: trust 4"
# B19: the same again restarts nothing.
sends 0 t4.trust "pump: trust manifest is in force already"
typed s
waits "pump: infusing"
! tail -n "+$((seen + 1))" d/console.log | grep -q "rot: " || die "it restarted for a manifest that is in force"
run 0 device report d # while it runs
said "trust     manifest 4 is in force"
stops
echo "one root key lost: the other two rule; what is in force already restarts nothing"

# The factory's programmer, and the host's boot over the same files.
run 0 device new e --vendor acme-medical.example --class infusion-pump --trust old.pub.pem "${roots[@]}"
run 0 device flash e --trust-manifest t3.trust
run 0 device flash e --slot a next4.suit
run 0 device boot e --on host
said "trust     manifest 3 is in force"
run 0 device boot e --timeout 60 --until "dose 1"
run 0 device flash e --trust-manifest few.trust
said "is not going to follow this"
run 1 device boot e --timeout 20
said "recovery TRU4"
echo "passed ($((SECONDS - start)) s on the board)"

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Payload bytes are signed bytes, in every kind of release that the command makes; judged by payload_bytes.cjs, which shares
# no code with ours. scripts/setup.sh puts the npm package `cbor` into .deps/node_modules.
# usage: test_payload_bytes.sh PRIMUM FIRMWARE_DIR SOURCE_DIR
set -uo pipefail
primum=$1
firmware=$2/firmware
here=$(cd "$(dirname "$0")" && pwd)

for needed in "$primum" "$firmware/pump/pump1.a.elf" "$firmware/services/services.a.elf"; do
    [ -e "$needed" ] || { echo "skipped: no $needed"; exit 77; }
done
command -v node > /dev/null || { echo "skipped: no node"; exit 77; }
for modules in "${PRM_DEPS:-$3/.deps}/node_modules" "${MBEDTLS_DIR:-$3/.deps/mbedtls}/../node_modules"; do
    [ ! -e "$modules/cbor/package.json" ] || export NODE_PATH=$modules
done
[ -n "${NODE_PATH:-}" ] || { echo "skipped: no npm package cbor; run scripts/setup.sh where npm is"; exit 77; }

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
kinds=0

die() {
    echo "FAILED: $*"
    exit 1
}

primum() { "$primum" "$@" > out.txt 2>&1 || die "primum $*: $(cat out.txt)"; }

apps=(--image "a=$firmware/pump/pump1.a.elf" --image "b=$firmware/pump/pump1.b.elf")
services=(--services "a=$firmware/services/services.a.elf" --services "b=$firmware/services/services.b.elf")
key=(--key signer.pem)
alone=("${apps[@]}" --components 1)

# kind EXPECTED lists|plain OPTION...: a release with these options must be judged so.
kind() {
    local expected=$1 lists=$2 said
    shift 2
    rm -f r.suit r.*.bin r.*.blocks
    primum sign --vendor acme-medical.example --class infusion-pump --sequence 7 --version 7.0.0 "$@" -o r.suit
    said=$(node "$here/payload_bytes.cjs" r.suit signer.pub.pem device.pem "$lists" 2>&1) || die "$*: $said"
    [ "$said" = "$expected" ] || die "$*: '$said' instead of '$expected'"
    kinds=$((kinds + 1))
}

# verdict STATUS TEXT OPTION...: what our own command says of the release that was made last.
verdict() {
    local want=$1 text=$2 got
    shift 2
    "$primum" verify r.suit --trust signer.pub.pem "$@" > out.txt 2>&1
    got=$?
    [ $got = "$want" ] && grep -qF -- "$text" out.txt || die "verify: exit status $got, not $want with '$text': $(cat out.txt)"
}

primum keygen --alg ESP256 -o signer
primum keygen --alg ECDH-P256 -o device
primum keygen --alg ECDH-P256 -o other
primum keygen --alg HSS-LMS --height 5 --winternitz 8 -o hash

to=(--encrypt-to device.pub.pem)
kind '2 payloads, 2 lists' lists "${alone[@]}" "${key[@]}"
kind '1 payloads, 1 lists' lists "${alone[@]:2}" "${key[@]}"
kind '2 payloads, 2 lists' lists "${alone[@]}" "${to[@]}" "${key[@]}"
kind '4 payloads, 4 lists' lists "${apps[@]}" "${services[@]}" "${key[@]}"
verdict 0 'OK: right for a device as assumed below (sequence'
kind '4 payloads, 4 lists' lists "${apps[@]}" "${services[@]}" "${to[@]}" "${key[@]}"
kind '4 payloads, 4 lists' lists "${apps[@]}" "${services[@]}" "${to[@]}" --encrypt-to other.pub.pem --encrypt-services "${key[@]}"
kind '4 payloads, 4 lists' lists "${apps[@]}" "${services[@]}" "${to[@]}" "${key[@]}" --key hash.hss
kind '4 payloads, 4 lists' lists "${apps[@]}" "${services[@]}" "${to[@]}" "${key[@]}" --detached
verdict 0 'every block is the signed one'
mv r.b0.blocks away
verdict 1 'LST1'
mv away r.b0.blocks
printf x >> r.b0.bin
verdict 1 'UPD4'
kind '4 payloads, 4 lists' lists "${apps[@]}" "${services[@]}" "${to[@]}" "${key[@]}" --update-authorized --minimum-battery 5
kind '4 payloads, 0 lists' plain "${apps[@]}" "${services[@]}" "${key[@]}" --plain
verdict 0 'no device takes it over its wire'
kind '4 payloads, 0 lists' plain "${apps[@]}" "${services[@]}" "${to[@]}" --encrypt-services "${key[@]}" --plain
kind '4 payloads, 0 lists' plain "${apps[@]}" "${services[@]}" "${to[@]}" "${key[@]}" --plain --detached
verdict 1 'LST1' # a ciphertext without a list: nobody but its devices can tell

# The judge sees what it must: one bit of a payload, of a list, of the manifest, and bytes that are no part of the payload.
refused() { # what FILE
    ! node "$here/payload_bytes.cjs" "$2" signer.pub.pem device.pem lists > out.txt 2>&1 || die "not refused: $1"
}
flip() { # FILE OFFSET: its last bit but the offset's eighth
    cp r.suit "$1"
    printf "\\x$(printf '%02x' $(($(od -An -tu1 -j "$2" -N1 r.suit) ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
kind '2 payloads, 2 lists' lists "${alone[@]}" "${key[@]}"
flip payload.suit $(($(stat -c %s r.suit) - 1))
refused 'a bit of a payload' payload.suit
flip list.suit $(($(grep -abo '#A0' r.suit | tail -n 1 | cut -d: -f1) + 20))
refused 'a bit of a list' list.suit
flip manifest.suit $(($(grep -abo 'acme-medical' r.suit | head -n 1 | cut -d: -f1) + 2))
refused 'a bit of the manifest' manifest.suit
kind '2 payloads, 2 lists' lists "${alone[@]}" "${key[@]}" --detached
printf x >> r.b0.bin
refused 'a byte behind a payload' r.suit

echo "$kinds releases of 12 kinds: every payload is what was signed"

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: stack.sh [--bytes]
# The stack high-water mark of the immutable root, beside its limit: the lowest stack pointer at any instruction from
# reset to hand-over, in Unicorn, over devices whose banks hold releases (A, B, both; B with two kinds of signature; A by a
# trust manifest in force), or in the boot in
# which one takes effect); not recovery over the wire.
# --bytes: the number alone.
set -euo pipefail
cd "$(dirname "$0")/.."
firmware=${PRM_FIRMWARE:-build/firmware}
host=${PRM_HOST:-build/host-debug}
limit=2560
elf=$firmware/firmware/rot/rot.elf
primum=$host/cli/primum
for file in "$elf" "$host/tests/fault/fault" "$primum"; do
    [ -f "$file" ] || { printf 'stack: no %s: make build first\n' "$file" >&2; exit 3; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$primum" keygen --alg ESP256 -o "$work/key" > /dev/null
"$primum" keygen --alg HSS-LMS --height 5 --winternitz 4 -o "$work/post" > /dev/null
for n in 1 2; do
    post=()
    [ $n = 1 ] || post=(--key "$work/post.hss")
    "$primum" sign --vendor acme.example --class pump --sequence $n --version $n.0.0 --key "$work/key.pem" \
        "${post[@]}" --image "a=$firmware/firmware/pump/pump$n.a.elf" --image "b=$firmware/firmware/pump/pump$n.b.elf" \
        --services "a=$firmware/firmware/services/services.a.elf" \
        --services "b=$firmware/firmware/services/services.b.elf" -o "$work/$n.suit" > /dev/null
done
scenarios=()
for slots in A B AB hybridB; do
    trust=(--trust "$work/key.pub.pem")
    [ $slots != hybridB ] || trust+=(--trust "$work/post.hss.pub")
    "$primum" device new "$work/$slots" --vendor acme.example --class pump "${trust[@]}" \
        --rot "${elf%.elf}.bin" > /dev/null
    case $slots in A*) "$primum" device flash "$work/$slots" --slot a "$work/1.suit" > /dev/null ;; esac
    case $slots in *B) "$primum" device flash "$work/$slots" --slot b "$work/2.suit" > /dev/null ;; esac
    scenarios+=("$slots=$work/$slots:${slots#hybrid}")
done
# The rules of a trust manifest, in a boot after the one that took it.
"$primum" keygen --alg ESP256 -o "$work/root" > /dev/null
"$primum" trust make --number 1 --release-key "$work/key.pub.pem" -o "$work/1.trust" > /dev/null
"$primum" trust sign "$work/1.trust" --key "$work/root.pem" > /dev/null
"$primum" device new "$work/T" --vendor acme.example --class pump --trust "$work/key.pub.pem" \
    --root-key "$work/root.pub.pem" --rot "${elf%.elf}.bin" > /dev/null
"$primum" device flash "$work/T" --slot a "$work/1.suit" > /dev/null
"$primum" device flash "$work/T" --trust-manifest "$work/1.trust" > /dev/null
"$primum" device boot "$work/T" --on host > /dev/null
scenarios+=("T=$work/T:A")
# The boot in which one takes effect: that writes a counter and the journal, below the frames of more.
"$primum" device new "$work/N" --vendor acme.example --class pump --trust "$work/key.pub.pem" \
    --root-key "$work/root.pub.pem" --rot "${elf%.elf}.bin" > /dev/null
"$primum" device flash "$work/N" --slot a "$work/1.suit" > /dev/null
"$primum" device flash "$work/N" --trust-manifest "$work/1.trust" > /dev/null
scenarios+=("N=$work/N:A")
out=$("$host/tests/fault/fault" --boots "$elf" "${scenarios[@]}")
used=$(printf '%s\n' "$out" | sed -n 's/.*, \([0-9]*\) bytes of stack/\1/p' | sort -n | tail -1)
[ -n "$used" ] || { printf 'stack: not measured\n' >&2; exit 3; }
if [ "${1:-}" = --bytes ]; then
    printf '%s\n' "$used"
elif [ "$used" -le $limit ]; then
    printf '  %-34s %6d of %6d bytes, %d free\n' 'stack high-water' "$used" $limit $((limit - used))
else
    printf '  %-34s %6d of %6d bytes: %d TOO MANY\n' 'stack high-water' "$used" $limit $((used - limit))
fi
[ "$used" -le $limit ]

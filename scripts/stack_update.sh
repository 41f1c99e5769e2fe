#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: stack_update.sh
# The stack high-water marks that scripts/stack.sh doesn't see: the root's in recovery over the wire, and the services' while
# they take, install and accept a release. In QEMU, whose RAM begins as zeros (the root gives the services theirs so too): the
# lowest word that isn't zero, looked at all the time, since a reset clears it. Every look sees all that was pushed before it.
set -euo pipefail
cd "$(dirname "$0")/.."
firmware=$PWD/${PRM_FIRMWARE:-build/firmware}/firmware
primum=$PWD/${PRM_HOST:-build/host-debug}/cli/primum
for file in "$firmware/rot/rot.elf" "$firmware/services/services.a.elf" "$primum"; do
    [ -f "$file" ] || { printf 'stack: no %s: make build first\n' "$file" >&2; exit 3; }
done
qemu=$(command -v qemu-system-arm) || { printf 'stack: no qemu-system-arm\n' >&2; exit 3; }
export PRIMUM_ROT=$firmware/rot/rot.bin
work=$(mktemp -d)
looker=
drain=
trap 'for pid in $looker $drain; do kill "$pid" 2> /dev/null || true; done; "$primum" device stop "$work/dev" > /dev/null 2>&1; rm -rf "$work"' EXIT
cd "$work"

# QEMU as `primum` starts it, with a monitor through which its memory can be read.
mkdir bin
printf '#!/bin/bash\nexec %s "$@" -chardev pipe,id=look,path=%s/look -mon chardev=look\n' "$qemu" "$work" > bin/qemu-system-arm
chmod +x bin/qemu-system-arm
mkfifo look.in look.out
export PATH=$work/bin:$PATH

symbol() { # ELF name: in decimal
    printf '%d' "0x$(arm-none-eabi-nm "$1" | awk -v name="$2" '$3 == name { print $1 }')"
}

# Reads the stack again and again, which is possible while the machine is in the Secure state; keeps the most used.
look() { # address size FILE
    local used most=0
    while :; do
        rm -f sample
        printf 'memsave %d %d "%s/sample"\n' "$1" "$2" "$work" > look.in
        sleep 0.03
        [ "$(stat -c %s sample 2> /dev/null || echo 0)" = "$2" ] || continue
        used=$(od -An -v -tx4 -w4 sample | awk -v size="$2" '$1 != "00000000" && !n++ { print size - 4 * (NR - 1) }')
        [ "${used:-0}" -le $most ] || { most=$used; printf '%d\n' $most > "$3"; }
    done
}

watch_stack() { # ELF FILE
    [ -z "$looker" ] || { kill "$looker" || true; wait "$looker" 2> /dev/null || true; }
    look "$(symbol "$1" prm_ld_stack_limit)" "$(symbol "$1" prm_ld_stack_size)" "$2" &
    looker=$!
}

waits() { # TEXT
    for ((i = 0; i < 600; i++)); do
        ! grep -qF "$1" dev/console.log || return 0
        sleep 0.1
    done
    printf 'stack: the device never said "%s"\n' "$1" >&2
    exit 3
}

report() { # what FILE ELF
    local used limit
    used=$(cat "$2" 2> /dev/null || echo 0)
    limit=$(symbol "$3" prm_ld_stack_size)
    printf '  %-34s %6d of %6d bytes, %d free\n' "$1" "$used" "$limit" $((limit - used))
    [ "$used" -gt 0 ] && [ "$used" -lt "$limit" ]
}

# Releases with signatures of both kinds: what verifies them stands deepest.
"$primum" keygen --alg ESP256 -o key > /dev/null
"$primum" keygen --alg HSS-LMS --height 5 -o post > /dev/null
"$primum" device new dev --vendor acme.example --class pump --trust key.pub.pem --trust post.hss.pub > /dev/null
for n in 1 2; do
    "$primum" sign --vendor acme.example --class pump --sequence $n --version $n.0.0 --key key.pem --key post.hss \
        --image "a=$firmware/pump/pump$n.a.elf" --image "b=$firmware/pump/pump$n.b.elf" \
        --services "a=$firmware/services/services.a.elf" --services "b=$firmware/services/services.b.elf" \
        --encrypt-to dev/device.pub.pem -o $n.suit > /dev/null
done
exec 3<> look.out # so that what the monitor says goes somewhere
cat <&3 > /dev/null &
drain=$!
"$primum" device boot dev --wire --background --timeout 60 --until "rot: wire open" > /dev/null
watch_stack "$firmware/rot/rot.elf" root
"$primum" device send dev --quiet --wait 60 1.suit > /dev/null
waits "services: no application, wire open"
watch_stack "$firmware/services/services.a.elf" services
"$primum" device send dev --quiet --wait 60 1.suit > /dev/null
waits "dose 1"
"$primum" device send dev --quiet --wait 60 2.suit > /dev/null
waits "pump: accepted"
status=0
report 'stack, root in recovery' root "$firmware/rot/rot.elf" || status=1
report 'stack, services' services "$firmware/services/services.a.elf" || status=1
exit $status

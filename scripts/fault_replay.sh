#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: fault_replay.sh MODEL:SCENARIO:OUTSIDE.INSIDE:DETAIL [ELF [DEVICES]]
#
# Replays one fault on the emulated board by QEMU's debugger, beside `fault.sh --replay`, which does it in Unicorn: the board
# stops at the first, or the n-th, execution of the instruction, the fault is made there, and it goes on. Models: skip1, skip2,
# opcode, register, load, ram. What the console then says, and where the core is, is printed. Needs gdb-multiarch.
# Exit status 0: it was replayed, whatever came of it.
set -euo pipefail
cd "$(dirname "$0")/.."
id=${1:?usage: fault_replay.sh MODEL:SCENARIO:OUTSIDE.INSIDE:DETAIL}
elf=${2:-build/firmware/firmware/rot/rot.elf}
devices=${3:-build/fault}
host=${PRM_HOST:-build/host-debug}
command -v gdb-multiarch > /dev/null || { echo 'fault_replay: no gdb-multiarch (package gdb-multiarch)' >&2; exit 3; }
IFS=: read -r model scenario _ detail <<< "$id"

# Unicorn's word on it: the address, and the how-many-eth time it is executed.
said=$("$host/tests/fault/fault" --listing "$devices/rot.listing" --replay "$id" "$elf" "$scenario=$devices/$scenario") || true
printf 'Unicorn: %s\n' "$said"
address=$(grep -o ' at 0x1000[0-9a-f]*' <<< "$said" | head -1 | cut -c5-)
times=$(sed -n 's/.*execution \([0-9]*\) of it.*/\1/p' <<< "$said")
[ -n "$address" ] && [ -n "$times" ] || { echo 'fault_replay: no such fault' >&2; exit 3; }

work=$(mktemp -d)
qemu=
trap '[ -z "$qemu" ] || kill "$qemu" 2> /dev/null; rm -rf "$work"' EXIT
cp -r "$devices/$scenario" "$work/device"
port=$((20000 + RANDOM % 20000))
fuses=$(sed -n 's/^#define BOARD_FUSES_BASE \(0x[0-9A-Fa-f]*\).*/\1/p' ports/mps2-an505/board.h)
qemu-system-arm -M mps2-an505,memory-backend=nvm -S -gdb "tcp:127.0.0.1:$port" \
    -object "memory-backend-file,id=nvm,size=16M,mem-path=$work/device/flash.img,share=on" \
    -drive "if=none,id=ee,format=raw,file=$work/device/eeprom.img" \
    -device at24c-eeprom,bus=i2c,address=0x50,rom-size=65536,drive=ee \
    -device "loader,file=$work/device/rom.bin,addr=0x10000000,force-raw=on" \
    -device "loader,file=$work/device/fuse.bin,addr=$fuses,force-raw=on" \
    -display none -monitor none -serial "file:$work/console" -serial null -serial null > /dev/null 2> "$work/qemu" &
qemu=$!

# The commands that make the fault at the instruction.
fault() {
    local size bit=$((detail % 32)) r=$((detail / 32))
    size=$(arm-none-eabi-objdump -d --start-address="$address" --stop-address=$((address + 2)) "$elf" |
        awk '/^ *1000[0-9a-f]*:/ { print length($2) == 4 && length($3) != 4 ? 2 : 4; exit }')
    case $model in
        skip1) echo "set \$pc = \$pc + $size" ;;
        skip2) printf 'set $pc = $pc + %d\nset $second = *(unsigned short *)$pc\n' "$size"
            echo "set \$pc = \$pc + ((\$second >> 11) >= 0x1d ? 4 : 2)" ;;
        opcode) # the flipped instruction is executed once, then put back
            printf 'set *(unsigned char *)(%s + %d) ^= %d\nstepi\nset *(unsigned char *)(%s + %d) ^= %d\n' \
                "$address" $((detail / 8)) $((1 << detail % 8)) "$address" $((detail / 8)) $((1 << detail % 8)) ;;
        register)
            if [ $r = 15 ]; then echo "set \$xpsr = \$xpsr ^ (1u << $bit)"
            elif [ $r = 13 ]; then echo "set \$sp = (unsigned)\$sp ^ (1u << $bit)"
            elif [ $r = 14 ]; then echo "set \$lr = (unsigned)\$lr ^ (1u << $bit)"
            else echo "set \$r$r = \$r$r ^ (1u << $bit)"; fi ;;
        load) printf 'stepi\nset $r%d = %s\n' $((detail / 2)) "$([ $((detail % 2)) = 1 ] && echo 0xffffffff || echo 0)" ;;
        ram) local at
            at=$(grep -o 'bit [0-9]* at 0x[0-9a-f]*' <<< "$said" | head -1 | sed 's/.* at //')
            echo "set *(unsigned char *)$at ^= $((1 << detail % 8))" ;;
        *) echo "fault_replay: no model $model" >&2; exit 3 ;;
    esac
}
{
    printf 'set pagination off\nset confirm off\nset breakpoint auto-hw on\nfile %s\ntarget remote 127.0.0.1:%d\n' "$elf" $port
    printf 'hbreak *%s\nignore 1 %d\ncontinue\ninfo registers pc\n' "$address" $((times - 1))
    fault
    printf 'delete 1\ndetach\n'
} > "$work/commands"
sleep 0.3
timeout 300 gdb-multiarch -q -batch -x "$work/commands" > "$work/gdb" 2>&1 || { cat "$work/gdb" "$work/qemu" >&2; exit 3; }
sleep "${PRM_REPLAY_SECONDS:-3}"
printf 'QEMU: stopped at %s, fault made; the console afterwards:\n' "$(sed -n 's/^pc *\(0x[0-9a-f]*\).*/\1/p' "$work/gdb" | head -1)"
sed 's/^/    /' "$work/console"

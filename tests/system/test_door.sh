#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The door on the emulated board: an application with threads calls in every way, with ticks and switches at every cycle from call
# to return, at random times, and by kernels that do it wrong; no context may get another's. QEMU counts instructions (-icount), so
# that a tick comes between any two of them, and the same each time.
# usage: test_door.sh PRIMUM FIRMWARE_DIR [APPLICATION SECONDS]    door_long makes a million switches
set -uo pipefail
primum=$1
firmware=$2/firmware
board=$2/tests/board
application=${3:-door}
seconds=${4:-240}
. "$(dirname "$0")/rig.sh"
needs "$primum" "$firmware/rot/rot.bin" "$board/$application.a.elf" "$board/services_door.a.elf"
here=$(cd "$(dirname "$0")" && pwd)
qemu=
tidy() { [ -z "$qemu" ] || kill "$qemu" 2> /dev/null; }
workplace

quietly keygen --alg ESP256 -o maker
quietly sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --key maker.pem -o one.suit \
    --image "a=$board/$application.a.elf" --image "b=$board/$application.b.elf" \
    --services "a=$board/services_door.a.elf" --services "b=$board/services_door.b.elf"
quietly device new device --vendor acme.example --class pump --rot "$firmware/rot/rot.bin" --trust maker.pub.pem
quietly device flash device --slot a one.suit

# A plugin notes behind which instructions of the services the tick came in.
services=$board/services_door.a.elf
symbol() { arm-none-eabi-nm "$1" | awk -v name="$2" '$3 == name { print $1 }'; }
cc -std=gnu11 -O2 -fPIC -shared -fvisibility=hidden "$here/../board/door/cover.c" -o cover.so || exit 1
plugin=$tmp/cover.so,from=$(symbol "$services" prm_ld_image_start),to=$(symbol "$services" prm_ld_image_end)
plugin=$plugin,tick=$(symbol "$board/$application.a.elf" on_systick),enter=$(symbol "$services" armv8m_door_knock)
plugin=$plugin,leave=$(symbol "$services" prm_reset),out=$tmp/cover.txt

# An instruction is 64 ns, a cycle of the core's clock 50: a tick at each cycle is one at each instruction.
timeout "$seconds" qemu-system-arm -M mps2-an505,memory-backend=nvm \
    -object memory-backend-file,id=nvm,size=16M,mem-path=device/flash.img,share=on \
    -drive if=none,id=ee,format=raw,file=device/eeprom.img \
    -device at24c-eeprom,bus=i2c,address=0x50,rom-size=65536,drive=ee \
    -device loader,file=device/rom.bin,addr=0x10000000,force-raw=on \
    -device loader,file=device/fuse.bin,addr=0x1000F000,force-raw=on \
    -device loader,file=device/key.bin,addr=0x1000F800,force-raw=on \
    -display none -monitor none -serial file:services.txt -serial file:app.txt -serial null \
    -icount shift=6,sleep=off -plugin "file=$plugin" > qemu.txt 2>&1 &
qemu=$!
while kill -0 $qemu 2> /dev/null && ! grep -qs "^door: end" app.txt; do sleep 0.2; done
kill $qemu 2> /dev/null
wait $qemu 2> /dev/null

# Each section's line: calls, ticks, switches, …, mixed.
sections=$(grep -c '^door: .* mixed$' app.txt)
clean=$(grep -c ', 0 mixed$' app.txt)
# The first sweep has gone over every cycle of every kind of call, and found the door busy.
swept=$(sed -n 's/^door: sweep: [0-9]* calls, \([0-9]*\) ticks, .*/\1/p' app.txt)
met=$(sed -n 's/^door: sweep: .* \([0-9]*\) busy, .*/\1/p' app.txt)
# Every instruction of the door that an interrupt can come in behind was one. What runs above all of the application's
# priorities (the knock, the switches of stacks) isn't among these, nor is what only the longest call comes through.
door='armv8m_door_serve|armv8m_door_pendsv_entry|prm_door_end|copy_out|leave|load_list|check_list|is_fit|overlap|may|copy_in|admit|serve|vectors|turn'
grep -v both cover.txt | arm-none-eabi-addr2line -f -e "$services" | awk 'NR % 2' | sort | uniq -c > never.txt
whole=$(grep -cwE "$door" never.txt)
covered=$(awk '$1 == "both" { print $2 }' cover.txt)
cat app.txt
echo "door: a tick behind $covered instructions of the services, behind each of the door's but for $whole functions"
grep '^fault' services.txt
# At its end a thread calls on stacks that aren't its own: each is a fault, and a reset.
refused=$(grep -c '^fault: application' services.txt)
empty=$(sed -n 's/^door: an empty call takes \([0-9]*\) instructions$/\1/p' app.txt)
if grep -q "^door: end" app.txt && [ "$sections" = 10 ] && [ "$clean" = 10 ] && [ "$refused" = 2 ] && [ "${swept:-0}" -gt 5000 ] && [ "${met:-0}" -gt 100 ] &&
    ! grep -q WRONG app.txt && [ "${empty:-9999}" -le 900 ] &&
    [ "$whole" = 0 ] && [ "${covered:-0}" -gt 1000 ]; then
    echo "$((clean + refused)) passed, 0 failed"
else
    echo "FAILED: $clean of 10 sections without a mixed context, $refused of 2 calls on a stack that isn't the caller's refused"
    exit 1
fi

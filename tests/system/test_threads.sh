#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Three threads of an application call the services at once, under a preemptive kernel that knows nothing of them, on the emulated
# board (tests/board/threads): no context is mixed up, an interrupt finds nothing of the services' in a register, the urgent thread
# is answered soon and starves nobody, and a device's interrupt waits no more than 500 instructions longer than without calls.
# Once with the tick above the kernel's switch, once at its level, as FreeRTOS has it. QEMU counts instructions, so that each
# run is the same; a core's cycle is 50 ns there, an instruction 64.
# usage: test_threads.sh PRIMUM FIRMWARE_DIR [--long]    --long: a million switches in all, instead of 40,000
set -uo pipefail
primum=$1
firmware=$2/firmware
board=$2/tests/board
suffix=
[ "${3:-}" != --long ] || suffix=_long
. "$(dirname "$0")/rig.sh"
needs "$primum" "$firmware/rot/rot.bin" "$board/threads$suffix.a.elf"
pid=
tidy() { [ -z "$pid" ] || kill "$pid" 2> /dev/null; }
workplace

# Puts the beginning of an authentic release where the application has room for it: ELF.
put_release() {
    local at section from off
    at=$((0x$(arm-none-eabi-nm "$1" | sed -n 's/ [A-Za-z] threads_release$//p')))
    read -r section off < <(arm-none-eabi-objdump -h "$1" | awk '$2 == ".text" { print $4, $6 }')
    from=$((0x$off + at - 0x$section))
    printf "\\x$(printf '%02x' $((beginning & 255)))\\x$(printf '%02x' $((beginning >> 8)))\\0\\0" |
        dd of="$1" bs=1 seek="$from" conv=notrunc status=none
    head -c "$beginning" next.suit | dd of="$1" bs=1 seek=$((from + 4)) conv=notrunc status=none
}

run() { # APPLICATION
    for letter in a b; do
        cp "$board/$1.$letter.elf" $letter.elf
        put_release $letter.elf
    done
    quietly sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --key maker.pem -o one.suit --force \
        --image a=a.elf --image b=b.elf \
        --services "a=$firmware/services/services.a.elf" --services "b=$firmware/services/services.b.elf"
    rm -rf device
    quietly device new device --vendor acme.example --class pump --rot "$firmware/rot/rot.bin" --trust maker.pub.pem
    quietly device flash device --slot a one.suit
    : > uart0
    : > uart1
    qemu-system-arm -M mps2-an505,memory-backend=nvm \
        -object "memory-backend-file,id=nvm,size=16M,mem-path=device/flash.img,share=on" \
        -drive "if=none,id=ee,format=raw,file=device/eeprom.img" \
        -device at24c-eeprom,bus=i2c,address=0x50,rom-size=65536,drive=ee \
        -device "loader,file=device/rom.bin,addr=0x10000000,force-raw=on" \
        -device "loader,file=device/fuse.bin,addr=0x1000F000,force-raw=on" \
        -display none -monitor none -nic none -serial file:uart0 -serial file:uart1 -serial null \
        -icount shift=6,sleep=off > qemu 2>&1 &
    pid=$!
    while kill -0 $pid 2> /dev/null && ! grep -qaE 'threads: end|fault: ' uart0 uart1; do sleep 0.1; done
    kill $pid
    wait $pid 2> /dev/null
    pid=
}

n() { sed -n "s/^threads: $1 \([0-9]*\)\$/\1/p" uart1; }
holds() { # WHAT FIGURE -eq|-le|-ge FIGURE
    if [ -n "$2" ] && [ "$2" "$3" "$4" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $kind: $1: ${2:-nothing} instead of ${3#-} $4; $(grep -a 'fault: [as]' uart0)"
    fi
}

judge() { # KIND SWITCHES, with the fewest calls of each thread; figures for people and for bench.sh
    kind=$1
    run "$1"
    holds switches "$(n switches)" -ge "$2"
    holds "mixed contexts, the first being $(n first_mixed)" "$(n mixed)" -eq 0
    holds "interrupts inside the services" "$(n inside)" -ge "$2"
    holds "of those, with anything in a register" "$(n registers_inside)" -eq 0
    holds "of the others, with something in a register" "$(n registers_outside)" -ge "$(($2 / 2))"
    for thread in urgent query unprivileged interrupt; do holds "calls, $thread" "$(n calls_$thread)" -ge $(($2 / 100)); done
    holds "calls that met another's" "$(n busy)" -ge 100
    holds "releases whose signature was checked" "$(n verified)" -ge $(($2 / 20000))
    holds "calls in pieces" "$(n asked_again)" -ge 100
    holds "calls of others before the urgent thread's answer" "$(n others_before_urgent)" -le 2
    wait_without=$(($(n wait_without) * 50 / 64))
    wait_with=$(($(n wait_with) * 50 / 64))
    holds "instructions that a device's interrupt waits longer" $((wait_with - wait_without)) -le 500
    echo "$1: $(n switches) switches, $(($(n calls_urgent) + $(n calls_query) + $(n calls_unprivileged))) calls," \
        "$(n inside) interrupts inside them, $(n mixed) mixed; a device's interrupt waits at most $wait_with instructions," \
        "$wait_without without calls"
}

quietly keygen --alg ESP256 -o maker
quietly sign --vendor acme.example --class pump --sequence 2 --version 2.0.0 --key maker.pem -o next.suit \
    --image "a=$firmware/pump/pump1.a.elf" --image "b=$firmware/pump/pump1.b.elf" \
    --services "a=$firmware/services/services.a.elf" --services "b=$firmware/services/services.b.elf"
quietly device new look --vendor acme.example --class pump --rot "$firmware/rot/rot.bin" --trust maker.pub.pem
quietly device flash look --slot a next.suit
envelope=$(sed -n 's/.*(envelope \([0-9]*\), .*/\1/p' out.txt)
[ "${envelope:-0}" -gt 200 ] && [ "$envelope" -le 3000 ] || { echo "FAILED: no envelope: $(cat out.txt)"; exit 1; }
beginning=$((envelope + 600)) # by then its signature was checked: one that is wrong is refused within these bytes
switches=20000
[ -z "$suffix" ] || switches=500000
judge threads$suffix $switches
judge threads_level$suffix $switches

counted

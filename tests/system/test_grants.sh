#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The product's table of grants on the emulated board: an application that asks for everything gets what the table names, and
# nothing else. Under the product's own table, the same after services that left the interrupts in disorder, one with a console alone, one with all that there is, and one that is refused.
# Also: no image of the Secure world uses an FPU register, so that none is there to be cleared.
# usage: test_grants.sh PRIMUM FIRMWARE_DIR
set -uo pipefail
primum=$1
firmware=$2/firmware
board=$2/tests/board
. "$(dirname "$0")/rig.sh"
needs "$primum" "$firmware/rot/rot.bin" "$board/grants.a.elf" "$board/services_least.a.elf"
workplace

run() { # SERVICES UNTIL: their lines in $tmp/seen
    quietly sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --key maker.pem -o one.suit --force \
        --image "a=$board/grants.a.elf" --image "b=$board/grants.b.elf" --services "a=$1.a.elf" --services "b=$1.b.elf"
    rm -rf device
    quietly device new device --vendor acme.example --class pump --rot "$firmware/rot/rot.bin" --trust maker.pub.pem
    quietly device flash device --slot a one.suit
    "$primum" device boot device --timeout 60 --until "$2" > console 2>&1
    sed -n 's/^[a-z]* *| //p' console > seen
}

what() { sed -n "s/^grants: \([a-z0-9]*\) $1\$/\1/p" seen | paste -sd ' '; } # those of which one word was said
said() { sed -n "s/^grants: $1 *//p" seen | paste -sd ' '; }

judge() { # TABLE LINES WORKING CLOSED TIMER RESET
    is "$1: strange" "$(grep -c STRANGE seen)" 0
    is "$1: lines" "$(sed -n 's/^grants: lines \([0-9 ]*\)$/\1/p' seen)" "$2"
    is "$1: lines arrive" "$(said 'lines as granted, and no others')" works
    is "$1: works" "$(what works)" "$3"
    is "$1: closed" "$(what closed)" "$4"
    is "$1: the timer's lines" "$(said 'timer0 interrupts by line')" "$5"
    is "$1: the console's lines" "$(said 'uart1 interrupts by line')" "35 43"
    is "$1: priorities and faults" "$(said 'priorities and faults')" closed
    is "$1: reset" "$(said 'system reset')" "tried $6"
}

masters="dma0 dma1 dma2 dma3"
serial="uart3 uart4 spi0 spi1 i2c0 i2c1 spi2 spi3 spi4 i2c2 eth"
quietly keygen --alg ESP256 -o maker
run "$firmware/services/services" "grants: end"
judge product "3 34 35 36 37 43 44 68" "timer0 uart1 uart2 fpu" "timer1 dualtimer $masters $serial" 3 works
run "$board/services_dirty" "grants: end"
judge dirty "3 34 35 36 37 43 44 68" "timer0 uart1 uart2 fpu" "timer1 dualtimer $masters $serial" 3 works
run "$board/services_least" "grants: end"
judge least "34 35 43" uart1 "timer0 timer1 dualtimer $masters uart2 $serial fpu" "" closed
run "$board/services_most" "grants: end"
judge most "3 4 5 34 35 36 37 38 39 40 41 43 44 45 46 48 51 52 53 54 55 68 91" \
    "timer0 timer1 dualtimer uart1 uart2 $serial fpu" "$masters" 3 works
run "$board/services_master" "table of grants"
is "a master is refused" "$(grep -c 'services: the table of grants is wrong: a master would reach the flash' seen)" 1
is "and nothing is started" "$(grep -c '^grants' seen)" 0

# An instruction that uses an FPU register begins with v; the application's has some, or nothing is shown.
fpu() { arm-none-eabi-objdump -d --no-show-raw-insn "$1" | awk -F'\t' 'NF > 1 { print $2 }' | grep -cxE 'v[a-z]+[.a-z0-9]*'; }
is "the hard-float application uses the FPU" "$([ "$(fpu "$board/grants.a.elf")" -gt 5 ] && echo yes)" yes
for image in rot/rot rot/rot_p256 services/services.a services/services.b; do
    is "$image: instructions that use the FPU" "$(fpu "$firmware/$image.elf")" 0
done

counted

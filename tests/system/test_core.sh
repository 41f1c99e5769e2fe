#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A core without the DSP extension: the emulated board mps2-an521, whose first core has none.
#   1. A root built for it (PRM_CORE=cortex-m33+nodsp) holds none of the extension's instructions, and says whom it runs.
#   2. A root built for a core that has it faults there, and says that it met an instruction which the core lacks.
# Without such a build in FIRMWARE_DIR-nodsp, one of the root alone is made there.
# usage: test_core.sh PRIMUM FIRMWARE_DIR SOURCE_DIR MBEDTLS_DIR
set -uo pipefail
primum=$1
firmware=$2
source=$3
export MBEDTLS_DIR=$4
rot=$firmware/firmware/rot/rot.bin
for needed in "$primum" "$rot" "$firmware/firmware/pump/pump1.a.elf"; do
    [ -e "$needed" ] || { echo "skipped: no $needed"; exit 77; }
done
command -v qemu-system-arm > /dev/null || { echo "skipped: no qemu-system-arm"; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
passed=0
failed=0
judge() { # WHAT command...
    if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

(cd "$source" && cmake --preset firmware-nodsp && cmake --build build/firmware-nodsp --target rot) > "$tmp/build" 2>&1 ||
    { echo "FAILED: no build for a core without the extension: $(tail -n 20 "$tmp/build")"; exit 1; }
plain=$source/build/firmware-nodsp/firmware/rot/rot

# The extension's (Armv8-M ARM, B1.2): multiplications of halfwords and by two, parallel additions, selections, packing.
dsp='umaal|sml[a-z]*[bt]{2}|smul[bt]{2}|smulw[bt]|smlaw[bt]|smm(la|ls|ul)r?|sm[lu][as]l?dx?|[su](xta|xtb16|xtab16)[bh]?|[qsu]?h?(add|sub)(8|16)|q(d?add|d?sub)|pkh(bt|tb)|sel|[su]sat16|usada?8'
instructions() { # ELF
    arm-none-eabi-objdump -d --no-show-raw-insn "$1" | awk -F'\t' 'NF > 1 { print $2 }' | grep -cwE "($dsp)(\.w|\.n)?"
}
judge "the root for the full core uses the extension, or nothing is shown" [ "$(instructions "${rot%.bin}.elf")" -gt 20 ]
judge "no instruction of the extension in the other" [ "$(instructions "$plain.elf")" = 0 ]

"$primum" keygen --alg ESP256 -o "$tmp/maker" > /dev/null
"$primum" sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --key "$tmp/maker.pem" -o "$tmp/one.suit" \
    --image "a=$firmware/firmware/pump/pump1.a.elf" --image "b=$firmware/firmware/pump/pump1.b.elf" \
    --services "a=$firmware/firmware/services/services.a.elf" \
    --services "b=$firmware/firmware/services/services.b.elf" > /dev/null

says() { # ROOT BOARD TEXT
    rm -rf "$tmp/device"
    "$primum" device new "$tmp/device" --vendor acme.example --class pump --rot "$1" --trust "$tmp/maker.pub.pem" > /dev/null &&
        "$primum" device flash "$tmp/device" --slot a "$tmp/one.suit" > /dev/null || return 1
    : > "$tmp/uart0"
    qemu-system-arm -M "$2,memory-backend=nvm" \
        -object "memory-backend-file,id=nvm,size=16M,mem-path=$tmp/device/flash.img,share=on" \
        -drive "if=none,id=ee,format=raw,file=$tmp/device/eeprom.img" \
        -device at24c-eeprom,bus=i2c,address=0x50,rom-size=65536,drive=ee \
        -device "loader,file=$tmp/device/rom.bin,addr=0x10000000,force-raw=on" \
        -device "loader,file=$tmp/device/fuse.bin,addr=0x1000F000,force-raw=on" \
        -display none -monitor none -nic none -serial "file:$tmp/uart0" -serial null > "$tmp/qemu" 2>&1 &
    local pid=$! i
    for ((i = 0; i < 150; i++)); do
        ! grep -aqE 'rot: run|rot: recovery|fault: ' "$tmp/uart0" || break
        sleep 0.2
    done
    kill $pid
    wait $pid 2> /dev/null
    grep -aqF -- "$3" "$tmp/uart0" || { cat "$tmp/qemu" "$tmp/uart0"; return 1; }
}
judge "the root without it boots where it is not" says "$plain.bin" mps2-an521 "rot: run A"
judge "and where it is" says "$plain.bin" mps2-an505 "rot: run A"
judge "the root with it says why it can't" says "$rot" mps2-an521 "no such instruction"

echo "$passed passed, $failed failed"
[ $failed = 0 ]

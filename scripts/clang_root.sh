#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: clang_root.sh OUT_DIR    the shipped root once more, its C compiled by Clang: OUT_DIR/rot.elf, OUT_DIR/rot.bin
# By the commands that built build/firmware, with the same flags but those that Clang hasn't; assembler files, linker and newlib
# are GCC's. Nobody ships it: `scripts/fault.sh --clang` disturbs it, since what one compiler leaves of a second look, another may fold.
set -euo pipefail
cd "$(dirname "$0")/.."
firmware=${PRM_FIRMWARE:-build/firmware}
out=$1
mkdir -p "$out"
newlib=$(arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb -xc -E - <<< '#include <string.h>' | sed -n 's|^# 1 "\(.*\)/string\.h".*|\1|p' | head -1)
own=() rest=() # what is linked in any case, and what is linked if it is asked for, as in the libraries
n=0
while read -r part source defines; do
    read -ra defined <<< "$defines"
    object=$out/$((n++)).o
    if [ "$part" = own ]; then own+=("$object"); else rest+=("$object"); fi
    case $source in
        *.S) arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb -Isrc -Iinclude -I. -g "${defined[@]}" -c "$source" -o "$object" ;;
        *) clang --target=arm-none-eabi -mcpu=cortex-m33 -mthumb -mfloat-abi=soft -ffreestanding -fshort-enums -ffunction-sections \
            -fdata-sections -Os -g "-ffile-prefix-map=$PWD=/." -std=gnu11 -Isrc -Iinclude -I. -isystem "$newlib" "${defined[@]}" -c "$source" -o "$object" ;;
    esac
done < <(ninja -C "$firmware" -t commands rot.elf | awk -v here="$PWD/" '
    $(NF - 1) == "-c" {
        line = $NF
        part = "rest"
        sub("^" here, "", line)
        for (i = 1; i < NF; i++) {
            if ($i ~ /^-D/) line = line " " $i
            if ($i == "-o" && $(i + 1) ~ /CMakeFiles\/rot\.dir\//) part = "own"
        }
        print part, line
    }' | sort -u)
rm -f "$out/rest.a"
arm-none-eabi-ar rcs "$out/rest.a" "${rest[@]}"
arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb -mfloat-abi=soft -nostartfiles -Wl,--gc-sections "-T$firmware/firmware/rot/rot.ld" \
    "-Wl,-Map=$out/rot.map" -o "$out/rot.elf" "${own[@]}" "$out/rest.a"
arm-none-eabi-objcopy -O binary "$out/rot.elf" "$out/rot.bin"

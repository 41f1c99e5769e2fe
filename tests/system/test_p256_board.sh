#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# usage: test_p256_board.sh FIRMWARE_DIR [PROGRAM]    P-256 on the emulated board: the assembly is right, all of it small and fast.
set -uo pipefail
elf=$1/tests/board/${2:-test_p256_board}.elf
log=$(mktemp)
trap 'rm -f "$log"' EXIT

[ -f "$elf" ] || { echo "no $elf: scripts/build.sh firmware"; exit 1; }
# An instruction is 64 ns of virtual time, whatever the machine does meanwhile. Semihosting is the program's console.
timeout 100 qemu-system-arm -M mps2-an505 -display none -monitor none -serial none -nic none \
    -icount shift=6,sleep=off -semihosting-config enable=on,target=native -kernel "$elf" < /dev/null > "$log" 2>&1
status=$?
cat "$log"
[ $status = 0 ] && grep -q '^11 passed, 0 failed$' "$log"

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: size_services.sh [ELF]
# What the services take, by library: code and constants, static RAM; what is a part of everything, and their stacks. They have no
# limit but their place: BOARD_SERVICES_SIZE and BOARD_SERVICES_RAM_SIZE.
set -euo pipefail
cd "$(dirname "$0")/.."
elf=${1:-build/firmware/firmware/services/services.a.elf}
[ -f "$elf" ] || { printf 'size_services: no %s: make build first\n' "$elf" >&2; exit 3; }
place() { printf '%d' "$(sed -n "s/^#define $1 \([0-9A-Fx]*\).*/\1/p" ports/mps2-an505/board.h)"; }

# The same tables as the root's, without its limits and without its two parts.
{ PRM_STACK=no scripts/size.sh "$elf" || true; } | awk -v rom="$(place BOARD_SERVICES_SIZE)" -v ram="$(place BOARD_SERVICES_RAM_SIZE)" '
    NR == 1 { printf "%s\n\n  %-44s %8s %8s\n", $0, "library or object", "ROM", "RAM" }
    $1 == ".stack" { stack = $2 }
    ($1 == "boot" || $1 == "recovery") && NF == 4 { n++; line[n] = sprintf("  %-44s %8d %8d", $2, $3, $4); size[n] = $3; all += $3; data += $4 }
    END {
        for (i = 1; i <= n; i++)
            for (j = i + 1; j <= n; j++)
                if (size[j] > size[i]) { t = line[i]; line[i] = line[j]; line[j] = t; t = size[i]; size[i] = size[j]; size[j] = t }
        for (i = 1; i <= n; i++) print line[i]
        printf "\n  services: text + rodata %d of %d bytes; static RAM %d and %d of stack, of %d\n", all, rom, data, stack, ram
        exit n == 0
    }'

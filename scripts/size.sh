#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: size.sh [ELF [MAP]]
# What the immutable root takes: code and constants, static RAM, and which library and section they come from. Two parts
# are told apart: recovery is what only the wire needs, by the libraries and objects named below, and the RAM section
# .recovery, which a boot doesn't initialise; all else is the boot, that which both need included. Then rot_p256,
# the smallest root (ECDSA alone, no wire), beside its limit.
# Exit status 1 if a limit is exceeded, 3 if there is no such file.
set -euo pipefail
cd "$(dirname "$0")/.."
elf=${1:-build/firmware/firmware/rot/rot.elf}
map=${2:-${elf%.elf}.map}
rom_limit=34304 # 33.5 KiB
small_limits="rot_p256:20480" # 20 KiB
# Hexadecimal digits, with or without 0x, as a number: POSIX awk has no strtonum().
awk_hex='function hex(s,  i, v) {
    s = tolower(s)
    sub(/^0x/, "", s)
    for (i = 1; i <= length(s); i++) v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
    return v + 0
}'
ram_limit=2048
recovery_files='^(libprm_update\\.a|libprm_ymodem\\.a|libwire_secure\\.a|libmps2_an505\\.a\\(wire_uart2\\.c\\.obj\\)|recovery\\.c\\.obj)'

for file in "$elf" "$map"; do
    [ -f "$file" ] || { printf 'size: no %s: make build first\n' "$file" >&2; exit 3; }
done

# Sections that are in memory, by what they are: writable ones are RAM (and, with contents, ROM as well: their initial
# values), all others ROM. A stack section is not static data; it is measured, not counted.
sections=$(arm-none-eabi-readelf -SW "$elf" | sed -n 's/^ *\[ *[0-9]*\] //p' | awk '
    '"$awk_hex"'
    $7 ~ /A/ { print $1, $2, hex($5), $7 }')

printf '%s\n\n' "$elf"
printf '  %-24s %8s  %s\n' section bytes kind
rom=0
ram=0
recovery_ram=0
while read -r name type size flags; do
    case $name:$flags in
        *stack*) kind='stack, not counted' ;;
        .recovery:*) kind='RAM, recovery'; recovery_ram=$((recovery_ram + size)) ;;
        *:*W*)
            kind=RAM
            ram=$((ram + size))
            if [ "$type" != NOBITS ]; then
                kind='RAM and ROM'
                rom=$((rom + size))
            fi
            ;;
        *) kind=ROM; rom=$((rom + size)) ;;
    esac
    [ "$size" = 0 ] || printf '  %-24s %8d  %s\n' "$name" "$size" "$kind"
done <<< "$sections"

# The linker's map names each input section with its size and the archive(member) it came from.
parts=$(awk -v rom_total=$rom -v ram_total=$((ram + recovery_ram)) -v recovery="$recovery_files" '
    '"$awk_hex"'
    function take(address, size, file,  from) {
        size = hex(size)
        if (size == 0 || hex(address) == 0) return
        from = file
        sub(/.*\//, "", from)
        part[from] = (from ~ recovery) ? "recovery" : "boot"
        if (part[from] == "boot" || from !~ /wire_uart2/) sub(/\.a\(.*/, ".a", from)
        part[from] = (from ~ recovery) ? "recovery" : "boot"
        if (kind == "stack") return
        if (kind == "RAM" || kind == "both") ram[from] += size
        if (kind == "ROM" || kind == "both") rom[from] += size
        all[from] = 1
    }
    FILENAME == "-" { k[$1] = ($1 ~ /stack/) ? "stack" : ($4 !~ /W/) ? "ROM" : ($2 == "NOBITS") ? "RAM" : "both"; next }
    /^Linker script and memory map/ { on = 1; next }
    !on { next }
    /^[^ \t]/ { kind = ($1 in k) ? k[$1] : ""; pending = ""; next }
    kind == "" { next }
    /^ \*fill\*/ { pending = ""; if (hex($3) > 0) take($2, $3, "(alignment)"); next }
    /^ [^ *][^ ]*$/ { pending = $1; next }
    /^ [^ *]/ && $2 ~ /^0x/ && $3 ~ /^0x/ && NF >= 4 { take($2, $3, $4); pending = ""; next }
    pending != "" && $1 ~ /^0x/ && $2 ~ /^0x/ && NF >= 3 { take($1, $2, $3); pending = ""; next }
    END {
        for (f in all) {
            printf "%-8s %-44s %8d %8d\n", part[f], f, rom[f], ram[f]
            rom_total -= rom[f]
            ram_total -= ram[f]
        }
        # The map gives the sizes before the linker merges equal strings.
        if (rom_total || ram_total)
            printf "%-8s %-44s %8d %8d\n", "boot", "(merged-strings,placed-by-the-script)", rom_total, ram_total
    }
' - "$map" <<< "$sections" | sort -k1,1 -k3,3nr -k4,4nr)
printf '\n  %-8s %-44s %8s %8s\n' part 'library or object' ROM RAM
awk '{ print "  " $0 }' <<< "$parts"
recovery_rom=$(awk '$1 == "recovery" { n += $3 } END { print n + 0 }' <<< "$parts")

status=0
printf '\n'
report() { # what bytes limit
    if [ "$2" -le "$3" ]; then
        printf '  %-34s %6d of %6d bytes, %d free\n' "$1" "$2" "$3" $(($3 - $2))
    else
        printf '  %-34s %6d of %6d bytes: %d TOO MANY\n' "$1" "$2" "$3" $(($2 - $3))
        status=1
    fi
}
printf '  %-34s %6d bytes\n' 'boot: text + rodata + initial data' $((rom - recovery_rom)) \
    'recovery: text + rodata' $recovery_rom 'recovery: RAM, not initialised' $recovery_ram
report 'total: text + rodata' $rom $rom_limit
report 'boot: data + bss (static RAM)' $ram $ram_limit
for small in $small_limits; do
    file=$(dirname "$elf")/${small%:*}.elf
    [ -f "$file" ] || continue
    # Of the columns text, data, bss: code, constants and initial data are the first two.
    report "${small%:*}: text + rodata, in all" "$(arm-none-eabi-size "$file" | awk 'NR == 2 { print $1 + $2 }')" "${small#*:}"
done
# The curve, in whatever of it is linked here, which is verification, and in all of its objects; and the same with the field in C, for cores
# without the DSP extension. Its lookup is for secrets: no part of verification.
providers=$(dirname "$elf")/../../providers
text_of() { # archive member: code of all but the lookup
    arm-none-eabi-size -A "$1" | awk -v m="$2" '/ex / { on = index($1, m) == 1 } on && /^\.text/ && !/lookup/ { n += $2 } END { print n + 0 }'
}
all_of() { arm-none-eabi-size -t "$1" | awk 'END { print $1 + $2 }'; }
goal() { printf '  %-34s %6d bytes, goal %d\n' "$1" "$2" "$3"; }
curve=$(awk '$2 == "libp256_thumb2.a" { print $3 }' <<< "$parts")
if [ -n "$curve" ] && [ -f "$providers/thumb2/libp256_thumb2.a" ] && [ -f "$providers/p256/libp256_portable.a" ]; then
    in_c=$((curve - $(text_of "$providers/thumb2/libp256_thumb2.a" p256_field_thumb2.S) +
        $(text_of "$providers/p256/libp256_portable.a" p256_field_portable.c)))
    goal 'P-256, verification' "$curve" 4608
    goal 'P-256, all four' "$(all_of "$providers/thumb2/libp256_thumb2.a")" 9216
    goal 'P-256 in C, verification' "$in_c" 6144
fi
if [ "${PRM_STACK:-yes}" = yes ]; then
    scripts/stack.sh || status=1
fi
exit $status

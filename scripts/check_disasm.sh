#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Looks whether the compilers kept the double check. For GCC and Clang, for the device and this host, at the levels
# that are shipped or might be:
#   - a probe function with one PRM_TRY compares with PRM_OK and then goes to prm_confirm(); the broken idiom beside it,
#     the same comparison twice, is seen as broken;
#   - prm_confirm() compares with the complement of PRM_OK and has a way to prm_trap();
#   - no edge that PRM_TRY takes for a refusal can return PRM_OK, were it taken although the result is that (device);
#     a probe that can is seen.
#   - in every object of boot, suit, journal, trust, bank, codec, crypto and update each function that goes to prm_confirm() compares with PRM_OK too, and
#     where the source has a PRM_TRY there is such a function.
#   - the checks that a loop ran to its end (prm_diff, the witness) are there: both sources make other code than the same
#     without them. A compiler that could know the count, since nothing hid it, would fold them away and make the same of both.
# Ends with `N passed, N failed, N skipped`. --self-test looks at the probe alone.
set -uo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); printf 'disasm: %s\n' "$*"; }

# What the firmware is built with beside its level.
read -ra shipped < <(sed -n 's/.*"CMAKE_C_FLAGS_MINSIZEREL": "-Os -g\(.*\)".*/\1/p' CMakePresets.json)
device=(-mcpu=cortex-m33 -mthumb -mfloat-abi=soft -ffunction-sections)
common=(-std=c11 -Isrc -Iinclude -I. -fno-pic -fno-asynchronous-unwind-tables)

compilers=(arm-gcc arm-clang host-gcc host-clang)
compile() { # compiler level source object
    case $1 in
        arm-gcc) arm-none-eabi-gcc "${device[@]}" "${common[@]}" "$2" "${shipped[@]}" -c "$3" -o "$4" ;;
        arm-clang) clang --target=arm-none-eabi "${device[@]}" -ffreestanding \
            -isystem "$newlib" "${common[@]}" "$2" -c "$3" -o "$4" ;;
        host-gcc) gcc "${common[@]}" "$2" -ffunction-sections -c "$3" -o "$4" ;;
        host-clang) clang "${common[@]}" "$2" -ffunction-sections -c "$3" -o "$4" ;;
    esac
}
newlib=$(dirname "$(arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb -xc -E - <<< '#include <string.h>' |
    sed -n 's/^# 1 "\(.*\/string\.h\)".*/\1/p' | head -1)")

# The two constants as a disassembler shows them, from the source.
ok=$(sed -n 's/^#define PRM_OK ((prm_result)\(0x[0-9A-Fa-f]*\)u)$/\1/p' src/base/result.h | tr 'A-F' 'a-f')
[ -n "$ok" ] || { printf 'disasm: no PRM_OK in src/base/result.h\n' >&2; exit 3; }
complement=$(printf '0x%08x' $((~ok & 0xFFFFFFFF)))

# For each function: how often PRM_OK and its complement are in it, and how often it goes to prm_confirm and prm_trap.
# A constant is an operand, or a word of the literal pool. Output: NAME ok complement confirm trap
summary() { # object
    local dump=arm-none-eabi-objdump
    case $1 in *.host-*) dump=objdump ;; esac
    $dump -dr --no-show-raw-insn "$1" | awk -v ok="$ok" -v co="$complement" '
        function flush() { if (name != "") print name, n_ok, n_co, confirm, trap }
        /^[0-9a-f]+ <.*>:$/ { flush(); name = $2; gsub(/[<>:]/, "", name); n_ok = n_co = confirm = trap = 0; next }
        index($0, ok) { n_ok++ }
        index($0, co) { n_co++ }
        /R_[A-Z0-9_]*[ \t]+prm_confirm/ { confirm++ }
        /R_[A-Z0-9_]*[ \t]+prm_trap/ { trap++ }
        END { flush() }'
}

# Awk conditions over the lines of a summary, for one function.
holds() { # summary-file function condition
    awk -v f="$2" '$1 == f { found = 1; good = ('"$3"') } END { exit !(found && good) }' "$1"
}
double='$2 > 0 && ($4 > 0 || ($3 > 0 && $5 > 0))'

# Edges on which PRM_TRY could return PRM_OK: from the `bne` between a comparison with it and prm_confirm(), to a return, with
# the compared value as it is in r0 there, or PRM_OK itself. Prints the functions.
open_edges() { # object
    arm-none-eabi-objdump -dr --no-show-raw-insn "$1" | awk -v ok="($((ok))|$ok)" '
        /^[0-9a-f]+ <.*>:$/ { fn = $2; gsub(/[<>:]/, "", fn); section++; next }
        /R_ARM_.*prm_confirm/ { confirms[n] = 1; next }
        /R_ARM_/ { next }
        /^ *[0-9a-f]+:\t/ {
            name = $1
            sub(":", "", name)
            place[++n] = section SUBSEP name
            at[place[n]] = n
            of[n] = fn
            text[n] = $0
            sub(/^ *[0-9a-f]+:\t/, "", text[n])
        }
        # Where the branch in line i goes.
        function target(i,  word, part) {
            split(text[i], word, /[ \t]+/)
            split(place[i], part, SUBSEP)
            return at[part[1] SUBSEP word[2]]
        }
        END {
            for (i = 1; i < n; i++) {
                if (text[i] !~ ("^cmp.*" ok)) continue
                for (k = i + 1; k < i + 4 && text[k] !~ /^bne/; k++) ;
                if (text[k] !~ /^bne/) continue
                for (c = k + 1; c < k + 5 && !(c in confirms); c++) ;
                if (!(c in confirms)) continue
                split(text[i], word, /[ \t,]+/)
                value = word[2]
                # The refusal of an inlined callee, on its way out: it may be compared with others before.
                for (b = i - 1; b > i - 8 && (text[b] ~ /^(cmp|beq|bne)/ || text[b] ~ /^ldr/ && text[b] !~ ("\t" value ",")); b--) ;
                bad = value == "r0" && text[b] !~ ("^bic[a-z.]*\t" value ", .*#128")
                returned = 0
                j = target(k)
                for (step = 0; step < 12 && j > 0; step++) {
                    if (text[j] ~ ("^(mov|ldr)[a-z.]*\tr0, .*" ok) || text[j] == "mov\tr0, " value) bad = 1
                    # Its refusal is made in any register: a function that returns nothing stores it.
                    else if (text[j] ~ ("^bic[a-z.]*\t[a-z0-9]+, " value ", #128")) bad = 0
                    else if (text[j] ~ /^[a-z.]+\tr0,/ && text[j] !~ /^(cmp|str)/) bad = 0
                    else if (text[j] ~ ("^[a-z.]+\t" value ",") && text[j] !~ /^(cmp|str)/) value = "another"
                    if (text[j] ~ /^(bx|pop.*pc|ldmia.*pc)/) { returned = 1; break }
                    if (text[j] ~ /^bl/) { bad = 0; break }
                    j = text[j] ~ /^b(\.n|\.w)?\t/ ? target(j) : j + 1
                }
                if (bad && returned) print of[i]
            }
        }'
}

check_probe() { # compiler level
    local object=$work/probe.$1.o
    if ! compile "$1" "$2" tests/fault/double_check.c "$object" 2> "$work/err"; then
        fail "$1 $2 does not compile the probe: $(head -1 "$work/err")"
        return
    fi
    summary "$object" > "$work/probe"
    if holds "$work/probe" probe_try "$double"; then pass; else fail "$1 $2: no double check"; fi
    if holds "$work/probe" probe_broken "$double"; then fail "$1 $2: the broken idiom is not seen"; else pass; fi
    case $1 in host-*) return ;; esac
    open_edges "$object" > "$work/edges"
    if [ "$(cat "$work/edges")" = probe_open_edge ]; then
        pass
    else
        fail "$1 $2: edges that return PRM_OK, of which there is one, in probe_open_edge: $(paste -sd' ' "$work/edges")"
    fi
}

check_confirm() { # compiler level
    local object=$work/confirm.$1.o
    if compile "$1" "$2" src/base/harden.c "$object" && summary "$object" > "$work/confirm" &&
        holds "$work/confirm" prm_confirm '$3 > 0 && $5 > 0'; then
        pass
    else
        fail "$1 $2: prm_confirm does not look at the complement"
    fi
}

check_object() { # compiler level source
    local object=$work/real.$1.o bad
    if ! compile "$1" "$2" "$3" "$object" 2> "$work/err"; then
        fail "$1 $2 does not compile $3: $(head -1 "$work/err")"
        return
    fi
    summary "$object" > "$work/real"
    case $1 in arm-*)
        open_edges "$object" > "$work/edges"
        if [ -s "$work/edges" ]; then fail "$1 $2 $3: a refusal returns PRM_OK in $(paste -sd' ' "$work/edges")"; else pass; fi ;;
    esac
    bad=$(awk '$4 > 0 && $2 == 0 { print $1 }' "$work/real")
    if [ -n "$bad" ]; then
        fail "$1 $2 $3: no comparison with PRM_OK before prm_confirm in" $bad
    elif grep -q 'PRM_TRY(' "$3" && ! awk '$4 > 0 { t = 1 } END { exit !t }' "$work/real"; then
        fail "$1 $2 $3: uses PRM_TRY, and nothing goes to prm_confirm"
    else
        pass
    fi
}

[ ${#shipped[@]} -gt 0 ] || { printf 'disasm: no flags of the firmware in CMakePresets.json\n' >&2; exit 3; }
mbedtls=${MBEDTLS_DIR:-.deps/mbedtls}
loop_flags=(-fno-tree-vectorize -fno-unroll-loops "-DMBEDTLS_CONFIG_FILE=\"providers/mbedtls/mbedtls_config.h\""
    -isystem "$mbedtls/3rdparty" -isystem "$mbedtls/include" -isystem "$mbedtls/library")

instructions() { # compiler level source name: how many its functions of both names in $functions have
    local dump=arm-none-eabi-objdump
    case $1 in host-*) dump=objdump ;; esac
    local common=("${common[@]}" "${loop_flags[@]}")
    compile "$1" "$2" "$3" "$work/loop.o" 2> "$work/err" || return 1
    $dump -d --no-show-raw-insn "$work/loop.o" | grep -v 'file format' > "$work/$4"
    awk -v names="$functions" '
        /^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name); on = index(names, " " name " "); next }
        on && /^ +[0-9a-f]+:/ && !/nop/ { n++ }
        END { print n + 0 }' "$work/$4"
}

check_loop() { # compiler level source functions
    local functions=" $4 " with without
    # What the check would be without, were it known to find nothing: a compiler that knows makes the same of both.
    sed -E 's/return diff \| left;/return diff;/; s/= [^=]* \^ walk\(/= 0u \& walk(/' \
        "$3" > "$work/folded.c"
    if cmp -s "$3" "$work/folded.c"; then
        fail "$3: no check that the loop ran to its end"
    elif ! with=$(instructions "$1" "$2" "$3" with) || ! without=$(instructions "$1" "$2" "$work/folded.c" without); then
        fail "$1 $2 does not compile $3: $(head -1 "$work/err")"
    elif ! cmp -s "$work/with" "$work/without"; then
        pass
    else
        fail "$1 $2 $3: the same $with instructions as without the check that the loop ran to its end"
    fi
}

for compiler in "${compilers[@]}"; do
    for level in -Os -O2 -O3; do
        check_probe "$compiler" $level
        [ "${1:-}" != --self-test ] || continue
        check_confirm "$compiler" $level
        case $compiler in host-*) ;; *)
            check_loop "$compiler" $level src/base/harden.c prm_diff
            check_loop "$compiler" $level providers/p256/p256_verify.c 'walk prm_p256_witness' ;;
        esac
        for source in src/boot/*.c src/suit/*.c src/journal/*.c; do
            check_object "$compiler" $level "$source"
        done
        case $compiler in arm-*)
            for source in src/trust/*.c src/bank/*.c src/codec/*.c src/crypto/*.c src/update/*.c; do
                check_object "$compiler" $level "$source"
            done ;;
        esac
    done
done
printf '%d passed, %d failed, 0 skipped\n' $passed $failed
[ $failed = 0 ]

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The shipped root on the emulated board, through the command line, as a person would use it.
#   1. FLIPS random single bits of a slot (200; half in header and envelope, a quarter each in the application and the
#      services): none of them boots. The host device, given the same files, reports the same of both slots each time.
#   2. The slot cut short at every length of header and envelope, on the host device; every 32nd also on the board.
#   3. The probe, an authentic application, makes the services' calls, right ones and wrong ones, and tries what an
#      application must not be able to do: every call is answered as specified, every attempt is blocked, at an address that the
#      Secure side has shown to be live before. The Secure side tries the locks itself. Alone: PROBE_ONLY=1.
# usage: test_board.sh PRIMUM FIRMWARE_DIR [SEED]
set -uo pipefail
primum=$1
firmware=$2/firmware
seed=${3:-20261122}
flips=${FLIPS:-200}
attempts=54 # of the probe
calls_made=72
slot_off=$((0x200000))
app_off=$((0x10000))
services_off=$((0x180000))
header=16

. "$(dirname "$0")/rig.sh"
needs "$primum" "$firmware/rot/rot.bin" "$firmware/pump/pump1.a.elf" "$firmware/probe/probe.a.elf" \
    "$firmware/services/services.a.elf" "$firmware/services/services.b.elf"

workplace in-memory
export PRIMUM_ROT=$firmware/rot/rot.bin

die() {
    echo "FAILED: $*"
    exit 1
}

sign() { # application NAME services
    "$primum" sign --vendor acme-medical.example --class infusion-pump --sequence 1 --version 1.0.0 --name "$2" \
        --image "a=$firmware/$1.a.elf" --image "b=$firmware/$1.b.elf" \
        --services "a=$firmware/$3.a.elf" --services "b=$firmware/$3.b.elf" \
        --key vendor.pem -o "$2.suit" > out.txt 2>&1 ||
        die "sign $1: $(cat out.txt)"
}

make_device() { # DIR RELEASE SLOT
    "$primum" device new "$1" --vendor acme-medical.example --class infusion-pump --trust vendor.pub.pem > out.txt 2>&1 ||
        die "device new: $(cat out.txt)"
    "$primum" device flash "$1" --slot "$3" "$2" > out.txt 2>&1 || die "device flash: $(cat out.txt)"
}

# Boots on the board; nothing may run. A started image would go on until the timeout and then say 0.
refused_on_board() { # DIR WHAT
    "$primum" device boot "$1" --quiet --timeout 15 > "$1.txt" 2>&1
    local status=$?
    [ $status = 1 ] || { echo "FAILED: $2: exit status $status instead of 1 (0: it runs): $(cat "$1.txt")"; return 1; }
    mv "$1/report.bin" "$1.report"
}

# What both slots' reports say, whatever was booted on.
slots_of() { tail -c +81 "$1" | head -c 176; }

starts_on_board() { # DIR
    "$primum" device boot "$1" --quiet --timeout 30 --until "dose 1" > "$1.txt" 2>&1 ||
        { echo "FAILED: unharmed, it does not boot: $(cat "$1.txt")"; return 1; }
}

# One worker's share of the flips, on a device of its own.
flip_worker() { # NUMBER FROM TO: lines of bits.txt
    local dir=dev$1 bit code
    starts_on_board "$dir" || return 1
    while read -r bit; do
        "$primum" device flip "$dir" --slot a --bit "$bit" > /dev/null || return 1
        refused_on_board "$dir" "bit $bit" || return 1
        "$primum" device boot "$dir" --on host > /dev/null 2>&1
        [ $? = 1 ] || { echo "FAILED: bit $bit: the host device runs it"; return 1; }
        cmp -s <(slots_of "$dir.report") <(slots_of "$dir/report.bin") ||
            { echo "FAILED: bit $bit: board and host report different things"; return 1; }
        code=$("$primum" device report "$dir" 2> /dev/null | sed -n 's/^slot A *\([A-Z]*[0-9]*\):.*/\1/p')
        echo "${code:-none}" >> "$dir.codes"
        "$primum" device flip "$dir" --slot a --bit "$bit" > /dev/null || return 1
    done < <(sed -n "$2,$3p" bits.txt)
    starts_on_board "$dir"
}

workers() { # FUNCTION COUNT: two at once over lines 1 to COUNT
    local half=$(($2 / 2)) bad=0
    "$1" 1 1 $half &
    local first=$!
    "$1" 2 $((half + 1)) "$2" &
    local second=$!
    wait $first || bad=1
    wait $second || bad=1
    return $bad
}

put() { # DIR FILE OFFSET
    dd if="$2" of="$1/flash.img" bs=64K conv=notrunc oflag=seek_bytes seek="$3" status=none
}

# The slot as it is when the programmer was stopped after $2 bytes; header and envelope have $3.
cut_slot() { # DIR KEPT SIZE
    { head -c "$2" head.bin; head -c $(($3 - $2)) /dev/zero | tr '\0' '\377'; } > "$1.cut"
    put "$1" "$1.cut" $slot_off
}

truncation_on_host() {
    local kept
    for ((kept = 0; kept < used; kept++)); do
        cut_slot dev1 $kept "$used"
        "$primum" device boot dev1 --on host > dev1.txt 2>&1
        [ $? = 1 ] || { echo "FAILED: cut at $kept: the host device runs it"; return 1; }
    done
    put dev1 head.bin $slot_off
    "$primum" device boot dev1 --on host > dev1.txt 2>&1 || { echo "FAILED: unharmed, the host device refuses it"; return 1; }
}

truncation_on_board() {
    local kept
    for ((kept = 0; kept < used; kept += 32)) do
        cut_slot dev2 $kept "$used"
        refused_on_board dev2 "cut at $kept" || return 1
    done
    cut_slot dev2 $((used - 1)) "$used"
    refused_on_board dev2 "cut at $((used - 1))" || return 1
    put dev2 head.bin $slot_off
    starts_on_board dev2
}

# What the Secure side found at each of the starts, of which there are as many: the locks hold, and a master is held off that
# is shown to work. This part has no lock for the others, which is said.
witnesses() { # FILE
    local starts line
    starts=$(grep -c 'witness: MPC of ROM and fuses' "$1")
    [ "$starts" -ge $((attempts - 2)) ] || return 1 # two of them end without a start
    for line in 'MPC of ROM and fuses locked' 'MPC of the Secure RAM locked' "MPC of the application's RAM locked" \
        'a Secure master reads Secure memory' 'as it is set, it does not' 'without a lock on this part: SAU MPU PPC VTOR'; do
        [ "$(grep -c "witness: $line\$" "$1")" = "$starts" ] || { echo "not at each start: witness: $line"; return 1; }
    done
}

probe() { # SLOT
    local dir=probe-$1 line calls
    make_device "$dir" probe.suit "$1"
    "$primum" device boot "$dir" --timeout 60 --until " attempts, " > "$dir.txt" 2>&1
    # The summary's line ends the run; it may still have been incomplete when it was seen.
    line=$(sed -n 's/^app *| probe: \([0-9]* attempts, [0-9]* live, [0-9]* blocked\).*/\1/p' "$dir.txt" | tail -n 1)
    calls=$(sed -n 's/^app *| probe: \([0-9]* calls, [0-9]* as specified\).*/\1/p' "$dir.txt" | tail -n 1)
    grep -q "probe: control: own image, RAM and report are accessible" "$dir.txt" &&
        ! grep -q "NOT BLOCKED" "$dir.txt" && [ "$line" = "$attempts attempts, $attempts live, $attempts blocked" ] &&
        witnesses "$dir.txt" &&
        [ "$calls" = "$calls_made calls, $calls_made as specified" ] ||
        { cat "$dir.txt"; die "the probe in slot $1: ${calls:-no calls}; ${line:-no summary}"; }
    echo "probe in slot $1: $line; $calls"
}

"$primum" keygen --alg ESP256 -o vendor > out.txt 2>&1 || die "keygen: $(cat out.txt)"
sign pump/pump1 pump services/services
sign probe/probe probe probe/services_witness
if [ -n "${PROBE_ONLY:-}" ]; then
    probe a
    probe b
    exit 0
fi
make_device dev1 pump.suit a
read -r envelope app services < <(sed -n \
    's/.*(envelope \([0-9]*\), application \([0-9]*\), services \([0-9]*\) bytes).*/\1 \2 \3/p' out.txt)
make_device dev2 pump.suit a
[ "${envelope:-0}" -gt 300 ] && [ "${app:-0}" -gt 100 ] && [ "${services:-0}" -gt 100 ] || die "sizes: $(cat out.txt)"
used=$((header + envelope))
dd if=dev1/flash.img of=head.bin bs=64K iflag=skip_bytes,count_bytes skip=$slot_off count=$used status=none

# Half of the flips in header and envelope, a quarter in each image.
awk -v seed="$seed" -v n="$flips" -v a=$((used * 8)) -v off=$((app_off * 8)) -v b=$((app * 8)) \
    -v services_off=$((services_off * 8)) -v c=$((services * 8)) '
# A bit of header or envelope, but not of the header'"'"'s digest, which guards nothing: that one is moved into the envelope.
function in_head(bit) { return bit >= 64 && bit < 128 ? bit + 64 : bit }
BEGIN {
    srand(seed)
    for (i = 0; i < n; i++)
        print i % 2 ? in_head(int(rand() * a)) : i % 4 ? off + int(rand() * b) : services_off + int(rand() * c)
}' > bits.txt
[ "$(wc -l < bits.txt)" = "$flips" ] || die "no bits"

start=$SECONDS
workers flip_worker "$flips" || die "flips (seed $seed)"
[ "$(cat dev1.codes dev2.codes | wc -l)" = "$flips" ] || die "not all flips were tried"
echo "$flips random flips of $((used + app + services)) bytes on the board: 0 booted ($((SECONDS - start)) s); refused as" \
    "$(sort dev1.codes dev2.codes | uniq -c | sort -rn | awk '{printf "%s%s %s", n++ ? ", " : "", $2, $1}')"

start=$SECONDS
truncation_on_host & host=$!
truncation_on_board & board=$!
wait $host || die "truncation on the host device"
wait $board || die "truncation on the board"
echo "cut at each of $used bytes of header and envelope: 0 booted ($((SECONDS - start)) s; every 32nd also on the board)"

start=$SECONDS
probe a
probe b
echo "passed ($SECONDS s)"

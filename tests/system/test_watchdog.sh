#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# No state of the device is for good, on the emulated board: what hangs is reset, what didn't answer is asked again. QEMU
# counts instructions (-icount), so that the watchdog's minutes pass in seconds, and the core is as slow as is asked for.
#   hangs     a root that hangs in its first start is reset, and the next start runs
#   deaf      an EEPROM that answers nothing in five starts: three resets at once, two by the watchdog, all counted; then
#             it is busy for 300 polls, and the release runs
#   blank     an EEPROM that the factory never wrote, or that reads zeros, runs nothing: damaged; looked at again each time
#             the watchdog's budget ends
#   recovery  nothing to run, and a silent line: looked at again, too
#   silent    an application that needs no acceptance and hangs is reset
#   trial     seven root signatures to check on a core of 20 MHz at 2.6 cycles an instruction: a release on trial still has
#             its own five seconds, and accepts itself
#   boots     each start is counted
# usage: test_watchdog.sh PRIMUM FIRMWARE_DIR
set -uo pipefail
primum=$1
firmware=$2/firmware
board=$2/tests/board
. "$(dirname "$0")/rig.sh"
needs "$primum" "$firmware/rot/rot.bin" "$board/rot_hangs.bin" "$board/rot_deaf.bin" "$board/silent.a.elf"
pid=
tidy() { [ -z "$pid" ] || kill "$pid" 2> /dev/null; }
workplace

sign() { # NAME SEQUENCE APPLICATION
    quietly sign --vendor acme.example --class pump --sequence "$2" --version "$2.0.0" --key maker.pem -o "$1.suit" \
        --image "a=$3.a.elf" --image "b=$3.b.elf" \
        --services "a=$firmware/services/services.a.elf" --services "b=$firmware/services/services.b.elf"
}

make_device() { # NAME ROOT RELEASE
    quietly device new "$1" --vendor acme.example --class pump --rot "$2" --trust maker.pub.pem "${@:4}"
    [ -z "$3" ] || quietly device flash "$1" --slot a "$3.suit"
}

# Starts a device with `shift` (2^shift ns an instruction) and waits, 60 s at most, until a console showed TEXT so often.
run() { # NAME SHIFT TIMES TEXT
    local dir=$1 i
    : > "$dir/uart0"
    : > "$dir/uart1"
    qemu-system-arm -M mps2-an505,memory-backend=nvm \
        -object "memory-backend-file,id=nvm,size=16M,mem-path=$dir/flash.img,share=on" \
        -drive "if=none,id=ee,format=raw,file=$dir/eeprom.img" \
        -device at24c-eeprom,bus=i2c,address=0x50,rom-size=65536,drive=ee \
        -device "loader,file=$dir/rom.bin,addr=0x10000000,force-raw=on" \
        -device "loader,file=$dir/fuse.bin,addr=0x1000F000,force-raw=on" \
        -display none -monitor none -nic none -serial "file:$dir/uart0" -serial "file:$dir/uart1" \
        -icount "shift=$2,sleep=off" > "$dir/qemu" 2>&1 &
    pid=$!
    for ((i = 0; i < 300; i++)); do
        [ "$(cat "$dir/uart0" "$dir/uart1" | grep -acF -- "$4")" -lt "$3" ] || break
        sleep 0.2
    done
    kill $pid
    wait $pid 2> /dev/null
    pid=
}

# A console of the last run shows TEXT exactly, or with + at least, so often.
shows() { # NAME TIMES[+] TEXT
    local found
    found=$(cat "$1/uart0" "$1/uart1" | grep -acF -- "$3")
    if [ "$found" = "$2" ] || { [ "${2%+}" != "$2" ] && [ "$found" -ge "${2%+}" ]; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1: $found times '$3' instead of $2: $(grep -avF 'rot: report' "$1/uart0" | tail -n 30)"
    fi
}

# A word of the last boot report on the console, in decimal: OFFSET in bytes.
report_word() { # NAME OFFSET
    local hex
    hex=$(sed -n 's/^rot: report //p' "$1/uart0" | tail -n 1)
    hex=${hex:$((2 * $2)):8}
    printf '%d' "0x${hex:6:2}${hex:4:2}${hex:2:2}${hex:0:2}"
}


quietly keygen --alg ESP256 -o maker
sign one 1 "$firmware/pump/pump1"
sign two 2 "$firmware/pump/pump2"
sign silent 1 "$board/silent"
rot=$firmware/rot/rot.bin

make_device hangs "$board/rot_hangs.bin" one
run hangs 10 1 "dose 1"
shows hangs 1 "fault: watchdog"
shows hangs 2 "rot: primum"
shows hangs 1 "rot: run A"
shows hangs 1+ "dose 1"

make_device deaf "$board/rot_deaf.bin" one
run deaf 10 1 "dose 1"
shows deaf 6 "rot: primum"
shows deaf 5 "rot: recovery CTR1"
shows deaf 2 "fault: watchdog"
shows deaf 1 "rot: run A"
is "deaf: the count of resets" "$(report_word deaf 264)" 5

for fill in '\377' '\000'; do
    rm -rf blank
    make_device blank "$rot" one
    head -c 65536 /dev/zero | tr '\0' "$fill" > blank/eeprom.img
    run blank 10 3 "rot: recovery CTR2"
    shows blank 0 "rot: run"
    shows blank 2+ "fault: watchdog"
done

make_device recovery "$rot" ''
run recovery 10 2 "rot: wire open"
shows recovery 2 "rot: recovery BOO1"
shows recovery 1 "fault: watchdog"

make_device silent "$rot" silent
run silent 10 2 "silent: started"
shows silent 1 "fault: watchdog, in application PC="
shows silent 2 "rot: run A"

# A trial on a slow core: staged by an update at full speed, tried at 128 ns an instruction.
roots=()
for n in 1 2 3 4 5 6 7; do
    quietly keygen --alg ESP256 -o root$n
    roots+=(--root-key root$n.pub.pem)
done
quietly trust make --number 1 --release-key maker.pub.pem -o new.trust
for n in 1 2 3 4 5 6 7; do quietly trust sign new.trust --key root$n.pem; done
make_device trial "$rot" one "${roots[@]}" --need-root 4
quietly device flash trial --trust-manifest new.trust
# It restarts as soon as it has staged, and the trial at full speed would be over soon: who reads its console ends it at that word.
"$primum" device boot trial --wire --timeout 60 --until "update staged" > staging 2>&1 &
pid=$!
for ((i = 0; i < 300; i++)); do ! grep -qF "pump: idle" staging || break; sleep 0.1; done
"$primum" device send trial --quiet --wait 60 two.suit > out.txt 2>&1 # it may miss the last answer
wait $pid
pid=
is "staged" "$(grep -cF "update staged" staging) $(grep -cF "pump: accepted" staging)" "1 0"
run trial 7 1 "dose 1"
shows trial 1 "services: trust 1"
shows trial 1 "pump: accepted"
shows trial 0 "fault: watchdog"
starts=$(report_word trial 260)
run trial 4 1 "dose 1"
is "starts" "$(report_word trial 260)" $((starts + 1))

counted

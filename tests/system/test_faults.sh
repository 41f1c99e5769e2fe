#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Each kind of fault on the emulated board: an application that fails in one way after the other. What the services say of it
# names the cause, PC and LR lie where the failing function and its caller do, `primum device report` and the application itself
# read the same; and services that fail themselves tell no register that could hold a secret.
# usage: test_faults.sh PRIMUM FIRMWARE_DIR
set -uo pipefail
primum=$1
firmware=$2/firmware
board=$2/tests/board
. "$(dirname "$0")/rig.sh"
needs "$primum" "$firmware/rot/rot.bin" "$board/faults.a.elf" "$board/services_most.a.elf"
workplace

run() { # SERVICES UNTIL: the Secure console in seen, the application's in own, the report in told
    quietly sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --key maker.pem -o one.suit --force \
        --image "a=$board/faults.a.elf" --image "b=$board/faults.b.elf" --services "a=$1.a.elf" --services "b=$1.b.elf"
    rm -rf device
    quietly device new device --vendor acme.example --class pump --rot "$firmware/rot/rot.bin" --trust maker.pub.pem
    quietly device flash device --slot a one.suit
    "$primum" device boot device --timeout 60 --until "$2" > console 2>&1
    sed -n 's/^rot *| //p' console > seen
    sed -n 's/^app *| //p' console > own
    "$primum" device report device > told 2>&1
    "$primum" device report device --json > told.json 2>&1
}

function_at() { # hexadecimal address of code, its lowest bit not looked at
    arm-none-eabi-nm "$board/faults.a.elf" | LC_ALL=C sort | awk -v a="$(printf '%08x' $((0x$1 & ~1)))" \
        'tolower($2) == "t" && $3 !~ /^\$/ && $1 <= a { name = $3 } $1 > a { exit } END { print name }'
}

quietly keygen --alg ESP256 -o maker
run "$board/services_most" "faults: end"
n=0
judge() { # KIND EXCEPTION CAUSE PC CALLER [ADDRESS]: PC and CALLER functions; PC also an address, or - for none
    local line pc lr
    n=$((n + 1))
    line=$(grep '^fault: application' seen | sed -n "${n}p")
    is "$n: what was done" "$(sed -n 's/^faults: \([a-z_]*\)$/\1/p' own | sed -n "${n}p")" "$1"
    is "$1: cause" "$(sed -n 's/^[^:]*:[^:]*: [^;(]*(\([A-Z]*\)).*/\1/p' <<< "$line")" "$3"
    is "$1: exception" "$(sed -n 's/.*; exception=\([0-9A-Fa-f]*\) .*/\1/p' <<< "$line")" "0000000$2"
    pc=$(sed -n 's/.* PC=\([0-9a-f]*\).*/\1/p' <<< "$line")
    lr=$(sed -n 's/.* LR=\([0-9a-f]*\).*/\1/p' <<< "$line")
    is "$1: address" "$(sed -n 's/.* address=\([0-9a-f]*\).*/\1/p' <<< "$line")" "${6:-}"
    if [ "$4" = - ]; then
        is "$1: no PC" "$pc$lr" ""
    else
        case $4 in
            *[!0-9a-f]*) is "$1: PC" "$(function_at "$pc")" "$4" ;;
            *) is "$1: PC" "$pc" "$4" ;;
        esac
        is "$1: LR" "$(function_at "$lr")" "$5"
    fi
    is "$1: what the application reads" "$(grep '^faults: report' own | sed -n "${n}p")" \
        "faults: report $n of start $n PC=${pc:-00000000} LR=${lr:-00000000}"
}
straight() { judge "$1" "$2" "$3" "$1" app_main "${4:-}"; } # fails in the function itself

straight reads_secure_memory 7 AUVIOL
straight reads_a_closed_peripheral 7 AUVIOL
judge branches_to_secure_memory 7 INVEP 38000000 branches_to_secure_memory
judge returns_to_no_call 3 INVPC fefffffe app_main
straight reads_nothing 5 PRECISERR 42000800
straight is_undefined 3 UNDEFINSTR
judge branches_to_even 3 INVSTATE branches_to_even branches_to_even
straight uses_an_fpu_that_is_off 3 NOCP
straight divides_by_zero 3 DIVBYZERO
straight reads_unaligned 3 UNALIGNED
judge overflows_its_stack 3 STKOF -
straight writes_what_its_mpu_forbids 3 DACCVIOL 28200000
judge runs_what_its_mpu_forbids 3 IACCVIOL 28200000 runs_what_its_mpu_forbids
straight returns_from_no_exception 7 INVER
judge has_its_stack_in_secure_memory 7 AUVIOL - - 380110e0
is "all were judged" "$(grep -c '^fault: application' seen) $(grep -c '^faults: [a-z_]*_[a-z_]*$' own)" "$n $n"
is "the report: count" "$(sed -n 's/^fault  *\(.*\)/\1/p' told)" \
    "$n since power came on; the last in start $n: SecureFault in the application"
is "the report: cause" "$(sed -n 's/.*granted (\(.*\))$/\1/p' told)" AUVIOL
is "the report: where" "$(grep -c 'its stack holds no PC, address 0x380110e0' told)" 1
is "for programs" "$(tr -d ' \n' < told.json | sed -n 's/.*"fault":{\(.*\)}}$/\1/p')" "\"count\":$n,\"start\":$n,\"in\":\
\"application\",\"exception\":\"SecureFault\",\"causes\":[{\"code\":\"AUVIOL\",\"text\":\
\"accesstomemoryoraperipheralthatisnotgranted\"}],\"pc\":null,\"lr\":null,\"address\":939593952"

# A fault of the services': the link register, 0x5EC2E700 there, is told nowhere; the device goes on.
# The report of the second fault begins: by then the first one's was whole.
run "$board/services_failing" "fault: report 50524d46010040000200"
is "services: cause and place" "$(sed -n 's/^fault: services PC=[0-9a-f]*: .*(\([A-Z]*\)); .*/\1/p' seen | head -n 1)" DACCVIOL
is "services: nothing beside" "$(grep -aic 5ec2e7 seen)$(grep -ac 'LR\|address' <(grep '^fault: services' seen))" 00
is "services: the report" "$(grep -c 'MemManage in the services' told)$(grep -c 'LR\|address 0' told)" 10
# In either order of bytes.
is "services: the report's bytes" "$(od -An -v -tx1 device/fault.bin | tr -d ' \n' | grep -c '00e7c25e\|5ec2e700')" 0

head -c 63 device/fault.bin > short && mv short device/fault.bin
"$primum" device report device > told 2>&1
is "a damaged report" "$? $(grep -c 'fault.bin is not a report of a fault of this version, or it is damaged' told)" "3 1"

counted

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: bench.sh [JSON]
# Instructions from reset to hand-over for applications of 64 KiB, 256 KiB and 1 MiB, with the services beside, on QEMU's
# mps2-an505, split into hash, signature and rest; the size and the stack of the root. The root is the shipped one: a TCG plugin (bench/count.c)
# counts. And instructions for checking one HSS/LMS signature, by the root's own objects (bench/lms_board.c).
# Instructions, not cycles. Writes build/bench.json. Exit status 1 if the rest exceeds its limit.
set -euo pipefail
cd "$(dirname "$0")/.."
firmware=${PRM_FIRMWARE:-build/firmware}
host=${PRM_HOST:-build/host-debug}
json=${1:-build/bench.json}
rest_limit=235000
elf=$firmware/firmware/rot/rot.elf
primum=$host/cli/primum
services=$firmware/firmware/services/services.a.elf
lms=$firmware/tests/board/lms_board.elf
random=$firmware/tests/board/random.a.elf
for file in "$elf" "$primum" "$services" "$lms" "$random"; do
    [ -f "$file" ] || { printf 'bench: no %s: make build first\n' "$file" >&2; exit 3; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cc -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden bench/count.c -o "$work/count.so"

# A function's "start end", hexadecimal, from the symbols.
range_of() { # name
    arm-none-eabi-nm -S "$elf" | awk -v n="$1" '$4 == n && !found++ { print $1, $2 }' |
        { read -r at size && printf '%x %x\n' $((0x$at)) $((0x$at + 0x$size)); }
}
leave=$(arm-none-eabi-objdump -d --disassemble=prm_enter_services "$elf" |
    awk '$3 == "bx" && $4 == "r0" && !n++ { sub(":", "", $1); print $1 }')
[ -n "$leave" ] || { printf 'bench: no bx r0 in prm_enter_services\n' >&2; exit 3; }
# The Thumb-2 hash is entered in one function and returns from the one it ends in a jump to.
hash_entry=sha256
hash_body=sha256
if [ -n "$(arm-none-eabi-nm "$elf" | grep ' prm_sha256_thumb2$')" ]; then
    hash_entry=prm_sha256_thumb2
    hash_body=prm_sha256_thumb2_pull
fi
read -r hash _ <<< "$(range_of $hash_entry)"
read -r hash_from hash_to <<< "$(range_of $hash_body)"
read -r curve curve_to <<< "$(range_of prm_p256_witness)"
plugin=$work/count.so,hash=$hash,hash_from=$hash_from,hash_to=$hash_to,curve=$curve,curve_from=$curve,curve_to=$curve_to
plugin=$plugin,leave=$leave

machine() { # device, and what else QEMU is told
    local device=$1
    shift
    exec timeout 120 qemu-system-arm -M mps2-an505,memory-backend=nvm \
        -object "memory-backend-file,id=nvm,size=16M,mem-path=$device/flash.img,share=on" \
        -drive "if=none,id=ee,format=raw,file=$device/eeprom.img" \
        -device at24c-eeprom,bus=i2c,address=0x50,rom-size=65536,drive=ee \
        -device "loader,file=$device/rom.bin,addr=0x10000000,force-raw=on" \
        -device "loader,file=$device/fuse.bin,addr=0x1000F000,force-raw=on" \
        -display none -monitor none -serial "file:$device/uart0.txt" "$@"
}
boot() { # device out
    (machine "$1" -serial null -icount shift=0,sleep=off -plugin "file=$plugin,out=$2") > /dev/null 2> "$1/qemu.txt" ||
        { cat "$1/qemu.txt" >&2; return 1; }
}
part() { awk -v p="$2" '$1 == p { print $2 }' "$1"; } # out part

# The demonstration image, with noise behind it up to the size.
"$primum" keygen --alg ESP256 -o "$work/key" > /dev/null
arm-none-eabi-objcopy -O binary "$firmware/firmware/pump/pump1.a.elf" "$work/pump.bin"
arm-none-eabi-objcopy -O binary "$services" "$work/services.bin"
services_bytes=$(stat -c %s "$work/services.bin")
noise() { # bytes
    openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 0 -in /dev/zero 2> /dev/null | head -c "$1"
}

# MCUboot 2.4.0+, TinyCrypt and PSA + p256-m, direct-XIP, -Os: measured on the same board; million instructions.
declare -A mcuboot_tiny=([64KiB]=19.4 [256KiB]=32.7 [1MiB]=89.5) mcuboot_psa=([64KiB]=20.2 [256KiB]=28.3 [1MiB]=60.6)
declare -A bytes=([64KiB]=65536 [256KiB]=262144 [1MiB]=1048576)

status=0
fields=("\"services_bytes\": $services_bytes")
printf 'Instructions from reset to hand-over, one bank filled; the second boot (the choice stands).\n'
printf 'The hash is that of the application and of the services, %d bytes (MCUboot: of the application alone).\n\n' \
    "$services_bytes"
printf '%-8s %9s %12s = %12s + %12s + %9s  %-16s %10s | MCUboot: %9s %9s\n' \
    image hashed all hash signature rest "limit $rest_limit" 'first boot' TinyCrypt PSA/p256m
for name in 64KiB 256KiB 1MiB; do
    { cat "$work/pump.bin"; noise $((bytes[$name] - $(stat -c %s "$work/pump.bin"))) || true; } > "$work/$name.bin"
    [ "$(stat -c %s "$work/$name.bin")" = "${bytes[$name]}" ] || { printf 'bench: no image\n' >&2; exit 3; }
    "$primum" sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --image "a=$work/$name.bin" \
        --services "a=$services" --key "$work/key.pem" -o "$work/$name.suit" > /dev/null
    "$primum" device new "$work/$name" --vendor acme.example --class pump --trust "$work/key.pub.pem" \
        --rot "${elf%.elf}.bin" > /dev/null
    "$primum" device flash "$work/$name" --slot a "$work/$name.suit" > /dev/null
    boot "$work/$name" "$work/first"
    boot "$work/$name" "$work/again"
    h=$(part "$work/again" hash) c=$(part "$work/again" curve) r=$(part "$work/again" rest)
    first=$(($(part "$work/first" rest) + 0))
    verdict=ok
    if [ "$r" -gt $rest_limit ] || [ "$first" -gt $rest_limit ]; then verdict='TOO MANY'; status=1; fi
    hashed=$((bytes[$name] + services_bytes))
    printf '%-8s %9d %12d = %12d + %12d + %9d  %-16s %10d | %18s %9s\n' \
        $name $hashed $((h + c + r)) "$h" "$c" "$r" "$verdict" "$first" "${mcuboot_tiny[$name]} M" "${mcuboot_psa[$name]} M"
    fields+=("\"boot_${name}_hashed_bytes\": $hashed" "\"boot_${name}_insn\": $((h + c + r))" "\"boot_${name}_hash_insn\": $h" "\"boot_${name}_sig_insn\": $c"
        "\"boot_${name}_rest_insn\": $r" "\"boot_${name}_first_rest_insn\": $first")
done

# The slowest boot: both banks full to their ends, signatures of both kinds, and a trust manifest by seven root keys that takes
# effect, so that every release is judged twice. The watchdog's budget for the root is to be four times that on a slow core.
board_number() { printf '%d' "$(sed -n "s/^#define $1 \([0-9A-Fx]*\).*/\1/p" ports/mps2-an505/board.h)"; }
root_s=$(board_number BOARD_ROOT_S)
fill() { # image bytes out
    { cat "$1"; noise $(($2 - $(stat -c %s "$1"))) || true; } > "$3"
}
fill "$work/services.bin" "$(board_number BOARD_SERVICES_SIZE)" "$work/full.services"
fill "$work/pump.bin" "$(board_number BOARD_APP_SIZE)" "$work/full.app"
arm-none-eabi-objcopy -O binary "${services%.a.elf}.b.elf" "$work/services.b.bin"
arm-none-eabi-objcopy -O binary "$firmware/firmware/pump/pump1.b.elf" "$work/pump.b.bin"
fill "$work/services.b.bin" "$(board_number BOARD_SERVICES_SIZE)" "$work/full.services.b"
fill "$work/pump.b.bin" "$(board_number BOARD_APP_SIZE)" "$work/full.app.b"
"$primum" keygen --alg HSS-LMS --height 5 --winternitz 8 -o "$work/post" > /dev/null
roots=()
"$primum" trust make --number 1 --release-key "$work/key.pub.pem" --release-key "$work/post.hss.pub" -o "$work/new.trust" > /dev/null
for n in 1 2 3 4 5 6; do
    "$primum" keygen --alg ESP256 -o "$work/root$n" > /dev/null
    "$primum" trust sign "$work/new.trust" --key "$work/root$n.pem" > /dev/null
    roots+=(--root-key "$work/root$n.pub.pem")
done
"$primum" device new "$work/slow" --vendor acme.example --class pump --rot "${elf%.elf}.bin" \
    --trust "$work/key.pub.pem" --trust "$work/post.hss.pub" "${roots[@]}" --need-root 6 > /dev/null
for n in 1 2; do
    "$primum" sign --vendor acme.example --class pump --sequence $n --version $n.0.0 --key "$work/key.pem" --key "$work/post.hss" \
        --image "a=$work/full.app" --image "b=$work/full.app.b" --services "a=$work/full.services" \
        --services "b=$work/full.services.b" -o "$work/full$n.suit" > /dev/null
    "$primum" device flash "$work/slow" --slot "$([ $n = 1 ] && echo a || echo b)" "$work/full$n.suit" > /dev/null
done
"$primum" device flash "$work/slow" --trust-manifest "$work/new.trust" > /dev/null
boot "$work/slow" "$work/slow.out"
slow=$(($(part "$work/slow.out" hash) + $(part "$work/slow.out" curve) + $(part "$work/slow.out" rest)))
grep -a '^rot: ' "$work/slow/uart0.txt" | grep -av 'rot: report' | tr '\n' ';' | sed 's/rot: //g; s/^/\nslowest boot: /'
# Tenths of a second at 20 MHz and 2.6 cycles an instruction.
slow_ds=$((slow * 26 / 20000000))
printf ' %d instructions, %d.%d s at 20 MHz and 2.6 cycles each; the watchdog gives the root %d s' \
    "$slow" $((slow_ds / 10)) $((slow_ds % 10)) "$root_s"
if [ $((4 * slow_ds)) -gt $((10 * root_s)) ]; then printf ': TOO FEW, 4 times as much is needed\n'; status=1; else printf '\n'; fi
fields+=("\"boot_slowest_insn\": $slow" "\"boot_slowest_ds\": $slow_ds" "\"root_watchdog_s\": $root_s")

# The application alone, as others are measured: nothing here boots without services, so they are a stub of 2 KiB, the
# beginning of the real ones with the entry moved into it. Hybrid: one signature by P-256 and one by LMS with W2, N24: with
# N32 it has 4,620 bytes, more than the 4,096 that an envelope has in a bank.
declare -A goal=([64KiB.p256]=2800000 [256KiB.p256]=8300000 [1MiB.p256]=30200000
    [64KiB.hybrid]=3400000 [256KiB.hybrid]=8900000 [1MiB.hybrid]=30700000)
"$primum" keygen --alg HSS-LMS --height 10 --winternitz 2 --n 24 -o "$work/second" > /dev/null
head -c 2048 "$work/services.bin" > "$work/stub.bin"
printf '\x81\x00\x38\x80' | dd of="$work/stub.bin" bs=4 seek=1 conv=notrunc status=none
printf '\nThe application alone (services: a stub of 2,048 bytes):'
printf '\n%-8s %14s %31s\n' image P-256 'P-256 and LMS N24 W2'
for name in 64KiB 256KiB 1MiB; do
    printf '%-8s' $name
    for kind in p256 hybrid; do
        dir=$work/app.$name.$kind
        post=() trust=(--trust "$work/key.pub.pem")
        [ $kind = p256 ] || { post=(--key "$work/second.hss"); trust+=(--trust "$work/second.hss.pub"); }
        "$primum" sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --image "a=$work/$name.bin" \
            --services "a=$work/stub.bin" --key "$work/key.pem" "${post[@]}" -o "$dir.suit" > /dev/null
        "$primum" device new "$dir" --vendor acme.example --class pump "${trust[@]}" --rot "${elf%.elf}.bin" > /dev/null
        "$primum" device flash "$dir" --slot a "$dir.suit" > /dev/null
        boot "$dir" "$work/first"
        boot "$dir" "$work/again"
        all=$(awk '{ n += $2 } END { print n }' "$work/again")
        fields+=("\"boot_app_${name}_${kind}_insn\": $all")
        verdict='goal met'
        [ "$all" -le "${goal[$name.$kind]}" ] || verdict="goal ${goal[$name.$kind]}"
        printf ' %14d %-14s' "$all" "($verdict)"
    done
    printf '\n'
done

# A program on the board that prints figures. An instruction is 64 ns of virtual time there. Semihosting is its console.
board() { # elf out
    timeout 120 qemu-system-arm -M mps2-an505 -display none -monitor none -serial none -nic none \
        -icount shift=6,sleep=off -semihosting-config enable=on,target=native -kernel "$1" \
        < /dev/null > "$2" 2>&1 || { cat "$2" >&2; return 1; }
}
board "$lms" "$work/lms"
board "$firmware/tests/board/test_p256_board.elf" "$work/p256"
board "$firmware/tests/board/test_p256_c_board.elf" "$work/p256c"
board "$firmware/tests/board/p256m_board.elf" "$work/p256m"
board "$firmware/tests/board/test_sha256_board.elf" "$work/sha256"
value() { awk -v n="$2" '$1 == n { print $2 }' "$1"; } # out name
# wolfCrypt's SP assembly on the same core, and the best assembly known, where they were measured: million instructions.
declare -A wolfcrypt=([verify]=1.02) best=([verify]=0.69 [sign]=0.26 [keypair]=0.23 [ecdh]=0.65)
printf '\nP-256, instructions: ours with UMAAL, ours in C, p256-m (Mbed TLS); million: wolfCrypt, P256-Cortex-M4\n'
for what in verify sign keypair ecdh; do
    printf '  %-8s %9d %9d %10d %10s %10s\n' $what "$(value "$work/p256" p256_${what}_insn)" \
        "$(value "$work/p256c" p256_${what}_insn)" "$(value "$work/p256m" p256m_${what}_insn)" \
        "${wolfcrypt[$what]:--}" "${best[$what]:--}"
    fields+=("\"p256_${what}_insn\": $(value "$work/p256" p256_${what}_insn)"
        "\"p256_${what}_c_insn\": $(value "$work/p256c" p256_${what}_insn)"
        "\"p256m_${what}_insn\": $(value "$work/p256m" p256m_${what}_insn)")
done
printf '  with the signature looked at before it leaves %d; agreement with a random multiple of n %d\n' \
    "$(value "$work/p256" p256_sign_checked_insn)" "$(value "$work/p256" p256_ecdh_blinded_insn)"
fields+=("\"p256_sign_checked_insn\": $(value "$work/p256" p256_sign_checked_insn)"
    "\"p256_ecdh_blinded_insn\": $(value "$work/p256" p256_ecdh_blinded_insn)")
printf '  bytes of stack (goal 1536):'
for what in verify sign sign_checked keypair ecdh; do
    used=$(value "$work/p256" p256_${what}_stack_bytes)
    printf ' %s %d' $what "$used"
    fields+=("\"p256_${what}_stack_bytes\": $used")
done
printf '; in C %d to verify\n' "$(value "$work/p256c" p256_verify_stack_bytes)"
sha=$(sed -n 's/^insn_per_100_bytes: \([0-9]*\)$/\1/p' "$work/sha256")
printf 'SHA-256: %s instructions a byte\n' "$(awk -v x="$sha" 'BEGIN { print x / 100 }')"
fields+=("\"sha256_insn_per_byte\": $(awk -v x="$sha" 'BEGIN { print x / 100 }')")

# Threads that call the services at once, under interrupts of a device's: what that waits for its handler.
threads=$(tests/system/test_threads.sh "$(realpath "$primum")" "$(realpath "$firmware")") || { printf '%s\n' "$threads"; status=1; }
wait_with=0 wait_without=0
read -r wait_with wait_without < <(sed -n 's/^threads: .* waits at most \([0-9]*\) instructions, \([0-9]*\) without.*/\1 \2/p' <<< "$threads") || status=1
printf "A device's interrupt waits at most %s instructions while threads call the services, %s while they don't\n" \
    "$wait_with" "$wait_without"
fields+=("\"interrupt_wait_insn\": $wait_with" "\"interrupt_wait_without_calls_insn\": $wait_without")

# Calls of the services through the door, as an application with threads makes them; no context of theirs may be mixed up.
call_limit=900
"$PWD/tests/system/test_door.sh" "$(cd "$host" && pwd)/cli/primum" "$(cd "$firmware" && pwd)" > "$work/door" ||
    { cat "$work/door"; status=1; }
printf '\nCalls of the services, instructions, the library included (an empty one: limit %d):' $call_limit
while read -r insn name; do
    printf '  %s %d' "$name" "$insn"
    fields+=("\"door_${name//[^a-z0-9]/_}_insn\": $insn")
    [ "$name" != 'an empty call' ] || [ "$insn" -le $call_limit ] || { printf ' TOO MANY'; status=1; }
done < <(sed -n 's/^door: \(.*\) takes \([0-9]*\) instructions$/\2 \1/p' "$work/door")
printf '\n'

# Random numbers, as an application asks for them.
"$primum" sign --vendor acme.example --class pump --sequence 1 --version 1.0.0 --key "$work/key.pem" -o "$work/random.suit" \
    --image "a=$random" --services "a=$services" > /dev/null
"$primum" device new "$work/random" --vendor acme.example --class pump --trust "$work/key.pub.pem" --rot "${elf%.elf}.bin" > /dev/null
"$primum" device flash "$work/random" --slot a "$work/random.suit" > /dev/null
machine "$work/random" -serial "file:$work/random/uart1.txt" -icount shift=6,sleep=off > /dev/null 2> "$work/random/qemu.txt" &
qemu=$!
while kill -0 $qemu 2> /dev/null && ! grep -qs '^random: end' "$work/random/uart1.txt"; do sleep 0.2; done
kill $qemu 2> /dev/null || true
wait $qemu 2> /dev/null || true
printf '\nRandom numbers, instructions:'
for len in 32 256; do
    cost=$(sed -n "s/^random: $len bytes take \([0-9]*\) instructions$/\1/p" "$work/random/uart1.txt")
    [ -n "$cost" ] || { printf 'bench: no random numbers\n' >&2; exit 3; }
    printf '  %d bytes %d' $len "$cost"
    fields+=("\"random_${len}_bytes_insn\": $cost")
done
printf '\n'

printf '\nHSS/LMS signature, one tree of height 10, N32, mean of 16 messages:'
while read -r name value; do
    fields+=("\"$name\": $value")
    case $name in
        *_insn) name=${name%_insn}; printf '  %s %d' "${name#lms_}" "$value" ;;
        *) printf '  (%d bytes of stack)\n' "$value" ;;
    esac
done < <(grep '^lms_' "$work/lms")

# "boot: text … N of" and so on, from the lines at the end of what size.sh prints.
sizes=$(PRM_STACK=no scripts/size.sh "$elf") || true
size_of() { sed -n "s/^ *$1[^0-9]* \([0-9][0-9]*\) .*/\1/p" <<< "$sizes"; }
boot_rom=$(size_of 'boot: text') boot_ram=$(size_of 'boot: data') all_rom=$(size_of 'total: text')
p256_rom=$(size_of rot_p256)
stack=$(scripts/stack.sh --bytes)
curve=$(size_of 'P-256, verification') curve_all=$(size_of 'P-256, all four') curve_c=$(size_of 'P-256 in C, verification')
printf '\nP-256, bytes of code and constants: %d to verify (goal 4608), %d for all four (9216); %d to verify in C (6144)\n' \
    "$curve" "$curve_all" "$curve_c"
fields+=("\"p256_verify_bytes\": $curve" "\"p256_all_bytes\": $curve_all" "\"p256_verify_c_bytes\": $curve_c")
printf '\nimmutable roots, bytes of ROM: %d with ECDSA alone (limit 20480), %d with everything but recovery, ' \
    "$p256_rom" "$boot_rom"
printf '%d with recovery (34304); ' "$all_rom"
printf '%d of static RAM (2048), %d of stack (2560)\n' "$boot_ram" "$stack"
update_stacks=$(scripts/stack_update.sh) || status=1
printf '%s\n' "$update_stacks"
stack_of() { sed -n "s/^ *stack, $1 *\([0-9]*\) of.*/\1/p" <<< "$update_stacks"; }
fields+=("\"rot_p256_text_bytes\": $p256_rom"
    "\"recovery_stack_bytes\": $(stack_of 'root in recovery')" "\"services_stack_bytes\": $(stack_of services)")
fields+=("\"rot_text_bytes\": $boot_rom" "\"rot_text_with_recovery_bytes\": $all_rom"
    "\"rot_static_ram_bytes\": $boot_ram" "\"rot_stack_bytes\": $stack")
mkdir -p "$(dirname "$json")"
{ printf '{\n'; printf '  %s,\n' "${fields[@]}" | sed '$s/,$//'; printf '}\n'; } > "$json"
printf 'written to %s\n' "$json"
exit $status

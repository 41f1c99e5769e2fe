#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_cli_outputs.sh PRIMUM CLI_RIG FIRMWARE
#
# B3, B4, B14, B22: every verb that writes × every output that it has × every input × every thing that can stand where the
# output is to go, and every call that can fail. Inputs stay as they are, nothing counted is spent, nothing is left half.
. "$(dirname "$0")/rig.sh"

make_images
printf 'secret\n' > secret
echo message > message
p keygen --alg ESP256 -o k
p keygen --alg HSS-LMS --height 10 -o h
p trust make --number 1 --release-key k.pub.pem -o t.trust
p sign "${base[@]}" --public k.pub.pem --to-be-signed tbs -o w.suit
openssl dgst -sha256 -sign k.pem -out sig tbs
cp w.pending waiting
printf root > rot.bin
p device new dev --vendor example.com --class pump --trust k.pub.pem --rot rot.bin
rm -f out
mkdir before
cp -p ./*.* message secret sig waiting before/

# What each case runs, and what it reads; @ is the name under test.
declare -A command=(
    [keygen]='keygen --alg ESP256 --passphrase-file secret -o @'
    [keygen-hss]='keygen --alg HSS-LMS --height 5 --passphrase-file secret -o @'
    [sign]='sign BASE --key k.pem --key h.hss -o @'
    [sign-detached]='sign BASE --key h.hss --detached -o @.suit'
    [sign-pending]='sign BASE --key h.hss --public k.pub.pem --to-be-signed x.tbs -o @.suit'
    [sign-tbs]='sign BASE --key h.hss --public k.pub.pem --to-be-signed @ -o x.suit'
    [sign-attach]='sign --attach sig --pending w.pending -o @'
    [trust-make]='trust make --number 1 --release-key k.pub.pem -o @'
    [trust-sign]='trust sign t.trust --key h.hss -o @'
    [trust-tbs]='trust sign t.trust --public k.pub.pem --to-be-signed @'
    [key-show]='key show h.hss -o @'
    [key-sign]='key sign h.hss --input message -o @'
    [key-split]='key split h.hss --count 1 -o @' [device-describe]='device describe dev -o @'
)
declare -A reads=(
    [keygen]='secret' [keygen-hss]='secret' [sign]='k.pem h.hss app.a.bin app.b.bin services.a.bin services.b.bin'
    [sign-detached]='h.hss app.a.bin services.b.bin' [sign-pending]='h.hss k.pub.pem app.b.bin'
    [sign-tbs]='h.hss k.pub.pem app.a.bin' [sign-attach]='sig w.pending' [trust-make]='k.pub.pem'
    [trust-sign]='t.trust h.hss' [trust-tbs]='t.trust k.pub.pem' [key-show]='h.hss' [key-sign]='h.hss message'
    [key-split]='h.hss' [device-describe]=''
)
# What becomes of @.
declare -A writes=(
    [keygen]='@.pem @.pub.pem' [keygen-hss]='@.hss @.hss.pub' [sign]='@'
    [sign-detached]='@.suit @.a0.bin @.b1.bin @.a0.blocks' [sign-pending]='@.pending' [sign-tbs]='@' [sign-attach]='@'
    [trust-make]='@' [trust-sign]='@' [trust-tbs]='@' [key-show]='@' [key-sign]='@' [key-split]='@' [device-describe]='@'
)

words() { # case name
    local word
    argv=()
    for word in ${command[$1]}; do
        if [ "$word" = BASE ]; then argv+=("${base[@]}"); else argv+=("${word//@/$2}"); fi
    done
}

outputs() { # case name
    local word
    for word in ${writes[$1]}; do printf '%s\n' "${word//@/$2}"; done
}

# Everything as it was; of the counted key, its count.
reset() {
    local file
    rm -rf o o.* x.* sub .[!.]*
    for file in before/*; do
        [ "${file##*/}" = h.hss ] || cmp -s "$file" "${file##*/}" || cp -p "$file" .
    done
    count=$(left h.hss)
}

untouched() { # what: the inputs are what they were, and nothing is spent
    local file
    for file in before/*; do
        [ "${file##*/}" = h.hss ] || cmp -s "$file" "${file##*/}" || ok 1 "$1: ${file##*/} changed"
    done
    [ "$(left h.hss)" = "$count" ] || ok 1 "$1: a signature was spent"
    [ -z "$(find . -maxdepth 1 -name '.*primum*')" ] || ok 1 "$1: leaves $(find . -maxdepth 1 -name '.*primum*')"
}

# The command must be refused with that status, and nothing happen.
refused() { # case name status what [--force]
    words "$1" "$2"
    p "${argv[@]}" "${@:5}"
    [ "$status" = "$3" ]
    ok $? "$1: $4: exit status $status instead of $3: $(head -c 200 out)"
    untouched "$1: $4"
}

at_inputs() { # case output: links of every kind to every input, and the input itself
    local input way out=$2 turn=0 ways=(hard soft both)
    for input in ${reads[$1]}; do
        # The first input in all ways, the others in turn.
        for way in $([ $turn = 0 ] && echo "${ways[@]}" || echo "${ways[turn % 3]}"); do
            turn=$((turn + 1))
            reset
            case $way in
                hard) ln "$input" "$out" ;;
                soft) ln -s "$input" "$out" ;;
                both) ln -s "$input" o.link && ln -s o.link "$out" ;;
            esac
            refused "$1" o 2 "$out is a $way link to $input" --force
            [ -e "$out" ] || ok 1 "$1: the link is gone"
        done
        # Under its own name, where the name is all there is.
        if [ "$out" = o ]; then
            reset
            refused "$1" "$input" 2 "-o $input" --force
            refused "$1" "./$input" 2 "-o ./$input" --force
        fi
    done
}

at_things() { # case output
    local out=$2 kind
    for kind in fifo folder device dangling; do
        reset
        case $kind in
            fifo) mkfifo "$out" ;;
            folder) mkdir "$out" ;;
            device) mknod "$out" c 1 3 2> /dev/null || ln -s /dev/null "$out" ;;
            dangling) ln -s nowhere/at/all "$out" ;;
        esac
        refused "$1" o 1 "$out is a $kind" --force
        case $kind in
            fifo) [ -p "$out" ] ;;
            folder) [ -d "$out" ] ;;
            device) [ -c "$out" ] ;;
            dangling) [ -L "$out" ] && [ ! -e "$out" ] ;;
        esac
        ok $? "$1: the $kind is gone"
    done
    reset
    echo precious > "$out"
    refused "$1" o 1 "$out exists"
    [ "$(cat "$out")" = precious ]; ok $? "$1: $out was replaced without --force"
    # A file that waits for signatures is never replaced: it may hold a counted one.
    [ "$1" = sign-pending ] || {
        words "$1" o
        p "${argv[@]}" --force
        [ "$status" = 0 ] && ! grep -q precious "$out"; ok $? "$1 --force: $(head -c 200 out)"
    }
    # Through a link that leads to a file the file is replaced, and the link stays.
    reset
    echo precious > o.target
    ln -s o.target "$out"
    refused "$1" o 1 "$out leads to a file"
    reset
    refused "$1" sub/o 3 'a folder that is missing'
    refused "$1" k.pem/o 3 'a folder that is a file'
    [ "$(id -u)" = 0 ] || { mkdir -m 555 sub; refused "$1" sub/o 3 'a folder that is read-only'; chmod 755 sub; }
}

# A disk without room, and calls that fail. What is counted may be spent only after the room was made.
at_faults() { # case
    local call force nth
    reset
    words "$1" o
    (ulimit -f 0; trap '' XFSZ; "$primum" "${argv[@]}" > /dev/null 2>&1)
    [ $? = 3 ]; ok $? "$1: no room for anything, and no exit status 3"
    untouched "$1: no room"
    for call in write fsync link rename room; do
        for force in '' --force; do
            [ "$1|$force" != 'sign-pending|--force' ] || continue
            with_fault "$1" "$force" $call always
        done
    done
    # Each of the calls failing once, the others going on: with what exists replaced where names are given, else without.
    for call in write fsync link rename room; do
        force=
        [ $call != rename ] || [ "$1" = sign-pending ] || force=--force
        nth=1
        while with_fault "$1" "$force" $call $nth; do nth=$((nth + 1)); done
        [ $nth -lt 60 ] || ok 1 "$1: more than 60 calls of $call"
        once=$((once + nth - 1))
    done
}

# The command with a call that fails; 1 if there is no such call.
with_fault() { # case force call always|N
    local out spent what="$1 $2: $3 $4 fails"
    reset
    [ -z "$2" ] || for out in $(outputs "$1" o); do echo precious > "$out"; done
    # shellcheck disable=SC2086 # no word, or one
    "$rig" fail "$3" "$4" "$primum" "${argv[@]}" $2 > out 2>&1
    status=$?
    [ $status != 100 ] || return 1
    spent=$((count - $(left h.hss)))
    for out in $(outputs "$1" o); do
        if [ $status = 0 ]; then
            [ -s "$out" ] && ! grep -q precious "$out"; ok $? "$what, exit status 0, and $out is not there or as it was"
        elif [ -n "$2" ]; then
            [ -s "$out" ]; ok $? "$what, and $out is gone"
        else
            # What has its name is whole, and only not known to be durable; that is said.
            [ ! -e "$out" ] || { [ -s "$out" ] && grep -q 'durable' out; }; ok $? "$what, and there is $out: $(cat out)"
        fi
    done
    [ $spent -le 1 ] || ok 1 "$what, and $spent signatures are spent"
    [ "$3" != room ] || [ $status = 0 ] || [ $spent = 0 ] || ok 1 "$what, and a signature is spent"
    count=$(left h.hss)
    [ $status = 0 ] || untouched "$what"
}

once=0
for case in "${!command[@]}"; do
    for output in $(outputs "$case" o); do
        at_inputs "$case" "$output"
        at_things "$case" "$output"
    done
    at_faults "$case"
done

printf '%d calls failed once each\n' $once
[ $once -gt 150 ]; ok $? 'fewer calls failed than there are'
# Two outputs that are one file.
reset
expect 2 'are one file' sign "${base[@]}" --public k.pub.pem --to-be-signed x.suit -o x.suit
expect 2 'are one file' sign "${base[@]}" --public k.pub.pem --to-be-signed x.pending -o x.suit
expect 2 'are one file' sign "${base[@]}" --public k.pub.pem --to-be-signed x.1 --public h.hss.pub --to-be-signed ./x.1 -o x.suit
expect 0 '' sign "${base[@]}" --key k.pem -o x.suit
conclude

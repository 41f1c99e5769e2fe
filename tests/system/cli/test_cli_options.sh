#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_cli_options.sh PRIMUM CLI_RIG FIRMWARE
#
# B5, B6, B21: every option, in every way to use its verb, has an effect or is exit 2. From the tables of the verbs: what has
# none in a mode, what is given once more than may be, what is missing, and what needs another option, is refused. For each
# that has one in a mode, an entry below shows it; one without an entry fails the test.
. "$(dirname "$0")/rig.sh"
"$rig" table > table
"$rig" operands > operands

# A value that the parser takes for this kind; nothing is read before the command line was looked at.
value() { # kind
    case $1 in slot) echo "a=none" ;; *) echo "none" ;; esac
}

# The words that a mode can't do without, in `needed`; and its operands.
needed_words() { # verb mode
    local verb mode option kind in_mode is_needed most with n
    needed=()
    while IFS='|' read -r verb mode option kind in_mode is_needed most with; do
        [ "$verb|$mode|$is_needed" = "$1|$2|1" ] || continue
        if [ "$kind" = flag ]; then needed+=("--$option"); else needed+=("--$option=$(value "$kind")"); fi
    done < table
    n=$(awk -F'|' -v v="$1" -v m="$2" '$1 == v && $2 == m { print $4 }' operands)
    operand_words=()
    while [ "${#operand_words[@]}" -lt "$n" ]; do operand_words+=(none); done
}

generic() {
    local verb mode option kind in_mode is_needed most with word i words chooses writes
    while IFS='|' read -r verb mode option kind in_mode is_needed most with; do
        needed_words "$verb" "$mode"
        word="--$option"
        [ "$kind" = flag ] || word="--$option=$(value "$kind")"
        chooses=$(awk -F'|' -v v="$verb" -v o="$option" '$1 == v && $3 == o' operands)
        if [ "$in_mode" = 0 ]; then
            # Where the option itself chooses another way of use, that is what is meant.
            [ -z "$chooses" ] || continue
            expect 2 '' $verb "${needed[@]}" "$word" "${operand_words[@]}"
            grep -qE 'has no effect|needs|too many' out || ok 1 "$verb mode $mode: $word is not said to be without effect: $(cat out)"
            continue
        fi
        words=()
        for i in "${needed[@]}"; do [ "${i%%=*}" = "--$option" ] || words+=("$i"); done
        for ((i = 0; i <= most; i++)); do words+=("$word"); done
        expect 2 'given' $verb "${words[@]}" "${operand_words[@]}"
        if [ "$is_needed" = 1 ] && [ -z "$chooses" ]; then
            words=()
            for i in "${needed[@]}"; do [ "${i%%=*}" = "--$option" ] || words+=("$i"); done
            expect 2 'primum help' $verb "${words[@]}" "${operand_words[@]}"
        fi
        [ -z "$with" ] || [[ " ${needed[*]} " == *" --$with="* ]] || expect 2 "without --$with" $verb "${needed[@]}" "$word" "${operand_words[@]}"
        if [ "$kind" != flag ] && [ "$kind" != optional ]; then
            expect 2 'needs a value' $verb "${operand_words[@]}" "--$option"
            expect 2 'empty' $verb "${operand_words[@]}" "--$option="
        fi
    done < table
    while IFS='|' read -r verb mode _ i writes; do
        needed_words "$verb" "$mode"
        expect 2 'too many' $verb "${needed[@]}" "${operand_words[@]}" one-more another more
        expect 2 'is not an option' $verb "${needed[@]}" --no-such-option "${operand_words[@]}"
        expect 0 'Usage: primum' $verb --help
        expect 0 'Usage: primum' help $verb
        [ "$writes" = 1 ] || expect 2 'is not an option' $verb "${needed[@]}" --force "${operand_words[@]}"
    done < operands
    expect 0 'primum 0.' --version
    expect 0 'Usage: primum' help
    expect 2 'not a verb' frobnicate
    expect 2 'not a verb' help frobnicate
    expect 2 'not a verb of key' key frobnicate
}

# ---- What each option does ----

shown=$work/shown
: > "$shown"

# effect VERB MODE OPTION STATUS TEXT ARGUMENT...: with these arguments, the option among them, it must say the text.
effect() {
    printf '%s|%s|%s\n' "$1" "$2" "$3" >> "$shown"
    local status=$4 text=$5
    shift 5
    rm -f x.* y.*
    expect "$status" "$text" "$@"
}

# holds TEXT ARGUMENT...: a second look, at what was made.
holds() {
    local text=$1
    shift
    expect 0 "$text" "$@"
}

fixture() {
    make_images
    printf 'secret\nsecond line\n' > secret
    p keygen --alg ESP256 -o k; p keygen --alg ESP256 -o other; p keygen --alg ESP256 -o sealed --passphrase-file secret
    p keygen --alg HSS-LMS --height 5 -o h; p keygen --alg HSS-LMS --height 5 -o hs --passphrase-file secret
    p sign "${base[@]}" --key k.pem -o rel.suit || exit 3
    p trust make --number 1 --release-key k.pub.pem -o t.trust
    cp t.trust signed.trust; p trust sign signed.trust --key k.pem
    printf root > rot.bin
    echo message > message
    p device new sdev --vendor example.com --class pump --trust k.pub.pem --rot rot.bin
    p device describe sdev -o sdev.json || exit 3
}

keygen_effects() {
    effect keygen 0 alg 0 'x.hss' keygen --alg HSS-LMS --height 5 -o x
    effect keygen 0 height 0 '1024, 2512 bytes' keygen --alg HSS-LMS --height 10 -o x
    effect keygen 0 winternitz 0 '1296 bytes' keygen --alg HSS-LMS --height 5 --winternitz 8 -o x
    effect keygen 0 levels 0 '1024, ' keygen --alg HSS-LMS --height 5 --levels 2 -o x
    effect keygen 0 n 0 '1384 bytes' keygen --alg HSS-LMS --height 5 --n 24 -o x
    effect keygen 0 output 0 'y.pub.pem' keygen --alg ESP256 -o y
    effect keygen 0 passphrase-file 0 '(encrypted)' keygen --alg ESP256 -o x --passphrase-file secret
    for option in height winternitz levels n; do
        expect 2 'no effect' keygen --alg ESP256 --$option 5 -o z
    done
}

sign_effects() { # mode and the words that choose it
    local mode=$1 uuid=01234567-89ab-cdef-0123-456789abcdef look release
    shift
    look=(inspect x.suit)
    # What waits becomes a release before it is looked at.
    complete() {
        [ "$mode" = 0 ] && return
        openssl dgst -sha256 -sign k.pem -out sig x.tbs && p sign --attach sig -o x.suit
    }
    one() { # option status text word...
        local option=$1 want=$2 text=$3
        shift 3
        printf 'sign|%s|%s\n' "$mode" "$option" >> "$shown"
        rm -f x.* x.suit
        p sign "$@" "${by[@]}" -o x.suit
        [ "$status" = "$want" ] || { ok 1 "sign $*: $status: $(cat out)"; return; }
        complete
        holds "$text" "${look[@]}"
    }
    by=("$@")
    look=(verify x.suit --trust k.pub.pem --vendor acme.example --class pump)
    one vendor 0 trusted "${base[@]/example.com/acme.example}"
    look=(verify x.suit --trust k.pub.pem --vendor example.com --class syringe)
    one class 0 trusted "${base[@]/pump/syringe}"
    look=(inspect x.suit)
    one device-id 0 "$uuid" "${base[@]}" --device-id $uuid
    one sequence 0 'sequence    3' "${base[@]}"
    one version 0 '"1.0.0"' "${base[@]}"
    one image 0 'image B0' "${base[@]}"
    one services 0 'image B1' "${base[@]}"
    look=(verify x.suit --trust k.pub.pem --components 1)
    one components 0 'trusted' --vendor example.com --class pump --sequence 3 --version 1.0.0 --image a=app.a.bin --components 1
    look=(inspect x.suit)
    look=(verify x.suit --device sdev.json)
    one device 0 'would run' "${base[@]}" --device sdev.json
    look=(inspect x.suit)
    rm -f x.*
    expect 2 'no effect with --device' sign "${base[@]}" --device sdev.json --components 2 "${by[@]}" -o y.suit
    one encrypt-to 0 'sent encrypted' "${base[@]}" --encrypt-to other.pub.pem
    one encrypt-services 0 'image A1    6000 bytes' "${base[@]}" --encrypt-to other.pub.pem --encrypt-services
    grep -A1 'image A1' out | grep -q 'sent encrypted' || ok 1 'encrypt-services encrypts nothing'
    one update-authorized 0 'priority 7' "${base[@]}" --update-authorized=7
    one minimum-battery 0 'at least 40 mWh' "${base[@]}" --minimum-battery 40
    one use-before 0 '2027-01-31T12:00:00Z' "${base[@]}" --use-before 2027-01-31T12:00:00Z
    one name 0 'Pumpe' "${base[@]}" --name Pumpe
    one description 0 'Beschrieben' "${base[@]}" --description Beschrieben
    one detached 0 ', 0 payloads' "${base[@]}" --detached
    one plain 0 ', 4 payloads' "${base[@]}" --plain
    one key 0 'signature   HSS-LMS' "${base[@]}" --key h.hss
    one passphrase-file 0 '2 signatures' "${base[@]}" --key sealed.pem --passphrase-file secret
    one alg 0 'ES256 (-7)' "${base[@]}" --alg ES256
    one output 0 'sequence' "${base[@]}"
}

other_sign_effects() {
    # A token's key isn't here; that --public is for nothing else is.
    printf 'sign|0|public\n' >> "$shown"
    expect 2 'no effect' sign "${base[@]}" --key k.pem --public k.pub.pem -o x.suit
    effect sign 2 public 0 'waits for 1 signature' sign "${base[@]}" --public h.hss.pub --to-be-signed x.tbs -o x.suit
    effect sign 2 to-be-signed 0 'x.tbs: what is to be signed' sign "${base[@]}" --public k.pub.pem --to-be-signed x.tbs -o x.suit
    effect sign 2 digest 0 'the SHA-256 of what is' sign "${base[@]}" --public k.pub.pem --to-be-signed x.tbs --digest -o x.suit
    expect 2 'no effect' sign "${base[@]}" --public h.hss.pub --to-be-signed y.tbs --digest -o y.suit
    expect 2 'no effect' sign "${base[@]}" --key h.hss --alg ES256 -o y.suit
    expect 2 'no effect' sign "${base[@]}" --key k.pem --passphrase-file secret -o y.suit
    rm -f x.* y.*
    p sign "${base[@]}" --public k.pub.pem --to-be-signed tbs -o w.suit
    openssl dgst -sha256 -sign k.pem -out sig tbs
    cp w.pending elsewhere
    effect sign 1 attach 0 'x.suit: sequence 3' sign --attach sig --pending w.pending -o x.suit
    cp elsewhere y.pending
    printf 'sign|1|pending\nsign|1|output\n' >> "$shown"
    expect 0 'y.suit: sequence 3' sign --attach sig --pending y.pending
    cp elsewhere y.pending
    rm -f y.suit
    expect 0 'z.suit: sequence 3' sign --attach sig --pending y.pending -o z.suit
    rm -f sig tbs w.* z.suit elsewhere
}

release_effects() {
    effect inspect 1 json 0 '"sequence": 3' inspect --json rel.suit
    expect 0 'block list  "#A0" of "#a0",' inspect rel.suit
    expect 0 '"block_list_of": "#b0"' inspect --json rel.suit
    p sign "${base[@]}" --plain --key k.pem -o x.suit
    expect 0 ', 0 block lists' inspect x.suit
    rm -f x.suit
    effect inspect 2 diag 0 '107({' inspect --diag rel.suit
    local modes=("0 --trust k.pub.pem" "1 --trust-manifest signed.trust --root-key k.pub.pem") mode
    effect verify 0 trust 1 'SIG2' verify rel.suit --trust other.pub.pem
    effect verify 1 trust-manifest 0 'trusted' verify rel.suit --trust-manifest signed.trust --root-key k.pub.pem
    effect verify 1 root-key 1 '0 of the 1 signatures' verify rel.suit --trust-manifest signed.trust --root-key other.pub.pem
    effect verify 1 need-root 1 '1 of the 2 signatures' verify rel.suit --trust-manifest signed.trust --root-key k.pub.pem \
        --root-key other.pub.pem --need-root 2
    effect verify 2 root-key 1 '0 of the 1' verify signed.trust --root-key other.pub.pem
    effect verify 2 need-root 1 '1 of the 2' verify signed.trust --root-key k.pub.pem --root-key other.pub.pem --need-root 2
    effect verify 2 json 0 '"trusted": true' verify signed.trust --root-key k.pub.pem --json
    p sign "${base[@]}" --key k.pem --alg ES256 -o es.suit
    p sign "${base[@]}" --key k.pem --encrypt-to other.pub.pem -o en.suit
    p device new dev --vendor example.com --class pump --trust k.pub.pem --rot rot.bin
    p sign "${base[@]}" --key k.pem --encrypt-to dev/device.pub.pem -o ours.suit
    for mode in "${modes[@]}"; do
        set -- $mode
        local n=$1
        shift
        effect verify "$n" allow-es256 0 'trusted' verify es.suit "$@" --allow-es256
        effect verify "$n" vendor 1 'DEV' verify rel.suit "$@" --vendor acme.example --class pump
        effect verify "$n" class 1 'DEV' verify rel.suit "$@" --vendor example.com --class syringe
        effect verify "$n" device-id 0 'trusted' verify rel.suit "$@" --device-id 01234567-89ab-cdef-0123-456789abcdef
        effect verify "$n" floor 1 'VER1' verify rel.suit "$@" --floor 9
        effect verify "$n" device-key 0 'right for a device as assumed' verify ours.suit "$@" --device-key dev/key.bin
        ! grep -q 'only its devices' out || ok 1 'verify --device-key looks into nothing'
        effect verify "$n" components 1 'SUT8' verify rel.suit "$@" --components 1
        effect verify "$n" json 0 '"trusted": true' verify rel.suit "$@" --json
    done
    p device describe dev -o dev.json
    effect verify 3 device 0 'would run' verify rel.suit --device dev.json
    effect verify 3 device-key 0 'would run (sequence' verify ours.suit --device dev.json --device-key dev/key.bin
    effect verify 3 json 0 '"assumed": []' verify rel.suit --device dev.json --json
    expect 2 'no effect with --device' verify rel.suit --device dev.json --floor 3
    expect 2 'no effect with --device' verify rel.suit --device dev.json --trust k.pub.pem
    expect 2 'no effect' verify rel.suit --device dev.json --trust-manifest signed.trust --root-key k.pub.pem
    effect 'device describe' 0 output 0 'the description of dev' device describe dev -o x.json
    effect 'device describe' 0 p256-only 0 'the description of dev' device describe dev --p256-only -o y.json
    grep -q '"trust_manifests": null' y.json && ! grep -q HSS-LMS..$ y.json; ok $? '--p256-only has no effect'
}

# A new epoch that still lists every key of before would be the thief's as well.
new_epoch() {
    local make=(trust make -o x.trust --release-key) list=(--release-key k.pub.pem --release-key h.hss.pub)
    rm -f x.trust
    expect 2 'give it with --previous' "${make[@]}" k.pub.pem --number 7 --epoch 1
    p trust make --number 3 "${list[@]}" -o before.trust
    p trust make --number 4 --epoch 1 --previous before.trust --release-key k.pub.pem -o before1.trust
    effect 'trust make' 0 previous 0 'epoch 1 from sequence 1,' "${make[@]}" k.pub.pem --number 4 --epoch 1 --previous before.trust
    rm -f x.trust
    expect 1 'epoch 1 still lists every release key of before' "${make[@]}" other.pub.pem "${list[@]}" --number 4 --epoch 1 \
        --previous before.trust
    expect 1 'epoch 1 still lists every release key of before' "${make[@]}" k.pub.pem --number 4 --epoch 1 --previous k.pub.pem
    expect 1 'epoch 1 still lists every release key' "${make[@]}" h.hss.pub,components=0+1 --number 4 --epoch 1 --previous h.hss.pub
    expect 0 'epoch 1 from' "${make[@]}" k.pub.pem --number 4 --epoch 1 --previous k.pub.pem --previous h.hss.pub
    rm -f x.trust
    expect 0 'epoch 1 from' "${make[@]}" k.pub.pem --number 5 --epoch 1 --previous before1.trust
    rm -f x.trust
    expect 1 'still lists every' "${make[@]}" k.pub.pem --number 5 --epoch 2 --previous before1.trust
    expect 1 'take that or the next, not 3' "${make[@]}" other.pub.pem --number 5 --epoch 3 --previous before1.trust
    expect 1 'take that or the next, not 0' "${make[@]}" other.pub.pem --number 5 --previous before1.trust
    expect 1 'no device takes 4 after it' "${make[@]}" other.pub.pem --number 4 --epoch 2 --previous before1.trust
    expect 1 'takes none above 1028' "${make[@]}" other.pub.pem --number 1029 --epoch 2 --previous before1.trust
    expect 0 'trust manifest 1028' "${make[@]}" other.pub.pem --number 1028 --epoch 2 --previous before1.trust
    rm -f x.trust
    expect 2 'one trust manifest, or' "${make[@]}" other.pub.pem --number 5 --epoch 2 --previous before1.trust --previous k.pub.pem
    expect 2 'one trust manifest, or' "${make[@]}" other.pub.pem --number 5 --epoch 2 --previous k.pub.pem --previous before1.trust
    rm -f before.trust before1.trust
}

trust_effects() {
    effect 'trust make' 0 number 0 'manifest 7' trust make --number 7 --release-key k.pub.pem -o x.trust
    effect 'trust make' 0 epoch 0 'epoch 1 from sequence 1,' trust make --number 7 --epoch 1 --previous other.pub.pem --release-key k.pub.pem -o x.trust
    effect 'trust make' 0 base 0 'epoch 1 from sequence 44,' trust make --number 7 --epoch 1 --previous other.pub.pem --base 44 --release-key k.pub.pem -o x.trust
    expect 0 '"base": 44' trust show x.trust --json
    rm -f x.trust
    new_epoch
    expect 2 "epoch '32768' is not a number from 0 to 32767" trust make --number 7 --epoch 32768 --release-key k.pub.pem -o x.trust
    rm -f x.trust
    expect 2 "base '0' is not a number from 1 to" trust make --number 7 --base 0 --release-key k.pub.pem -o x.trust
    rm -f x.trust
    expect 2 "base '281474976710656' is not" trust make --number 7 --base 281474976710656 --release-key k.pub.pem -o x.trust
    effect 'trust make' 0 release-key 0 '2 release keys' trust make --number 7 --release-key k.pub.pem --release-key \
        h.hss.pub -o x.trust
    effect 'trust make' 0 need-p256 0 'needs 2 P-256' trust make --number 7 --release-key k.pub.pem --release-key other.pub.pem \
        --need-p256 2 -o x.trust
    effect 'trust make' 0 need-hss 0 'and 0 HSS' trust make --number 7 --release-key k.pub.pem --release-key h.hss.pub \
        --need-hss 0 -o x.trust
    effect 'trust make' 0 output 0 'x.trust: ' trust make --number 7 --release-key k.pub.pem -o x.trust
    cp t.trust s.trust
    effect 'trust sign' 0 key 0 '2 signatures' trust sign s.trust --key k.pem --key other.pem
    effect 'trust sign' 0 passphrase-file 0 '1 signature' trust sign t.trust --key sealed.pem --passphrase-file secret -o x.trust
    effect 'trust sign' 0 output 0 'x.trust: ' trust sign t.trust --key k.pem -o x.trust
    expect 2 'no effect' trust sign t.trust --key k.pem --passphrase-file secret
    expect 2 'no effect' trust sign t.trust --key k.pem --force
    effect 'trust sign' 2 to-be-signed 0 'what is to be signed' trust sign t.trust --public k.pub.pem --to-be-signed x.tbs
    effect 'trust sign' 2 public 0 'what is to be signed' trust sign t.trust --public k.pub.pem --to-be-signed x.tbs
    openssl dgst -sha256 -sign k.pem -out sig x.tbs
    cp t.trust s.trust
    effect 'trust sign' 1 attach 0 '1 signature' trust sign s.trust --public k.pub.pem --attach sig
    effect 'trust sign' 1 public 1 'not right' trust sign t.trust --public other.pub.pem --attach sig
    effect 'trust sign' 1 output 0 'x.trust: ' trust sign t.trust --public k.pub.pem --attach sig -o x.trust
    effect 'trust show' 0 json 0 '"number": 1' trust show t.trust --json
}

key_effects() {
    effect 'key show' 0 json 0 '"kind": "private"' key show h.hss --json
    effect 'key show' 0 output 0 'x.pub' key show k.pub.pem -o x.pub
    effect 'key show' 0 passphrase-file 0 'ESP256' key show sealed.pem --passphrase-file secret
    effect 'key show' 1 pem 0 'BEGIN PUBLIC KEY' key show k.pub.pem --pem
    effect 'key show' 1 passphrase-file 0 'BEGIN PUBLIC KEY' key show sealed.pem --pem --passphrase-file secret
    expect 2 'no effect' key show k.pub.pem --passphrase-file secret
    expect 2 'no effect' key show k.pub.pem --force
    effect 'key sign' 0 input 0 'signature 0' key sign hs.hss --input message -o x.sig --passphrase-file secret
    effect 'key sign' 0 passphrase-file 0 'signature 1' key sign hs.hss --input message -o x.sig --passphrase-file secret
    effect 'key sign' 0 output 0 'y.sig' key sign h.hss --input message -o y.sig
    expect 2 'no effect' key sign h.hss --input message -o z.sig --passphrase-file secret
    effect 'key split' 0 count 0 '2 signatures' key split h.hss --count 2 -o x.hss
    effect 'key split' 0 output 0 'y.hss' key split h.hss --count 2 -o y.hss
    effect 'key adopt' 0 skip 0 ' signatures left' key adopt h.hss --skip 2
}

device_effects() {
    local dev=(--vendor example.com --class pump --trust k.pub.pem --rot rot.bin)
    new() { rm -rf d; effect 'device new' 0 "$@"; }
    new vendor 0 'of example.com' device new d "${dev[@]}"
    new class 0 'class pump' device new d "${dev[@]}"
    new device-id 0 '01234567-89ab-cdef-0123-456789abcdef' device new d "${dev[@]}" --device-id 01234567-89ab-cdef-0123-456789abcdef
    new trust 0 'trusts 2 keys' device new d "${dev[@]}" --trust other.pub.pem
    new root-key 0 '1 of 1 root key can' device new d "${dev[@]}" --root-key other.pub.pem
    new need-root 0 '2 of 2 root keys can' device new d "${dev[@]}" --root-key other.pub.pem --root-key k.pub.pem --need-root 2
    new floor 0 'floor 9' device new d "${dev[@]}" --floor 9
    expect 2 "'0' is not a number from 1" device new d0 "${dev[@]}" --floor 0
    new rot 3 "can't open" device new d --vendor example.com --class pump --trust k.pub.pem --rot none
    p sign "${base[@]}" --key k.pem --alg ES256 --force -o es.suit
    new allow-es256 0 'd: ' device new d "${dev[@]}" --allow-es256
    effect 'device flash' 0 slot 0 'slot B holds' device flash d --slot b es.suit
    ! grep -q refuse out || ok 1 '--allow-es256 had no effect'
    effect 'device flash' 1 trust-manifest 0 'trust manifest 1' device flash d --trust-manifest signed.trust
    effect 'device erase' 0 slot 0 'slot A is empty' device erase d --slot a
    effect 'device flip' 0 slot 0 'slot B, byte 0x000000' device flip d --slot b --bit 3
    effect 'device flip' 0 bit 0 'byte 0x000001' device flip d --slot b --bit 8
    effect 'device flip' 1 slot 0 'slot B' device flip d --slot b --envelope-bit 3
    effect 'device flip' 1 envelope-bit 0 'slot A' device flip d --slot a --envelope-bit 3
    effect 'device flip' 2 slot 0 'slot B' device flip d --slot b --image-bit 3
    effect 'device flip' 2 image-bit 0 'slot A' device flip d --slot a --image-bit 3
    effect 'device flip' 3 slot 0 'slot B' device flip d --slot b --services-bit 3
    effect 'device flip' 3 services-bit 0 'slot A' device flip d --slot a --services-bit 3
    rm -rf d
    p device new d "${dev[@]}"
    p device flash d --slot a rel.suit
    # The first release sets the floor, a later one doesn't; a floor that leaves nothing to run is refused unless told.
    expect 1 'never goes back' device set-floor d 2
    p sign "${base[@]/#3/5}" --key k.pem -o five.suit
    expect 0 'slot B holds' device flash d --slot b five.suit
    ! grep -q floor out || ok 1 'the second release set the floor'
    expect 0 'floor 5 (was 3)' device set-floor d 5
    expect 1 'nothing in the device would run' device set-floor d 6
    expect 0 'floor 5 (was 5)' device set-floor d 5
    expect 2 "'0' is not a number from 1" device set-floor d 0
    cp -r d dead
    effect 'device set-floor' 0 yes 0 'floor 6 (was 5)' device set-floor dead 6 --yes
    expect 1 'VER1' device boot dead --on host
    rm -rf d
    p device new d "${dev[@]}"
    expect 0 "floor 3, the first release's sequence" device flash d --slot a rel.suit
    # What the factory put there runs although the journal is lost; nothing newer does.
    dd if=/dev/zero bs=8192 count=1 status=none | tr '\0' '\377' | dd of=d/flash.img conv=notrunc status=none
    # A part whose file has lost its size is named with what it should have.
    local part
    for part in flash.img eeprom.img rom.bin fuse.bin; do
        rm -rf short
        cp -r d short
        truncate -s 63 short/$part
        expect 3 "$part" device boot short --on host
        grep -q 'bytes' out && ! grep -q Success out; ok $? "a short $part: $(cat out)"
    done
    rm -rf short
    effect 'device boot' 1 on 0 'started   A' device boot d --on host
    effect 'device report' 0 json 0 '"started"' device report d --json
    effect 'device send' 0 wait 3 'wire' device send d --wait 1 rel.suit
    effect 'device send' 0 quiet 3 'wire' device send d --quiet rel.suit
    effect 'device send' 1 port 3 "can't open none" device send --port none rel.suit
    effect 'device send' 1 wait 3 "can't open none" device send --port none --wait 1 rel.suit
    effect 'device send' 1 quiet 3 "can't open none" device send --port none --quiet rel.suit
    expect 2 'seconds' device send --port none --wait 0 rel.suit
    # Under QEMU, as tests/system/test_board.sh and scripts/demo.sh do with all of them.
    for option in timeout until quiet wire; do printf 'device boot|0|%s\n' $option; done >> "$shown"
    for option in timeout until wire background; do printf 'device boot|2|%s\n' $option; done >> "$shown"
    expect 2 'no effect' device boot d --on host --wire
    expect 2 'no effect' device boot d --background --quiet
}

# In this order: a list of the cases that nothing above shows.
complete_list() {
    awk -F'|' '$5 == 1 { print $1 "|" $2 "|" $3 }' table | sort -u > all
    sort -u "$shown" > have
    local missing extra
    missing=$(comm -23 all have | tr '\n' ' ')
    extra=$(comm -13 all have | tr '\n' ' ')
    [ -z "$missing" ]; ok $? "options in modes without a test of their effect: $missing"
    [ -z "$extra" ]; ok $? "tests of options that are none: $extra"
}

generic
fixture
keygen_effects
sign_effects 0 --key k.pem
sign_effects 2 --public k.pub.pem --to-be-signed x.tbs
other_sign_effects
release_effects
trust_effects
key_effects
device_effects
complete_list
conclude

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_cli_rows.sh PRIMUM CLI_RIG FIRMWARE
#
# What people and attackers do with signing tools, a section for each kind. B3 to B5, B14 and B22 are test_cli_outputs.sh and
# test_cli_options.sh; B1, B2 and B15 test_hss_*; B7 and B8 test_image_*; B17 test_ymodem_send; B19's point test_pkcs11_point.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/rig.sh"
make_images
printf 'secret\n' > secret
p keygen --alg ESP256 -o k
p keygen --alg ESP256 -o other
p keygen --alg HSS-LMS --height 5 -o h
p sign "${base[@]}" --key k.pem -o rel.suit
make=(trust make --number 1)

b6_a_setting_given_twice() {
    local before
    before=$(left h.hss)
    expect 2 'vendor= is given twice' "${make[@]}" --release-key k.pub.pem,vendor=a.example,class=pump,vendor=b.example -o b6.trust
    expect 2 'class= is given twice' "${make[@]}" --release-key k.pub.pem,vendor=a.example,class=x,class=y -o b6.trust
    expect 2 'components= is given twice' "${make[@]}" --release-key k.pub.pem,components=0,components=1 -o b6.trust
    expect 2 'is given twice' "${make[@]}" --release-key k.pub.pem,components=0+0 -o b6.trust
    expect 2 'give vendor=' "${make[@]}" --release-key k.pub.pem,class=x -o b6.trust
    expect 2 'is not a limit' "${make[@]}" --release-key k.pub.pem,colour=red -o b6.trust
    expect 2 'is not a limit' "${make[@]}" --release-key k.pub.pem, -o b6.trust
    expect 2 'a=... is given twice' sign "${base[@]/b=app.b.bin/a=app.b.bin}" --key k.pem -o b6.suit
    expect 2 'by one key' sign "${base[@]}" --key k.pem --key ./k.pem -o b6.suit
    expect 2 'by one key' sign "${base[@]}" --key h.hss --key h.hss -o b6.suit
    [ "$(left h.hss)" = "$before" ]; ok $? 'B6: one key twice spends a signature'
}

b12_a_list_that_nothing_satisfies() {
    expect 2 'one key' "${make[@]}" --release-key k.pub.pem --release-key ./k.pub.pem --need-p256 2 -o x.trust
    expect 2 'no component 5' "${make[@]}" --release-key k.pub.pem,components=5 -o x.trust
    expect 1 'no release could ever' "${make[@]}" --release-key k.pub.pem,vendor=a.example --release-key \
        other.pub.pem,vendor=b.example --need-p256 2 -o x.trust
    expect 1 'no release could ever' "${make[@]}" --release-key k.pub.pem,components=0 --release-key \
        other.pub.pem,components=1 --need-p256 2 -o x.trust
    expect 0 'could take no release' "${make[@]}" --release-key k.pub.pem,vendor=a.example --release-key \
        other.pub.pem,vendor=a.example --release-key h.hss.pub,vendor=b.example --need-p256 2 --need-hss 0 -o x.trust
    expect 1 'no device would take' "${make[@]}" --release-key k.pub.pem --need-p256 2 -o y.trust
    # One key for devices of two kinds is two entries, and one key.
    expect 0 '2 release keys' "${make[@]}" --release-key k.pub.pem,vendor=a.example --release-key k.pub.pem,vendor=b.example \
        -o b12.trust
    expect 1 'counts once' "${make[@]}" --release-key k.pub.pem --release-key k.pub.pem,components=0 --need-p256 2 -o y.trust
}

b22_commas_blanks_and_odd_names() {
    cp k.pub.pem 'a,vendor=b.pem'
    expect 0 '1 release key' "${make[@]}" --release-key 'a,vendor=b.pem' -o comma.trust
    expect 0 '1 release key' "${make[@]}" --release-key 'a,vendor=b.pem,vendor=c.example' -o comma2.trust
    local class
    for class in ' pump' 'pump ' $'pump\n' $'pu\tmp' $'pump\xc2\x9b' $'pump\xe2\x80\xae' $'\xff' ''; do
        expect 2 '' sign --vendor example.com --class "$class" --sequence 1 --version 1.0.0 --image a=app.a.bin --services \
            a=services.a.bin --key k.pem -o x.suit
        expect 2 '' device new d --vendor example.com --class "$class" --trust k.pub.pem --rot k.pem
    done
    expect 2 'blank' key show 'pkcs11:token=my token;object=k'
}

# A directory that a killed sign leaves: nothing in it but what was there.
b22_killed_signs_leave_nothing() {
    local tries
    mkdir killed
    for tries in $(seq 1 40); do
        "$primum" sign "${base[@]}" --key k.pem -o "killed/$tries" > /dev/null 2>&1 &
        sleep "0.0$((tries % 10))$((tries % 7))"
        kill -9 $! 2> /dev/null
        wait $! 2> /dev/null
        [ ! -e "killed/$tries" ] || "$primum" inspect "killed/$tries" > /dev/null || ok 1 "killed/$tries is half a release"
    done
    [ -z "$(find killed -name '.*' -type f)" ]; ok $? "B22: a killed sign leaves $(ls -A killed)"
}

b7_what_is_no_firmware() {
    printf '#!/bin/sh\necho hello\n' > script
    local file before
    before=$(left h.hss)
    for file in script k.pem secret rel.suit; do
        expect 1 'vector table' sign "${base[@]/app.a.bin/$file}" --key h.hss -o x.suit
    done
    [ "$(left h.hss)" = "$before" ]; ok $? 'B7: what is no firmware spends a signature'
}

b9_what_the_device_says() {
    expect 2 'would take no release without' sign --vendor example.com --class pump --sequence 1 --version 1.0.0 --image \
        a=app.a.bin --key k.pem -o one.suit
    expect 0 '' sign --vendor example.com --class pump --sequence 1 --version 1.0.0 --image a=app.a.bin --components 1 --key \
        k.pem -o one.suit
    expect 1 'SUT8' verify one.suit --trust k.pub.pem --vendor example.com --class pump
    printf root > rot.bin
    p device new dev --vendor example.com --class pump --trust k.pub.pem --rot rot.bin
    p device flash dev --slot a one.suit
    expect 1 'SUT8' device boot dev --on host
    expect 0 'trusted' verify one.suit --trust k.pub.pem --components 1
    # What isn't known isn't claimed; what is assumed is said, and what one device says is what it does.
    ! grep -q 'would run' out && grep -q 'assumed: the identity that the release names' out; ok $? 'B9: verify claims what it cannot know'
    p verify one.suit --trust k.pub.pem --components 1 --floor 1 --vendor example.com --class pump
    ! grep -q 'the identity' out && ! grep -q 'nothing accepted before' out && grep -q "assumed: the emulated board's memory" out
    ok $? 'B9: what was told is still called assumed'
    p sign "${base[@]}" --key k.pem --alg ES256 -o b9es.suit
    p sign "${base[@]}" --key k.pem --key h.hss -o b9both.suit
    p sign "${base[@]/example.com/other.example}" --key k.pem -o b9other.suit
    p sign "${base[@]}" --device-id 01234567-89ab-cdef-0123-456789abcdef --key k.pem -o b9id.suit
    p "${make[@]}" --release-key other.pub.pem -o b9.trust
    p trust sign b9.trust --key k.pem -o b9s.trust
    b9_device 'a device as it is made' --trust k.pub.pem
    b9_device 'one with keys of both kinds' --trust k.pub.pem --trust h.hss.pub
    b9_device 'one that takes ES256' --trust k.pub.pem --allow-es256
    b9_device 'one with another id' --trust k.pub.pem --device-id 01234567-89ab-cdef-0123-456789abcdef
    b9_device 'one with a high floor' --trust k.pub.pem --floor 9
    b9_device 'one with a trust manifest' --trust k.pub.pem --root-key k.pub.pem
    # With the small root a device of both kinds of keys judges nothing, and trust manifests are none.
    rm -rf b9d
    p device new b9d --vendor example.com --class pump --trust k.pub.pem --trust h.hss.pub --rot rot.bin
    p device describe b9d --p256-only -o b9.json --force
    expect 1 'refused' verify b9both.suit --device b9.json
    # Banks elsewhere: the images were made for other addresses.
    p device describe dev -o b9.json --force
    sed 's/^      2097152,$/      10485760,/; s/4194304$/12582912/' b9.json > b9far.json
    expect 0 'would run' verify rel.suit --device b9.json
    expect 1 'IMG' verify rel.suit --device b9far.json
    sed 's/"base": 2147483648/"base": 1073741824/' b9.json > b9base.json
    expect 1 'IMG' verify rel.suit --device b9base.json
    # Of trust manifests too: the roots' signatures, number, and whether it takes any.
    p device new b9r --vendor example.com --class pump --trust k.pub.pem --root-key k.pub.pem --rot rot.bin
    p device describe b9r -o b9r.json
    p trust make --number 1500 --release-key k.pub.pem -o b9e.trust
    p trust sign b9e.trust --key k.pem
    expect 0 'trust manifest 1  OK: would be taken' verify b9s.trust --device b9r.json
    expect 0 '"trusted": true' verify b9s.trust --device b9r.json --json
    expect 1 'TRU' verify b9.trust --device b9r.json
    expect 1 'TRU5' verify b9e.trust --device b9r.json
    expect 1 'SIG' verify b9s.trust --device b9.json
    sed 's/^    "floor": 0,/    "floor": 2,/' b9r.json > b9floor.json
    expect 1 'TRU3' verify b9s.trust --device b9floor.json
    p device describe b9r --p256-only -o b9p.json
    expect 1 'takes no trust manifests' verify b9s.trust --device b9p.json
    # Nor is anything signed that such devices could not run.
    local before
    before=$(left h.hss)
    expect 1 '' sign "${base[@]}" --device b9far.json --key h.hss -o b9x.suit
    expect 1 '' sign "${base[@]}" --device b9base.json --key h.hss -o b9x.suit
    expect 1 'another vendor, class or id' sign "${base[@]/pump/syringe}" --device b9.json --key h.hss -o b9x.suit
    [ "$(left h.hss)" = "$before" ] && [ ! -e b9x.suit ]; ok $? 'B9: what no such device runs spends a signature'
    expect 0 'sequence 3' sign "${base[@]}" --device b9.json --key h.hss -o b9x.suit
}

# Of each release, what the description says is what the device's own boot says.
b9_device() { # what, options of device new
    local what=$1 release said
    shift
    for release in rel b9es b9both b9other b9id one; do
        rm -rf b9d
        p device new b9d --vendor example.com --class pump --rot rot.bin "$@"
        [ "$what" != 'one with a trust manifest' ] || p device flash b9d --trust-manifest b9s.trust
        p device describe b9d -o b9.json --force
        p verify $release.suit --device b9.json
        said=$(sed -n 's/^slot A  \([A-Z0-9]*\):.*/\1/p' out)
        p device flash b9d --slot a $release.suit
        p device boot b9d --on host
        grep -q "^slot A    $said:" out
        ok $? "B9: of $release, $what: verify says '$said', and the device: $(head -c 300 out)"
    done
}

# B10: two at once on one file, and both signatures are in it.
b10_edits_at_once() {
    local i lost=0
    p "${make[@]}" --release-key k.pub.pem -o t.trust
    for i in $(seq 1 30); do
        cp t.trust two.trust
        "$primum" trust sign two.trust --key k.pem > /dev/null 2>&1 &
        "$primum" trust sign two.trust --key other.pem > /dev/null 2>&1 &
        wait
        "$primum" trust show two.trust --json > out
        [ "$(grep -c '"alg"' out)" = 2 ] || lost=$((lost + 1))
    done
    [ $lost = 0 ]; ok $? "B10: trust sign at once loses a signature in $lost of 30 runs"
    p sign "${base[@]}" --public k.pub.pem --to-be-signed 1.tbs --public other.pub.pem --to-be-signed 2.tbs -o both.suit
    openssl dgst -sha256 -sign k.pem -out 1.sig 1.tbs
    openssl dgst -sha256 -sign other.pem -out 2.sig 2.tbs
    cp both.pending both.kept
    lost=0
    for i in $(seq 1 30); do
        cp both.kept both.pending
        rm -f both.suit
        "$primum" sign --attach 1.sig -o both.suit > /dev/null 2>&1 &
        "$primum" sign --attach 2.sig -o both.suit > /dev/null 2>&1 &
        wait
        "$primum" verify both.suit --trust k.pub.pem > /dev/null 2>&1 && "$primum" verify both.suit --trust other.pub.pem \
            > /dev/null 2>&1 && [ ! -e both.pending ] || lost=$((lost + 1))
    done
    [ $lost = 0 ]; ok $? "B10: --attach at once loses a signature in $lost of 30 runs"
    ln two.trust hard.trust
    expect 1 'hard links' trust sign two.trust --key k.pem
    rm hard.trust
}

# B11: Alice's signature under Bob's key id.
b11_a_false_key_id() {
    local bob
    p "${make[@]}" --release-key k.pub.pem -o f.trust
    p trust sign f.trust --key k.pem -o alice.trust
    "$primum" key show k.pub.pem > out
    local alice
    alice=$(sed -n 's/^key id *//p' out)
    "$primum" key show other.pub.pem > out
    bob=$(sed -n 's/^key id *//p' out)
    # The id stands once in the file, in the signature's protected header.
    local hex
    hex=$(od -An -v -tx1 alice.trust | tr -d ' \n')
    printf '%b' "$(sed 's/../\\x&/g' <<< "${hex/$alice/$bob}")" > false.trust
    expect 0 'taken out' trust sign false.trust --key other.pem
    expect 0 'trusted' verify false.trust --root-key other.pub.pem
    expect 0 'signed by   other.pub.pem' verify false.trust --root-key k.pub.pem --root-key other.pub.pem --need-root 1
}

b13_secrets() {
    printf 'secret\r\n' > crlf
    p keygen --alg ESP256 -o c --passphrase-file crlf
    expect 0 '' sign "${base[@]}" --key c.pem --passphrase-file secret -o c1.suit
    expect 0 '' sign "${base[@]}" --key c.pem --passphrase-file crlf -o c2.suit
    head -c 1001 /dev/zero | tr '\0' x > long
    expect 2 '1001 bytes' keygen --alg ESP256 -o l --passphrase-file long
    expect 2 '1001 bytes' keygen --alg HSS-LMS --height 5 -o l --passphrase-file long
    head -c 1000 /dev/zero | tr '\0' x > just
    expect 0 'encrypted' keygen --alg ESP256 -o j --passphrase-file just
    expect 0 '' sign "${base[@]}" --key j.pem --passphrase-file just -o j.suit
    printf 'sec\0ret\n' > nul
    expect 2 'NUL' keygen --alg ESP256 -o n --passphrase-file nul
    expect 2 'NUL' keygen --alg HSS-LMS --height 5 -o n --passphrase-file nul
    printf '\n' > empty
    expect 2 'empty' keygen --alg ESP256 -o e --passphrase-file empty
    [ ! -e l.pem ] && [ ! -e n.pem ] && [ ! -e n.hss ] && [ ! -e e.pem ]; ok $? 'B13: half a key is left'
    openssl asn1parse -in c.pem 2> /dev/null | grep -q 'id-scrypt\|scrypt'; ok $? 'B13: the key is not under scrypt'
}

# Nothing that steers a terminal or turns text, in whatever is printed; and JSON that holds everything.
clean() { # what
    ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf' out &&
        iconv -f UTF-8 -t UTF-8 out > /dev/null 2>&1
    ok $? "B16: $1 prints odd characters: $(od -c out | head -5)"
}

b16_foreign_text() {
    local odd name
    for name in $'\xff\xfe' $'a\x1b[31m' $'a\xc2\x9b31m' $'a\xe2\x80\xae' $'a\xe2\x80\x8b' ' a' $'a\n' ''; do
        expect 2 '' sign "${base[@]}" --key k.pem --name "$name" -o x.suit
        expect 2 '' sign "${base[@]}" --key k.pem --description "$name" -o x.suit
    done
    expect 0 '' sign "${base[@]}" --key k.pem --name 'Pümpe 泵' --description '"quoted" \ back' -o text.suit
    expect 0 'Pümpe 泵' inspect text.suit
    expect 0 'P\u00FCmpe' inspect --json text.suit
    # What somebody else made: the name and the class replaced by bytes of the same length that are none.
    p sign "${base[@]}" --key k.pem --name 'NAMENAME' --description 'TEXTTEXT' -o foreign.suit
    for odd in '\xc2\x9b31mABC' '\xe2\x80\xaeABCDE' '\xff\xfe\xfdABCDE' '\x1b[31mABC' '\x00\x01\x02\x7fABCD' '\xef\xbb\xbfABCDE'; do
        LC_ALL=C sed "s/NAMENAME/$odd/; s/TEXTTEXT/$odd/" foreign.suit > bad.suit
        p inspect bad.suit; clean "inspect of $odd"
        p inspect --diag bad.suit; clean "inspect --diag of $odd"
        p inspect --json bad.suit; clean "inspect --json of $odd"
        # Whatever the reader takes is in it; jansson's own reader would refuse a document that is cut.
        [ "$status" != 0 ] || { grep -q 'ABC' out && grep -q 'model_name\|vendor' out; }; ok $? "B16: --json leaves the text $odd out"
        p verify bad.suit --trust k.pub.pem; clean "verify of $odd"
    done
    # Payload names, and names of files.
    LC_ALL=C sed 's/c#a0/c\xff\xfe0/; s/\x63#a0/\x63\xc2\x9b0/' rel.suit > pay.suit
    p inspect --json pay.suit; clean 'inspect --json of a payload name'
    [ "$status" != 0 ] || [ "$(grep -c '"sha256"' out)" = "$(("$("$primum" inspect --json rel.suit | grep -c '"sha256"')"))" ]
    ok $? 'B16: --json leaves a payload out'
    p inspect $'no\x1b[31m\xc2\x9b\xe2\x80\xaesuch'; clean 'a message with a file name'
    cp k.pub.pem $'odd\xc2\x9b.pub.pem'
    p key show $'odd\xc2\x9b.pub.pem' -o $'odd\x1b.out'; clean 'key show'
    p inspect $'no\nprimum: all is well'
    [ "$(wc -l < out)" = 1 ]; ok $? 'B16: a name begins a line of its own'
}

# The rules that keep these kinds away: one printer of text, one writer of files, one reader of secrets, one parser of options.
b16_rules() {
    local source
    source=$(cd "$here/../../.." && pwd)
    # rule WHAT PATTERN FILE…: found nowhere in the command's sources but in these.
    rule() {
        local what=$1 pattern=$2 found
        shift 2
        found=$(cd "$source" && grep -nE "$pattern" cli/*.c host/*/*.c | grep -vF "$(printf '%s:\n' "$@")")
        [ -z "$found" ]; ok $? "$what: $found"
    }
    rule 'text is printed past the printer' '(^|[^a-z_])v?printf\(' cli/print.c
    rule 'a file is written past host/file' 'O_CREAT|O_TMPFILE|fopen\(.*"[wa]|mkstemp|mkostemp|rename\(|linkat\(' \
        host/file/output.c host/keys/hss_registry.c cli/cmd_device_new.c
    rule 'a secret is read past host/file' 'EVP_read_pw_string|getpass' host/file/secret.c
    rule 'options are read past the tables' 'getopt|optarg' none
}

b18_versions() {
    local v
    for v in 1.0.0-01 1.0.0-a.01 01.0.0 1.0 1.0.0- 1.0.0+ 1.0.0-a..b 1.0.0-ä v1.0.0 1.0.0.0; do
        expect 2 'semantic version' sign "${base[@]/1.0.0/$v}" --key k.pem -o v.suit
    done
    for v in 1.0.0-0 1.0.0-01a 1.0.0+01 1.0.0-a.0.b+001.x 10.20.30 1.0.0--; do
        rm -f v.suit
        expect 0 "$v" sign "${base[@]/1.0.0/$v}" --key k.pem -o v.suit
    done
}

# A number that no device could take is not signed, and one that looks like a date with its time is warned of.
b23_sequences() {
    local n
    for n in 0 281474976710656 20261129120000000 18446744073709551615 1e3; do
        expect 2 'from 1 to 2^48-1' sign "${base[@]/%3/$n}" --key k.pem -o n.suit
    done
    expect 0 'a date with its time is too large' sign "${base[@]/%3/20261129120000}" --key k.pem -o n.suit
}

# B19: FAT, as on a medium that goes from keeper to keeper. All that writes a file, where the calls that FAT lacks fail; and on
# a real one, where this kernel has it (PRIMUM_FAT names a folder of one that is mounted).
b19_a_poor_file_system() {
    local way place
    for way in "$rig fat" ${PRIMUM_FAT:+env}; do
        place=poor
        [ "$way" != env ] || place=$PRIMUM_FAT/primum-poor
        rm -rf "$place"
        mkdir "$place"
        poor() { # text primum's arguments
            local text=$1
            shift
            $way "$primum" "$@" > out 2>&1
            status=$?
            [ $status = 0 ] && grep -qF -- "$text" out; ok $? "B19: $way: primum $*: exit status $status: $(head -c 200 out)"
        }
        poor 'private key' keygen --alg ESP256 -o "$place/p"
        poor 'private key' keygen --alg HSS-LMS --height 5 -o "$place/h"
        poor 'sequence 3' sign "${base[@]}" --key "$place/p.pem" --key "$place/h.hss" -o "$place/r.suit"
        poor 'sequence 3' sign "${base[@]}" --key "$place/p.pem" --detached -o "$place/r.suit" --force
        poor 'trust manifest' "${make[@]}" --release-key "$place/p.pub.pem" -o "$place/t.trust"
        poor '1 signature' trust sign "$place/t.trust" --key "$place/p.pem"
        poor 'waits for 1' sign "${base[@]}" --public "$place/p.pub.pem" --to-be-signed "$place/tbs" -o "$place/w.suit"
        openssl dgst -sha256 -sign "$place/p.pem" -out "$place/sig" "$place/tbs"
        poor 'sequence 3' sign --attach "$place/sig" --pending "$place/w.pending" -o "$place/w.suit"
        poor 'signature 1' key sign "$place/h.hss" --input secret -o "$place/m.sig"
        poor '2 signatures' key split "$place/h.hss" --count 2 -o "$place/s.hss"
        poor 'public key' key show "$place/p.pub.pem" -o "$place/again.pub.pem"
        expect 0 trusted verify "$place/r.suit" --trust "$place/p.pub.pem"
        expect 0 trusted verify "$place/w.suit" --trust "$place/p.pub.pem"
        expect 0 trusted verify "$place/t.trust" --root-key "$place/p.pub.pem"
        $way "$primum" keygen --alg ESP256 -o "$place/p" > out 2>&1
        [ $? = 1 ] && grep -q exists out; ok $? "B19: $way: keygen over a key: $(cat out)"
        [ -z "$(find "$place" -name '.*primum*')" ]; ok $? "B19: $way: leaves $(find "$place" -name '.*primum*')"
        rm -rf "$place"
    done
}

b20_what_keepers_see() {
    local id
    id=$("$primum" key show k.pub.pem | sed -n 's/^key id *//p')
    [ ${#id} = 16 ] && "$primum" keygen --alg ESP256 -o fresh > out && grep -q "$("$primum" key show fresh.pub.pem | sed -n \
        's/^key id *//p')" out
    ok $? 'B20: the id of a P-256 key'
    [ "$("$primum" key show k.pem | sed -n 's/^key id *//p')" = "$id" ]; ok $? 'B20: the id of a private key is its public one'
    expect 1 'nor is it a P-256 key' key show secret
    p "${make[@]}" --release-key k.pub.pem -o v.trust
    expect 1 '0 of the 2 signatures' verify v.trust --root-key k.pub.pem --root-key other.pub.pem --need-root 2
    p trust sign v.trust --key k.pem
    expect 1 '1 of the 2 signatures' verify v.trust --root-key k.pub.pem --root-key other.pub.pem --need-root 2
    grep -q 'not by *other.pub.pem' out; ok $? 'B20: it is not said who is missing'
    expect 1 '1 of the 2 signatures' verify rel.suit --trust-manifest v.trust --root-key k.pub.pem --root-key other.pub.pem \
        --need-root 2
    expect 2 'is verified with --root-key alone' verify v.trust --trust k.pub.pem
    expect 2 'is not a trust manifest' verify rel.suit --root-key k.pub.pem
    echo message > message
    expect 0 'signature 0 of h.hss, 31 left' key sign h.hss --input message -o m.sig
}

for section in $(compgen -A function | grep '^b[0-9]*_' | grep -v b9_device); do $section; done
conclude

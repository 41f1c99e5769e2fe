# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For tests whose device `d` runs behind, with its wire: what is sent, and what it showed since the last mark. Source rig.sh first.

export PRIMUM_ROT=$firmware/rot/rot.bin

tidy() { [ ! -e "$tmp/d/boot.pid" ] || "$primum" device stop "$tmp/d" > /dev/null 2>&1; }

die() {
    echo "FAILED: $*"
    [ ! -e d/console.log ] || tail -n 25 d/console.log
    exit 1
}

run() { # STATUS ARGUMENT...: must end so; what it said is in out.txt
    local want=$1 got
    shift
    "$primum" "$@" > out.txt 2>&1
    got=$?
    [ $got = "$want" ] || die "primum $*: exit status $got instead of $want: $(cat out.txt)"
}

said() { grep -qF -- "$1" out.txt || die "it did not say '$1': $(cat out.txt)"; }

mark() { seen=$(wc -l < d/console.log); }

starts() { # TEXT
    run 0 device boot d --wire --background --timeout 100 --until "$1"
    mark
}

waits() { # TEXT
    local tries=600
    while ! tail -n "+$((seen + 1))" d/console.log | grep -qF -- "$1"; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || die "the device did not show '$1' in 60 s"
        sleep 0.1
    done
}

sends() { # STATUS FILE TEXT
    mark
    run "$1" device send d --quiet --wait 60 "$2"
    waits "$3"
}

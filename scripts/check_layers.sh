#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: check_layers.sh [ROOT]        checks the tree at ROOT (default: this one); prints file:line: rule: what
#        check_layers.sh --self-test   plants one violation after another in a clean tree and sees each refused
#
# The rules, of which the tables are in check_layers.awk:
#   include     a room includes only the rooms below it; headers are named from the source root; src/ uses only
#               freestanding C headers and <string.h>
#   stage       a _load, _parse, _decide or _act file doesn't include what its stage must not know
#   reach       nor reach it through the headers that it includes; parsers no seam but the layout, counters no verify
#   call        nor call a function of a stage that isn't its own to call: no parsing in an act, no counter in a verify
#   print       nothing in host/ prints: words reach people through cli/
#   if          no #if inside a function
#   alloc       nothing in src/ allocates
#   licence     the first line is the SPDX line
#   file-lines, function-lines, cyclomatic    600, 60, 15
# Exceptions stand in scripts/layer_exceptions.txt, with a reason.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dirs=(src include providers ports firmware sdk host cli tests bench proofs)

check() { # root
    local present=() dir
    cd "$1"
    for dir in "${dirs[@]}"; do
        [ ! -d "$dir" ] || present+=("$dir")
    done
    [ ${#present[@]} -gt 0 ] || { echo "check_layers: no sources in $1" >&2; return 2; }
    find "${present[@]}" \( -name '*.c' -o -name '*.h' \) -type f | LC_ALL=C sort |
        LC_ALL=C awk -v exceptions="scripts/layer_exceptions.txt" -f "$here/check_layers.awk"
}

# --- self-test -------------------------------------------------------------------------------
tmp=
passed=0
failed=0
spdx='/* SPDX-License-Identifier: Apache-2.0 */'

clean_tree() {
    rm -rf "$tmp/t"
    mkdir -p "$tmp/t/scripts"
    : > "$tmp/t/scripts/layer_exceptions.txt"
    # What must be allowed: each room with all it may include, and things that look like violations and are none.
    put src/base/harden.c '#include "base/harden.h"' '#include <stdint.h>' 'int f(void) {' '    return 1;' '}'
    put src/base/harden.h '#ifndef H' '#define H' '#if defined(__GNUC__)' 'int f(void);' '#endif' '#endif'
    put src/seam/flash.h '#include "base/result.h"'
    put src/codec/cbor.c '#include "base/span.h"' '#include "codec/cbor.h"' '#include "primum/boot_report.h"'
    put src/crypto/hss_parse.c '#include "crypto/hss_parse.h"' '#include "base/span.h"'
    put src/crypto/hss_verify.c '#include "seam/crypto.h"' '#include "base/harden.h"' '#include "crypto/hss_parse.h"'
    put src/suit/suit_parse.c '#include "suit/suit.h"' '#include "codec/cbor.h"' '#include "base/span.h"'
    put src/suit/suit_verify.c '#include "seam/crypto.h"' '#include "crypto/hss_verify.h"' '#include "codec/cose.h"'
    put src/journal/journal.c '#include "seam/flash.h"' '#include "crypto/sha.h"' '#include "base/endian.h"'
    put src/boot/boot_load.c '#include "seam/flash.h"' '#include "boot/boot.h"' '#include "base/span.h"'
    put src/boot/boot_decide.c '#include "boot/boot.h"' '#include "base/harden.h"'
    put src/boot/boot_act.c '#include "seam/flash.h"' '#include "journal/journal.h"'
    put src/boot/boot_verify.c '#include "suit/suit.h"' '#include "identity/dice.h"' '#include "crypto/sha.h"' \
        '/* malloc(1) #include "store/store.h"' '#if in a comment' '*/' \
        'static const char *const s = "malloc(1) { #if";' \
        '#define FREE(x) \' '    do { \' '        if (x) { \' '        } \' '    } while (0)' \
        'struct s {' '#if 1' '    int a;' '#endif' '};' "static const char c = '{'; // {" \
        'static int g(int a) {' '    return a ? 1 : 2; /* free(a) */' '}' '#if 1' 'int freely(void);' '#endif'
    put include/primum/boot_report.h '#include <stdint.h>' '#include "primum/version.h"'
    put providers/mbedtls/crypto.c '#include "seam/crypto.h"' '#include "base/endian.h"' '#include "crypto/sha.h"' \
        '#include <mbedtls/ecp.h>' '#include "providers/mbedtls/config.h"'
    put ports/board/handover.c '#include "boot/boot.h"' '#include "ports/arch/arch.h"'
    put ports/sim/flash.c '#include "seam/flash.h"' '#include "ports/sim/sim.h"' '#include <unistd.h>'
    put firmware/rot/main.c '#include "boot/boot.h"' '#include "ports/mps2-an505/board.h"' \
        '#include "providers/mbedtls/p.h"'
    put firmware/pump/main.c '#include "primum/boot_report.h"' '#include "ports/mps2-an505/board.h"'
    put host/release/image.c '#include "host/keys/keys.h"' '#include "host/file/file.h"' '#include "suit/suit.h"'
    put cli/cmd_sign.c '#include "suit/suit.h"' '#include "cli/cli.h"' '#include "host/trust/x.h"' '#include <stdlib.h>' \
        'int m(void) {' '    free(malloc(1));' '    return 0;' '}'
    put tests/unit/t.c '#include <cmocka.h>' '#include "boot/boot.h"'
}

put() { # file line…
    local file=$tmp/t/$1
    shift
    [ -d "${file%/*}" ] || mkdir -p "${file%/*}"
    printf '%s\n' "$spdx" "$@" > "$file"
}

verdict() { # name ok|bad
    if [ "$2" = ok ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'self-test: %s\n' "$1"
    fi
}

# Adds a file with these lines to the clean tree, and takes it away again afterwards. It must be refused, by that
# rule, in that file, for nothing else.
refuses() { # rule file line…
    local rule=$1 file=$2 out
    shift
    put "$@"
    if out=$(check "$tmp/t" 2>&1); then
        verdict "not refused: $rule in $file: ${*:2}" bad
    elif [[ $out != "$file:"[0-9]*": $rule: "*$'\n''layers: '*' 1 violations' ]]; then
        verdict "refused otherwise: $rule in $file: $out" bad
    else
        verdict "$rule $file" ok
    fi
    rm "$tmp/t/$file"
}

# The same, but it must be accepted.
allows() { # file line…
    local out
    put "$@"
    if out=$(check "$tmp/t" 2>&1); then verdict "$1" ok; else verdict "refused although fine: $out" bad; fi
    rm "$tmp/t/$1"
}

# With this line as the list of exceptions, the tree as it stands must be accepted, or refused.
excepts() { # accepted|refused line
    local verdict=refused
    printf '%s\n' "$2" > "$tmp/t/scripts/layer_exceptions.txt"
    ! check "$tmp/t" > "$tmp/out" 2>&1 || verdict=accepted
    : > "$tmp/t/scripts/layer_exceptions.txt"
    if [ $verdict = "$1" ]; then verdict "$2" ok; else verdict "$verdict: exception: $2" bad; fi
}

repeat() { # n line
    local i
    for ((i = 0; i < $1; i++)); do printf '%s\n' "$2"; done
}

self_test() {
    local room other lines
    tmp=$(mktemp -d)
    trap 'rm -rf "$tmp"' EXIT
    clean_tree
    allows src/base/x.c 'int x;'

    # The table once more, from the other side: what each room must not include.
    while read -r room other; do
        for other in $other; do
            refuses include "src/$room/x.c" "#include \"$other/x.h\""
        done
    done <<'TABLE'
base seam codec crypto suit journal boot identity store ports providers cli
seam codec crypto suit journal boot ports
codec seam crypto suit journal boot
crypto codec suit journal random boot
random codec suit journal boot ports
suit journal boot identity store
journal codec suit boot
boot codec store update record psa ports providers
psa boot ports
door codec crypto suit boot psa ports
update boot identity store
identity suit journal boot store
store codec suit record
record suit boot
TABLE
    refuses include src/base/x.c '#include "x.h"'
    refuses include src/base/x.c '#include "../seam/flash.h"'
    refuses include src/base/x.c '#include "base/../seam/flash.h"'
    refuses include src/base/x.c '#include <stdlib.h>'
    refuses include src/suit/x.c '#include <stdio.h>'
    refuses include src/suit/x.c '# include "boot/boot.h"'
    refuses include src/suit/x.c '#include HEADER'
    refuses include src/attic/x.c 'int x;'
    refuses include include/primum/x.h '#include "base/result.h"'
    refuses include include/primum/x.h '#include <unistd.h>'
    refuses include providers/openssl/x.c '#include "suit/suit.h"'
    refuses include providers/openssl/x.c '#include "providers/mbedtls/x.h"'
    refuses include ports/sim/x.c '#include "boot/boot_verify.h"'
    refuses include ports/sim/x.c '#include "suit/suit.h"'
    refuses include ports/sim/x.c '#include "codec/cbor.h"'
    refuses include firmware/rot/x.c '#include "store/store.h"'
    refuses include firmware/pump/x.c '#include "boot/boot.h"'
    refuses include sdk/x.c '#include "base/span.h"'
    refuses include sdk/x.c '#include "ports/armv8m/armv8m.h"'
    refuses include cli/x.c '#include "tests/x.h"'
    refuses include host/file/x.c '#include "host/keys/x.h"'
    refuses include host/keys/x.c '#include "host/release/x.h"'
    refuses include host/release/x.c '#include "host/trust/x.h"'
    refuses include host/trust/x.c '#include "host/device/x.h"'
    refuses include host/device/x.c '#include "cli/x.h"'
    refuses include src/boot/x.c '#include "host/file/x.h"'

    refuses stage src/suit/x_parse.c '#include "seam/flash.h"'
    refuses stage src/suit/x_parse.c '#include "crypto/sha.h"'
    refuses stage src/crypto/x_parse.c '#include "seam/crypto.h"'
    refuses stage src/update/x_decide.c '#include "codec/cbor.h"'
    refuses stage src/boot/x_decide.c '#include "seam/crypto.h"'
    refuses stage src/boot/x_decide.c '#include "crypto/sha.h"'
    refuses stage src/update/x_load.c '#include "codec/cbor.h"'
    refuses stage src/boot/x_load.c '#include "crypto/sha.h"'
    refuses stage src/update/x_act.c '#include "codec/cbor.h"'
    refuses stage src/boot/x_act.c '#include "crypto/sha.h"'

    # Through a chain of headers; what is plain figures may be reached by all.
    put src/boot/far.h '#include "boot/farther.h"'
    put src/boot/farther.h '#include "seam/flash.h"' '#include "seam/layout.h"'
    put src/seam/layout.h 'struct prm_layout;'
    put src/boot/counts.h '#include "seam/counter.h"'
    put src/boot/writes.h '#include "journal/state.h"'
    put src/update/reads.h '#include "suit/suit.h"'
    refuses reach src/boot/x_parse.c '#include "boot/far.h"'
    refuses reach src/boot/x_verify.c '#include "boot/far.h"'
    refuses reach src/boot/x_decide.c '#include "boot/far.h"'
    refuses reach src/boot/x_verify.c '#include "boot/counts.h"'
    refuses reach src/boot/x_decide.c '#include "boot/writes.h"'
    refuses reach src/update/x_act.c '#include "update/reads.h"'
    allows src/boot/x_act.c '#include "boot/far.h"'
    allows src/boot/x_load.c '#include "boot/far.h"'
    allows src/boot/x_verify.c '#include "seam/layout.h"'
    printf 'src/boot/ reach seam/flash.h being taken apart\n' > "$tmp/t/scripts/layer_exceptions.txt"
    allows src/boot/x_parse.c '#include "boot/far.h"'
    refuses reach src/boot/x_verify.c '#include "boot/far.h"' '#include "boot/counts.h"'
    : > "$tmp/t/scripts/layer_exceptions.txt"

    refuses call src/boot/x_act.c 'int f(void) {' '    return prm_suit_manifest_parse(1);' '}'
    refuses call src/update/x_act.c 'int f(void) {' '    return prm_cose_sign1_tbs(1);' '}'
    refuses call src/boot/x_parse.c 'int f(void) {' '    return prm_release_verify(1);' '}'
    refuses call src/boot/x_parse.c 'int f(void) {' '    return prm_state_load(1);' '}'
    refuses call src/boot/x_verify.c 'int f(void) {' '    return counter->read(1);' '}'
    refuses call src/boot/x_verify.c 'int f(void) {' '    return run->trust_counter->advance_to(1);' '}'
    refuses call src/boot/x_decide.c 'int f(void) {' '    return prm_cbor_int(1);' '}'
    refuses call src/boot/x_load.c 'int f(void) {' '    return prm_boot_parse(1);' '}'
    allows src/boot/x_act.c 'int prm_x_act(void) {' '    return prm_state_store(1);' '}'
    allows src/boot/x_verify.c 'int prm_x_verify(void) {' '    return prm_hss_verify(1);' '}'
    refuses include host/file/x.c 'int cli_say(int);'
    for lines in 'printf("a");' 'fprintf(out, "a");' 'puts ("a");' 'fputs("a", out);' 'fputc(10, out);' 'put(stdout);' 'put(stderr);' \
        'json_dumpf(j, out, 0);' 'perror("a");'; do
        refuses print host/keys/x.c 'void f(void) {' "    $lines" '}'
        allows cli/x.c 'void f(void) {' "    $lines" '}'
    done
    allows host/keys/x.c 'int f(char *to) {' '    return snprintf(to, 3, "printf(stdout)"); /* puts(1) */' '}'

    for lines in src/boot cli firmware/rot ports/sim providers/openssl; do
        refuses if $lines/x.c 'int f(void) {' '#if 1' '    return 1;' '}'
        refuses if $lines/x.c 'int f(int a,' '      int b)' '{' '    if (a) {' '    }' \
            '  #  ifdef X' '    return b;' '}'
    done
    refuses if src/base/x.h 'static inline int f(void) {' '#ifndef A' '    return 1;' '}'
    refuses if src/boot/x.c 'struct s {' '    int (*f)(void);' '};' 'static struct s *g(void) {' \
        '    return 0;' '#elif 1' '}'
    refuses if src/boot/x.c 'static const char c = '"'\"'"';' 'int f(void) {' '#if 1' '}'
    refuses if src/boot/x.c 'static const char *s = "\"{";' 'int f(void) {' '#if 1' '}'
    refuses if src/boot/x.c 'int f(void)' '/* { */' '__attribute__((noinline)) {' '#if 1' '}'

    for lines in 'p = malloc(1);' 'p = calloc(1, 1);' 'p = realloc(p, 2);' 'free(p);' 'free (p);' \
        'void *(*f)(size_t) = malloc;' 'p = alloca(4);'; do
        refuses alloc src/boot/x.c 'void f(void *p);' 'void f(void *p) {' "    $lines" '}'
    done

    spdx='int no_licence;' refuses licence src/base/x.c 'int x;'

    mapfile -t lines < <(repeat 599 'int x;')
    allows src/base/x.c "${lines[@]}"
    refuses file-lines src/base/x.c "${lines[@]}" 'int y;'
    mapfile -t lines < <(repeat 58 '    x();')
    allows src/base/x.c 'void f(void) {' "${lines[@]}" '}'
    refuses function-lines src/base/x.c 'void f(void) {' "${lines[@]}" '' '}'
    refuses function-lines src/base/x.c 'void f(int a,' '       int b) {' "${lines[@]}" '}'
    mapfile -t lines < <(repeat 14 '    if (a) x();')
    allows src/base/x.c 'void f(void) {' "${lines[@]}" '}'
    for other in 'if (a)' 'for (;;)' 'while (a)' 'case 1:' 'y = a && b;' 'y = a || b;' 'y = a ? b : c;'; do
        refuses cyclomatic src/base/x.c 'void f(void) {' "${lines[@]}" "    $other" '}'
    done

    # Exceptions: with a reason they count; without one, too low, for another function, or no longer needed, they don't.
    put src/base/x.c 'void f(void) {' "${lines[@]}" '    if (a)' '}'
    excepts accepted 'src/base/x.c:f cyclomatic 16 a table in disguise'
    excepts refused 'src/base/x.c:f cyclomatic 16'
    excepts refused 'src/base/x.c:f cyclomatic 15 too low'
    excepts refused 'src/base/x.c:g cyclomatic 16 another'
    excepts refused 'src/base/x.c:f include 16 not to be excepted'
    rm "$tmp/t/src/base/x.c"
    excepts refused 'src/base/harden.c file-lines 700 gone since'

    printf 'self-test: %d violations and permissions told apart, %d not\n' $passed $failed
    [ $failed = 0 ]
}

case ${1:-} in
    --self-test) self_test ;;
    -*) sed -n '4,5s/^# //p' "$0" >&2; exit 2 ;;
    *) check "$(cd "${1:-$here/..}" && pwd)" ;;
esac

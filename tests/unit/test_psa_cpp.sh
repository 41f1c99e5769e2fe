#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# usage: test_psa_cpp.sh SOURCE_DIR BUILD_DIR
#
# An application in C++: each public header alone, strict, as C++11, 14, 17 and 20; then one that calls every function, linked
# with definitions that a C compiler made. The last line says how many passed and failed.
set -u
include=$1/include
work=$(mktemp -d "$2/psa_cpp.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

judge() { # what, command...
    what=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $what"
        cat "$work/log"
    fi
}

cd "$include" || exit 1
headers=$(echo psa/*.h primum/*.h)
for header in $headers; do
    echo "#include \"$header\"" >"$work/alone.cpp"
    for standard in 11 14 17 20; do
        judge "$header as C++$standard" \
            c++ -std=c++$standard -Wall -Wextra -Wpedantic -Werror -I "$include" -c -o "$work/alone.o" "$work/alone.cpp"
    done
done

# Every function that the headers declare, taken from them: none is forgotten when one is added.
functions=$(cat $headers | sed -n 's/^psa_status_t \([a-z_]*\)(.*/\1/p')
{
    for header in $headers; do echo "#include \"$header\""; done
    echo 'int main() { unsigned n = 0;'
    for function in $functions; do echo "n += reinterpret_cast<void *>($function) != nullptr;"; done
    echo "return n == $(echo "$functions" | wc -l) ? 0 : 1; }"
} >"$work/application.cpp"
for function in $functions; do echo "void $function(void); void $function(void) {}"; done >"$work/services.c"
judge "an application in C++" c++ -std=c++17 -I "$include" -c -o "$work/application.o" "$work/application.cpp"
judge "services in C" cc -c -o "$work/services.o" "$work/services.c"
judge "linking them" c++ -o "$work/both" "$work/application.o" "$work/services.o"
judge "running it" "$work/both"
[ "$(echo "$functions" | wc -l)" -ge 11 ] || { echo "FAILED only found: $functions"; failed=$((failed + 1)); }

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

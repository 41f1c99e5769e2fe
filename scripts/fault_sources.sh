#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: fault_sources.sh LISTING [TRIED]
# Prints for each source file of the root, by its disassembly with line numbers, a digest of the instructions that were made of it:
# DIGEST FILE. With TRIED, such a list of an earlier root, only the files whose instructions are others now, without digests.
# Where an instruction stands is no part of it, so that a file is another only if its own code is: by its text, by a
# header, a constant or the compiler.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v dir="$work" '
    /^[0-9a-f]+ <.*>:$/ { file = ""; next }
    /\.[chS]:[0-9]+/ && !/\t/ {
        file = $1
        sub(/:[0-9]+$/, "", file)
        while (i = index(file, "/../")) file = substr(file, i + 4)
        while (i = index(file, "/./")) file = substr(file, i + 3)
        while (substr(file, 1, 3) == "../") file = substr(file, 4)
        gsub(/\//, "+", file)
        next
    }
    file != "" && /^ *[0-9a-f]+:\t/ {
        sub(/^ *[0-9a-f]+:\t/, "")
        sub(/[ \t]*[@;].*/, "")
        sub(/[0-9a-f]+ </, "<")                  # a target by its name
        sub(/\[pc, #-?[0-9]+\]/, "[pc]")         # how far the literal stands
        if (/^\.word\t0x(10|30|38)......$/) next      # an address in ROM or RAM
        print > (dir "/" file)
    }' "$1"
cd "$work"
sha256sum -- * | sed -n 's|^\(.\{16\}\)[0-9a-f]*  \(.*\)$|\1 \2|p' | tr + / |
    if [ -z "${2:-}" ]; then cat; else (cd "$OLDPWD" && grep -vxFf "$2" || true) | cut -d' ' -f2; fi

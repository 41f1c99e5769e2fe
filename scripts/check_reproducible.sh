#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds the immutable roots and the services twice, in folders with different names at different depths, without a
# compiler cache, and compares: the ELF files with all that debuggers are told, and the images, have to be equal bit for
# bit. Ends with `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/.."
export CCACHE_DISABLE=1 MBEDTLS_DIR=${MBEDTLS_DIR:-$PWD/.deps/mbedtls}
targets=(rot rot_p256 services.a services.b)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The tree as it stands, tracked or not, without what builds leave.
trees=("$work/one" "$work/another/name/for/it")
for tree in "${trees[@]}"; do
    mkdir -p "$tree"
    git ls-files -z --cached --others --exclude-standard | xargs -0 tar -cf - --ignore-failed-read 2> /dev/null | tar -xf - -C "$tree"
    (cd "$tree" && cmake --preset firmware && cmake --build build/firmware --parallel "$(nproc)" --target "${targets[@]}") \
        > "$work/log" 2>&1 || { tail -20 "$work/log"; exit 1; }
done

passed=0
failed=0
for target in "${targets[@]}"; do
    folder=firmware/${target%%[._]*}
    for file in "$folder/$target.elf" "$folder/$target.bin"; do
        if cmp "${trees[0]}/build/firmware/$file" "${trees[1]}/build/firmware/$file"; then
            passed=$((passed + 1))
            printf 'ok      %s  %s\n' "$file" "$(sha256sum < "${trees[0]}/build/firmware/$file" | cut -c1-16)"
        else
            failed=$((failed + 1))
        fi
    done
done
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]

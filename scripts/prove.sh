#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: prove.sh [FUNCTION…]
# The proofs of proofs/ by CBMC: each function named prove_…, on all inputs. CBMC in the environment, else cbmc in the
# path; without it everything is skipped: Debian has it from 13 on. Ends with `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "$0")/.."
cbmc=${CBMC:-cbmc}
checks=(--bounds-check --pointer-check --unwinding-assertions --unwind 18)
passed=0 failed=0 skipped=0

proofs=("$@")
[ ${#proofs[@]} -gt 0 ] || mapfile -t proofs < <(sed -n 's/^void \(prove_[a-z_0-9]*\)(void).*/\1/p' proofs/*.c)
for proof in "${proofs[@]}"; do
    source=$(grep -l "^void $proof(void)" proofs/*.c)
    if ! command -v "$cbmc" > /dev/null; then
        skipped=$((skipped + 1))
    elif timeout "${PROOF_SECONDS:-600}" "$cbmc" "$source" --function "$proof" -I src -I include -I . "${checks[@]}" \
        > build/proof.log 2>&1 && grep -q '^VERIFICATION SUCCESSFUL$' build/proof.log; then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$proof"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n' "$proof"
        tail -15 build/proof.log
    fi
done
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ]

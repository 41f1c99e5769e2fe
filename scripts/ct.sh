#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: ct.sh [SECRETS]
# Constant time of P-256 and of the random numbers: the C under valgrind with secrets undefined, and the traces of the device's own
# P-256 (addresses of instructions and of accesses) for SECRETS secrets, 1,000 unless given.
set -euo pipefail
cd "$(dirname "$0")/.."
host=${PRM_HOST:-build/host-debug}
firmware=${PRM_FIRMWARE:-build/firmware}
tests/ct/ct.sh "$host/tests/ct/ct_p256" public sign agree seed
tests/ct/ct.sh "$host/tests/ct/ct_random" hmac instantiate reseed generate
"$host/tests/board/trace_p256" "$firmware/tests/board/test_p256_board.elf" "${1:-1000}"

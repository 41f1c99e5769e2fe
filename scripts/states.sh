#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# From every stored state of a device, and from journals of any kind, one good release over the wire leads to a running
# device. usage: states.sh [--stride N] [--first N] [--journals N] [--seed N]. Ends with the line `N passed, N failed, N skipped`.
set -euo pipefail
cd "$(dirname "$0")/.."
exec build/host-debug/tests/states/states "$@"

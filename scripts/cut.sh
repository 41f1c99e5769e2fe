#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The power fails at every flash, journal and counter operation of every story of an update, in three kinds; then twice
# in a row. usage: cut.sh [--seed N] [--pairs N] [--replay ID]. Ends with the line `N passed, N failed, N skipped`.
set -euo pipefail
cd "$(dirname "$0")/.."
exec build/host-debug/tests/cut/cut "$@"

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# usage: build.sh PRESET…    Configures and builds presets of CMakePresets.json into build/<preset>.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for preset in "$@"; do
    printf 'building %s into build/%s\n' "$preset" "$preset"
    # Configured each time: it takes half a second, and a directory or preset that is new is seen.
    cmake --preset "$preset" > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
    cmake --build "build/$preset" --parallel "$(nproc)"
done

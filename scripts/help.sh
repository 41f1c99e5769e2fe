#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Lists the targets of the Makefile, one line each; not those whose script isn't there.
set -euo pipefail
cd "$(dirname "$0")/.."
sed -n 's/^\([a-z]*\):\(.*\) ## \(.*\)/\1|\2|\3/p' Makefile | while IFS='|' read -r name recipe text; do
    for script in $(grep -o 'scripts/[a-z_]*\.sh' <<< "$recipe"); do
        [ -x "$script" ] || continue 2
    done
    printf '  make %-7s %s\n' "$name" "$text"
done

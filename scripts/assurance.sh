#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: assurance.sh [TABLE]    writes the table between the marks of docs/assurance.md
# and tests/fault/tried.txt: the source files of the root that was tried, and digests of their code, for CI's slice.
# From what `make fault` left: TABLE (build/fault.table; lines [ROOT] MODEL SCENARIO POSSIBLE INJECTED BYPASSES), TABLE.tried,
# TABLE.commit (which tree was tried, and its root), and TABLE.note if there is one: a paragraph that says what was bounded.
set -euo pipefail
cd "$(dirname "$0")/.."
table=${1:-build/fault.table}
page=docs/assurance.md
[ -s "$table" ] && [ -s "$table.tried" ] && [ -s "$table.commit" ] || { printf 'assurance: no %s: make fault first\n' "$table" >&2; exit 3; }
{
    sed '/^<!-- table -->$/q' "$page"
    printf '\nRun of %s. Each cell: bypasses / faults made; in brackets the share of those that there are, if not all.\n\n' "$(cat "$table.commit")"
    [ ! -s "$table.note" ] || { cat "$table.note"; printf '\n'; }
    awk '
        NF == 5 { root = "rot"; shift = 0 }
        NF == 6 { root = $1; shift = 1 }
        {
            model = root == "rot" ? $(1 + shift) : root " " $(1 + shift)
            scenario = $(2 + shift)
            if (!(model in seen)) { seen[model] = ++models; name[models] = model }
            if (!(scenario in row)) { row[scenario] = ++rows; label[rows] = scenario }
            share = $(3 + shift) > $(4 + shift) && $(3 + shift) > 0 ? sprintf(" (%d %%)", 100 * $(4 + shift) / $(3 + shift)) : ""
            cell[scenario, model] = $(5 + shift) " / " $(4 + shift) share
            sum[model] += $(4 + shift)
            bad[model] += $(5 + shift)
        }
        END {
            line = "| scenario |"; rule = "|---|"
            for (m = 1; m <= models; m++) { line = line " " name[m] " |"; rule = rule "--:|" }
            print line; print rule
            for (r = 1; r <= rows; r++) {
                line = "| " label[r] " |"
                for (m = 1; m <= models; m++) line = line " " cell[label[r], name[m]] " |"
                print line
            }
            line = "| **all** |"
            for (m = 1; m <= models; m++) line = line " **" bad[name[m]] " / " sum[name[m]] "** |"
            print line
        }' "$table"
    printf '\n'
    sed -n '/^<!-- end of the table -->$/,$p' "$page"
} > "$page.new"
mv "$page.new" "$page"
{
    [ ! -s "$table.note" ] || printf '# Tried in part: docs/assurance.md says how much.\n'
    cat "$table.tried"
} > tests/fault/tried.txt
printf 'assurance: %s and tests/fault/tried.txt written\n' "$page"

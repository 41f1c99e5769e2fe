# SPDX-License-Identifier: Apache-2.0
#
# Lists the conditions of C sources that refuse or accept: for each `if` whose first statement returns an error or a result,
# or wipes the output or witness, a line `{"file", first, last, 0},`, and for each whose condition is
# `… == PRM_OK` one that ends with 1. branches_off.h includes the list. Not what a parser refused, in the line before: of that
# there is no view to go on with, but what the stack held.

function done(file, from, to, condition, then) {
    if (parsed && condition == "(result != PRM_OK)")
        return
    if (then ~ /^(return[ \t]+(.*PRM_ERR_|result;|tally)|prm_wipe\(|memset\(witness)/)
        printf "{\"%s\", %d, %d, 0},\n", file, from, to
    else if (condition ~ /==[ \t]*PRM_OK\)$/)
        printf "{\"%s\", %d, %d, 1},\n", file, from, to
}

FNR == 1 { state = 0; file = FILENAME; sub(/.*\/src\//, "src/", file) }

{
    line = $0
    sub(/\/\/.*/, "", line)
    if (state == 0 && match(line, /(^|[^A-Za-z_0-9#])if \(/)) {
        state = 1
        from = FNR
        parsed = before ~ /_parse\(/
        depth = 0
        text = ""
        line = substr(line, RSTART + RLENGTH - 1)
    }
    if (state == 1) {
        for (i = 1; i <= length(line); i++) {
            c = substr(line, i, 1)
            text = text c
            depth += (c == "(") - (c == ")")
            if (depth == 0) break
        }
        if (depth != 0) next
        state = 2
        to = FNR
        line = substr(line, i + 1)
    }
    if (state == 2) {
        sub(/^[ \t]*\{?[ \t]*/, "", line)
        if (line == "") next
        done(file, from, to, text, line)
        state = 0
    }
    before = $0
}

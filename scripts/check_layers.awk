# SPDX-License-Identifier: Apache-2.0
#
# Reads file names, one a line, and checks each file; see check_layers.sh. Plain POSIX awk.
#
# C is read just well enough: comments, strings and preprocessor lines are taken out, then braces are counted; a brace
# at depth 0 opens a function if what stands before it has a parameter list and no `=`, and doesn't declare a type.

BEGIN {
    # What a room of src/ may include beside itself. include/primum is open to all.
    may["base"] = ""
    may["seam"] = "base"
    may["codec"] = "base"
    may["bank"] = "base seam"
    may["crypto"] = "base seam"
    may["suit"] = "base codec crypto seam"
    may["trust"] = "base codec crypto seam suit bank"
    may["journal"] = "base seam crypto"
    may["random"] = "base crypto seam"
    may["identity"] = "base codec crypto seam"
    may["boot"] = "base bank suit trust journal identity crypto seam"
    may["update"] = "base codec bank suit trust journal crypto seam"
    may["store"] = "base crypto seam"
    may["record"] = "base codec crypto store seam"
    may["door"] = "base seam"
    may["psa"] = "base codec crypto seam suit trust journal random identity update store record"
    # Outside src/, longest match first. Their own folder is always open.
    n_outer = split("providers ports firmware/rot firmware/pump firmware/probe firmware/services " \
                    "firmware/wire sdk host/file host/keys host/release host/trust host/device cli " \
                    "tests bench proofs", outer, " ")
    may["providers"] = "base seam crypto"
    # The hand-over is a link-time symbol of the port; boot/handover.h is where its contract stands.
    may["ports"] = "base seam door ports bank/geometry.h boot/boot.h boot/boot_format.h boot/handoff.h boot/handover.h"
    may["firmware/rot"] = "base seam bank codec crypto suit trust journal identity boot update providers ports firmware/wire/wire.h firmware/wire/wire_update.h"
    may["firmware/wire"] = "base update ports"
    may["firmware/pump"] = may["firmware/probe"] = "base ports firmware/wire/wire.h firmware/wire/wire_update.h"
    may["firmware/services"] = "base seam bank codec crypto suit trust journal random identity update store record psa door providers ports firmware/wire/wire.h firmware/wire/wire_update.h"
    may["sdk"] = ""
    # The floors of the command: a room of host/ sees those before it, and nothing sees cli/.
    may["host/file"] = "base"
    may["host/keys"] = "base seam codec crypto suit trust providers host/file"
    may["host/release"] = "base seam bank codec crypto suit trust boot update providers host/file host/keys"
    may["host/trust"] = may["host/release"] " host/release"
    may["host/device"] = may["host/trust"] " journal ports host/trust"
    may["cli"] = may["host/device"] " host/device"
    may["tests"] = may["bench"] = may["proofs"] = "*"
    # What a stage must not include.
    barred["_load.c"] = "codec crypto"
    barred["_parse.c"] = "seam crypto"
    barred["_decide.c"] = "codec seam crypto"
    barred["_act.c"] = "codec crypto"
    # What a stage must not reach through any chain of includes: a room, or a header. seam/layout.h and
    # journal/status.h are plain figures.
    beyond["_load.c"] = "codec crypto"
    beyond["_parse.c"] = "seam/flash.h seam/counter.h seam/cell.h seam/entropy.h seam/crypto.h seam/cipher.h crypto journal"
    beyond["_verify.c"] = "seam/flash.h seam/counter.h seam/cell.h journal"
    beyond["_decide.c"] = "seam/flash.h seam/counter.h seam/cell.h seam/entropy.h seam/crypto.h seam/cipher.h codec crypto journal/journal.h journal/state.h"
    beyond["_act.c"] = "codec crypto suit/suit.h trust/trust_tally.h"
    # What a stage must not call, whatever it includes: functions of other stages, by the verb at the end of their names.
    calls["_load.c"] = "prm_[a-z0-9_]*_(parse|verify|decide|act)|prm_(cbor|cose|hss|suit)_[a-z0-9_]*"
    calls["_parse.c"] = "prm_[a-z0-9_]*_(load|verify|decide|act|witness)|prm_(journal|state|counter|cell)_[a-z0-9_]*"
    calls["_verify.c"] = "prm_[a-z0-9_]*_(decide|act|store|append)|prm_(journal|state|counter|cell)_[a-z0-9_]*"
    calls["_decide.c"] = "prm_[a-z0-9_]*_(load|parse|verify|act|witness)|prm_(cbor|cose|hss|suit|journal)_[a-z0-9_]*"
    calls["_act.c"] = "prm_[a-z0-9_]*_(parse|verify|witness|decide)|prm_(cbor|cose|hss|suit)_[a-z0-9_]*"
    # Only a load may read a counter, and only an act may advance it.
    counters["_parse.c"] = counters["_verify.c"] = counters["_decide.c"] = 1

    # What no room of host/ does: whoever links one gets values and messages (primum_on_message), and nothing on its streams.
    printing = "printf fprintf vprintf vfprintf puts putchar putc fputs fputc perror json_dumpf json_dump_file stdout stderr"

    # <headers> of src/ and include/; other folders may use what they like.
    freestanding = " stdint.h stddef.h stdbool.h stdarg.h stdalign.h limits.h string.h "

    limit["file-lines"] = 600
    limit["function-lines"] = 60
    limit["cyclomatic"] = 15

    bad = 0
    read_exceptions()
}

function complain(line, rule, text) {
    printf "%s:%d: %s: %s\n", file, line, rule, text
    bad++
}

function among(word, list) {
    return list == "*" || index(" " list " ", " " word " ") > 0
}

function read_exceptions(  line, n, part, key) {
    while ((getline line < exceptions) > 0) {
        if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
        n = split(line, part, " ")
        # What the stages of a room reach or call is excepted by room and header, or function, while rooms are rebuilt.
        if (n >= 4 && part[2] ~ /^(reach|call)$/) {
            granted[part[1] " " part[2] " " part[3]] = 1
            continue
        }
        if (n < 4 || !(part[2] in limit) || part[3] + 0 <= limit[part[2]]) {
            printf "%s: not an exception (path[:function] rule limit reason): %s\n", exceptions, line
            bad++
            continue
        }
        key = part[1] " " part[2]
        excepted[key] = part[3] + 0
        used[key] = 0
    }
    close(exceptions)
}

# A measure of a file or function against its limit, or the limit it was granted.
function measure(line, rule, name, value,  key, most) {
    most = limit[rule]
    if (value <= most) return
    key = (name == "" ? file : file ":" name) " " rule
    if (key in excepted) {
        used[key] = 1
        most = excepted[key]
    }
    if (value > most) complain(line, rule, (name == "" ? "" : name "(): ") value " is above " most)
}

# Where a file lives: its room for src/, else the folder of the table; "" if nowhere known.
function room_of(path,  i, part) {
    if (path ~ /^src\//) {
        split(path, part, "/")
        return (part[2] in may) ? part[2] : ""
    }
    if (path ~ /^include\//) return "include"
    for (i = 1; i <= n_outer; i++)
        if (index(path, outer[i] "/") == 1) return outer[i]
    return ""
}

function check_include(line, number,  target, top, floor, own) {
    if (match(line, /<[^>]*>/)) {
        target = substr(line, RSTART + 1, RLENGTH - 2)
        if ((file ~ /^src\// || room == "include") && !among(target, freestanding))
            complain(number, "include", "<" target "> is not a freestanding header")
        return
    }
    if (!match(line, /"[^"]*"/)) {
        complain(number, "include", "names no header")
        return
    }
    target = substr(line, RSTART + 1, RLENGTH - 2)
    if (target !~ /\// || target ~ /(^|\/)\.\.?\//) {
        complain(number, "include", "\"" target "\" is not written from the source root")
        return
    }
    if (target ~ /^primum\// || target == "psa/error.h" || (target ~ /^psa\// && room ~ /^(include|sdk|firmware\/(pump|probe))$/)) return
    if (file ~ /^src\//) edges[file] = edges[file] " " target
    top = target
    sub(/\/.*/, "", top)
    if (room == "include") {
        complain(number, "include", "a public header includes \"" target "\"")
    } else if (file ~ /^src\//) {
        if (top != room && !among(top, may[room]))
            complain(number, "include", room " must not include \"" target "\"")
        else
            check_stage(target, top, number)
    } else {
        # Its own folder is open: cli/, firmware/rot/, of the providers each its own.
        own = room
        if (room == "providers") {
            own = file
            sub(/\/[^\/]*$/, "", own)
        }
        floor = target
        sub(/\/[^\/]*$/, "", floor)
        if (index(target, own "/") != 1 && !among(top, may[room]) && !among(floor, may[room]) && !among(target, may[room]))
            complain(number, "include", room " must not include \"" target "\"")
    }
}

function check_stage(target, top, number,  stage, domain, name) {
    if (!match(file, /_[a-z]+\.c$/)) return
    stage = substr(file, RSTART)
    if (!(stage in barred) || !among(top, barred[stage])) return
    # A domain that lives in a barred room (crypto/hss_parse.c) still has headers of its own.
    domain = substr(file, 1, RSTART - 1)
    sub(/.*\//, "", domain)
    name = target
    sub(/.*\//, "", name)
    if (top == room && index(name, domain) == 1 && name !~ /_(load|verify|act)\.h$/) return
    complain(number, "stage", stage_word(stage) " stage must not include \"" target "\"")
}

# A violation that stands in the list of exceptions is none, and is noted as needed.
function complain_unless_granted(line, rule, what, text,  key) {
    key = file
    sub(/[^\/]*$/, "", key)
    key = key " " rule " " what
    if (key in granted) {
        granted[key]++
        return
    }
    complain(line, rule, text)
}

function stage_of(path) {
    return match(path, /_[a-z]+\.c$/) ? substr(path, RSTART) : ""
}

function stage_word(stage) {
    return (stage == "_act.c" ? "an " : "a ") substr(stage, 2, length(stage) - 3)
}

# What a stage calls: looked for in each line of code.
function check_calls(code, number,  name, pattern) {
    if ((stage in counters) && code ~ /counter[a-z_]*(->|\.)(read|advance_to)[^A-Za-z_0-9]/)
        complain_unless_granted(number, "call", "counter", stage_word(stage) " stage must not use a counter")
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) {
        name = substr(code, RSTART, RLENGTH - 1)
        sub(/[ \t]+$/, "", name)
        pattern = "^(" calls[stage] ")$"
        if (name ~ pattern)
            complain_unless_granted(number, "call", name, stage_word(stage) " stage must not call " name "()")
        code = substr(code, RSTART + RLENGTH)
    }
}

# Words of the code, one after the other, against those that print.
function check_printing(code, number,  name) {
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*/)) {
        name = substr(code, RSTART, RLENGTH)
        if (among(name, printing)) complain(number, "print", name ": only cli/ prints; host/ answers with values and messages")
        code = substr(code, RSTART + RLENGTH)
    }
}

# All that a stage's file reaches, headers of src/ only, breadth first; the chain is told.
function check_reach(path, stage,  queue, from, n, i, k, part, m, target, chain, room_and_name) {
    file = path
    delete queue
    delete from
    queue[1] = path
    from[path] = ""
    n = 1
    for (i = 1; i <= n; i++) {
        m = split(edges[queue[i]], part, " ")
        for (k = 1; k <= m; k++) {
            target = part[k]
            if (("src/" target) in from) continue
            from["src/" target] = queue[i]
            queue[++n] = "src/" target
            split(target, room_and_name, "/")
            if (!among(target, beyond[stage]) && !among(room_and_name[1], beyond[stage])) continue
            # What it includes itself is the stage rule's.
            if (queue[i] == path && among(room_and_name[1], barred[stage])) continue
            # A domain that lives in a barred room (crypto/hss_parse.c) still has headers of its own.
            if (own_header(path, target)) continue
            chain = target
            for (target = queue[i]; target != path; target = from[target]) {
                sub(/^src\//, "", target)
                chain = target " > " chain
                target = "src/" target
            }
            target = part[k]
            complain_unless_granted(1, "reach", target, stage_word(stage) " stage reaches " chain)
        }
    }
}

function own_header(path, target,  domain, top, name) {
    domain = path
    sub(/_[a-z]+\.c$/, "", domain)
    sub(/.*\//, "", domain)
    top = path
    sub(/^src\//, "", top)
    sub(/\/.*/, "", top)
    name = target
    sub(/.*\//, "", name)
    return index(target, top "/") == 1 && index(name, domain) == 1 && name !~ /_(load|verify|act)\.h$/
}

# The line without comments and without what stands in quotes. Keeps in_comment from line to line.
function strip(s,  out, c) {
    out = ""
    while (s != "") {
        if (in_comment) {
            if (!(c = index(s, "*/"))) return out
            s = substr(s, c + 2)
            in_comment = 0
            continue
        }
        if (!match(s, /\/\*|\/\/|"|'/)) return out s
        out = out substr(s, 1, RSTART - 1)
        c = substr(s, RSTART, 1)
        if (c == "/") {
            if (substr(s, RSTART + 1, 1) == "/") return out
            in_comment = 1
            out = out " "
            s = substr(s, RSTART + 2)
        } else {
            s = substr(s, RSTART + 1)
            if (c == "\"") { if (!match(s, /^([^"\\]|\\.)*"/)) return out }
            else if (!match(s, /^([^'\\]|\\.)*'/)) return out
            out = out c c
            s = substr(s, RLENGTH + 1)
        }
    }
    return out
}

# The name of the function whose head this is, or "" if it is none.
function function_name(head,  name) {
    if (head !~ /\)/ || head ~ /=/) return ""
    gsub(/__attribute__[ \t]*\(\(([^()]|\([^()]*\))*\)\)/, "", head)
    if (!match(head, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) return ""
    name = substr(head, RSTART, RLENGTH - 1)
    sub(/[ \t]+$/, "", name)
    return name
}

function count(s, regex) {
    return gsub(regex, "", s)
}

function branches(s) {
    gsub(/[^A-Za-z_0-9&|?]+/, " ", s)
    s = " " s " "
    gsub(/ /, "  ", s)
    return count(s, " (if|for|while|case) ") + count(s, "&&") + count(s, "\\|\\|") + count(s, "\\?")
}

# One line of code, free of comments, strings and directives.
function scan(s, number,  pos, c) {
    if (depth == 0 && head == "" && s ~ /[^ \t]/) head_line = number
    while (match(s, /[{};]/)) {
        c = substr(s, RSTART, 1)
        if (depth == 0) head = head " " substr(s, 1, RSTART - 1)
        else if (in_function != "") complexity += branches(substr(s, 1, RSTART - 1))
        s = substr(s, RSTART + 1)
        if (c == "{") {
            if (depth++ == 0) {
                in_function = function_name(head)
                complexity = 1
                start = head_line
            }
        } else if (c == "}") {
            if (depth > 0 && --depth == 0) {
                if (in_function != "") {
                    measure(start, "function-lines", in_function, number - start + 1)
                    measure(start, "cyclomatic", in_function, complexity)
                    head = ""
                }
                in_function = ""
            }
        } else if (depth == 0) {
            head = ""
        }
        if (depth == 0 && head == "" && s ~ /[^ \t]/) head_line = number
    }
    if (depth == 0) { if (s ~ /[^ \t]/) head = head " " s }
    else if (in_function != "") complexity += branches(s)
}

{
    file = $0
    room = room_of(file)
    in_comment = in_directive = depth = number = 0
    head = in_function = ""
    if (room == "") complain(1, "include", "is in no room of the house")
    in_src = file ~ /^src\//
    stage = in_src ? stage_of(file) : ""
    if (stage in calls) staged[file] = stage
    while ((getline raw < file) > 0) {
        number++
        if (number == 1 && raw != "/* SPDX-License-Identifier: Apache-2.0 */")
            complain(1, "licence", "the first line is not the SPDX line")
        was_comment = in_comment
        code = strip(raw)
        if (in_directive || code ~ /^[ \t]*#/) {
            if (!in_directive && room != "") {
                if (code ~ /^[ \t]*#[ \t]*include/) check_include(raw, number)
                else if (in_function != "" && code ~ /^[ \t]*#[ \t]*(if|elif|else|ifdef|ifndef)/ &&
                         room !~ /^(tests|bench|proofs)$/)
                    complain(number, "if", "a preprocessor condition inside " in_function "()")
            }
            in_directive = code ~ /\\$/
        } else {
            scan(code, number)
            if (file ~ /^host\//) check_printing(code, number)
        }
        if (in_src && (code ~ /(^|[^A-Za-z_0-9])(malloc|calloc|realloc|alloca)([^A-Za-z_0-9]|$)/ ||
                       code ~ /(^|[^A-Za-z_0-9.>])free[ \t]*\(/))
            complain(number, "alloc", "allocates")
        # A definition is no call: its own stage's function, at the beginning of a line.
        if (stage in calls && code !~ /^[A-Za-z]/) check_calls(code, number)
        if (file ~ /^host\// && code ~ /(^|[^A-Za-z_0-9])cli_[a-z]/)
            complain(number, "include", "host/ is below cli/ and names something of it")
    }
    close(file)
    if (depth != 0) complain(number, "if", "braces don't balance; this script can't read it")
    measure(1, "file-lines", "", number)
    files++
    total += number
}

END {
    for (path in staged) check_reach(path, staged[path])
    for (key in granted)
        if (granted[key] == 1) printf "%s: nothing needs this any more: %s\n", exceptions, key
    for (key in used)
        if (!used[key]) {
            printf "%s: an exception that nothing needs: %s\n", exceptions, key
            bad++
        }
    printf "layers: %d files, %d lines, %d violations\n", files, total, bad
    exit bad > 0
}

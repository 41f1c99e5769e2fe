#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: docs.sh [--check] [PRIMUM]
#
# Writes what the tables of the verbs say, the man page and the completion for bash, into docs/; with --check compares them
# instead, and ends with 1 if they differ.
set -euo pipefail
cd "$(dirname "$0")/.."
check=
[ "${1:-}" != --check ] || { check=1; shift; }
primum=${1:-build/host-debug/cli/primum}
status=0

made() { # option file
    if [ -z "$check" ]; then
        "$primum" help "$1" > "$2"
    elif ! "$primum" help "$1" | cmp -s - "$2"; then
        echo "$2 is not what 'primum help $1' says: scripts/docs.sh writes it anew" >&2
        status=1
    fi
}

made --man docs/man/primum.1
made --completion docs/completion/primum.bash
exit $status

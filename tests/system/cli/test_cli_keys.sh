#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# usage: test_cli_keys.sh PRIMUM CLI_RIG FIRMWARE
#
# B20: the commands of docs/keys.md run as they stand there, all blocks in one shell, each line must succeed.
source_dir=$(cd "$(dirname "$0")/../../.." && pwd)
. "$(dirname "$0")/rig.sh"
for slot in a b; do
    "$rig" image $slot 0 app.$slot.elf
    "$rig" image $slot 1 services.$slot.elf
done
printf 'correct horse battery staple\n' > phrase
printf root > rot.bin
export PRIMUM_ROT=$PWD/rot.bin
mkdir bin tokens
ln -s "$primum" bin/primum
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$PWD" > softhsm2.conf
export SOFTHSM2_CONF=$PWD/softhsm2.conf PATH=$PWD/bin:$PATH
sed -n 's/^    //p' "$source_dir/docs/keys.md" > commands
[ "$(grep -c primum commands)" -gt 25 ]; ok $? 'there are fewer commands in docs/keys.md than there were'
! grep -n '…' commands; ok $? 'a command in docs/keys.md is not whole'
while IFS= read -r line; do printf '%s || { echo "FAILED: line %s"; exit 1; }\n' "${line%%  #*}" "'${line//\'/}'"; done < <(grep -v '^$' commands) > script
bash script > log 2>&1; ok $? "docs/keys.md: $(tail -4 log)"
passed=$((passed + $(wc -l < script)))
conclude

# SPDX-License-Identifier: Apache-2.0
#
# Thin: every target is a command that works by hand too. The build itself is CMake; see CMakePresets.json.
# A target is one line, and `make help` shows what follows its ##; a target whose script isn't there is not listed.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: $(shell sed -n 's/^\([a-z]*\):.* \#\# .*/\1/p' Makefile)

help:        ; @scripts/help.sh ## list the targets
setup:       ; @scripts/setup.sh ## install what is missing: packages, the Mbed TLS source
build: setup ; @scripts/build.sh firmware host-debug ## the firmware and the host programs, into build/
demo: setup  ; @scripts/build.sh firmware host-debug && scripts/demo.sh ## sign, boot, tamper, see it refused
check: setup ; @scripts/check.sh ## builds, tests with gcc and with clang's sanitizers, layers, disassembly
size: setup  ; @scripts/build.sh firmware && scripts/size_services.sh && scripts/size.sh ## what takes room in the services, and in the root beside its limits
fault: setup ; @scripts/build.sh firmware host-debug && scripts/fault.sh ## skip each instruction of the shipped root
cut: setup   ; @scripts/build.sh host-debug && scripts/cut.sh ## cut the power at every flash operation
states: setup; @scripts/build.sh host-debug && scripts/states.sh ## every stored state: one good release leads to a running device
ct: setup    ; @scripts/build.sh firmware host-debug && scripts/ct.sh ## constant time of the curve: valgrind, and traces for 1,000 secrets
threads: setup; @scripts/build.sh firmware host-debug && tests/system/test_threads.sh "$$PWD/build/host-debug/cli/primum" "$$PWD/build/firmware" --long ## a million switches between threads that call the services
prove: setup ; @scripts/prove.sh ## proofs by CBMC, if it is installed
bench: setup ; @scripts/build.sh firmware host-debug && scripts/bench.sh ## instructions to hand-over; build/bench.json
fuzz: setup  ; @scripts/build.sh fuzz && scripts/fuzz.sh ## fuzz the parsers for a while
clean:       ; @rm -rf build ## remove build/; keeps what was fetched into .deps/

# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
#
# The commands that people type. meson.build says what is built and how, scripts/test what is tested.

MAKEFLAGS += --no-print-directory

.PHONY: run build check test nightly one debug coverage mutate soak bench fuzz debian12 debian13 format lint install clean help

## make run: installs what is missing, builds, and starts the amplifier (ARGS="--audio null")
run: build
	@build/wiregain run $(ARGS)

## make build: leaves build/wiregain
build:
	@scripts/setup run
	@test -f build/build.ninja || meson setup build >/dev/null
	@test -x build/wiregain || echo "Building."
	@ninja -C build wiregain >build/build.log 2>&1 || { cat build/build.log; exit 1; }

## make check: for developers, 2 minutes: build, unit tests, format, lint
check:
	@scripts/setup test
	@scripts/test check

## make test: everything that CI runs, 20 minutes
test:
	@scripts/setup test
	@scripts/test test

## make nightly: 90 minutes more: Debian 12 and 13 from nothing, aarch64, fuzzers, soak (needs root)
nightly:
	@scripts/setup nightly
	@scripts/test nightly

## make one TEST=amp/engine: one test, a suite (TEST=amp) or a pattern (TEST='cli/*'); BUILD=address, thread, ...
one:
	@test -n "$(TEST)" || { echo 'make one: name a test: make one TEST=amp/engine' >&2; exit 2; }
	@scripts/setup test
	@scripts/test --build $(or $(BUILD),gcc) --one $(TEST)

## make debug: a build for gdb in build-debug; with TEST=amp/engine that test in gdb
debug:
	@scripts/setup debug
	@scripts/debug $(TEST)

## make coverage: which lines the tests run, for each folder and file, in build-coverage
coverage:
	@scripts/setup coverage
	@scripts/coverage

## make mutate N=60: random mutations of src/, and those that no test notices
mutate:
	@scripts/setup test
	@scripts/mutate $(or $(N),60)

## make soak MINUTES=10: random evenings with new seeds: each promise of safety after every step
soak:
	@scripts/setup test
	@scripts/soak $(or $(MINUTES),10)

## make bench: ratios against other programs, and the limits that no test may time
bench:
	@scripts/setup bench
	@scripts/bench

## make fuzz SECONDS=600: mutated input for each parser
fuzz:
	@scripts/setup test
	@scripts/fuzz $(or $(SECONDS),600)

## make debian12, make debian13: make run and make test on a fresh Debian in a folder (needs root)
debian12 debian13:
	@scripts/setup nightly
	@scripts/test-debian $(@:debian%=%)

## make lint: format, clang-tidy, shellcheck, headers, links in documents
lint: build
	@scripts/setup test
	@meson configure build -Dtests=enabled
	@scripts/lint

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

install: build
	@meson install -C build --no-rebuild

clean:
	@rm -rf build build-*

## make help: this
help:
	@sed -n 's/^## //p' Makefile

# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
#
# For people. What is built and how is meson's: see meson.build.

MAKEFLAGS += --no-print-directory

.PHONY: run build test soak bench debian13 format lint install clean help

## make run: installs what is missing, builds, and starts the amplifier
run: build
	@build/wiregain run $(ARGS)

## make build: leaves build/wiregain
build:
	@scripts/setup run
	@test -f build/build.ninja || meson setup build >/dev/null
	@test -x build/wiregain || echo "Building."
	@ninja -C build wiregain >build/build.log 2>&1 || { cat build/build.log; exit 1; }

## make test: everything that proves it, on this machine
test:
	@scripts/setup test
	@scripts/test

## make soak: random evenings with new seeds, for MINUTES (10): each promise of safety after every step
soak: build
	@scripts/setup test
	@meson configure build -Dtests=enabled
	@ninja -C build --quiet test/amp/test_model
	@build/test/amp/test_model $$(($(or $(MINUTES),10) * 60))

## make bench: ratios against other programs, and the limits that no test may time
bench:
	@scripts/setup bench
	@scripts/bench

## make fuzz: ten minutes of bytes that nobody should trust
fuzz:
	@scripts/setup test
	@scripts/fuzz

## make debian13: the PipeWire tests on Debian 13's server, in a folder of its own (needs root)
debian13:
	@scripts/setup debian13
	@scripts/test-debian13

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

lint: build
	@clang-tidy -p build --quiet $$(git ls-files 'src/*.c')

install: build
	@meson install -C build --no-rebuild

clean:
	@rm -rf build build-*

## make help: this
help:
	@sed -n 's/^## //p' Makefile

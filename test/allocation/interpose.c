/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * malloc and its relatives, counted, and refused on demand. Any thread.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocation.h"

#define DEPTH 32

/* The C library's own. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

/* A sanitizer's, where there is one. */
void *__interceptor_malloc(size_t size) __attribute__((weak));
void *__interceptor_calloc(size_t count, size_t size) __attribute__((weak));
void *__interceptor_realloc(void *block, size_t size) __attribute__((weak));
void *__interceptor_memalign(size_t alignment, size_t size) __attribute__((weak));
void __interceptor_free(void *block) __attribute__((weak));

static _Atomic bool armed, failed;
static _Atomic unsigned long count, fail_at;
static _Atomic enum allocation_failures fail_how;
static _Atomic long live;

static const char *_Atomic spared;
static void *failure[DEPTH];
static int failure_depth;

/* The first backtrace() allocates. */
static void __attribute__((constructor)) prepare_backtrace(void)
{
	void *unused[1];

	backtrace(unused, 1);
}

void allocation_arm(unsigned long n, enum allocation_failures failures)
{
	count = 0;
	fail_at = n;
	fail_how = failures;
	failed = false;
	armed = true;
}

unsigned long allocation_disarm(void)
{
	armed = false;
	return count;
}

void allocation_spare(const char *library)
{
	spared = library;
}

void allocation_pause(void)
{
	armed = false;
}

void allocation_resume(void)
{
	armed = true;
}

long allocation_live(void)
{
	return live;
}

bool allocation_has_failed(void)
{
	return failed;
}

void allocation_print_failure(void)
{
	backtrace_symbols_fd(failure, failure_depth, 2);
}

/* An assertion that fails within an attempt says so. */
static bool is_of_cmocka(void *caller)
{
	Dl_info info;

	return dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "cmocka");
}

/* Whether the library that is spared stands between the allocation and the program. */
static bool is_spared(void)
{
	void *frames[DEPTH];
	const int depth = spared ? backtrace(frames, DEPTH) : 0;
	Dl_info own, info;

	dladdr((void *)(uintptr_t)is_spared, &own);
	for (int i = 0; i < depth; i++) {
		if (!dladdr(frames[i], &info) || (i > 3 && info.dli_fbase == own.dli_fbase)) {
			return false;
		}
		if (info.dli_fname && strstr(info.dli_fname, spared)) {
			return true;
		}
	}
	return false;
}

/* Whether this allocation fails. */
static bool count_one(void *caller)
{
	unsigned long n;

	if (!armed || is_spared()) {
		return false;
	}
	n = ++count;
	if (fail_at == 0 || n < fail_at || (n > fail_at && fail_how == ALLOCATION_FAIL_ONCE)) {
		return false;
	}
	if (is_of_cmocka(caller)) {
		armed = false;
		return false;
	}
	if (n == fail_at) {
		failure_depth = backtrace(failure, DEPTH);
	}
	failed = true;
	errno = ENOMEM;
	return true;
}

static void *counted(void *block)
{
	live += block != NULL;
	return block;
}

void *malloc(size_t size)
{
	if (count_one(__builtin_return_address(0))) {
		return NULL;
	}
	return counted(__interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size));
}

void *calloc(size_t number, size_t size)
{
	if (count_one(__builtin_return_address(0))) {
		return NULL;
	}
	return counted(__interceptor_calloc ? __interceptor_calloc(number, size)
					    : __libc_calloc(number, size));
}

void *realloc(void *block, size_t size)
{
	void *moved;

	if (count_one(__builtin_return_address(0))) {
		return NULL;
	}
	moved = __interceptor_realloc ? __interceptor_realloc(block, size)
				      : __libc_realloc(block, size);
	live += (moved && !block) - (block && !moved && size == 0);
	return moved;
}

void *reallocarray(void *block, size_t number, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(number, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(block, bytes);
}

void *memalign(size_t alignment, size_t size)
{
	if (count_one(__builtin_return_address(0))) {
		return NULL;
	}
	return counted(__interceptor_memalign ? __interceptor_memalign(alignment, size)
					      : __libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **ret_block, size_t alignment, size_t size)
{
	void *block = memalign(alignment, size);

	if (!block) {
		return ENOMEM;
	}
	*ret_block = block;
	return 0;
}

void free(void *block)
{
	live -= block != NULL;
	if (__interceptor_free) {
		__interceptor_free(block);
	} else {
		__libc_free(block);
	}
}

/* Thousands of attempts need no disk to be waited for. */
int fsync(int fd)
{
	return 0;
}

int fdatasync(int fd)
{
	return 0;
}

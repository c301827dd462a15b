/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The watch of the real-time check: stands before the C library, and counts every allocation, lock,
 * wait, file or output call of a thread that is between realtime_begin() and realtime_end(). Each
 * is reported with its call stack when it happens; at exit the sums go to the file that
 * WIREGAIN_REALTIME_REPORT names, as "sections N, violations N".
 *
 * What a sound server's own wake-up needs is allowed: reads and writes of 8 bytes (an eventfd).
 */
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "realtime.h"

#define EXPORT      __attribute__((visibility("default")))
#define WAKE_BYTES  8
#define STACK_DEPTH 24

static __thread int depth;
static __thread int looking_up;
static _Atomic uint64_t sections, violations;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);
ssize_t __write(int fd, const void *bytes, size_t count);

EXPORT void realtime_begin(void)
{
	depth++;
	atomic_fetch_add(&sections, 1);
}

EXPORT void realtime_end(void)
{
	depth--;
}

static void say(const char *text)
{
	if (__write(STDERR_FILENO, text, strlen(text)) < 0) {
		return;
	}
}

static void check(const char *name)
{
	void *stack[STACK_DEPTH];
	int here = depth;

	if (here == 0 || looking_up) {
		return;
	}
	depth = 0;
	if (atomic_fetch_add(&violations, 1) < 5) {
		say("realtime: ");
		say(name);
		say("() on the audio thread:\n");
		backtrace_symbols_fd(stack, backtrace(stack, STACK_DEPTH), STDERR_FILENO);
	}
	depth = here;
}

/* The C library's own function of that name. */
static void *next(const char *name)
{
	void *function;

	looking_up++;
	function = dlsym(RTLD_NEXT, name);
	looking_up--;
	return function;
}

__attribute__((constructor)) static void start(void)
{
	void *stack[1];

	backtrace(stack, 1); /* loads what it needs now, not in a section */
}

__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("WIREGAIN_REALTIME_REPORT");
	FILE *file = path ? fopen(path, "we") : NULL;

	depth = 0;
	if (file) {
		fprintf(file, "sections %llu, violations %llu\n",
			(unsigned long long)atomic_load(&sections),
			(unsigned long long)atomic_load(&violations));
		fclose(file);
	}
}

EXPORT void *malloc(size_t size)
{
	check("malloc");
	return __libc_malloc(size);
}

EXPORT void *calloc(size_t count, size_t size)
{
	check("calloc");
	return __libc_calloc(count, size);
}

EXPORT void *realloc(void *block, size_t size)
{
	check("realloc");
	return __libc_realloc(block, size);
}

EXPORT void free(void *block)
{
	if (block) {
		check("free");
	}
	__libc_free(block);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
	check("aligned_alloc");
	return __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **ret_block, size_t alignment, size_t size)
{
	check("posix_memalign");
	*ret_block = __libc_memalign(alignment, size);
	return *ret_block ? 0 : 12;
}

EXPORT int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	static int (*function)(pthread_mutex_t *);

	check("pthread_mutex_lock");
	if (!function) {
		function = (int (*)(pthread_mutex_t *))(uintptr_t)next("pthread_mutex_lock");
	}
	return function(mutex);
}

EXPORT int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
	static int (*function)(pthread_cond_t *, pthread_mutex_t *);

	check("pthread_cond_wait");
	if (!function) {
		function = (int (*)(pthread_cond_t *, pthread_mutex_t *))(uintptr_t)next(
			"pthread_cond_wait");
	}
	return function(condition, mutex);
}

EXPORT int sem_wait(sem_t *semaphore)
{
	static int (*function)(sem_t *);

	check("sem_wait");
	if (!function) {
		function = (int (*)(sem_t *))(uintptr_t)next("sem_wait");
	}
	return function(semaphore);
}

EXPORT ssize_t write(int fd, const void *bytes, size_t count)
{
	if (count != WAKE_BYTES) {
		check("write");
	}
	return __write(fd, bytes, count);
}

EXPORT ssize_t read(int fd, void *bytes, size_t count)
{
	static ssize_t (*function)(int, void *, size_t);

	if (count != WAKE_BYTES) {
		check("read");
	}
	if (!function) {
		function = (ssize_t(*)(int, void *, size_t))(uintptr_t)next("read");
	}
	return function(fd, bytes, count);
}

EXPORT int open(const char *path, int flags, ...)
{
	static int (*function)(const char *, int, ...);
	mode_t mode = 0;
	va_list args;

	check("open");
	va_start(args, flags);
	if (flags & (O_CREAT | O_TMPFILE)) {
		mode = va_arg(args, mode_t);
	}
	va_end(args);
	if (!function) {
		function = (int (*)(const char *, int, ...))(uintptr_t)next("open");
	}
	return function(path, flags, mode);
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	static int (*function)(struct pollfd *, nfds_t, int);

	check("poll");
	if (!function) {
		function = (int (*)(struct pollfd *, nfds_t, int))(uintptr_t)next("poll");
	}
	return function(fds, count, timeout_ms);
}

EXPORT int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until,
			   struct timespec *ret_left)
{
	static int (*function)(clockid_t, int, const struct timespec *, struct timespec *);

	check("clock_nanosleep");
	if (!function) {
		function = (int (*)(clockid_t, int, const struct timespec *, struct timespec *))(
			uintptr_t)next("clock_nanosleep");
	}
	return function(clock, flags, until, ret_left);
}

EXPORT int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	static int (*function)(clockid_t, struct timespec *);

	check("clock_gettime");
	if (!function) {
		function = (int (*)(clockid_t, struct timespec *))(uintptr_t)next("clock_gettime");
	}
	return function(clock, ret_time);
}

EXPORT int vfprintf(FILE *file, const char *format, va_list args)
{
	static int (*function)(FILE *, const char *, va_list);

	check("vfprintf");
	if (!function) {
		function = (int (*)(FILE *, const char *, va_list))(uintptr_t)next("vfprintf");
	}
	return function(file, format, args);
}

EXPORT int vsnprintf(char *text, size_t size, const char *format, va_list args)
{
	static int (*function)(char *, size_t, const char *, va_list);

	check("vsnprintf");
	if (!function) {
		function = (int (*)(char *, size_t, const char *, va_list))(uintptr_t)next(
			"vsnprintf");
	}
	return function(text, size, format, args);
}

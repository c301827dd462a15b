/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The watch itself: it sees what is done in a section, and nothing outside of one. A child process
 * does what must not be done, and its report is read.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "realtime.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void *volatile block;

static void nothing(void)
{
}

static void allocate(void)
{
	block = malloc(100);
}

static void release(void)
{
	free(block);
	block = NULL;
}

static void lock(void)
{
	pthread_mutex_lock(&mutex);
}

static void write_log(void)
{
	log_error("this is meant to be seen");
}

static void open_file(void)
{
	int fd = open("/dev/null", O_RDONLY);

	if (fd >= 0) {
		close(fd);
	}
}

static void wait_a_little(void)
{
	const struct timespec moment = {.tv_nsec = 1};

	clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL);
}

static const struct {
	const char *name;
	void (*act)(void);
	int seen;
} acts[] = {
	{"nothing", nothing, 0},      {"malloc", allocate, 1},      {"free", release, 1},
	{"a lock", lock, 1},          {"a log line", write_log, 1}, {"a file", open_file, 1},
	{"a wait", wait_a_little, 1},
};

/* The violations that a process reports which does it in a section. */
static unsigned long long violations_of(const char *report, void (*act)(void))
{
	unsigned long long sections = 0, violations = 999;
	FILE *file;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		setenv("WIREGAIN_REALTIME_REPORT", report, 1);
		allocate(); /* outside of a section: not seen */
		realtime_begin();
		act();
		realtime_end();
		exit(0);
	}
	waitpid(child, NULL, 0);
	file = fopen(report, "r");
	if (!file || fscanf(file, "sections %llu, violations %llu", &sections, &violations) != 2 ||
	    sections != 1) {
		violations = 999;
	}
	if (file) {
		fclose(file);
	}
	return violations;
}

int main(void)
{
	char report[] = "/tmp/wiregain-watch-XXXXXX";
	int fd = mkstemp(report), failed = 0;

	close(fd);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		unsigned long long violations = violations_of(report, acts[i].act);
		int fine = acts[i].seen ? violations >= 1 && violations < 999 : violations == 0;

		printf("%s: %s, %llu seen\n", fine ? "ok" : "FAILED", acts[i].name, violations);
		failed += !fine;
	}
	unlink(report);
	return failed > 0;
}

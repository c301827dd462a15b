/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The program, started again and again by fork(), with each of its allocations failing in turn:
 * stands before main() by the linker's --wrap. Whatever fails, it ends with 0 and the same output
 * as ever, or with 1 or 2 and a message. The environment's ALLOCATION_SPARE names a library that is
 * spared.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "allocation.h"

#define EACH_OF_FIRST 60
#define STEP          17 /* of the others, which are made in loops */
#define OUTPUT_MAX    (1 << 20)

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

/* Of one run. */
struct outcome {
	int status;
	bool failed; /* an allocation did */
	char output[OUTPUT_MAX], errors[4096];
	size_t output_size, errors_size;
};

static void child(int argc, char **argv, unsigned long n, enum allocation_failures failures,
		  int output, int errors, int note)
{
	int code;

	dup2(output, STDOUT_FILENO);
	dup2(errors, STDERR_FILENO);
	allocation_arm(n, failures);
	code = __real_main(argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		code = code ? code : 1;
	}
	allocation_disarm();
	if (write(note, allocation_has_failed() ? "1" : "0", 1) != 1) {
		code = 99;
	}
	exit(code);
}

static void start_again(int argc, char **argv, unsigned long n, enum allocation_failures failures,
			struct outcome *ret)
{
	int output = memfd_create("output", 0), errors = memfd_create("errors", 0);
	int note = memfd_create("note", 0);
	char failed = '1'; /* it ended in the middle */
	pid_t pid = fork();

	if (pid == 0) {
		child(argc, argv, n, failures, output, errors, note);
	}
	waitpid(pid, &ret->status, 0);
	ret->output_size = (size_t)pread(output, ret->output, OUTPUT_MAX, 0);
	ret->errors_size = (size_t)pread(errors, ret->errors, sizeof(ret->errors) - 1, 0);
	ret->errors[ret->errors_size] = '\0';
	ret->failed = pread(note, &failed, 1, 0) != 1 || failed == '1';
	close(output);
	close(errors);
	close(note);
}

/* NULL, or what is wrong with it. */
static const char *judge(const struct outcome *outcome, const struct outcome *usual)
{
	int code = WIFEXITED(outcome->status) ? WEXITSTATUS(outcome->status) : -1;

	if (code < 0 || code > 2) {
		return "it did not end by itself, or a sanitizer complained";
	}
	if (code != 0) {
		return outcome->errors_size == 0 ? "it failed without a message" : NULL;
	}
	if (outcome->output_size != usual->output_size ||
	    memcmp(outcome->output, usual->output, usual->output_size) != 0) {
		return "it succeeded with another output";
	}
	return NULL;
}

int __wrap_main(int argc, char **argv)
{
	static struct outcome usual, outcome;
	unsigned long n = 0, bad = 0;

	if (!getenv("ALLOCATION_TEST")) {
		return __real_main(argc, argv);
	}
	allocation_spare(getenv("ALLOCATION_SPARE"));
	start_again(argc, argv, 0, ALLOCATION_FAIL_ONCE, &usual);
	if (usual.status != 0) {
		fprintf(stderr, "it fails with all its memory: %s\n", usual.errors);
		return 1;
	}
	do {
		n += n < EACH_OF_FIRST ? 1 : STEP;
		for (int mode = ALLOCATION_FAIL_ON; mode >= ALLOCATION_FAIL_ONCE; mode--) {
			const char *wrong;

			start_again(argc, argv, n, (enum allocation_failures)mode, &outcome);
			wrong = judge(&outcome, &usual);
			if (wrong) {
				fprintf(stderr, "allocation %lu%s: %s (status %x)\n%s\n", n,
					mode == ALLOCATION_FAIL_ON ? " and all after it" : "",
					wrong, (unsigned int)outcome.status, outcome.errors);
				bad++;
			}
		}
	} while (outcome.failed && bad < 5);
	printf("%lu allocations, %lu bad\n", n, bad);
	return bad > 0;
}

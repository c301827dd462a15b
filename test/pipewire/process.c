/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Programs that a test starts and talks to.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "loop.h"

static struct process *processes;
static const char *folder;

void process_set_folder(const char *new_folder)
{
	folder = new_folder;
}

static void run_child(const char *name, bool talks, const char *const *argv, int in, int out)
{
	char path[512];
	int log;

	snprintf(path, sizeof(path), "%s/%s.log", folder, name);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(in, 0);
	dup2(talks ? out : log, 1);
	dup2(log, 2);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	fprintf(stderr, "cannot start %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

struct process *process_start(const char *name, bool talks, const char *const *argv)
{
	struct process *process = calloc(1, sizeof(*process));
	int in[2], out[2];

	assert_non_null(argv[0]);
	assert_non_null(process);
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	process->pid = fork();
	assert_true(process->pid >= 0);
	if (process->pid == 0) {
		run_child(name, talks, argv, in[0], out[1]);
	}
	close(in[0]);
	close(out[1]);
	process->name = strdup(name);
	process->in = in[1];
	process->out = out[0];
	process->next = processes;
	processes = process;
	return process;
}

void process_say(struct process *process, const char *format, ...)
{
	char line[1024];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	line[length++] = '\n';
	if (write(process->in, line, (size_t)length) != length) {
		fail_msg("%s does not listen to: %s", process->name, line);
	}
}

/* Takes in what the process says within `ms`. False: it has ended. */
static bool listen_to(struct process *process, int ms)
{
	struct pollfd poll_fd = {.fd = process->out, .events = POLLIN};
	char text[4096];
	ssize_t got;

	if (poll(&poll_fd, 1, ms) <= 0) {
		return true;
	}
	got = read(process->out, text, sizeof(text));
	if (got <= 0) {
		return false;
	}
	process->text = realloc(process->text, process->length + (size_t)got + 1);
	assert_non_null(process->text);
	memcpy(process->text + process->length, text, (size_t)got);
	process->length += (size_t)got;
	process->text[process->length] = '\0';
	return true;
}

/* The next whole line with that beginning, or NULL. */
static char *find_line(struct process *process, const char *prefix, size_t *ret_end)
{
	size_t at = process->cursor;

	while (at < process->length) {
		char *line = process->text + at;
		char *end = strchr(line, '\n');

		if (!end) {
			return NULL;
		}
		at = (size_t)(end - process->text) + 1;
		if (strncmp(line, prefix, strlen(prefix)) == 0) {
			*ret_end = at;
			return line;
		}
	}
	return NULL;
}

const char *process_expect(struct process *process, const char *prefix)
{
	static char rest[1024];
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	size_t end;
	char *line;

	while (!(line = find_line(process, prefix, &end))) {
		if (!listen_to(process, 100) || loop_now_ms() > end_ms) {
			fail_msg("%s never said \"%s\"; it said, since then: %s", process->name,
				 prefix, process->text ? process->text + process->cursor : "");
		}
	}
	process->cursor = end;
	line += strlen(prefix);
	snprintf(rest, sizeof(rest), "%.*s", (int)strcspn(line, "\n"), line);
	return rest;
}

const char *process_ask(struct process *process, const char *line, const char *prefix)
{
	process_say(process, "%s", line);
	return process_expect(process, prefix);
}

bool process_has_said(struct process *process, const char *prefix)
{
	size_t end;

	while (listen_to(process, 0) && poll(&(struct pollfd){process->out, POLLIN, 0}, 1, 0) > 0) {
	}
	return find_line(process, prefix, &end) != NULL;
}

void process_signal(struct process *process, int signal)
{
	assert_int_equal(kill(process->pid, signal), 0);
}

static void forget(struct process *process)
{
	struct process **at = &processes;

	while (*at != process) {
		at = &(*at)->next;
	}
	*at = process->next;
	if (process->in >= 0) {
		close(process->in);
	}
	close(process->out);
	free(process->text);
	free(process->name);
	free(process);
}

int process_end(struct process *process)
{
	uint64_t end_ms = loop_now_ms() + PATIENCE_MS;
	int status = 0;

	close(process->in);
	process->in = -1;
	while (waitpid(process->pid, &status, WNOHANG) == 0) {
		listen_to(process, 5);
		if (loop_now_ms() > end_ms) {
			fail_msg("%s does not end", process->name);
		}
		usleep(1000);
	}
	forget(process);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void process_kill(struct process *process)
{
	kill(process->pid, SIGKILL);
	waitpid(process->pid, NULL, 0);
	forget(process);
}

bool process_kill_rest(void)
{
	struct process *process = processes;
	bool any = false;

	while (process) {
		struct process *next = process->next;

		if (!process->stays) {
			process_kill(process);
			any = true;
		}
		process = next;
	}
	return any;
}

void process_kill_all(void)
{
	while (processes) {
		process_kill(processes);
	}
}

const char *process_run(const char *const *argv)
{
	static char output[65536];
	struct process *process = process_start("run", true, argv);

	while (listen_to(process, -1)) {
	}
	snprintf(output, sizeof(output), "%s", process->text ? process->text : "");
	process_end(process);
	return output;
}

void process_print_logs(void)
{
	char command[600];

	snprintf(command, sizeof(command), "cd %s && tail -n 30 *.log >&2", folder);
	if (system(command) != 0) {
		fprintf(stderr, "no logs in %s\n", folder);
	}
}

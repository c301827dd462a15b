/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The main thread's loop on epoll, timerfd and signalfd. A removed source is freed only after
 * the round of callbacks in which it was removed, so that none is called on freed memory.
 */
#include "loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct loop_source {
	struct loop *loop;
	struct loop_source *next;
	loop_fd_fn *on_fd;
	loop_timer_fn *on_timer;
	loop_signal_fn *on_signal;
	void *data;
	int fd;
	bool owns_fd;
	bool removed;
};

struct loop {
	struct loop_source *sources;
	int epoll_fd;
	int exit_code;
	bool quitting;
	bool has_removed;
};

int loop_create(struct loop **ret_loop)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop) {
		return -ENOMEM;
	}
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0) {
		int error = -errno;

		free(loop);
		return error;
	}
	*ret_loop = loop;
	return 0;
}

static void free_removed(struct loop *loop)
{
	struct loop_source **at = &loop->sources;

	while (*at) {
		struct loop_source *source = *at;

		if (!source->removed) {
			at = &source->next;
			continue;
		}
		*at = source->next;
		free(source);
	}
	loop->has_removed = false;
}

void loop_destroy(struct loop *loop)
{
	if (!loop) {
		return;
	}
	for (struct loop_source *source = loop->sources; source; source = source->next) {
		loop_remove(source);
	}
	free_removed(loop);
	close(loop->epoll_fd);
	free(loop);
}

static void dispatch(struct loop_source *source, unsigned int epoll_events)
{
	unsigned int events = 0;

	if (source->removed) {
		return;
	}
	if (source->on_timer) {
		uint64_t count;

		if (read(source->fd, &count, sizeof(count)) == sizeof(count)) {
			source->on_timer(source->data);
		}
		return;
	}
	if (source->on_signal) {
		struct signalfd_siginfo info;

		if (read(source->fd, &info, sizeof(info)) == sizeof(info)) {
			source->on_signal(source->data, (int)info.ssi_signo);
		}
		return;
	}
	events |= epoll_events & EPOLLIN ? LOOP_READ : 0;
	events |= epoll_events & EPOLLOUT ? LOOP_WRITE : 0;
	events |= epoll_events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP) ? LOOP_HANGUP : 0;
	source->on_fd(source->data, source->fd, events);
}

int loop_iterate(struct loop *loop, int timeout_ms)
{
	struct epoll_event events[32];
	int count = epoll_wait(loop->epoll_fd, events, 32, timeout_ms);

	if (count < 0) {
		return errno == EINTR ? 0 : -errno;
	}
	for (int i = 0; i < count; i++) {
		dispatch(events[i].data.ptr, events[i].events);
	}
	if (loop->has_removed) {
		free_removed(loop);
	}
	return 0;
}

int loop_run(struct loop *loop)
{
	loop->quitting = false;
	while (!loop->quitting) {
		int error = loop_iterate(loop, -1);

		if (error < 0) {
			return error;
		}
	}
	return loop->exit_code;
}

void loop_quit(struct loop *loop, int code)
{
	loop->quitting = true;
	loop->exit_code = code;
}

static uint32_t to_epoll(unsigned int events)
{
	return (events & LOOP_READ ? EPOLLIN | EPOLLRDHUP : 0u) |
	       (events & LOOP_WRITE ? EPOLLOUT : 0u);
}

static struct loop_source *add(struct loop *loop, const struct loop_source *like,
			       unsigned int events)
{
	struct epoll_event event = {.events = to_epoll(events)};
	struct loop_source *source = malloc(sizeof(*source));

	if (!source) {
		return NULL;
	}
	*source = *like;
	source->loop = loop;
	event.data.ptr = source;
	if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) < 0) {
		free(source);
		return NULL;
	}
	source->next = loop->sources;
	loop->sources = source;
	return source;
}

static struct loop_source *add_owned(struct loop *loop, const struct loop_source *like)
{
	struct loop_source *source = like->fd < 0 ? NULL : add(loop, like, LOOP_READ);

	if (!source && like->fd >= 0) {
		close(like->fd);
	}
	return source;
}

struct loop_source *loop_add_fd(struct loop *loop, int fd, unsigned int events, loop_fd_fn *fn,
				void *data)
{
	const struct loop_source like = {.on_fd = fn, .data = data, .fd = fd};

	return add(loop, &like, events);
}

void loop_change_fd(struct loop_source *source, unsigned int events)
{
	struct epoll_event event = {.events = to_epoll(events), .data.ptr = source};

	epoll_ctl(source->loop->epoll_fd, EPOLL_CTL_MOD, source->fd, &event);
}

struct loop_source *loop_add_timer(struct loop *loop, loop_timer_fn *fn, void *data)
{
	const struct loop_source like = {
		.on_timer = fn,
		.data = data,
		.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK),
		.owns_fd = true,
	};

	return add_owned(loop, &like);
}

static struct timespec from_ms(uint64_t ms)
{
	return (struct timespec){.tv_sec = (time_t)(ms / 1000),
				 .tv_nsec = (long)(ms % 1000) * 1000000};
}

void loop_arm_timer(struct loop_source *source, uint64_t ms, uint64_t every_ms)
{
	struct itimerspec spec = {.it_value = from_ms(ms), .it_interval = from_ms(every_ms)};

	if (ms == 0) {
		spec.it_value.tv_nsec = 1;
	}
	timerfd_settime(source->fd, 0, &spec, NULL);
}

void loop_disarm_timer(struct loop_source *source)
{
	const struct itimerspec spec = {0};

	timerfd_settime(source->fd, 0, &spec, NULL);
}

struct loop_source *loop_add_signal(struct loop *loop, int signal, loop_signal_fn *fn, void *data)
{
	struct loop_source like = {.on_signal = fn, .data = data, .owns_fd = true};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_BLOCK, &set, NULL);
	like.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return add_owned(loop, &like);
}

void loop_remove(struct loop_source *source)
{
	if (!source || source->removed) {
		return;
	}
	epoll_ctl(source->loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
	if (source->owns_fd) {
		close(source->fd);
	}
	source->removed = true;
	source->loop->has_removed = true;
}

uint64_t loop_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

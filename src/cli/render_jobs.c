/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Several renders at once. The signal handler sets one flag, which every render looks at between
 * two pieces of work.
 */
#include "render_jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 40
#define REDRAW_NS 100000000L

static _Atomic bool cancelled;

struct pool {
	struct render_task *tasks;
	unsigned int count;
	pthread_t threads[RENDER_JOBS_MOST];
	unsigned int thread_count;
	_Atomic unsigned int next;
	pthread_mutex_t mutex; /* of `done` */
	pthread_cond_t ended;
	unsigned int done;
};

static void on_signal(int signal)
{
	atomic_store(&cancelled, true);
}

static void *work(void *data)
{
	struct pool *pool = data;
	unsigned int at;

	while ((at = atomic_fetch_add(&pool->next, 1)) < pool->count) {
		struct render_task *task = &pool->tasks[at];

		task->job.cancel = &cancelled;
		task->error = atomic_load(&cancelled)
				      ? -ECANCELED
				      : render(&task->job, &task->result, &task->refusal);
		pthread_mutex_lock(&pool->mutex);
		pool->done++;
		pthread_cond_signal(&pool->ended);
		pthread_mutex_unlock(&pool->mutex);
	}
	return NULL;
}

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

static void draw_bar(const struct pool *pool, unsigned int done, double seconds)
{
	uint64_t frames = 0, frames_done = 0;
	char bar[BAR_WIDTH + 1];
	double part;
	int filled;

	for (unsigned int i = 0; i < pool->count; i++) {
		frames += atomic_load(&pool->tasks[i].job.frames);
		frames_done += atomic_load(&pool->tasks[i].job.frames_done);
	}
	part = frames > 0 ? (double)frames_done / (double)frames : 0;
	part = part > 1 ? 1 : part;
	filled = (int)(part * BAR_WIDTH);
	memset(bar, '#', (size_t)filled);
	memset(bar + filled, '.', (size_t)(BAR_WIDTH - filled));
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %3.0f %%  %u of %u  %.1f s ", bar, 100 * part, done, pool->count,
		seconds);
	fflush(stderr);
}

static void on_wake(int signal)
{
}

/* A thread may wait for a pipe that gives nothing: what it reads from ends, and it looks again. */
static void wake_readers(const struct pool *pool)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (nothing >= 0) {
		dup2(nothing, STDIN_FILENO);
		close(nothing);
	}
	for (unsigned int i = 0; i < pool->thread_count; i++) {
		pthread_kill(pool->threads[i], SIGUSR1);
	}
}

/* Waits for the next end of a task, a short time at most. Returns how many have ended. */
static unsigned int wait_for_end(struct pool *pool)
{
	struct timespec until;
	unsigned int done;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += REDRAW_NS;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&pool->mutex);
	if (pool->done < pool->count) {
		pthread_cond_timedwait(&pool->ended, &pool->mutex, &until);
	}
	done = pool->done;
	pthread_mutex_unlock(&pool->mutex);
	return done;
}

/* Waits for the end of all tasks. */
static void watch(struct pool *pool, bool progress)
{
	struct timespec start;
	unsigned int done = 0;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (done < pool->count) {
		done = wait_for_end(pool);
		if (done < pool->count && atomic_load(&cancelled)) {
			wake_readers(pool);
		}
		if (progress) {
			draw_bar(pool, done, seconds_since(&start));
		}
	}
	if (progress) {
		fputs("\r\033[K", stderr);
	}
}

bool render_tasks_run(struct render_task *tasks, unsigned int count, unsigned int threads,
		      bool progress)
{
	const struct sigaction stop = {.sa_handler = on_signal}, wake = {.sa_handler = on_wake};
	struct pool pool = {.tasks = tasks, .count = count};

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGUSR1, &wake, NULL);
	signal(SIGPIPE, SIG_IGN);
	pthread_mutex_init(&pool.mutex, NULL);
	pthread_cond_init(&pool.ended, NULL);
	threads = threads < RENDER_JOBS_MOST ? threads : RENDER_JOBS_MOST;
	while (pool.thread_count < threads &&
	       pthread_create(&pool.threads[pool.thread_count], NULL, work, &pool) == 0) {
		pool.thread_count++;
	}
	if (pool.thread_count == 0) {
		work(&pool);
	}
	watch(&pool, progress);
	for (unsigned int i = 0; i < pool.thread_count; i++) {
		pthread_join(pool.threads[i], NULL);
	}
	pthread_cond_destroy(&pool.ended);
	pthread_mutex_destroy(&pool.mutex);
	return !atomic_load(&cancelled);
}

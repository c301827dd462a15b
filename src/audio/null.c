/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The null device, set-up and thread: a demonstration is played in real time into nothing. The
 * thread wakes by absolute deadlines. In standby, once the engine is silent, it sleeps.
 */
#include "null.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "audio.h"
#include "backends.h"
#include "log.h"

#define FIFO_PRIORITY    20
#define STANDBY_CHECK_MS 20
#define NSEC_PER_SEC     1000000000ll
#define BLOCK_NSEC       (NSEC_PER_SEC * NULL_FRAMES / NULL_RATE_HZ)

struct audio {
	struct audio_events events;
	void *data;
	struct loop_source *timer; /* tells states from the loop */
	bool released;             /* as it was told last */
	bool told;

	pthread_t thread;
	pthread_mutex_t lock; /* held when power or stop change, for the one who sleeps on wake */
	pthread_cond_t wake;
	_Atomic bool power;
	_Atomic bool stop;
	_Atomic bool asleep; /* written by the thread */

	struct null_device device; /* the thread's */
};

static long long now_nsec(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

static void sleep_until(long long nsec)
{
	const struct timespec deadline = {.tv_sec = (time_t)(nsec / NSEC_PER_SEC),
					  .tv_nsec = (long)(nsec % NSEC_PER_SEC)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL) == EINTR) {
	}
}

/* Sleeps through standby; the beat then starts anew. */
static void sleep_in_standby(struct audio *audio, long long *deadline)
{
	pthread_mutex_lock(&audio->lock);
	atomic_store(&audio->asleep, true);
	while (!atomic_load(&audio->power) && !atomic_load(&audio->stop)) {
		pthread_cond_wait(&audio->wake, &audio->lock);
	}
	atomic_store(&audio->asleep, false);
	pthread_mutex_unlock(&audio->lock);
	*deadline = now_nsec();
}

static void *run(void *data)
{
	struct audio *audio = data;
	long long deadline = now_nsec();

	while (!atomic_load(&audio->stop)) {
		unsigned int lost = 0;
		long long late;

		if (!atomic_load(&audio->power) && audio->device.engine->reading.silent) {
			sleep_in_standby(audio, &deadline);
			continue;
		}
		late = now_nsec() - deadline;
		if (late >= BLOCK_NSEC) {
			lost = (unsigned int)(late / BLOCK_NSEC);
			deadline += lost * BLOCK_NSEC;
		}
		null_process(&audio->device, lost);
		deadline += BLOCK_NSEC;
		sleep_until(deadline);
	}
	return NULL;
}

static void tell(void *data)
{
	struct audio *audio = data;
	bool released = atomic_load(&audio->asleep);

	if (!audio->told && audio->events.latency) {
		audio->events.latency(audio->data, 1000.0 * NULL_FRAMES / NULL_RATE_HZ);
	}
	if (audio->events.device_state && (!audio->told || released != audio->released)) {
		for (int output = 0; output < OUTPUTS; output++) {
			audio->events.device_state(audio->data, (enum output)output,
						   released ? DEVICE_RELEASED : DEVICE_CONNECTED);
		}
	}
	audio->told = true;
	audio->released = released;
	if (released == atomic_load(&audio->power)) {
		loop_arm_timer(audio->timer, STANDBY_CHECK_MS, 0);
	}
}

static int start_thread(struct audio *audio)
{
	const struct sched_param param = {.sched_priority = FIFO_PRIORITY};
	int error = pthread_create(&audio->thread, NULL, run, audio);

	if (error) {
		return -error;
	}
	if (pthread_setschedparam(audio->thread, SCHED_FIFO, &param)) {
		log_debug("null device: no real-time scheduling for this user");
	}
	return 0;
}

static int null_create(struct loop *loop, struct engine *engine, const struct audio_config *config,
		       const struct audio_events *events, void *data, struct audio **ret_audio)
{
	struct audio *audio = calloc(1, sizeof(*audio));
	int error = -ENOMEM;

	if (!audio) {
		return -ENOMEM;
	}
	audio->events = *events;
	audio->data = data;
	atomic_init(&audio->power, config->power);
	audio->device.engine = engine;
	demo_init(&audio->device.demo, NULL_RATE_HZ);
	pthread_mutex_init(&audio->lock, NULL);
	pthread_cond_init(&audio->wake, NULL);
	audio->timer = loop_add_timer(loop, tell, audio);
	if (audio->timer) {
		error = start_thread(audio);
	}
	if (error) {
		loop_remove(audio->timer);
		pthread_cond_destroy(&audio->wake);
		pthread_mutex_destroy(&audio->lock);
		free(audio);
		return error;
	}
	loop_arm_timer(audio->timer, 0, 0);
	*ret_audio = audio;
	return 0;
}

static void null_destroy(struct audio *audio)
{
	if (!audio) {
		return;
	}
	pthread_mutex_lock(&audio->lock);
	atomic_store(&audio->stop, true);
	pthread_cond_signal(&audio->wake);
	pthread_mutex_unlock(&audio->lock);
	pthread_join(audio->thread, NULL);
	loop_remove(audio->timer);
	pthread_cond_destroy(&audio->wake);
	pthread_mutex_destroy(&audio->lock);
	free(audio);
}

static void null_configure(struct audio *audio, const struct audio_config *config)
{
	pthread_mutex_lock(&audio->lock);
	atomic_store(&audio->power, config->power);
	pthread_cond_signal(&audio->wake);
	pthread_mutex_unlock(&audio->lock);
	loop_arm_timer(audio->timer, 0, 0);
}

const struct audio_ops null_audio_ops = {
	.name = "null",
	.create = null_create,
	.destroy = null_destroy,
	.configure = null_configure,
};

/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A device named "auto", main thread: the best one found, once. Devices appear one after another
 * when a server starts, so that the choice waits a moment. The headphones and another output are
 * never given the same device.
 */
#include <errno.h>
#include <string.h>

#include "pipewire.h"

#define GATHER_MS 300

bool pipewire_is_auto(const char *name)
{
	return strcmp(name, "auto") == 0;
}

/* The headphones have it and another output wants it, or the other way round. */
static bool is_taken(const struct audio *audio, int output, const char *name)
{
	for (int i = 0; i < OUTPUTS; i++) {
		if ((i == OUTPUT_HEADPHONE) != (output == OUTPUT_HEADPHONE) &&
		    strcmp(audio->config.device[i], name) == 0) {
			return true;
		}
	}
	return false;
}

/* The best sink for an output, or NULL. */
static const struct pipewire_node *best_sink(struct audio *audio, int output)
{
	const struct pipewire_node *best = NULL;
	const struct pipewire_node *node;

	spa_list_for_each(node, &audio->nodes, entry)
	{
		/* what a session manager puts up where there is no device at all */
		if (strcmp(node->name, "auto_null") == 0 || node->name[0] == '\0' ||
		    is_taken(audio, output, node->name)) {
			continue;
		}
		if (!best || node->priority > best->priority) {
			best = node;
		}
	}
	return best;
}

static const struct pipewire_node *choose(struct audio *audio, int output)
{
	return pipewire_is_auto(audio->config.device[output]) ? best_sink(audio, output) : NULL;
}

static void on_timer(void *data)
{
	struct audio *audio = data;

	for (int i = 0; i < OUTPUTS; i++) {
		const struct pipewire_node *sink = choose(audio, i);

		if (sink) {
			memcpy(audio->config.device[i], sink->name, TEXT_BYTES);
			if (audio->events.device_found) {
				audio->events.device_found(audio->data, (enum output)i, sink->name);
			}
		}
	}
	pipewire_touch(audio);
}

int pipewire_auto_init(struct audio *audio)
{
	audio->auto_timer = loop_add_timer(audio->loop, on_timer, audio);
	return audio->auto_timer ? 0 : -ENOMEM;
}

void pipewire_auto_update(struct audio *audio)
{
	for (int i = 0; i < OUTPUTS; i++) {
		if (choose(audio, i)) {
			loop_arm_timer(audio->auto_timer, GATHER_MS, 0);
		}
	}
}

/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Through a JACK server: the amplifier's engine is one client, the player and recorder another, and
 * the signal goes through the server's graph from one to the other and back.
 */
#include <errno.h>
#include <jack/jack.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "live-ops.h"
#include "live.h"

#define SETTLE_MS 1200 /* the amplifier fades in for half a second */

struct jack {
	struct live *live;
	jack_client_t *bench, *amp;
	jack_port_t *play[2], *record[2]; /* the bench's */
	jack_port_t *in[2], *out[2];      /* the amplifier's */
	double rate_hz;
};

static int process_bench(jack_nframes_t frames, void *data)
{
	struct jack *jack = data;

	live_record(&jack->live->tape, jack_port_get_buffer(jack->record[0], frames),
		    jack_port_get_buffer(jack->record[1], frames), frames);
	live_play(&jack->live->tape, jack_port_get_buffer(jack->play[0], frames),
		  jack_port_get_buffer(jack->play[1], frames), frames);
	return 0;
}

static int process_amp(jack_nframes_t frames, void *data)
{
	struct jack *jack = data;
	struct engine_block block = {
		.frames = frames, .rate_hz = jack->rate_hz, .live_outputs = 1u << OUTPUT_HEADPHONE};

	for (int side = 0; side < 2; side++) {
		block.in[0][side] = jack_port_get_buffer(jack->in[side], frames);
		block.out[CHANNEL_HEADPHONE_LEFT + side] =
			jack_port_get_buffer(jack->out[side], frames);
	}
	engine_process(&jack->live->engine, &block);
	return 0;
}

static int on_xrun(void *data)
{
	struct jack *jack = data;

	atomic_fetch_add(&jack->live->tape.lost, 1);
	return 0;
}

static void jack_wait(struct live *live, unsigned int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void jack_destroy(struct live *live)
{
	struct jack *jack = live->back_end;

	if (jack && jack->bench) {
		jack_client_close(jack->bench);
	}
	if (jack && jack->amp) {
		jack_client_close(jack->amp);
	}
	free(jack);
}

static jack_port_t *add_port(jack_client_t *client, const char *name, unsigned long flags)
{
	return jack_port_register(client, name, JACK_DEFAULT_AUDIO_TYPE, flags, 0);
}

static int open_clients(struct jack *jack)
{
	static const char *const names[4][2] = {{"play_1", "play_2"},
						{"record_1", "record_2"},
						{"in_1", "in_2"},
						{"out_1", "out_2"}};

	jack->bench = jack_client_open("wiregain-bench", JackNoStartServer, NULL);
	jack->amp = jack->bench ? jack_client_open("wiregain", JackNoStartServer, NULL) : NULL;
	if (!jack->amp) {
		return -ECONNREFUSED;
	}
	for (int side = 0; side < 2; side++) {
		jack->play[side] = add_port(jack->bench, names[0][side], JackPortIsOutput);
		jack->record[side] = add_port(jack->bench, names[1][side], JackPortIsInput);
		jack->in[side] = add_port(jack->amp, names[2][side], JackPortIsInput);
		jack->out[side] = add_port(jack->amp, names[3][side], JackPortIsOutput);
		if (!jack->play[side] || !jack->record[side] || !jack->in[side] ||
		    !jack->out[side]) {
			return -ENOMEM;
		}
	}
	jack_set_process_callback(jack->bench, process_bench, jack);
	jack_set_process_callback(jack->amp, process_amp, jack);
	jack_set_xrun_callback(jack->bench, on_xrun, jack);
	jack->rate_hz = jack_get_sample_rate(jack->amp);
	return jack_activate(jack->amp) == 0 && jack_activate(jack->bench) == 0 ? 0 : -EIO;
}

static int connect_ports(struct jack *jack)
{
	int error = 0;

	for (int side = 0; side < 2; side++) {
		error |= jack_connect(jack->bench, jack_port_name(jack->play[side]),
				      jack_port_name(jack->in[side]));
		error |= jack_connect(jack->bench, jack_port_name(jack->out[side]),
				      jack_port_name(jack->record[side]));
	}
	return error == 0 ? 0 : -EIO;
}

static void be_silent(const char *text)
{
}

int live_jack_open(struct dut **ret_dut, struct refusal *ret_refusal)
{
	static const struct live_ops ops = {jack_wait, jack_destroy};
	struct jack *jack = calloc(1, sizeof(*jack));
	struct live *live = NULL;
	int error = jack ? live_create("jack", &ops, &live) : -ENOMEM;

	if (error < 0) {
		free(jack);
		return refuse(ret_refusal, "%s", strerror(ENOMEM)), error;
	}
	jack_set_error_function(be_silent);
	jack_set_info_function(be_silent);
	jack->live = live;
	live->back_end = jack;
	error = open_clients(jack);
	error = error == 0 ? connect_ports(jack) : error;
	if (error < 0) {
		refuse(ret_refusal, "jack: %s",
		       error == -ECONNREFUSED ? "no JACK server runs: start one, for instance "
						"`jackd -d dummy`"
					      : strerror(-error));
	} else {
		live->dut.rate_hz = jack->rate_hz;
		jack_wait(live, SETTLE_MS);
		error = live_find_signal(live, ret_refusal);
	}
	if (error < 0) {
		dut_destroy(&live->dut);
		return error;
	}
	*ret_dut = &live->dut;
	return 0;
}

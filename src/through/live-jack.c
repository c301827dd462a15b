/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Through a JACK server: player, amplifier and recorder are three clients, so that the server's
 * graph is a chain without a loop, and all of it is done in one cycle if the server does it so.
 */
#include <errno.h>
#include <jack/jack.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "live-ops.h"
#include "live.h"
#include "report.h"

#define MOST_FRAMES 8192 /* that the engine takes at once */

struct jack {
	struct live *live;
	jack_client_t *player, *amp, *recorder;
	jack_port_t *play[2], *in[2], *out[2], *record[2];
	struct live_clock clocks[3];
	double rate_hz;
	bool freewheel;
};

/* Audio thread of the client: its blocks follow one another. */
static void follow(struct jack *jack, jack_client_t *client, int which, jack_nframes_t frames)
{
	live_follow(&jack->live->tape, &jack->clocks[which], jack_last_frame_time(client), frames);
}

static int process_player(jack_nframes_t frames, void *data)
{
	struct jack *jack = data;

	follow(jack, jack->player, 0, frames);
	live_play(&jack->live->tape, jack_port_get_buffer(jack->play[0], frames),
		  jack_port_get_buffer(jack->play[1], frames), frames);
	return 0;
}

static int process_amp(jack_nframes_t frames, void *data)
{
	struct jack *jack = data;
	struct engine_block block = {
		.frames = frames, .rate_hz = jack->rate_hz, .live_outputs = 1u << OUTPUT_HEADPHONE};

	follow(jack, jack->amp, 1, frames);
	for (int side = 0; side < 2; side++) {
		block.in[0][side] = jack_port_get_buffer(jack->in[side], frames);
		block.out[CHANNEL_HEADPHONE_LEFT + side] =
			jack_port_get_buffer(jack->out[side], frames);
	}
	engine_process(&jack->live->engine, &block);
	return 0;
}

static int process_recorder(jack_nframes_t frames, void *data)
{
	struct jack *jack = data;

	follow(jack, jack->recorder, 2, frames);
	live_record(&jack->live->tape, jack_port_get_buffer(jack->record[0], frames),
		    jack_port_get_buffer(jack->record[1], frames), frames);
	return 0;
}

static int on_xrun(void *data)
{
	struct jack *jack = data;

	atomic_fetch_add(&jack->live->tape.lost, 1);
	return 0;
}

static void on_shutdown(void *data)
{
	struct jack *jack = data;

	atomic_store(&jack->live->tape.gone, true);
}

static void jack_wait(struct live *live, unsigned int ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

static void close_client(jack_client_t *client)
{
	if (client) {
		jack_client_close(client);
	}
}

/* The server cannot come back from freewheeling with clients that are gone: that ends first. */
static void jack_destroy(struct live *live)
{
	struct jack *jack = live->back_end;

	if (!jack) {
		return;
	}
	if (jack->freewheel && !atomic_load(&live->tape.gone)) {
		jack_set_freewheel(jack->player, 0);
	}
	close_client(jack->recorder);
	close_client(jack->amp);
	close_client(jack->player);
	free(jack);
}

/* What the server tells the player of its way to the recorder; how busy it is. */
static void jack_tell(struct live *live, struct report *report)
{
	struct jack *jack = live->back_end;
	jack_latency_range_t told = {0, 0};
	struct figure load = {.name = "server.load",
			      .title = "Load, as the server sees it",
			      .unit = "%",
			      .residual = NAN,
			      .uncertainty = NAN,
			      .sense = FIGURE_PLAIN};

	jack_port_get_latency_range(jack->play[0], JackPlaybackLatency, &told);
	live_tell_latency(live, told.max, report);
	if (!jack->freewheel) {
		load.value = (double)jack_cpu_load(jack->amp);
		snprintf(load.conditions, sizeof(load.conditions),
			 "share of a period that all clients take; %.150s", live->dut.about);
		report_add(report, &load);
	}
}

static int open_client(const char *name, JackProcessCallback process, struct jack *jack,
		       jack_client_t **ret_client)
{
	jack_client_t *client = jack_client_open(name, JackNoStartServer, NULL);

	if (!client) {
		return -ECONNREFUSED;
	}
	*ret_client = client;
	jack_set_process_callback(client, process, jack);
	jack_on_shutdown(client, on_shutdown, jack);
	return 0;
}

static int open_clients(struct jack *jack)
{
	int error = open_client("wiregain-player", process_player, jack, &jack->player);

	if (error == 0) {
		error = open_client("wiregain", process_amp, jack, &jack->amp);
	}
	if (error == 0) {
		error = open_client("wiregain-recorder", process_recorder, jack, &jack->recorder);
	}
	if (error == 0) {
		jack_set_xrun_callback(jack->recorder, on_xrun, jack);
		jack->rate_hz = jack_get_sample_rate(jack->amp);
	}
	return error;
}

static int add_ports(jack_client_t *client, const char *name, unsigned long flags,
		     jack_port_t *ret_ports[2])
{
	char names[2][16];

	for (int side = 0; side < 2; side++) {
		snprintf(names[side], sizeof(names[side]), "%.12s_%d", name, side + 1);
		ret_ports[side] =
			jack_port_register(client, names[side], JACK_DEFAULT_AUDIO_TYPE, flags, 0);
		if (!ret_ports[side]) {
			return -ENOMEM;
		}
	}
	return 0;
}

static int open_ports(struct jack *jack)
{
	int error = add_ports(jack->player, "play", JackPortIsOutput, jack->play);

	error = error == 0 ? add_ports(jack->amp, "in", JackPortIsInput, jack->in) : error;
	error = error == 0 ? add_ports(jack->amp, "out", JackPortIsOutput, jack->out) : error;
	error = error == 0 ? add_ports(jack->recorder, "record", JackPortIsInput, jack->record)
			   : error;
	if (error == 0 && (jack_activate(jack->player) != 0 || jack_activate(jack->amp) != 0 ||
			   jack_activate(jack->recorder) != 0)) {
		error = -EIO;
	}
	return error;
}

static int connect_ports(struct jack *jack)
{
	int error = 0;

	for (int side = 0; side < 2; side++) {
		error |= jack_connect(jack->player, jack_port_name(jack->play[side]),
				      jack_port_name(jack->in[side]));
		error |= jack_connect(jack->amp, jack_port_name(jack->out[side]),
				      jack_port_name(jack->record[side]));
	}
	return error == 0 ? 0 : -EIO;
}

static int set_freewheel(struct jack *jack, struct refusal *ret_refusal)
{
	if (jack_set_freewheel(jack->player, 1) != 0) {
		refuse(ret_refusal,
		       "jack: the server does not freewheel now: try again once whoever "
		       "exports something has done so, or measure without --freewheel");
		return -EBUSY;
	}
	jack->freewheel = true;
	jack->live->dut.flags |= DUT_FAST;
	return 0;
}

static int start(struct jack *jack, bool freewheel, struct refusal *ret_refusal)
{
	struct live *live = jack->live;
	jack_nframes_t frames;
	bool realtime;
	int error = open_clients(jack);

	if (error < 0) {
		refuse(ret_refusal,
		       "jack: no JACK server runs: start one, for instance `jackd -d dummy`");
		return error;
	}
	frames = jack_get_buffer_size(jack->amp);
	if (frames > MOST_FRAMES) {
		refuse(ret_refusal, "jack: a period of %u frames: no more than %d can be measured",
		       frames, MOST_FRAMES);
		return -EINVAL;
	}
	error = open_ports(jack);
	error = error == 0 ? connect_ports(jack) : error;
	if (error < 0) {
		return refuse(ret_refusal, "jack: %s", strerror(-error)), error;
	}
	realtime = jack_is_realtime(jack->amp);
	error = freewheel ? set_freewheel(jack, ret_refusal) : 0;
	live->dut.rate_hz = jack->rate_hz;
	snprintf(live->dut.about, sizeof(live->dut.about),
		 "JACK %.40s, %.0f Hz, %u frames a period%s", jack_get_version_string(),
		 jack->rate_hz, frames,
		 freewheel  ? ", freewheeling"
		 : realtime ? ", real-time priority"
			    : ", no real-time priority");
	return error == 0 ? live_find_signal(live, ret_refusal) : error;
}

static void be_silent(const char *text)
{
}

int live_jack_open(const struct through_config *config, struct dut **ret_dut,
		   struct refusal *ret_refusal)
{
	static const struct live_ops ops = {
		.wait = jack_wait, .destroy = jack_destroy, .tell = jack_tell};
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
	live->dut.stop = config->stop;
	live->back_end = jack;
	live->dut.flags |= DUT_BITS;
	error = start(jack, config->freewheel, ret_refusal);
	if (error < 0) {
		dut_destroy(&live->dut);
		return error;
	}
	*ret_dut = &live->dut;
	return 0;
}

/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * All of this runs on PipeWire's audio thread: no allocation, no lock, no system call but the
 * trigger, which is PipeWire's own way to go on within the cycle.
 */
#include "pipewire-process.h"

#include <stdatomic.h>
#include <string.h>

#include "realtime.h"

/*
 * How many cycles the graph ran without us since the one before. After a pause the position
 * starts anew or jumps far: nothing was lost then.
 */
static unsigned int missed_cycles(const struct spa_io_clock *before, const struct spa_io_clock *now)
{
	uint64_t missed;

	if (before->id != now->id || before->duration != now->duration || now->duration == 0 ||
	    before->rate.denom != now->rate.denom || now->position <= before->position) {
		return 0;
	}
	missed = (now->position - before->position) / now->duration - 1;
	return missed * now->duration > now->rate.denom ? 0 : (unsigned int)missed;
}

static void begin_cycle(struct graph *graph, const struct spa_io_clock *clock)
{
	if (graph->arrived && !graph->done) {
		graph->lost_blocks++;
	}
	graph->lost_blocks += missed_cycles(&graph->clock, clock);
	graph->expected = graph->arrived;
	graph->arrived = 0;
	graph->done = false;
	graph->clock = *clock;
}

/* It begins to go, and reached its device up to now without a break. */
static bool begins_to_go(unsigned int before, unsigned int now)
{
	return before % REACHES == REACH_LIVE && now % REACHES == REACH_GOING &&
	       now / REACHES == before / REACHES + 1;
}

/* Which outputs reach their device, and did in the cycle before, without a break between. */
static void look_at_outputs(struct graph *graph, struct engine_block *block)
{
	for (unsigned int i = 0; i < OUTPUTS; i++) {
		struct graph_output *output = &graph->outputs[i];
		unsigned int reach = atomic_load_explicit(&output->reach, memory_order_acquire);
		unsigned int before = output->seen_reach;

		if (reach % REACHES != REACH_NONE &&
		    (reach == before || begins_to_go(before, reach))) {
			block->live_outputs |= 1u << i;
		}
		if (reach % REACHES == REACH_GOING) {
			block->leaving_outputs |= 1u << i;
		}
		output->seen_reach = reach;
	}
}

/* Who wants to take links away waits for this. */
static void tell_ended(struct graph *graph)
{
	for (unsigned int i = 0; i < OUTPUTS; i++) {
		struct graph_output *output = &graph->outputs[i];

		if (output->seen_reach % REACHES == REACH_GOING &&
		    engine_output_silent(graph->engine, (enum output)i)) {
			atomic_store_explicit(&output->ended, output->seen_reach,
					      memory_order_release);
		}
	}
}

static void run_engine(struct graph *graph)
{
	struct engine_block block = {
		.frames = (unsigned int)graph->clock.duration,
		.rate_hz = graph->clock.rate.denom,
		.lost_blocks = graph->lost_blocks,
	};

	look_at_outputs(graph, &block);
	for (unsigned int i = 0; i < INPUTS; i++) {
		const struct graph_input *input = &graph->inputs[i];

		if ((graph->arrived & 1u << i) && !input->empty) {
			block.in[i][0] = input->samples[0];
			block.in[i][1] = input->samples[1];
		}
	}
	for (unsigned int channel = 0; channel < CHANNELS; channel++) {
		block.out[channel] = graph->samples[channel];
	}
	engine_process(graph->engine, &block);
	tell_ended(graph);
	graph->lost_blocks = 0;
}

static void finish_cycle(struct graph *graph)
{
	bool usable = graph->clock.duration > 0 && graph->clock.duration <= GRAPH_FRAMES &&
		      graph->clock.rate.denom > 0;

	graph->done = true;
	if (usable) {
		run_engine(graph);
	}
	for (unsigned int i = 0; i < OUTPUTS; i++) {
		graph->outputs[i].fresh = usable;
		if (graph->outputs[i].stream) {
			/* PipeWire looks at the clock there, for its statistics */
			realtime_end();
			pw_stream_trigger_process(graph->outputs[i].stream);
			realtime_begin();
		}
	}
}

/* Copies what is there of one side, zeros for the rest. */
static void copy_side(float *to, const struct spa_data *data, unsigned int frames)
{
	uint32_t offset = SPA_MIN(data->chunk->offset, data->maxsize);
	uint32_t bytes = SPA_MIN(data->chunk->size, data->maxsize - offset);
	unsigned int there = SPA_MIN(bytes / (uint32_t)sizeof(float), frames);

	memcpy(to, SPA_PTROFF(data->data, offset, void), there * sizeof(float));
	memset(to + there, 0, (frames - there) * sizeof(float));
}

/*
 * Takes the samples out of a buffer, which may be gone before the cycle's last input comes: the
 * main thread may end this stream at any moment.
 */
static void take_samples(struct graph_input *input, const struct spa_buffer *buffer,
			 unsigned int frames)
{
	input->empty = true;
	if (buffer->n_datas < 2) {
		return;
	}
	for (unsigned int side = 0; side < 2; side++) {
		const struct spa_data *data = &buffer->datas[side];

		if (!data->data || data->chunk->size == 0) {
			return;
		}
		if (!SPA_FLAG_IS_SET(data->chunk->flags, SPA_CHUNK_FLAG_EMPTY)) {
			input->empty = false;
		}
	}
	for (unsigned int side = 0; side < 2 && !input->empty; side++) {
		copy_side(input->samples[side], &buffer->datas[side], frames);
	}
}

/* The newest buffer; older ones go back unread. */
static struct pw_buffer *newest_buffer(struct pw_stream *stream)
{
	struct pw_buffer *newest = NULL;
	struct pw_buffer *buffer;

	while ((buffer = pw_stream_dequeue_buffer(stream))) {
		if (newest) {
			pw_stream_queue_buffer(stream, newest);
		}
		newest = buffer;
	}
	return newest;
}

/* The engine runs once all are there that are waited for. */
static void finish_when_complete(struct graph *graph)
{
	unsigned int wanted = graph->expected ? graph->expected : graph->arrived;

	if (!graph->done && graph->arrived && (graph->arrived & wanted) == wanted) {
		finish_cycle(graph);
	}
}

static void process_input(struct graph_input *input)
{
	struct graph *graph = input->graph;
	struct pw_buffer *buffer = newest_buffer(input->stream);

	if (!buffer) {
		return;
	}
	if (!input->position) {
		pw_stream_queue_buffer(input->stream, buffer);
		return;
	}
	if (graph->clock.nsec != input->position->clock.nsec) {
		begin_cycle(graph, &input->position->clock);
	}
	take_samples(input, buffer->buffer,
		     (unsigned int)SPA_MIN(graph->clock.duration, (uint64_t)GRAPH_FRAMES));
	/* at once: held back until the cycle's end, it would cost this stream every second cycle */
	pw_stream_queue_buffer(input->stream, buffer);

	graph->arrived |= 1u << input->number;
	finish_when_complete(graph);
}

static void fill(struct spa_data *data, const float *samples, unsigned int frames)
{
	unsigned int room = SPA_MIN(data->maxsize / (uint32_t)sizeof(float), frames);

	if (samples) {
		memcpy(data->data, samples, room * sizeof(float));
	} else {
		memset(data->data, 0, room * sizeof(float));
	}
	data->chunk->offset = 0;
	data->chunk->stride = sizeof(float);
	data->chunk->size = room * (uint32_t)sizeof(float);
	data->chunk->flags = 0;
}

static void process_output(struct graph_output *output)
{
	struct graph *graph = output->graph;
	struct pw_buffer *buffer;

	if (!output->stream) {
		return;
	}
	buffer = pw_stream_dequeue_buffer(output->stream);
	if (!buffer) {
		return;
	}
	for (unsigned int i = 0; i < buffer->buffer->n_datas; i++) {
		struct spa_data *data = &buffer->buffer->datas[i];

		if (data->data) {
			fill(data,
			     output->fresh && i < output->channels
				     ? graph->samples[output->first_channel + i]
				     : NULL,
			     (unsigned int)SPA_MIN(graph->clock.duration, (uint64_t)GRAPH_FRAMES));
		}
	}
	output->fresh = false;
	pw_stream_queue_buffer(output->stream, buffer);
}

void graph_drop_input(struct graph_input *input)
{
	struct graph *graph = input->graph;

	realtime_begin();
	input->position = NULL;
	graph->expected &= ~(1u << input->number);
	graph->arrived &= ~(1u << input->number);
	finish_when_complete(graph);
	realtime_end();
}

void graph_input_process(void *graph_input)
{
	realtime_begin();
	process_input(graph_input);
	realtime_end();
}

void graph_output_process(void *graph_output)
{
	realtime_begin();
	process_output(graph_output);
	realtime_end();
}

/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Several renders at once, on as many threads as there are cores, watched by the main thread.
 */
#ifndef WIREGAIN_RENDER_JOBS_H
#define WIREGAIN_RENDER_JOBS_H

#include "render.h"

#define RENDER_JOBS_MOST 64 /* that may be asked for at once */

/* One file's render and what came of it. */
struct render_task {
	struct render_job job;
	struct render_result result;
	struct refusal refusal;
	char *out_path; /* owned; job.out */
	int error;      /* 0, or a negative errno with the reason in `refusal` */
};

/*
 * Runs all tasks on `threads` threads; with `progress`, draws a bar on standard error. Stops all
 * when SIGINT or SIGTERM comes. False then.
 */
bool render_tasks_run(struct render_task *tasks, unsigned int count, unsigned int threads,
		      bool progress);

#endif

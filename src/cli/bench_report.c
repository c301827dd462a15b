/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Files of a report.
 */
#include "bench_report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

static int fail(char reason[240], const char *path, int error)
{
	snprintf(reason, 240, "%.160s: the report cannot be written: %s", path, strerror(-error));
	return error;
}

int bench_report_prepare(const char *folder, char ret_reason[240])
{
	int error = file_make_folders(folder, 0777);

	if (error == 0 && access(folder, W_OK | X_OK) != 0) {
		error = -errno;
	}
	return error < 0 ? fail(ret_reason, folder, error) : 0;
}

static int write_html(const struct report *report, FILE *to)
{
	report_write_html(report, to);
	return 0;
}

static int write_file(const char *folder, const char *name, const struct report *report,
		      int (*write)(const struct report *report, FILE *to), char ret_reason[240])
{
	struct file_beside beside;
	char *path;
	FILE *file;
	int error;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		return -ENOMEM;
	}
	error = file_beside_open(&beside, path);
	if (error == 0) {
		file = fdopen(beside.fd, "w");
		error = file ? write(report, file) : -errno;
		if (file && (fflush(file) != 0 || ferror(file)) && error == 0) {
			error = -EIO;
		}
		if (error == 0) {
			error = file_beside_commit(&beside, false);
		} else {
			file_beside_abandon(&beside);
		}
		if (file) {
			fclose(file);
		}
	}
	if (error < 0) {
		fail(ret_reason, path, error);
	}
	free(path);
	return error;
}

int bench_report_write(const char *folder, const struct report *report, char ret_reason[240])
{
	int error = bench_report_prepare(folder, ret_reason);

	if (error == 0) {
		error = write_file(folder, "report.json", report, report_write_json, ret_reason);
	}
	if (error == 0) {
		error = write_file(folder, "report.html", report, write_html, ret_reason);
	}
	return error;
}

/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * A fuzzer without libFuzzer: gives it every file of a folder, in the order of their names, and
 * nothing at all. For any compiler and sanitizer, and for coverage.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 0 or a negative errno. */
static int replay_file(const char *path)
{
	FILE *file = fopen(path, "re");
	static uint8_t bytes[1 << 20];
	uint8_t *copy;
	size_t size;

	if (!file) {
		return -errno;
	}
	size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	/* Of its very size, so that a sanitizer sees what is read behind it. */
	copy = malloc(size);
	if (!copy && size > 0) {
		return -ENOMEM;
	}
	if (size > 0) {
		memcpy(copy, bytes, size);
	}
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
	return 0;
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	int count = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1;
	int files = 0, failed = 0;

	if (count < 0) {
		fprintf(stderr, "replay: give a folder of inputs\n");
		return 2;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 0; i < count; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
		if (entries[i]->d_name[0] != '.') {
			int error = replay_file(path);

			files++;
			failed += error < 0;
			if (error < 0) {
				fprintf(stderr, "%s: %s\n", path, strerror(-error));
			}
		}
		free(entries[i]);
	}
	free(entries);
	printf("%d inputs replayed\n", files);
	return failed > 0 || files == 0;
}

/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Frames on a panel's WebSocket. An input is lines, and each a frame: its first character is the
 * first byte of the frame, moved by one: 'A' + opcode for the last of a message, 'a' + opcode for
 * one that goes on, anything else as it is. It is masked, with a mask of zeros; a line that begins
 * with '!' goes out as it stands. Up to an empty line all go out at once. An input that begins with
 * '~' is given some time at its end.
 */
#include <string.h>

#include "amplifier.h"

#define HEAD_MAX 14

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char upgrade[] = "GET /api/live HTTP/1.1\r\n"
			      "Host: 127.0.0.1:8730\r\n"
			      "Connection: Upgrade\r\n"
			      "Upgrade: websocket\r\n"
			      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			      "Sec-WebSocket-Version: 13\r\n\r\n";

static uint8_t first_byte(uint8_t letter)
{
	if (letter >= 'A' && letter < 'A' + 16) {
		return (uint8_t)(0x80 | (letter - 'A'));
	}
	if (letter >= 'a' && letter < 'a' + 16) {
		return (uint8_t)(letter - 'a');
	}
	return letter;
}

/* What goes out at once. */
static uint8_t sent[2 * 65536];
static size_t sent_length;

static void add_frame(const uint8_t *line, size_t length)
{
	uint8_t *frame = sent + sent_length;
	size_t head = 2, payload = length - 1;

	if (sent_length + HEAD_MAX + length > sizeof(sent)) {
		return;
	}
	if (line[0] == '!') {
		memcpy(frame, line + 1, payload);
		sent_length += payload;
		return;
	}
	frame[0] = first_byte(line[0]);
	if (payload < 126) {
		frame[1] = (uint8_t)(0x80 | payload);
	} else {
		frame[1] = 0x80 | 126;
		frame[2] = (uint8_t)(payload >> 8);
		frame[3] = (uint8_t)payload;
		head = 4;
	}
	memset(frame + head, 0, 4);
	memcpy(frame + head + 4, line + 1, payload);
	sent_length += head + 4 + payload;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = fuzz_panel_connect();
	bool open = fuzz_panel_send(fd, upgrade, strlen(upgrade));
	bool waits = size > 0 && data[0] == '~';

	sent_length = 0;
	while (size > 0 && open) {
		const uint8_t *end = memchr(data, '\n', size < 65535 ? size : 65535);
		size_t length = end ? (size_t)(end - data) : size < 65535 ? size : 65535;

		if (length > 0) {
			add_frame(data, length);
		} else {
			open = fuzz_panel_send(fd, sent, sent_length);
			sent_length = 0;
		}
		length += end != NULL;
		data += length;
		size -= length;
	}
	if (open && fuzz_panel_send(fd, sent, sent_length) && waits) {
		fuzz_panel_wait(fd);
	}
	fuzz_panel_close(fd);
	return 0;
}

/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * The log: one line each, to standard error or to whom the program names. Any thread but the
 * audio thread may write to it.
 */
#ifndef WIREGAIN_LOG_H
#define WIREGAIN_LOG_H

enum log_level {
	LOG_ERROR,
	LOG_WARNING,
	LOG_NOTICE,
	LOG_DEBUG,
};

/* The least important level that is still written; LOG_NOTICE at start. */
void log_set_level(enum log_level level);

/* Writes one line; `format` as printf's, without a line end. */
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_write(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_notice(...)  log_write(LOG_NOTICE, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_DEBUG, __VA_ARGS__)

#endif

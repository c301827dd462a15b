/* SPDX-FileCopyrightText: 2026 The Wiregain authors
 * SPDX-License-Identifier: MIT
 *
 * Marks of what runs on the audio thread: no allocation, no lock, no log, no file, no wait between
 * realtime_begin() and realtime_end(). The marks cost nothing, except in the build that proves it
 * (-Drealtime_check=true): there a library stands between the program and the C library and
 * looks at every call that one of these could be.
 */
#ifndef WIREGAIN_REALTIME_H
#define WIREGAIN_REALTIME_H

#ifdef WIREGAIN_REALTIME_CHECK

void realtime_begin(void);
void realtime_end(void);

#else

static inline void realtime_begin(void)
{
}

static inline void realtime_end(void)
{
}

#endif

#endif

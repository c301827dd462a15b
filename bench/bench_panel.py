#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What the panel's server costs, and how soon each panel sees what another has changed.

usage: bench_panel.py WIREGAIN. Ends with 1 when a limit is passed."""

import pathlib
import select
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test/surface"))
from panel_client import PanelPlace  # noqa: E402

PANELS = 50
SECONDS = 10
MOST_PERCENT = 3.0
MOST_MIB = 20.0
MOST_MS = 50.0
CHANGES = 200


class Bench(PanelPlace):
    def cpu_seconds(self, every_thread=False):
        """Of the main thread: the audio thread has its own benchmark. Or of all of them."""
        pid = self.amplifier.process.pid
        tasks = pathlib.Path(f"/proc/{pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0])
                   for task in (tasks.iterdir() if every_thread else [tasks / str(pid)])) / 1e9

    def percent(self, sockets, every_thread=False):
        """Of a core, while what comes is read; and how many bytes a second that were."""
        cpu, started = self.cpu_seconds(every_thread), time.monotonic()
        got = self.drain(sockets, SECONDS)
        seconds = time.monotonic() - started
        return 100 * (self.cpu_seconds(every_thread) - cpu) / seconds, got / seconds

    def drain(self, sockets, seconds):
        """Reads what comes, unlooked at; returns how many bytes."""
        poll, total = select.epoll(), 0
        files = {item.fileno(): item for item in sockets}
        for number in files:
            poll.register(number, select.EPOLLIN)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for number, _ in poll.poll(left):
                total += len(files[number].recv(65536))
        poll.close()
        return total

    def runTest(self):
        before_kib = self.rss_kib()
        self.drain([], 2)
        alone, _ = self.percent([])
        webs = [self.web() for _ in range(PANELS)]
        sockets = [web.socket for web in webs]
        self.drain(sockets, 2)
        with_panels, rate = self.percent(sockets)
        percent = with_panels - alone
        mib = self.rss_kib() / 1024
        print(f"{PANELS} panels, 30 readings a second: {percent:.2f} % of a core "
              f"(and {alone:.2f} % without any), {mib:.1f} MiB resident "
              f"({(self.rss_kib() - before_kib) / 1024:.1f} more), {rate / 1e6:.2f} MB/s")
        self.goniometer(webs)
        for web in webs:
            web.close()

        times = self.delays()
        print(f"a change seen by another panel: median {statistics.median(times):.2f} ms, "
              f"99 % {sorted(times)[int(len(times) * 0.99)]:.2f} ms; limits: "
              f"{MOST_PERCENT} %, {MOST_MIB} MiB, {MOST_MS} ms")
        self.assertLess(percent, MOST_PERCENT)
        self.assertLess((self.rss_kib() - before_kib) / 1024, MOST_MIB)
        self.assertLess(statistics.median(times), MOST_MS)

    def goniometer(self, webs):
        """One of them draws one, by turns without and with it."""
        sockets, without, with_it = [web.socket for web in webs], [], []
        for _ in range(3):
            without.append(self.percent(sockets, True)[0])
            webs[0].send({"scope": "headphone"})
            with_it.append(self.percent(sockets, True)[0])
            webs[0].send({"scope": None})
        print(f"one of them with a goniometer: {statistics.mean(with_it):.2f} % of a core in all "
              f"threads, {statistics.mean(without):.2f} % without (which was "
              f"{min(without):.2f} to {max(without):.2f} %)")

    def delays(self):
        """Two panels and the local socket, each in turn the one that changes; milliseconds."""
        first, second, client = self.web(), self.web(), self.client()
        times = []
        for number in range(CHANGES):
            level = -60 - number % 40 / 2
            started = time.monotonic()
            if number % 3 == 2:
                client.send({"set": {"line.level": level}})
                others = (first, second)
            else:
                one, other = (first, second) if number % 3 else (second, first)
                one.send({"set": {"line.level": level}})
                others = (other,)
            for other in others:
                other.until(lambda got: got.get("set", {}).get("line.level") == level and "rev" in got)
                times.append(1000 * (time.monotonic() - started))
            if number % 3 == 2:
                client.receive()
        return times


if __name__ == "__main__":
    import unittest
    result = unittest.TextTestRunner(verbosity=0).run(unittest.TestSuite([Bench()]))
    sys.exit(0 if result.wasSuccessful() else 1)

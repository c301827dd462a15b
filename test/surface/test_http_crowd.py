#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The panel's server among many, and among those who mean no good: nobody else notices."""

import json
import random
import select
import socket
import threading
import time
import unittest

from panel_client import PATIENCE_S, TEXT, Closed, PanelPlace, Refused, frame

CLIENTS = 200
PONG = 10
NONSENSE = 100_000


class Panels(threading.Thread):
    """Many that read what they are told, and look only for what is waited for."""

    def __init__(self, webs):
        super().__init__(daemon=True)
        self.tails = {web.socket.fileno(): b"" for web in webs}
        self.webs = {web.socket.fileno(): web for web in webs}
        self.wanted, self.lack, self.over = None, set(), threading.Event()
        self.lock = threading.Condition()
        self.start()

    def run(self):
        with select.epoll() as poll:
            for number in self.webs:
                poll.register(number, select.EPOLLIN)
            signed = time.monotonic()
            while not self.over.is_set():
                for number, _ in poll.poll(0.1):
                    self.look(number, self.webs[number].socket.recv(65536))
                # The amplifier hangs up on a panel without a sign of life for 35 s.
                if time.monotonic() - signed > 5:
                    signed = time.monotonic()
                    for web in self.webs.values():
                        web.raw(frame(PONG, b""))

    def look(self, number, data):
        with self.lock:
            if not data:
                return  # it lacks what it was to see
            text = self.tails[number] + data
            self.tails[number] = text[-64:]
            if self.wanted and self.wanted in text:
                self.lack.discard(number)
                self.lock.notify()

    def look_for(self, text):
        """From now on: what they have been told is soon followed by readings."""
        with self.lock:
            self.wanted, self.lack = text, set(self.webs)

    def wait(self):
        """Until every one of them has been told that."""
        with self.lock:
            if not self.lock.wait_for(lambda: not self.lack, PATIENCE_S):
                raise AssertionError(f"{len(self.lack)} panels were not told {self.wanted}")

    def stop(self):
        self.over.set()
        self.join()


class Crowd(PanelPlace):
    level = -100

    def setUp(self):
        super().setUp()
        self.stop_slowly = threading.Event()
        self.addCleanup(self.stop_slowly.set)

    def answers(self, web):
        """Whether somebody is still served as ever: a change of another is told, and one's own."""
        self.level = -100 if self.level == -50 else self.level + 0.5
        level = self.level
        client = self.client()
        self.assertEqual(client.ask({"set": {"line.level": level}}), {"set": {"line.level": level}})
        client.close()
        web.until(lambda got: got.get("set", {}).get("line.level") == level)
        self.assertEqual(web.ask({"get": ["line.level"]}), {"set": {"line.level": level}})

    def test_two_hundred_clients(self):
        webs = [self.web() for _ in range(CLIENTS)]
        for web in webs:
            web.send({"readings": 0})
            web.receive()
        self.good("set", "headphone.level=-77")
        for web in webs:
            web.until(lambda got: got.get("set", {}).get("headphone.level") == -77)
        for web in webs:
            web.close()
        self.wait_for(lambda: self.connections() < 20, "they are not let go of")
        self.answers(self.web())

    def connections(self):
        with open("/proc/net/tcp") as lines:
            fields = [line.split() for line in lines]
        return sum(field[1].endswith(f":{self.port:04X}") and field[3] == "01" for field in fields)

    def test_more_than_there_is_room_for(self):
        webs, refused = [], 0
        for _ in range(270):
            try:
                webs.append(self.web())
            except (Refused, Closed, OSError):
                refused += 1
        self.assertEqual(len(webs), 256)
        self.assertEqual(refused, 14)
        self.assertEqual(self.client().ask({"get": ["dim"]}), {"set": {"dim": False}})
        webs.pop().close()
        self.wait_for(self.can_connect, "no room after one has left")

    def test_strangers_shut_out_nobody(self):
        """However many they are, and whatever address they come from."""
        def crowd(sources, each):
            served, self.kept = [], []
            for source in sources:
                served.append(0)
                for _ in range(each):
                    self.kept.append(socket.socket())
                    self.kept[-1].settimeout(PATIENCE_S)
                    self.kept[-1].bind((source, 0))
                    self.kept[-1].connect(("127.0.0.1", self.port))
                    self.kept[-1].sendall(f"GET /app.js HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                                          "If-None-Match: x\r\n\r\n".encode())
                    served[-1] += b" 200 " in self.kept[-1].recv(100)
            return served

        web = self.web()
        web.receive()
        self.assertEqual(self.as_nobody(lambda: crowd(["127.0.0.1"], 40)), [16])
        others = [f"127.0.0.{number}" for number in range(2, 12)]
        self.assertEqual(self.as_nobody(lambda: crowd(others, 20)), [16, 16, 16] + 7 * [0])
        self.answers(web)
        for _ in range(180):
            self.web().receive()
        self.answers(web)

    def can_connect(self):
        try:
            self.web().close()
            return True
        except (Refused, Closed, OSError):
            return False

    def test_one_that_never_reads(self):
        lazy = self.web(small=True)
        lazy.send({"scope": "input"})
        web = self.web()
        web.send({"readings": 0})
        before = self.rss_kib()
        client = self.client()
        level = 0
        for number in range(3000):
            level = -100 + number % 2
            client.ask({"set": {"line.level": level, "input.1.name": f"name {number}"}})
        web.until(lambda got: got.get("set", {}).get("input.1.name") == "name 2999")
        self.assert_no_growth(before)
        # It lost readings, and at last it is told what has changed.
        lazy.until(lambda got: got.get("set", {}).get("input.1.name") == "name 2999")

    def test_one_that_asks_and_never_reads(self):
        lazy, web = self.web(small=True), self.web()
        before = self.rss_kib()
        lazy.socket.settimeout(0.5)
        ask = frame(TEXT, json.dumps({"get": []}).encode()) * 20
        try:
            for _ in range(100_000):
                lazy.raw(ask)
        except TimeoutError:
            pass  # it is not read from any more
        else:
            self.fail("two million answers went somewhere")
        self.answers(web)
        self.assert_no_growth(before)

    def test_a_byte_a_second(self):
        """Twelve seconds are enough for what comes in one byte a second to be hung up on."""
        host = f"Host: 127.0.0.1:{self.port}\r\n"
        slow = {
            "a header": b"GET /api/state HTTP/1.1\r\n" + host.encode() + b"X: " + b"y" * 500,
            "a body": b"PATCH /api/state HTTP/1.1\r\n" + host.encode() +
                      b"Content-Length: 500\r\n\r\n" + b" " * 500,
            "nothing": b"",
        }
        head = {"a body": len(slow["a body"]) - 500}
        connections = {name: socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)
                       for name in slow}
        pieces = self.web()
        pieces.receive()
        web = self.web()
        started = time.monotonic()
        for name, connection in connections.items():
            self.addCleanup(connection.close)
            connection.sendall(slow[name][:head.get(name, 0)])
        at, gone = 0, set()
        while len(gone) < 4:
            self.assertLess(time.monotonic() - started, PATIENCE_S, gone)
            for name, connection in connections.items():
                if name not in gone and self.hung_up(connection, slow[name][
                        head.get(name, 0) + at:head.get(name, 0) + at + 1]):
                    gone.add(name)
            if "pieces" not in gone and self.hung_up(pieces.socket, frame(
                    TEXT if at == 0 else 0, b" ", final=False)):
                gone.add("pieces")
            self.answers(web)
            at += 1
            time.sleep(1)

    def hung_up(self, connection, byte):
        try:
            connection.sendall(byte)
            connection.setblocking(False)
            while True:
                if not connection.recv(65536):
                    return True
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            connection.settimeout(PATIENCE_S)

    def test_everybody_at_once(self):
        """Two hundred panels, one that never reads, one that sends a byte a second, and two that
        pour nonsense; and one who only wants to turn the level."""
        self.refused = self.closed = 0
        # A slow server hangs up on panels that this process is too busy to read for.
        nonsense = NONSENSE // 10 if self.is_sanitized() else NONSENSE
        panels = Panels([self.web() for _ in range(CLIENTS)])
        self.addCleanup(panels.stop)
        lazy, web = self.web(small=True), self.web()
        slow = threading.Thread(target=self.send_slowly)
        self.pour_nonsense(nonsense // 10)
        self.answers(web)
        before = self.rss_kib()
        pourers = [threading.Thread(target=self.pour_nonsense, args=(nonsense // 2,))
                   for _ in range(2)]
        for thread in (slow, *pourers):
            thread.start()
        while any(pourer.is_alive() for pourer in pourers):
            self.answers(web)
        after = self.rss_kib()
        self.stop_slowly.set()
        slow.join()
        panels.look_for(b'"line.level":-77')
        self.good("set", "line.level=-77")
        panels.wait()
        # It lost readings, and at last it is told what has changed.
        lazy.until(lambda got: got.get("set", {}).get("line.level") == -77)
        self.assert_no_growth(before)
        self.assertEqual(self.client().ask({"get": ["dim"]}), {"set": {"dim": False}})
        self.assertGreater(self.refused, nonsense // 50)
        self.assertGreater(self.closed, nonsense // 50)
        print(f"figure: beside {CLIENTS} panels: {self.refused} refused with an answer, "
              f"{self.closed} connections closed, {after - before} KiB more")

    def send_slowly(self):
        """A byte a second, again and again."""
        while not self.stop_slowly.is_set():
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as connection:
                for byte in b"GET / HTTP/1.1\r\nHost: ":
                    if self.stop_slowly.wait(1) or self.hung_up(connection, bytes([byte])):
                        break

    def pour_nonsense(self, count):
        """So many messages of which none is a request, on as many connections as it takes."""
        pick = random.Random(count)
        kinds = [frame(TEXT, b"{"), frame(TEXT, b"\xff\xfe"), frame(TEXT, b"[" * 2000),
                 frame(TEXT, b'{"set":{"dim":tru'), frame(TEXT, b"{}"), frame(2, b"\0" * 50),
                 frame(TEXT, b"null"), frame(TEXT, b'{"set":1,"do":2}'),
                 frame(TEXT, b"x", length=1 << 20), frame(TEXT, b" " * 66000), frame(7, b""),
                 frame(TEXT, b"", masked=False), frame(0, b"no beginning")]
        while count > 0:
            try:
                web = self.web()
            except (Refused, Closed, OSError):
                continue
            try:
                some = pick.choices(kinds, [9, 9, 3, 9, 9, 1, 9, 9, 1, 0.3, 1, 1, 1], k=32)
                count -= len(some)
                web.raw(b"".join(some))
                web.socket.shutdown(socket.SHUT_WR)
                while True:
                    self.refused += "error" in web.receive()
            except (Closed, OSError):
                self.closed += 1
            finally:
                web.close()


if __name__ == "__main__":
    unittest.main()

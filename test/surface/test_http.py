#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The panel's server as panels meet it: files, the protocol over HTTP and WebSocket, and who is let
in."""

import array
import base64
import gzip
import json
import os
import pathlib
import random
import signal
import socket
import struct
import threading
import time
import unittest
import zlib

from panel_client import (BINARY, CLOSE, CONTINUE, TEXT, Closed, PanelPlace, PATIENCE_S, Refused, frame)

DIST = pathlib.Path(__file__).resolve().parents[2] / "panel/dist"


class Files(PanelPlace):
    def test_every_file_as_it_stands(self):
        names = ["/" + path.relative_to(DIST).as_posix() for path in DIST.rglob("*")
                 if path.is_file()]
        for name in ["/"] + names:
            path = DIST / ("index.html" if name == "/" else name[1:])
            status, headers, plain = self.http("GET", name)
            self.assertEqual((status, plain), (200, path.read_bytes()), name)
            self.assertNotIn("Content-Encoding", headers)
            never = self.http("GET", name, headers={"Accept-Encoding": "gzip;q=0"})
            self.assertEqual((never[2], never[1].get("Content-Encoding")), (plain, None))
            status, headers, packed = self.http("GET", name, headers={"Accept-Encoding": "br, gzip"})
            if path.suffix in (".html", ".js", ".css", ".svg"):
                self.assertEqual(headers.get("Content-Encoding"), "gzip", name)
            if headers.get("Content-Encoding") == "gzip":
                self.assertLess(len(packed), len(plain))
                packed = gzip.decompress(packed)
            self.assertEqual(packed, plain)
            again = self.http("GET", name, headers={"If-None-Match": headers["ETag"]})
            self.assertEqual((again[0], again[2]), (304, b""))

    def test_headers_of_safety(self):
        for path in ("/", "/api/state", "/nowhere", "/logo"):
            _, headers, _ = self.http("GET", path)
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertNotIn("Access-Control-Allow-Origin", headers)
            self.assertNotIn("Server", headers)

    def test_what_is_not_there(self):
        for path in ("/nowhere", "/../etc/passwd", "/%2e%2e/etc/passwd", "/index.html/",
                     "/api", "/api/", "/api/nowhere"):
            self.assertIn(self.http("GET", path)[0], (400, 403, 404), path)
        self.assertEqual(self.http("HEAD", "/")[2], b"")
        for method in ("POST", "OPTIONS", "DELETE"):
            self.assertIn(self.http(method, "/")[0], (400, 403, 405), method)


class Requests(PanelPlace):
    def test_controls_are_those_of_the_command_line(self):
        status, _, got = self.http("GET", "/api/controls")
        self.assertEqual(status, 200)
        self.assertEqual(got["controls"], json.loads(self.good("controls", "--json")))

    def test_state(self):
        status, _, got = self.http("GET", "/api/state")
        self.assertEqual((status, got["set"]["headphone.level"]), (200, -40.0))
        self.assertNotIn("meter.input.left.peak", got["set"])
        status, _, got = self.http("PATCH", "/api/state", {"headphone.level": -50, "dim": True})
        self.assertEqual((status, got), (200, {"set": {"headphone.level": -50.0, "dim": True}}))
        self.assertEqual(self.good("get", "headphone.level").strip(), "-50.0")
        status, _, got = self.http("PATCH", "/api/state", {"headphone.level": -50.3})
        self.assertEqual((status, got["error"]["path"]), (400, "headphone.level"))
        for body, reason in ((b"", "send an object of JSON"), (b"[]", "send an object of JSON"),
                             (b"null", "not JSON: '[' or '{' expected"), (b"{", "not JSON: string or '}'"),
                             (b'{"dim":true,"dim":false}', "not JSON: duplicate object key"),
                             (b"\xff", "not JSON: unable to decode byte 0xff")):
            status, _, got = self.http("PATCH", "/api/state", body)
            self.assertEqual(status, 400, body)
            self.assertIn(reason, got["error"]["reason"])
            self.assertEqual("at byte" in got["error"]["reason"], reason.startswith("not JSON"))
        self.assertEqual(self.http("POST", "/api/state", {"dim": False})[0], 405)

    def test_do(self):
        self.http("PATCH", "/api/state", {"dim": True})
        status, _, got = self.http("POST", "/api/do/system.reset")
        self.assertEqual((status, got), (200, {"done": "system.reset"}))
        self.assertEqual(self.good("get", "dim").strip(), "off")
        self.assertEqual(self.http("POST", "/api/do/system.rest")[0], 404)
        self.assertEqual(self.http("POST", "/api/do/dim")[0], 400)
        self.assertEqual(self.http("GET", "/api/do/system.reset")[0], 405)

    def test_too_long(self):
        self.assertEqual(self.http("PATCH", "/api/state", b" " * 65537)[0], 413)
        self.assertEqual(self.http("PUT", "/api/logo", b" " * 262145)[0], 413)

    def test_one_connection_for_many_requests(self):
        host = f"Host: 127.0.0.1:{self.port}\r\n"
        one = f"GET /api/state HTTP/1.1\r\n{host}\r\n"
        with socket.create_connection(("127.0.0.1", self.port), 30) as connection:
            for _ in range(20):
                connection.sendall(one.encode())
                got = b""
                while b"system.version" not in got or not got.endswith(b"}}"):
                    got += connection.recv(65536)
                self.assertTrue(got.startswith(b"HTTP/1.1 200"))

    def test_requests_without_waiting_for_answers(self):
        """Wherever the packets are cut, nobody else waits, and what is answered has been done. The answer
        to the first may be lost when the amplifier hangs up on what it does not read."""
        host = f"Host: 127.0.0.1:{self.port}\r\n"
        get = f"GET /api/state HTTP/1.1\r\n{host}\r\n".encode()
        nothing = f"POST /api/do/meter.reset HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\n".encode()
        change = f"PATCH /api/state HTTP/1.1\r\n{host}Content-Length: 12\r\n\r\n".encode() + b'{"dim":true}'
        unfinished = change.replace(b": 12", b": 2000")
        for all_of_them in ([change, change], [change, get, change], [get, change], [get, unfinished],
                            [nothing, change], [nothing, get, unfinished], [change, unfinished]):
            sent = b"".join(all_of_them)
            first = len(all_of_them[0])
            for cut in (1, first - 5, first, first + 1, first + 30, len(sent) - 3, len(sent)):
                self.good("set", "dim=off")
                with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as connection:
                    connection.sendall(sent[:cut])
                    self.good("get", "dim")  # what was sent has been read
                    got = b""
                    try:
                        connection.sendall(sent[cut:])
                        connection.shutdown(socket.SHUT_WR)
                        while piece := connection.recv(65536):
                            got += piece
                    except OSError:
                        pass  # it hung up on the rest
                self.assertIn(got[:12], (b"", b"HTTP/1.1 200"), (all_of_them, cut))
                if got and all_of_them[0] == change:
                    self.assertEqual(self.good("get", "dim").strip(), "on", (all_of_them, cut))

    def test_one_that_sends_and_never_reads(self):
        """Requests without end whose answers nobody takes hold up nobody else."""
        one = (f"PATCH /api/state HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: 13\r\n\r\n"
               '{"di": false}').encode()
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as connection:
            connection.setblocking(False)
            sent, closed = 0, False
            while not closed and sent < 30_000_000:
                try:
                    sent += connection.send(one * 500)
                except BlockingIOError:
                    break
                except OSError:
                    closed = True
            self.good("get", "dim")
        self.good("get", "dim")

    def test_requests_that_can_be_read_in_two_ways(self):
        host = f"Host: 127.0.0.1:{self.port}\r\n"
        hidden = "PATCH /api/state HTTP/1.1\r\n" + host + "Content-Length: 12\r\n\r\n{\"dim\":true}"
        for lines in ("Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n",
                      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                      "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: +5\r\n",
                      "Content-Length: -5\r\n", "Content-Length: 0x5\r\n",
                      "Content-Length: 5, 5\r\n", "Content-Length: 99999999999999999999\r\n"):
            got = self.bytes(f"POST /api/do/nothing HTTP/1.1\r\n{host}{lines}\r\n0\r\n\r\n{hidden}"
                             .encode(), shut=True)
            self.assertNotIn(b" 200 ", got, lines)
        for raw in (b"\r\n\r\n", b"\0" * 5000, b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                    b"GET  HTTP/1.1\r\n" + host.encode() + b"\r\n",
                    b"GET / HTTP/1.1\r\n" + host.encode() * 2 + b"\r\n",
                    b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + host.encode() + b"\r\n",
                    b"GET / HTTP/1.1\r\n" + host.encode() + b"X: " + b"y" * 20000 + b"\r\n\r\n",
                    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
                    b"GET / HTTP/1.1\r\n" + host.encode() + b"Connection: Upgrade, HTTP2-Settings\r\n"
                    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"):
            self.assertNotIn(b" 200 ", self.bytes(raw, shut=True), raw[:40])
        self.assertEqual(self.good("get", "dim").strip(), "off")

    def test_another_name_another_page(self):
        port = self.port
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}",
                     f"127.0.0.1.evil.example:{port}", f"localhost:{port}x", f"1.2.3.4:{port}",
                     f"[::2]:{port}", ""):
            for path in ("/", "/api/state"):
                self.assertIn(self.http("GET", path, headers={"Host": host})[0], (400, 403), host)
            with self.assertRaises((Refused, Closed)):
                self.web(host=host or " ")
        for origin in ("http://evil.example", f"http://evil.example:{port}", "null",
                       f"https://127.0.0.1:{port}", f"http://localhost:{port}",
                       f"http://127.0.0.1:{port}@evil.example", f"http://127.0.0.1:{port}0"):
            headers = {"Origin": origin}
            self.assertEqual(self.http("GET", "/api/state", headers=headers)[0], 403, origin)
            self.assertEqual(self.http("PATCH", "/api/state", {"dim": True}, headers)[0], 403)
            with self.assertRaises(Refused) as refused:
                self.web(headers=headers)
            self.assertEqual(refused.exception.status, 403)
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
            headers = {"Host": host, "Origin": f"http://{host}"}
            self.assertEqual(self.http("GET", "/api/state", headers=headers)[0], 200, host)
        self.assertEqual(self.good("get", "dim").strip(), "off")


class Live(PanelPlace):
    def test_state_once_then_changes(self):
        web = self.web()
        web.send({"readings": 0})
        first = web.receive()
        self.assertEqual(first["set"]["headphone.level"], -40.0)
        self.assertNotIn("meter.input.left.peak", first["set"])
        state = self.http("GET", "/api/state")[2]
        self.assertEqual(first["set"], state["set"])
        self.good("set", "headphone.level=-33.5")
        change = web.until(lambda got: "headphone.level" in got.get("set", {}))
        self.assertEqual(change["set"]["headphone.level"], -33.5)
        self.assertGreater(change["rev"], first["rev"])
        self.assertLess(len(change["set"]), 10)

    def test_requests_and_refusals(self):
        web = self.web()
        for ask, answer in (
                ({"set": {"headphone.level": -20}}, {"set": {"headphone.level": -20.0}}),
                ({"step": {"headphone.level": -3}}, {"set": {"headphone.level": -21.5}}),
                ({"do": "system.reset"}, {"done": "system.reset"}),
                ({"get": ["dim"]}, {"set": {"dim": False}}),
                ({"sync": True}, {"sync": True})):
            self.assertEqual(web.ask(ask), answer)
        scopes, rates = "give input, headphone, line or null", "give a number a second, 0 to 60"
        shape = "a request is an object with one member"
        for ask, path, reason in (
                ({"set": {"headphone.level": -20.2}}, "headphone.level", "is not a multiple of 0.5 dB"),
                ({"set": {"headphone.lvl": -20}}, "headphone.lvl", "did you mean headphone.level?"),
                ({"set": {"headphone.gain": -20}}, "headphone.gain", "is a reading: it cannot be changed"),
                ({"set": 1}, "", "give an object of paths"), ({"set": {}}, "", "give an object of paths"),
                ({"get": 1}, "", "give a list of paths"), ({"watch": 1}, "", "give a list of paths"),
                ({"step": {"dim": 0.5}}, "dim", "a number of steps is a whole number"),
                ({"do": "dim"}, "dim", "is not an action"), ({"import": 1}, "", "not a file of"),
                ({"readings": 61}, "", rates), ({"readings": -1}, "", rates), ({"x": 1}, "", "there is no request x"),
                ({"scope": "sub"}, "", scopes), ({"scope": ""}, "", scopes), ({"scope": 1}, "", scopes),
                ({"scope": ["input"]}, "", scopes), ({"scope": False}, "", scopes),
                ({"unlock": True}, "", "only the amplifier's owner"), ({}, "", shape), ([], "", shape),
                ({"get": ["dim"], "do": "x"}, "", shape)):
            error = web.ask(ask)["error"]
            self.assertEqual(error["path"], path, ask)
            self.assertIn(reason, error["reason"], ask)

    def test_several_requests_in_one_packet(self):
        web = self.web()
        web.send({"readings": 0})
        web.until(lambda got: "rev" in got)
        # Without readings nothing else makes the amplifier turn to this connection again. It stops
        # reading while four answers wait.
        for number in (2, 3, 4, 5, 20):
            paths = [f"input.{at % 5 + 1}.trim" for at in range(number)]
            web.raw(b"".join(frame(TEXT, json.dumps({"get": [path]}).encode()) for path in paths))
            for path in paths:
                self.assertEqual(web.until(lambda got: "set" in got and "rev" not in got), {"set": {path: 0.0}})

    def test_each_reads_at_its_own_rate(self):
        rates = (2, 50, 60)
        webs = [self.web() for _ in rates]
        for web, rate in zip(webs, rates):
            web.send({"readings": rate})
            web.until(lambda got: "readings" in got)
        started = time.monotonic()
        for _ in range(90):
            webs[2].until(lambda got: "readings" in got)
        seconds = time.monotonic() - started
        counts = []
        for web in webs[:2]:
            web.send({"get": ["dim"]})
            count, got = 0, None
            while got != {"set": {"dim": False}}:
                got = web.receive()
                count += "readings" in got
            counts.append(count)
        self.assertLessEqual(counts[0], 2 * seconds + 2)
        # A busy machine takes from both alike: 75 are due while the fastest gets 90.
        self.assertGreater(counts[1], 60)
        self.assertLessEqual(counts[1], 50 * seconds + 5)

    def test_without_the_subprotocol(self):
        self.assertIn("set", self.web(protocol=None).receive())

    def test_readings_at_the_rate_asked_for(self):
        web = self.web()
        for rate in (30, 60, 10):
            web.send({"readings": rate})
            for _ in range(10):
                web.until(lambda got: "readings" in got)
            count, started = 0, time.monotonic()
            while time.monotonic() < started + 1:
                count += "readings" in web.receive()
            # A busy machine may lose some; there are never more.
            self.assertLessEqual(count, rate * 1.1 + 2)
            self.assertGreaterEqual(count, rate * 0.5)
        # Sound may stand still for a moment on a busy machine; what comes then has no moment.
        message = web.until(lambda got: "at" in got)
        table = self.http("GET", "/api/controls")[2]["controls"]
        self.assertEqual(set(message["readings"]), {row["path"] for row in table if row.get("meter")})
        self.assertTrue(all(isinstance(value, (int, float))
                            for value in message["readings"].values()))
        # Its moment in the sound's own time, of which a busy machine may lose some.
        started = time.monotonic()
        while time.monotonic() < started + 1:
            later = web.until(lambda got: "at" in got)
        self.assertGreater(later["at"] - message["at"], 0.2)
        self.assertLess(later["at"] - message["at"], time.monotonic() - started + 0.2)
        web.send({"readings": 0})
        self.assertEqual(web.ask({"get": ["dim"]}), {"set": {"dim": False}})
        web.send({"set": {"dim": True}})
        self.assertNotIn("readings", web.receive())

    def picture(self, web, point):
        """The next one of a point: its runs' number, its peak, its pairs."""
        got = web.until(lambda got: got.get("scope", {}).get("pairs")
                        and got["scope"]["point"] == point)
        self.assertIn("readings", got)
        sides = array.array("b", base64.b64decode(got["scope"]["pairs"], validate=True))
        return got["scope"]["run"], got["scope"]["peak"], list(zip(sides[::2], sides[1::2]))

    def test_pictures_for_those_who_ask(self):
        web, other = self.web(), self.web()
        self.assertNotIn("scope", web.until(lambda got: "at" in got))
        self.good("set", "monitor.mode=mono", "headphone.level=0")
        web.send({"scope": "input"})
        other.send({"scope": "headphone"})
        first, _, _ = self.picture(web, "input")
        run = first
        while run == first:  # On a busy machine a picture is sent again before there is a newer one.
            run, peak, pairs = self.picture(web, "input")
        self.assertGreater(run, first)
        self.assertLessEqual(len(pairs), 256)
        self.assertEqual(len(pairs) % 32, 0)
        self.assertEqual(max(max(abs(side) for side in pair) for pair in pairs), 127)
        self.assertTrue(-60 < peak <= 0, peak)
        # What left for the headphones is mono, once the mode has been faded in.
        while True:
            _, _, pairs = self.picture(other, "headphone")
            if len(pairs) == 256 and all(left == right for left, right in pairs):
                break
        # A refused wish changes nothing; null ends it, for oneself alone.
        web.send({"scope": "sub"})
        web.until(lambda got: "error" in got)
        self.picture(web, "input")
        web.send({"scope": None})
        self.assertEqual(web.ask({"get": ["dim"]}), {"set": {"dim": False}})
        web.until(lambda got: "readings" in got and "scope" not in got)
        for _ in range(5):
            self.assertNotIn("scope", web.until(lambda got: "readings" in got))
        self.picture(other, "headphone")

    def test_messages_in_pieces(self):
        web = self.web()
        web.send({"readings": 0})
        message = json.dumps({"set": {"headphone.level": -12.5}}).encode()
        web.raw(frame(TEXT, message[:5], final=False))
        web.raw(frame(CONTINUE, message[5:9], final=False) + frame(9, b"are you there"))
        web.raw(frame(CONTINUE, message[9:]))
        answer = web.until(lambda got: "rev" not in got and "readings" not in got)
        self.assertEqual(answer, {"set": {"headphone.level": -12.5}})
        data = frame(TEXT, message.replace(b"-12.5", b"-13.5"))
        for at in range(len(data)):
            web.raw(data[at:at + 1])
        answer = web.until(lambda got: "rev" not in got and "readings" not in got)
        self.assertEqual(answer, {"set": {"headphone.level": -13.5}})
        padded = b'{"get":["dim"]' + b" " * 65000 + b"}"
        web.raw(frame(TEXT, padded))
        self.assertEqual(web.until(lambda got: "rev" not in got), {"set": {"dim": False}})

    def closed_by(self, data):
        web = self.web()
        try:
            web.raw(data)
            while True:
                web.receive()
        except Closed as closed:
            return closed.status
        except (BrokenPipeError, ConnectionResetError):
            return None

    def test_what_closes_it(self):
        self.assertEqual(self.closed_by(frame(TEXT, b" " * 65537)), 1009)
        self.assertEqual(self.closed_by(frame(TEXT, b"x", length=2 ** 40)), 1009)
        pieces = frame(TEXT, b" " * 40000, final=False) + frame(CONTINUE, b" " * 40000)
        self.assertEqual(self.closed_by(pieces), 1009)
        self.assertEqual(self.closed_by(frame(BINARY, b"{}")), 1003)
        self.assertEqual(self.closed_by(frame(TEXT, b"nonsense") * 40), 1008)
        # Where the frames make no sense libwebsockets hangs up by itself, with a word or without.
        self.assertIn(self.closed_by(frame(3, b"reserved")), (1002, None))
        self.assertEqual(self.closed_by(frame(CLOSE, b"\x03\xe8")), 1000)
        self.assertEqual(self.good("get", "dim").strip(), "off")


class Door(PanelPlace):
    def pair(self, code, name="tablet"):
        return self.http("POST", "/api/pair", {"code": code, "name": name}, {"Host": self.far})

    def test_pairing(self):
        far = {"Host": self.far}
        self.assertEqual(self.http("GET", "/", headers=far)[0], 200)
        for method, path in (("GET", "/api/state"), ("PATCH", "/api/state"), ("GET", "/api/tokens"),
                             ("GET", "/api/controls"), ("POST", "/api/do/system.reset"),
                             ("PUT", "/api/logo"), ("POST", "/api/lock"), ("GET", "/api/nowhere")):
            status, _, got = self.http(method, path, {"dim": True} if method != "GET" else None, far)
            self.assertEqual((status, got["error"]["path"], got["error"]["code"], got["error"]["args"]),
                             (401, "system.pairing", "pair_first", {}), path)
        with self.assertRaises(Refused) as refused:
            self.web(host=self.far)
        self.assertEqual((refused.exception.status, refused.exception.body["error"]["path"]),
                         (401, "system.pairing"))

        code = self.pairing_code()
        self.assertRegex(code, "^[0-9]{6}$")
        status, headers, got = self.pair(code)
        self.assertEqual(status, 200)
        token = got["token"]
        self.assertRegex(token, "^[0-9a-f]{64}$")
        for part in (f"wiregain_token={token}", "HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(part, headers["Set-Cookie"])
        self.assertNotEqual(self.pairing_code(), code)

        cookie = dict(far, Cookie=f"theme=x; wiregain_token={token}")
        bearer = dict(far, Authorization=f"Bearer {token}")
        for carries in (cookie, bearer):
            status, _, got = self.http("GET", "/api/state", headers=carries)
            self.assertEqual(status, 200)
            self.assertNotIn("system.pairing", got["set"])
        web = self.web(host=self.far, headers={"Cookie": cookie["Cookie"]})
        self.assertNotIn("system.pairing", web.receive()["set"])
        self.assertEqual(web.ask({"get": ["system.pairing"]}), {"set": {}})
        self.assertIn("system.pairing", self.web().receive()["set"])
        for wrong in (token[:-1], token + "0", token[:-1] + "x", "", token.upper()):
            headers = dict(far, Cookie=f"wiregain_token={wrong}")
            self.assertEqual(self.http("GET", "/api/state", headers=headers)[0], 401, wrong)

        # It outlives the amplifier, and is kept as nothing that lets anybody in.
        self.amplifier.stop()
        self.assertNotIn(token.encode(), self.store.read_bytes())
        self.start_panel()
        far = {"Host": self.far}
        cookie = dict(far, Cookie=f"wiregain_token={token}")
        status, _, got = self.http("GET", "/api/tokens", headers=cookie)
        self.assertEqual([(row["name"], row["own"]) for row in got["tokens"]], [("tablet", True)])

        # Revoked, it is an old one: at once, and for who is in.
        web = self.web(host=self.far, headers={"Cookie": cookie["Cookie"]})
        web.receive()
        status, _, _ = self.http("DELETE", f"/api/tokens/{got['tokens'][0]['id']}")
        self.assertEqual(status, 200)
        with self.assertRaises(Closed):
            while True:
                web.receive()
        self.assertEqual(self.http("GET", "/api/state", headers=cookie)[0], 401)
        with self.assertRaises(Refused):
            self.web(host=self.far, headers={"Cookie": cookie["Cookie"]})
        self.assertEqual(self.http("DELETE", "/api/tokens/1")[0], 404)

    def test_another_user_of_this_machine_is_as_far_as_anybody(self):
        def ask():
            status, _, got = self.http("PATCH", "/api/state", {"dim": True})
            return (status, got["error"]["code"], self.http("GET", "/api/state")[0],
                    self.http("GET", "/")[0])

        self.assertEqual(self.as_nobody(ask), [401, "pair_first", 401, 200])
        self.assertEqual(self.http("GET", "/api/state")[0], 200)
        code = self.pairing_code()

        def pair():
            name = {"Host": f"127.0.0.1:{self.port}"}
            _, _, got = self.http("POST", "/api/pair", {"code": code, "name": "other user"}, name)
            name["Authorization"] = f"Bearer {got['token']}"
            status, _, got = self.http("GET", "/api/state", headers=name)
            return status, "system.pairing" in got["set"]

        self.assertEqual(self.as_nobody(pair), [200, False])

    def test_whose_user_has_left_is_nobody_s(self):
        """Of an orphan older kernels say that it is root's, and the answer goes to nobody anyway."""
        def ask():
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as connection:
                connection.sendall(f"PATCH /api/state HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                                   "Content-Length: 12\r\n\r\n{\"dim\":true}".encode())

        os.kill(self.amplifier.process.pid, signal.SIGSTOP)
        try:
            for _ in range(3):
                self.as_nobody(ask)
        finally:
            os.kill(self.amplifier.process.pid, signal.SIGCONT)
        self.assertEqual(self.http("GET", "/api/state")[0], 200)
        self.assertEqual(self.good("get", "dim").strip(), "off")

    def test_wrong_codes(self):
        later, ahead = self.start_with_clock(), 0
        code = self.pairing_code()
        wrong = f"{(int(code) + 1) % 1000000:06}"
        for bad in ("", "12345", "1234567", "12345x", None, 5):
            self.assertEqual(self.pair(bad)[0], 400)
        for wait_s in (1, 2, 4, 8, None):
            status, _, got = self.pair(wrong)
            self.assertEqual((status, got["error"]["path"]), (403, "system.pairing"))
            if wait_s == 8:
                # The longest wait: a loaded machine does not sit it out between two requests.
                status, headers, _ = self.pair(wrong)
                self.assertEqual(status, 429)
                self.assertIn(int(headers["Retry-After"]), range(1, 9))
                self.assertEqual(self.pair(code)[0], 429, "the right one waits as well")
            if wait_s:
                ahead += wait_s
                self.put_clock(later, ahead)
        status, headers, _ = self.pair(code)
        self.assertEqual(status, 429)
        self.assertGreater(int(headers["Retry-After"]), 500)
        self.assertEqual(self.pairing_code(), code)

    def test_a_code_that_is_spent_is_not_shown_for_ever(self):
        """Nobody has a panel open: what the command line shows is what is taken."""
        later, ahead = self.start_with_clock(), 0
        for meanwhile in (False, True):
            code = self.pairing_code()
            for _ in range(5):
                self.assertEqual(self.pair(f"{(int(code) + 1) % 1000000:06}")[0], 403)
                ahead += 10
                self.put_clock(later, ahead)
            self.assertEqual(self.pair(code)[0], 429)
            ahead += 600
            self.put_clock(later, ahead)
            if meanwhile:
                # The first who comes then may be another stranger: he changes nothing unseen.
                self.assertIn(self.pair(code)[0], (200, 403))
            self.wait_for(lambda: self.pairing_code() != code, "the code stays")
            ahead += 60
            self.put_clock(later, ahead)
            self.assertEqual(self.pair(self.pairing_code())[0], 200)

    def start_with_clock(self):
        """Starts again, with a clock that put_clock() moves forward. Returns its file."""
        self.amplifier.stop()
        later = self.folder / "later"
        self.put_clock(later, 0)
        self.environment.update(LD_PRELOAD=os.environ["LATER"], LATER_FILE=str(later), ASAN_OPTIONS=(
            os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"))
        self.start_panel()
        return later

    def put_clock(self, path, seconds):
        with open(path, "r+b" if path.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))

    def test_lock(self):
        web = self.web()
        self.good("set", "headphone.level=-40", "line.level=-40")
        for pin in ("123", "123456789", "12a4", "", None, 1234):
            self.assertEqual(self.http("POST", "/api/lock", {"pin": pin})[0], 400, pin)
        status, _, got = self.http("POST", "/api/lock", {"pin": "2468"})
        self.assertEqual((status, got), (200, {"set": {"display.locked": True}}))
        web.until(lambda got: got.get("set", {}).get("display.locked") is True)
        for ask in ({"set": {"headphone.level": -41}}, {"step": {"line.level": -2}},
                    {"set": {"headphone.mute": True}}, {"set": {"headphone.mute": False}},
                    {"step": {"dim": 1}}, {"set": {"dim": False}}, {"get": ["dim"]},
                    {"set": {"headphone.level": -41}}):
            self.assertIn("set", web.ask(ask), ask)
        for ask in ({"set": {"headphone.level": -40.5}}, {"step": {"line.level": 1}},
                    {"set": {"line.level": -50, "input": "2"}}, {"do": "system.reset"},
                    {"import": {}}, {"set": {"display.brightness": 50}}):
            self.assertIn("locked", web.ask(ask)["error"]["reason"], ask)
            self.assertIn(web.ask(ask)["error"]["code"], ("locked", "locked_but_down"), ask)
        self.assertEqual(self.http("PATCH", "/api/state", {"input": "2"})[0], 403)
        self.assertEqual(self.http("PUT", "/api/logo", b"x")[0], 403)
        self.assertEqual(self.http("DELETE", "/api/logo")[0], 403)
        self.assertEqual(self.http("DELETE", "/api/tokens/1")[0], 403)
        self.assertEqual(self.good("get", "line.level").strip(), "-41.0")
        self.good("set", "input=2")  # its owner is not locked out

        self.amplifier.stop()
        self.start_panel()
        self.assertEqual(self.good("get", "display.locked").strip(), "on")
        self.assertEqual(self.http("POST", "/api/unlock", {"pin": "1111"})[0], 403)
        status, headers, _ = self.http("POST", "/api/unlock", {"pin": "2468"})
        self.assertEqual((status, headers["Retry-After"]), (429, "1"))
        self.wait_for(lambda: self.http("POST", "/api/unlock", {"pin": "2468"})[0] == 200, "locked")
        self.assertEqual(self.good("get", "display.locked").strip(), "off")
        self.assertEqual(self.http("POST", "/api/lock", {"pin": "1357"})[0], 403)
        self.wait_for(lambda: self.http("POST", "/api/lock", {"pin": "2468"})[0] == 200, "unlocked")
        self.good("panel", "--unlock")
        self.assertEqual(self.good("get", "display.locked").strip(), "off")
        self.assertEqual(self.http("POST", "/api/lock", {"pin": "1357"})[0], 200)

    def test_the_owner_forgets_the_pin_of_an_open_lock(self):
        for forget in (("panel", "--unlock"), ("reset", "--yes")):
            for action in ("lock", "unlock"):
                self.assertEqual(self.http("POST", f"/api/{action}", {"pin": "1234"})[0], 200)
            self.good(*forget)
            for action in ("lock", "unlock"):
                got = self.http("POST", f"/api/{action}", {"pin": "5678"})
                self.assertEqual(got[0], 200, (forget, action, got))
            self.good(*forget)

    def test_a_factory_reset_lets_in_nobody_of_before(self):
        """Neither now nor after the next start; the panel by which it was done is told so first."""
        _, _, got = self.pair(self.pairing_code())
        headers = {"Host": self.far, "Cookie": f"wiregain_token={got['token']}"}
        self.assertEqual(self.http("PUT", "/api/logo", b"<svg/>", headers)[0], 200)
        self.http("POST", "/api/lock", {"pin": "1234"}, headers)
        self.http("POST", "/api/unlock", {"pin": "1234"}, headers)
        code = self.pairing_code()
        cookie = {"Cookie": headers["Cookie"]}
        near, own, other = self.web(), *(self.web(host=self.far, headers=cookie) for _ in range(2))
        self.assertEqual(own.ask({"do": "system.reset"}), {"done": "system.reset"})
        for web in (own, other):
            with self.assertRaises(Closed) as closed:
                while True:
                    web.receive()
            self.assertEqual(closed.exception.status, 1008)
        near.until(lambda got: got.get("set", {}).get("display.logo") == "")
        self.assertEqual(self.http("GET", "/api/state", headers=headers)[0], 401)
        self.assertEqual(self.http("GET", "/logo")[0], 404)
        self.assertNotEqual(self.pairing_code(), code)
        self.amplifier.stop()
        self.start_panel()
        headers["Host"] = self.far
        self.assertEqual(self.http("GET", "/api/state", headers=headers)[0], 401)
        self.assertEqual(self.http("GET", "/api/tokens")[2], {"tokens": []})
        self.assertEqual(self.http("GET", "/logo")[0], 404)
        self.assertEqual(self.http("POST", "/api/lock", {"pin": "5678"})[0], 200)

    def test_logo(self):
        def chunk(kind, data):
            return struct.pack("!I", len(data)) + kind + data + struct.pack(
                "!I", zlib.crc32(kind + data))

        png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack("!IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
               + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4" fill="url(#a)"/></svg>'
        self.assertEqual(self.http("GET", "/logo")[0], 404)
        hashes = set()
        for data, kind in ((png, "image/png"), (svg, "image/svg+xml")):
            status, _, got = self.http("PUT", "/api/logo", data)
            self.assertEqual(status, 200, got)
            hashes.add(got["set"]["display.logo"])
            status, headers, back = self.http("GET", "/logo?" + got["set"]["display.logo"])
            self.assertEqual((status, headers["Content-Type"], back), (200, kind, data))
            self.assertIn("sandbox", headers["Content-Security-Policy"])
        self.assertEqual(len(hashes), 2)
        for bad in (b"", b"GIF89a", png[:-1], png + b"x", b"<svg><script>1</script></svg>",
                    b'<svg onload="x()"/>', b'<svg><image href="http://e/x.png"/></svg>',
                    b"<svg><foreignObject/></svg>", b"<svg>", b"<html/>"):
            status, _, got = self.http("PUT", "/api/logo", bad)
            self.assertEqual((status, got["error"]["path"]), (415, "display.logo"), bad)
        self.amplifier.stop()
        self.start_panel()
        self.assertEqual(self.http("GET", "/logo")[2], svg)
        status, _, got = self.http("DELETE", "/api/logo")
        self.assertEqual((status, got), (200, {"set": {"display.logo": ""}}))
        self.assertEqual(self.http("GET", "/logo")[0], 404)


class Together(PanelPlace):
    def test_a_thousand_mixed_changes_end_equal_everywhere(self):
        def changes(seed, send):
            pick = random.Random(seed)
            for _ in range(334):
                send(pick.choice((
                    {"set": {"headphone.level": pick.randrange(-240, 31) / 2}},
                    {"step": {"line.level": pick.randrange(-9, 10)}},
                    {"set": {"dim": pick.random() < 0.5, "input": pick.choice("12345")}},
                    {"step": {"headphone.mute": 1}}, {"set": {"input": "next"}},
                    {"set": {"line.balance": pick.randrange(-30, 31) / 2}})))

        webs, states = [self.web(), self.web()], [{}, {}]
        for web in webs:
            web.send({"readings": 0})
        threads = [threading.Thread(target=changes, args=(seed, web.send))
                   for seed, web in enumerate(webs)]
        for thread in threads:
            thread.start()
        changes(2, self.client().ask)
        for thread in threads:
            thread.join()
        # Each has had all of its own answered; then everybody has been told of a last one.
        answers = [0, 0]
        for i, web in enumerate(webs):
            while answers[i] < 334:
                got = web.receive()
                states[i].update(got["set"] if "rev" in got else {})
                answers[i] += "rev" not in got and "readings" not in got
        self.good("set", "system.name=the last")
        for i, web in enumerate(webs):
            while states[i].get("system.name") != "the last":
                got = web.receive()
                states[i].update(got["set"] if "rev" in got else {})
        final = self.client().ask({"get": []})["set"]
        moving = ("audio.", "protect.", "headphone.bit_exact", "line.bit_exact")
        for i in range(2):
            self.assertEqual({path: value for path, value in states[i].items()
                              if not path.startswith(moving)},
                             {path: value for path, value in final.items()
                              if not path.startswith(moving)})

    def test_a_port_that_is_taken(self):
        other = self.folder / "other"
        other.mkdir()
        second = self.run_second(other, f"127.0.0.1:{self.port}")
        self.assertIn("no panel", second.said())
        self.assertIn("--panel", second.said())

    def run_second(self, folder, address):
        import harness

        class Other:
            pass

        other = Other()
        other.folder, other.socket = folder, folder / "wiregain.sock"
        other.environment = dict(self.environment, XDG_RUNTIME_DIR=str(folder),
                                 XDG_STATE_HOME=str(folder))
        amplifier = harness.Amplifier(other, "--panel", address)
        self.addCleanup(amplifier.close)
        return amplifier.wait_ready()

    def test_wrong_addresses(self):
        for address in ("", "8730", "localhost", "localhost:", "localhost:99999", "::1:8730",
                        "localhost:80x", "no-such-host.invalid:8730"):
            said = self.bad(2, "run", "--audio", "null", "--socket", self.folder / "x.sock",
                            "--store", self.folder / "x.db", "--panel", address)
            self.assertIn("--panel", said)


if __name__ == "__main__":
    unittest.main()

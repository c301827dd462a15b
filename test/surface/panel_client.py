# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What the tests of the panel's door share: an amplifier with a panel, and clients of it that are
made of bytes, so that they can also say what no decent client says."""

import base64
import encodings.idna  # noqa: F401  as another user it may not be found when it is wanted
import hashlib
import http.client
import json
import os
import pathlib
import socket
import struct
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))
import harness  # noqa: E402

PATIENCE_S = harness.PATIENCE_S
CONTINUE, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Closed(Exception):
    """The other side hung up; with the status of its close frame, or None."""

    def __init__(self, status=None):
        super().__init__(status)
        self.status = status


class Refused(Exception):
    """The WebSocket was not opened."""

    def __init__(self, status, body):
        super().__init__(status, body)
        self.status, self.body = status, body


def frame(opcode, data, final=True, masked=True, length=None):
    """The bytes of a frame; `length` is what it says of itself, when that is a lie."""
    size = len(data) if length is None else length
    head = bytes([(0x80 if final else 0) | opcode])
    bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([bit | size])
    elif size < 65536:
        head += bytes([bit | 126]) + struct.pack("!H", size)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", size)
    if not masked:
        return head + data
    mask = os.urandom(4)
    pad = (mask * (len(data) // 4 + 1))[:len(data)]
    return head + mask + (int.from_bytes(data, "big") ^ int.from_bytes(pad, "big")).to_bytes(
        len(data), "big")


class WebSocket:
    """A WebSocket, with messages of JSON."""

    def __init__(self, port, path="/api/live", host=None, headers=None, protocol="wiregain",
                 small=False):
        self.socket = socket.socket()
        if small:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}",
                 "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}",
                 "Sec-WebSocket-Version: 13"]
        if protocol:
            lines.append(f"Sec-WebSocket-Protocol: {protocol}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        try:
            self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            self.shake(key)
        except BaseException:
            self.socket.close()
            raise

    def shake(self, key):
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        status = int(lines[0].split()[1])
        headers = {name.lower(): value.strip() for name, value in
                   (line.split(":", 1) for line in lines[1:])}
        if status != 101:
            length = int(headers.get("content-length", 0))
            while len(self.buffer) < length:
                self.fill()
            raise Refused(status, json.loads(self.buffer[:length]) if length else None)
        wanted = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        assert headers["sec-websocket-accept"] == base64.b64encode(wanted).decode()

    def fill(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            raise Closed() from None
        if not data:
            raise Closed()
        self.buffer += data

    def take(self, count):
        while len(self.buffer) < count:
            self.fill()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def receive_frame(self):
        first, second = self.take(2)
        assert not second & 0x80, "a server does not mask"
        size = second & 0x7f
        if size == 126:
            size, = struct.unpack("!H", self.take(2))
        elif size == 127:
            size, = struct.unpack("!Q", self.take(8))
        return first & 15, bool(first & 0x80), self.take(size)

    def receive(self):
        """The next message; pings are answered."""
        data = b""
        while True:
            opcode, final, part = self.receive_frame()
            if opcode == CLOSE:
                raise Closed(struct.unpack("!H", part[:2])[0] if len(part) >= 2 else None)
            if opcode == PING:
                self.raw(frame(PONG, part))
            elif opcode != PONG:
                data += part
                if final:
                    return json.loads(data)

    def raw(self, data):
        self.socket.sendall(data)

    def send(self, message):
        self.raw(frame(TEXT, json.dumps(message).encode()))

    def until(self, wanted):
        """The next message of which `wanted` is true."""
        while True:
            message = self.receive()
            if wanted(message):
                return message

    def ask(self, message):
        """Its own reply: neither a change nor readings."""
        self.send(message)
        return self.until(lambda got: "rev" not in got and "readings" not in got)

    def close(self):
        self.socket.close()


class PanelPlace(harness.Place):
    """A test with an amplifier that has a panel."""

    def start_panel(self, *words):
        self.amplifier = self.start("--panel", "127.0.0.1:0", *words)
        address = self.good("get", "system.panel").strip().split(" = ")[-1]
        self.port = int(address.rstrip("/").rsplit(":", 1)[1])
        self.far = f"{socket.gethostname()}:{self.port}"  # a name that is not loopback's

    def setUp(self):
        super().setUp()
        self.start_panel()

    def web(self, **words):
        client = WebSocket(self.port, **words)
        self.addCleanup(client.close)
        return client

    def http(self, method, path, body=None, headers=None):
        """Status, headers and body (of JSON when it says so)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body).encode()
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            data = answer.read()
            if answer.getheader("Content-Type") == "application/json":
                data = json.loads(data)
            return answer.status, dict(answer.getheaders()), data
        finally:
            connection.close()

    def bytes(self, data, shut=False):
        """What comes back for these bytes until it hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE_S) as connection:
            got = b""
            try:
                connection.sendall(data)
                if shut:
                    connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65536):
                    got += piece
            except OSError:
                pass  # it hung up
            return got

    def as_nobody(self, work):
        """What `work` gives in a process of another user of this machine, which stays until the end:
        something that JSON can hold."""
        if os.getuid() != 0:
            self.skipTest("only root can be somebody else")
        here, there = socket.socketpair()
        self.addCleanup(here.close)
        child = os.fork()
        if child == 0:
            try:
                here.close()
                os.setgroups([])
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)
                there.sendall(json.dumps(work()).encode() + b"\n")
                there.recv(1)
            except BaseException:  # pylint: disable=broad-except
                traceback.print_exc()
            finally:
                os._exit(0)
        there.close()
        self.addCleanup(os.waitpid, child, 0)
        self.addCleanup(here.close)
        here.settimeout(PATIENCE_S)
        return json.loads(here.makefile().readline())

    def rss_kib(self):
        with open(f"/proc/{self.amplifier.process.pid}/status") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def is_sanitized(self):
        with open(f"/proc/{self.amplifier.process.pid}/exe", "rb") as program:
            text = program.read()
        return b"__asan_init" in text or b"__tsan_init" in text

    def assert_no_growth(self, before_kib, most_kib=4096):
        """The allocator's own habits are allowed; a sanitizer keeps what was freed."""
        if not self.is_sanitized():
            self.assertLess(self.rss_kib() - before_kib, most_kib)

    def pairing_code(self):
        return self.good("get", "system.pairing").strip().split(" = ")[-1]

    def wait_for(self, wanted, what):
        deadline = time.monotonic() + PATIENCE_S
        while not wanted():
            if time.monotonic() > deadline:
                self.fail(what)
            time.sleep(0.01)

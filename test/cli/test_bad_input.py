#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""What is asked wrongly, and what is not as it should be: clear errors, nothing lost, nothing
loud."""

import os
import shutil
import socket
import sqlite3
import subprocess
import unittest

import harness


class AskedWrongly(harness.Place):
    def test_values(self):
        self.start()
        before = self.good("export")
        for words, said in (
                (("set", "headphone.level=-12.3"),
                 "wiregain set: headphone.level: -12.3 dB is not a multiple of 0.5 dB: "
                 "use -12.5 or -12.0"),
                (("set", "headphone.level=15.5"), "wiregain set: headphone.level: 15.5 dB is out "
                 "of range: use -122.0 to 15.0 dB, or mute"),
                (("set", "headphone.level=-122.5"), "out of range"),
                (("set", "headphone.level=loud"), "wiregain set: headphone.level: loud is not a "
                 "level: use a number of decibels, or mute"),
                (("set", "headphone.level="), "not a level"),
                (("set", "headphone.level=1e999"), "not a level"),
                (("set", "hedphone.level=-12"), "wiregain set: hedphone.level: there is no control "
                 "hedphone.level: did you mean headphone.level?"),
                (("set", "monitor.mode=momo"), "use stereo, mono, left, right, swap, side"),
                (("set", "dim=perhaps"), "use on or off"),
                (("set", "sub.lowpass_hz=39"), "use 40 to 200 Hz, or off"),
                (("set", "input.6.trim=0"), "no control"),
                (("set", "input.1.name="), "empty"),
                (("set", "input.1.name=" + 25 * "x"), "at most 24"),
                (("set", "audio.rate=44100"), "wiregain set: audio.rate: is a reading"),
                (("set", "system.reset=on"), "wiregain do"),
                (("set", "dim=on", "headphone.level=-12.3"), "use -12.5 or -12.0"),
                (("set", "dim=on", "line.level=99"), "wiregain set: line.level: "),
                (("get", "headphone.levle"), "did you mean headphone.level?"),
                (("get", "system.reset"), "action"),
                (("watch", "nothing"), "no control"),
                (("step", "headphone.level", "0.5"), "whole number"),
                (("step", "headphone.level", "99999999999999999999"), "whole number"),
                (("step", "headphone.level", "9999999"), "at most 100000"),
                (("step", "input.1.name", "1"), "wiregain set"),
                (("do", "headphone.level"), "not an action"),
                (("do", "system.rest"), "did you mean system.reset?")):
            self.assertIn(said, self.bad(2, *words))
        self.assertEqual(self.good("export"), before)

    def test_words(self):
        for words in (("set",), ("set", "headphone.level"), ("set", "=1"), ("step",),
                      ("step", "headphone.level"), ("step", "a", "1", "2"), ("do",),
                      ("do", "a", "b"), ("import",), ("import", "a", "b"), ("export", "a", "b"),
                      ("get", "--loud"), ("get", "-x"), ("get", "--socket"), ("controls", "x"),
                      ("version", "x"), ("help", "nothing"), ("completion",),
                      ("completion", "csh"), ("reset", "x"), ("run", "x"), ("stpe",), ("",), ()):
            self.bad(2, *words)
        self.assertIn("did you mean step?", self.bad(2, "stpe"))

    def test_bytes_that_are_no_text(self):
        self.start()
        for words in ((b"set", b"input.1.name=\xff"), (b"set", b"\xff=1"), (b"get", b"\xff"),
                      (b"step", b"\xff", b"1"), (b"do", b"\xff")):
            result = subprocess.run([harness.WIREGAIN.encode(), *words], env=self.environment,
                                    capture_output=True, timeout=harness.PATIENCE_S)
            self.assertIn(result.returncode, (1, 2))
            self.assertNotEqual(result.stderr, b"")

    def test_run(self):
        for words, said in (
                (("--audio", "tape"), "--audio tape"), (("--set", "dim"), "PATH=VALUE"),
                (("--set", "headphone.level=-12.3"), "use -12.5 or -12.0"),
                (("--set", "audio.rate=1"), "reading"), (("--set", "no.thing=1"), "no control"),
                (("--set", "input.1.enabled=off"), "select another first")):
            self.assertIn(said, self.bad(2, "run", "--audio", "null", *words))
        self.assertFalse(self.socket.exists())


class NoAmplifier(harness.Place):
    def test_nobody_there(self):
        for words in (("get", "power"), ("set", "dim=on"), ("step", "headphone.level", "1"),
                      ("do", "system.reset"), ("watch",), ("export",), ("reset", "--yes")):
            self.assertIn("no amplifier is running: start one with `wiregain run`",
                          self.bad(1, *words))
        # Also where a killed one left its socket.
        amplifier = self.start()
        amplifier.process.kill()
        amplifier.process.wait()
        self.assertTrue(self.socket.exists())
        self.assertIn("no amplifier is running", self.bad(1, "get", "power"))
        self.start()
        self.good("get", "power")

    def test_nobody_who_understands(self):
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(server.close)
        server.bind(str(self.socket))
        server.listen(1)
        process = subprocess.Popen([harness.WIREGAIN, "get", "power"], env=self.environment,
                                   stderr=subprocess.PIPE, text=True)
        peer = server.accept()[0]
        peer.recv(1000)
        peer.sendall(b"HTTP/1.1 400 Bad Request\n")
        peer.close()
        self.assertIn("not JSON", process.communicate(timeout=harness.PATIENCE_S)[1])
        self.assertEqual(process.returncode, 1)


class SecondRun(harness.Place):
    def test_a_second_amplifier(self):
        self.start("--set", "headphone.level=-50")
        said = self.bad(1, "run", "--audio", "null", "--set", "headphone.level=-31")
        self.assertIn("running already", said)
        self.assertEqual(self.good("get", "headphone.level"), "-50.0\n")
        # Another socket, but the same store.
        said = self.bad(1, "run", "--audio", "null", "--socket", self.folder / "other.sock")
        self.assertIn("in use by another amplifier", said)
        self.assertFalse((self.folder / "other.sock").exists())


class Stores(harness.Place):
    def make_store(self):
        amplifier = self.start()
        self.good("set", "headphone.level=-50", "input.3.name=Phono")
        self.assertEqual(amplifier.stop(), 0)

    def test_read_only(self):
        where = self.mount()
        self.make_store()
        store = where / "wiregain.db"
        shutil.copy(self.store, store)
        subprocess.run(["mount", "-o", "remount,ro", str(where)], check=True)
        amplifier = self.start("--store", str(store))
        self.assertIn("cannot be written", amplifier.said())
        self.assertEqual(self.good("get", "headphone.level"), "-50.0\n")
        result = self.run_program("set", "headphone.level=-60")
        self.assertEqual(result.returncode, 1)
        self.assertIn("changed, but not kept", result.stderr)
        self.assertEqual(self.good("get", "headphone.level"), "-60.0\n")
        self.assertEqual(amplifier.stop(), 0)
        self.start("--store", str(store))
        self.assertEqual(self.good("get", "headphone.level"), "-50.0\n")

    def test_a_newer_version(self):
        self.make_store()
        with sqlite3.connect(self.store) as database:
            database.execute("PRAGMA user_version = 1000")
        database.close()
        before = self.store.read_bytes()
        said = self.bad(1, "run", "--audio", "null")
        self.assertIn("newer version", said)
        self.assertIn("--store", said)
        self.assertEqual(self.store.read_bytes(), before)

    def test_another_programs_file(self):
        other = self.folder / "places.sqlite"
        with sqlite3.connect(other) as database:
            database.execute("CREATE TABLE bookmarks (a)")
        database.close()
        before = other.read_bytes()
        self.assertIn("another program", self.bad(1, "run", "--audio", "null", "--store", other))
        self.assertEqual(other.read_bytes(), before)

    def test_damaged(self):
        self.make_store()
        damaged = self.store.read_bytes()[:5000]
        self.store.write_bytes(damaged)
        amplifier = self.start()
        self.assertIn("was damaged", amplifier.said())
        self.assertEqual(self.good("get", "headphone.level"), "-40.0\n")
        self.good("set", "headphone.level=-60")
        self.assertEqual(self.store.with_name("wiregain.db.damaged").read_bytes(), damaged)

    def test_no_space(self):
        where = self.mount("-o", "size=512k")
        store = where / "wiregain.db"
        amplifier = self.start("--store", str(store))
        self.good("set", "headphone.level=-50")
        filler = self.fill(where)
        said = ""
        for level in range(-60, -100, -1):  # until what was set aside for it is used up
            result = self.run_program("set", f"headphone.level={level}")
            if result.returncode != 0:
                said = result.stderr
                break
        self.assertIn("changed, but not kept for the next start: No space left on device", said)
        self.assertEqual(self.good("get", "headphone.level"), f"{level}.0\n")
        self.assertIn("not kept", self.good("get", "system.notice"))
        filler.unlink()
        self.good("set", "line.level=-70")
        self.assertIn("kept again", self.good("get", "system.notice"))
        amplifier.stop()
        self.start("--store", str(store))
        self.assertEqual(self.good("get", "headphone.level"), f"{level}.0\n")
        self.assertEqual(self.good("get", "line.level"), "-70.0\n")

    def test_no_space_at_the_start(self):
        where = self.mount("-o", "size=64k")
        self.make_store()
        shutil.copy(self.store, where / "wiregain.db")
        self.fill(where)
        amplifier = self.start("--store", str(where / "wiregain.db"))
        self.assertEqual(self.good("get", "headphone.level"), "-50.0\n")
        self.assertIn("cannot be written", amplifier.said())
        amplifier.stop()
        self.assertIn("No space left on device",
                      self.bad(1, "run", "--audio", "null", "--store", where / "new.db"))

    def test_places_where_no_store_can_be(self):
        self.assertIn("not a file", self.bad(1, "run", "--audio", "null", "--store", self.folder))
        self.bad(1, "run", "--audio", "null", "--store", "/proc/nowhere/wiregain.db")
        self.assertFalse(self.socket.exists())


class Sockets(harness.Place):
    def test_places_where_no_socket_can_be(self):
        precious = self.folder / "precious"
        precious.write_text("keep")
        self.assertIn("not a socket", self.bad(1, "run", "--audio", "null", "--socket", precious))
        self.assertEqual(precious.read_text(), "keep")
        self.bad(1, "run", "--audio", "null", "--socket", self.folder / ("x" * 200))
        self.bad(1, "run", "--audio", "null", "--socket", "/no/such/folder/socket")
        self.bad(1, "get", "--socket", "/" + "x" * 200)

    def test_another_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become another user")
        self.start()
        self.folder.chmod(0o755)
        self.socket.chmod(0o666)  # even if somebody opened the way
        result = subprocess.run(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
             "python3", "-c", "import socket, sys; s = socket.socket(socket.AF_UNIX);"
             f"s.connect({str(self.socket)!r}); print(s.recv(1000).decode())"],
            capture_output=True, text=True, timeout=harness.PATIENCE_S)
        self.assertIn("another user", result.stdout, result.stderr)


if __name__ == "__main__":
    unittest.main()

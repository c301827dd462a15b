#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
#
# Run in the lab by test_device.py, `device_lab.sh loop` or `faults`: each case prints its name, what
# came on standard output and standard error, and the exit code. Sound goes out at hw:Loopback,0,0. It
# comes back at hw:Loopback,1,0 as it is, or at hw:Loopback,1,1 by way of a cable with faults.

cat > .asoundrc <<'END'
pcm.out { type hw card Loopback device 0 }
pcm.out16 { type hw card Loopback device 0 format S16_LE }
pcm.in { type hw card Loopback device 1 }
pcm.mono { type hw card Loopback device 1 channels 1 }
pcm.in48 { type hw card Loopback device 1 rate 48000 }
pcm.in24 { type hw card Loopback device 1 format S24_3LE }
pcm.far { type hw card Loopback device 1 subdevice 1 }
pcm.swapped { type route slave { pcm in channels 2 } ttable { 0.1 1 1.0 1 } }
pcm.left { type route slave { pcm in channels 2 } ttable { 0.0 1 } }
pcm.muted { type route slave { pcm in channels 2 } ttable { 0.0 0 } }
pcm.hot { type route slave { pcm in channels 2 } ttable { 0.0 4 1.1 4 } }
END

case_of() {
	name=$1
	shift
	"$@" >stdout 2>stderr
	code=$?
	echo "case $name"
	cat stdout
	echo "error $name"
	cat stderr
	printf '\nexit %s\n' $code
}

device() {
	wiregain bench --through device "$@"
}

# The least that measures something.
measure() {
	device --json --quick --only latency "$@"
}

plug() {
	cable hw:Loopback,1,0 hw:Loopback,0,1 "$@" &
	plugged=$!
	sleep 0.3
}

unplug() {
	kill $plugged
	wait $plugged 2>/dev/null
}

# Longer than what the card has in store.
stopped_for_moments() {
	measure --playback out --capture in --only jitter &
	sleep 3
	for _ in 1 2 3 4 5; do
		kill -STOP "$(pidof wiregain)"
		sleep 0.4
		kill -CONT "$(pidof wiregain)"
		sleep 1.3
	done
	wait $!
}

loop() {
	case_of clean measure --playback out --capture in --only jitter --only crosstalk --only gain \
		--only distortion
	case_of noise device --json --quick --only noise --playback out16 --capture in --volts 2
	case_of stopped stopped_for_moments
}

wrong_devices() {
	case_of mono measure --playback out --capture mono
	case_of rate measure --playback out --capture in48 --rate 44100
	case_of formats measure --playback out16 --capture in24
	case_of swapped measure --playback out --capture swapped
	case_of left measure --playback out --capture left
	case_of muted measure --playback out --capture muted
	case_of hot device --json --quick --only crosstalk --playback out --capture hot
	case_of unplugged measure --playback out --capture far
}

calibrate() {
	device --calibrate --json --playback out "$@"
}

calibration() {
	case_of read_muted calibrate --capture muted --read-volts 0.2
	case_of read_hot calibrate --capture hot --level -6 --read-volts 0.2
	case_of read_too_much calibrate --capture in --read-volts 60
	case_of nothing_kept ls .config/wiregain

	plug gain=0.5 leak=0.01
	printf '\n1,5\n0\n0.2 V\n' | case_of calibrated calibrate --capture far
	case_of volts measure --playback out --capture far
	unplug
	plug gain=0.25
	case_of turned measure --playback out --capture far
	unplug
	case_of kept cat .config/wiregain/calibration.json
}

bad_cables() {
	# Less sound than in one run of the stimuli, more than in the longest stimulus and its markers.
	plug drop=5 every=2.5
	case_of drops measure --playback out --capture far --only jitter
	unplug
	plug shift=100 ppm=100
	case_of clocks measure --playback out --capture far
	unplug
	plug unplug=12
	case_of unplugged_later measure --playback out --capture far --only jitter
	unplug
}

case $1 in
loop)
	loop
	;;
faults)
	wrong_devices
	bad_cables
	calibration
	;;
esac

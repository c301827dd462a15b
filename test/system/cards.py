#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""WirePlumber shows a loopback, an HDA and a USB card, each as a device with a sink."""

import lab

CARDS = {"alsa_card.platform-snd_aloop": lab.LOOPBACK, "alsa_card.pci-": lab.HDA, "alsa_card.usb-": lab.USB}

for card, sink in CARDS.items():
    print(lab.wait_for_sink(sink))
    cards = lab.names("cards")
    assert any(name.startswith(card) for name in cards), f"no {card}* in {cards}"
status = lab.run("wpctl", "status")
devices = [line for line in status.splitlines() if line.endswith("[alsa]")]
assert len(devices) >= len(CARDS) and any("USB" in line for line in devices), status
print(*devices, sep="\n")

# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The parts of scripts/lab: what both labs share (host, initrd), the small lab that runs one script
(kernel, small), and the booted Debian (image, machine, system)."""

# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The booted lab's Debian: a file system with systemd and PipeWire, Debian's kernel, and gpio-sim, which Debian's
kernel lacks. Made by mmdebstrap from what the host's apt is set up for, and kept in the cache."""

import hashlib
import pathlib
import re
import shlex
import shutil
import subprocess
import tarfile

from . import kernel
from .host import CACHE, MISSING, new_cache_folder, stop

HERE = pathlib.Path(__file__).resolve().parent
CUSTOMIZE, BUILD_GPIO_SIM = HERE / "image-customize", HERE / "image-gpio-sim"
TOOLS = ("mmdebstrap", "genext2fs", "apt-get", "apt-config")
SIZE_MB = 512  # of the file system, which is sparse on the host
BLOCK = 4096

CODENAMES = {"12": "bookworm", "13": "trixie"}

# Debian package, what it is for
PACKAGES = {
    "systemd-sysv": "the init system",
    "udev": "device nodes, hot plug",
    "dbus": "the system's message bus",
    "dbus-user-session": "the session's",
    "libpam-systemd": "sessions of logind",
    "kmod": "loads modules",
    "pipewire": "the sound server",
    "pipewire-bin": "pw-dump, pw-play",
    "pipewire-pulse": "players of the PulseAudio kind",
    "wireplumber": "the session manager",
    "alsa-utils": "arecord, amixer",
    "alsa-ucm-conf": "what the session manager knows of cards",
    "pulseaudio-utils": "paplay, pactl",
    "procps": "ps, pgrep",
    "python3": "tests, and what runs them",
    "ir-keytable": "decoders of infrared",
    "v4l-utils": "cec-ctl",
}

# What Wiregain is linked with.
LIBRARIES = {
    "12": ("libsndfile1", "libsqlite3-0", "libjansson4", "libpipewire-0.3-0", "libwebsockets17",
           "libwebsockets-evlib-uv", "libuv1", "libsodium23", "libasound2", "libjack-jackd2-0"),
    "13": ("libsndfile1", "libsqlite3-0", "libjansson4", "libpipewire-0.3-0t64", "libwebsockets19t64",
           "libwebsockets-evlib-uv", "libuv1t64", "libsodium23", "libasound2t64", "libjack-jackd2-0"),
}

# What gpio-sim is built with. The source is that of the kernel.
BUILDERS = ("gcc", "make", "xz-utils", "linux-headers-amd64", "linux-source")


def folder_of(release):
    """Keyed by all that the image is made of; what apt's archive holds on that day is not."""
    made_of = hashlib.sha256(release.encode())
    for file in (HERE / "image.py", CUSTOMIZE, BUILD_GPIO_SIM):
        made_of.update(file.read_bytes())
    return CACHE / f"lab-system-{release}-{made_of.hexdigest()[:16]}"


def sources_of(release):
    """Lines for apt: the host's, where it is of that release, else that release of the host's main archive."""
    told = subprocess.run(["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)",
                           "Created-By: Packages"], capture_output=True, text=True).stdout
    rows = [line.split() for line in told.splitlines() if line.startswith("Debian ")]
    codename = CODENAMES[release]
    lines = {f"deb {uri} {suite} {part}" for _, uri, suite, part in rows if re.fullmatch(rf"{codename}(-\w+)?", suite)}
    if not lines:
        lines = {f"deb {uri} {codename} main" for _, uri, suite, _ in rows if "-" not in suite}
    return "\n".join(sorted(lines)) + "\n"


def options_of_apt():
    """The host's proxy and the like."""
    told = subprocess.run(["apt-config", "dump"], capture_output=True, text=True).stdout
    return [f"--aptopt={line}" for line in told.splitlines() if re.match(r"Acquire::(https?|Check|Retries)\b", line)]


def run_to_end(words, **options):
    """When we are stopped it is asked to end, so that it can take away what it made."""
    with subprocess.Popen(words, **options) as process:
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            raise


def debootstrap(scratch, release, target, packages, hooks, log):
    """Runs mmdebstrap. Where apt knows no archive of Debian's, mmdebstrap's own default is used."""
    sources = scratch / f"{release}.list"
    sources.write_text(sources_of(release))
    words = ["mmdebstrap", "--variant=minbase", f"--include={','.join(packages)}", *options_of_apt(),
             *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale", "info", "i18n")),
             "--dpkgopt=force-unsafe-io", *(f"--customize-hook={hook}" for hook in hooks),
             CODENAMES[release], target, *([str(sources)] if sources.read_text().strip() else [])]
    with open(log, "w") as output:
        code = run_to_end(words, cwd=scratch, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if code != 0:
        lines = log.read_text(errors="replace").splitlines()
        stop(MISSING, "mmdebstrap failed:\n" + "\n".join(lines[-15:]))


def build_gpio_sim(scratch, release):
    """Debian's kernels are without it (CONFIG_GPIO_SIM): built beside them, with their own compiler."""
    hooks = [f"upload {shlex.quote(str(BUILD_GPIO_SIM))} /build-gpio-sim",
             'chroot "$1" sh /build-gpio-sim',
             f"download /gpio-sim.tar {shlex.quote(str(scratch / 'gpio-sim.tar'))}"]
    debootstrap(scratch, release, "/dev/null", BUILDERS, hooks, scratch / "gpio-sim.log")


def make_root(scratch, release):
    def quoted(name):
        return shlex.quote(str(scratch / name))

    hooks = [f"upload {quoted('gpio-sim.tar')} /tmp/gpio-sim.tar",
             f"upload {shlex.quote(str(CUSTOMIZE))} /tmp/customize", 'chroot "$1" python3 /tmp/customize',
             f"download /tmp/vmlinuz {quoted('vmlinuz')}", f"download /tmp/initrd.tar {quoted('initrd.tar')}",
             'rm -rf "$1"/tmp/*']
    packages = (*PACKAGES, *LIBRARIES[release])
    debootstrap(scratch, release, str(scratch / "root.tar"), packages, hooks, scratch / "root.log")


def make_file_system(archive, file):
    blocks = SIZE_MB * 1024 * 1024 // BLOCK
    subprocess.run(["genext2fs", "--block-size", str(BLOCK), "--size-in-blocks", str(blocks),
                    "--number-of-inodes", "30000", "--tarball", archive, file], check=True, stderr=subprocess.DEVNULL)


def fetch(release):
    """Puts file system, kernel and first modules into the cache, all or nothing. Returns their folder."""
    folder = folder_of(release)
    if folder.exists():
        return folder
    for tool in TOOLS:
        if not shutil.which(tool):
            stop(MISSING, f"not here: {tool}, which makes the lab's Debian (scripts/setup test)")
    with new_cache_folder(folder) as new:
        scratch = new.parent / "work"
        scratch.mkdir()
        scratch.chmod(0o755)
        build_gpio_sim(scratch, release)
        make_root(scratch, release)
        (new / "vmlinuz").write_bytes(kernel.bare((scratch / "vmlinuz").read_bytes()))
        with tarfile.open(scratch / "initrd.tar") as archive:
            archive.extractall(new / "initrd")
        make_file_system(scratch / "root.tar", new / "root.ext2")
    for old in CACHE.glob(f"lab-system-{release}-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder

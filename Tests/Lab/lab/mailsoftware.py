"""Real mail servers from Debian's packages, unpacked into a folder of the build: nothing of the machine's own mail is touched.

Each process sees users, resolver and /dev/log of the lab in the place of the machine's, by a mount namespace of its own.
"""

import os
import subprocess

from . import network
from .processes import LabError
from .selectord import REPOSITORY

ROOT = os.environ.get("SELECTORD_MAIL") or os.path.join(REPOSITORY, ".build/mail")
LIBRARIES = ["usr/lib/x86_64-linux-gnu", "usr/lib/aarch64-linux-gnu", "usr/lib/postfix", "usr/lib/rspamd"]
# One that no user of the machine has: the lab's own names stand for it inside.
USER = 7925


def path(name):
    """A program of the unpacked packages; LabError where it is not there."""
    for folder in ("usr/sbin", "usr/bin", "usr/lib/postfix/sbin"):
        found = os.path.join(ROOT, folder, name)
        if os.access(found, os.X_OK):
            return found
    raise LabError(f"{name} is not in {ROOT}; script/setup unpacks it there")


def is_available():
    """Whether mail servers can run here: they need a network of the lab's own, and Debian's packages, which setup unpacks."""
    return (network.is_own() or network.is_available()) and os.path.isdir(os.path.join(ROOT, "usr"))


def has_users():
    """Whether a process can become another user: Postfix has several, and a namespace of one user refuses them."""
    with open("/proc/self/uid_map") as file:
        return os.geteuid() == 0 and int(file.read().split()[2]) > 65536


class Surroundings:
    """What a mail server sees in the place of the machine's: /etc/passwd, /etc/group, /etc/resolv.conf, /dev/log."""

    def __init__(self, workshop, resolver):
        self.workshop = workshop
        users = [("root", 0, 0), ("daemon", 1, 1), ("nobody", 65534, 65534), ("Debian-exim", USER, USER),
                 ("postfix", USER + 1, USER + 1)]
        groups = [("root", 0), ("daemon", 1), ("nogroup", 65534), ("Debian-exim", USER), ("postfix", USER + 1),
                  ("postdrop", USER + 2)]
        binds = {
            "/etc/passwd": workshop.write("etc/passwd", "".join(
                f"{name}:x:{user}:{group}::/:/bin/sh\n" for name, user, group in users)),
            "/etc/group": workshop.write("etc/group", "".join(f"{name}:x:{group}:\n" for name, group in groups)),
            os.path.realpath("/etc/resolv.conf"): workshop.write("etc/resolv.conf", f"nameserver {resolver}\n")}
        self.script = "".join(f"mount --bind {ours} {theirs} && " for theirs, ours in binds.items())
        self.devices = workshop.path("dev", "x")[:-2]
        # A syslog of the lab needs a /dev of its own, with the devices that everybody needs.
        devices = [name for name in ("null", "zero", "full", "random", "urandom", "tty") if os.path.exists("/dev/" + name)]
        for name in devices:
            open(os.path.join(self.devices, name), "w").close()
        self.script += "".join(f"mount --bind /dev/{name} {self.devices}/{name} && " for name in devices)
        self.script += f"mount --bind {self.devices} /dev && "

    def command(self, arguments, user=None):
        """The command that runs a program in these surroundings, as its own user where that is named."""
        libraries = ":".join(os.path.join(ROOT, folder) for folder in LIBRARIES)
        inner = ["unshare", "--user", f"--map-user={user}", f"--map-group={user}"] if user is not None else []
        return ["unshare", "--mount", "sh", "-c", self.script + 'exec "$@"', "mail", *inner,
                "env", "LD_LIBRARY_PATH=" + libraries, *arguments]

    def wrapper(self, name, arguments, user=None):
        """A program of this name that runs another in these surroundings; gives its folder, for $PATH."""
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in self.command(arguments, user))
        file = self.workshop.write(f"bin/{name}", f'#!/bin/sh\nexec {quoted} "$@"\n')
        os.chmod(file, 0o755)
        return os.path.dirname(file)

    def run(self, arguments, user=None, **options):
        return subprocess.run(self.command(arguments, user), capture_output=True, text=True, errors="replace",
                              timeout=options.pop("timeout", 30), **options)

"""A network of the lab's own: port 53 on 127.0.0.0/8 without root, and no packet that leaves it."""

import os
import subprocess
import sys

MARK = "SELECTORD_LAB_NETWORK"

# A pid namespace beside it ends everything with the lab, whatever becomes of the lab itself. It wants a /proc of its
# own: libdispatch looks there for its threads and crashes where it finds others.
FLAGS = [["--net", "--pid", "--fork", "--kill-child", "--mount-proc"], ["--net"]]


def enter():
    """Runs this program again inside a namespace; where the machine refuses one, goes on without, on high ports."""
    if os.environ.get(MARK):
        return
    sys.stdout.flush()
    unshare = _unshare()
    if unshare:
        os.environ[MARK] = "namespace"
        script = 'ip link set lo up && exec "$@"'
        os.execvp("unshare", unshare + ["sh", "-c", script, "lab", sys.executable] + sys.argv)
    print("lab: this machine refuses network namespaces: the lab goes to high ports of 127.0.0.0/8, its resolvers are "
          "BIND, and IPv6 and resolv.conf are left out", flush=True)
    os.environ[MARK] = "host"


def is_available():
    """Whether this program, not being in one, could enter a namespace: then several labs can run side by side."""
    return not os.environ.get(MARK) and _unshare() is not None


def is_own():
    """Whether the loopback interface is the lab's own."""
    return os.environ.get(MARK) == "namespace"


def port():
    """The port of every authoritative server."""
    return 53 if is_own() else 5300


def add_address(address):
    """Gives the loopback interface an address; BIND listens on nothing else."""
    if is_own():
        subprocess.run(["ip", "address", "add", address + "/32", "dev", "lo"], check=True, capture_output=True)


def _unshare():
    """The command that enters a namespace; None where the machine refuses all of them."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    commands = [["unshare"] + user + flags for flags in FLAGS]
    return next((command for command in commands if _works(command + ["ip", "link", "set", "lo", "up"])), None)


def _works(command):
    try:
        return subprocess.run(command, capture_output=True, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False

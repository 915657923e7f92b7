"""One question over UDP, for the lab's own waiting and checking."""

import socket

from . import network, wire


def ask(address, name, kind="TXT", port=None, flags=0, timeout=0.5):
    """The response as bytes; None where none comes in time."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.settimeout(timeout)
        try:
            asking.connect((address, port or network.port()))
            asking.send(wire.question(name, kind, flags=flags))
            return asking.recv(65_535)
        except OSError:
            return None


def has_records(address, name, kind="TXT", port=None):
    """Whether a server has records of that name."""
    reply = ask(address, name, kind, port)
    return reply is not None and wire.rcode(reply) == wire.NOERROR and wire.answers(reply) > 0

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


def soa_serial(address, origin):
    """The serial of a zone at one server; None where it does not tell."""
    reply = ask(address, origin, "SOA")
    if reply is None or wire.answers(reply) == 0:
        return None
    place = wire.question_end(reply)
    while reply[place] and reply[place] < 0xC0:
        place += reply[place] + 1
    place += 2 if reply[place] else 1
    length = int.from_bytes(reply[place + 8:place + 10], "big")
    # The last 20 bytes are five numbers, the serial first (RFC 1035, section 3.3.13).
    return int.from_bytes(reply[place + 10 + length - 20:place + 10 + length - 16], "big")

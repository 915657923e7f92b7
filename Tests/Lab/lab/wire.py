"""As much of the DNS wire format (RFC 1035) as the lab needs to ask, and to bend answers."""

import struct

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "TXT": 16, "AAAA": 28}
NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, NOTAUTH = 0, 1, 2, 3, 4, 5, 9
QR, AA, TC, RD, CD = 0x8000, 0x0400, 0x0200, 0x0100, 0x0010


def question(name, kind="TXT", identifier=0x5E1E, flags=0):
    """A query without EDNS."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split(".") if label)
    return struct.pack("!6H", identifier, flags, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", TYPES[kind], 1)


def question_end(message):
    """Where the question section ends; the header's end where there is no whole question."""
    place = 12
    while place < len(message) and message[place]:
        place += message[place] + 1
    return place + 5 if place + 5 <= len(message) else 12


def question_name(message):
    """The name asked for, in lower case, with a final dot."""
    labels, place = [], 12
    while place < len(message) and message[place]:
        labels.append(message[place + 1:place + 1 + message[place]].decode("latin-1").lower())
        place += message[place] + 1
    return ".".join(labels) + "."


def question_type(message):
    """The type asked for, as its name where the lab has one."""
    end = question_end(message)
    number = struct.unpack("!H", message[end - 4:end - 2])[0] if end > 12 else 0
    return next((name for name, value in TYPES.items() if value == number), str(number))


def has_edns(query):
    """Whether a query carries an OPT record, which is all that its additional section may hold."""
    return len(query) >= 12 and struct.unpack("!H", query[10:12])[0] > 0


def header(message, identifier=None, set_flags=0, clear_flags=0, rcode=None, counts=None):
    """The message with another header."""
    values = list(struct.unpack("!6H", message[:12]))
    if identifier is not None:
        values[0] = identifier & 0xFFFF
    values[1] = (values[1] & ~clear_flags) | set_flags
    if rcode is not None:
        values[1] = (values[1] & ~0xF) | rcode
    if counts is not None:
        values[2:] = counts
    return struct.pack("!6H", *values) + message[12:]


def identifier(message):
    return struct.unpack("!H", message[:2])[0]


def rcode(message):
    return message[3] & 0xF


def answers(message):
    """The number of records in the answer section."""
    return struct.unpack("!H", message[6:8])[0]


def empty(query, code, flags=QR):
    """A response without records; RD is copied (RFC 1035, section 4.1.1)."""
    bare = query[:question_end(query)]
    keep = struct.unpack("!H", query[2:4])[0] & RD
    return header(bare[:2] + struct.pack("!H", flags | keep | code) + bare[4:], counts=(1, 0, 0, 0))


def txt_record(text, owner=b"\xc0\x0c", ttl=300):
    """A TXT record; its owner is the question's name."""
    data = b"".join(bytes([len(part)]) + part for part in _cut(text.encode()))
    return owner + struct.pack("!HHIH", 16, 1, ttl, len(data)) + data


def record(kind, data, ttl=300, owner=b"\xc0\x0c"):
    """A record of any type; its owner is the question's name."""
    return owner + struct.pack("!HHIH", TYPES[kind], 1, ttl, len(data)) + data


def name(text):
    """A name without compression."""
    return b"".join(bytes([len(label)]) + label.encode() for label in text.rstrip(".").split(".") if label) + b"\0"


def soa(owner, ttl=300):
    """An SOA record of somebody's own."""
    return record("SOA", name("ns." + owner) + name("admin." + owner) + struct.pack("!5I", 1, 3600, 600, 86400, ttl), ttl,
                  name(owner))


def _cut(text):
    return [text[place:place + 255] for place in range(0, max(len(text), 1), 255)]

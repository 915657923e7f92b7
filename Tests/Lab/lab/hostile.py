"""Packets that no honest server sends: what a decoder has to survive."""

import struct

from . import wire

OPT = b"\0" + struct.pack("!HHIH", 41, 1232, 0, 0)
_TSIG_DATA = b"\x08hmac-md5\0" + struct.pack("!HIHH", 0, 1, 300, 16) + b"\xAA" * 16 + struct.pack("!HHH", 1, 0, 0)
TSIG = b"\3key\0" + struct.pack("!HHIH", 250, 255, 0, len(_TSIG_DATA)) + _TSIG_DATA


def packets(query, answer, chance, count):
    """Some hostile answers to a query, a few of which can be read; `chance` is a generator with a fixed seed."""
    for _ in range(count):
        yield chance.choice(_UNREADABLE + _BENT)(query, answer, chance)


def unreadable_packets(query, answer, chance, count):
    """Hostile answers of which none is a DNS message that answers the query."""
    for _ in range(count):
        yield chance.choice(_UNREADABLE)(query, answer, chance)


def with_additional(query, records):
    """A response with these records in the additional section, two of them."""
    bare = wire.empty(query, wire.NOERROR, wire.QR | wire.AA)
    return wire.header(bare, counts=(1, 1, 0, 2)) + wire.txt_record("v=DKIM1; p=") + records


def pointer_loop(query):
    """An answer whose owner name points to itself."""
    bare = wire.empty(query, wire.NOERROR, wire.QR | wire.AA)
    here = 0xC000 | len(bare)
    return wire.header(bare, counts=(1, 1, 0, 0)) + struct.pack("!HHHIH", here, 16, 1, 300, 1) + b"\0"


def _flipped(query, answer, chance):
    bent = bytearray(answer)
    for _ in range(chance.randrange(1, 12)):
        bent[chance.randrange(12, len(bent))] = chance.randrange(256)
    return bytes(bent)


def _shortened(query, answer, chance):
    return answer[:chance.randrange(len(answer))]


def _noise(query, answer, chance):
    return query[:2] + bytes(chance.randrange(256) for _ in range(chance.randrange(1, 1200)))


def _counts(query, answer, chance):
    return wire.header(answer, counts=[chance.choice((0, 1, 2, 255, 65_535)) for _ in range(4)])


def _pointers(query, answer, chance):
    """A ladder of pointers, each to the one before, and the first to the last."""
    bare = wire.empty(query, wire.NOERROR, wire.QR | wire.AA)
    rungs = 200
    ladder = b"".join(struct.pack("!H", 0xC000 | (len(bare) + 2 * ((rung - 1) % rungs))) for rung in range(rungs))
    return wire.header(bare, counts=(1, 1, 0, 0)) + ladder + struct.pack("!HHIH", 16, 1, 300, 0)


def _long_name(query, answer, chance):
    bare = wire.empty(query, wire.NOERROR, wire.QR | wire.AA)
    name = (b"\x3f" + b"a" * 63) * 5 + b"\0"
    return wire.header(bare, counts=(1, 1, 0, 0)) + wire.txt_record("v=DKIM1; p=", name)


def _label_type(query, answer, chance):
    bare = wire.empty(query, wire.NOERROR, wire.QR | wire.AA)
    return wire.header(bare, counts=(1, 1, 0, 0)) + wire.txt_record("x", bytes([chance.choice((0x40, 0x80, 0xBF))]) * 3)


def _length_lies(query, answer, chance):
    bare = wire.empty(query, wire.NOERROR, wire.QR | wire.AA)
    length = chance.choice((1, 5, 500, 65_535))
    data = bytes([255]) + b"short"
    return wire.header(bare, counts=(1, 1, 0, 0)) + b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 300, length) + data


def _many_records(query, answer, chance):
    bare = wire.empty(query, wire.NOERROR, wire.QR | wire.AA)
    return wire.header(bare, counts=(1, 4000, 0, 0)) + wire.txt_record("", ttl=0xFFFFFFFF) * 4000


def _signed_twice(query, answer, chance):
    return with_additional(query, chance.choice((OPT, TSIG)) * 2)


def _looping(query, answer, chance):
    return pointer_loop(query)


_UNREADABLE = [_shortened, _noise, _pointers, _long_name, _label_type, _length_lies, _signed_twice, _looping]
_BENT = [_flipped, _flipped, _flipped, _counts, _many_records]

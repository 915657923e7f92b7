"""Reads records.tsv: what is served at each name, and which key the mail is signed with."""

import os
import re
from dataclasses import dataclass, field

from . import keys

FILE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "records.tsv")
PLACE = re.compile(r"\{([a-z0-9]+)(?:\.([a-z]+))?(?:\[(-?\d*):(-?\d*)\])?\}")
ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.))")
PLAIN = {"t": b"\t", "r": b"\r", "n": b"\n", "\\": b"\\", "|": b"|"}


@dataclass
class Case:
    """One name: its records, each a list of strings, and the key that signs."""
    name: str
    key: str
    records: list
    # The records as records.tsv has them.
    texts: list = field(default_factory=list)


def read(folder, path=FILE):
    """All cases, with the keys that they name."""
    lines = []
    with open(path) as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            parts = line.split("\t")
            if len(parts) < 3:
                raise SystemExit(f"{path}:{number}: expected a name, a key and texts with tabs between")
            lines.append(parts)
    wanted = {key for _, key, *_ in lines} | {match[1] for _, _, *texts in lines for text in texts
                                              for match in PLACE.finditer(text) if match[1] != "ec"}
    made = keys.make(folder, wanted)
    cases = [Case(name, key, [strings(text, made, folder) for text in texts], texts) for name, key, *texts in lines]
    names = [case.name for case in cases]
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise SystemExit(f"{path}: names that stand there twice: {', '.join(sorted(repeated))}")
    return cases, made


def strings(text, made, folder):
    """The strings of one record: cut where `|` stands, else at 255 bytes."""
    text = PLACE.sub(lambda match: _value(match, made, folder), text)
    parts = [unescaped(part) for part in re.split(r"(?<!\\)\|", text)]
    return [piece for part in parts for piece in split(part)]


def split(data):
    return [data[place:place + 255] for place in range(0, max(len(data), 1), 255)]


def _value(match, made, folder):
    name, form, start, end = match.groups()
    data = keys.elliptic(folder) if name == "ec" else made[name].form(form or "")
    text = keys.encoded(data)
    if start is not None:
        text = text[int(start) if start else None:int(end) if end else None]
    return text


def unescaped(text):
    """The bytes of a text with `\\t`, `\\r`, `\\n`, `\\xHH`, `\\\\` and `\\|`."""
    parts, place = [], 0
    for match in ESCAPE.finditer(text):
        parts.append(text[place:match.start()].encode())
        parts.append(bytes.fromhex(match[1]) if match[1] else PLAIN[match[2]])
        place = match.end()
    return b"".join(parts) + text[place:].encode()


def zone_text(strings):
    """A record's strings in zone-file notation."""
    return " ".join('"' + "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\{byte:03}" for byte in string) + '"'
        for string in strings)

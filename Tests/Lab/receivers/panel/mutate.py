"""Makes records at random: a sound one with a few faults of the kinds that are found in DNS."""

import random

from . import keys
from .records import Case, split

KEYS = ["rsa2048"] * 6 + ["rsa1024", "rsa4096", "rsa512", "rsa768", "rsa2048e3", "ed25519", "ed25519"]
BLANKS = [b" ", b" ", b"  ", b"\t", b"\r\n ", b"\n", b"\r\n", b"\x0b", b"\x0c", b" \t ", b"\xc2\xa0", b"\r"]
VERSIONS = [b"DKIM1", b"dkim1", b"Dkim1", b"DKIM2", b"DKIM", b"DKIM1.0", b"1", b"0", b"", b"DKIM 1", b"DKIM1 DKIM1",
            b'"DKIM1"', b"DKIM1:", b"DKIM1,", b"spf1", b"DKIM1\\"]
TYPES = [b"rsa", b"RSA", b"Rsa", b"ed25519", b"Ed25519", b"ecdsa256", b"dsa", b"", b"0", b"r s a", b"rsa ", b'"rsa"',
         b"rsa:ed25519", b"rsa-sha256", b"rsa\\", b"rsa,"]
HASHES = [b"sha256", b"sha1", b"SHA256", b"sha1:sha256", b"sha256:sha1", b"sha256 : sha1", b"sha1 : sha256", b"*", b"",
          b":", b"sha256:", b":sha256", b"::sha256", b"sha1::sha256", b"sha512", b"sha512:sha256", b"sha-256",
          b"sha256;", b"sha 256", b"rsa-sha256", b"sha256,sha1", b"0", b"sha1:*", b'"sha256"', b" sha256", b"x-1:sha256"]
SERVICES = [b"*", b"email", b"EMAIL", b"Email", b"email:*", b"*:email", b"email : *", b"tlsrpt", b"tlsrpt:email", b"",
            b":", b"email:", b":email", b"::email", b"e mail", b"web", b"web:*", b"email,*", b"0", b"**", b'"email"',
            b"mail", b"email:web", b" email", b"x-y:email"]
FLAGS = [b"y", b"s", b"y:s", b"s:y", b"Y", b"S", b"yz", b"no", b"", b":", b"y:", b"x", b"y : s", b"testing", b"0", b"n",
         b'"y"', b"1"]
NOTES = [b"note", b"a note", b"see p=QUJD", b"see p=", b"see k=ed25519", b"p=QUJD", b"x=y", b"k=rsa", b"=20", b"=zz",
         b"", b"caf\xc3\xa9", b"caf\xe9", b"=C3=A4", b'"quoted"', b"it's", b"(a comment)", b"(open", b"back\\slash", b"a=b=c",
         b"see http://x/?p=1", b"long " * 60, b"x:y", b"v=DKIM1", b"p = {other}", b"p={other}", b"np={other}", b"tab\there"]
GRANULARITIES = [b"*", b"", b"user", b"*user", b"u*r", b"**", b" * "]
UNKNOWN = [b"x=1", b"foo=bar", b"_x=1", b"1x=1", b"a-b=1", b"x", b"=", b"=x", b"x=", b"x y=1", b"X=1", b"xp=QUJD",
           b"pk=1", b"v1=2", b"kk=x", b"sx=web", b"hash=sha1", b"type=RSA", b"q=dns/txt", b"b=1", b"\xc3\xa4=1", b'"x"=1',
           b"version=3", b"note=p", b"testing=s", b"x=a b", b"x=a;b=c"]


class Maker:
    def __init__(self, made, folder, seed):
        self.made = made
        self.folder = folder
        self.random = random.Random(seed)

    def case(self, number):
        name = self.random.choice(KEYS)
        records = [self.record(name)]
        if self.random.random() < 0.12:
            records.append(self.random.choice(
                [lambda: b"v=spf1 -all", lambda: b"some text", lambda: b"", lambda: self.record(name),
                 lambda: b"v=DKIM1; p=", lambda: b"v=DMARC1; p=none", lambda: self.plain("other"),
                 lambda: b"google-site-verification=abc", lambda: b"v=DKIM1"])())
            self.random.shuffle(records)
        return Case(f"random {number}", name, [self.cut(record) for record in records])

    def cut(self, record):
        """Strings, sometimes cut at odd places."""
        if self.random.random() < 0.15:
            place = self.random.randrange(len(record) + 1)
            return [piece for part in (record[:place], record[place:]) for piece in split(part)]
        return split(record)

    def plain(self, name):
        kind = b"k=rsa" if self.made[name].is_rsa else b"k=ed25519"
        return b"v=DKIM1; " + kind + b"; p=" + keys.encoded(self.made[name].form("")).encode()

    def record(self, name):
        key, pick, chance = self.made[name], self.random.choice, self.random.random
        value = self.value(key)
        tags = []
        if chance() < 0.9:
            tags.append([b"v", b"DKIM1" if chance() < 0.85 else pick(VERSIONS)])
        if chance() < 0.8 or not key.is_rsa:
            tags.append([b"k", (b"rsa" if key.is_rsa else b"ed25519") if chance() < 0.85 else pick(TYPES)])
        if chance() < 0.12:
            tags.append([b"h", pick(HASHES)])
        if chance() < 0.12:
            tags.append([b"s", pick(SERVICES)])
        if chance() < 0.12:
            tags.append([b"t", pick(FLAGS)])
        if chance() < 0.1:
            tags.append([b"n", pick(NOTES).replace(b"{other}", keys.encoded(self.made["other"].info).encode())])
        if chance() < 0.05:
            tags.append([b"g", pick(GRANULARITIES)])
        tags.append([b"p", value])
        if chance() < 0.15:
            self.random.shuffle(tags)
        if chance() < 0.08:
            tags.insert(self.random.randrange(len(tags) + 1), list(pick(tags)))
        if chance() < 0.05:
            tags.append([b"p", pick([b"", b"QUJD", value, keys.encoded(self.made["other"].info).encode(), b"!"])])
        if chance() < 0.04:
            tags = [tag for tag in tags if tag[0] != pick([b"p", b"v", b"k"])]
        if chance() < 0.06 and tags:
            tag = pick(tags)
            tag[0] = pick([tag[0].upper(), tag[0] * 2, b'"' + tag[0], tag[0] + b"x", b"x" + tag[0], b" " + tag[0]])
        parts = [name + self.around(b"=") + value for name, value in tags]
        if chance() < 0.1:
            parts.insert(self.random.randrange(len(parts) + 1), pick(UNKNOWN))
        text = parts[0] if parts else b""
        for part in parts[1:]:
            text += (b"; " if chance() < 0.7 else pick([b";", b" ;", b";", b";  "]) if chance() < 0.85
                     else self.separator()) + part
        if chance() < 0.3:
            text += pick([b";", b";", b"; ", b";;", b" ;", b"; ;", b" ", b"\r\n", b"\n", b";\r\n", b"\\;", b".", b"\x00"])
        if chance() < 0.04:
            text = pick([b" ", b";", b"; ", b'"', b"\t", b"\xef\xbb\xbf", b"\n", b"<;", b"\r\n "]) + text
        if chance() < 0.03:
            text = b'"' + text + b'"'
        if chance() < 0.03:
            text = text.replace(b";", b"\\;")
        if chance() < 0.05 and text:
            text = self.damage(text)
        return text[:4000]

    def separator(self):
        return self.random.choice([b";;", b"; ;", b" ", b", ", b":", b";; ", b"\\;", b"\\; ", b";\x00", b"\x00", b"; ; ; ",
                                   b"|", b";\xc2\xa0", b"\n", b";\r\n\t", b";;;"])

    def around(self, sign):
        if self.random.random() < 0.9:
            return sign
        pick = self.random.choice
        return pick([b"", pick(BLANKS)]) + sign + pick([b"", pick(BLANKS), b"="])

    def value(self, key):
        """p= of a key, sometimes damaged."""
        pick, chance = self.random.choice, self.random.random
        forms = ["bare", "trailing", "noparameters", "private", "pss", "info"] if key.is_rsa else ["info", "private"]
        text = keys.encoded(key.form("" if chance() < 0.88 else pick(forms))).encode()
        if chance() < 0.75:
            return text
        place = self.random.randrange(len(text) + 1)
        return pick([
            lambda: text[:place] + pick(BLANKS) + text[place:],
            lambda: text[:place] + pick([b'"', b"'", b'" "', b"\\", b"-", b"_", b".", b"!", b"\x00", b",", b"%", b"(", b"\xc3\xa4",
                                         b"\xe2\x80\x8b", b"<br>"]) + text[place:],
            lambda: text[:place] + b"=" * self.random.randrange(1, 4) + text[place:],
            lambda: text.rstrip(b"="),
            lambda: text + b"=" * self.random.randrange(1, 4),
            lambda: text[:place],
            lambda: text[:-self.random.randrange(1, 6)],
            lambda: text + pick([b"A", b"AA", b"AAA", b"AAAA", b"!", b" x", b"=A", b"==AAAA", b'"', b"'", b"\\"]),
            lambda: b'"' + text + b'"',
            lambda: b"'" + text + b"'",
            lambda: text.replace(b"+", b"-").replace(b"/", b"_"),
            lambda: text.replace(b"+", b" "),
            lambda: text.lower(),
            lambda: b"-----BEGIN PUBLIC KEY-----" + text + b"-----END PUBLIC KEY-----",
            lambda: b"\r\n ".join(text[i:i + 64] for i in range(0, len(text), 64)),
            lambda: b"\n".join(text[i:i + 64] for i in range(0, len(text), 64)),
            lambda: b'" "'.join(text[i:i + 100] for i in range(0, len(text), 100)),
            lambda: b"",
            lambda: pick([b" ", b"=", b"\t", b"QUJD", b"!", b"A", b"AAAA", b"0"]),
            lambda: b"p=" + text,
            lambda: text[:place] + bytes([self.random.choice(b"ABCabc012+/")]) + text[place + 1:],
            lambda: keys.encoded(keys.elliptic(self.folder)).encode(),
        ])()

    def damage(self, text):
        """One byte changed, lost or put in."""
        place = self.random.randrange(len(text))
        new = self.random.choice([b"", b" ", b";", b"=", b'"', b"\x00", b"\xa0", b"x", b":", b"\\", b"\x7f", b"\t"])
        return text[:place] + new + text[place + self.random.randrange(2):]

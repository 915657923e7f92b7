"""Signs messages in every way, and changes some of them afterwards; run by the Python that has dkimpy.

Reads one line `folder rsa2048 rsa1024 rsa512 ed25519` (paths of private keys), writes the messages, and prints
`name path` of each.
"""

import base64
import hashlib
import itertools
import os
import subprocess
import sys

import dkim
import nacl.signing
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import RSASSA_PKCS1_v1_5_sign, parse_pem_private_key

HEADER = (b"From: Sender <sender@example.org>\r\nTo: receiver@example.net,\r\n\t second@example.net\r\n"
          b"Subject: A  message\r\nDate: Wed, 25 Nov 2026 05:00:00 +0000\r\nMIME-Version: 1.0\r\n")
BODIES = {
    "text": b"Hello,\r\n\r\ntwo  blanks\tand a tab \r\n \r\nend\r\n",
    "empty": b"",
    "lines": b"\r\n\r\n\r\n",
    "open": b"no line end",
    "tail": b"text\r\n\r\n\r\n",
    "blank": b"   \r\n\t\r\n",
    "long": b"x" * 5000 + b"\r\n" + b"=C3=A4\r\n" * 100,
    "dots": b".\r\n..\r\nFrom me\r\n",
}
FIELDS = "from:to:subject:date"
FORMS = ["simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"]


class Signer:
    def __init__(self, paths):
        self.rsa = {}
        for name in ("rsa2048", "rsa1024", "rsa512"):
            text = subprocess.run(["openssl", "rsa", "-in", paths[name], "-traditional"], check=True,
                                  capture_output=True).stdout
            self.rsa[name] = parse_pem_private_key(text)
        der = subprocess.run(["openssl", "pkey", "-in", paths["ed25519"], "-outform", "DER"], check=True,
                             capture_output=True).stdout
        self.ed25519 = nacl.signing.SigningKey(der[-32:])

    def sign(self, body, form="relaxed/relaxed", key="rsa2048", algorithm=None, fields=FIELDS, tags="", version="v=1; ",
             header=HEADER, limit=None, domain="example.org", ending=""):
        """The message with a signature; every tag may be another than it should be."""
        algorithm = algorithm or ("ed25519-sha256" if key == "ed25519" else "rsa-sha256")
        hasher = hashlib.sha1 if algorithm.endswith("sha1") else hashlib.sha256
        policy = CanonicalizationPolicy.from_c_value(form.encode())
        hashed = policy.canonicalize_body(body)
        if limit is not None:
            hashed = hashed[:limit]
            tags += f" l={limit};"
        body_hash = base64.b64encode(hasher(hashed).digest()).decode()
        value = (f" {version}a={algorithm}; c={form}; d={domain}; s={key};{tags}\r\n\th={fields}; bh={body_hash};\r\n"
                 " b=")
        own = (b"DKIM-Signature", (value + ending).encode())
        parsed = dkim.rfc822_parse(header + b"\r\n" + body)[0]
        chosen = dkim.select_headers(parsed, [name.strip().lower().encode() for name in fields.split(":")])
        digest = hasher()
        for name, text in policy.canonicalize_headers(chosen):
            digest.update(name + b":" + text)
        (name, text), = policy.canonicalize_headers([own])
        digest.update(name + b":" + (text.rstrip(b"\r\n") if form.startswith("relaxed") else text))
        if key == "ed25519":
            signature = self.ed25519.sign(digest.digest()).signature
        else:
            signature = RSASSA_PKCS1_v1_5_sign(digest, self.rsa[key])
        encoded = base64.b64encode(signature).decode()
        folded = "\r\n ".join(encoded[place:place + 70] for place in range(0, len(encoded), 70))
        return own[0] + b":" + value.encode() + folded.encode() + ending.encode() + b"\r\n" + header + b"\r\n" + body


# name -> what happens to a signed message on its way.
CHANGES = {
    "footer": lambda m: m + b"-- \r\nlist\r\n",
    "linefeeds": lambda m: m.replace(b"\r\n", b"\n"),
    "moreLines": lambda m: m + b"\r\n\r\n",
    "endBlank": lambda m: m.replace(b"end\r\n", b"end  \r\n"),
    "oneBlank": lambda m: m.replace(b"two  blanks", b"two blanks"),
    "word": lambda m: m.replace(b"Hello", b"Hallo"),
    "subject": lambda m: m.replace(b"Subject: A", b"Subject: [LIST] A"),
    "subjectBlank": lambda m: m.replace(b"Subject: A  m", b"Subject:  A m"),
    "fold": lambda m: m.replace(b"\r\n\t second", b"\r\n second"),
    "nameCase": lambda m: m.replace(b"Subject:", b"SUBJECT:"),
    "nameBlank": lambda m: m.replace(b"Subject:", b"Subject :"),
    "secondSubject": lambda m: m.replace(b"\r\nSubject:", b"\r\nSubject: first\r\nSubject:"),
    "topSubject": lambda m: b"Subject: top\r\n" + m,
    "topFrom": lambda m: b"From: other@example.com\r\n" + m,
    "unsigned": lambda m: m.replace(b"MIME-Version: 1.0", b"MIME-Version: 1.0 (x)"),
    "noDate": lambda m: m.replace(b"Date: Wed, 25 Nov 2026 05:00:00 +0000\r\n", b""),
    "received": lambda m: b"Received: from a by b; Wed, 25 Nov 2026 05:00:00 +0000\r\n" + m,
    "signatureBlank": lambda m: m.replace(b" b=", b" b= ", 1),
    "signatureCut": lambda m: m.replace(b" b=", b" b=AAAA", 1),
    "carriage": lambda m: m.replace(b"end\r\n", b"end\r\r\n"),
}

# name -> how a signature is made that is signed and unusual.
WAYS = {
    "expired": {"tags": " t=1000000000; x=1000000001;"}, "future": {"tags": " t=9000000000;"},
    "later": {"tags": " t=1000000000; x=9000000000;"}, "badTimes": {"tags": " t=9000000000; x=1000000000;"},
    "identity": {"tags": " i=a@sub.example.org;"}, "otherIdentity": {"tags": " i=a@example.net;"},
    "likeIdentity": {"tags": " i=a@badexample.org;"}, "quotedIdentity": {"tags": " i=a=40b@example.org;"},
    "query": {"tags": " q=dns/txt;"}, "oldQuery": {"tags": " q=dns;"}, "otherQuery": {"tags": " q=http;"},
    "twoQueries": {"tags": " q=http:dns/txt;"}, "unknownTag": {"tags": " zz=1;"}, "copies": {"tags": " z=From:a|To:b;"},
    "repeatedTag": {"tags": " t=1; t=1;"}, "emptyTag": {"tags": ";"}, "strayTag": {"tags": " stray;"},
    "noVersion": {"version": ""}, "version2": {"version": "v=2; "}, "version05": {"version": "v=0.5; "},
    "noFrom": {"fields": "to:subject"}, "noFields": {"fields": ""}, "missing": {"fields": "from:to:x-nothing:subject"},
    "oversigned": {"fields": "from:from:to:to:subject:subject"}, "spaced": {"fields": "From : To :\r\n Subject"},
    "own": {"fields": "from:dkim-signature"}, "emptyField": {"fields": "from::to"},
    "twice": {"fields": "from:received:received", "header": b"Received: one\r\nReceived: two\r\n" + HEADER},
    "capitalDomain": {"domain": "EXAMPLE.org"}, "otherDomain": {"domain": "nothing.example.org"},
    "lastSemicolon": {"ending": ";"}, "lastBlanks": {"ending": " ; "}, "limit0": {"limit": 0}, "limit5": {"limit": 5},
    "limitAll": {"limit": 10_000}, "badLimit": {"tags": " l=-1;"}, "sha1": {"algorithm": "rsa-sha1"},
    "rsa512": {"key": "rsa512"}, "rsa1024": {"key": "rsa1024"}, "ed25519": {"key": "ed25519"},
    "wrongType": {"algorithm": "ed25519-sha256"},
}


def messages(signer):
    for key, form, (name, body) in itertools.product(("rsa2048", "ed25519"), FORMS, BODIES.items()):
        yield f"{key} {form} {name}", signer.sign(body, form, key)
    for form, (name, change) in itertools.product(FORMS, CHANGES.items()):
        yield f"{form} {name}", change(signer.sign(BODIES["text"], form))
    for form, (name, way) in itertools.product(("simple/simple", "relaxed/relaxed"), WAYS.items()):
        yield f"{form} {name}", signer.sign(BODIES["text"], form, **way)
    signed = signer.sign(BODIES["text"], limit=10)
    yield "limit and footer", signed + b"more\r\n"
    for version in ("", "v=1; "):
        yield f"no signature {version}", HEADER + b"\r\nHello\r\n"


def main():
    folder, *paths = sys.stdin.read().split()
    signer = Signer(dict(zip(("rsa2048", "rsa1024", "rsa512", "ed25519"), paths)))
    for number, (name, message) in enumerate(messages(signer)):
        path = os.path.join(folder, f"m{number}.eml")
        with open(path, "wb") as file:
            file.write(message)
        print(f"{path} {name}")


main()

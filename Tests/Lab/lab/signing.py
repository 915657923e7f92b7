"""Keys and signatures of the lab's mail: relaxed/relaxed by RFC 6376, with openssl's arithmetic."""

import base64
import hashlib
import re
import subprocess

from .zones import quoted


class SigningKey:
    """A key made for one run, its record, and what it signs."""

    def __init__(self, workshop, selector, domain, algorithm="rsa"):
        self.selector, self.domain, self.algorithm = selector, domain, algorithm
        self.path = workshop.path("keys", f"{selector}.{domain}.pem")
        options = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"] if algorithm == "rsa" else ["-algorithm", "ED25519"]
        _openssl("genpkey", *options, "-out", self.path)
        public = _openssl("pkey", "-in", self.path, "-pubout", "-outform", "DER")
        self.text = f"v=DKIM1; k={algorithm}; p=" + base64.b64encode(public if algorithm == "rsa" else public[-32:]).decode()

    @property
    def name(self):
        return f"{self.selector}._domainkey.{self.domain}"

    def record(self, ttl=60, text=None):
        """The record as a line of a zone file."""
        return f"{self.name}. {ttl} IN TXT {quoted(text or self.text)}"

    def sign(self, header, body, fields=("from", "to", "subject", "date"), more=""):
        """The message with a signature before it; lines end with CRLF."""
        hashed = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest()).decode()
        value = (f"v=1; a={self.algorithm}-sha256; c=relaxed/relaxed; d={self.domain};\r\n s={self.selector};{more}"
                 f" h={':'.join(fields)};\r\n bh={hashed};\r\n b=")
        parts = [_relaxed_field(name, _field(header, name)) + "\r\n" for name in fields]
        data = ("".join(parts) + _relaxed_field("dkim-signature", value)).encode()
        if self.algorithm == "rsa":
            signature = _openssl("dgst", "-sha256", "-sign", self.path, data=data)
        else:
            # This way of signing takes a file only.
            with open(self.path + ".data", "wb") as file:
                file.write(hashlib.sha256(data).digest())
            signature = _openssl("pkeyutl", "-sign", "-inkey", self.path, "-rawin", "-in", self.path + ".data")
        return f"DKIM-Signature: {value}{base64.b64encode(signature).decode()}\r\n{header}\r\n{body}"


def message(number, sender, recipient, body="Hello.\r\n", subject=None):
    """Header and body of a message with an id of its own."""
    domain = sender.rpartition("@")[2]
    return (f"From: Sender <{sender}>\r\nTo: <{recipient}>\r\nSubject: {subject or f'Message {number}'}\r\n"
            f"Date: Fri, 27 Nov 2026 18:00:00 +0000\r\nMessage-ID: <{number}@{domain}>\r\n", body)


def _field(header, name):
    unfolded = re.sub(r"\r\n(?=[ \t])", "", header)
    return next(line.split(":", 1)[1] for line in unfolded.split("\r\n") if line.lower().startswith(name + ":"))


def _relaxed_field(name, value):
    return name + ":" + re.sub(r"[ \t]+", " ", value.replace("\r\n", "")).strip(" ")


def _relaxed_body(body):
    lines = [re.sub(r"[ \t]+", " ", line).rstrip(" ") for line in body.split("\r\n")]
    text = "\r\n".join(lines).rstrip("\r\n")
    return (text + "\r\n").encode() if text else b""


def _openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, input=data).stdout

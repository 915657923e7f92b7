"""Keys made for one run, and the forms in which a record may hold them."""

import base64
import hashlib
import os
import subprocess

# name -> options of `openssl genpkey`
RSA = {
    "rsa512": (512, 65537), "rsa768": (768, 65537), "rsa1016": (1016, 65537), "rsa1023": (1023, 65537),
    "rsa1024": (1024, 65537), "rsa1536": (1536, 65537), "rsa2048": (2048, 65537), "other": (2048, 65537),
    "rsa2048e3": (2048, 3), "rsa2048e17": (2048, 17), "rsa2048e33": (2048, 2 ** 32 + 15),
    "rsa2048e65": (2048, 2 ** 64 + 13), "rsa3072": (3072, 65537), "rsa4096": (4096, 65537),
    "rsa4096e65": (4096, 2 ** 64 + 13), "rsa8192": (8192, 65537),
}
ED25519 = ("ed25519", "ed25519b")


class Key:
    """A key with its private half in a file."""

    def __init__(self, name, path):
        self.name = name
        self.path = path
        self.is_rsa = name in RSA
        self.info = _openssl("pkey", "-in", path, "-pubout", "-outform", "DER")
        self.private = _openssl("pkey", "-in", path, "-outform", "DER")

    @property
    def algorithm(self):
        return "rsa-sha256" if self.is_rsa else "ed25519-sha256"

    @property
    def fingerprint(self):
        """As selectord prints it."""
        return "SHA256:" + encoded(hashlib.sha256(self.info).digest()).rstrip("=")

    @property
    def raw(self):
        return self.info[-32:]

    @property
    def bare(self):
        """RSAPublicKey."""
        return _openssl("rsa", "-in", self.path, "-RSAPublicKey_out", "-outform", "DER")

    def form(self, form):
        """The bytes that `p=` may hold."""
        if form == "":
            return self.info if self.is_rsa else self.raw
        if form == "bare":
            return self.bare
        if form == "info":
            return self.info
        if form == "private":
            return self.private
        if form == "trailing":
            return self.form("") + b"\0\0\0"
        if form == "long":
            return b"\0" * 4 + self.raw
        if form == "noparameters":
            bits = der(3, b"\0" + self.bare)
            return der(0x30, der(0x30, bytes.fromhex("06092a864886f70d010101")) + bits)
        if form == "pss":
            bits = der(3, b"\0" + self.bare)
            return der(0x30, der(0x30, bytes.fromhex("06092a864886f70d01010a")) + bits)
        raise ValueError(f"no form {form}")


def der(tag, contents):
    """One DER value."""
    size = len(contents)
    length = bytes([size]) if size < 128 else (
        bytes([0x81, size]) if size < 256 else b"\x82" + size.to_bytes(2, "big"))
    return bytes([tag]) + length + contents


def make(folder, wanted):
    """Makes the keys of some names; a big one takes seconds."""
    os.makedirs(folder, exist_ok=True)
    return {name: _make(folder, name) for name in sorted(wanted)}


def elliptic(folder):
    """A P-256 key's SubjectPublicKeyInfo: something that is no DKIM key."""
    path = os.path.join(folder, "ec.pem")
    if not os.path.exists(path):
        _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path)
    return _openssl("pkey", "-in", path, "-pubout", "-outform", "DER")


def _make(folder, name):
    path = os.path.join(folder, name + ".pem")
    if not os.path.exists(path):
        if name in RSA:
            bits, exponent = RSA[name]
            _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}",
                     "-pkeyopt", f"rsa_keygen_pubexp:{exponent}", "-out", path)
        else:
            _openssl("genpkey", "-algorithm", "ED25519", "-out", path)
    return Key(name, path)


def encoded(data):
    return base64.b64encode(data).decode()


def _openssl(*arguments):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout

"""Signs one message a case; run by the Python that has dkimpy.

Reads lines `path selector algorithm key-file` and writes the signed message to each path.
"""

import base64
import subprocess
import sys

import dkim

MESSAGE = (b"From: Sender <sender@example.org>\r\nTo: receiver@example.net\r\nSubject: A message\r\n"
           b"Date: Wed, 25 Nov 2026 05:00:00 +0000\r\nMessage-ID: <%s@example.org>\r\n\r\nHello.\r\n")


def main():
    known = {}
    for line in sys.stdin:
        path, selector, algorithm, key = line.split()
        if key not in known:
            known[key] = private(key, algorithm)
        message = MESSAGE % selector.encode()
        header = dkim.sign(
            message, selector.encode(), b"example.org", known[key], signature_algorithm=algorithm.encode(),
            canonicalize=(b"relaxed", b"relaxed"), include_headers=[b"from", b"to", b"subject", b"date"])
        with open(path, "wb") as file:
            file.write(header + message)


def private(path, algorithm):
    if algorithm == "rsa-sha256":
        return subprocess.run(["openssl", "rsa", "-in", path, "-traditional"], check=True, capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-in", path, "-outform", "DER"], check=True, capture_output=True).stdout
    return base64.b64encode(der[-32:])


main()

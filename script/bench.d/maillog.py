#!/usr/bin/env python3
"""Writes a mainlog of Exim: maillog.py BYTES FILE. Every message has a verdict, an arrival, a delivery and its end."""

import random
import sys
import time

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
VERDICTS = ["[verification succeeded]"] * 19 + ["[invalid - public key record (currently?) unavailable]"]


def message(number, chance):
    """The lines of one message."""
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_763_625_600 + number // 2))
    ident = "1v" + "-".join("".join(chance.choices(ALPHABET, k=length)) for length in (4, 11, 4))
    domain = f"d{chance.randrange(3000)}.example.org"
    tail = f"X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 CV=no S={chance.randrange(90_000)}"
    return (
        f"{stamp} {ident} DKIM: d={domain} s=s{number % 7} c=relaxed/relaxed a=rsa-sha256 b=2048 i=@{domain} "
        f"t={1_763_625_600 + number} {chance.choice(VERDICTS)}\n"
        f"{stamp} {ident} <= bounce-{number}@{domain} H=mail.{domain} [192.0.2.{number % 250}] P=esmtps {tail} "
        f"DKIM={domain} id={number}.{ident}@{domain}\n"
        f"{stamp} {ident} => user{number % 900}@example.com R=local_user T=lmtp C=\"250 2.0.0 saved\"\n"
        f"{stamp} {ident} Completed\n"
        f"{stamp} H=(x) [198.51.100.{number % 200}] F=<a@b.example> rejected RCPT <nobody{number}@example.com>: unknown\n"
    )


def main():
    size, path = int(sys.argv[1]), sys.argv[2]
    chance = random.Random(1)
    block = "".join(message(number, chance) for number in range(60_000)).encode()
    with open(path, "wb") as file:
        while file.tell() < size:
            file.write(block)


main()

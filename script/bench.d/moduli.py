#!/usr/bin/env python3
"""Prints key records of 2048 bits, one a line, of which the last two share a factor of 1024 bits: moduli.py COUNT

Real primes would take hours. These factors lie in two short ranges and have no divisor below the length of the range,
so that hardly two of them have a divisor in common: for comparing moduli they are nearly as good as primes.
"""

import base64
import random
import sys


def factors(count):
    """Numbers of 1024 bits from a random one on, without a common divisor."""
    base = 3 << 1022 | random.getrandbits(1022)
    length = max(1 << 16, count * 40)
    is_left = bytearray(b"\1") * length
    is_prime = bytearray(b"\1") * length
    for prime in range(2, length):
        if is_prime[prime]:
            is_prime[prime * prime :: prime] = bytes(len(range(prime * prime, length, prime)))
            first = -base % prime
            is_left[first::prime] = bytes(len(range(first, length, prime)))
    found = [base + offset for offset in range(length) if is_left[offset]][:count]
    assert len(found) == count
    return found


def der(tag, content):
    size = len(content)
    return bytes([tag]) + (bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")) + content


def record(modulus):
    key = der(0x30, der(2, b"\0" + modulus.to_bytes(256, "big")) + der(2, b"\1\0\1"))
    info = der(0x30, der(0x30, bytes.fromhex("06092a864886f70d0101010500")) + der(3, b"\0" + key))
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(info).decode()


count = int(sys.argv[1])
random.seed(2048)
ones, others = factors(count), factors(count)
others[-1] = others[-2]
for one, other in zip(ones, others):
    print(record(one * other))

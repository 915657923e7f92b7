#!/usr/bin/env python3
"""Finds keys that share a prime by the textbook's batch GCD (Heninger et al. 2012) with GMP: batchgcd.py FILE

A tree of products, and down it the rests modulo the squares. FILE has records of 2048 bits as moduli.py makes them.
"""

import base64
import sys
import time

import gmpy2

# The modulus ends before the tag, length and content of the exponent 65537.
moduli = [
    gmpy2.mpz(int.from_bytes(base64.b64decode(line.split("p=")[1])[-261:-5], "big")) for line in open(sys.argv[1])]
start = time.process_time()
levels = [moduli]
while len(levels[-1]) > 1:
    last = levels[-1]
    levels.append(
        [last[i] * last[i + 1] if i + 1 < len(last) else last[i] for i in range(0, len(last), 2)])
rests = levels.pop()
while levels:
    level = levels.pop()
    rests = [gmpy2.f_mod(rests[i // 2], number * number) for i, number in enumerate(level)]
found = sum(gmpy2.gcd(rest // number, number) != 1 for rest, number in zip(rests, moduli))
print(f"textbook: {time.process_time() - start} s for {len(moduli)} keys; keys that share a prime: {found}")

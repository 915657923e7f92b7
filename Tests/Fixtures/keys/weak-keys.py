#!/usr/bin/env python3
"""Makes the fixtures of weak RSA keys: `weak-keys.py` in this folder writes them anew, always the same ones.

Each key shows one weakness. A finding here is an expectation: what the rules must say of the key, and nothing else.
"""

import base64
import math
import random

# Blanks and dots in ASCII, for a modulus whose upper half somebody chose.
PICTURE = b" .  . ." * 18


def is_prime(number):
    if any(number % small == 0 for small in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    power = ((number - 1) & -(number - 1)).bit_length() - 1
    for _ in range(30):
        value = pow(random.randrange(2, number - 1), (number - 1) >> power, number)
        if value in (1, number - 1):
            continue
        for _ in range(power - 1):
            value = value * value % number
            if value == number - 1:
                break
        else:
            return False
    return True


def next_prime(number):
    number |= 1
    while not is_prime(number):
        number += 2
    return number


def prime(bits):
    """A random prime whose two highest bits are 1."""
    return next_prime(random.getrandbits(bits) | 3 << (bits - 2))


def roca_prime():
    """k·M + (65537^a mod M), M the product of the first 126 primes, as for keys of 2048 bits."""
    product, found = 1, 0
    for candidate in range(2, 1000):
        if all(candidate % divisor for divisor in range(2, math.isqrt(candidate) + 1)) and found < 126:
            product, found = product * candidate, found + 1
    while True:
        factor = random.getrandbits(1024 - product.bit_length()) | 1 << (1023 - product.bit_length())
        number = factor * product + pow(65537, random.getrandbits(256), product)
        if number >> 1023 == 1 and number >> 1022 == 3 and is_prime(number):
            return number


def der(tag, content):
    size = len(content)
    length = bytes([size]) if size < 128 else (lambda l: bytes([0x80 | len(l)]) + l)(
        size.to_bytes((size.bit_length() + 7) // 8, "big"))
    return bytes([tag]) + length + content


def integer(number):
    return der(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def record(modulus, exponent):
    key = der(0x30, integer(modulus) + integer(exponent))
    algorithm = der(0x30, bytes.fromhex("06092a864886f70d0101010500"))
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(der(0x30, algorithm + der(3, b"\0" + key))).decode()


def write(name, modulus, findings, evidence, exponent=65537, verdict="critical"):
    with open(f"{name}.txt", "w") as file:
        file.write(f"state: published\nverdict: {verdict}\nbits: {modulus.bit_length()}\nfindings: {findings}\n")
        if evidence:
            file.write(f"evidence: {evidence}\n")
        file.write(f"---\n{record(modulus, exponent)}\n")


random.seed("selectord")
p, q = prime(1024), prime(1024)

write("key-small-factor", 1009 * prime(2038), "key-small-factor", "1009 divides the modulus")
write("case-small-factor-largest", 65521 * prime(2032), "key-small-factor", "65521 divides the modulus")
write("case-small-factor-damaged", 3 * 7 * 11 * 13 * prime(1020) * prime(1016), "key-small-factor", "no prime")

write("key-primes-close", p * next_prime(p + 10), "key-primes-close", "found in 1 step")
# Each step is about (p − q)² / 8√n.
write("case-primes-close-100-steps", p * next_prime(p + (math.isqrt(800 * p))), "key-primes-close", "steps")
write("case-primes-close-1000-steps", p * next_prime(p + math.isqrt(8000 * p)), "key-primes-close", "steps")
write("case-primes-equal", p * p, "key-primes-close", "the square of")
r = next_prime((15 << 1020) + random.getrandbits(1000))
write("case-primes-ratio", r * next_prime(r * 2 // 3), "key-primes-close", "3/2")

write("key-roca", roca_prime() * roca_prime(), "key-roca", "a power of 65537")

secret, phi = prime(500), (p - 1) * (q - 1)
write(
    "key-private-exponent-small", p * q, "key-private-exponent-small, key-exponent-large", f"{secret}"[:10],
    pow(secret, -1, phi))
write(
    "case-private-exponent-exchanged", p * q, "key-private-exponent-small, key-exponent-large", "is 65537",
    pow(65537, -1, phi))

sparse = [next_prime(random.getrandbits(64) << 960 | 3 << 1022 | 1 << middle) for middle in (700, 300)]
write("key-modulus-patterned", sparse[0] * sparse[1], "key-modulus-patterned", "% of its bits are 1")

target = int.from_bytes(b"\x80" + PICTURE[:126] + b"\0" * 129, "big")
write(
    "key-modulus-chosen", p * next_prime(target // p + 1), "key-modulus-chosen", "in the lower half",
    verdict="warning")

# Alone, a key that shares a prime with another one shows nothing.
for number in (1, 2):
    write(f"case-prime-shared-{number}", p * prime(1024), "none", "", verdict="ok")

# A key as it should be, made the same way.
write("fit-rsa-3072", prime(1536) * prime(1536), "none", "", verdict="ok")

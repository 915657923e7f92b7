"""What judging a key costs, and comparing many."""

import re
import subprocess
import sys

from bed import HERE


def moduli(bed, count):
    path = bed.path(f"moduli.{count}")
    with open(path, "w") as file:
        subprocess.run([sys.executable, f"{HERE}/moduli.py", str(count)], stdout=file, check=True)
    return path


def number(output, pattern):
    match = re.search(pattern, output, re.M)
    return [float(match.group(1))] if match else None


def judge(bed, found):
    output = bed.run([bed.bench, "keys", moduli(bed, 1000)]).output
    floor = number(output, r"^sound: .*SHA-256 of the text: ([\d.]+)")
    if not floor:
        return found.fail(f"selectord-bench keys: {output[-300:]}")
    found.add("all weak-key tests of one new modulus, sound", number(output, r"^sound: weak-key tests ([\d.]+)"), "us", goal=50)
    found.add("the same, damaged", number(output, r"^damaged: weak-key tests ([\d.]+)"), "us", goal=100)
    found.add("one key record judged, with these", number(output, r"^sound: .*judging ([\d.]+)"), "us", "SHA-256", floor)
    found.add("one record read: base64 and DER", number(output, r"^sound: .*reading ([\d.]+)"), "us", "SHA-256", floor, goal=3)


def keys(bed, found):
    path = moduli(bed, 2000 if bed.quick else 100_000)
    output = bed.run([bed.bench, "keys", path]).output
    ours = number(output, r"^comparing: ([\d.]+)")
    if not ours:
        return found.fail(f"selectord-bench keys: {output[-300:]}")
    peer = None
    if subprocess.run([sys.executable, "-c", "import gmpy2"], capture_output=True).returncode == 0:
        peer = number(bed.run([sys.executable, f"{HERE}/batchgcd.py", path]).output, r"textbook: ([\d.]+)")
    else:
        print("left out: the textbook's batch GCD; it needs: apt-get install python3-gmpy2")
    found.add("keys compared with each other", ours, "s", "batch GCD", peer)
    found.add("one key more", number(output, r"^one more: ([\d.]+)"), "s")

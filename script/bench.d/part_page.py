"""The part about pages: first byte and size of each, the metrics, and readers with live updates."""

import os
import re
import subprocess

import bed as beds


def page(bed, found):
    watches = 2_000 if bed.quick else 100_000
    folder = bed.path("pages")
    os.makedirs(folder, exist_ok=True)
    done = subprocess.run([os.path.join(beds.HERE, "pages"), folder, bed.selectord, str(watches)], stdout=subprocess.PIPE, text=True)
    line = re.search(
        r"BENCH: .*first byte ([\d.]+) ms, largest page ([\d.]+) kB; metrics ([\d.]+) ms; 200 readers ([\d.]+) %", done.stdout)
    if done.returncode != 0 or not line:
        found.fail(f"pages ended with code {done.returncode}")
        return
    first, size, metrics, readers = (float(text) for text in line.groups())
    found.add(f"slowest first byte of a page, {watches:,} watches and a year", [first], "ms", goal=50)
    found.add(f"largest page, {watches:,} watches and a year", [size], "kB", goal=100)
    found.add(f"/metrics, {watches:,} watches", [metrics], "ms", goal=100)
    found.add("200 readers with live updates", [readers], "% of a core", goal=5)

#!/usr/bin/env python3
"""Runs the parts of script/bench, which is what calls this, and makes one table of what came of them."""

import argparse
import subprocess
import sys
import tempfile
import time

import results
from bed import Bed, Broken, Missing
from parts import PARTS

arguments = argparse.ArgumentParser()
arguments.add_argument("parts", nargs="+", choices=list(PARTS))
arguments.add_argument("--quick", action="store_true")
arguments.add_argument("--rounds", type=int)
arguments.add_argument("--json")
arguments.add_argument("--compare")
arguments.add_argument("--record", action="store_true")
options = arguments.parse_args()

subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
found = results.Results(quick=options.quick)
started = time.monotonic()
with tempfile.TemporaryDirectory(prefix="selectord-bench.") as folder:
    with Bed(folder, quick=options.quick, rounds=options.rounds or (1 if options.quick else 5)) as bed:
        for part in options.parts:
            print(f"== {part}", flush=True)
            try:
                PARTS[part](bed, found)
            except Missing as missing:
                print(f"left out: {missing}", flush=True)
            except Broken as broken:
                found.fail(str(broken))
print(f"\n{found.table(results.read(options.compare or 'docs/performance.json'))}")
print(f"{time.monotonic() - started:.0f} s")
if options.json:
    found.write(options.json)
if options.record:
    found.write("docs/performance.json")
    found.record("docs/performance.md")
sys.exit(70 if found.failures else 0)

"""`selectord discover` over a mainlog, beside a grep that counts the same verdicts."""

import subprocess
import sys

from bed import HERE


def mail(bed, found):
    log = bed.path("mainlog")
    subprocess.run([sys.executable, f"{HERE}/maillog.py", str(5_000_000 if bed.quick else 1_000_000_000), log], check=True)
    with open(log, "rb") as file:
        while file.read(1 << 24):  # both read it from memory
            pass
    ours, grep = [], []
    for _ in range(min(bed.rounds, 3)):
        grep.append(bed.run(["grep", "-c", "DKIM: d=", log]).cpu)
        run = bed.run([bed.selectord, "discover", "--format", "input", log])
        if run.code or not run.output.strip():
            return found.fail(f"discover: code {run.code}, {len(run.output)} bytes of output")
        ours.append(run.cpu)
    found.add("discover over a mainlog", ours, "CPU s", "grep", grep)

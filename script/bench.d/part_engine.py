"""Asking one name server for many names: CPU seconds of the client for a million questions."""

import os
import re
import shutil
import subprocess
import sys

from bed import HERE, SERVER, Missing


def engine(bed, found):
    domains = int(os.environ.get("BENCH_DOMAINS", 20 if bed.quick else 1000))
    names = bed.path("engine.names")
    with open(bed.path("engine.zone"), "w") as zone:
        subprocess.run(
            ["awk", "-v", f"domains={domains}", "-v", f"names={names}", "-f", f"{HERE}/zone.awk"], stdout=zone, check=True)
    with open(names) as file, open(names + ".dnsperf", "w") as questions:
        questions.writelines(line.rstrip("\n") + " TXT\n" for line in file)
    bed.serve(bed.path("engine.zone"))
    count = domains * 100

    peers = {f"floor {mode}": lambda mode=mode: bed.floor(names, mode) / count * 1e6 for mode in ["mmsg", "gso", "tcp"]}
    if shutil.which("dnsperf"):
        command = ["dnsperf", "-s", "127.0.0.1", "-p", "5300", "-n", "1", "-q", "128", "-d", names + ".dnsperf"]
        peers["dnsperf"] = lambda: bed.run(command).cpu / count * 1e6
    else:
        print("left out: dnsperf is missing (apt-get install dnsperf)")
    try:
        cares = bed.compiled("cares", "cares")
        peers["c-ares"] = lambda: bed.run([cares, names, "1000", SERVER]).cpu / count * 1e6
    except Missing as missing:
        print(f"left out: {missing} (apt-get install libc-ares-dev)")
    if shutil.which("massdns"):
        with open(bed.path("resolvers"), "w") as file:
            file.write(SERVER + "\n")
        peers["massdns"] = lambda: bed.run(
            ["massdns", "-q", "-r", bed.path("resolvers"), "-t", "TXT", "-o", "B", "-w", "/dev/null", names]).cpu / count * 1e6

    costs = {name: [] for name in ["changed", "unchanged", *peers]}
    for _ in range(bed.rounds):
        ours = bed.run([bed.bench, SERVER, names, "1"])
        for name in ["changed", "unchanged"]:
            match = re.search(rf"^{name} qps \d+ cpu-s/M ([\d.]+) other (\d+) maxrss-MB (\d+)", ours.output, re.M)
            if ours.code or not match:
                return found.fail(f"selectord-bench: code {ours.code}: {ours.output[-300:]}")
            if int(match.group(2)) > 0:
                found.fail(f"engine, {name}: {match.group(2)} of {count} questions came to nothing")
            costs[name].append(float(match.group(1)))
        for name, measure in peers.items():
            costs[name].append(measure())
    unit = "CPU s/M"
    found.add("engine, unchanged answers", costs["unchanged"], unit, "floor mmsg", costs["floor mmsg"], 1.15, True)
    found.add("engine, unchanged answers, joined packets", costs["unchanged"], unit, "floor gso", costs["floor gso"], 1.3, True)
    found.add("engine, every answer decoded", costs["changed"], unit, "floor mmsg", costs["floor mmsg"], 1.5, True)
    for name in ["dnsperf", "c-ares", "massdns"]:
        if name in costs:
            goal = 0.6 if name == "massdns" else None
            found.add(f"engine, unchanged answers, beside {name}", costs["unchanged"], unit, name, costs[name], goal, True)
    found.add("the floor over TCP, for comparison", costs["floor tcp"], unit)


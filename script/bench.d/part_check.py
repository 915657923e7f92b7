"""`selectord check` of a long list, and of one name."""

import json
import shutil

from bed import SERVER


def check(bed, found):
    count = 500 if bed.quick else 20_000
    names, plain = bed.names(count)
    config = bed.path("check.json")
    view = {"name": "nsd", "type": "resolver", "address": SERVER, "rate": 1_000_000}
    with open(config, "w") as file:
        json.dump({"database": bed.path("check.sqlite"), "watches": [], "watchLists": [], "views": [view]}, file)
    runs = {"jsonl": [], "nagios": []}
    peers = {"the floor": []}
    if shutil.which("massdns"):
        peers["massdns"] = []
        with open(bed.path("resolvers"), "w") as file:
            file.write(SERVER + "\n")
    for _ in range(min(bed.rounds, 3)):
        for output, costs in runs.items():
            run = bed.run(
                [bed.selectord, "check", "--config", config, "--input", names, "--output", output, "--color", "never"],
                stdout=bed.path(f"check.{output}"))
            costs.append(run)
        peers["the floor"].append(bed.floor(plain))
        if "massdns" in peers:
            peers["massdns"].append(
                bed.run(["massdns", "-q", "-r", bed.path("resolvers"), "-t", "TXT", "-o", "J", "-w", bed.path("massdns.json"), plain]).cpu)
    with open(bed.path("check.jsonl")) as file:
        published = sum('"state":"published"' in line for line in file)
    if published < count:
        found.fail(f"check --input: {published} of {count} keys are published")
    beside = "massdns" if "massdns" in peers else "the floor"
    for output, costs in runs.items():
        found.add(
            f"check --input of {count} keys never seen, --output {output}", [run.cpu for run in costs], "CPU s", beside,
            peers[beside], 20 if beside == "massdns" else None, True)
    found.add(f"its memory, {count} names", [run.memory for run in runs["jsonl"]], "MB", goal=64)

    one = lambda: bed.run([bed.selectord, "check", "--config", config, "--color", "never", "d1.example", "s1"])
    rounds = 2 if bed.quick else 15
    ours = [one().wall * 1000 for _ in range(rounds)]
    if shutil.which("dig"):
        dig = ["dig", "@127.0.0.1", "-p", "5300", "s1._domainkey.d1.example", "TXT"]
        found.add("check of one name, cold", ours, "ms", "dig", [bed.run(dig).wall * 1000 for _ in range(rounds)], 1.5, True)
    else:
        found.add("check of one name, cold", ours, "ms")

"""`selectord audit` of one domain at one name server."""

from bed import SERVER


def audit(bed, found):
    bed.names(500 if bed.quick else 20_000)
    command = [bed.selectord, "audit", "--view", SERVER, "--output", "jsonl", "--color", "never", "d1.example"]
    runs = [bed.run(command) for _ in range(bed.rounds)]
    if not all(run.output.startswith("{") for run in runs):
        return found.fail(f"audit: code {runs[0].code}: {runs[0].output[-200:]}")
    found.add("audit of one domain", [run.cpu * 1000 for run in runs], "CPU ms")
    found.add("its memory", [run.memory for run in runs], "MB")

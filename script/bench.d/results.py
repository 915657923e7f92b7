"""What the parts have measured: a table, a file that a later run is compared with, and the table of docs/performance.md."""

import datetime
import json
import os
import platform
import re
import statistics


class Result:
    """One figure. `beside` names what ran in the same run, `other` is its figure; `goal` is the most that is wanted."""

    def __init__(self, what, values, unit, beside=None, other=None, goal=None, goal_is_ratio=False):
        self.what, self.unit, self.beside, self.goal, self.goal_is_ratio = what, unit, beside, goal, goal_is_ratio
        self.value = statistics.median(values)
        self.other = statistics.median(other) if other else None

    @property
    def ratio(self):
        return self.value / self.other if self.other else None

    @property
    def is_met(self):
        if self.goal is None or (self.goal_is_ratio and self.ratio is None):
            return None
        return (self.ratio if self.goal_is_ratio else self.value) <= self.goal

    def fields(self):
        fields = {"what": self.what, "value": round(self.value, 4), "unit": self.unit}
        if self.ratio:
            fields |= {"beside": self.beside, "other": round(self.other, 4), "ratio": round(self.ratio, 3)}
        if self.goal is not None:
            fields |= {"goal": self.goal, "goalIsRatio": self.goal_is_ratio, "met": self.is_met}
        return fields


def shown(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def read(path):
    """The figures of a former run, by what they are of."""
    try:
        with open(path) as file:
            return {one["what"]: one for one in json.load(file)["results"]}
    except (OSError, ValueError, KeyError):
        return {}


class Results:
    def __init__(self, quick):
        self.all, self.failures, self.quick = [], [], quick

    def add(self, *arguments, **named):
        result = Result(*arguments, **named)
        self.all.append(result)
        beside = f"; {result.beside} {shown(result.other)}, ratio {result.ratio:.2f}" if result.ratio else ""
        print(f"{result.what}: {shown(result.value)} {result.unit}{beside}", flush=True)

    def fail(self, text):
        """Something did not do its work: a figure without that is worth nothing."""
        self.failures.append(text)
        print(f"FAILED: {text}", flush=True)

    def rows(self, former):
        for one in self.all:
            goal = "" if one.goal is None else f"{'ratio ' if one.goal_is_ratio else ''}≤ {shown(one.goal)}"
            met = {None: "", True: "yes", False: "no"}[one.is_met]
            before = former.get(one.what)
            # A ratio is compared where there is one: it does not know how busy the machine was.
            drift = ""
            if before and one.ratio and before.get("ratio"):
                drift = f"{(one.ratio / before['ratio'] - 1) * 100:+.0f} %"
            elif before and before["value"]:
                drift = f"{(one.value / before['value'] - 1) * 100:+.0f} %"
            beside = f"{one.beside} {shown(one.other)}" if one.ratio else ""
            ratio = f"{one.ratio:.2f}" if one.ratio else ""
            yield [one.what, f"{shown(one.value)} {one.unit}", beside, ratio, goal, met, drift]

    HEAD = ["work", "selectord", "beside it", "ratio", "goal", "met", "since the last"]

    def table(self, former):
        rows = [self.HEAD] + list(self.rows(former))
        widths = [max(len(row[column]) for row in rows) for column in range(len(self.HEAD))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)

    def write(self, path):
        with open(path, "w") as file:
            head = {"date": datetime.date.today().isoformat(), "machine": machine(), "quick": self.quick}
            json.dump(head | {"results": [one.fields() for one in self.all]}, file, indent=1, ensure_ascii=False)
            file.write("\n")

    def record(self, path):
        """Writes the table between its marks."""
        rows = [self.HEAD[:6]] + [["---"] * 6] + [row[:6] for row in self.rows({})]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        text = f"Measured on {datetime.date.today().isoformat()}: {machine()}.\n\n" + "\n".join(lines)
        with open(path) as file:
            page = file.read()
        begin, end = "<!-- recorded by script/bench --record -->", "<!-- end -->"
        page = re.sub(f"(?s){re.escape(begin)}.*{re.escape(end)}", lambda _: f"{begin}\n\n{text}\n\n{end}", page)
        with open(path, "w") as file:
            file.write(page)


def machine():
    """Processor, cores, memory, system and load, since none of the figures means much without."""
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    with open("/proc/meminfo") as file:
        memory = int(re.search(r"MemTotal:\s*(\d+)", file.read()).group(1)) / 1024 / 1024
    return (
        f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, Linux "
        f"{platform.release()}, load {os.getloadavg()[0]:.1f}"
    )

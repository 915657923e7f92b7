"""What `selectord run` costs: new watches, unchanged ones, what is held of them, a restart, another configuration."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time

from bed import SERVER, Broken, pin

TICKS = os.sysconf("SC_CLK_TCK")


class Daemon:
    """A daemon under way, on the first core."""

    def __init__(self, bed, config):
        self.log = bed.path("daemon.log")
        self.start = time.monotonic()
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [bed.selectord, "run", "--config", config], stdout=log, stderr=log, preexec_fn=lambda: pin(0))

    def cpu(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, field="VmRSS"):
        """In MB; VmHWM is the most so far."""
        text = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(rf"{field}:\s*(\d+)", text).group(1)) / 1024

    def check(self):
        if self.process.poll() is not None:
            raise Broken("the daemon has ended; its log: " + open(self.log).read()[-1000:])

    def wait_for(self, text, limit=600):
        """Seconds since the start, or since now, until the log has this."""
        start = time.monotonic()
        while text not in open(self.log).read():
            time.sleep(0.02)
            self.check()
            if time.monotonic() - start > limit:
                raise Broken(f"the log of the daemon has no '{text}' after {limit} s")
        return time.monotonic() - start

    def wait_until(self, condition, limit):
        end = time.monotonic() + limit
        while not condition():
            time.sleep(0.5)
            self.check()
            if time.monotonic() > end:
                raise Broken(f"the daemon has not done its work after {limit} s; its log: " + open(self.log).read()[-500:])

    def wait_until_quiet(self, share, limit=900):
        """Until it uses less than this share of a core for five seconds."""
        end = time.monotonic() + limit
        last = self.cpu()
        while time.monotonic() < end:
            time.sleep(5)
            self.check()
            now = self.cpu()
            if now - last < 5 * share:
                return
            last = now

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(database):
    """How many watches have an answer that is current."""
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5) as connection:
            return connection.execute("SELECT count(DISTINCT watch) FROM spans WHERE last_seen IS NULL").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def questions():
    """Questions and answers over UDP so far, in this network: each is received once."""
    lines = [line.split() for line in open("/proc/net/snmp") if line.startswith("Udp:")]
    return int(lines[1][lines[0].index("InDatagrams")]) / 2


def configure(bed, names, interval, **more):
    """A list of its own, which a part may add to."""
    config, watched = bed.path("daemon.json"), bed.path("daemon.names")
    if not os.path.exists(watched):
        shutil.copy(names, watched)
    view = {"name": "nsd", "type": "resolver", "address": SERVER, "rate": 1_000_000}
    with open(config, "w") as file:
        json.dump(
            {"database": bed.path("daemon.sqlite"), "watches": [], "watchLists": [{"file": watched, "interval": interval}],
             "views": [view]} | more, file)
    return config


def count(bed):
    return int(os.environ.get("BENCH_WATCHES", 500 if bed.quick else 20_000))


def filled(bed, found=None):
    """A database with all watches; measures what it takes to fill it the first time."""
    watches = count(bed)
    names, plain = bed.names(watches)
    config = configure(bed, names, "1h")
    database = bed.path("daemon.sqlite")
    if os.path.exists(database):
        return config, database
    floor = bed.floor(plain)
    daemon = Daemon(bed, config)
    try:
        daemon.wait_until(lambda: answers(database) >= watches, 300 + watches // 20)
        if found:
            found.add(
                f"first sweep of {watches} new watches", [daemon.cpu() / watches * 1e6], "CPU us a watch", "the floor",
                [floor / watches * 1e6], 150)
            found.add("its memory meanwhile", [daemon.memory("VmHWM")], "MB")
            stuck = open(daemon.log).read().count("makes no progress")
            if stuck:
                found.fail(f"'the monitor makes no progress' {stuck} times in the log")
        before = daemon.cpu()
        daemon.wait_until_quiet(0.02)
        if found:
            found.add("comparing the new keys, afterwards", [daemon.cpu() - before], "CPU s")
    finally:
        daemon.stop()
    size = sum(os.path.getsize(database + end) for end in ["", "-wal"] if os.path.exists(database + end))
    if found:
        found.add("database", [size / watches], "bytes a new watch", goal=1024)
    return config, database


def daemon(bed, found):
    watches = count(bed)
    config, database = filled(bed, found)
    seconds = 4 if bed.quick else 30
    every = max(2, watches // 10_000)
    names, _ = bed.names(watches)
    config = configure(bed, names, f"{every}s")
    before = questions()
    running = Daemon(bed, config)
    try:
        found.add(f"ready with {watches} watches", [running.wait_for("notice: watching") or 0.001], "s", goal=5)
        running.wait_until(lambda: questions() - before >= 1.2 * watches, 300 + watches // 100)
        found.add("first sweep after a restart", [running.cpu() / watches * 1e6], "CPU us a watch")
        running.wait_until_quiet(1.1 if bed.quick else 0.6, 60)
        cpu, asked = running.cpu(), questions()
        time.sleep(seconds)
        cpu, asked = running.cpu() - cpu, questions() - asked
        if asked < 1:
            found.fail(f"no question in {seconds} s for {watches} watches every {every} s")
        found.add("unchanged watches, all in", [cpu / max(1, asked) * 1e6], "CPU us a question", goal=5)
        found.add("memory while it runs", [running.memory()], "MB")
        found.add("memory above 40 MB", [max(0, running.memory() - 40) * 1024 * 1024 / watches], "bytes a watch", goal=400)
        with open(bed.path("daemon.names"), "a") as file:
            file.write("one-more.example s1\n")
        start = time.monotonic()
        running.process.send_signal(signal.SIGHUP)
        running.wait_for("configuration reloaded")
        found.add("SIGHUP with one watch more", [time.monotonic() - start], "s", goal=1)
    finally:
        running.stop()


def store(bed, found):
    config, _ = filled(bed)
    for output, goal in [("jsonl", 0.2), ("table", None)]:
        command = [bed.selectord, "status", "--config", config, "--output", output, "--color", "never"]
        runs = [bed.run(command, stdout=bed.path("status")) for _ in range(bed.rounds)]
        if os.path.getsize(bed.path("status")) < 20:
            found.fail(f"status --output {output} is empty, code {runs[0].code}")
        found.add(f"status --output {output} of {count(bed)} watches", [run.cpu for run in runs], "CPU s", goal=goal)

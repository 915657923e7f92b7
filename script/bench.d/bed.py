"""Where the parts run: zones and lists of names, a name server on the last core, and programs on the first."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
SERVER = "127.0.0.1:5300"


class Missing(Exception):
    """A program that a part cannot do without."""


class Broken(Exception):
    """Something does not do its work."""


class Run:
    """One run of a program: seconds of CPU and of the wall clock, the most memory in MB, its code, and what it printed."""

    def __init__(self, wall, cpu, memory, code, output):
        self.wall, self.cpu, self.memory, self.code, self.output = wall, cpu, memory, code, output


class Bed:
    def __init__(self, folder, quick, rounds):
        self.folder, self.quick, self.rounds = folder, quick, rounds
        self.selectord, self.bench = os.environ.get("SELECTORD", ""), os.environ.get("SELECTORD_BENCH", "")
        self.server = None
        self.daemon_state = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop_server()

    def path(self, name):
        return os.path.join(self.folder, name)

    def need(self, program, package):
        path = shutil.which(program)
        if not path:
            raise Missing(f"{program} is missing; install it by: apt-get install {package}")
        return path

    def run(self, command, stdout=None, core=0, limit=1800):
        """Runs a program to its end on one core."""
        out = open(stdout or self.path("out"), "wb+")
        err = open(self.path("err"), "wb+")
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err, preexec_fn=lambda: pin(core))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        out.seek(0)
        output = "" if stdout else out.read().decode(errors="replace")
        out.close()
        err.close()
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode, output)

    def compiled(self, name, *libraries):
        """A program of Tests/Lab/bench; compiled once."""
        program = self.path(name)
        if not os.path.exists(program):
            compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
            if not compiler:
                raise Missing("cc is missing; install it by: apt-get install gcc")
            source = os.path.join(REPOSITORY, "Tests/Lab/bench", name + ".c")
            made = subprocess.run(
                [compiler, "-O2", "-o", program, source] + [f"-l{one}" for one in libraries], capture_output=True, text=True)
            if made.returncode:
                raise Missing(f"{name}.c cannot be compiled: {made.stderr.strip().splitlines()[0]}")
        return program

    # The names, and who answers for them.

    def names(self, count, texts=None):
        """A zone of so many names d0.example, d1.example, … with keys of 2048 bits, so many of them different; serves it. Gives the
        paths of the list for `check`, and of one with a key name a line."""
        texts = texts or count
        stem = self.path(f"names.{count}.{texts}")
        if not os.path.exists(stem):
            with open(self.path("records"), "w") as file:
                subprocess.run([sys.executable, f"{HERE}/moduli.py", str(texts)], stdout=file, check=True)
            records = [line.rstrip("\n") for line in open(self.path("records"))]
            with open(stem + ".zone", "w") as zone, open(stem + ".plain", "w") as plain, open(
                stem, "w"
            ) as list_of_names:
                zone.write("$ORIGIN example.\n$TTL 3600\n@ SOA ns host 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n")
                for number in range(count):
                    text = records[number % len(records)]
                    zone.write(f's1._domainkey.d{number} TXT "{text[:255]}" "{text[255:]}"\n')
                    list_of_names.write(f"d{number}.example s1\n")
                    plain.write(f"s1._domainkey.d{number}.example\n")
        self.serve(stem + ".zone")
        return stem, stem + ".plain"

    def serve(self, zone):
        """NSD with this zone as example., alone on the last core."""
        self.need("nsd", "nsd")
        if self.server and self.server[0] == zone:
            return
        self.stop_server()
        shutil.copy(zone, self.path("example.zone"))
        with open(f"{HERE}/nsd.conf") as template, open(self.path("nsd.conf"), "w") as file:
            file.write(template.read().replace("@DIR@", self.folder))
        log = open(self.path("nsd.log"), "w")
        process = subprocess.Popen(
            ["nsd", "-d", "-c", self.path("nsd.conf")], stdout=log, stderr=log, start_new_session=True,
            preexec_fn=lambda: pin(os.cpu_count() - 1))
        self.server = (zone, process)
        # ns.example A
        question = b"\x12\x34\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x02ns\x07example\x00\x00\x01\x00\x01"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.1)
            for _ in range(1200):
                try:
                    probe.sendto(question, ("127.0.0.1", 5300))
                    if probe.recv(512)[3] & 15 == 0:
                        return
                except OSError:
                    time.sleep(0.05)
        raise Broken("NSD does not answer on 127.0.0.1:5300; its log: " + open(self.path("nsd.log")).read()[-400:])

    def stop_server(self):
        if self.server:
            os.killpg(self.server[1].pid, signal.SIGTERM)
            self.server[1].wait()
            self.server = None

    def floor(self, names, mode="mmsg"):
        """CPU seconds of the least that asking these names can cost."""
        output = self.run([self.compiled("floor"), mode, names]).output
        match = re.search(r"cpu-s/M ([\d.]+) other (\d+)", output)
        if not match:
            raise Broken(f"the floor program says: {output[-200:]}")
        with open(names) as file:
            return float(match.group(1)) / 1e6 * sum(1 for _ in file)


def pin(core):
    os.sched_setaffinity(0, {core})

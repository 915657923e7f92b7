"""Runs the built selectord: its configuration, one check, one daemon."""

import json
import os
import signal
import subprocess
import time

from . import network
from .hosts import FAILING, LIARS, NOTHING, ROOT, SILENT
from .processes import LabError

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


# `fd53::9` is no address of this host: there is no way to it. Servers of other zones refuse.
FIRST_RESOLVERS = {"system-closed": NOTHING, "system-silent": SILENT, "system-servfail": FAILING,
                   "system-refused": "127.53.11.1", "system-closed-v6": "fd53::9", "system-refused-v6": "::1"}


def binary():
    """The path of the built program: $SELECTORD, or the debug build."""
    path = os.environ.get("SELECTORD") or os.path.join(REPOSITORY, ".build/debug/selectord")
    if not os.access(path, os.X_OK):
        raise LabError(f"{path} is not there; `swift build` makes it")
    return path


def authoritative_view(**more):
    return {"name": "authoritative", "type": "authoritative", "rootHints": ROOT.addresses, "port": network.port(),
            "timeout": "1s", "rate": 1000, **more}


def resolver_view(name, address, port=53, **more):
    return {"name": name, "type": "resolver", "address": f"{address}:{port}", "timeout": "1s", "rate": 1000, **more}


def write_check_configuration(workshop, internet):
    """All views of the lab, for `check`."""
    views = [authoritative_view()]
    views += [resolver_view(name, *place, timeout="3s") for name, place in internet.resolvers.items()]
    views += [resolver_view("dead", NOTHING, network.port(), retries=1),
              resolver_view("silent", SILENT, network.port(), retries=1),
              resolver_view("servfail", "127.53.30.4", network.port(), retries=1)]
    views += [resolver_view(name, address, network.port(), retries=1) for name, address in LIARS.items()]
    # The root as seen from where it is blocked, or somebody else answers in its place.
    roots = {"root-silent": SILENT, "root-refused": "127.53.11.1", "root-closed": NOTHING, "root-servfail": FAILING,
             "root-intercepted": LIARS["intercepts"]}
    views += [authoritative_view(name=name, rootHints=[address], retries=1) for name, address in roots.items()]
    url, _ = internet.doh
    views.append({"name": "doh", "type": "resolver", "url": url, "timeout": "3s"})
    if network.is_own():
        # The first server of a resolv.conf is not well, the second one is.
        for name, first in FIRST_RESOLVERS.items():
            servers = [first, internet.resolvers["plain"][0]]
            resolv_conf = workshop.write(f"{name}.conf", "".join(f"nameserver {server}\n" for server in servers))
            views.append({"name": name, "type": "system", "resolvConf": resolv_conf, "timeout": "1s"})
    return workshop.write("check.json", json.dumps({"database": workshop.path("unused.sqlite"), "views": views}))


def check(workshop, configuration, views, names, authority=None, limit=120, is_explained=False):
    """The results of `check --input` by key name, the exit code, and what it said."""
    path = workshop.write("input.txt", "".join(name + "\n" for name in names))
    command = [binary(), "check", "--config", configuration, "--input", path, "--output", "jsonl"]
    command += ["--explain"] if is_explained else []
    command += [word for view in views for word in ("--view", view)]
    environment = dict(os.environ, **({"SSL_CERT_FILE": authority} if authority else {}))
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit, env=environment)
    results = [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
    return {result["name"]: result for result in results}, done.returncode, done.stderr


def verb(*arguments):
    """Runs a verb and gives the finished process."""
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=60)


class Daemon:
    """`selectord run` on one configuration."""

    def __init__(self, workshop, name="selectord"):
        self.workshop, self.name = workshop, name
        self.configuration = workshop.path(name + ".json")
        self.process = None

    def configure(self, **keys):
        self.workshop.write(self.name + ".json", json.dumps(keys, indent=1))

    def start(self):
        self.process = self.workshop.start(self.name, [binary(), "run", "--config", self.configuration])
        return self.process

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def kill(self):
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def stop(self, limit=10):
        """SIGTERM; gives exit code and seconds."""
        began = time.monotonic()
        self.process.terminate()
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = None
        return code, time.monotonic() - began

    def log(self):
        return self.workshop.log(self.name)

    def lines(self, *arguments):
        """What a reading verb prints as jsonl."""
        done = verb(*arguments, "--config", self.configuration, "--output", "jsonl")
        return [json.loads(line) for line in done.stdout.splitlines() if line.strip()]

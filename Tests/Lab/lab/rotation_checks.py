"""What `rotate` must say of a small world whose records appear, lag, differ and vanish. One function a check."""

import json
import os
import subprocess

from . import selectord
from .ask import ask
from .checks import Checks, expect
from .daemon_checks import Scene
from .processes import wait_until
from .world import DOMAIN, SELECTOR, SERVERS
from .zones import quoted, read_keys

NEW = "s2026"
NEW_NAME = f"{NEW}._domainkey.{DOMAIN}"

CHECKS = Checks("rotate", Scene)
check = CHECKS.check


def record(key="rsa2048-new", selector=NEW):
    return f"{selector}._domainkey.{DOMAIN}. 3 IN TXT {quoted(read_keys()[key])}"


class Rotation:
    """A scene in which nobody watches, and `rotate verify` is asked."""

    def __init__(self, scene, **settings):
        self.scene = scene
        scene.settings.update(settings)
        scene.daemon.configure(**scene.settings)
        self.key = scene.workshop.write("new.txt", read_keys()["rsa2048-new"] + "\n")

    def verify(self, *arguments, limit=60):
        """Exit code and report."""
        done = subprocess.run(
            [selectord.binary(), "rotate", "verify", DOMAIN, NEW, "--old", SELECTOR, "--config",
             self.scene.daemon.configuration, "--output", "jsonl", *arguments],
            capture_output=True, text=True, timeout=limit)
        if not done.stdout:
            raise AssertionError(f"exit code {done.returncode}, nothing on standard output: {done.stderr}")
        expect(done.stderr == "", "nothing on standard error", done.stderr)
        return done.returncode, json.loads(done.stdout)

    def publish(self, *records, host="old"):
        self.scene.world.change_domain(host, [self.scene.world.key_record(), *records])

    def prime(self):
        """Lets both resolvers ask for the new key, so that they hold its absence."""
        for address, port in self.scene.world.resolvers.values():
            wait_until(lambda: ask(address, NEW_NAME, port=port, timeout=2, flags=0x0100), 10, f"an answer of {address}")


def states(report):
    return {condition["id"]: condition["state"] for condition in report["conditions"]}


@check
def rotate_from_absent_to_ready(scene):
    """Absent, then not yet while absences may be cached, then ready; with a proof that holds until it is changed."""
    rotation = Rotation(scene)
    code, report = rotation.verify("--key", rotation.key)
    expect(code == 2 and report["awaitsRecord"], "2: nobody has published it", (code, report["summary"]))
    rotation.prime()
    rotation.publish(record())
    code, report = rotation.verify("--key", rotation.key)
    expect(code == 1 and report["readyAt"], "1 with a time", (code, report["summary"]))
    expect(states(report)["served-everywhere"] == "met", "the record at every server", states(report))
    expect(states(report)["caches-cleared"] == "notYet", "caches that may hold the absence", states(report))
    proof = scene.workshop.path("a.proof")
    code, report = rotation.verify("--key", rotation.key, "--wait", "40s", "--proof", proof)
    expect(code == 0 and set(states(report).values()) == {"met"}, "0 with all conditions met", (code, report["summary"]))
    holds = selectord.verb("rotate", "check-proof", proof, "--config", scene.daemon.configuration)
    expect(holds.returncode == 0, "a proof that holds", holds.stdout + holds.stderr)
    with open(proof) as file:
        text = file.read()
    scene.workshop.write("b.proof", text.replace('"ttl": 3,', '"ttl": 2,', 1))
    changed = selectord.verb("rotate", "check-proof", scene.workshop.path("b.proof"))
    expect(changed.returncode == 2, "2 for a changed proof", (changed.returncode, changed.stdout))
    return f"ready after {len(json.loads(text)['rounds'])} rounds that differ"


@check
def rotate_waits_for_the_record(scene):
    """Started before anybody publishes, --wait sees the record appear, and counts from there."""
    rotation = Rotation(scene)
    waiting = scene.workshop.start(
        "waiting", [selectord.binary(), "rotate", "verify", DOMAIN, NEW, "--old", SELECTOR, "--config",
                    scene.daemon.configuration, "--wait", "60s", "--view", "authoritative",
                    "--proof", scene.workshop.path("waiting.proof")])
    wait_until(lambda: os.path.exists(scene.workshop.path("waiting.proof")), 10, "a first look, and its proof")
    rotation.publish(record())
    code = wait_until(lambda: None if waiting.poll() is None else (waiting.returncode,), 50, "the end of the wait")[0]
    said = scene.workshop.log("waiting")
    expect(code == 0 and "ready" in said, "0, ready", (code, said))
    expect("Nobody saw the source before" not in said, "a clock that begins when the record was seen to appear", said)
    return "seen to appear"


@check
def rotate_with_a_wrong_key(scene):
    """Another key in DNS than the signer's is told, and ends a wait at once."""
    rotation = Rotation(scene)
    rotation.publish(record("rsa1024"))
    code, report = rotation.verify("--key", rotation.key, "--wait", "60s")
    expect(code == 2 and states(report)["key-matches"] == "failed", "2, another key", (code, report["summary"]))
    rotation.publish(record("rsa2048"))
    code, report = rotation.verify("--key", rotation.key)
    expect(code == 2 and f"that of the old selector {SELECTOR}" in report["summary"], "2, the old key", (code, report["summary"]))
    rotation.publish(record("truncated"))
    code, report = rotation.verify()
    expect(code == 2 and states(report)["key-usable"] == "failed", "2, no usable key", (code, report["summary"]))
    scene.world.change_domain("old", [record()])
    code, report = rotation.verify()
    expect(code == 2 and states(report)["old-published"] == "failed", "2, the old key is gone", (code, report["summary"]))
    return "four faults, each by its name"


@check
def rotate_with_a_lagging_server(scene):
    """One of two servers has an older zone: not yet; once it has followed, the clock begins."""
    rotation, world = Rotation(scene), scene.world
    world.write_domain("new", [world.key_record()])
    names = [SERVERS["old"][0], SERVERS["new"][0]]
    world.change_domain("new", [world.key_record()])
    world._write("tld", "com.", "a.tld-servers.net.",
                 [f"domain {world.delegation_ttl} IN NS {name}" for name in names])
    world._reload("tld", "com.")
    rotation.publish(record())
    # Each zone names its own host's servers too, of which the other host is no part.
    code, report = rotation.verify("--view", "authoritative")
    expect(code == 1 and "older serial" in report["summary"], "1, an older serial", (code, report["summary"]))
    rotation.publish(record(), host="new")
    code, report = rotation.verify("--view", "authoritative", "--wait", "40s")
    expect(code == 0, "0 once it has followed", (code, report["summary"]))
    return "older serial, then ready"


@check
def rotation_events(scene):
    """The daemon tells: blocked while the key is missing, ready when it is safe, tooEarly when the old key leaves."""
    world = scene.world
    scene.start(known=2, watches=[{"domain": DOMAIN, "rotation": {"from": SELECTOR, "to": NEW}}])
    blocked = scene.await_event("rotation.blocked")
    expect(NEW_NAME in blocked["summary"], "the name of the missing key", blocked["summary"])
    world.change_domain("old", [world.key_record(), record()])
    ready = scene.await_event("rotation.ready", limit=40)
    expect(ready["verdict"] == "ok" and SELECTOR in ready["diagnosis"]["remedy"], "what to keep", ready)
    scene.daemon.kill()
    scene.daemon.start()
    world.change_domain("old", [record()])
    early = scene.await_event("rotation.tooEarly", limit=30)
    expect(early["verdict"] == "critical" and early["selector"] == SELECTOR, "the old key", early)
    kinds = [event["type"] for event in scene.distinct() if event["type"].startswith("rotation.")]
    expect(kinds == ["rotation.blocked", "rotation.ready", "rotation.tooEarly"], "each once", kinds)
    missing = [event["selector"] for event in scene.distinct("selector.missing")]
    expect(NEW not in missing, "no alarm about a key that is still to come", missing)
    return "blocked, ready, too early"


@check
def rotate_knows_the_history(scene):
    """What the daemon saw appear an hour ago needs no further wait: the database is read while it runs."""
    world = scene.world
    scene.start(known=2, watches=[{"domain": DOMAIN, "rotation": {"from": SELECTOR, "to": NEW}}])
    world.change_domain("old", [world.key_record(), record()])
    scene.await_event("rotation.ready", limit=40)
    done = selectord.verb("rotate", "verify", DOMAIN, NEW, "--config", scene.daemon.configuration, "-o", "jsonl")
    report = json.loads(done.stdout)
    expect(done.returncode == 0, "0 at the first look", (done.returncode, report["summary"]))
    expect(report["old"] == SELECTOR and not report["assumptions"], "nothing assumed", report["assumptions"])
    return "ready at the first look"

"""What the daemon must do while zones, servers, receivers and the daemon itself change or die. One function a check."""

import os
import random
import re
import time

from . import network, selectord, visitors
from .checks import Checks, expect, expect_equal
from .hosts import HOSTS, Host
from .processes import LabError, program, wait_until
from .receiver import Receiver
from .responder import Responder
from .world import DOMAIN, NAME, SELECTOR, World
from .zones import HERE, quoted

INTERVAL, CONFIRM_TIMES, CONFIRM_AFTER, JITTER = 2.0, 2, 0.5, 0.1


class Scene:
    """A world, a receiver and a daemon that watches the one and tells the other."""

    def __init__(self, workshop):
        self.workshop = workshop
        self.world = World(workshop, delegation_ttl=2)
        self.world.start()
        self.receiver = Receiver(workshop).open()
        self.daemon = selectord.Daemon(workshop)
        self.settings = {
            "database": workshop.path("history.sqlite"), "interval": f"{INTERVAL:.0f}s", "jitter": f"{JITTER:.0%}",
            "pulse": "off",
            "confirm": {"times": CONFIRM_TIMES, "after": f"{CONFIRM_AFTER * 1000:.0f}ms"},
            "unreachableAfter": "1s", "log": {"format": "text", "level": "debug"}, "views": self.world.views(),
            "watches": [{"domain": DOMAIN, "selectors": [SELECTOR]}],
            "receivers": [{"name": "postmaster", "format": "generic", "url": self.receiver.url, "allowPrivate": True,
                           "minimumSeverity": "info"}]}

    def start(self, known=None, **settings):
        """Starts the daemon and waits until it knows every watch, or this number of them."""
        self.settings.update(settings)
        self.daemon.configure(**self.settings)
        self.daemon.start()
        count = known or sum(len(watch["selectors"]) for watch in self.settings["watches"])
        wait_until(lambda: self.settled(count), 20, "the daemon to know every watch")
        return self

    def settled(self, count):
        if self.daemon.process.poll() is not None:
            raise LabError(f"the daemon ended with {self.daemon.process.returncode}: {self.daemon.log()[-1000:]}")
        return sum(row.get("state") not in (None, "pending") for row in self.daemon.lines("status")) >= count

    def with_key(self):
        self.world.change_domain("old", [self.world.key_record()])

    def without_key(self):
        self.world.change_domain("old", [])

    def await_event(self, kind, count=1, limit=15, **fields):
        """The last of `count` accepted events of a type."""
        wait_until(lambda: len(self.distinct(kind, **fields)) >= count, limit, f"{count} x {kind} at the receiver")
        return self.distinct(kind, **fields)[count - 1]

    def distinct(self, kind=None, **fields):
        """The accepted events without repeats: at least once means that some come twice."""
        return list({event["id"]: event for event in self.receiver.accepted(kind, **fields)}.values())


CHECKS = Checks("daemon", Scene)
check = CHECKS.check


@CHECKS.check_alone
def latency(scene):
    """A vanished key is at the webhook within interval, jitter, confirmation and one second."""
    scene.start()
    limit = INTERVAL * (1 + JITTER) + CONFIRM_TIMES * CONFIRM_AFTER + 1
    worst = 0
    for round_number in range(1, 4):
        time.sleep(random.uniform(0, INTERVAL))
        scene.without_key()
        gone = time.time()
        event = scene.await_event("selector.missing", round_number)
        worst = max(worst, scene.receiver.arrival(event) - gone)
        scene.with_key()
        scene.await_event("selector.recovered", round_number)
    expect(worst <= limit, f"at most {limit:.1f} s", f"{worst:.2f} s")
    return f"at most {worst:.2f} s of {limit:.1f} s"


@CHECKS.check_alone
def pulse(scene):
    """A vanished key is told within a round of the pulse and the confirmation, though its interval is a quarter of an hour."""
    every, told = 4, []
    scene.start(pulse=f"{every}s", interval="15m", confirm={"times": 1, "after": "500ms"})
    for kind, change in [("selector.missing", scene.without_key), ("selector.recovered", scene.with_key)]:
        # A second change shortly after the first has to wait for its turn.
        time.sleep(random.uniform(6, 6 + every))
        change()
        changed = time.time()
        told.append(scene.receiver.arrival(scene.await_event(kind, limit=60)) - changed)
    limit = every + 0.5 + 1
    expect(max(told) <= limit, f"at most {limit:.1f} s", told)
    return f"told {told[0]:.2f} s and {told[1]:.2f} s after the change, of {limit:.1f} s"


@CHECKS.check_alone
def notify(scene):
    """NSD, Knot and BIND give notice of a change: it is told at once, without any pulse."""
    world, zone, address = scene.world, f"told.{DOMAIN}", ("127.0.0.1", 5399)
    name, told = f"{SELECTOR}._domainkey.{zone}", {}
    servers = world.hosts["new"].addresses
    apex = ["@ IN NS ns", f"ns IN A {servers[0]}"]
    with_key = [*apex, f"{SELECTOR}._domainkey IN TXT {quoted(world.key)}"]
    world.change_domain("old", [world.key_record(), "told IN NS ns.told", f"ns.told IN A {servers[0]}"])
    world._write("new", zone + ".", "ns", with_key)
    world.stop("new")
    for software in ("nsd", "knot", "bind"):
        if software == "bind" and not network.is_own() or not program({"nsd": "nsd", "knot": "knotd", "bind": "named"}[software]):
            continue
        world.hosts["new"] = Host("new", software, servers, notify=address)
        world.start_server("new")
        if not told:
            scene.start(interval="15m", confirm={"times": 1, "after": "500ms"},
                        watches=[{"domain": zone, "selectors": [SELECTOR], "views": ["authoritative"]}],
                        notify={"listen": [f"{address[0]}:{address[1]}"], "from": ["127.0.0.0/8"]})
        for kind, records in [("selector.missing", apex), ("selector.recovered", with_key)]:
            # Changes in a row have to wait for one another.
            time.sleep(6)
            world._write("new", zone + ".", "ns", records)
            world._reload("new", zone + ".")
            changed = time.time()
            event = scene.await_event(kind, len(told) // 2 + 1, limit=60, name=name)
            told[software, kind] = scene.receiver.arrival(event) - changed
        world.stop("new")
    limit = 2 + 0.5 + 1
    expect(told and max(told.values()) <= limit, f"at most {limit:.1f} s", told)
    return ", ".join(f"{software} {seconds:.2f} s" for (software, kind), seconds in told.items())


@check
def kill_nine(scene):
    """Ten rounds of kill -9 in the middle of changes lose no event and no delivery."""
    scene.start()
    chance = random.Random(9)
    missing = recovered = 0
    for _ in range(10):
        if missing == recovered:
            scene.without_key()
            missing += 1
        else:
            scene.with_key()
            recovered += 1
        # From before the first look that shows the change to after the delivery.
        time.sleep(chance.uniform(0, INTERVAL + 2.5))
        scene.daemon.kill()
        scene.daemon.start()
        scene.await_event("selector.missing", missing)
        if recovered:
            scene.await_event("selector.recovered", recovered)
    kinds = [event["type"] for event in scene.distinct() if event["type"].startswith("selector.")]
    expect(kinds == ["selector.missing", "selector.recovered"] * 5, "each change told once, in order", kinds)
    known = {row["delivery"]["id"]: row["delivery"]["status"] for row in scene.daemon.lines("alert", "list")}
    expect(set(known.values()) == {"delivered"}, "all deliveries delivered", known)
    expect(len(known) == len(scene.distinct()), "as many deliveries as events", (len(known), len(scene.distinct())))
    return f"{len(known)} deliveries, {len(scene.receiver.requests) - len(known)} repeats"


@check
def receiver_down(scene):
    """A receiver that is down for a while gets everything once it is back, with the same ids."""
    scene.start()
    scene.receiver.status = 503
    scene.without_key()
    wait_until(lambda: scene.receiver.requests, 10, "a first try")
    scene.receiver.close()
    scene.with_key()
    wait_until(lambda: len(scene.daemon.lines("alert", "list")) >= 2, 10, "two deliveries in the outbox")
    refused = [request["headers"].get("webhook-id") for request in scene.receiver.requests]
    expect(all(refused), "every try with a webhook-id", refused)
    scene.receiver.status = 200
    scene.receiver.open()
    scene.await_event("selector.recovered", limit=60)
    scene.await_event("selector.missing", limit=60)
    accepted = {request["headers"]["webhook-id"] for request in scene.receiver.requests if request["status"] == 200}
    expect(set(refused) <= accepted, "the ids of the refused tries", (refused, accepted))
    return f"{len(refused)} refused, then {len(accepted)} accepted"


@check
def resolvers_dead(scene):
    """Both recursive resolvers dead: one view.down each, no flood; and view.recovered each."""
    selectors = [f"s{number}" for number in range(20)]
    scene.world.change_domain("old", [scene.world.key_record(selector) for selector in [SELECTOR, *selectors]])
    scene.start(watches=[{"domain": DOMAIN, "selectors": [SELECTOR, *selectors]}])
    for name in ("local", "8.8.8.8"):
        scene.world.stop(name)
    for name in ("local", "8.8.8.8"):
        scene.await_event("view.down", view=name, limit=30)
    time.sleep(2 * INTERVAL)
    for name in ("local", "8.8.8.8"):
        scene.world.start_resolver(name)
    for name in ("local", "8.8.8.8"):
        scene.await_event("view.recovered", view=name, limit=30)
    kinds = sorted(event["type"] for event in scene.distinct())
    expect(kinds == ["view.down"] * 2 + ["view.recovered"] * 2, "one view.down and one view.recovered each", kinds)
    return "two down, two back, 21 watches silent"


@check
def pages(scene):
    """Pages, API and metrics answer; hostile visitors get clear answers and keep no alert waiting."""
    address = ("127.0.0.1", 8053)
    scene.start(http={"listen": "127.0.0.1:8053"})
    wait_until(lambda: b"selectord_watches" in visitors.get(address, "/metrics")[2], 10, "the metrics")
    wait_until(lambda: visitors.get(address, "/api/v1/watches?state=published")[2].count(b"selector"), 10, "a watch")
    visitors.well_behaved(address)
    count = visitors.hostile(address)
    taken = visitors.endless(address)
    expect(taken < 32 << 20, "a body without an end is cut", taken)
    scene.without_key()
    connections, status, seconds = visitors.flood(address, 400)
    expect(status == 200 and seconds < 2, "an answer beside silent connections", (connections, status, seconds))
    scene.await_event("selector.missing", limit=30)
    expect_equal(visitors.get(address, "/-/healthy")[0], 200)
    return f"{count} hostile requests, {connections} silent connections, {taken >> 10} KiB of a body without an end"


@check
def bad_reload(scene):
    """A bad SIGHUP keeps the old configuration and says why; a good one takes effect, and loses nothing."""
    scene.start()
    with open(scene.daemon.configuration, "w") as file:
        file.write('{"interval": "2s", "watchez": []}')
    scene.daemon.hang_up()
    wait_until(lambda: "watchez" in scene.daemon.log(), 10, "a word about the bad configuration in the log")
    scene.without_key()
    scene.await_event("selector.missing")
    scene.world.change_domain("old", [scene.world.key_record("zendesk2")])
    scene.settings["watches"] = [{"domain": DOMAIN, "selectors": [SELECTOR, "zendesk2"]}]
    scene.daemon.configure(**scene.settings)
    scene.daemon.hang_up()
    wait_until(lambda: scene.settled(2), 15, "the new watch")
    states = {row["selector"]: row["state"] for row in scene.daemon.lines("status")}
    expect(states == {SELECTOR: "missing", "zendesk2": "published"}, "the old state and the new watch", states)
    expect(scene.daemon.process.poll() is None, "the same process", "an end")
    return "kept, then changed"


@check
def termination(scene):
    """SIGTERM ends the daemon with 0 within five seconds, also while servers and the receiver are silent."""
    scene.start()
    for name in ("old", "local", "8.8.8.8"):
        scene.world.processes[name].send_signal(19)  # SIGSTOP: there, and silent.
    time.sleep(INTERVAL)
    code, seconds = scene.daemon.stop()
    for name in ("old", "local", "8.8.8.8"):
        scene.world.processes[name].send_signal(18)
    expect(code == 0 and seconds < 5, "exit code 0 within 5 s", (code, seconds))
    return f"{seconds:.1f} s"


@check
def second_instance(scene):
    """A second daemon on the same database is refused with a clear word; status and history read meanwhile."""
    scene.start()
    second = scene.workshop.start("second", [selectord.binary(), "run", "--config", scene.daemon.configuration])
    code = wait_until(lambda: None if second.poll() is None else (second.returncode,), 10, "the end of the second")[0]
    said = scene.workshop.log("second").strip()
    expect(code not in (0, 70) and code > 0 and "history.sqlite" in said, "a refusal that names the database", said)
    expect(scene.settled(1), "status while the daemon writes", "none")
    return f"exit code {code}"


@check
def restart_is_silent(scene):
    """A restart with nothing changed tells nobody anything, and writes no second answer."""
    scene.start()
    scene.without_key()
    scene.await_event("selector.missing")
    before = len(scene.daemon.lines("history", DOMAIN, SELECTOR))
    scene.daemon.stop()
    scene.daemon.start()
    time.sleep(3 * INTERVAL)
    expect(len(scene.distinct()) == 1, "no further event", [event["type"] for event in scene.distinct()])
    rows = [row for row in scene.daemon.lines("history", DOMAIN, SELECTOR) if row["kind"] != "gap"]
    expect(len(rows) <= before, "no new row of history", (before, len(rows)))
    return "nothing told twice"


@check
def healthy_sweep(scene):
    """While all is well, the zone's server is asked for the keys and the serial, once each an interval, and nothing else."""
    world, zone, selectors = scene.world, f"counted.{DOMAIN}", ["s1", "s2", "s3"]
    responder = Responder()
    scene.workshop.closers.append(responder.close)
    address = HOSTS["hostile"].addresses[0]
    server = responder.serve(address, "switched", world.hosts["new"].addresses[0])
    world.add_zone("new", zone + ".", [f"@ IN NS ns", f"ns IN A {address}",
                                       *(f"{selector}._domainkey IN TXT {quoted(world.key)}" for selector in selectors)])
    world.change_domain("old", [world.key_record(), "counted 3600 IN NS ns.counted", f"ns.counted 3600 IN A {address}"])
    scene.start(views=[view for view in world.views() if view["type"] == "authoritative"],
                watches=[{"domain": zone, "selectors": selectors}])
    keys = [(f"{selector}._domainkey.{zone}.", "TXT") for selector in selectors]
    server.questions.clear()
    wait_until(lambda: server.questions[keys[0]] >= 5, 30, "five intervals")
    asked = dict(server.questions)
    strange = {question: count for question, count in asked.items() if question not in [*keys, (zone + ".", "SOA")]}
    expect(not strange, f"questions for {len(keys)} keys and the serial only", strange)
    expect(all(4 <= count <= 6 for count in asked.values()), "one question an interval", asked)
    return f"{sum(asked.values())} questions in 5 intervals: " + ", ".join(
        f"{count} {kind} {name}" for (name, kind), count in sorted(asked.items()))


@check
def shared_prime(scene):
    """Two keys with a prime in common are both told, as soon as both are known; a restart tells nothing anew."""
    records = [f"{selector}._domainkey IN TXT " + quoted(fixture_record(f"case-prime-shared-{number}"))
               for number, selector in enumerate(("s1", "s2"), 1)]
    scene.world.change_domain("old", [scene.world.key_record(), *records])
    scene.start(watches=[{"domain": DOMAIN, "selectors": [SELECTOR, "s1", "s2"]}])
    for selector in ("s1", "s2"):
        scene.await_event("selector.changed", name=f"{selector}._domainkey.{DOMAIN}")
    told = len(scene.distinct())
    scene.daemon.stop()
    scene.start()
    time.sleep(2 * INTERVAL)
    expect(len(scene.distinct()) == told, f"{told} events after a restart", [event["type"] for event in scene.distinct()])
    rows = {row["selector"]: row["verdict"] for row in scene.daemon.lines("status")}
    expect(rows == {SELECTOR: "ok", "s1": "critical", "s2": "critical"}, "both broken keys critical", rows)
    return f"{told} events"


@check
def record_sets(scene):
    """MX, TXT, CNAME and DS records are watched as keys are: a change is told with both values, a loss with the line to add."""
    world = scene.world
    sets = [{"name": DOMAIN, "type": "MX"}, {"name": f"_dmarc.{DOMAIN}", "type": "TXT"},
            {"name": f"auto.{DOMAIN}", "type": "CNAME", "expect": {"values": [f"www.{DOMAIN}"]}},
            {"name": DOMAIN, "type": "DS", "expect": {"absent": True}}]
    extra = [world.key_record(), "auto IN CNAME www"]
    world.change_domain("old", extra)
    scene.start(known=5, recordSets=sets)
    rows = {row.get("recordType", "key"): (row["state"], row["verdict"]) for row in scene.daemon.lines("status")}
    expect(rows == {"key": ("published", "ok"), "MX": ("published", "ok"), "TXT": ("published", "ok"),
                    "CNAME": ("published", "ok"), "DS": ("missing", "ok")}, "all as expected", rows)
    world.change_domain("old", [*extra, "@ IN MX 20 mail2"])
    changed = scene.await_event("record.changed", name=DOMAIN)
    expect(changed["before"]["records"] == [f"10 mail.{DOMAIN}."]
           and changed["after"]["records"] == [f"10 mail.{DOMAIN}.", f"20 mail2.{DOMAIN}."]
           and changed["recordType"] == "MX", "the MX records before and after", changed)
    world.change_domain("old", [world.key_record(), "auto IN CNAME mail", "@ IN MX 20 mail2"])
    event = scene.await_event("record.changed", name=f"auto.{DOMAIN}")
    expect(event["verdict"] == "critical" and event["after"]["state"] == "mismatched", "an unexpected CNAME", event)
    world.change_domain("old", [world.key_record(), "@ IN MX 20 mail2"])
    missing = scene.await_event("record.missing", name=f"auto.{DOMAIN}")
    expect(f"auto.{DOMAIN}. " in missing["diagnosis"]["record"], "the line to add", missing["diagnosis"])
    world.change_domain("old", extra)
    scene.await_event("record.recovered", name=f"auto.{DOMAIN}")
    history = scene.daemon.lines("history", f"auto.{DOMAIN}", "CNAME")
    answers = [row["answer"]["outcome"] for row in history if row["kind"] == "answer"]
    expect("nxdomain" in answers and answers.count("records") >= 3, "every answer in the history", answers)
    expect(not scene.distinct("selector.changed") and not scene.distinct("selector.missing"), "nothing of the key",
           [event["type"] for event in scene.distinct()])
    return f"{len(scene.distinct())} events"


@check
def audits(scene):
    """An audit that is repeated tells once what is new and what was fixed, and a source that is down fixes nothing."""
    world, daemon = scene.world, scene.daemon
    second = '_dmarc IN TXT "v=DMARC1; p=none"'
    scene.with_key()
    scene.start(views=[world.views()[-1]], audits=[{"domain": DOMAIN, "interval": "10s", "labels": {"team": "mail"}}])

    def await_audits(count):
        wait_until(lambda: daemon.log().count(" audited") >= count, 60, f"{count} audits")

    def rules(event, what):
        return {finding["rule"] for finding in event["audit"][what]}

    await_audits(3)
    expect(not scene.distinct("audit.changed"), "no event of the start", scene.distinct("audit.changed"))
    shown = [row for row in daemon.lines("status") if row.get("kind") == "audit"]
    expect(len(shown) == 1 and shown[0]["domain"] == DOMAIN and shown[0]["grade"] and shown[0]["findings"], "the last audit",
           shown)
    known = {row["finding"]["rule"] for row in daemon.lines("history", DOMAIN) if row["kind"] == "finding"}
    expect("soa-expire-short" in known and "dmarc-several" not in known, "the findings of the start", known)
    world.change_domain("old", [world.key_record(), second])
    event = scene.await_event("audit.changed", limit=60)
    expect(event["verdict"] == "critical" and "dmarc-several" in rules(event, "new") and event["labels"] == {"team": "mail"}
           and event["audit"]["score"] < event["audit"]["scoreBefore"] and not {"soa-expire-short"} & rules(event, "new"),
           "a second DMARC record", event)
    scene.with_key()
    event = scene.await_event("audit.changed", 2, limit=60)
    expect(event["verdict"] == "ok" and "dmarc-several" in rules(event, "fixed") and not rules(event, "new"),
           "that it was fixed", event)
    world.stop("old")
    event = scene.await_event("audit.changed", 3, limit=90)
    down = rules(event, "new")
    expect(down & {"source-down", "walk-failed"} and not rules(event, "fixed"), "a source that is down, and nothing fixed", event)
    world.start_server("old")
    event = scene.await_event("audit.changed", 4, limit=90)
    expect(rules(event, "fixed") == down and not rules(event, "new"), "that it is back", event)
    spans = [row for row in daemon.lines("history", DOMAIN) if row["kind"] == "finding"
             and row["finding"]["rule"] == "dmarc-several"]
    expect(len(spans) == 1 and not spans[0]["current"], "one span that has ended", spans)
    return f"{daemon.log().count(' audited')} audits, 4 events"


def fixture_record(name):
    """The text of a record of Tests/Fixtures/keys."""
    with open(os.path.join(HERE, "..", "Fixtures", "keys", f"{name}.txt")) as file:
        return file.read().split("---\n")[-1].strip()


@check
def private_key(scene):
    """A private key that is published by mistake is whole nowhere: no output, no log, no alert, no database."""
    text = fixture_record("key-private")
    digits = text.split("p=")[1].strip()
    scene.world.change_domain("old", [scene.world.key_record(), f"s1._domainkey IN TXT {quoted(text)}"])
    scene.world.write_domain("new", [])
    scene.start(watches=[{"domain": DOMAIN, "selectors": [SELECTOR, "s1"]}])
    scene.await_event("selector.invalid", name=f"s1._domainkey.{DOMAIN}")
    proof, known = scene.workshop.path("s1.proof"), {}
    commands = {
        "check": ["check", DOMAIN, "s1", "--verbose"], "check --explain": ["check", DOMAIN, "s1", "--explain", "-o", "json"],
        "diagnose": ["diagnose", DOMAIN, "s1", "--verbose"], "diagnose JSON": ["diagnose", DOMAIN, "s1", "-o", "json"],
        "diagnose of another": ["diagnose", DOMAIN, "s2", "-o", "json"], "status": ["status", "--verbose"],
        "status JSON": ["status", "-o", "json"], "history": ["history", DOMAIN, "s1", "--verbose"],
        "history JSON": ["history", DOMAIN, "s1", "-o", "json"], "alert list": ["alert", "list", "-o", "json"],
        "incident list": ["incident", "list", "-o", "json"],
        "rotate verify": ["rotate", "verify", DOMAIN, "s1", "--old", SELECTOR, "--proof", proof, "--verbose"],
        "rotate plan": ["rotate", "plan", DOMAIN, SELECTOR, "s1"],
        "rehearse": ["rehearse", DOMAIN, "--to", scene.world.hosts["new"].addresses[0], "--verbose"],
        "rehearse JSON": ["rehearse", DOMAIN, "--to", scene.world.hosts["new"].addresses[0], "-o", "json"]}
    for name, words in commands.items():
        done = selectord.verb(*words, "--config", scene.daemon.configuration)
        known[name] = done.stdout + done.stderr
    scene.daemon.stop()
    known["log"], known["alerts"] = scene.daemon.log(), repr(scene.receiver.requests)
    with open(proof) as file:
        known["proof"] = file.read()
    for suffix in ("", "-wal"):
        path = scene.settings["database"] + suffix
        if os.path.exists(path):
            with open(path, "rb") as file:
                known["database" + suffix] = file.read().decode("latin-1")
    # The first characters are the same in all keys, and an excerpt of a public key is no secret.
    pieces = [digits[start:start + 16] for start in range(40, len(digits) - 16, 8)]
    leaks = {name: next(piece for piece in pieces if piece in said) for name, said in known.items()
             if any(piece in said for piece in pieces)}
    expect(not leaks, "no piece of the key", leaks)
    expect("private key removed" in known["check"] + known["history"], "a digest in its place", known["history"][:500])
    return f"{len(known)} outputs and files without a piece of it"


@check
def hostile_packets(scene):
    """2,000 hostile packets and more: no crash, no hang, no growth; other watches are served on time."""
    world, names = scene.world, [f"h{number}" for number in range(100)]
    responder = Responder()
    scene.workshop.closers.append(responder.close)
    address = HOSTS["hostile"].addresses[0]
    server = responder.serve(address, "hostile", world.hosts["old"].addresses[0])
    world.change_domain("old", [world.key_record(), "hostile IN NS ns.hostile", f"ns.hostile IN A {address}"])
    scene.start(known=1, unreachableAfter="1h", watches=[
        {"domain": DOMAIN, "selectors": [SELECTOR], "views": ["authoritative"]},
        {"domain": "hostile." + DOMAIN, "selectors": names, "views": ["authoritative"]}])
    wait_until(lambda: server.queries >= 100, 60, "a hundred questions to the hostile server")
    first = memory(scene.daemon.process.pid)
    wait_until(lambda: server.queries >= 600, 120, "six hundred questions to the hostile server")
    world.change_domain("old", ["hostile IN NS ns.hostile", f"ns.hostile IN A {address}"])
    scene.await_event("selector.missing", name=NAME, limit=20)
    growth = memory(scene.daemon.process.pid) - first
    expect(scene.daemon.process.poll() is None, "a daemon that lives", scene.daemon.log()[-500:])
    expect(growth < 20, "less than 20 MB of growth", f"{growth:.1f} MB")
    return f"{server.queries * 10} packets, {growth:+.1f} MB"


def memory(pid):
    """The resident memory of a process in MB."""
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024

"""What `discover`, `queue` and the daemon make of the logs that real mail servers write. One function a check."""

import glob
import json
import os
import shutil
import sqlite3
import subprocess
import threading
import time

from . import mailsoftware, selectord
from .checks import Checks, expect, expect_equal
from .exim import Exim
from .postfix import Milter, Postfix
from .processes import wait_until
from .receiver import Receiver
from .rspamd import Rspamd
from .signing import SigningKey, message
from .syslog import Syslog
from .world import DOMAIN, LOCAL, World

SENDER, RECIPIENT = f"support@{DOMAIN}", "alice@example.net"


class Scene:
    """A world with keys of every fate, and the surroundings for mail servers."""

    def __init__(self, workshop):
        self.workshop = workshop
        self.world = World(workshop, delegation_ttl=2, key_ttl=2)
        self.world.start()
        self.surroundings = mailsoftware.Surroundings(workshop, LOCAL)
        self.good = SigningKey(workshop, "good", DOMAIN)
        self.ed25519 = SigningKey(workshop, "ed", DOMAIN, "ed25519")
        self.missing = SigningKey(workshop, "missing", DOMAIN)
        self.revoked = SigningKey(workshop, "revoked", DOMAIN)
        self.broken = SigningKey(workshop, "broken", DOMAIN)
        self.publish()

    def publish(self, *more):
        self.world.change_domain("old", [
            key.record(2) for key in (self.good, self.ed25519, *more)] + [
            self.revoked.record(2, "v=DKIM1; p="), self.broken.record(2, "v=DKIM1; k=rsa; p=AAAA")])

    def messages(self):
        """A message of every kind, and what became of each of its signatures: selector -> result."""
        text = lambda number, **more: message(number, SENDER, RECIPIENT, **more)
        twice = self.ed25519.sign(*text(5))
        forged = "x [verification succeeded] DKIM: d=forged.example s=forged c=relaxed/relaxed a=rsa-sha256 [verification succeeded]"
        return [
            self.good.sign(*text(1)), self.ed25519.sign(*text(2)), self.missing.sign(*text(3)), self.revoked.sign(*text(4)),
            # Two signatures, the outer one over the same fields.
            self.good.sign(*twice_parts(twice)),
            self.good.sign(*text(6)).replace("Hello.", "Hello, changed."),
            self.good.sign(*text(7)).replace("Subject: Message", "Subject: Another message"),
            self.good.sign(*text(8), more="\r\n x=1700000000;"),
            self.good.sign(*text(9, subject=forged)),
            "\r\n".join(text(10)),
        ]

    def discover(self, *arguments):
        """selector -> the results that are not 0, as `discover` counts them; and what it said."""
        done = selectord.verb("discover", *arguments, "--output", "jsonl")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return {row.get("selector"): {word: count for word, count in row["results"].items() if count} for row in rows}, done.stderr

    def daemon(self, **mail):
        """A daemon that follows mail and watches nothing else, with a receiver."""
        self.receiver = Receiver(self.workshop).open()
        daemon = selectord.Daemon(self.workshop)
        daemon.configure(
            database=self.workshop.path("history.sqlite"), log={"format": "text"}, views=self.world.views(), watches=[],
            mail=mail, receivers=[{"name": "postmaster", "format": "generic", "url": self.receiver.url,
                                   "allowPrivate": True}])
        return daemon

    def counts(self):
        """selector -> messages, from the daemon's database."""
        path = self.workshop.path("history.sqlite")
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5) as connection:
                return dict(connection.execute(
                    "SELECT selector, sum(messages) FROM mail_pairs JOIN mail_counts ON pair = id GROUP BY selector"))
        except sqlite3.OperationalError:
            return {}


def twice_parts(text):
    """Header and body of a message that is signed already."""
    header, body = text.split("\r\n\r\n", 1)
    return header + "\r\n", body


CHECKS = Checks("mail", Scene)
check = CHECKS.check

# What Exim says of each selector: pass, a changed body and header; no key; no usable key.
# An expired signature is none of its concern.
BY_EXIM = {"good": {"pass": 4, "fail": 2}, "ed": {"pass": 2}, "missing": {"temperror": 1},
           "revoked": {"neutral": 1}}


def exim(scene, **options):
    """An Exim that keeps all mail, with a message of every kind."""
    exim = Exim(scene.workshop, scene.surroundings, "inner", "127.53.25.2", **options).start()
    exim.send(SENDER, [RECIPIENT], scene.messages())
    wait_until(lambda: "id=10@" in exim.log() and exim.log().count("Completed") >= 10, 30, "all mail in the log of Exim")
    return exim


@check
def logs_of_exim(scene):
    """Every signature in a mainlog of Exim is found, with its result, and nothing that a stranger wrote."""
    found, said = scene.discover(exim(scene).mainlog)
    expect_equal(found, BY_EXIM)
    expect("0 unreadable" in said, "nothing unreadable", said)


@check
def logs_of_exim_with_more(scene):
    """The same with milliseconds, process ids and time zones in every line, and all that Exim can log."""
    found, said = scene.discover(exim(scene, selectors="+all", options="log_timezone = true").mainlog)
    expect_equal(found, BY_EXIM)
    expect("0 unreadable" in said, "nothing unreadable", said)


@check
def logs_of_exim_without_selectors(scene):
    """Without dkim_verbose the domain alone is known, and what to set is said."""
    found, said = scene.discover(exim(scene, selectors="").mainlog)
    # A key that cannot be used is named all the same.
    expect_equal(found, {"missing": {"neutral": 1}, "revoked": {"neutral": 1}})
    expect("5 signatures of 1 domain without a selector" in said, "the signatures that verify, by their domain", said)
    expect("dkim_verbose" in said, "the setting that Exim lacks", said)


@check
def rejections_of_exim(scene):
    """What an ACL puts off for want of a key counts once, from mainlog and rejectlog together."""
    strict = Exim(scene.workshop, scene.surroundings, "inner", "127.53.25.2", acl="strict").start()
    try:
        strict.send(SENDER, [RECIPIENT], [scene.missing.sign(*message(1, SENDER, RECIPIENT))])
    except Exception as error:
        expect("451" in str(error), "451 from Exim", error)
    strict.await_log("temporarily rejected")
    rejected = os.path.join(strict.folder, "rejectlog")
    found, said = scene.discover(strict.mainlog, rejected)
    expect_equal(found, {"missing": {"temperror": 1}})
    found, said = scene.discover(rejected)
    expect_equal(list(found), ["missing"])
    expect("0 unreadable" in said, "nothing unreadable", said)


@check
def logs_of_rspamd(scene):
    """Every signature in a log of rspamd is found, with its result."""
    filter = Rspamd(scene.workshop, scene.surroundings, LOCAL)
    for text in scene.messages():
        filter.check(text)
    found, said = scene.discover(filter.path)
    # Of an expired signature it names nothing.
    expect_equal(found, {"good": {"pass": 3, "fail": 2}, "ed": {"pass": 2}, "missing": {"permerror": 1},
                         "revoked": {"permerror": 1}})
    expect("0 unreadable" in said, "nothing unreadable", said)


def postfix(scene, onward_acl="lenient", iso=True, more=""):
    """Postfix with OpenDKIM before an Exim; gives both and the syslog."""
    if not mailsoftware.has_users():
        return None
    own = SigningKey(scene.workshop, "mail2026", "example.net")
    log = Syslog(scene.workshop, scene.surroundings.devices, iso=iso)
    inner = Exim(scene.workshop, scene.surroundings, "inner", "127.53.25.2", acl=onward_acl).start()
    milter = Milter(scene.workshop, scene.surroundings, LOCAL, keys=[own], more=more)
    return Postfix(scene.workshop, scene.surroundings, milter, inner).start(), inner, log


@check
def logs_of_opendkim(scene):
    """Every signature in a syslog of OpenDKIM counts once, in whatever lines it is told; what is signed here too."""
    parts = postfix(scene)
    if not parts:
        return "left out: Postfix needs root"
    server, _, log = parts
    server.send(SENDER, [RECIPIENT], scene.messages())
    server.send("me@example.net", [RECIPIENT], ["\r\n".join(message(11, "me@example.net", RECIPIENT))])
    wait_until(lambda: "field added (s=mail2026" in log.text(), 20, "the signature of OpenDKIM")
    found, said = scene.discover(log.path)
    # OpenDKIM gives up at a signature that has expired, before it looks at the key.
    expect_equal(found, {"good": {"pass": 3, "fail": 2, "permerror": 1}, "ed": {"pass": 2}, "missing": {"permerror": 1},
                         "revoked": {"permerror": 1}, "mail2026": {"signed": 1}})
    expect("0 unreadable" in said, "nothing unreadable", said)


@check
def logs_of_opendkim_with_less(scene):
    """The same without LogResults, with the stamps of RFC 3164: what verifies and what fails is told in two lines."""
    parts = postfix(scene, iso=False, more="LogResults no\n")
    if not parts:
        return "left out: Postfix needs root"
    server, _, log = parts
    texts = scene.messages()
    server.send(SENDER, [RECIPIENT], [texts[0], texts[2], texts[5]])
    wait_until(lambda: log.text().count("status=sent") >= 3, 20, "three deliveries")
    found, said = scene.discover(log.path)
    expect_equal(found, {"good": {"pass": 1, "fail": 1}, "missing": {"permerror": 1}})


def queue(scene, tools, *arguments):
    """What `selectord queue` prints as JSON, with the tools of a mail server in the search path."""
    environment = dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}",
                       SELECTORD_CONFIG=scene.workshop.write("queue.json", json.dumps({
                           "database": scene.workshop.path("none.sqlite"), "views": scene.world.views()})))
    done = subprocess.run([selectord.binary(), "queue", "--output", "jsonl", *arguments], capture_output=True, text=True,
                          timeout=60, env=environment)
    expect_equal(done.returncode, 0)
    return [json.loads(line) for line in done.stdout.splitlines()], done


def seconds_from_now(text):
    return time.mktime(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone - time.time()


@check
def queue_of_exim(scene):
    """The live queue of Exim: the key that each message waits for, the next try and the bounce by Exim's own account."""
    inner = Exim(scene.workshop, scene.surroundings, "inner", "127.53.25.2", acl="strict").start()
    gateway = Exim(scene.workshop, scene.surroundings, "gateway", "127.53.25.1", onward=inner, retry="F,6h,10m").start()
    gateway.send(SENDER, [RECIPIENT], [scene.missing.sign(*message(number, SENDER, RECIPIENT)) for number in (1, 2)])
    # A message that waits for something else.
    gateway.send(SENDER, ["bob@example.net"], ["\r\n".join(message(3, SENDER, "bob@example.net"))])
    wait_until(lambda: gateway.log().count("defer (-46)") == 2 and gateway.queue() == 2, 20, "two messages in the queue")
    tools = gateway.tools()
    rows, done = queue(scene, tools, "--log", gateway.mainlog)
    expect_equal([row["name"] for row in rows], [scene.missing.name] * 2)
    for row in rows:
        expect(0 < seconds_from_now(row["nextTry"]) <= 600, "a next try within ten minutes", row)
        expect(abs(seconds_from_now(row["bouncesAt"]) - 6 * 3600) < 60, "a bounce in six hours", row)
        expect(row["check"]["state"] == "missing", "the key is missing", row)
        expect("cannot be retrieved" in row["reason"], "the words of the other host", row)
    # Without a log, the header in the spool and what Exim itself keeps of the failure have to do.
    rows, done = queue(scene, tools, "--keys", "--log", scene.workshop.write("empty", ""))
    expect_equal(rows, [])
    # A retry that was not due yet says nothing; the reason stays.
    gateway.run("-q")
    gateway.await_log("retry time not reached")
    rows, done = queue(scene, tools, "--keys", "--log", gateway.mainlog)
    expect_equal([(row["name"], row["messages"]) for row in rows], [(scene.missing.name, 2)])
    # The record is there: nothing waits any more.
    scene.publish(scene.missing)
    time.sleep(6)
    gateway.run("-qff")
    wait_until(lambda: gateway.queue() == 0, 30, "the queue to be empty")
    expect_equal(queue(scene, tools, "--log", gateway.mainlog)[0], [])


@check
def queue_of_postfix(scene):
    """The live queue of Postfix, the same way."""
    parts = postfix(scene, onward_acl="strict")
    if not parts:
        return "left out: Postfix needs root"
    server, _, log = parts
    server.send(SENDER, [RECIPIENT], [scene.missing.sign(*message(1, SENDER, RECIPIENT))])
    wait_until(lambda: [row for row in server.queue() if row["queue_name"] == "deferred"], 20, "a message in the queue")
    rows, done = queue(scene, server.tools(), "--log", log.path)
    expect(rows, "a message that waits", done.stderr)
    expect_equal([row["name"] for row in rows], [scene.missing.name])
    expect(-6 < seconds_from_now(rows[0]["nextTry"]) <= 6, "a next try within seconds", rows[0])
    expect(abs(seconds_from_now(rows[0]["bouncesAt"]) - 6 * 3600) < 60, "a bounce in six hours", rows[0])


@CHECKS.check_alone
def failing_mail_is_told(scene):
    """A key that nobody watches: the alert is out within two seconds of Exim's line, the recovery with the next mail."""
    gateway = Exim(scene.workshop, scene.surroundings, "gateway", "127.53.25.1").start()
    daemon = scene.daemon(logs=[{"file": gateway.mainlog, "format": "exim"}], learn={"watch": "failing"})
    daemon.start()
    wait_until(lambda: "watching" in daemon.log(), 15, "the daemon to start")
    gateway.send(SENDER, [RECIPIENT], [scene.missing.sign(*message(1, SENDER, RECIPIENT))])
    _, logged = gateway.await_log("unavailable]")
    alert = wait_until(lambda: next(iter(scene.receiver.accepted("signature.failing")), None), 20, "the alert")
    seconds = scene.receiver.arrival(alert) - logged
    expect(seconds < 2, "the alert within 2 s of the line", f"{seconds:.1f} s")
    expect_equal((alert["name"], alert["use"]["failing7d"], alert["use"].get("dmarcPolicy")), (scene.missing.name, 1, "reject"))
    scene.publish(scene.missing)
    time.sleep(6)
    gateway.send(SENDER, [RECIPIENT], [scene.missing.sign(*message(2, SENDER, RECIPIENT))])
    _, logged = gateway.await_log("s=missing c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]")
    recovery = wait_until(lambda: next(iter(scene.receiver.accepted("selector.recovered")), None), 20, "the recovery")
    expect_equal(recovery["incident"], alert["incident"])
    return f"alert {seconds:.1f} s, recovery {scene.receiver.arrival(recovery) - logged:.1f} s"


@check
def nothing_is_lost_or_doubled(scene):
    """A log that is flooded, rotated by renaming and by copying, while the daemon is killed again and again."""
    gateway = Exim(scene.workshop, scene.surroundings, "gateway", "127.53.25.1", options="queue_only = true").start()
    daemon = scene.daemon(logs=[{"file": gateway.mainlog}])
    daemon.start()
    text = scene.good.sign(*message(1, SENDER, RECIPIENT))
    sent, pause, over = [0], threading.Lock(), threading.Event()

    def flood():
        while not over.is_set():
            # Who copies and truncates loses what is written between the two, whoever reads: nothing is sent meanwhile.
            with pause:
                gateway.send(SENDER, [RECIPIENT], [text] * 40)
                sent[0] += 40
    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    log, kills, rotations = gateway.mainlog, 0, 0
    for turn in range(8):
        time.sleep(1.5)
        if turn % 2 == 0:
            daemon.kill()
            kills += 1
        with pause:
            for number in range(rotations, 0, -1):
                os.rename(f"{log}.{number}", f"{log}.{number + 1}")
            if turn % 4 < 2:
                os.rename(log, log + ".1")
            else:
                shutil.copyfile(log, log + ".1")
                os.truncate(log, 0)
            rotations += 1
        if turn % 2 == 0:
            time.sleep(0.7)
            daemon.start()
    over.set()
    thread.join(60)
    lines = sum(open(path, errors="replace").read().count("s=good ") for path in [log] + glob.glob(log + ".*"))
    expect_equal(lines, sent[0])
    try:
        wait_until(lambda: scene.counts().get("good", 0) >= lines, 30, "all lines in the database")
        time.sleep(1)
    finally:
        expect_equal(scene.counts().get("good"), lines)
    return f"{lines} lines, {rotations} rotations, {kills} kills"

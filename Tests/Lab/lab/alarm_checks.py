"""Alarms in real time: a scripted churn on real servers, and the list of events that it has to bring: no more, no less.

Tests/AlarmTests does the same in simulated time, over many watches and days; this holds it against real packets."""

import time

from .checks import Checks, expect_equal
from .daemon_checks import INTERVAL, Scene
from .world import DOMAIN, SELECTOR
from .zones import quoted, read_keys

CHECKS = Checks("alarms", Scene)
SELECTORS = [SELECTOR, *(f"s{number}" for number in range(1, 10))]
# How long a fault lasts that has to be told, and how long one that must not: it is over before three looks agree.
LONG, SHORT = 4 * INTERVAL, 0.3


class Story:
    """Changes the world step by step, and keeps the list of what has to be told."""

    def __init__(self, scene):
        self.scene, self.world = scene, scene.world
        self.texts = {selector: self.world.key for selector in SELECTORS}
        self.expected = []

    def publish(self, host=None, **texts):
        """Gives some selectors other texts, None for no record, at the holder of the zone or at another host."""
        self.texts.update(texts)
        host = host or self.world.holder
        self.world.change_domain(host, [
            f"{selector}._domainkey.{DOMAIN}. {self.world.key_ttl} IN TXT {quoted(text)}"
            for selector, text in self.texts.items() if text])

    def tells(self, *events):
        """These come now, in any order, and nothing else meanwhile."""
        self.expected += events
        for kind, subject in events:
            field = "view" if kind.startswith("view.") else "zone" if kind.startswith("delegation.") else "selector"
            count = sum(event == (kind, subject) for event in self.expected)
            self.scene.await_event(kind, count, limit=30, **{field: subject})
        time.sleep(INTERVAL)
        expect_equal(sorted(self.told()), sorted(self.expected))

    def tells_nothing(self):
        time.sleep(LONG)
        expect_equal(sorted(self.told()), sorted(self.expected))

    def told(self):
        return [(event["type"], event.get("selector") or event.get("view") or event.get("zone"))
                for event in self.scene.distinct() if not event.get("reminder")]


@CHECKS.check
def churn(scene):
    """Keys vanish, change, break and come back, servers and resolvers die, the zone moves: each is told once, nothing else is."""
    # Caches that hold the keys to the end: what changes there in the middle of the story would be told too.
    scene.world.key_ttl = 3600
    story, keys = Story(scene), read_keys()
    story.publish()
    scene.start(watches=[{"domain": DOMAIN, "selectors": SELECTORS}])

    # Over before three looks agree.
    story.publish(s1=None)
    time.sleep(SHORT)
    story.publish(s1=story.world.key)
    story.tells_nothing()

    story.publish(s1=None, s2="v=DKIM1; p=", s3=keys["truncated"])
    story.tells(("selector.missing", "s1"), ("selector.revoked", "s2"), ("selector.invalid", "s3"))
    story.publish(s1=story.world.key, s2=story.world.key, s3=story.world.key)
    story.tells(*(("selector.recovered", selector) for selector in ("s1", "s2", "s3")))

    # Another valid key that nobody announced; it stays.
    story.publish(s4=keys["rsa2048-new"])
    story.tells(("selector.changed", "s4"))

    # A resolver dies: one event, not one a watch.
    story.world.stop("local")
    story.tells(("view.down", "local"))
    story.world.start_resolver("local")
    story.tells(("view.recovered", "local"))

    # The zone moves with all its keys but one, while the old host still serves it.
    moved = dict(story.texts)
    story.publish(host="new", s5=None)
    story.world.move("new")
    story.tells(("delegation.changed", DOMAIN), ("selector.missing", "s5"))
    story.publish(s5=moved["s5"])
    story.tells(("selector.recovered", "s5"))

    # All name servers die: the caches hold the keys, so that it is a warning; then they are back.
    story.world.stop("new")
    story.tells(*(("selector.degraded", selector) for selector in SELECTORS))
    story.world.start_server("new")
    story.tells(*(("selector.recovered", selector) for selector in SELECTORS))
    story.tells_nothing()
    open_incidents = [row for row in scene.daemon.lines("incident", "list")]
    expect_equal([row["incident"]["subject"] if "incident" in row else row["subject"] for row in open_incidents],
                 [f"s4._domainkey.{DOMAIN}"])
    return f"{len(story.expected)} events, as expected"

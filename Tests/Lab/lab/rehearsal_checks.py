"""What `selectord rehearse` must say before a zone moves from one real server to another. One function a check."""

import json

from . import network, selectord
from .checks import Checks, expect_equal as expect
from .hosts import NOTHING
from .processes import LabError, wait_until
from .world import DOMAIN, NEW, OLD, SELECTOR, World
from .zones import quoted

NEW_NAMES = "anna.ns.new-host.net,bob.ns.new-host.net"
OTHER_KEY = f"s2026._domainkey.{DOMAIN}."

# What mail needs beside the key; `mail` and the policies every zone of the world has.
REST = [f"{OTHER_KEY} 300 IN CNAME s2026.{DOMAIN}.vendor.example.",
        "autodiscover IN CNAME mail", "_imaps._tcp IN SRV 0 1 993 mail", "_25._tcp.mail IN TLSA 3 1 1 " + "ab" * 32,
        '_mta-sts IN TXT "v=STSv1; id=1"', "mta-sts IN A 192.0.2.81", '@ IN CAA 0 issue "ca.example"']


class Scene:
    """The world without resolvers: both hosts serve the domain."""

    def __init__(self, workshop):
        self.workshop = workshop
        self.world = World(workshop)
        self.world.start(resolvers=False)
        self.configuration = workshop.write("rehearse.json", json.dumps({
            "database": workshop.path("unused.sqlite"),
            # NSD limits answers of one kind to one asker: 200 a second.
            "views": [{**view, "rate": 100} for view in self.world.views()],
            "watches": [{"domain": DOMAIN, "selectors": [SELECTOR, "s2026"]}]}))

    def serve(self, host, *records):
        self.world.change_domain(host, list(records))

    def rehearse(self, *arguments, to=NEW_NAMES):
        """The report and the exit code."""
        done = selectord.verb("rehearse", DOMAIN, "--to", to, "--config", self.configuration, "--output", "json",
                              *arguments)
        if not done.stdout.strip():
            raise LabError(f"no report, exit code {done.returncode}: {done.stderr.strip()[-500:]}")
        return json.loads(done.stdout)[0], done.returncode

    def differences(self, *arguments, **keywords):
        """The differences by name and type, and the exit code."""
        report, code = self.rehearse(*arguments, **keywords)
        return {f"{row['name']} {row['type']}": row["difference"] for row in report["records"]
                if row["difference"] != "equal"}, code


CHECKS = Checks("rehearse", Scene)
check = CHECKS.check


@check
def equal_zones(scene):
    """The same records at both hosts: exit code 0."""
    for host in ("old", "new"):
        scene.serve(host, scene.world.key_record(), *REST)
    expect(scene.differences(), ({}, 0))
    report, _ = scene.rehearse()
    expect(sorted({row["purpose"] for row in report["records"]}),
           ["address", "caa", "clientSetup", "dane", "dmarc", "key", "mail", "mtaSTS", "spf"])


@check
def lost_records_mend_the_zone(scene):
    """What is missing is told, and its lines, appended to the future zone, make both equal."""
    scene.serve("old", scene.world.key_record(), *REST)
    scene.serve("new", '@ IN TXT "v=spf1 -all"')
    found, code = scene.differences()
    expect(code, 2)
    expect(found[f"{SELECTOR}._domainkey.{DOMAIN} TXT"], "missing")
    expect(found[f"s2026._domainkey.{DOMAIN} TXT"], "missing")
    expect(found[f"_25._tcp.mail.{DOMAIN} TLSA"], "missing")
    expect(found[f"{DOMAIN} TXT"], "different")
    scene.serve("new")
    report, code = scene.rehearse()
    expect(code, 2)
    for line in report["zoneFile"].splitlines():
        scene.world.append("new", line)
    expect(scene.differences(), ({}, 0))


@check
def warnings_only(scene):
    """Other TTLs and more records are no loss: exit code 1."""
    scene.serve("old", scene.world.key_record())
    scene.serve("new", scene.world.key_record().replace(" 60 ", " 600 "), "@ IN MX 20 mail",
                f"extra._domainkey IN TXT {quoted(scene.world.key)}")
    expect(scene.differences(), ({f"{SELECTOR}._domainkey.{DOMAIN} TXT": "ttl", f"{DOMAIN} MX": "additional"}, 1))


@check
def a_second_key_at_one_name(scene):
    """A key beside the right one makes both useless."""
    scene.serve("old", scene.world.key_record())
    scene.serve("new", scene.world.key_record(), f'{SELECTOR}._domainkey 60 IN TXT "v=DKIM1; p="')
    expect(scene.differences(), ({f"{SELECTOR}._domainkey.{DOMAIN} TXT": "different"}, 2))


@check
def wildcards(scene):
    """A wildcard counts once, not for every name that is tried."""
    scene.serve("old", scene.world.key_record(), '*._domainkey IN TXT "v=DKIM1; p="')
    scene.serve("new", scene.world.key_record())
    # s2026 is watched: that the wildcard revokes it is told too.
    expect(scene.differences(), ({f"*._domainkey.{DOMAIN} TXT": "missing",
                                  f"s2026._domainkey.{DOMAIN} TXT": "missing"}, 2))
    scene.serve("old", scene.world.key_record())
    scene.serve("new", scene.world.key_record(), '*._domainkey IN TXT "v=DKIM1; p="')
    expect(scene.differences(), ({f"*._domainkey.{DOMAIN} TXT": "additional",
                                  f"s2026._domainkey.{DOMAIN} TXT": "additional"}, 1))


@check
def delegated_keys(scene):
    """A delegation of _domainkey is compared as one."""
    cut = ["_domainkey IN NS ns1.hosted.example.", "_domainkey IN NS ns2.hosted.example."]
    scene.serve("old", *cut)
    scene.serve("new", *cut)
    expect(scene.differences(), ({}, 0))
    scene.serve("new", cut[0])
    expect(scene.differences(), ({f"_domainkey.{DOMAIN} NS": "different"}, 2))


@check
def servers_that_do_not_take_part(scene):
    """A server that refuses loses everything; one that is silent leaves it open."""
    scene.serve("old", scene.world.key_record())
    scene.serve("new", scene.world.key_record())
    tld = scene.world.hosts["tld"].addresses[0]
    _, code = scene.rehearse(to=f"{NEW.addresses[0]}:{network.port()},{tld}:{network.port()}")
    expect(code, 2)
    report, code = scene.rehearse(to=f"{NEW.addresses[0]}:{network.port()},{NOTHING}:{network.port()}")
    expect(code, 3)
    expect({row["difference"] for row in report["records"]}, {"unanswered"})
    expect(scene.differences(to=NEW.addresses[0]), ({}, 0))


@check
def waiting_until_equal(scene):
    """--wait ends as soon as the future zone has everything, and tells what it waits for."""
    scene.serve("old", scene.world.key_record())
    scene.serve("new")
    waiting = scene.workshop.start("waiting", [
        selectord.binary(), "rehearse", DOMAIN, "--to", NEW_NAMES, "--config", scene.configuration, "--wait", "1m"])
    wait_until(lambda: "would be lost" in scene.workshop.log("waiting"), 20, "word of what is lost")
    scene.serve("new", scene.world.key_record())
    expect(waiting.wait(20), 0)
    _, code = scene.rehearse("--wait", "1s", to=OLD.addresses[0])
    expect(code, 0)


@check
def names_of_files(scene):
    """Names of a list and of a zone file are asked too."""
    scene.serve("old", scene.world.key_record(), "shop IN CNAME shop.vendor.example.", 'x.deep IN TXT "token"')
    scene.serve("new", scene.world.key_record())
    expect(scene.differences(), ({}, 0))
    names = scene.workshop.write("names.txt", f"# more\nshop\nx.deep.{DOMAIN}. TXT\n")
    expect(scene.differences("--names", names),
           ({f"shop.{DOMAIN} TXT": "missing", f"shop.{DOMAIN} A": "missing", f"shop.{DOMAIN} AAAA": "missing",
             f"shop.{DOMAIN} MX": "missing", f"x.deep.{DOMAIN} TXT": "missing"}, 2))
    expect(scene.differences("--zone", scene.world.zone_file("old")),
           ({f"shop.{DOMAIN} CNAME": "missing", f"x.deep.{DOMAIN} TXT": "missing"}, 2))

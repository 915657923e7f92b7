"""The miniature internet as a whole: zones, servers, resolvers, and what changes while a case is prepared."""

import os

from . import doh, network, wire, zones
from .ask import ask, has_records
from .hosts import DOH, FAILING, HOSTS, LIARS, ORIGIN, PLAIN, ROOT, SILENT, STRICT, VALIDATING
from .misbehaviour import BEHAVIOURS
from .nameservers import start_host, start_resolver
from .processes import LabError, wait_until
from .responder import Responder


# What the resolver `plain` withholds, each in another way.
FILTERED = "".join(f'  local-zone: "{name}" {kind}\n' for name, kind in [
    ("filtered-nx.net.", "always_nxdomain"), ("filtered-nodata.net.", "always_nodata"), ("filtered-refuse.net.", "always_refuse")])
STRICTLY = "  qname-minimisation: yes\n  qname-minimisation-strict: yes\n"


class Internet:
    """Started servers; everything ends with the workshop."""

    def __init__(self, workshop):
        self.workshop = workshop
        self.zones = zones.read()
        self.files = zones.write(self.zones, workshop)
        self.responder = Responder()
        workshop.closers.append(self.responder.close)
        self.processes, self.misbehaving, self.resolvers = {}, {}, {}

    def start(self):
        """Starts all servers and waits until each answers."""
        for name, files in sorted(self.files.items()):
            host = HOSTS[name]
            if host.software in ("nsd", "bind", "knot"):
                if name != "six" or network.is_own():
                    self.processes[name] = start_host(host, files, self.workshop)
        for host in HOSTS.values():
            if host.software == "misbehaviour":
                for address in host.addresses:
                    server = self.responder.serve(address, host.name, ORIGIN.addresses[0])
                    self.misbehaving[host.name] = server
        self._start_resolvers()
        self.age()

    def _start_resolvers(self):
        anchor_file = next(name for name in sorted(os.listdir(self.workshop.path("dnssec", "x")[:-2]))
                           if name.startswith("K.+") and name.endswith(".key"))
        with open(self.workshop.path("dnssec", anchor_file)) as file:
            anchor = file.read()
        # A resolver with a zone of its own inside, and other contents than the public one.
        split = '  local-zone: "split.com." static\n  local-data: "split.com. IN SOA a. b. 1 60 60 60 60"\n'
        split += FILTERED
        for name, address, keyword in [("validating", VALIDATING, {"anchor": anchor, "fallback_port": 5301}),
                                       ("plain", PLAIN, {"more": split, "fallback_port": 5302}),
                                       ("strict", STRICT, {"more": STRICTLY, "fallback_port": 5303})]:
            process, *place = start_resolver(name, address, ROOT.addresses, self.workshop, **keyword)
            self.processes[name], self.resolvers[name] = process, tuple(place)
        for name, address in [("silent", SILENT), ("servfail", FAILING)]:
            self.responder.serve(address, name, ORIGIN.addresses[0])
        for name, address in LIARS.items():
            self.responder.serve(address, name, PLAIN)
        self.doh = doh.start(self.workshop, self.resolvers["plain"])

    def age(self):
        """Fills the caches of `plain` and changes the sources behind them."""
        address, port = self.resolvers["plain"]
        for zone in ("cached-gone", "cached-old", "cached-absent", "cached-dead"):
            name = f"s1._domainkey.{zone}.com"
            wait_until(lambda: (ask(address, name, port=port, flags=wire.RD, timeout=3) or b"\0\0\0\2")[3] & 0xF != 2,
                       15, f"the answer of the resolver for {name}")
        self.misbehaving["switched"].upstream = HOSTS["other"].addresses[0]
        self.misbehaving["mortal"].behaviour = BEHAVIOURS["silent"]

    def expect_all_served(self):
        """LabError unless the lab is what it should be."""
        complaints = self._complaints()
        if complaints:
            raise LabError("the lab is not what it should be:\n  " + "\n  ".join(complaints))

    def _complaints(self):
        complaints = []
        for zone in self.zones.values():
            for host in zone.hosts:
                if "." in host or HOSTS[host].software not in ("nsd", "bind", "knot"):
                    continue
                for address in HOSTS[host].addresses:
                    if ":" in address and not network.is_own():
                        continue
                    reply = ask(address, zone.origin, "SOA")
                    if reply is None or wire.answers(reply) == 0:
                        complaints.append(f"{host} at {address} does not serve {zone.name}")
        if not has_records(ORIGIN.addresses[0], "s1._domainkey.slow.com"):
            complaints.append("the hidden origin does not serve slow.com")
        return complaints

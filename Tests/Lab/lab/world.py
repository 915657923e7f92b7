"""A small world whose zones change while somebody watches: root, TLDs, an old and a new DNS host, two resolvers."""

import itertools

from . import network, wire
from .ask import ask, soa_serial
from .hosts import Host
from .nameservers import reload, start_host, start_resolver
from .processes import end, wait_until
from .zones import quoted, read_keys

# The software comes in two copies, so that one can move while the other stands.
ROOT, TLD = Host("root", "nsd", ["127.53.0.1"]), Host("tld", "nsd", ["127.53.1.1"])
OLD, NEW = Host("old", "nsd", ["127.53.2.1", "127.53.2.2"]), Host("new", "nsd", ["127.53.3.1", "127.53.3.2"])
LOCAL, GOOGLE = "127.53.0.53", "127.8.8.8"
SERVERS = {"old": ["ns1.old-host.net.", "ns2.old-host.net."],
           "new": ["anna.ns.new-host.net.", "bob.ns.new-host.net."]}
SELECTOR, DOMAIN = "zendesk1", "domain.com"
NAME = f"{SELECTOR}._domainkey.{DOMAIN}"


class World:
    """`delegation_ttl` and `key_ttl` in seconds."""

    def __init__(self, workshop, delegation_ttl=5, key_ttl=60):
        self.workshop, self.delegation_ttl, self.key_ttl = workshop, delegation_ttl, key_ttl
        self.serials = itertools.count(2026112301)
        self.key = read_keys()["rsa2048"]
        self.hosts = {"root": ROOT, "tld": TLD, "old": OLD, "new": NEW}
        self.files = {name: {} for name in self.hosts}
        self.processes, self.resolvers = {}, {}
        self.holder = "old"

    def start(self, resolvers=True):
        """Starts everything; DOMAIN stands at the old host, with its key."""
        self._write("root", ".", "a.root-servers.net.",
                    ["com. IN NS a.tld-servers.net.", "net. IN NS a.tld-servers.net.",
                     f"a.root-servers.net. IN A {ROOT.addresses[0]}",
                     f"a.tld-servers.net. IN A {TLD.addresses[0]}"])
        self._write("tld", "com.", "a.tld-servers.net.", self._delegations("old"))
        self._write("tld", "net.", "a.tld-servers.net.", [
            f"a.tld-servers IN A {TLD.addresses[0]}", f"a.root-servers IN A {ROOT.addresses[0]}",
            *(f"{host}-host IN NS {server}" for host in SERVERS for server in SERVERS[host]), *self._addresses()])
        for host in SERVERS:
            self._write(host, f"{host}-host.net.", SERVERS[host][0],
                        [f"@ IN NS {server}" for server in SERVERS[host]]
                        + [line for line in self._addresses() if f"{host}-host" in line])
        self.write_domain("old", [self.key_record()])
        self.write_domain("new", [])
        for name, host in self.hosts.items():
            self.processes[name] = start_host(host, self.files[name], self.workshop)
        if resolvers:
            self.start_resolver("local")
            self.start_resolver("8.8.8.8")

    def start_resolver(self, name):
        address = {"local": LOCAL, "8.8.8.8": GOOGLE}[name]
        process, *place = start_resolver("resolver-" + name, address, ROOT.addresses, self.workshop,
                                         fallback_port=5301 if name == "local" else 5302)
        self.processes[name], self.resolvers[name] = process, tuple(place)

    def start_server(self, name):
        """Starts a server that was stopped, with the zones that it had."""
        self.processes[name] = start_host(self.hosts[name], self.files[name], self.workshop)

    def stop(self, name):
        """Ends a server or a resolver."""
        end(self.processes.pop(name))

    def key_record(self, selector=SELECTOR):
        return f"{selector}._domainkey.{DOMAIN}. {self.key_ttl} IN TXT {quoted(self.key)}"

    def write_child(self, host, label):
        """Writes a zone below DOMAIN at one host that has nothing but its beginning."""
        self._write(host, f"{label}.{DOMAIN}.", SERVERS[host][0], [f"@ IN NS {server}" for server in SERVERS[host]])

    def write_domain(self, host, records, primary=None):
        """Writes the zone DOMAIN at one host with these records beside those that every import finds."""
        self._write(host, DOMAIN + ".", primary or SERVERS[host][0], [
            *(f"@ {self.delegation_ttl} IN NS {server}" for server in SERVERS[host]),
            "@ IN MX 10 mail", "mail IN A 192.0.2.25", "www IN A 192.0.2.80", '@ IN TXT "v=spf1 mx -all"',
            '_dmarc IN TXT "v=DMARC1; p=reject"', *records])

    def add_zone(self, host, origin, records):
        """Gives a host one more zone, which takes a restart of its server."""
        self._write(host, origin, "ns." + origin, records)
        self.stop(host)
        self.start_server(host)

    def change_domain(self, host, records, primary=None):
        """Writes the zone DOMAIN and waits until each server of the host has it."""
        self.write_domain(host, records, primary)
        self._reload(host, DOMAIN + ".")

    def move(self, host):
        """Delegates DOMAIN to the servers of a host."""
        self.holder = host
        self._write("tld", "com.", "a.tld-servers.net.", self._delegations(host))
        self._reload("tld", "com.")

    def zone_file(self, host):
        return self.files[host][DOMAIN + "."]

    def append(self, host, line):
        """Appends a line to the zone DOMAIN at one host, as a person would, raises the serial and reloads."""
        path = self.zone_file(host)
        with open(path) as file:
            text = file.read()
        serial = next(self.serials)
        head, rest = text.split(" hostmaster.hosts.net. ", 1)
        with open(path, "w") as file:
            file.write(f"{head} hostmaster.hosts.net. {serial} {rest.split(' ', 1)[1]}{line}\n")
        self.serial = serial
        self._reload(host, DOMAIN + ".")

    def prime(self):
        """Asks both resolvers for the key, so that their caches hold it."""
        for address, port in self.resolvers.values():
            wait_until(lambda: wire.answers(ask(address, NAME, port=port, flags=wire.RD, timeout=2) or b"\0" * 12),
                       10, f"the key in the cache of {address}")

    def _delegations(self, host):
        return [f"domain {self.delegation_ttl} IN NS {server}" for server in SERVERS[host]]

    @staticmethod
    def _addresses():
        return [f"{server} IN A {address}" for name, host in (("old", OLD), ("new", NEW))
                for server, address in zip(SERVERS[name], host.addresses)]

    def _write(self, host, origin, primary, lines):
        self.serial = next(self.serials)
        text = [f"$ORIGIN {origin}", "$TTL 300",
                f"@ {self.delegation_ttl} IN SOA {primary} hostmaster.hosts.net. {self.serial} 3600 600 86400 5"]
        if origin in (".", "com.", "net."):
            text.append(f"@ IN NS {primary}")
        self.files[host][origin] = self.workshop.write(
            f"zones/{host}/{origin}zone", "\n".join(text + lines) + "\n")

    def _reload(self, host, origin):
        reload(self.processes[host])
        for address in self.hosts[host].addresses:
            wait_until(lambda: soa_serial(address, origin) == self.serial, 10,
                       f"serial {self.serial} of {origin} at {address}", every=0.01)

    def views(self):
        """The views of a configuration that watches this world."""
        found = [{"name": name, "type": "resolver", "address": f"{address}:{port}", "timeout": "500ms", "retries": 1}
                 for name, (address, port) in self.resolvers.items()]
        return found + [{"name": "authoritative", "type": "authoritative", "rootHints": ROOT.addresses,
                         "port": network.port(), "timeout": "500ms", "rate": 1000}]

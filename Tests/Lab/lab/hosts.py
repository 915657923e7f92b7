"""Who serves what: the hosts that zones.txt names, with their software and addresses."""

from dataclasses import dataclass, field

from . import misbehaviour


@dataclass
class Host:
    """Servers with the same contents."""
    name: str
    software: str
    addresses: list
    # Addresses that are published, though nothing of this host is there.
    published: list = field(default_factory=list)
    # Who is told by NOTIFY when a zone changes: address and port.
    notify: tuple = None

    def servers(self):
        """Name and address of each server."""
        return [(f"{self.name}-{number}.hosts.net.", address)
                for number, address in enumerate(self.addresses + self.published, 1)]


ROOT = Host("root", "nsd", ["127.53.0.1", "127.53.0.2"])
TLD = Host("tld", "nsd", ["127.53.1.1", "127.53.1.2"])
# What misbehaving servers would say, if they behaved; in no delegation.
ORIGIN = Host("origin", "nsd", ["127.53.9.1"])

HOSTS = {host.name: host for host in [
    ROOT, TLD, ORIGIN,
    Host("nsd", "nsd", ["127.53.10.1", "127.53.10.2"]),
    Host("other", "nsd", ["127.53.11.1", "127.53.11.2"]),
    Host("bind", "bind", ["127.53.12.1", "127.53.12.2"]),
    Host("knot", "knot", ["127.53.13.1", "127.53.13.2"]),
    Host("six", "nsd", ["::1"]),
    # The first server of `nsd`, and an address to which there is no way.
    Host("dual", "none", [], ["127.53.10.1", "2001:db8::53"]),
    Host("dead", "none", [], ["127.53.19.1"]),
]}

for _number, _name in enumerate(sorted(misbehaviour.BEHAVIOURS), 1):
    HOSTS[_name] = Host(_name, "misbehaviour", [f"127.53.20.{_number}"])

# Resolvers that lie, each by the behaviour that it is named for.
LIARS = {name: f"127.53.31.{number}" for number, name in enumerate(
    sorted(name for name in misbehaviour.BEHAVIOURS if name.startswith(("filter-", "intercepts", "invents-", "rewrites-"))), 1)}

# Recursive resolvers.
VALIDATING, PLAIN, SILENT, FAILING, DOH, STRICT, NOTHING = (
    "127.53.30.1", "127.53.30.2", "127.53.30.3", "127.53.30.4", "127.53.30.5", "127.53.30.6", "127.53.30.9")

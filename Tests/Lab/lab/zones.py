"""Reads zones.txt and makes of it the zone files of every host, delegations, glue and signatures included."""

import os
import re
import shlex
from dataclasses import dataclass, field

from . import dnssec
from .hosts import HOSTS, ORIGIN, ROOT, TLD
from .processes import LabError

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KINDS = {"A", "AAAA", "TXT", "CNAME", "DNAME", "NS", "MX"}


@dataclass
class Zone:
    name: str
    hosts: list
    options: set = field(default_factory=set)
    # (host or None for all, line in zone-file notation)
    records: list = field(default_factory=list)
    # Lines that its children put into it.
    delegations: list = field(default_factory=list)
    ds: list = field(default_factory=list)
    soa_minimum: int = 300
    ttl: int = 300

    @property
    def origin(self):
        return "." if self.name == "." else self.name + "."

    def servers(self):
        """Name and address of each server in the delegation; no address for one that is only named."""
        found = []
        for host in self.hosts:
            if "." in host:
                found.append((host.rstrip(".") + ".", None))
                continue
            for name, address in HOSTS[host].servers():
                found.append((name.split(".")[0] + "." + self.origin if "glue" in self.options else name, address))
        return found

    def groups(self):
        """The hosts that hold the zone's contents."""
        names = [host for host in self.hosts if "." not in host]
        hidden = [ORIGIN.name] if any(HOSTS[name].software == "misbehaviour" for name in names) else []
        shared = (["nsd"] if "dual" in names else []) + (["other"] if "switched" in names else [])
        return sorted(set(names + hidden + shared + [host for host, _ in self.records if host]))

    def text(self, group, serial=1):
        """The zone file at one host; that of the host `other` is an older version with the option `behind`."""
        if "behind" in self.options:
            serial = 2026110101 if group == "other" else 2026112301
        lines = [f"$ORIGIN {self.origin}", f"$TTL {self.ttl}",
                 f"@ IN SOA {self.servers()[0][0]} hostmaster.hosts.net. {serial} 3600 600 1209600 {self.soa_minimum}"]
        lines += [f"@ IN NS {name}" for name, _ in self.servers()]
        if "glue" in self.options:
            lines += [address_record(name, address) for name, address in self.servers()]
        lines += self.delegations + self.ds
        lines += [line for host, line in self.records if host in (None, group)]
        return "\n".join(lines) + "\n"


def address_record(name, address):
    return f"{name} IN {'AAAA' if ':' in address else 'A'} {address}"


def read_keys():
    """The records of keys.tsv: name -> text."""
    with open(os.path.join(HERE, "keys.tsv")) as file:
        return dict(line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("#"))


def quoted(text):
    """A TXT record's strings in zone-file notation."""
    parts = [text[place:place + 255] for place in range(0, max(len(text), 1), 255)]
    return " ".join('"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for part in parts)


def read(path=os.path.join(HERE, "zones.txt")):
    """All zones by name, the root, the TLDs and hosts.net included."""
    keys = {name: quoted(text) for name, text in read_keys().items()}
    zones, loose, zone = {}, [], None
    with open(path) as file:
        for number, line in enumerate(file, 1):
            words = shlex.split(line.split("#")[0], posix=False)
            if not words:
                continue
            if words[0] == "zone":
                hosts = [word for word in words[3:] if "." in word or word in HOSTS]
                zone = zones[words[1]] = Zone(words[1], hosts, set(words[3:]) - set(hosts))
            elif words[0] == "delegation":
                loose.append((words[1], [word + "." for word in words[2:]]))
            elif zone and line[0] == " ":
                group = words.pop(0)[:-1] if words[0].endswith(":") else None
                text = re.sub(r"\{([^}]+)\}", lambda match: keys[match[1]], " ".join(words))
                if not KINDS & set(words) or (group and group not in HOSTS):
                    raise LabError(f"{path}:{number}: cannot read this record: {line.strip()}")
                zone.records.append((group, text))
            else:
                raise LabError(f"{path}:{number}: expected a zone, a delegation or a record: {line.strip()}")
    _add_top(zones)
    _delegate(zones, loose)
    return zones


def _add_top(zones):
    hosts_net = zones["hosts.net"] = Zone("hosts.net", ["nsd"])
    for host in HOSTS.values():
        hosts_net.records += [(None, address_record(name, address)) for name, address in host.servers()]
    for name in sorted({name.split(".")[-1] for name in zones}):
        zones[name] = Zone(name, [TLD.name], {"signed"} if name == "org" else set())
    zones["."] = Zone(".", [ROOT.name], {"signed"})


def _delegate(zones, loose):
    for zone in zones.values():
        if zone.name == ".":
            parent = zone
            glued = zone.servers()
        else:
            parent = parent_of(zone.name, zones)
            parent.delegations += [f"{zone.origin} IN NS {name}" for name, _ in zone.servers()]
            glued = [server for server in zone.servers()
                     if server[1] and "glueless" not in zone.options
                     and (zone.name in ("hosts.net", "com", "net", "org") or "glue" in zone.options)]
        parent.delegations += [address_record(name, address) for name, address in glued]
    for name, servers in loose:
        parent_of(name, zones).delegations += [f"{name}. IN NS {server}" for server in servers]
    for zone in zones.values():
        zone.delegations = sorted(set(zone.delegations))


def parent_of(name, zones):
    """The deepest zone above a name."""
    labels = name.split(".")
    return next(zones[above] for above in [".".join(labels[i:]) for i in range(1, len(labels))] + ["."]
                if above in zones)


def signed(path, zone, group, signing, key):
    """The zone file as a host serves it. `signed-half-FLAW`: the flaw is at the host `other` alone; `signed-unsigned`: the
    parent has a DS record, and the zone is not signed."""
    flaw = signing.removeprefix("signed").removeprefix("-")
    if flaw.startswith("half-"):
        flaw = flaw.removeprefix("half-") if group == "other" else ""
    return path if flaw == "unsigned" else dnssec.sign(path, zone.origin, key, flaw)


def write(zones, workshop):
    """Writes all zone files, children before parents so that DS records find their place; gives host -> zone -> path."""
    files = {}
    for zone in sorted(zones.values(), key=lambda zone: 0 if zone.name == "." else -len(zone.name.split("."))):
        signing = next((option for option in zone.options if option.startswith("signed")), None)
        key = dnssec.make_key(zone.origin, workshop) if signing else None
        for group in zone.groups():
            path = workshop.write(f"zones/{group}/{zone.name}.zone", zone.text(group))
            if key:
                path = signed(path, zone, group, signing, key)
            files.setdefault(group, {})[zone.origin] = path
        if key and zone.name != ".":
            ds = dnssec.ds_record(key)
            parent_of(zone.name, zones).ds.append(dnssec.other_digest(ds) if signing == "signed-other-ds" else ds)
    return files

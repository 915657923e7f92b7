"""The zone with all records, and NSD that serves it on 127.0.0.1."""

import os
import subprocess

from lab import nameservers
from lab.hosts import Host

from . import records

DOMAIN = "example.org"


def selector(number):
    return f"r{number}"


def serve(workshop, cases):
    """Serves the records of each case at r<number>._domainkey.example.org."""
    lines = [f"$ORIGIN {DOMAIN}.", "$TTL 300", "@ IN SOA ns hostmaster 1 3600 600 86400 300", "@ IN NS ns",
             "ns IN A 127.0.0.1"]
    for number, case in enumerate(cases):
        lines += [f"{selector(number)}._domainkey IN TXT {records.zone_text(strings)}" for strings in case.records]
    path = workshop.write("receivers.zone", "\n".join(lines) + "\n")
    nameservers.start_host(Host("receivers", "nsd", ["127.0.0.1"]), {f"{DOMAIN}.": path}, workshop)


def resolve_here(workshop):
    """Points the C library of this namespace at the server."""
    path = workshop.write("resolv.conf", "nameserver 127.0.0.1\n")
    subprocess.run(["mount", "--bind", path, os.path.realpath("/etc/resolv.conf")], check=True)

"""Starts real name servers and resolvers on loopback: NSD, Knot, BIND, Unbound."""

import signal

from . import network, wire
from .ask import ask
from .processes import LabError, program, wait_until


def start_host(host, files, workshop):
    """Starts the software of a host on its zone files; gives the process. `files`: origin -> path."""
    software = {"nsd": _nsd, "knot": _knot, "bind": _bind}[host.software]
    if host.software == "knot" and not program("knotd"):
        software = _nsd
    if host.software == "bind" and not (program("named") and network.is_own()):
        software = _nsd
    process = software(host.name, host.addresses, files, workshop, host.notify)
    for address in host.addresses:
        await_answer(process, address, next(iter(files)), workshop)
    return process


def await_answer(process, address, origin, workshop, port=None):
    """Waits until a server answers; LabError with its log where it ends instead."""
    def answers():
        if process.poll() is not None:
            raise LabError(f"{process.name} ended at once:\n{workshop.log(process.name)[-2000:]}")
        reply = ask(address, origin, "SOA", port=port, flags=wire.RD if port else 0)
        return reply is not None and wire.rcode(reply) == wire.NOERROR
    wait_until(answers, 15, f"an answer of {process.name} at {address} for {origin}")


def reload(process):
    """Makes NSD, Knot or BIND read its zone files again."""
    process.send_signal(signal.SIGHUP)


def _nsd(name, addresses, files, workshop, notify=None):
    state = workshop.path(name, "x")[:-2]
    told = f"  notify: {notify[0]}@{notify[1]} NOKEY\n" if notify else ""
    zones = "".join(f'zone:\n  name: "{origin}"\n  zonefile: "{path}"\n{told}' for origin, path in files.items())
    listen = "".join(f"  ip-address: {address}@{network.port()}\n" for address in addresses)
    config = workshop.write(f"{name}.conf", f"""server:
{listen}  server-count: 1
  username: ""
  zonesdir: ""
  database: ""
  pidfile: "{state}/nsd.pid"
  xfrdfile: "{state}/xfrd.state"
  zonelistfile: "{state}/zone.list"
  xfrdir: "{state}"
  cookie-secret-file: "{state}/cookies"
remote-control:
  control-enable: no
{zones}""")
    return workshop.start(name, [program("nsd") or "nsd", "-d", "-c", config])


def _knot(name, addresses, files, workshop, notify=None):
    state = workshop.path(name, "x")[:-2]
    listen = ", ".join(f"{address}@{network.port()}" for address in addresses)
    remote = f"remote:\n  - id: selectord\n    address: {notify[0]}@{notify[1]}\n" if notify else ""
    told = "    notify: selectord\n" if notify else ""
    zones = "".join(f'  - domain: "{origin}"\n    file: "{path}"\n{told}' for origin, path in files.items())
    config = workshop.write(f"{name}.conf", f"""server:
    rundir: "{state}"
    listen: [ {listen} ]
    udp-workers: 1
    tcp-workers: 2
    background-workers: 1
database:
    storage: "{state}"
log:
  - target: stderr
    any: warning
{remote}zone:
{zones}""")
    return workshop.start(name, [program("knotd") or "knotd", "-c", config])


def _bind(name, addresses, files, workshop, notify=None):
    state = workshop.path(name, "x")[:-2]
    for address in addresses:
        network.add_address(address)
    told = f" notify explicit; also-notify {{ {notify[0]} port {notify[1]}; }};" if notify else ""
    zones = "".join(f'zone "{origin}" {{ type primary; file "{path}"; }};\n' for origin, path in files.items())
    config = workshop.write(f"{name}.conf", _bind_options(state, addresses, network.port(), "recursion no;" + told) + zones)
    return workshop.start(name, [program("named") or "named", "-f", "-g", "-c", config])


def _bind_options(state, addresses, port, more):
    listen = "; ".join(addresses)
    return f"""options {{
  directory "{state}";
  pid-file none;
  session-keyfile none;
  listen-on port {port} {{ {listen}; }};
  listen-on-v6 {{ none; }};
  allow-query {{ any; }};
  check-names primary ignore;
  {more}
}};
controls {{ }};
"""


def start_resolver(name, address, roots, workshop, anchor=None, more="", fallback_port=5301):
    """Starts a recursive resolver and gives process and port; it validates where `anchor` is a DNSKEY record.

    Unbound asks upstream on port 53 only; on high ports BIND takes its place, whose `port` holds for upstream too.
    """
    hints = workshop.write(f"{name}.hints", "".join(
        f". 3600 IN NS root-{number}.hosts.net.\nroot-{number}.hosts.net. 3600 IN A {root}\n"
        for number, root in enumerate(roots, 1)))
    if network.is_own():
        process, port = _unbound(name, address, hints, workshop, anchor, more), 53
    else:
        process, port = _bind_resolver(name, hints, workshop, anchor, fallback_port), fallback_port
        address = "127.0.0.1"
    await_answer(process, address, ".", workshop, port=port)
    return process, address, port


def _unbound(name, address, hints, workshop, anchor, more):
    state = workshop.path(name, "x")[:-2]
    trust = f'  trust-anchor-file: "{workshop.write(name + ".anchor", anchor)}"\n' if anchor else ""
    modules = "validator iterator" if anchor else "iterator"
    config = workshop.write(f"{name}.conf", f"""server:
  interface: {address}
  directory: "{state}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  logfile: ""
  num-threads: 1
  do-ip6: no
  do-not-query-localhost: no
  root-hints: "{hints}"
  module-config: "{modules}"
  ede: yes
  minimal-responses: yes
  infra-host-ttl: 5
{trust}{more}remote-control:
  control-enable: no
""")
    return workshop.start(name, [program("unbound") or "unbound", "-d", "-c", config])


def _bind_resolver(name, hints, workshop, anchor, port):
    state = workshop.path(name, "x")[:-2]
    trust = ""
    if anchor:
        data = anchor.split("DNSKEY")[1].split(";")[0].split(None, 3)
        trust = f'trust-anchors {{ "." static-key {data[0]} {data[1]} {data[2]} "{"".join(data[3].split())}"; }};\n'
    options = _bind_options(state, ["127.0.0.1"], port, f"""recursion yes;
  port {network.port()};
  dnssec-validation {"yes" if anchor else "no"};""")
    config = workshop.write(f"{name}.conf", options + trust + f'zone "." {{ type hint; file "{hints}"; }};\n')
    return workshop.start(name, [program("named") or "named", "-f", "-g", "-c", config])

"""What `selectord audit` must say of each zone of audits.tsv; of signed zones, what `delv` says of the same records."""

import json
import os
import re
import subprocess
from dataclasses import dataclass

from . import network, selectord
from .hosts import VALIDATING
from .internet import Internet
from .processes import Workshop, program
from .zones import HERE

# The sections that these cases are about.
SECTIONS = ("delegation", "nameservers", "zone", "dnssec", "takeover")
# Findings that say: a validating resolver does not accept the zone.
BOGUS = {"rrsig-expired", "rrsig-not-yet-valid", "ds-matches-no-key", "ds-without-dnskey", "rrsig-missing", "rrsig-wrong",
         "denial-missing", "dnssec-servers-differ", "dnssec-bogus", "dnskey-flags-wrong"}


@dataclass
class Case:
    zone: str
    findings: dict
    zonemaster: str
    what: str


def read(path=os.path.join(HERE, "audits.tsv")):
    with open(path) as file:
        lines = [line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("#")]
    return [Case(zone, dict(word.split(":") for word in findings.split(",") if word != "-"), zonemaster, what)
            for zone, findings, zonemaster, what in lines]


def run(only=None):
    """Audits every case, and asks delv about the signed ones; gives the numbers of passed and failed ones."""
    passed = failed = 0
    with Workshop("audit") as workshop:
        internet = Internet(workshop)
        internet.start()
        internet.expect_all_served()
        configuration = selectord.write_check_configuration(workshop, internet)
        validator = Validator(workshop, internet)
        for case in read():
            if only and not any(word in case.zone or word in case.what for word in only):
                continue
            complaint = judge(case, configuration, validator)
            passed, failed = passed + (not complaint), failed + bool(complaint)
            print(f"{'FAILED' if complaint else 'ok':7}{case.zone:24} {case.zonemaster:40} {case.what}", flush=True)
            if complaint:
                print(f"       {complaint}", flush=True)
    return passed, failed


def judge(case, configuration, validator):
    """What is wrong with a report, in a sentence; None where nothing is."""
    done = selectord.verb("audit", case.zone, "--config", configuration, "--view", "authoritative", "--view", "validating",
                          "--output", "jsonl")
    if not done.stdout.strip():
        return f"no report, exit code {done.returncode}: {done.stderr.strip()[-500:]}"
    report = json.loads(done.stdout)
    sections = [section for section in report["sections"] if section["id"] in SECTIONS]
    findings = [finding for section in sections for finding in section["findings"]]
    found = {finding["rule"]: finding["severity"] for finding in findings if finding["severity"] != "info"}
    expected = {rule: severity for rule, severity in case.findings.items() if severity != "-"}
    allowed = set(case.findings)
    shown = "; ".join(f"{finding['rule']}:{finding['severity']} {finding['evidence']}" for finding in findings)
    if {rule: found.get(rule) for rule in expected} != expected or set(found) - allowed:
        return f"expected {expected or 'nothing'}; got {shown} ({report['summary']})"
    lost = sum(finding["points"] for finding in findings)
    if not expected and lost:
        return f"expected no point lost; got {shown}"
    if report["effort"]["cut"] or report["effort"]["rounds"] > 8:
        return f"expected a few rounds; got {report['effort']}"
    # delv asks one server: where only some have a fault, it may not meet it.
    if case.zone.endswith(".org") and "half" not in case.zone:
        word = validator.accepts(case.zone)
        if word is not None and word == bool(set(found) & BOGUS):
            return f"delv {'accepts' if word else 'refuses'} the zone: {validator.said}; got {shown or 'no finding'}"
    return None


class Validator:
    """delv, which validates by itself what a resolver gives unchecked."""

    def __init__(self, workshop, internet):
        self.place, self.said = internet.resolvers["validating"], ""
        folder = workshop.path("dnssec", "x")[:-2]
        name = next(name for name in sorted(os.listdir(folder)) if name.startswith("K.+") and name.endswith(".key"))
        with open(os.path.join(folder, name)) as file:
            flags, protocol, algorithm, key = re.search(r"DNSKEY\s+(\d+)\s+(\d+)\s+(\d+)\s+([^;]+)", file.read()).groups()
        self.anchor = workshop.write("delv.keys", "trust-anchors {\n  . static-key " + f"{flags} {protocol} {algorithm} "
                                     f"\"{key.strip()}\";\n}};\n")

    def accepts(self, zone):
        """Whether delv validates what the zone says of itself, of its keys and of what it does not have; None without delv."""
        if not program("delv"):
            return None
        self.said = ""
        for name, kind in ((zone, "SOA"), (f"s1._domainkey.{zone}", "TXT"), (f"absent-{os.getpid()}.{zone}", "A")):
            done = subprocess.run([program("delv"), f"@{self.place[0]}", "-p", str(self.place[1]), "-a", self.anchor,
                                   "+root=.", name, kind], capture_output=True, text=True, timeout=60)
            said = (done.stdout + done.stderr).strip()
            if not re.search(r"fully validated|negative response, fully validated", said):
                self.said = f"{name} {kind}: {said.splitlines()[-1] if said else 'nothing'}"
                return False
        return True

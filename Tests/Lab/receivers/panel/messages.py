"""Holds what `selectord verify` says of signed and changed messages against what real verifiers do."""

import json
import re
import subprocess

from lab import nameservers, selectord
from lab.hosts import Host

from . import keys, real, records, served

KEYS = ("rsa2048", "rsa1024", "rsa512", "ed25519")

# Where a receiver differs: (receiver, pattern of the case's name) -> why.
EXPLAINED = {
    ("Mail::DKIM", "ed25519"): "this version does not know ed25519-sha256 (RFC 8463)",
    ("Mail::DKIM", "linefeeds$"): "it wants CRLF; whoever feeds it has to convert a file",
    ("Mail::DKIM", "/simple open$"): "it does not end the last line (RFC 6376, section 3.4.3)",
    ("Mail::DKIM", "limit0$"): "it takes l=0 for no limit",
    ("Mail::DKIM", "future$"): "it does not look at t=; OpenDKIM and dkimpy do",
    ("Mail::DKIM", "repeatedTag$|emptyTag$"): "its tag-lists are lenient (RFC 6376, section 3.2)",
    ("Mail::DKIM", "noVersion$"): "it takes signatures of the first drafts",
    ("Mail::DKIM", "rsa512$"): "it takes any key (RFC 8301, section 3.2)",
    ("Mail::DKIM|dkimpy", "noFrom$|noFields$"): "they do not look for From in h= (RFC 6376, section 5.4)",
    ("Mail::DKIM|dkimpy|OpenDKIM", "sha1$"): "they take SHA-1 still (RFC 8301, section 3.1)",
    ("OpenDKIM", "/relaxed open$"): "`opendkim -t` does not get to see a body without a line end",
    ("OpenDKIM", "quotedIdentity$"): "it does not decode i= (RFC 6376, section 3.5)",
    ("OpenDKIM", "limitAll$"): "it refuses l= beyond the body; where the hash is right nothing is lost",
    ("dkimpy", "topFrom$"): "it counts every From as signed, as if h= named one more",
    ("dkimpy", "signatureCut$"): "its number has no length: zero bytes before it change nothing",
    ("dkimpy", "nameBlank$"): "it refuses a blank before the colon (RFC 5322, section 4.5)",
    ("dkimpy", "twoQueries$"): "it takes one method in q= (RFC 6376, section 3.5)",
    ("dkimpy", "version05$"): "v=0.5 is that of the last drafts; the others take it",
    ("dkimpy", "wrongType$"): "it goes by the key, whatever a= says",
    ("dkimpy", "lastBlanks$"): "it leaves the blanks behind b= (RFC 6376, section 3.7)",
}


def serve(workshop, made):
    """Serves the keys at their names as selectors."""
    lines = [f"$ORIGIN {served.DOMAIN}.", "$TTL 300", "@ IN SOA ns hostmaster 1 3600 600 86400 300", "@ IN NS ns",
             "ns IN A 127.0.0.1"]
    for name, key in made.items():
        kind = "rsa" if key.is_rsa else "ed25519"
        text = f"v=DKIM1; k={kind}; p={keys.encoded(key.form(''))}".encode()
        strings = [text[place:place + 255] for place in range(0, len(text), 255)]
        lines.append(f"{name}._domainkey IN TXT {records.zone_text(strings)}")
    path = workshop.write("messages.zone", "\n".join(lines) + "\n")
    nameservers.start_host(Host("messages", "nsd", ["127.0.0.1"]), {f"{served.DOMAIN}.": path}, workshop)


def run(workshop, python, folder):
    """By message: its name, what selectord says, and what each real verifier does."""
    served.resolve_here(workshop)
    made = keys.make(folder, set(KEYS))
    serve(workshop, made)
    place = workshop.path("signed", "x")[:-2]
    done = subprocess.run([python, f"{real.HERE}/signed.py"], check=True, capture_output=True, text=True,
                          input=" ".join([place, *(made[name].path for name in KEYS)]))
    names = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    paths = list(names)
    verifiers = real.all_of(workshop, python)
    found = {name: verifiers[name](paths) for name in ("dkimpy", "Mail::DKIM")}
    found["OpenDKIM"] = real.opendkim(workshop, paths, at_once=1)
    ours = verify(paths)
    return [(names[path], ours[path], {name: results[path] for name, results in found.items()}) for path in paths]


def verify(paths):
    """What `selectord verify` says of the first signature of each message."""
    done = subprocess.run([selectord.binary(), "verify", *paths, "--view", "127.0.0.1", "--output", "jsonl"],
                          capture_output=True, text=True)
    found = {}
    for line in done.stdout.splitlines():
        message = json.loads(line)
        signatures = message["signatures"]
        found[message["file"]] = signatures[0] if signatures else {"result": "none", "reason": "", "verifies": False}
    return real.told_all(f"selectord ({done.stderr[-2000:]})", found, paths)


def differences(results):
    """Sentences on where they differ without an explanation."""
    told = []
    for name, ours, seen in results:
        for receiver, (verdict, said) in seen.items():
            if (verdict == "accept") == (ours["result"] == "pass"):
                continue
            if any(receiver in who.split("|") and re.search(what, name) for who, what in EXPLAINED):
                continue
            told.append(f"{name}: {receiver} says {verdict} ({said}), selectord {ours['result']} ({ours['reason']})")
    return told


def contradicted(results):
    """Messages of which two verifiers or more say another thing than selectord, whatever explains it."""
    return [name for name, ours, seen in results
            if sum((verdict == "accept") != (ours["result"] == "pass") for verdict, _ in seen.values()) >= 2]

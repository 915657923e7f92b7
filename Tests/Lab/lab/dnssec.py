"""Signs zones with ldns-signzone, and breaks them where a case wants it."""

import os
import re
import subprocess
import time

from .processes import LabError, program


def make_key(origin, workshop):
    """Makes a key that signs everything of a zone; gives its path without extension."""
    folder = os.path.dirname(workshop.path("dnssec", "x"))
    return os.path.join(folder, _run(["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", origin], folder).strip())


def sign(path, origin, key, flaw=""):
    """Signs a zone file; gives the path of the signed one. `flaw`: what is wrong with the signatures, one of FLAWS."""
    day, now = 86_400, time.time()
    begin, end = {"expired": (now - 30 * day, now - day), "early": (now + 5 * day, now + 30 * day)}.get(
        flaw, (now - day, now + 30 * day))
    stamp = [time.strftime("%Y%m%d%H%M%S", time.gmtime(moment)) for moment in (begin, end)]
    _run(["ldns-signzone", *(["-n"] if flaw.startswith("nsec3") else []), "-i", stamp[0], "-e", stamp[1], "-o", origin,
          "-f", path + ".signed", path, key], os.path.dirname(path))
    if flaw in FLAWS:
        with open(path + ".signed") as file:
            lines = [FLAWS[flaw](line) for line in file]
        with open(path + ".signed", "w") as file:
            file.writelines(line for line in lines if line)
    return path + ".signed"


# What happens to the lines of a zone after it was signed.
FLAWS = {
    # The key was added to the signed file.
    "bare": lambda line: None if re.search(r"\sRRSIG\s+TXT\s", line) else line,
    # The key was changed in the signed file.
    "changed": lambda line: line.replace("v=DKIM1;", "v=DKIM1; t=s;") if "\tTXT\t" in line else line,
    # The chain of proofs is lost.
    "no-proofs": lambda line: None if re.search(r"\s(RRSIG\s+)?NSEC3?\s", line) else line,
    "nsec3-no-proofs": lambda line: None if re.search(r"\s(RRSIG\s+)?NSEC3\s", line) else line,
    # The keys were lost on the way.
    "no-keys": lambda line: None if re.search(r"\s(RRSIG\s+)?DNSKEY\s", line) else line,
}


def ds_record(key):
    """The DS record that the parent needs."""
    with open(key + ".ds") as file:
        return file.read().strip()


def other_digest(ds):
    """The same DS record with another digest: that of a key nobody has."""
    head, digest = ds.rsplit(None, 1)
    return head + " " + digest[::-1]


def trust_anchor(key):
    """The DNSKEY record that a validating resolver begins with."""
    with open(key + ".key") as file:
        return file.read()


def _run(command, folder):
    command[0] = program(command[0]) or command[0]
    try:
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    except OSError as error:
        raise LabError(f"cannot start {command[0]}: {error.strerror}; script/setup installs it") from error
    except subprocess.CalledProcessError as error:
        raise LabError(f"{' '.join(command)}: {error.stderr.strip()}") from error

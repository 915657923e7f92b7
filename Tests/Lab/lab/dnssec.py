"""Signs zones with ldns-signzone, and breaks them where a case wants it."""

import os
import subprocess
import time

from .processes import LabError, program


def make_key(origin, workshop):
    """Makes a key that signs everything of a zone; gives its path without extension."""
    folder = os.path.dirname(workshop.path("dnssec", "x"))
    return os.path.join(folder, _run(["ldns-keygen", "-a", "ECDSAP256SHA256", "-k", origin], folder).strip())


def sign(path, origin, key, expired=False):
    """Signs a zone file; gives the path of the signed one."""
    day, now = 86_400, time.time()
    begin, end = (now - 30 * day, now - day) if expired else (now - day, now + 30 * day)
    stamp = [time.strftime("%Y%m%d%H%M%S", time.gmtime(moment)) for moment in (begin, end)]
    _run(["ldns-signzone", "-i", stamp[0], "-e", stamp[1], "-o", origin, "-f", path + ".signed", path, key],
         os.path.dirname(path))
    return path + ".signed"


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

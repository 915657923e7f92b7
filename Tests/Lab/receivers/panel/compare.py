"""Holds what `selectord key` says of each case against what the real receivers do."""

import json
import re
import subprocess
from dataclasses import dataclass

from lab import selectord

from . import keys, real, records, served


@dataclass
class Panel:
    """What selectord says: receiver -> verdict and reason, and which key it found."""
    opinions: dict
    fingerprint: str


def panel(case):
    text = "".join(f"r._domainkey.{served.DOMAIN}. 300 IN TXT {records.zone_text(strings)}\n" for strings in case.records)
    done = subprocess.run([selectord.binary(), "key", "-", "--output", "jsonl"], input=text, capture_output=True, text=True)
    try:
        judgement = json.loads(done.stdout)
        opinions = {one["receiver"]: (one["verdict"], one["reason"]) for one in judgement["receivers"]}
    except ValueError as error:
        raise SystemExit(f"{case.name}: selectord key said {done.stderr.strip() or done.stdout.strip()}") from error
    return Panel(opinions, judgement.get("key", {}).get("fingerprint", ""))


def run(workshop, python, cases, made):
    """By case: what the panel says, and what each real receiver does."""
    served.resolve_here(workshop)
    served.serve(workshop, cases)
    paths = [workshop.path("mail", served.selector(number) + ".eml") for number in range(len(cases))]
    jobs = "".join(f"{path} {served.selector(number)} {made[case.key].algorithm} {made[case.key].path}\n"
                   for number, (path, case) in enumerate(zip(paths, cases)))
    subprocess.run([python, f"{real.HERE}/sign.py"], input=jobs, text=True, check=True)
    found = {name: verify(paths) for name, verify in real.all_of(workshop, python).items()}
    return [(case, panel(case), {name: results[path] for name, results in found.items()})
            for case, path in zip(cases, paths)]


def differences(results, made):
    """Sentences on where the two differ."""
    told = []
    for case, panel, seen in results:
        # Where another key is meant, or one character of the right one was changed, the panel has no way to know that
        # mail is signed with this one.
        is_other = panel.fingerprint not in ("", made[case.key].fingerprint) or not holds(case, made[case.key])
        for name, (verdict, said) in seen.items():
            expected, reason = panel.opinions[name]
            if is_other and expected == "accept":
                continue
            if expected == "intermittent":
                # One order of the answer cannot refute it.
                continue
            if verdict != expected:
                shown = " + ".join(records.zone_text(strings) for strings in case.records)
                told.append(f"{case.name} (signed with {case.key}): {name} says {verdict} ({said}), "
                            f"the panel {expected} ({reason})\n    {shorten(shown)}")
    return told


def holds(case, key):
    """Whether a record has the digits of a key, whatever stands between them."""
    texts = [re.sub(rb"[^A-Za-z0-9+/]", b"", b"".join(strings)) for strings in case.records]
    forms = [key.form(form) for form in (["", "bare", "noparameters", "pss"] if key.is_rsa else [""])]
    return any(keys.encoded(form).rstrip("=").encode() in text for form in forms for text in texts)


def shorten(text, most=1500):
    return text if len(text) <= most else text[:most] + "..."

"""How the demos tell their stories: numbered steps, the commands with what they print, events as a person reads them."""

import os
import subprocess
import sys
import textwrap
from datetime import datetime

from . import selectord
from .processes import LabError

WIDTH = 110
IS_COLOURED = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def told(event, short=False):
    """An event as a person would read it."""
    mark, colour = ("✓", "32") if event["verdict"] == "ok" else ("✗", "31")
    lines = [paint(f"{mark} {event['type']}", colour) + f"  {event.get('name') or event.get('zone')}", ""]
    add(lines, "What", event["summary"])
    if event.get("since"):
        add(lines, "Since", clock(event["since"]))
    diagnosis = event.get("diagnosis") or {}
    if event["verdict"] != "ok":
        add(lines, "Cause", diagnosis.get("cause", ""))
        for cache in event.get("caches") or []:
            if cache["holding"] == "key":
                add(lines, "Cached", f"{cache['view']} still has the key until {clock(cache['until'])}")
        if event.get("use"):
            use = event["use"]
            policy = f"; the DMARC policy is p={use['dmarcPolicy']}" if use.get("dmarcPolicy") else ""
            add(lines, "Mail", f"{use['messages7d']} in 7 days, {use['failing7d']} of them failed{policy}")
        if event.get("lastGood"):
            add(lines, "Last good", clock(event["lastGood"]["at"]))
        if diagnosis.get("record"):
            add(lines, "Fix it", f"add this record to the zone at {' and '.join(servers(event))}:")
            record = diagnosis["record"]
            if short and len(record) > 150:
                record = record[:110] + "…" + record[-12:]
            lines += ["", *(paint("  " + part, "36") for part in textwrap.wrap(record, WIDTH - 4, break_on_hyphens=False))]
    return "\n".join("    " + line for line in lines).rstrip() + "\n"


def servers(event):
    return (event.get("delegation") or {}).get("after") or ["its name servers"]


def add(lines, head, text):
    parts = textwrap.wrap(text, WIDTH - 18)
    lines += [f"{head if part is parts[0] else '':11}{part}" for part in parts]


def clock(text):
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def paint(text, colour):
    return f"\033[{colour}m{text}\033[0m" if IS_COLOURED else text


def first(found):
    return found[0] if found else None


def dead(daemon):
    """LabError where the daemon has ended; else False."""
    if daemon.process.poll() is not None:
        raise LabError(f"the daemon ended with {daemon.process.returncode}:\n{daemon.log()[-1500:]}")
    return False


def step(text):
    step.number += 1
    print("\n" + paint(f"{step.number}. {text}", "1"), flush=True)


step.number = 0


def show(*words, daemon, path=None, lines=None):
    """Runs a verb as a user would and shows what it prints, or so many lines of it. `path` is a folder with more programs."""
    print(f"    $ selectord {' '.join(words)}")
    environment = dict(os.environ, SELECTORD_CONFIG=daemon.configuration, COLUMNS=str(WIDTH))
    if path:
        environment["PATH"] = f"{path}:{environment['PATH']}"
    done = subprocess.run([selectord.binary(), *words, "--color", "always" if IS_COLOURED else "never"],
                          capture_output=True, text=True, timeout=30, env=environment)
    said = (done.stdout + done.stderr).splitlines(keepends=True)
    print(textwrap.indent("".join(said[:lines]) + ("...\n" if lines and len(said) > lines else ""), "    "), end="", flush=True)
    return done


def expect(fact, what):
    if not fact:
        raise AssertionError("not seen: " + what)

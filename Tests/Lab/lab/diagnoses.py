"""What `selectord diagnose` must make of each case of diagnoses.tsv, and whether what it says mends it."""

import json
import os
import re
from dataclasses import dataclass

from . import selectord, wire
from .ask import ask as ask_server
from .processes import Workshop, wait_until
from .world import DOMAIN, World
from .zones import HERE, quoted, read_keys


@dataclass
class Case:
    selector: str
    domain: str
    cause: str
    mends: bool
    records: list  # of the zone
    copy: list  # of its copy at a host that it is not delegated to
    primary: str  # the server that its SOA names; the first one of the host where None
    what: str


MOVED = Case("s1", DOMAIN, "lost-in-migration", True, [f"s1._domainkey TXT {quoted(read_keys()['rsa2048'])}"], [], None,
             "the zone moved, and only a resolver remembers from where")


def read(path=os.path.join(HERE, "diagnoses.tsv")):
    keys = {name: quoted(text) for name, text in read_keys().items()}
    with open(path) as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    cases = []
    for line in lines:
        key, cause, mends, text, what = line.split("\t")
        selector, _, domain = key.partition("@")
        places = {"": [], "copy": [], "primary": []}
        if text.startswith("@") and not text.startswith("@ "):
            places[""] = fixture(selector, text[1:])
        elif text != "-":
            for record in re.sub(r"\{([^}]+)\}", lambda match: keys[match[1]], text).split(" | "):
                place, mark, rest = record.partition("! ")
                places[place if mark else ""].append(rest if mark else record)
        cases.append(Case(selector, domain or DOMAIN, cause, mends == "mends", places[""], places["copy"],
                          (places["primary"] or [None])[0], what))
    return cases


def fixture(selector, name):
    """The broken records of Tests/Fixtures/repairs, at a selector."""
    with open(os.path.join(HERE, "..", "Fixtures", "repairs", f"{name}.txt")) as file:
        texts = file.read().split("---\n", 1)[1].splitlines()
    return [f"{selector}._domainkey 300 IN TXT {text}" for text in texts]


def run(only=None):
    """Diagnoses every case, pastes the record where there is one, and looks again; passed and failed."""
    passed = failed = 0
    with Workshop("diagnoses") as workshop:
        world = World(workshop)
        world.write_child("new", "_domainkey.hosted")
        world.start(resolvers=False)
        configuration = configure(world)
        for case in [*read(), MOVED]:
            if only and not any(word in case.cause or word in case.what for word in only):
                continue
            complaint = moved(world) if case is MOVED else judge(world, configuration, case)
            passed, failed = passed + (not complaint), failed + bool(complaint)
            print(f"{'FAILED' if complaint else 'ok':7}{case.cause:30} {case.what}")
            if complaint:
                print(f"       {complaint}")
    return passed, failed


def configure(world):
    return world.workshop.write("diagnose.json", json.dumps(
        {"database": world.workshop.path("none.sqlite"), "views": world.views()}))


def moved(world):
    """The zone moves; a resolver remembers the servers that it left, and these still have the key."""
    world.delegation_ttl = 300
    world.move("old")
    world.change_domain("old", MOVED.records)
    world.change_domain("new", [])
    world.start_resolver("local")
    address, port = world.resolvers["local"]
    wait_until(lambda: wire.answers(ask_server(address, DOMAIN, "NS", port=port, flags=wire.RD, timeout=2)
                                    or b"\0" * 12), 10, "the name servers in the cache of the resolver")
    world.move("new")
    return judged(world, configure(world), MOVED, "new", [])


def judge(world, configuration, case):
    """What is wrong with a diagnosis, in a sentence; None where nothing is."""
    world.change_domain("old", case.records, case.primary)
    world.change_domain("new", case.copy)
    return judged(world, configuration, case, "old", case.records)


def judged(world, configuration, case, host, records):
    """The same once the zone is written; `records` are those that the delegated host has."""
    found = ask("diagnose", configuration, case)
    diagnosis = found.get("diagnosis", {})
    if diagnosis.get("rule") != case.cause:
        return f"expected {case.cause}; got {found['state']} {diagnosis.get('rule')}: {diagnosis.get('cause')}"
    if not case.mends:
        return None
    if "record" not in diagnosis:
        return f"expected a record that mends it; got {diagnosis['remedy']}"
    # Pasted as it is, in place of whatever stands at the names that it names.
    lines = diagnosis["record"].split("\n")
    owners = {line.split()[0] for line in lines}
    kept = [record for record in records if absolute(record.split()[0]) not in owners]
    world.change_domain(host, kept + lines, case.primary)
    after = ask("check", configuration, case)
    if after["state"] != "published" or after["verdict"] == "critical":
        return f"pasted {diagnosis['record']}; then {after['state']} {after['verdict']}: {after['summary']}"
    return None


def absolute(owner):
    """The owner of a record of the zone, as an absolute name."""
    return owner if owner.endswith(".") else f"{owner}.{DOMAIN}."


def ask(verb, configuration, case):
    done = selectord.verb(verb, case.domain, case.selector, "--config", configuration, "--output", "jsonl")
    return json.loads(done.stdout)

"""Compares what `selectord check` says of each case of cases.tsv with what it must say, and the cause that it names."""

import os
from dataclasses import dataclass

from . import network, selectord
from .internet import Internet
from .processes import Workshop
from .zones import HERE

# Cases of IPv6, and of what only Unbound is told.
NEEDS_OWN_NETWORK = ("six.com", "split.com", "filtered-nx.net", "filtered-nodata.net", "filtered-refuse.net")
# Views whose resolver, or the one behind it, has port 53.
VIEWS_OF_OWN_NETWORK = ("system", "strict", "filter-", "invents-", "rewrites-", "root-intercepted")


@dataclass
class Case:
    views: tuple
    name: str
    state: str
    verdict: str
    findings: str
    what: str
    cause: str = ""


def read(path=os.path.join(HERE, "cases.tsv")):
    with open(path) as file:
        lines = [line.rstrip("\n") for line in file if line.strip() and not line.startswith("#")]
    return [Case(tuple(views.split(",")), *rest) for views, *rest in (line.split("\t") for line in lines)]


def run(only=None):
    """Runs all cases, or those with one of the words, in a lab of their own; gives the numbers of passed and failed ones."""
    with Workshop("lab") as workshop:
        internet = Internet(workshop)
        internet.start()
        internet.expect_all_served()
        return check_all(workshop, internet, only)


def check_all(workshop, internet, only):
    """Those with the same views go in one run."""
    configuration = selectord.write_check_configuration(workshop, internet)
    groups = {}
    for case in read():
        if not network.is_own() and (any(view.startswith(VIEWS_OF_OWN_NETWORK) for view in case.views) or case.name.endswith(NEEDS_OWN_NETWORK)):
            print(f"left out {case.what}: takes a network of the lab's own")
        elif not only or any(word in case.name or word in case.what for word in only):
            groups.setdefault((case.views, bool(case.cause)), []).append(case)
    passed = failed = 0
    for (views, is_explained), cases in groups.items():
        results, code, said = selectord.check(workshop, configuration, views, [case.name for case in cases],
                                              authority=internet.doh[1], is_explained=is_explained)
        for case in cases:
            complaint = judge(case, results.get(case.name.lower().encode("idna").decode()
                                                if not case.name.isascii() else case.name.lower()))
            passed, failed = passed + (not complaint), failed + bool(complaint)
            print(f"{'FAILED' if complaint else 'ok':7}{case.name:42} {','.join(views):28} {case.what}")
            if complaint:
                print(f"       {complaint}")
        worst = {"ok": 0, "warning": 1, "unknown": 2, "critical": 3}
        verdicts = [result["verdict"] for result in results.values()]
        expected = {"ok": 0, "warning": 1, "unknown": 3, "critical": 2}[max(verdicts, key=worst.get, default="unknown")]
        if code != expected:
            failed += 1
            print(f"FAILED exit code {code}, expected {expected} ({','.join(views)}): {said.strip()[-500:]}")
    return passed, failed


def judge(case, result):
    """What is wrong with a result, in a sentence; None where nothing is."""
    if result is None:
        return "no result"
    found = {finding["rule"]: finding for finding in result["findings"]}
    shown = (f"got {result['state']} {result['verdict']} [{', '.join(f'{f}:' + found[f]['severity'] for f in found)}]: "
             f"{result['summary']}")
    if result["state"] != case.state or case.verdict not in ("*", result["verdict"]):
        return f"expected {case.state} {case.verdict}; {shown}"
    if case.findings != "*":
        expected = set() if case.findings == "-" else set(case.findings.split(","))
        weighty = {rule for rule, finding in found.items() if finding["severity"] != "info"}
        if expected - set(found) or weighty - expected:
            return f"expected findings {', '.join(sorted(expected)) or 'none'}; {shown}"
    if not result["views"] or {view["view"] for view in result["views"]} != set(case.views):
        return f"expected the views {', '.join(case.views)}; got {[view['view'] for view in result['views']]}"
    diagnosis = result.get("diagnosis", {})
    if case.cause and diagnosis.get("rule", "-") != case.cause:
        return f"expected the cause {case.cause}; got {diagnosis.get('rule')}: {diagnosis.get('cause')}; {shown}"
    return None

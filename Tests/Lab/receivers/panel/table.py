"""Writes what a run has shown: the table of docs/receivers.md, and the fixture that holds the profiles at it."""

import datetime
import os

from lab import selectord

from . import real, records

DOCUMENT = os.path.join(selectord.REPOSITORY, "docs", "receivers.md")
FIXTURE = os.path.join(selectord.REPOSITORY, "Tests", "Fixtures", "receivers", "panel.tsv")
MARK = "<!-- What follows is written by Tests/Lab/receivers/run --record. -->\n"
SIGNS = {"accept": "✓", "reject": "✗", "temporary": "later", "unsigned": "unsigned", "intermittent": "varies"}


def record(results, python):
    """Writes both files anew."""
    rows = [(case, verdicts(panel, seen)) for case, panel, seen in results]
    names = list(results[0][1].opinions)
    with open(DOCUMENT) as file:
        text = file.read()
    with open(DOCUMENT, "w") as file:
        file.write(text.split(MARK)[0] + MARK + document(rows, names, real.versions(python)))
    os.makedirs(os.path.dirname(FIXTURE), exist_ok=True)
    with open(FIXTURE, "w") as file:
        file.write("# Written by Tests/Lab/receivers/run --record: a name, a verdict a receiver, the TXT records at the name.\n")
        for case, found in rows:
            texts = [records.zone_text(strings) for strings in case.records]
            file.write("\t".join([case.name, " ".join(found)] + texts) + "\n")


def verdicts(panel, seen):
    """What was seen where a receiver was run, what the panel says of the others, and where the order decides."""
    return [panel.opinions[name][0] if panel.opinions[name][0] == "intermittent"
            else seen.get(name, panel.opinions[name])[0] for name in panel.opinions]


def document(rows, names, versions):
    lines = [f"\n## Run of {datetime.date.today():%d %B %Y}\n", "| receiver | what was run |", "|---|---|"]
    lines += [f"| {name} | {versions.get(name) or 'read, not run: ' + real.READ.get(name, 'RFC 6376, 8301, 8463')} |"
              for name in names]
    lines += ["", f"{len(rows)} names, the signing key in braces. ✓ accepted, ✗ rejected for good, *later* a temporary error, "
              "*varies* as the order of the answer has it.", "",
              "| name | records | " + " | ".join(names) + " | works at |", "|---|---|" + "---|" * len(names) + "---|"]
    for case, found in rows:
        shown = "<br>".join(code(text) for text in case.texts)
        signs = " | ".join(SIGNS[verdict] for verdict in found)
        lines.append(f"| {case.name} | {shown} | {signs} | {found.count('accept')} of {len(found)} |")
    return "\n".join(lines) + "\n"


def code(text):
    text = text if len(text) <= 120 else text[:60] + "…" + text[-40:]
    return "`" + text.replace("|", "\\|") + "`" if text.strip() else "*empty*"

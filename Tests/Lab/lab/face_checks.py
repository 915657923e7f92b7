"""Pages, API and metrics of a daemon, by the tools that others have for them: axe, schemathesis, promtool. A tool that is not
there leaves its check out, and the check says so."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time

from . import browser, daemon_checks, selectord, visitors
from .checks import Checks, expect, expect_equal
from .processes import wait_until
from .world import DOMAIN, SELECTOR

ADDRESS = ("127.0.0.1", 8053)
BASE = "http://127.0.0.1:8053"
TOOLS = os.path.join(selectord.REPOSITORY, ".build/face")
TOKEN = "act-0123456789abcdef0123456789abcdef"
HOSTILE = 'v=DKIM1; p=<script>alert(1)</script>\\"onload=\'x\' \\226\\128\\174\\027[2J'
LOG = ('2026-11-28 00:00:{second:02} 1tGMjs-0000000{second:02}-AbCd DKIM: d={domain} s={selector} c=relaxed/relaxed a=rsa-sha256 '
       'b=2048 [verification {result}]\n')


class Scene(daemon_checks.Scene):
    """A daemon with pages: a key that is well, one that is lost, one that is hostile, mail, a silence."""

    def begin(self, **http):
        log = self.workshop.write("mainlog", "".join(
            LOG.format(second=number, domain=DOMAIN, selector=SELECTOR if number % 5 else "ghost",
                       result="succeeded" if number % 5 else "failed - invalid public key") for number in range(40)))
        self.world.change_domain("old", [self.world.key_record(SELECTOR), self.world.key_record("lost"),
                                         f'hostile._domainkey IN TXT "{HOSTILE}"'])
        self.start(known=3, http={"listen": "127.0.0.1:8053", **http}, mail={"logs": [{"file": log, "format": "exim"}]},
                   watches=[{"domain": DOMAIN, "selectors": [SELECTOR, "lost", "hostile"], "labels": {"team": "mail"},
                             "note": "Signs <b>tickets</b>."}])
        self.world.change_domain("old", [self.world.key_record(SELECTOR), f'hostile._domainkey IN TXT "{HOSTILE}"'])
        self.await_event("selector.missing", selector="lost", limit=30)

    def post(self, path, body, **headers):
        lines = ["Content-Type: application/json", *(f"{name}: {value}" for name, value in headers.items())]
        return visitors.get(ADDRESS, path, *lines, method="POST", body=json.dumps(body))

    def pages(self):
        watch = f"/watch/{DOMAIN}"
        return ["/", "/?search=none", f"{watch}/{SELECTOR}", f"{watch}/lost", f"{watch}/hostile", f"/domain/{DOMAIN}",
                f"/domain/{DOMAIN}/audit", "/incidents", "/silences", f"/silences?domain={DOMAIN}", "/events", "/deliveries",
                "/check", "/check/message", "/check/domain", "/about", "/none"]


CHECKS = Checks("face", Scene)
check = CHECKS.check


def tool(name):
    """A program of .build/face, where script/setup puts what comes from PyPI, or of the machine; None where there is none."""
    own = os.path.join(TOOLS, "bin", name)
    return own if os.access(own, os.X_OK) else shutil.which(name)


def axe():
    """The text of axe-core; None where it is not there."""
    for folder, _, files in os.walk(os.path.join(TOOLS, "lib")):
        if "axe.min.js" in files:
            with open(os.path.join(folder, "axe.min.js"), encoding="utf-8") as file:
                return file.read()
    return None


@check
def accessible(scene):
    """No page has a violation that axe-core knows, asks others for anything, overflows, or breaks its own policy."""
    script = axe()
    if browser.program() is None or script is None:
        return "left out: chromium or axe-core is not there; script/setup installs both"
    scene.begin()
    expect_equal(scene.post("/api/v1/silences", {"domain": DOMAIN, "for": "2h", "by": "Kim", "reason": "a move"})[0], 201)
    expect_equal(scene.post(f"/api/v1/domains/{DOMAIN}/audit", {})[0], 202)
    wait_until(lambda: visitors.get(ADDRESS, f"/api/v1/domains/{DOMAIN}/audit")[0] == 200, 60, "the audit")
    faults, seen = [], 0
    with browser.Browser() as tab:
        for path in scene.pages():
            for width in (360, 768, 1280):
                for dark in (False, True):
                    tab.look(width, dark=dark)
                    tab.visit(BASE + path)
                    tab.run("document.querySelectorAll('details').forEach(part => { part.open = true })")
                    tab.run(script)
                    found = tab.run("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => "
                                    "v.id + ' at ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', ')))")
                    place = f"{path} at {width}{' dark' if dark else ''}"
                    faults += [f"{place}: {text}" for text in found]
                    if tab.run("document.documentElement.scrollWidth > window.innerWidth"):
                        faults.append(f"{place}: wider than the window")
                    faults += [f"{place}: {text}" for text in tab.complaints() if "404" not in text]
                    faults += [f"{place}: asks for {url}" for url in tab.requests() if not url.startswith(BASE)]
                    seen += 1
    expect(not faults, "no violation", "\n       ".join(faults[:40]))
    return f"{len(scene.pages())} pages, {seen} looks"


@check
def described(scene):
    """Whatever openapi.json allows, and what it does not, is answered as it says: by schemathesis."""
    program = tool("schemathesis")
    if program is None:
        return "left out: schemathesis is not there; script/setup installs it"
    scene.begin(token=TOKEN)
    done = subprocess.run(
        [program, "run", BASE + "/api/v1/openapi.json", "--header", f"Authorization: Bearer {TOKEN}", "--checks", "all",
         "--phases", "coverage,fuzzing", "--max-examples", "10", "--seed", "7", "--workers", "2", "--no-color",
         # What takes a message has no form that is made of a schema, and what begins an audit reads no body.
         "--exclude-path", "/api/v1/verify", "--exclude-path", "/api/v1/domains/{domain}/audit",
         # Names, durations, records and messages are texts to a schema; the API knows more of them, and says so by 400 or 422.
         "--exclude-checks", "positive_data_acceptance"],
        capture_output=True, text=True, timeout=900, cwd=scene.workshop.folder)
    said = done.stdout + done.stderr
    expect(done.returncode == 0, "no failure", said[-6000:])
    expect(visitors.get(ADDRESS, "/-/healthy")[0] == 200, "a healthy daemon", scene.daemon.log()[-2000:])
    cases = re.search(r"(\d+) generated", said)
    return f"{cases.group(1) if cases else 'all'} requests"


@check
def measured(scene):
    """Prometheus finds nothing wrong with /metrics, and the alert rules of deploy/ fire when they should."""
    program = tool("promtool")
    if program is None:
        return "left out: promtool is not there; script/setup installs it"
    scene.begin()
    text = visitors.get(ADDRESS, "/metrics")[2]
    done = subprocess.run([program, "check", "metrics"], input=text, capture_output=True, timeout=60)
    expect(done.returncode == 0 and not done.stderr, "no complaint", (done.stdout + done.stderr).decode())
    folder = os.path.join(selectord.REPOSITORY, "deploy/prometheus")
    for words in (["check", "rules", "selectord.rules.yml"], ["test", "rules", "selectord.rules.test.yml"]):
        done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, timeout=60)
        expect(done.returncode == 0, "no complaint", done.stdout + done.stderr)
    return f"{len(text.splitlines())} lines"


@check
def live(scene):
    """An open page hears of a change within seconds, and 200 of them keep nobody waiting."""
    scene.begin()
    readers = []
    for _ in range(200):
        connection = socket.create_connection(ADDRESS, timeout=30)
        connection.sendall(b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        readers.append(connection)
    for connection in readers:
        expect(b"text/event-stream" in connection.recv(4096), "a stream", "something else")
    began = time.monotonic()
    expect_equal(visitors.get(ADDRESS, "/")[0], 200)
    page = time.monotonic() - began
    scene.world.change_domain("old", [])
    scene.await_event("selector.missing", selector=SELECTOR, limit=30)
    heard = 0
    for connection in readers:
        text, end = b"", time.monotonic() + 10
        while b"event: change" not in text and time.monotonic() < end:
            piece = connection.recv(4096)
            if not piece:
                break
            text += piece
        heard += b"event: change" in text
        connection.close()
    expect_equal(heard, 200)
    return f"200 readers, the overview beside them in {page * 1000:.0f} ms"


@check
def alertmanager(scene):
    """A real Alertmanager groups 40 lost keys into one notification, and hears of their recovery."""
    program = tool("prometheus-alertmanager")
    if program is None:
        return "left out: prometheus-alertmanager is not there; script/setup installs it"
    selectors = [f"s{number}" for number in range(40)]
    keys = [scene.world.key_record(selector) for selector in selectors]
    scene.world.change_domain("old", keys)
    configuration = scene.workshop.write("alertmanager.yml", "\n".join([
        "route: {receiver: hook, group_by: [alertname, domain], group_wait: 4s, group_interval: 2s, repeat_interval: 1h}",
        f"receivers: [{{name: hook, webhook_configs: [{{url: '{scene.receiver.url}', send_resolved: true}}]}}]"]))
    scene.workshop.start("alertmanager", [
        program, f"--config.file={configuration}", f"--storage.path={scene.workshop.path('alertmanager')}",
        "--web.listen-address=127.0.0.1:9093", "--cluster.listen-address="])

    def is_ready():
        try:
            return visitors.get(("127.0.0.1", 9093), "/-/ready")[0] == 200
        except OSError:
            return False

    wait_until(is_ready, 30, "the Alertmanager")
    scene.start(watches=[{"domain": DOMAIN, "selectors": selectors}], receivers=[
        {"name": "alertmanager", "format": "alertmanager", "url": "http://127.0.0.1:9093", "allowPrivate": True}])
    scene.world.change_domain("old", [])

    def alerts():
        connection = http.client.HTTPConnection("127.0.0.1", 9093, timeout=10)
        try:
            connection.request("GET", "/api/v2/alerts?active=true")
            return json.loads(connection.getresponse().read() or b"[]")
        finally:
            connection.close()

    wait_until(lambda: len(alerts()) == 40, 60, "40 alerts")
    labels = alerts()[0]["labels"]
    expect(labels["alertname"] == "selector.missing" and labels["domain"] == DOMAIN and labels["severity"] == "critical",
           "the labels of a lost key", labels)
    scene.world.change_domain("old", keys)
    wait_until(lambda: not alerts(), 60, "an end of all alerts")
    told = [body for body in scene.receiver.accepted() if body.get("status") == "firing"]
    expect(len(told) <= 2 and len(told[-1]["alerts"]) == 40, "one notification of 40 alerts, or two",
           [len(body["alerts"]) for body in told])
    return f"{len(told)} notification{'s' if len(told) > 1 else ''} of 40 alerts"

"""What `selectord audit` must say of mail: real name servers, a validating resolver, a policy server that behaves or not."""

import http.server
import json
import os
import ssl
import subprocess
import threading
import time

from . import network, selectord
from .checks import Checks, expect_equal as expect
from .processes import LabError
from .world import SERVERS, World
from .zones import quoted, read_keys

# Where the policy files are served; the host of each domain's policy.
POLICY = "127.53.4.1"
# Sections that are about mail: what the servers of the lab themselves get wrong is judged elsewhere.
MAIL = ["takeover", "mx", "spf", "dkim", "dmarc", "mta-sts", "tls-rpt", "dane", "bimi", "caa"]
KEY = read_keys()["rsa2048"]

POLICY_FILE = "version: STSv1\nmode: enforce\nmx: mx1.{domain}\nmax_age: 1209600\n"

GOOD = ["@ IN MX 10 mx1", "mx1 IN A 198.51.100.1", "mx1 IN A 198.51.100.2", "mx1 IN AAAA 2600:db8::1", '@ IN TXT "v=spf1 mx -all"',
        '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{domain}"', "s1._domainkey IN TXT {key}",
        '_mta-sts IN TXT "v=STSv1; id=1"', f"mta-sts IN A {POLICY}",
        '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:tls@{domain}"', '@ IN CAA 0 issue "ca.example"']

# Zone files by domain; `{domain}` and `{key}` are filled in.
ZONES = {
    "clean.com": GOOD,
    "parked.com": ["@ IN MX 0 .", '@ IN TXT "v=spf1 -all"', '_dmarc IN TXT "v=DMARC1; p=reject"', '@ IN CAA 0 issue ";"'],
    "nomail.com": ["@ IN A 198.51.100.80"],
    "broken.com": ["@ IN MX 10 mx1", "mx1 IN CNAME real", "real IN A 198.51.100.1", "@ IN MX 20 nowhere",
                   '@ IN TXT "v=spf1 include:missing.clean.com include:broken.com +all"',
                   '_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:d@other.net"',
                   's1._domainkey IN TXT "v=DKIM1; k=rsa; p=!!!"', '_mta-sts IN TXT "v=STSv1"',
                   '_smtp._tls IN TXT "v=TLSRPTv1"', '@ IN CAA 0 issue "https://ca.example"'],
    "loop.com": ["@ IN MX 10 mx1", "mx1 IN A 198.51.100.1", '@ IN TXT "v=spf1 include:a.loop.com -all"',
                 'a IN TXT "v=spf1 include:loop.com -all"'],
    "redirects.com": GOOD, "wrongcert.com": GOOD, "huge.com": GOOD, "hangs.com": GOOD, "html.com": GOOD,
}


class MailWorld(World):
    """The world, with more domains at the old host."""

    def _delegations(self, host):
        more = [f"{name.removesuffix('.com')} 300 IN NS {server}" for name in ZONES for server in SERVERS["old"]]
        return super()._delegations(host) + more

    def write_domain(self, host, records, primary=None):
        super().write_domain(host, records, primary)
        if host != "old":
            return
        for name, lines in ZONES.items():
            filled = [line.replace("{domain}", name).replace("{key}", quoted(KEY)) for line in lines]
            text = [f"$ORIGIN {name}.", "$TTL 3600",
                    f"@ IN SOA {SERVERS['old'][0]} hostmaster.{name}. {next(self.serials)} 7200 1800 1209600 3600",
                    *(f"@ IN NS {server}" for server in SERVERS["old"])]
            self.files["old"][name + "."] = self.workshop.write(
                f"zones/old/{name}.zone", "\n".join(text + filled) + "\n")


class Scene:
    def __init__(self, workshop):
        if not network.is_own():
            raise LabError("policy files are served on port 443, which takes a network of the lab's own")
        self.workshop = workshop
        self.world = MailWorld(workshop)
        self.world.start()
        self.authority = serve_policies(workshop)
        views = self.world.views()
        self.configuration = workshop.write("audit.json", json.dumps({
            "database": workshop.path("unused.sqlite"),
            "views": [{**view, "rate": 1000, "timeout": "1s"} for view in views]}))

    def run(self, *arguments):
        return subprocess.run(
            [selectord.binary(), "audit", *arguments, "--config", self.configuration], capture_output=True, text=True,
            timeout=120, env=dict(os.environ, SSL_CERT_FILE=self.authority))

    def report(self, domain, *arguments):
        done = self.run(domain, "--output", "json", "--selector", "s1", *arguments)
        if not done.stdout.strip():
            raise LabError(f"no report, exit code {done.returncode}: {done.stderr.strip()[-500:]}")
        return json.loads(done.stdout)[0]

    def findings(self, domain, *arguments):
        """The findings on mail that are above info: rule -> text and evidence."""
        report = self.report(domain, *arguments)
        return {finding["rule"]: f"{finding['text']} {finding['evidence']}"
                for section in report["sections"] if section["id"] in MAIL
                for finding in section["findings"] if finding["severity"] != "info"}


CHECKS = Checks("audit-mail", Scene)
check = CHECKS.check


@check
def a_clean_domain_is_clean(scene):
    """A domain that does everything right has no finding on mail above info, and full points in each section of it."""
    expect(scene.findings("clean.com"), {})
    report = scene.report("clean.com")
    expect({section["id"]: section["score"] for section in report["sections"]
            if section["id"] in MAIL and section["score"] != 10}, {})
    expect(report["role"], "active")
    expect({finding["rule"]: finding["evidence"] for section in report["sections"] for finding in section["findings"]
            if finding["severity"] != "info"}, {})
    expect((report["score"], report["of"], report["grade"], report["verdict"]), (10, 10, "A", "ok"))
    good = [line for section in report["sections"] for line in section["good"]]
    expect([line for line in good if "MTA-STS" in line], ["Senders must use TLS with a valid certificate (MTA-STS enforce)."])


@check
def a_parked_domain_is_right(scene):
    """A closed domain has no finding on mail above info."""
    found = scene.report("parked.com")
    expect({finding["rule"]: finding["severity"] for section in found["sections"] if section["id"] in MAIL
            for finding in section["findings"] if finding["severity"] != "info"}, {"dkim-selector-absent": "critical"})
    done = scene.run("parked.com", "--output", "json")
    report = json.loads(done.stdout)[0]
    expect(report["role"], "parked")
    expect((report["score"], report["of"], report["grade"], report["verdict"]), (10, 10, "A", "ok"))
    expect({finding["rule"] for section in report["sections"] if section["id"] in MAIL
            for finding in section["findings"] if finding["severity"] != "info"}, set())


@check
def a_broken_domain_is_told(scene):
    """Each fault of a broken domain is named."""
    found = scene.findings("broken.com")
    missing = {"mx-is-cname", "mx-host-without-address", "spf-include-broken", "spf-loop", "spf-all-pass",
               "dmarc-rua-unauthorised", "mta-sts-id-invalid", "tls-rpt-rua-missing", "caa-value-invalid"} - set(found)
    expect(missing, set())
    expect(any(rule.startswith("key-") for rule in found), True)


@check
def domains_without_mail_and_without_existence(scene):
    """A domain that is not used for mail is told how to close it; one that does not exist has no findings on mail."""
    report = scene.report("nomail.com")
    expect(report["role"], "unused")
    expect(scene.findings("missing-7.com"), {})


@check
def a_record_that_includes_itself(scene):
    """The tree of SPF ends, and names the circle."""
    expect("spf-loop" in scene.findings("loop.com"), True)


@check
def policy_servers_that_misbehave(scene):
    """A redirect, a certificate of another name, a gigabyte, silence and HTML each cost one finding and little time."""
    expected = {"redirects.com": "redirect", "wrongcert.com": "certificate", "huge.com": "64 KiB",
                "hangs.com": "does not answer in time"}
    for domain, words in expected.items():
        began = time.monotonic()
        found = scene.findings(domain)
        expect(set(found), {"mta-sts-policy-unreachable"})
        expect(words in found["mta-sts-policy-unreachable"], True)
        expect(time.monotonic() - began < 40, True)
    expect("mta-sts-policy-malformed" in scene.findings("html.com") or "mta-sts-policy-version" in scene.findings("html.com"), True)


@check
def spf_of_one_client(scene):
    """A client that is in the record passes, another one does not."""
    expect(scene.report("clean.com", "--client", "198.51.100.1")["spf"]["client"]["result"], "pass")
    expect(scene.report("clean.com", "--client", "203.0.113.9")["spf"]["client"]["result"], "fail")


@check
def many_domains_and_what_changed(scene):
    """A table of several domains; a report that is compared with itself shows nothing new."""
    path = scene.workshop.write("domains.txt", "clean.com\n# a comment\nparked.com\nno domain\n")
    done = scene.run("--input", path)
    expect("clean.com" in done.stdout and "parked.com" in done.stdout, True)
    expect(":4:" in done.stderr, True)
    before = scene.run("broken.com", "--output", "json")
    earlier = scene.workshop.write("before.json", before.stdout)
    expect("nothing changed" in scene.run("broken.com", "--diff", earlier).stdout, True)
    page = scene.run("broken.com", "--output", "html").stdout
    expect(page.startswith("<!doctype html>") and "<script" not in page, True)


def serve_policies(workshop):
    """An HTTPS server on port 443 whose answer depends on the name; gives the path of its authority's certificate."""
    names = [f"mta-sts.{domain}" for domain in ZONES if domain != "wrongcert.com"]
    authority, certificate, key = certificates(workshop, names)
    server = http.server.ThreadingHTTPServer((POLICY, 443), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    workshop.closers.append(server.shutdown)
    return authority


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        domain = self.headers.get("host", "").removeprefix("mta-sts.")
        if domain == "redirects.com":
            return self.answer(301, b"", location="https://mta-sts.clean.com/.well-known/mta-sts.txt")
        if domain == "hangs.com":
            time.sleep(60)
            return None
        if domain == "huge.com":
            self.send_response(200)
            self.send_header("content-length", str(1 << 30))
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65_536)
            except OSError:
                self.close_connection = True
            return None
        if domain == "html.com":
            return self.answer(200, b"<!doctype html><title>Welcome</title>\n<p>Hello</p>\n", kind="text/html")
        return self.answer(200, POLICY_FILE.format(domain=domain).encode())

    def answer(self, status, body, kind="text/plain", location=None):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if location:
            self.send_header("location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def certificates(workshop, names):
    """An authority, and a certificate for these names with its key."""
    authority, authority_key = workshop.path("policy", "authority.pem"), workshop.path("policy", "authority.key")
    certificate, key = workshop.path("policy", "server.pem"), workshop.path("policy", "server.key")
    request = workshop.path("policy", "server.csr")
    extensions = workshop.write("policy/extensions", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names) + "\n")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for command in [
        ["req", "-x509", *new_key, "-keyout", authority_key, "-out", authority, "-days", "2", "-subj", "/CN=lab"],
        ["req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=policy"],
        ["x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key, "-out", certificate, "-days", "2",
         "-CAcreateserial", "-extfile", extensions],
    ]:
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    return authority, certificate, key

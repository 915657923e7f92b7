"""Runs the real receivers on signed messages: each gives, by path, a verdict and what it said."""

import http.client
import json
import os
import pwd
import re
import subprocess

from lab.processes import LabError, program, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))


def all_of(workshop, python):
    """name -> function from paths to verdicts."""
    return {
        "OpenDKIM": lambda paths: opendkim(workshop, paths),
        "dkimpy": lambda paths: lines([python, os.path.join(HERE, "verify_dkimpy.py")], paths),
        "Exim": lambda paths: exim(workshop, paths),
        "rspamd": lambda paths: rspamd(workshop, paths),
        "Mail::DKIM": lambda paths: lines(["perl", os.path.join(HERE, "verify_mail_dkim.pl")], paths),
    }


# What was read of the receivers that are not run.
READ = {"mail-auth": "0.11.2", "go-msgauth": "0.7.0", "mox": "0.0.17 and main of 19 August 2026", "mailauth": "5.0.2"}


def versions(python):
    """name -> version of what is installed."""
    def package(name):
        return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], check=True, capture_output=True,
                              text=True).stdout
    dkimpy = subprocess.run([python, "-c", "import importlib.metadata as m; print(m.version('dkimpy'))"], check=True,
                            capture_output=True, text=True).stdout.strip()
    return {"OpenDKIM": package("opendkim") + " (Debian)", "dkimpy": dkimpy + " (PyPI)",
            "Exim": package("exim4-daemon-light") + " (Debian)", "rspamd": package("rspamd") + " (Debian)",
            "Mail::DKIM": package("libmail-dkim-perl") + " (Debian)"}


def lines(command, paths):
    """A program that reads paths and writes `path verdict said`."""
    done = subprocess.run(command, input="".join(path + "\n" for path in paths), capture_output=True, text=True,
                          errors="replace")
    found = {}
    for line in done.stdout.splitlines():
        path, verdict, *said = line.split(" ", 2)
        found[path] = verdict, said[0] if said else ""
    if len(found) != len(paths):
        raise LabError(f"{command[-1]} told of {len(found)} of {len(paths)} messages: {done.stderr[-2000:]}")
    return found


def opendkim(workshop, paths, at_once=100):
    """`opendkim -t`, which verifies as the milter does; it ends at the first message that it cannot parse."""
    configuration = workshop.write("opendkim.conf", "Mode v\nNameservers 127.0.0.1\n")
    found = {}
    for place in range(0, len(paths), at_once):
        done = subprocess.run([program("opendkim"), "-x", configuration, "-t", ",".join(paths[place:place + at_once])],
                              capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
        for line in (done.stdout + done.stderr).splitlines():
            match = re.match(r"opendkim: (\S+): (.*)", line)
            if match:
                passed = match[2].endswith("succeeded")
                said = match[2].rsplit(" failed: ", 1)[-1]
                found[match[1]] = ("accept" if passed else "reject"), "" if passed else said
        if at_once == 1 and paths[place] not in found:
            found[paths[place]] = "reject", " ".join((done.stdout + done.stderr).split()) or "nothing"
    return told_all("opendkim", found, paths)


def told_all(name, found, paths):
    silent = [path for path in paths if path not in found]
    if silent:
        raise LabError(f"{name} said nothing of {len(silent)} of {len(paths)} messages, as {silent[0]}")
    return found


EXIM = """
exim_path = {exim}
spool_directory = {spool}
log_file_path = {log}
exim_user = {user}
exim_group = {user}
never_users =
primary_hostname = receiver.example.net
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max_per_connection = 0
acl_smtp_rcpt = accept
acl_smtp_dkim = dkim
acl_smtp_data = data
queue_only = true
begin acl
dkim:
  accept
    logwrite = PANEL $dkim_selector $dkim_verify_status ($dkim_verify_reason)
data:
  discard
begin routers
none:
  driver = accept
  transport = none
begin transports
none:
  driver = appendfile
  file = /dev/null
"""


def exim(workshop, paths):
    """Exim takes all messages in one SMTP session and logs what its DKIM ACL sees."""
    user = pwd.getpwuid(os.geteuid()).pw_name
    log, spool = workshop.path("exim", "%slog"), workshop.path("exim", "spool", "x")[:-2]
    configuration = workshop.write("exim.conf", EXIM.format(exim=program("exim4"), spool=spool, log=log, user=user))
    session = ["EHLO sender.example.org"]
    for path in paths:
        session += ["MAIL FROM:<sender@example.org>", "RCPT TO:<receiver@example.net>", "DATA"]
        with open(path, "rb") as file:
            session.append(file.read().decode().removesuffix("\r\n"))
        session.append(".")
    session.append("QUIT")
    done = subprocess.run([program("exim4"), "-C", configuration, "-bs", "-oMa", "192.0.2.1"],
                          input="\r\n".join(session + [""]), capture_output=True, text=True, errors="replace")
    with open(log % "main", errors="replace") as file:
        text = file.read()
    by_selector = {os.path.basename(path).removesuffix(".eml"): path for path in paths}
    found = {}
    for selector, status, reason in re.findall(r"PANEL (\S+) (\S+) \((.*)\)$", text, re.MULTILINE):
        verdict = "accept" if status == "pass" else "temporary" if reason == "pubkey_unavailable" else "reject"
        found[by_selector[selector]] = verdict, "" if status == "pass" else f"{status}, {reason}"
    return told_all(f"exim ({done.stdout[-300:]}{done.stderr[-300:]})", found, paths)


RSPAMD = """
options {{
  pidfile = "{folder}/pid";
  dns {{ nameserver = ["127.0.0.1:53"]; timeout = 2s; retransmits = 3; }}
  filters = "dkim";
  local_addrs = [];
  tempdir = "{folder}";
}}
logging {{ type = "file"; filename = "{folder}/log"; level = "info"; }}
worker "normal" {{ bind_socket = "127.0.0.1:11333"; count = 1; }}
dkim {{ check_local = true; check_authed = true; dkim_cache_size = 10k; time_jitter = 0; }}
metric {{ name = "default"; actions {{ reject = 1000; }} {symbols} }}
"""
VERDICTS = {"R_DKIM_ALLOW": "accept", "R_DKIM_REJECT": "reject", "R_DKIM_PERMFAIL": "reject",
            "R_DKIM_TEMPFAIL": "temporary", "R_DKIM_NA": "unsigned"}


def rspamd(workshop, paths):
    """rspamd with its DKIM module alone, asked over HTTP."""
    folder = workshop.path("rspamd", "x")[:-2]
    symbols = "".join(f'symbol {{ name = "{name}"; weight = 1; }} ' for name in VERDICTS)
    configuration = workshop.write("rspamd.conf", RSPAMD.format(folder=folder, symbols=symbols))
    process = workshop.start("rspamd", [program("rspamd"), "--no-fork", "--insecure", "--config", configuration])

    def ask(path):
        connection = http.client.HTTPConnection("127.0.0.1", 11333, timeout=20)
        with open(path, "rb") as file:
            connection.request("POST", "/checkv2", file.read(), {"From": "sender@example.org", "IP": "192.0.2.1"})
        return json.load(connection.getresponse())["symbols"]

    def answers():
        if process.poll() is not None:
            raise LabError("rspamd ended at once:\n" + workshop.log("rspamd")[-2000:])
        try:
            return ask(paths[0]) is not None
        except OSError:
            return False
    wait_until(answers, 20, "an answer of rspamd")
    found = {}
    for path in paths:
        symbols = ask(path)
        names = [name for name in VERDICTS if name in symbols]
        if names:
            found[path] = VERDICTS[names[0]], f"{names[0]} {' '.join(symbols[names[0]].get('options', []))}"
    return told_all("rspamd", found, paths)

"""rspamd with its DKIM module, asked over HTTP; it logs as a Debian installation does."""

import http.client
import json
import os

from . import mailsoftware
from .processes import LabError, wait_until

CONFIGURATION = """
options {{
  pidfile = "{folder}/pid";
  dns {{ nameserver = ["{resolver}:53"]; timeout = 1s; retransmits = 2; }}
  filters = "dkim";
  local_addrs = [];
  tempdir = "{folder}";
  url_tld = "{folder}/suffixes";
}}
logging {{ type = "file"; filename = "{folder}/rspamd.log"; level = "info"; log_urls = false;
  log_format = "id: <$mid>, $if_qid{{ qid: <$>,}}$if_ip{{ ip: $,}}$if_user{{ user: $,}}$if_smtp_from{{ from: <$>,}} (default: $is_spam ($action): [$scores] [$symbols_scores_params]), len: $len, time: $time_real, dns req: $dns_req, digest: <$digest>$if_smtp_rcpts{{ rcpts: <$>,}}"; }}
worker "normal" {{ bind_socket = "{address}:11333"; count = 1; }}
dkim {{ check_local = true; check_authed = true; dkim_cache_size = 10k; time_jitter = 0; trusted_only = false; }}
metric {{ name = "default"; actions {{ reject = 1000; }} {symbols} }}
"""
SYMBOLS = ["R_DKIM_ALLOW", "R_DKIM_REJECT", "R_DKIM_PERMFAIL", "R_DKIM_TEMPFAIL", "R_DKIM_NA", "DKIM_TRACE"]


class Rspamd:
    def __init__(self, workshop, surroundings, resolver, address="127.53.25.5"):
        self.address = address
        folder = workshop.path("rspamd", "x")[:-2]
        self.path = os.path.join(folder, "rspamd.log")
        workshop.write("rspamd/suffixes", "com\nexample\nnet\norg\n")
        symbols = "".join(f'symbol {{ name = "{name}"; weight = 1; }} ' for name in SYMBOLS)
        configuration = workshop.write("rspamd/rspamd.conf", CONFIGURATION.format(
            folder=folder, resolver=resolver, address=address, symbols=symbols))
        share = os.path.join(mailsoftware.ROOT, "usr/share/rspamd")
        self.process = workshop.start("rspamd", surroundings.command(
            [mailsoftware.path("rspamd"), "--no-fork", "--insecure", "--config", configuration,
             *(f"--var={name}={share}{inner}" for name, inner in (
                 ("SHAREDIR", ""), ("PLUGINSDIR", "/plugins"), ("RULESDIR", "/rules"), ("LUALIBDIR", "/lualib"))),
             f"--var=DBDIR={folder}", f"--var=RUNDIR={folder}", f"--var=LOGDIR={folder}", f"--var=CONFDIR={folder}"]))
        wait_until(lambda: self._answers(workshop), 20, "an answer of rspamd")

    def _answers(self, workshop):
        if self.process.poll() is not None:
            raise LabError("rspamd ended at once:\n" + workshop.log("rspamd")[-2000:])
        try:
            return self.check("From: a@example.net\r\n\r\nHello.\r\n") is not None
        except OSError:
            return False

    def check(self, message, sender="sender@example.net", queue_id=None):
        """The symbols of a message."""
        connection = http.client.HTTPConnection(self.address, 11333, timeout=20)
        headers = {"From": sender, "IP": "192.0.2.1", **({"Queue-Id": queue_id} if queue_id else {})}
        connection.request("POST", "/checkv2", message.encode(), headers)
        return json.load(connection.getresponse()).get("symbols")

    def text(self):
        with open(self.path, errors="replace") as file:
            return file.read()

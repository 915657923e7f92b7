"""Postfix with OpenDKIM as its milter, from Debian's packages, with a configuration and a queue of the lab."""

import json
import os
import smtplib

from . import mailsoftware, network
from .processes import LabError, wait_until

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = {root}/usr/sbin
daemon_directory = {root}/usr/lib/postfix/sbin
shlib_directory = {root}/usr/lib/postfix
meta_directory = {folder}/etc
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
import_environment = MAIL_CONFIG MAIL_LOGTAG TZ PATH LD_LIBRARY_PATH
export_environment = MAIL_CONFIG MAIL_LOGTAG TZ PATH LD_LIBRARY_PATH
myhostname = mx.example.net
mydestination =
local_recipient_maps =
relay_domains = example.net
mynetworks = 127.0.0.0/8
inet_interfaces = {address}
inet_protocols = ipv4
default_transport = smtp
relay_transport = smtp
transport_maps = static:smtp:[{next}]:{next_port}
smtpd_milters = inet:{milter}
non_smtpd_milters =
milter_default_action = tempfail
maximal_queue_lifetime = 6h
bounce_queue_lifetime = 6h
minimal_backoff_time = {backoff}
maximal_backoff_time = {backoff}
queue_run_delay = 5s
smtp_dns_support_level = disabled
smtp_host_lookup = native
alias_maps =
alias_database =
"""

MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
"""


class Milter:
    """OpenDKIM that signs mail of some domains and verifies that of all others."""

    def __init__(self, workshop, surroundings, resolver, place="8891@127.53.25.4", keys=(), more=""):
        self.place = place
        table = workshop.write("opendkim/keys", "".join(
            f"{key.name} {key.domain}:{key.selector}:{key.path}\n" for key in keys))
        signing = workshop.write("opendkim/signing", "".join(f"*@{key.domain} {key.name}\n" for key in keys))
        configuration = workshop.write("opendkim/opendkim.conf", f"""Mode sv
Socket inet:{place}
Nameservers {resolver}
Canonicalization relaxed/relaxed
KeyTable file:{table}
SigningTable refile:{signing}
InternalHosts {workshop.write("opendkim/internal", "127.0.0.0/8" + chr(10))}
RequireSafeKeys no
Syslog yes
SyslogSuccess yes
LogResults yes
LogWhy yes
AuthservID mx.example.net
DNSTimeout 2
{more}""")
        self.process = workshop.start("opendkim", surroundings.command(
            [mailsoftware.path("opendkim"), "-f", "-x", configuration]))

    def is_alive(self):
        return self.process.poll() is None


class Postfix:
    def __init__(self, workshop, surroundings, milter, onward, address="127.53.25.3", port=2525, backoff="5s"):
        self.workshop, self.surroundings = workshop, surroundings
        self.address, self.port = address, port
        self.folder = workshop.path("postfix", "x")[:-2]
        # Postfix listens on what an interface has, and nothing else.
        network.add_address(address)
        number, host = milter.place.split("@")
        self.etc = os.path.dirname(workshop.write("postfix/etc/main.cf", MAIN.format(
            folder=self.folder, root=mailsoftware.ROOT, address=address, next=onward.address, next_port=onward.port,
            milter=f"{host}:{number}", backoff=backoff)))
        workshop.write("postfix/etc/master.cf", MASTER.format(port=port))
        # `postfix check` makes the folders of the queue as the package's own script does; here they are few.
        owner, drop = mailsoftware.USER + 1, mailsoftware.USER + 2
        os.chmod(workshop.folder, 0o755)
        for name in ("spool", "spool/pid", "data"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        for name in ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved",
                     "trace"):
            self._folder("spool/" + name, owner, -1, 0o700)
        self._folder("spool/public", owner, drop, 0o2710)
        self._folder("spool/maildrop", owner, drop, 0o1730)
        self._folder("data", owner, -1, 0o700)
        self.process = None

    def _folder(self, name, user, group, mode):
        path = os.path.join(self.folder, name)
        os.makedirs(path, exist_ok=True)
        os.chown(path, user, group)
        os.chmod(path, mode)

    def start(self):
        self.process = self.workshop.start("postfix", self.surroundings.command(
            [mailsoftware.path("master"), "-c", self.etc, "-d"]))
        wait_until(self._answers, 20, f"Postfix to answer at {self.address}:{self.port}")
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise LabError(f"Postfix ended at once:\n{self.workshop.log('postfix')[-2000:]}")
        try:
            with smtplib.SMTP(self.address, self.port, timeout=5) as session:
                return session.noop()[0] == 250
        except OSError:
            return False

    def tools(self):
        """A folder with `postqueue` and `postconf` that mean this one, for $PATH."""
        self.surroundings.wrapper("postqueue", [mailsoftware.path("postqueue"), "-c", self.etc])
        return self.surroundings.wrapper("postconf", [mailsoftware.path("postconf"), "-c", self.etc])

    def send(self, sender, recipients, messages):
        with smtplib.SMTP(self.address, self.port, local_hostname="mail." + sender.rpartition("@")[2], timeout=30) as session:
            for text in messages:
                session.sendmail(sender, recipients, text.encode())

    def queue(self):
        done = self.surroundings.run([mailsoftware.path("postqueue"), "-c", self.etc, "-j"])
        return [json.loads(line) for line in done.stdout.splitlines()]

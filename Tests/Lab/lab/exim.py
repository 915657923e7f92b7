"""Exim as Debian builds it, with a configuration of the lab: a gateway that takes mail and passes it on, or the host behind it."""

import os
import smtplib
import time

from . import mailsoftware
from .processes import LabError, wait_until

# The host behind the gateway verifies too, and puts off what it cannot verify: an admin's usual way to make sure of signatures.
CONFIGURATION = """
exim_path = {exim}
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
exim_user = Debian-exim
exim_group = Debian-exim
trusted_users = Debian-exim
never_users =
keep_environment = LD_LIBRARY_PATH
primary_hostname = {hostname}
daemon_smtp_ports = {port}
local_interfaces = {address}
pid_file_path = {folder}/exim.pid
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 100
smtp_accept_queue_per_connection = 100000
smtp_accept_max_per_connection = 100000
smtp_receive_timeout = 30s
tls_advertise_hosts =
chunking_advertise_hosts =
prdr_enable = false
deliver_drop_privilege = true
unknown_login = lab
check_spool_space = 0
check_log_space = 0
bounce_return_message = false
log_selector = {selectors}
acl_smtp_rcpt = accept
acl_smtp_data = accept
acl_smtp_dkim = {acl}
{options}
begin acl
lenient:
  accept
strict:
  defer
    condition = ${{if eq{{$dkim_verify_reason}}{{pubkey_unavailable}}}}
    message = DKIM: the key $dkim_selector._domainkey.$dkim_cur_signer cannot be retrieved
  accept
begin routers
pass_on:
  driver = {router}
  {route}
  transport = {transport}
begin transports
onward:
  driver = smtp
  port = {onward_port}
  hosts_try_fastopen =
  hosts_try_prdr =
  {transport_options}
keep:
  driver = appendfile
  file = {folder}/delivered
begin retry
* * {retry}
"""


class Exim:
    """One Exim on an address of the loopback network. `onward` is where it passes mail on; None keeps it in a file."""

    def __init__(self, workshop, surroundings, name, address, port=2525, onward=None, acl="lenient", retry="F,6h,5s",
                 selectors="+dkim_verbose", options="", transport_options="", queue_interval="2s"):
        self.workshop, self.surroundings, self.name = workshop, surroundings, name
        self.address, self.port, self.queue_interval = address, port, queue_interval
        self.folder = workshop.path(name, "x")[:-2]
        self.mainlog = os.path.join(self.folder, "mainlog")
        self.exim = mailsoftware.path("exim4")
        self.process = None
        self.configuration = workshop.write(f"{name}/exim.conf", CONFIGURATION.format(
            exim=self.exim, folder=self.folder, hostname=f"{name}.example.net", address=address, port=port, acl=acl,
            retry=retry, selectors=selectors, options=options, transport_options=transport_options,
            router="manualroute" if onward else "accept", route=f"route_list = * {onward.address} byname\n  self = send" if onward else "",
            transport="onward" if onward else "keep", onward_port=onward.port if onward else 25))

    def start(self):
        self.process = self.workshop.start(self.name, self.surroundings.command(
            [self.exim, "-C", self.configuration, "-bdf", "-q" + self.queue_interval], mailsoftware.USER))
        wait_until(self._answers, 20, f"{self.name} to answer at {self.address}:{self.port}")
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise LabError(f"{self.name} ended at once:\n{self.workshop.log(self.name)[-2000:]}{self.log('panic')[-2000:]}")
        try:
            with smtplib.SMTP(self.address, self.port, timeout=5) as session:
                return session.noop()[0] == 250
        except OSError:
            return False

    def tools(self):
        """A folder with `exim4` and `exim_dumpdb` that mean this one, for $PATH."""
        self.surroundings.wrapper("exim4", [self.exim, "-C", self.configuration], mailsoftware.USER)
        return self.surroundings.wrapper("exim_dumpdb", [mailsoftware.path("exim_dumpdb")], mailsoftware.USER)

    def run(self, *arguments):
        """What this Exim prints when it is called as a command."""
        return self.surroundings.run([self.exim, "-C", self.configuration, *arguments], mailsoftware.USER).stdout

    def send(self, sender, recipients, messages):
        """Hands in messages over SMTP, as a stranger would."""
        with smtplib.SMTP(self.address, self.port, local_hostname="mail." + sender.rpartition("@")[2], timeout=60) as session:
            for text in messages:
                session.sendmail(sender, recipients, text.encode())

    def queue(self):
        """How many messages wait."""
        return int(self.run("-bpc") or 0)

    def log(self, kind="main"):
        try:
            with open(os.path.join(self.folder, kind + "log"), errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def await_log(self, text, limit=20):
        """Waits for a line of the mainlog and gives it, and when it was seen."""
        line = wait_until(lambda: next((line for line in self.log().splitlines() if text in line), None), limit,
                          f"'{text}' in the log of {self.name}", every=0.02)
        return line, time.time()

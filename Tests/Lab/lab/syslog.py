"""A syslog of the lab: what is sent to /dev/log goes into a file, as rsyslog writes it."""

import os
import re
import socket
import threading
from datetime import datetime, timezone

MESSAGE = re.compile(rb"^(?:<\d+>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?(.*?)[\n\0]*$", re.S)


class Syslog:
    """Listens in a folder that stands for /dev. The stamps are those of RFC 3164, or of ISO 8601 as Debian has them since 12."""

    def __init__(self, workshop, devices, iso=True):
        self.path, self.iso = workshop.path("mail.log"), iso
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        place = os.path.join(devices, "log")
        self.socket.bind(place)
        os.chmod(place, 0o666)
        open(self.path, "w").close()
        threading.Thread(target=self._listen, daemon=True).start()
        workshop.closers.append(self.socket.close)

    def _listen(self):
        while True:
            try:
                data = self.socket.recv(65536)
            except OSError:
                return
            text = MESSAGE.match(data)[1].decode(errors="replace")
            # rsyslog writes what steers a terminal as #ooo.
            text = re.sub(r"[\0-\x1f]", lambda found: f"#{ord(found[0]):03o}", text)
            with open(self.path, "a") as file:
                file.write(f"{self._stamp()} mx {text}\n")

    def _stamp(self):
        now = datetime.now(timezone.utc)
        if self.iso:
            return now.isoformat(timespec="microseconds")
        return f"{now:%b} {now.day:2} {now:%H:%M:%S}"

    def text(self):
        with open(self.path, errors="replace") as file:
            return file.read()

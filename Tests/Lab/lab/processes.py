"""Processes and folders that end with the lab, also on Ctrl-C and on failure."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time


class LabError(Exception):
    """The lab itself does not work; no word about selectord."""


class Workshop:
    """A temporary folder and the processes that were started in it. Use it in a `with`."""

    def __init__(self, name):
        self.folder = tempfile.mkdtemp(prefix=f"selectord-{name}.")
        self.processes = []
        self.closers = []
        self.keeps_folder = False

    def __enter__(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(1))
        return self

    def __exit__(self, *_):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        for close in reversed(self.closers):
            close()
        for process in reversed(self.processes):
            end(process)
        if not self.keeps_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        """A path in the folder; its parent exists."""
        path = os.path.join(self.folder, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, text):
        """Writes a file in one step, so that no server reads half of it."""
        path = self.path(name)
        with open(path + ".new", "w") as file:
            file.write(text)
        os.replace(path + ".new", path)
        return path

    def start(self, name, command, **options):
        """Starts a process; what it says goes to `<name>.log`."""
        with open(self.path(name + ".log"), "ab") as log:
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=options.pop("stdout", log), stderr=log, **options)
            except OSError as error:
                raise LabError(f"cannot start {command[0]}: {error.strerror}; script/setup installs it") from error
        process.log = self.path(name + ".log")
        process.name = name
        self.processes.append(process)
        return process

    def log(self, name):
        """What a process has said so far."""
        try:
            with open(self.path(name + ".log"), errors="replace") as file:
                return file.read()
        except OSError:
            return ""


def end(process, limit=5):
    """Ends a process by its id: SIGTERM, and SIGKILL where that does not help."""
    if process.poll() is not None:
        return process.returncode
    process.terminate()
    try:
        return process.wait(limit)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def wait_until(true, limit, what, every=0.05):
    """Waits for a fact and gives it back; LabError where it does not come."""
    stop = time.monotonic() + limit
    while True:
        fact = true()
        if fact:
            return fact
        if time.monotonic() > stop:
            raise LabError(f"waited {limit} s in vain for {what}")
        time.sleep(every)


def program(*names):
    """The path of the first program that is installed; None where none is."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin"
    return next((found for found in (shutil.which(name, path=path) for name in names) if found), None)

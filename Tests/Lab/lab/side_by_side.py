"""Runs parts of the lab side by side, each in a network and a process of its own: most of them wait most of the time."""

import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

from .checks import Checks

# More than processors, as they wait; few enough that what is timed is not late for want of one.
AT_ONCE = 2 + (os.cpu_count() or 1)
SUMMARY = re.compile(r"^lab: (\d+) checks? passed(?:, (\d+) FAILED)?\n", re.M)


def jobs(parts, words):
    """The arguments of each run, first those that want to be alone: one for each check of a registry, one for any other
    part."""
    alone, others = [], []
    for name, part in parts.items():
        if isinstance(part, Checks):
            for check in part:
                if not words or check in words:
                    (alone if check in part.timed else others).append([name, check])
        else:
            others.append([name, *words])
    return alone, others


def run(alone, others):
    """Runs all jobs and prints what each says when it ends; gives the numbers of passed and failed checks."""
    running, passed, failed = Running(), 0, 0
    for jobs, at_once in ((alone, 1), (others, AT_ONCE)):
        with ThreadPoolExecutor(at_once) as pool:
            waiting = [pool.submit(running.run, job) for job in jobs]
            try:
                for done in as_completed(waiting):
                    more = tell(*done.result())
                    passed, failed = passed + more[0], failed + more[1]
            except BaseException:
                running.end()
                raise
    return passed, failed


def tell(job, said, code):
    """Prints what a job said; gives the numbers of its passed and failed checks. One that fails otherwise counts as one."""
    summary = SUMMARY.search(said)
    print(SUMMARY.sub("", said), end="", flush=True)
    passed, failed = (int(number or 0) for number in summary.groups()) if summary else (0, 0)
    if code != 0 and not failed:
        failed = 1
        print(f"FAILED {' '.join(job)}: exit code {code}", flush=True)
    return passed, failed


class Running:
    """The processes that run, so that all can be ended."""

    def __init__(self):
        self.processes, self.lock, self.is_over = [], threading.Lock(), False

    def run(self, job):
        """Runs one job to its end; gives the job, what it said, and its exit code."""
        with self.lock:
            if self.is_over:
                return job, "", -1
            process = subprocess.Popen([sys.executable, sys.argv[0], *job], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
            self.processes.append(process)
        said, _ = process.communicate()
        return job, said, process.returncode

    def end(self):
        with self.lock:
            self.is_over = True
            for process in self.processes:
                if process.poll() is None:
                    process.terminate()

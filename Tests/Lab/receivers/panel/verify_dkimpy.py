"""Verifies with dkimpy; run by the Python that has it. Reads paths, writes `path verdict said`."""

import logging
import sys

import dkim


class Said(logging.Handler):
    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


said = Said()
logger = logging.getLogger("dkimpy")
logger.addHandler(said)
logger.propagate = False
for line in sys.stdin:
    path = line.strip()
    said.lines.clear()
    try:
        with open(path, "rb") as file:
            passed = dkim.DKIM(file.read(), logger=logger).verify()
        words = "; ".join(said.lines)
    except Exception as error:  # dkimpy raises whatever its input makes it raise
        passed, words = False, f"{type(error).__name__}: {error}"
    print(path, "accept" if passed else "reject", " ".join(words.split())[:200], flush=True)

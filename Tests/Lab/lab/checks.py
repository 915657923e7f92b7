"""Checks that are one function each: how they are registered and run, and how they say what they did not see."""

import time

from .processes import LabError, Workshop


class Checks(dict):
    """The checks of one part by name. `scene` makes what each is given, from a workshop of its own."""

    def __init__(self, part, scene):
        super().__init__()
        self.part, self.scene = part, scene
        self.timed = set()

    def check(self, function):
        """Registers a function: its name is that of the check, its docstring what must be so; it may give what it saw."""
        self[function.__name__.replace("_", "-")] = function
        return function

    def check_alone(self, function):
        """Registers a check that measures time: no other runs beside it."""
        self.check(function)
        self.timed.add(next(reversed(self)))
        return function

    def run(self, only=None):
        """Runs the checks, or those that are named; gives the numbers of passed and failed ones."""
        passed = failed = 0
        for name, function in self.items():
            if only and name not in only:
                continue
            began = time.monotonic()
            with Workshop(self.part) as workshop:
                try:
                    seen = function(self.scene(workshop))
                    passed += 1
                    print(f"ok     {name:30} {seen + ' ' if seen else ''}({time.monotonic() - began:.0f} s)", flush=True)
                except (AssertionError, LabError) as error:
                    failed += 1
                    workshop.keeps_folder = True
                    print(f"FAILED {name:30} {function.__doc__}\n       {error}\n       logs: {workshop.folder}", flush=True)
        return passed, failed


def expect(fact, expected, seen):
    if not fact:
        raise AssertionError(f"expected {expected}; saw {seen}")


def expect_equal(found, expected):
    expect(found == expected, expected, found)

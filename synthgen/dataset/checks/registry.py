"""Finds the checks: every ``Check`` in a file of ``rules/``, by the names of the files."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from synthgen.dataset.checks import rules
from synthgen.dataset.checks.check import Check


@cache
def all_checks() -> tuple[Check, ...]:
    """All checks, in the order in which they are run.

    Raises:
        ValueError: two checks have one name, or one needs a check that there is not.
    """
    found: dict[int, Check] = {}
    for module in sorted(pkgutil.iter_modules(rules.__path__), key=lambda m: m.name):
        values = vars(importlib.import_module(f"{rules.__name__}.{module.name}")).values()
        found |= {id(value): value for value in values if isinstance(value, Check)}
    checks = tuple(found.values())
    names = [c.name for c in checks]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"more than one check has the name {', '.join(twice)}")
    if unknown := sorted({need for c in checks for need in c.needs} - set(names)):
        raise ValueError(f"checks need others that there are not: {', '.join(unknown)}")
    return checks


def checks_text() -> str:
    """The list of checks for people: severity, name, promise and codes of each."""
    return "\n".join(f"{c.severity:<7}  {c.name:<12} {c.promise}\n{'':22}[{', '.join(c.codes)}]" for c in all_checks())

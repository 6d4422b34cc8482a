"""Every refusal of a reader says what was wrong, what was expected, what came, and what to do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

MOTION = Path(__file__).parents[2] / "synthgen" / "motion"
FILES = sorted(MOTION.rglob("*.py"))


def refusals(source: str) -> list[tuple[int, set[str]]]:
    """Line and keywords of every ``InputError(…)`` that is made."""
    calls = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call))
    return [(c.lineno, {k.arg or "" for k in c.keywords}) for c in calls if getattr(c.func, "id", "") == "InputError"]


@pytest.mark.parametrize("file", FILES, ids=lambda p: str(p.relative_to(MOTION)))
def test_every_refusal_has_a_remedy(file):
    assert [line for line, said in refusals(file.read_text()) if "remedy" not in said] == []


def test_one_without_is_found():
    assert refusals("raise InputError('a', where='b')") == [(1, {"where"})]

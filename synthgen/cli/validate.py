"""``synthgen validate``: a dataset against its promises."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgen.cli.options import Dataset, Json
from synthgen.cli.output import show, show_json

EXAMPLE = "Example: synthgen validate out/gym"


def _list_checks(wanted: bool) -> None:
    """Prints what is checked and ends the command."""
    if wanted:
        from synthgen.dataset.checks.registry import checks_text

        show(checks_text())
        raise typer.Exit


Checks = Annotated[
    bool,
    typer.Option("--checks", help="List what is checked, and check nothing.", is_eager=True, callback=_list_checks),
]


def validate(out: Dataset, json: Json = False, checks: Checks = False) -> None:
    """Checks a dataset against its promises.

    Exits with 1 when one is broken.
    """
    from synthgen.dataset.checks.issues import broken, remedies
    from synthgen.dataset.checks.validate import validate as check

    issues = check(out)
    bad = broken(issues)
    if json:
        show_json({"ok": not bad, "issues": [i.to_dict() for i in issues]})
    else:
        for issue in issues:
            show(str(issue))
        show(f"{out}: {'breaks its promises' if bad else 'keeps its promises'}, {len(issues)} findings")
        for remedy in remedies(issues):
            show(f"remedy: {remedy}")
    raise typer.Exit(1 if bad else 0)

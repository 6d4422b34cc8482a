"""``synthgen validate``: a dataset against its promises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthgen.cli.options import Json
from synthgen.cli.output import show, show_json
from synthgen.core.errors import InputError

EXAMPLE = "Example: synthgen validate out/gym; synthgen validate --checks"


Checks = Annotated[bool, typer.Option("--checks", help="List what is checked, and check nothing.")]

Folder = Annotated[Path | None, typer.Argument(help="Folder of a dataset.", show_default=False)]
"""May be left out where ``--checks`` asks for the list alone."""


def validate(
    out: Folder = None,
    json: Json = False,
    checks: Checks = False,
    pictures: Annotated[
        bool,
        typer.Option("--pictures/--no-pictures", help="Read images, masks and depth, or compare just their sizes."),
    ] = True,
) -> None:
    """Checks a dataset against its promises.

    Exits with 1 when one is broken.
    """
    if checks:
        _list_checks(json)
        return
    if out is None:
        raise InputError(
            "nothing says what is to be checked",
            where="synthgen validate",
            expected="the folder of a dataset",
            remedy="write it behind the verb: synthgen validate out/gym",
        )
    from synthgen.dataset.checks.issues import broken, remedies
    from synthgen.dataset.checks.validate import validate as check

    issues = check(out, pictures=pictures)
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


def _list_checks(json: bool) -> None:
    """Prints every promise that is checked, with the codes of its findings."""
    from synthgen.dataset.checks.registry import all_checks, checks_text

    if json:
        rows = [{"name": c.name, "severity": c.severity, "promise": c.promise, "codes": c.codes} for c in all_checks()]
        show_json(rows, indent=2)
    else:
        show(checks_text())

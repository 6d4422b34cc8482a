"""``synthgen validate``: a dataset against its promises."""

from __future__ import annotations

import typer

from synthgen.cli.options import Dataset, Json
from synthgen.cli.output import show, show_json

EXAMPLE = "Example: synthgen validate out/gym"


def validate(out: Dataset, json: Json = False) -> None:
    """Checks a dataset against its promises; exits with 1 when one is broken."""
    from dataclasses import asdict

    from synthgen.dataset.checks.issues import broken
    from synthgen.dataset.checks.validate import validate as check
    from synthgen.dataset.layout import AGAIN

    issues = check(out)
    bad = broken(issues)
    if json:
        show_json({"ok": not bad, "issues": [asdict(i) for i in issues]})
    else:
        for issue in issues:
            show(str(issue))
        show(f"{out}: {'breaks its promises' if bad else 'keeps its promises'}, {len(issues)} findings")
        if bad:
            show(f"remedy: {AGAIN}")
    raise typer.Exit(1 if bad else 0)

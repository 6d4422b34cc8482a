"""What verbs print: answers on standard output, everything else on standard error."""

from __future__ import annotations

from typing import Any

import typer


def show(text: str) -> None:
    """An answer, on standard output."""
    typer.echo(text)


def show_json(answer: Any, indent: int | None = None) -> None:
    """An answer for programs: one JSON text on standard output."""
    import json

    typer.echo(json.dumps(answer, ensure_ascii=False, indent=indent))


def warn(text: str) -> None:
    """Words beside the answer, on standard error."""
    typer.echo(text, err=True)

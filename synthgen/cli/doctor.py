"""``synthgen doctor``: what works on this machine, and how to repair what does not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthgen.cli.options import Json
from synthgen.cli.output import show, show_json

EXAMPLE = "Example: synthgen doctor; synthgen doctor scenes/gym.yaml"


def doctor(
    scene: Annotated[
        Path | None,
        typer.Argument(help="A scene whose renderer and external engine are looked for.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Says what works here, and how to repair what does not.

    Also which renderer draws, and why. Exits with 1 when nothing can be rendered. With --json it answers with a list of
    findings.
    """
    from synthgen.cli.probes import examine
    from synthgen.scene import load_scene

    found = examine(load_scene(scene) if scene else None)
    if json:
        show_json([f.to_dict() for f in found], indent=2)
    else:
        for finding in found:
            show(str(finding))
    raise typer.Exit(1 if any(f.status == "fail" for f in found) else 0)

"""``synthgen render``: a scene becomes a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthgen.cli.options import Json, SceneFile
from synthgen.cli.output import show, show_json
from synthgen.core.limits import IMAGES, SEED, WORKERS

EXAMPLE = "Example: synthgen render scenes/gym.yaml --out out/gym --workers 2"


def render(
    scene: SceneFile,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the dataset; out/NAME by default.", show_default=False)
    ] = None,
    images: Annotated[
        int | None,
        typer.Option(min=1, max=IMAGES, help="Number of images, instead of the scene's.", show_default=False),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=SEED, help="Seed, instead of the scene's.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=WORKERS, help="Worker processes; as many as suit the machine by default.")
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read all that is there and render again whatever is damaged.")
    ] = False,
    json: Json = False,
) -> None:
    """Renders a scene into a COCO dataset.

    The same command finishes an interrupted run; what is done is not done again, unless it has been damaged since.
    """
    from synthgen import api
    from synthgen.core.processes.usage import since_process_began

    before = since_process_began()
    report = api.render(scene, out, images=images, seed=seed, workers=workers, progress=not json, thorough=thorough)
    report = report.begun_earlier(before)
    if json:
        show_json(report.to_dict())
    else:
        show(report.text())

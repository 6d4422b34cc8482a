"""``synthgen preview``: pictures of what a dataset holds, or of what a scene would give."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthgen.cli.output import show
from synthgen.core.errors import InputError
from synthgen.core.limits import IMAGES, SEED, WORKERS

EXAMPLE = "Example: synthgen preview scenes/gym.yaml; of a dataset: synthgen preview out/gym --image 12"

_MOST = min(IMAGES, 240)


def preview(
    what: Annotated[
        Path, typer.Argument(help="Folder of a dataset, or a scene file that is not rendered yet.", show_default=False)
    ],
    image: Annotated[
        int | None,
        typer.Option(help="One image of a dataset by its id; a contact sheet by default.", show_default=False),
    ] = None,
    images: Annotated[
        int | None,
        typer.Option(min=1, max=_MOST, help="Of a scene: images, 24 by default.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Of a scene: the picture; out/NAME-preview.png by default.", show_default=False
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=SEED, help="Of a scene: seed, instead of its own.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=WORKERS, help="Of a scene: worker processes.", show_default=False)
    ] = None,
) -> None:
    """Draws what a dataset holds, or what a scene would give.

    A scene's samples are images that its run would make, spread evenly over it; they are rendered for the sheet alone.
    """
    from synthgen import api

    if what.suffix.lower() in (".yaml", ".yml"):
        if image is not None:
            raise InputError("a scene has no images yet", where="--image", remedy="leave it out, or name a dataset")
        show(str(api.preview_scene(what, out, images=images or 24, seed=seed, workers=workers, progress=True)))
        return
    given = {"--images": images, "--out": out, "--seed": seed, "--workers": workers}
    if wrong := [name for name, value in given.items() if value is not None]:
        raise InputError("a dataset is drawn as it is", where=wrong[0], remedy="leave it out, or name a scene file")
    show(str(api.preview(what, image)))

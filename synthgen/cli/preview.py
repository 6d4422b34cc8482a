"""``synthgen preview``: pictures of what a dataset holds."""

from __future__ import annotations

from typing import Annotated

import typer

from synthgen.cli.options import Dataset
from synthgen.cli.output import show

EXAMPLE = "Example: synthgen preview out/gym --image 12"


def preview(
    out: Dataset,
    image: Annotated[
        int | None, typer.Option(help="One image by its id; a contact sheet by default.", show_default=False)
    ] = None,
) -> None:
    """Draws skeletons and spines over the images."""
    from synthgen import api

    show(str(api.preview(out, image)))

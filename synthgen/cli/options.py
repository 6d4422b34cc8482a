"""Arguments and options that several verbs have, worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]

SceneFile = Annotated[Path, typer.Argument(help="The scene file.", show_default=False)]

Dataset = Annotated[Path, typer.Argument(help="Folder of a dataset.", show_default=False)]

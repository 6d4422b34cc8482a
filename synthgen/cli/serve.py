"""``synthgen serve``: the embedded engine on a TCP port."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from synthgen.cli.output import show, warn


class Renderers(StrEnum):
    """The choices of ``--renderer``."""

    auto = "auto"
    cpu = "cpu"
    gpu = "gpu"


EXAMPLE = "Example: synthgen serve --port 9000"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="TCP port; 0 takes a free one.")] = 9000,
    cache: Annotated[
        Path | None, typer.Option(help="Folder of the cache instead of render's.", show_default=False)
    ] = None,
    renderer: Annotated[
        Renderers, typer.Option(help="What draws: auto takes a real graphics device, else the CPU.")
    ] = Renderers.auto,
    assets: Annotated[
        Path | None,
        typer.Option(help="Manifest of assets by content key, or a folder of them.", show_default=False),
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option(help="Folder from which a scene names its own pictures and meshes.", show_default=False),
    ] = None,
) -> None:
    """Starts the embedded engine: an UnrealCV server that renders. It asks for no password."""
    from synthgen.engine.listening import is_open_to_others, listen_tcp, who_can_reach
    from synthgen.engine.server import serve as run

    with listen_tcp(host, port) as listener:
        address = "{}:{}".format(*listener.getsockname()[:2])
        warn(f"{'warning: ' if is_open_to_others(listener) else ''}{who_can_reach(listener)}")
        run(
            listener,
            lambda: show(f"listening on {address}; stop with Ctrl-C"),
            cache_dir=cache,
            renderer=renderer.value,
            assets=assets,
            files=files,
        )

"""The program ``synthgen``: its verbs and the options before them. A new verb is one file, and one line here."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from synthgen.cli import cache, clips, doctor, fit, merge, preview, render, scene, serve, validate
from synthgen.cli.output import show
from synthgen.core.version import __version__

DEBUG_VARIABLE = "SYNTHGEN_DEBUG"
"""Environment variable: set, an error keeps its traceback. ``--debug`` sets it."""

app = typer.Typer(
    name="synthgen",
    help="Makes training pictures of people whose spines are annotated vertebra by vertebra.",
    epilog="Begin with: synthgen doctor, then synthgen render scenes/hello.yaml",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich would cost a third of a second at every start
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=render.EXAMPLE)(render.render)
app.command(epilog=clips.EXAMPLE)(clips.clips)
app.command(epilog=fit.EXAMPLES)(fit.fit)
app.command(epilog=serve.EXAMPLE)(serve.serve)
app.command(epilog=preview.EXAMPLE)(preview.preview)
app.command(epilog=validate.EXAMPLE)(validate.validate)
app.command(epilog=merge.EXAMPLE)(merge.merge)
app.command(epilog=doctor.EXAMPLE)(doctor.doctor)
app.add_typer(scene.scene, name="scene")
app.add_typer(cache.cache, name="cache")


def _version(asked: bool) -> None:
    if asked:
        show(f"synthgen {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"

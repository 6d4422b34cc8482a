"""The command line: ``synthgen render scenes/gym.yaml`` and its helpers.

Every verb is thin: it imports the room that does the work, calls one function and says what came of it.
Exit codes: 0 done, 1 something failed, 2 the input does not fit, 130 interrupted.
"""

from __future__ import annotations

import json as jsonlib
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from synthgen import __version__
from synthgen.cli.fit import FIT_EXAMPLES, fit
from synthgen.core.errors import InputError, SynthgenError, abridged
from synthgen.core.limits import IMAGES, SEED, WORKERS
from synthgen.core.system import refusal

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
scene_app = typer.Typer(help="Checks scene files and describes their keys.", no_args_is_help=True)
app.add_typer(scene_app, name="scene")

_LONGEST = 1000
"""Characters of one argument."""

Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object, for programs.")]


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line and leaves the process with an honest exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        _check_length(arguments)
        app(arguments, prog_name="synthgen")
    except SynthgenError as error:
        _fail(error, "--json" in arguments)
    except (KeyboardInterrupt, SystemExit) as stop:
        if isinstance(stop, SystemExit) and stop.code != 130:  # Typer makes 130 of a Ctrl-C
            raise
        _say(_interrupted(arguments))
        raise SystemExit(130) from None
    except BrokenPipeError:  # the reader of our output has left, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except Exception as error:
        if os.environ.get("SYNTHGEN_DEBUG"):
            raise
        if refused := refusal(error):  # by the system: not a fault of the program
            what, remedy = refused
            name, got = getattr(error, "filename", None), getattr(error, "strerror", None) or error
            _say(f"error: {f'{name}: ' if name else ''}{what}\n  got: {got}\n  remedy: {remedy}")
            raise SystemExit(1) from None
        told = abridged(f"{type(error).__name__}: {error}", 1500)
        _say(f"synthgen broke: {told}\n  remedy: 'synthgen --debug …' shows where; report it")
        raise SystemExit(1) from None


def _interrupted(arguments: list[str]) -> str:
    """What a Ctrl-C leaves behind, by verb."""
    verb = next((a for a in arguments if not a.startswith("-")), "")
    if verb == "render":
        return "interrupted; the same command goes on where this one stopped"
    if verb != "fit":
        return "interrupted"
    again = "takes their fits from the cache" if "--cache" in arguments else "fits them again"
    return f"interrupted; the files of finished clips are whole, the same command {again}"


def _check_length(arguments: list[str]) -> None:
    """Refuses what would fill the screen when it is repeated in a message of the argument parser's.

    Raises:
        InputError: an argument is longer than any path.
    """
    for argument in arguments:
        if len(argument) > _LONGEST:
            raise InputError("this is longer than any name, number or path", where="the command line",
                             expected=f"at most {_LONGEST} characters", got=argument)  # fmt: skip


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _fail(error: SynthgenError, as_json: bool) -> None:
    if as_json:
        typer.echo(jsonlib.dumps({"ok": False, "problems": _problems(error)}, ensure_ascii=False, indent=2))
    else:
        _say(f"error: {error}")
    if os.environ.get("SYNTHGEN_DEBUG"):
        raise error
    raise SystemExit(error.exit_code) from None


def _problems(error: SynthgenError) -> list[dict[str, Any]]:
    parts = getattr(error, "problems", (error,))
    names = ("where", "what", "expected", "got", "remedy")
    return [{n: getattr(p, n) for n in names} if isinstance(p, InputError) else {"what": str(p)} for p in parts]


def _version(show: bool) -> None:
    if show:
        typer.echo(f"synthgen {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and leave.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    if debug:
        os.environ["SYNTHGEN_DEBUG"] = "1"


@app.command(epilog="Example: synthgen render scenes/gym.yaml --out out/gym --workers 2")
def render(
    scene: Annotated[Path, typer.Argument(help="The scene file.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to; out/NAME by default.", show_default=False)
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
    from synthgen.pipeline import render as run
    from synthgen.scene import load_scene

    folder = out or Path("out") / load_scene(scene).name
    report = run(scene, folder, images=images, seed=seed, workers=workers, progress=not json, thorough=thorough)
    typer.echo(jsonlib.dumps(report.to_dict(), ensure_ascii=False) if json else report.text())


@scene_app.command("check", epilog="Example: synthgen scene check scenes/gym.yaml")
def scene_check(
    file: Annotated[Path, typer.Argument(help="The scene file.", show_default=False)], json: Json = False
) -> None:
    """Checks a scene file and lists every problem with its line; writes nothing."""
    from synthgen.scene import load_scene, scene_hash

    scene = load_scene(file)
    if json:
        plain = scene.model_dump(mode="json")
        typer.echo(jsonlib.dumps({"ok": True, "hash": scene_hash(scene), "scene": plain}, ensure_ascii=False))
    else:
        typer.echo(
            f"{file}: good. {scene.images} images of {scene.shots} shots, {len(scene.clips)} clips, "
            f"{scene.cast.count} characters, seed {scene.seed}"
        )


@scene_app.command("schema", epilog="Example: synthgen scene schema > scene.schema.json")
def scene_schema() -> None:
    """Prints the JSON Schema of scene files: every key with its unit, default and meaning."""
    from synthgen.scene import scene_schema as schema

    typer.echo(jsonlib.dumps(schema(), ensure_ascii=False, indent=2))


@app.command(epilog="Example: synthgen clips")
def clips(json: Json = False) -> None:
    """Lists the motion clips that need no file; docs/motion.md says which files can be named as well."""
    from synthgen.motion import available

    names = [f"{scheme}:{name}" for scheme, group in available().items() for name in group]
    if json:
        typer.echo(jsonlib.dumps(names))
        return
    typer.echo("\n".join(names))
    if not any(n.startswith("deepmimic:") for n in names):
        _say("the motion-captured clips are not installed: pip install '.[samples]'")


app.command(epilog=FIT_EXAMPLES)(fit)


@app.command(epilog="Example: synthgen serve --port 9000")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; the default is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="TCP port; 0 takes a free one.")] = 9000,
    cache: Annotated[
        Path | None, typer.Option(help="Folder of the cache instead of render's.", show_default=False)
    ] = None,
) -> None:
    """Starts the embedded engine: an UnrealCV server that renders. It asks for no password."""
    from synthgen.engine.listening import is_open_to_others, listen_tcp, who_can_reach
    from synthgen.engine.server import serve as run

    with listen_tcp(host, port) as listener:
        address = "{}:{}".format(*listener.getsockname()[:2])
        _say(f"{'warning: ' if is_open_to_others(listener) else ''}{who_can_reach(listener)}")
        run(listener, lambda: typer.echo(f"listening on {address}; stop with Ctrl-C"), cache_dir=cache)


@app.command(epilog="Example: synthgen preview out/gym --image 12")
def preview(
    out: Annotated[Path, typer.Argument(help="Folder of a dataset.", show_default=False)],
    image: Annotated[
        int | None, typer.Option(help="One image by its id; a contact sheet by default.", show_default=False)
    ] = None,
) -> None:
    """Draws skeletons and spines over the images."""
    from synthgen.dataset.report.preview import contact_sheet, preview_image

    typer.echo(str(contact_sheet(out) if image is None else preview_image(out, image)))


@app.command(epilog="Example: synthgen validate out/gym")
def validate(
    out: Annotated[Path, typer.Argument(help="Folder of a dataset.", show_default=False)], json: Json = False
) -> None:
    """Checks a dataset against its promises; leaves with 1 when one is broken."""
    from dataclasses import asdict

    from synthgen.dataset.checks.issues import broken
    from synthgen.dataset.checks.validate import validate as check
    from synthgen.dataset.layout import AGAIN

    issues = check(out)
    bad = broken(issues)
    if json:
        typer.echo(jsonlib.dumps({"ok": not bad, "issues": [asdict(i) for i in issues]}, ensure_ascii=False))
    else:
        for issue in issues:
            typer.echo(str(issue))
        typer.echo(f"{out}: {'breaks its promises' if bad else 'keeps its promises'}, {len(issues)} findings")
        if bad:
            typer.echo(f"remedy: {AGAIN}")
    raise typer.Exit(1 if bad else 0)


@app.command(epilog="Example: synthgen doctor; synthgen doctor scenes/gym.yaml")
def doctor(
    scene: Annotated[
        Path | None, typer.Argument(help="A scene whose external engine is looked for.", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Says what works on this machine and how to mend what does not; leaves with 1 when nothing can be rendered."""
    from synthgen.cli.machine import examine
    from synthgen.scene import load_scene

    checks = examine(load_scene(scene) if scene else None)
    if json:
        typer.echo(jsonlib.dumps([c.to_dict() for c in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            typer.echo(str(check))
    raise typer.Exit(1 if any(c.status == "fail" for c in checks) else 0)


if __name__ == "__main__":
    main()

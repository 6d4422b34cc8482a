"""``synthgen scene``: checks scene files and describes their keys."""

from __future__ import annotations

import typer

from synthgen.cli.options import Json, SceneFile
from synthgen.cli.output import show, show_json

scene = typer.Typer(help="Checks scene files and describes their keys.", no_args_is_help=True)


@scene.command(epilog="Example: synthgen scene check scenes/gym.yaml")
def check(file: SceneFile, json: Json = False) -> None:
    """Checks a scene file and lists every problem with its line.

    Writes nothing.
    """
    from synthgen.scene import load_scene, scene_hash
    from synthgen.world.troupe import cast_size

    read = load_scene(file)
    if json:
        show_json({"ok": True, "hash": scene_hash(read), "scene": read.model_dump(mode="json")})
    else:
        show(
            f"{file}: good. {read.images} images of {read.shots} shots, {len(read.clips)} clips, "
            f"{cast_size(read)} characters, seed {read.seed}"
        )


@scene.command(epilog="Example: synthgen scene schema > scene.schema.json")
def schema() -> None:
    """Prints the JSON Schema of scene files.

    It has every key with its unit, default and meaning.
    """
    from synthgen.scene import scene_schema

    show_json(scene_schema(), indent=2)

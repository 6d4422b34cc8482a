"""The user's own pictures and meshes that a scene names: whether they are there, and can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.core.userfiles.pictures import LIGHT, PLAIN, picture_files, read_picture
from synthgen.core.userfiles.yamldata import KeyPath
from synthgen.core.userfiles.yamlfile import Source
from synthgen.scene.model import Scene

MOST = 10_000
"""Pictures of one folder: each is opened before anything is rendered."""


def asset_problems(scene: Scene, source: Source, folder: Path) -> Iterator[InputError]:
    """One error for every picture and mesh that cannot be used."""
    room = scene.room
    for name, endings, kind in (
        ("images", PLAIN, "photograph"),
        ("environment", (*LIGHT, *PLAIN), "environment"),
    ):
        wish = getattr(room, name)
        if wish is not None:
            yield from _pictures(folder / wish, endings, kind, source, ("room", name))
    prints = scene.cast.outfits.prints
    if prints is not None:
        yield from _pictures(folder / prints, PLAIN, "print", source, ("cast", "outfits", "prints"))
    for i, file in enumerate(scene.props.files):
        problem = _mesh(folder / file.path, file.scale)
        if problem is not None:
            yield _at(problem, source, ("props", "files", i))


def asset_files(scene: Scene) -> list[Path]:
    """Every file of the user's that a scene's pictures depend on, in a fixed order."""
    room = scene.room
    out: list[Path] = []
    for wish, endings in (
        (room.images, PLAIN),
        (room.environment, (*LIGHT, *PLAIN)),
        (scene.cast.outfits.prints, PLAIN),
    ):
        if wish is not None:
            out += picture_files(Path(scene.locate(wish)), endings, "picture")
    return out + [Path(scene.locate(file.path)) for file in scene.props.files]


def _pictures(path: Path, endings: tuple[str, ...], kind: str, source: Source, key: KeyPath) -> Iterator[InputError]:
    try:
        files = picture_files(path, endings, kind)
    except InputError as error:
        yield _at(error, source, key)
        return
    if len(files) > MOST:
        yield InputError(
            f"there are too many {kind}s in this folder",
            where=source.where(key),
            expected=f"at most {MOST}",
            got=f"{len(files)}",
            remedy="make a folder of those that you want",
        )
        return
    for file in files:
        try:
            picture = read_picture(file, halve=3)
        except InputError as error:
            yield _at(error, source, key)
            continue
        if kind == "environment" and not picture.panorama:
            high, wide = picture.pixels.shape[:2]
            yield InputError(
                "this environment does not show all directions",
                where=f"{source.where(key)} ({file})",
                expected="a panorama, twice as wide as high",
                got=f"{wide} × {high}",
                remedy="use it as a photograph: 'images' instead of 'environment'",
            )


def _mesh(path: Path, scale: float) -> InputError | None:
    from synthgen.core.digests import sha256_file
    from synthgen.core.userfiles.meshes import ENDINGS, read_mesh

    if path.suffix.lower() not in ENDINGS:
        return InputError(
            "this kind of mesh cannot be read",
            where=str(path),
            expected=f"a file that ends in {', '.join(ENDINGS)}",
            remedy="export it as .glb",
        )
    try:
        read_mesh(path, sha256_file(path) if path.is_file() else "", scale)
    except InputError as error:
        return error
    return None


def _at(error: InputError, source: Source, key: KeyPath) -> InputError:
    """The same error, told where the scene file names the file."""
    where = source.where(key) + (f" ({error.where})" if error.where else "")
    return InputError(error.what, where=where, expected=error.expected, got=error.got, remedy=error.remedy)

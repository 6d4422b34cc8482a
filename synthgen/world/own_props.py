"""The user's own things: their true sizes, and which of them stand in a shot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from synthgen.core.digests import sha256_file
from synthgen.core.plain import FileSpec
from synthgen.core.seeding import stream
from synthgen.core.userfiles.meshes import mesh_size, read_mesh
from synthgen.scene import Scene
from synthgen.world.draws import choose


@dataclass(frozen=True)
class OwnProp:
    """A thing of the user's: its file, factor on its lengths, and size in metres."""

    file: FileSpec
    scale: float
    size: np.ndarray


@lru_cache(maxsize=1024)
def own_prop(path: Path, name: str, scale: float) -> OwnProp:
    """Measures a file.

    Args:
        path: the file.
        name: as the scene file writes it.
        scale: factor on its lengths.

    Raises:
        InputError: it cannot be used.
    """
    digest = sha256_file(path) if path.is_file() else ""
    return OwnProp(FileSpec(path=name, digest=digest), scale, mesh_size(read_mesh(path, digest, scale)))


def own_props(scene: Scene, shot: int) -> list[OwnProp]:
    """The user's things that a shot wants, in the order in which they look for a place: large ones first."""
    rows = [{"file": f, "weight": f.weight} for f in scene.props.files]
    if not rows:
        return []
    rng = stream(scene.seed, shot, "props/own")
    wanted = int(rng.integers(scene.props.own.min, scene.props.own.max + 1))
    drawn = [choose(rng, rows)["file"] for _ in range(wanted)]
    found = [own_prop(Path(scene.locate(f.path)), f.path, f.scale) for f in drawn]
    return sorted(found, key=lambda thing: -float(thing.size[0] * thing.size[1]))

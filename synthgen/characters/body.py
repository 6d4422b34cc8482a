"""Characters' rest bodies from Anny (parametric, CC0 data), cached as plain arrays.

Anny's frame is Z up with the body facing −Y and its left at +X; ours is X forward, Y left, Z up. Torch and Anny are
imported only when a body is not in the cache.
"""

from __future__ import annotations

import importlib.metadata

import numpy as np

from synthgen.characters.anny_model import anny_model
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import load_rig, rest_body
from synthgen.characters.specs import BodySpec
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.core.errors import InputError

PHENOTYPE = ("gender", "age", "muscle", "weight", "height", "proportions")

ANNY_TO_CHARACTER = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
"""(3, 3) rotation: character = ANNY_TO_CHARACTER @ anny."""


BODIES = Kind(
    name="bodies",
    what="body",
    folder="assets",
    makers=("synthgen.characters.body",),
    load=RestBody.load,
    save=RestBody.save,
    label="body",
)
"""Rest bodies, kept by their parameters."""


def build_body(spec: BodySpec, cache: Cache | None = None) -> RestBody:
    """The rest body that a specification describes.

    Args:
        spec: rig and shape parameters, each 0…1. The UE5 mannequin ships no skin; of its parameters only ``height``
            counts (0…1 ↔ 1.505…2.105 m).
        cache: where bodies are kept; None builds anew each time.

    Returns:
        The rest body: character frame, floor at z = 0, origin below the pelvis.

    Raises:
        InputError: unknown rig, a parameter outside 0…1, or the cache cannot be written.
    """
    _check(spec)
    if spec.rig != "anny":
        return rest_body(spec.rig, load_rig(spec.rig).data["stature"] + 0.6 * (spec.height - 0.5))
    if cache is None:
        return _build_anny(spec)
    return body_entry(spec, cache).get(lambda: _build_anny(spec))


def body_entry(spec: BodySpec, cache: Cache) -> Entry[RestBody]:
    """Where :func:`build_body` keeps its result."""
    return BODIES.entry(cache, spec.model_dump())


def _check(spec: BodySpec) -> None:
    load_rig(spec.rig)
    for name in PHENOTYPE:
        value = getattr(spec, name)
        if not 0.0 <= value <= 1.0:
            raise InputError("a body parameter is out of range", where=f"body.{name}", expected="0…1", got=f"{value}")


def _build_anny(spec: BodySpec) -> RestBody:
    import torch

    model = anny_model()
    with torch.no_grad():
        out = model(phenotype_kwargs={name: float(getattr(spec, name)) for name in PHENOTYPE})
    vertices = out["rest_vertices"][0].numpy() @ ANNY_TO_CHARACTER.T
    poses = out["rest_bone_poses"][0].numpy()
    rig = load_rig("anny")
    if tuple(model.bone_labels) != rig.bone_names or list(model.bone_parents) != rig.parents.tolist():
        raise InputError(
            "the installed Anny has another rig than rigs/anny.yaml",
            expected="anny 0.6 with its 104-bone rig",
            got=f"anny {importlib.metadata.version('anny')}, {len(model.bone_labels)} bones",
        )
    bones = poses.copy()
    bones[:, :3] = ANNY_TO_CHARACTER @ poses[:, :3]
    pelvis = bones[rig.bone_names.index(rig.pelvis), :3, 3]
    origin = np.array([pelvis[0], 0.0, vertices[:, 2].min()])
    bones[:, :3, 3] -= origin
    vertices = vertices - origin
    weights = model.vertex_bone_weights.numpy()
    indices = model.vertex_bone_indices.numpy()
    indices, weights = _strongest(indices, weights, 4)
    return RestBody(
        rig="anny",
        bone_names=rig.bone_names,
        parents=rig.parents,
        bones=bones,
        vertices=vertices,
        faces=model.faces.numpy(),
        uvs=model.texture_coordinates.numpy()[model.face_texture_coordinate_indices.numpy()],
        skin_indices=indices,
        skin_weights=weights,
        regions=vertex_regions(indices, weights, rig.bone_regions),
        stature=float(np.ptp(vertices[:, 2])),
    )


def _strongest(indices: np.ndarray, weights: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Keeps the ``count`` largest weights of each vertex, normalised; what is dropped is below a few percent."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :count]
    kept = np.take_along_axis(weights, order, 1)
    return np.take_along_axis(indices, order, 1), kept / kept.sum(1, keepdims=True)


def vertex_regions(indices: np.ndarray, weights: np.ndarray, bone_regions: np.ndarray) -> np.ndarray:
    """(V,) region of each vertex: the one whose bones carry most of it."""
    totals = np.zeros((len(indices), int(bone_regions.max()) + 1))
    for k in range(indices.shape[1]):
        np.add.at(totals, (np.arange(len(indices)), bone_regions[indices[:, k]]), weights[:, k])
    out: np.ndarray = totals.argmax(1)
    return out

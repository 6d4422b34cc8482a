"""Characters and made motions for the tests of the retargeting."""

from __future__ import annotations

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES
from synthgen.characters.site_set import SiteSet
from synthgen.characters.specs import BodySpec
from synthgen.core.bodymodel import reference_body
from tests.biomech.reports import SOUND

SHAPES = {
    "man": BodySpec(gender=0.0, height=0.37),
    "woman": BodySpec(gender=1.0, height=0.38),
    "child": BodySpec(gender=0.5, age=0.33),
    "old": BodySpec(gender=1.0, age=1.0, weight=1.0, height=0.38),
    "heavy": BodySpec(gender=0.0, weight=1.0, muscle=1.0, height=0.40),
    "thin": BodySpec(gender=1.0, weight=0.0, muscle=0.0, height=0.45),
}

Character = tuple[RestBody, SiteSet]


def motion_of(frames: int = 3, fps: float = 30.0, **angles: float | np.ndarray) -> SpineMotion:
    """The reference body standing on the floor with some coordinates (degrees; metres for the pelvis) changed.

    Spine regions by their rhythm names (``lumbar_flexion``), other coordinates by theirs (``left_hip_flexion``).
    """
    model = reference_body()
    q = model.neutral(frames)
    regions = {n: np.radians(v) for n, v in angles.items() if n in model.rhythm_names}
    if regions:
        q = q + model.spine_coordinates({n: np.broadcast_to(v, frames) for n, v in regions.items()})
    for name, value in angles.items():
        if name not in model.rhythm_names:
            scale = 1.0 if name.startswith("pelvis_t") and len(name) == 9 else np.pi / 180
            q[:, model.tree.coordinate_index[name]] += scale * np.asarray(value)
    neutral = model.tree.forward(model.neutral()[0])
    q[:, model.tree.coordinate_index["pelvis_tz"]] -= model.points(neutral)["left_heel"][2]
    return SpineMotion(
        name="made",
        fps=fps,
        coordinate_names=tuple(model.tree.coordinate_index),
        q=q,
        segment_names=tuple(model.tree.segment_index),
        transforms=model.tree.forward(q),
        neutral=neutral,
        scale=np.ones((len(model.tree.segments), 3)),
        stature=model.stature,
        marker_names=(),
        marker_error=np.zeros((frames, 0)),
        source="test",
        licence="test",
        loop=False,
        report=SOUND,
    )


def squatting(frames: int = 20) -> dict[str, np.ndarray]:
    """Feet stay on the floor by construction: hip and knee angles of equal thigh and shank, ankle to match."""
    depth = np.sin(np.linspace(0, np.pi, frames)) * 45.0
    drop = (0.430 + 0.432) * (1 - np.cos(np.radians(depth)))
    angles = {"pelvis_tz": -drop}
    for side in SIDES:
        angles |= {f"{side}_hip_flexion": depth, f"{side}_knee_flexion": 2 * depth, f"{side}_ankle_dorsiflexion": depth}
    return angles


def site(sites: SiteSet, name: str) -> int:
    return sites.names.index(name)

"""The spine of a character at rest, placed from anatomy: joints, body centres, spinous tips and skin points.

Heights: the reference spine between two anchors, the hip centres and the skin over C7, and above it between C7 and the
atlas. Depths: the whole curve is shifted smoothly forward or backward until the spinous tips lie under the midline skin
of the back by the tissue of ``opensim_models/body.yaml``, thicker in heavy people. Character frame, metres.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import Rig
from synthgen.characters.sites.face import face_sites
from synthgen.characters.sites.spine_depth import fit_skin
from synthgen.characters.sites.spine_rest import LEVELS, SpineRest
from synthgen.characters.skin_surface import SkinSurface
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import apply
from synthgen.core.skeleton import SPINE_SEGMENTS


def place_spine(
    body: RestBody, rig: Rig, model: BodyModel, rules: dict[str, Any], skin: SkinSurface | None
) -> SpineRest:
    """Places the spine of one rest body.

    Args:
        body: the character.
        rig: its rig.
        model: the body model in its reference or any other size; only its neutral posture's proportions count.
        rules: ``rigs/anatomy/sites.yaml``.
        skin: the character's skin, or None for a rig without one: then depths come from the bones of neck and head.
    """
    hips, c7, atlas = anchors(body, rig, rules)
    joints, points = _reference(model)
    c7_joint = SPINE_SEGMENTS.index("C7")
    trunk = (c7 - hips[2]) / points["skin"][LEVELS.index("C7"), 2]
    neck = (atlas - hips[2] - trunk * joints[c7_joint, 2]) / (joints[-1, 2] - joints[c7_joint, 2])

    def resize(at: np.ndarray, cervical: np.ndarray) -> np.ndarray:
        base = joints[c7_joint]
        out: np.ndarray = hips + np.where(cervical[:, None], trunk * base + neck * (at - base), trunk * at)
        return out

    above = np.array([n[0] in "C" for n in LEVELS])
    placed = {n: resize(p, above) for n, p in points.items()}
    rest = SpineRest(
        joints=resize(joints, np.array([n[0] == "C" or n == "skull" for n in SPINE_SEGMENTS])),
        trunk_scale=float(trunk),
        neck_scale=float(neck),
        **placed,
    )
    if skin is None:
        return _fit_bones(rest, body, rig)
    auricle = face_sites(body, rig, skin, rules)["left_ear"][0]
    return fit_skin(rest, skin, auricle, rules)


def anchors(body: RestBody, rig: Rig, rules: dict[str, Any]) -> tuple[np.ndarray, float, float]:
    """Middle of the hip centres (3,), height of the skin over C7, height of the joint between atlas and skull."""

    def at(name: str) -> np.ndarray:
        return body.bones[body.bone(name), :3, 3]

    hips = (at(rig.limbs["left", "thigh"][0]) + at(rig.limbs["right", "thigh"][0])) / 2
    rule = rules["anchors"]
    own = rig.data.get("anchors", {})
    c7 = rule["c7_of_stature"] * body.stature
    if "c7_above_neck_root" in own:
        c7 = at(rig.neck[0])[2] + own["c7_above_neck_root"] * body.stature
    atlas = rule["atlas_of_stature"] * body.stature
    if ("left", "eye") in rig.limbs:
        eye = at(rig.limbs["left", "eye"][0])[2]
        top = body.vertices[:, 2].max() if len(body.vertices) else body.stature
        atlas = top - rule["atlas_of_eye_height"] * (top - eye)
    return hips, float(c7), float(atlas)


def _reference(model: BodyModel) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Joints (26, 3) and named points (25, 3) of the model in neutral standing, from the hips' middle."""
    world = model.tree.forward(model.neutral()[0])
    frames = np.stack([world[model.tree.segment_index[n]] for n in SPINE_SEGMENTS])
    points = {
        name: np.stack([apply(frames[i], model.vertebra_points[level][name]) for i, level in enumerate(LEVELS)])
        for name in ("body", "spinous", "skin")
    }
    return frames[:, :3, 3], points


def _fit_bones(rest: SpineRest, body: RestBody, rig: Rig) -> SpineRest:
    """Without skin: shears the curve so that C7's body and the atlas stand at the depth of neck root and head bone."""
    c7, neck, head = LEVELS.index("C7"), body.bone(rig.neck[0]), body.bone(rig.head)
    knots = [rest.joints[0, 2], rest.body[c7, 2], rest.joints[-1, 2]]
    shifts = [
        0.0,
        body.bones[neck, 0, 3] - rest.body[c7, 0],
        body.bones[head, 0, 3] - rest.joints[-1, 0],
    ]

    def moved(at: np.ndarray, heights: np.ndarray) -> np.ndarray:
        out: np.ndarray = at + np.interp(heights, knots, shifts)[:, None] * np.array([1.0, 0.0, 0.0])
        return out

    levels = rest.body[:, 2]
    return SpineRest(
        joints=moved(rest.joints, rest.joints[:, 2]),
        body=moved(rest.body, levels),
        spinous=moved(rest.spinous, levels),
        skin=moved(rest.skin, levels),
        trunk_scale=rest.trunk_scale,
        neck_scale=rest.neck_scale,
    )

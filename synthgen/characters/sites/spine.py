"""The spine of a character at rest, placed from anatomy: joints, body centres, spinous tips and skin points.

Heights: the reference spine between two anchors, the hip centres and the skin over C7, and above it between C7 and the
atlas. Depths: the whole curve is shifted smoothly forward or backward until the spinous tips lie under the midline skin
of the back by the tissue of ``opensim_models/body.yaml``, thicker in heavy people. Character frame, metres.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import Rig
from synthgen.characters.sites.face import face_sites
from synthgen.characters.skin_surface import SkinSurface
from synthgen.core.bodymodel import BodyModel
from synthgen.core.frames import apply
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE

LEVELS = ("sacrum", *VERTEBRAE)


@dataclass(frozen=True)
class SpineRest:
    """A character's spine at rest.

    Attributes:
        joints: (26, 3) joint below each of ``skeleton.SPINE_SEGMENTS`` (sacrum: the L5/S1 joint again).
        body, spinous, skin: (25, 3) points of sacrum and the 24 vertebrae.
        trunk_scale, neck_scale: size of the trunk and of the neck relative to the reference body.
    """

    joints: np.ndarray
    body: np.ndarray
    spinous: np.ndarray
    skin: np.ndarray
    trunk_scale: float
    neck_scale: float


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
    return _fit_skin(rest, skin, auricle, rules)


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


def _fit_skin(rest: SpineRest, skin: SkinSurface, auricle: float, rules: dict[str, Any]) -> SpineRest:
    """Shifts the curve so that the tips lie under the back's skin, then finds the skin point next to each tip."""
    soft = rules["soft_tissue"]
    profile = skin.back_profile(rest.skin[0, 2] - 0.06 * rest.trunk_scale, rest.joints[-1, 2] + 0.03 * rest.neck_scale)
    tips = rest.spinous
    lean = np.linalg.norm(rest.skin - tips, axis=1)
    wanted = np.clip(lean + _extra_tissue(skin, soft), soft["thinnest_mm"] / 1000 * rest.trunk_scale, None)
    gap = _gap(profile, tips)
    # The groove and bulges of one back are noise for the bones; a polynomial along the height keeps the curve smooth.
    # Over the atlas and axis the ray meets the skull's overhang instead of the nape, over the sacrum the buttocks.
    trusted = np.array([n not in ("C1", "C2", "sacrum") for n in LEVELS])
    height = np.interp(tips[:, 2], (tips[:, 2].min(), tips[:, 2].max()), (-1.0, 1.0))
    fit = np.polynomial.Polynomial.fit(height[trusted], (wanted - gap)[trusted], soft["smoothing"], domain=[-1, 1])
    shift = fit(np.clip(height, height[trusted].min(), height[trusted].max()))
    shift = shift + _kept_under(_least(soft) * rest.trunk_scale - gap - shift)
    x = np.interp(rest.joints[:, 2], rest.body[:, 2], shift)

    def moved(at: np.ndarray, by: np.ndarray) -> np.ndarray:
        out: np.ndarray = at + by[:, None] * np.array([1.0, 0.0, 0.0])
        return out

    placed = SpineRest(
        joints=moved(rest.joints, x),
        body=moved(rest.body, shift),
        spinous=moved(tips, shift),
        skin=rest.skin,
        trunk_scale=rest.trunk_scale,
        neck_scale=rest.neck_scale,
    )
    placed = _thin_neck(placed, profile, skin, auricle, rules["neck"])
    return replace(placed, skin=_nearest_on_profile(profile, placed.spinous))


def _thin_neck(
    rest: SpineRest, profile: np.ndarray, skin: SkinSurface, auricle: float, rule: dict[str, Any]
) -> SpineRest:
    """Draws the cervical column towards the nape where the neck is thinner than the reference adult's.

    A neck's depth differs between characters more than its height does. The column keeps its share of the depth: every
    distance from the midline skin is multiplied, by 1 at T1 and by the neck's own factor from C4 upwards.
    """
    levels = [LEVELS.index(n) for n in ("C5", "C4")]
    z = rest.body[levels, 2]
    back = np.interp(z, profile[:, 1], profile[:, 0])
    start = np.stack([back + 0.01, np.full_like(z, 1e-4), z], -1)
    depth = skin.rays(start, np.array([1.0, 0.0, 0.0]))[:, 0] - back
    share = ((rest.body[levels, 0] - back) / depth).mean()
    factor = min(1.0, rule["body_share_of_depth"] / share)
    knots = rest.body[[LEVELS.index("T1"), LEVELS.index("C4")], 2]

    def drawn(at: np.ndarray) -> np.ndarray:
        nape = np.interp(at[:, 2], profile[:, 1], profile[:, 0])
        by = np.interp(at[:, 2], knots, (1.0, factor))
        return np.stack([nape + by * (at[:, 0] - nape), at[:, 1], at[:, 2]], -1)

    # Upwards of C5 the column leans to the head: the atlas stands below the auricles' middle.
    lean = (rest.joints[LEVELS.index("C5"), 2], rest.joints[-1, 2])
    atlas = drawn(rest.joints[-1:])[0, 0]

    def leaning(at: np.ndarray) -> np.ndarray:
        by = np.interp(at[:, 2], lean, (0.0, auricle - rule["atlas_behind_auricle"] * rest.neck_scale - atlas))
        out: np.ndarray = drawn(at) + by[:, None] * np.array([1.0, 0.0, 0.0])
        return out

    cervical = rest.joints[:, 2] > knots[0]
    above = rest.body[:, 2] > knots[0]
    return replace(
        rest,
        joints=np.where(cervical[:, None], leaning(rest.joints), rest.joints),
        body=np.where(above[:, None], leaning(rest.body), rest.body),
        spinous=np.where(above[:, None], leaning(rest.spinous), rest.spinous),
    )


def _least(soft: dict[str, Any]) -> np.ndarray:
    """(25,) metres of tissue over the tips of an average adult at the least; −∞ where it is not known."""
    least = dict.fromkeys(LEVELS, soft["thinnest_mm"] / 2000)
    least |= {"C1": -np.inf, "C2": -np.inf, "sacrum": soft["sacrum_thinnest_mm"] / 1000}
    return np.array([least[n] for n in LEVELS])


def _kept_under(missing: np.ndarray) -> np.ndarray:
    """(25,) metres further forward, so that no tip comes out of the skin; neighbours give way by a bell of two levels.

    Args:
        missing: (25,) metres by which each tip is too shallow; negative where it is deep enough.
    """
    order = np.arange(len(missing))
    bell = np.exp(-0.5 * ((order[:, None] - order) / 2.0) ** 2)
    out: np.ndarray = (bell * np.maximum(missing, 0.0)).max(1)
    return out


def _extra_tissue(skin: SkinSurface, soft: dict[str, Any]) -> np.ndarray:
    """(25,) metres of tissue over the tips beyond a lean adult's, from the body mass index that the mesh implies."""
    bmi = skin.mesh.volume * soft["density"] / skin.body.stature**2
    rates = {"C": soft["mm_per_bmi"]["cervical"], "T": soft["mm_per_bmi"]["thoracic"]}
    rate = np.array([rates.get(n[0], soft["mm_per_bmi"]["lumbar"]) for n in LEVELS])
    out: np.ndarray = np.minimum(rate * (bmi - soft["lean_bmi"]), soft["most_extra_mm"]) / 1000
    return out


def _gap(profile: np.ndarray, tips: np.ndarray) -> np.ndarray:
    """(N,) metres that each tip lies in front of the back's midline skin, horizontally."""
    out: np.ndarray = tips[:, 0] - np.interp(tips[:, 2], profile[:, 1], profile[:, 0])
    return out


def _nearest_on_profile(profile: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(N, 3) nearest points of the midline profile."""
    a, b = profile[:-1], profile[1:]
    along = b - a
    t = np.einsum("nsk,sk->ns", points[:, None, [0, 2]] - a, along) / np.maximum((along**2).sum(1), 1e-18)
    found = a + np.clip(t, 0, 1)[..., None] * along
    k = np.linalg.norm(found - points[:, None, [0, 2]], axis=-1).argmin(1)
    best = found[np.arange(len(points)), k]
    return np.stack([best[:, 0], points[:, 1], best[:, 1]], -1)


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

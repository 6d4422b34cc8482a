"""What one person of one picture contributes to the measures of variety, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.core.frames import Camera
from synthgen.core.skeleton import KEYPOINTS, SPINE_LEVELS, SPINE_SEGMENTS, VERTEBRAE
from synthgen.world.people import place
from synthgen.world.shot import PersonSpec

ENDS = {"lumbar": ("sacrum", "T12"), "thoracic": ("T12", "T1"), "trunk": ("sacrum", "T1"), "neck": ("T1", "skull")}
"""Region → the segment below it and its highest one."""
BOWS = ("T8", "L3")
_DENSITY = 1000.0
"""kg/m³ of a whole body, for the body mass index."""


@dataclass(frozen=True)
class Figure:
    """A person of a shot in three dimensions.

    Attributes:
        person: the plain data.
        spine: the motion that was put on the body; row: its frame that is shown.
        body, sites: whose.
        bones: (B, 4, 4) posed, in the clip's world.
    """

    person: PersonSpec
    spine: SpineMotion
    row: int
    body: RestBody
    sites: SiteSet
    bones: np.ndarray

    @property
    def points(self) -> dict[str, np.ndarray]:
        """Name of a site → (3,) in the shot's world, metres."""
        posed = place(self.sites.posed(self.body, self.bones), self.person)
        return dict(zip(self.sites.names, posed, strict=True))


def body_row(figure: Figure) -> dict[str, Any]:
    """Everything about a person that does not depend on a camera."""
    person, points = figure.person, figure.points
    chain = np.stack([points["sacrum.body"], *(points[f"{v}.body"] for v in VERTEBRAE)])
    seventh = 1 + VERTEBRAE.index("C7")
    return {
        "character": person.character,
        "clip": person.clip,
        "garments": _name(person.outfit.model_dump(include={"garments"})),
        "outfit": _name(person.outfit.model_dump(exclude={"texture_seed"})),
        "bmi": round(bmi(figure.body), 2),
        "stature": round(figure.body.stature, 3),
        "levels": np.round(_levels(figure), 3).tolist(),
        "bends": {name: np.round(_turn(figure, *ends), 3).tolist() for name, ends in ENDS.items()},
        "bow": {level: round(_own_bow(points, f"{level}.body"), 5) for level in BOWS},
        "sagitta_mm": round(1000 * float(_away(chain[1:seventh], chain[0], chain[seventh]).max()), 2),
    }


def picture_row(figure: Figure, camera: Camera) -> dict[str, Any] | None:
    """What a camera sees of a person; None of somebody who is not all in front of it."""
    points = figure.points
    names = [*KEYPOINTS[:17], *(f"{v}.body" for v in ("sacrum", *VERTEBRAE))]
    at = np.stack([points[n] for n in names])
    pixels = camera.project(at)
    if not (pixels[:, 2] > 0.05).all():
        return None
    flat = dict(zip(names, pixels[:, :2], strict=True))
    sacrum, neck = flat["sacrum.body"], flat["C7.body"]
    spine = np.stack([flat[f"{level}.body"] for level in SPINE_LEVELS.values()])
    chain = np.stack([flat[f"{v}.body"] for v in VERTEBRAE[: VERTEBRAE.index("C7")]])
    inside = np.all((pixels[:, :2] >= 0) & (pixels[:, :2] <= np.array([camera.width, camera.height])), axis=1)
    return {
        "body": np.round(np.stack([flat[n] for n in KEYPOINTS[:17]]), 2).tolist(),
        "bow": {level: round(_bow(flat[f"{level}.body"], sacrum, neck), 5) for level in BOWS},
        "sagitta_px": round(float(_away(chain, sacrum, neck).max()), 3),
        "line_px": round(_off_line(spine), 3),
        "view": np.round(_view(points, camera), 4).tolist(),
        "spine_off_image": round(1.0 - float(inside[17:].mean()), 3),
    }


def bmi(body: RestBody) -> float:
    """kg/m² of a closed skin filled with :data:`_DENSITY`; 0 without a skin."""
    if not len(body.faces):
        return 0.0
    a, b, c = np.moveaxis(body.vertices[body.faces], 1, 0)
    return abs(float(np.einsum("ni,ni->", a, np.cross(b, c)))) / 6 * _DENSITY / body.stature**2


def _name(data: dict[str, Any]) -> str:
    return sha256(repr(data).encode()).hexdigest()[:16]


def _levels(figure: Figure) -> np.ndarray:
    """(25, 3) degrees of flexion, lateral bend and rotation of every joint from L5 up to the skull, as they stand."""
    at = [figure.spine.segment_names.index(n) for n in SPINE_SEGMENTS]
    world = figure.spine.transforms[figure.row, at, :3, :3]
    joints = np.swapaxes(world[:-1], -1, -2) @ world[1:]
    out: np.ndarray = Rotation.from_matrix(joints).as_euler("YXZ", degrees=True)
    return out


def _turn(figure: Figure, lower: str, upper: str) -> np.ndarray:
    """(3,) degrees of flexion, lateral bend and rotation between two segments, away from the person's own standing."""
    low, high = (figure.spine.segment_names.index(n) for n in (lower, upper))
    world = figure.spine.transforms[figure.row]
    turn, still = world[low, :3, :3].T @ world[high, :3, :3], _standing(figure, lower, upper)
    # About the axes of a segment halfway between both, in which a bend of the region is one about one axis.
    middle = Rotation.from_rotvec(Rotation.from_matrix(still).as_rotvec() / 2).as_matrix()
    out: np.ndarray = Rotation.from_matrix(middle.T @ turn @ still.T @ middle).as_euler("YXZ", degrees=True)
    return out


def _standing(figure: Figure, lower: str, upper: str) -> np.ndarray:
    """(3, 3) rotation from one segment to another above it in the person's own neutral standing."""
    names, rest = figure.spine.segment_names, figure.spine.neutral
    own = figure.person.spine
    out = np.eye(3)
    for k in range(SPINE_SEGMENTS.index(lower), SPINE_SEGMENTS.index(upper)):
        below, above = (rest[names.index(n), :3, :3] for n in SPINE_SEGMENTS[k : k + 2])
        out = out @ below.T @ above
        if own is not None:
            out = out @ Rotation.from_euler("YXZ", own.neutral[k], degrees=True).as_matrix()
    return out


def _away(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """(N,) distances of points from the line through two others, in two or three dimensions."""
    along = (end - start) / max(float(np.linalg.norm(end - start)), 1e-12)
    step = points - start
    out: np.ndarray = np.linalg.norm(step - (step @ along)[:, None] * along, axis=1)
    return out


def _bow(point: np.ndarray, sacrum: np.ndarray, neck: np.ndarray) -> float:
    """How far a point of the image is to the right of the way from the sacrum to C7, in lengths of that way."""
    chord, step = neck - sacrum, point - sacrum
    return float((chord[0] * step[1] - chord[1] * step[0]) / max(float(chord @ chord), 1.0))


def _own_bow(points: dict[str, np.ndarray], name: str) -> float:
    """How far a point lies behind the way from the sacrum to C7, in the person's own sagittal plane, in its lengths."""
    start, chord = points["sacrum.body"], points["C7.body"] - points["sacrum.body"]
    behind = np.cross(chord, _axes(points)[1])
    step = points[name] - start
    return float(step @ behind / np.linalg.norm(behind) / np.linalg.norm(chord))


def _off_line(points: np.ndarray) -> float:
    """Pixels from the line that lies best among points (N, 2) to the one farthest from it."""
    centred = points - points.mean(0)
    across = np.linalg.svd(centred)[2][1]
    return float(np.abs(centred @ across).max())


def _view(points: dict[str, np.ndarray], camera: Camera) -> np.ndarray:
    """(3,) cosines between the way to the camera and the person's own forward, left and up."""
    towards = camera.centre - points["L1.body"]
    out: np.ndarray = _axes(points) @ (towards / np.linalg.norm(towards))
    return out


def _axes(points: dict[str, np.ndarray]) -> np.ndarray:
    """(3, 3) rows that point forward, left and up for the person, by hips and shoulders."""
    up = points["left_shoulder"] + points["right_shoulder"] - points["left_hip"] - points["right_hip"]
    left = points["left_hip"] - points["right_hip"] + points["left_shoulder"] - points["right_shoulder"]
    up = up / np.linalg.norm(up)
    left = left - (left @ up) * up
    left = left / np.linalg.norm(left)
    return np.stack([np.cross(left, up), left, up])

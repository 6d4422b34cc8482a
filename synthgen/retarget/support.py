"""What a character stands on: its lowest skin, part by part, and when a clip's feet, hands and knees bear weight."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.ndimage import binary_closing, binary_opening, uniform_filter1d
from scipy.sparse import csr_matrix

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import sized_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig, load_rig
from synthgen.core.bodymodel import reference_body
from synthgen.core.skeleton import REGIONS

SOLE = 0.016
"""The metatarsophalangeal joint above the sole, metres (``opensim_models/body.yaml``)."""

NEAR = {"foot": 0.045, "hand": 0.075, "knee": 0.08}
"""A part may bear weight when the clip has it this low, metres: sole points; hand tip or wrist; knee joint centre."""

SLOW = 0.35
"""… and moves slower than this along the floor, metres per second [choice: a foot swings at 2–5 m/s, a standing one of
mocap slides below 0.3 m/s]."""


@dataclass(frozen=True)
class Support:
    """Where and when a clip touches the floor, at the clip subject's size.

    Attributes:
        feet, hands, knees: (T, 2) left and right, True while the part bears weight.
        lowest: (T,) metres from the floor to the lowest point of the subject, its hands below the wrists not counted: a
            clip without finger points lets them reach through the floor.
        floor: metres that the clip's floor was off z = 0.
    """

    feet: np.ndarray
    hands: np.ndarray
    knees: np.ndarray
    lowest: np.ndarray
    floor: float


def find_support(motion: SpineMotion) -> Support:
    """Reads from a fitted clip when feet, hands and knees bear weight."""
    points = sized_body(motion).points(motion.transforms)
    size = motion.stature / reference_body().stature
    soles = {
        side: np.stack(
            [
                points[f"{side}_heel"],
                points[f"{side}_toe_base"] - (0, 0, SOLE * size),
                points[f"{side}_toe_tip"] - (0, 0, 0.5 * SOLE * size),
            ],
            1,
        )
        for side in SIDES
    }
    covered = {"knee": 0.055, "elbow": 0.04, "wrist": 0.02, "hip": 0.09, "shoulder": 0.06}
    heights = [soles[s][..., 2].min(1) for s in SIDES]
    for name, point in points.items():
        part = name.split("_", 1)[-1]
        if part in covered:
            heights.append(point[:, 2] - covered[part] * size)
        elif name in ("sacrum", "T8", "C7", "head_top", "chest_front", "pelvis_front", "head_front"):
            heights.append(point[:, 2])
    lowest = np.min(heights, 0)
    # Feet tell where the floor is; a back or a belly is flesh whose thickness a clip does not know.
    floor = float(np.quantile(np.min([soles[s][..., 2].min(1) for s in SIDES], 0), 0.1))
    floor = floor if abs(floor) < 0.08 * size else 0.0

    def bears(trajectory: np.ndarray, part: str) -> np.ndarray:
        low = trajectory[..., 2] - floor < NEAR[part] * size
        slow = _speed(trajectory, motion.fps) < SLOW
        mask = (low & slow).any(-1) if trajectory.ndim == 3 else low & slow
        return _steady(np.asarray(mask), motion.fps)

    def hand(side: str) -> np.ndarray:
        wrist, tip = points[f"{side}_wrist"], points[f"{side}_hand_tip"]
        through = tip[:, 2] - floor < 0.01 * size
        out: np.ndarray = bears(wrist, "hand") | bears(tip, "hand") | _steady(through, motion.fps)
        return out

    hands = [hand(s) for s in SIDES]
    return Support(
        feet=np.stack([bears(soles[s], "foot") for s in SIDES], -1),
        hands=np.stack(hands, -1),
        knees=np.stack([bears(points[f"{s}_knee"], "knee") for s in SIDES], -1),
        lowest=lowest - floor,
        floor=floor,
    )


def _speed(trajectory: np.ndarray, fps: float) -> np.ndarray:
    """(T, …) speed along the floor, metres per second, over a window of three frames."""
    if len(trajectory) < 2:
        return np.zeros(trajectory.shape[:-1])
    flat = uniform_filter1d(trajectory[..., :2], 3, axis=0, mode="nearest")
    out: np.ndarray = np.linalg.norm(np.gradient(flat, axis=0), axis=-1) * fps
    return out


def _steady(mask: np.ndarray, fps: float) -> np.ndarray:
    """Fills gaps and drops contacts shorter than about 0.07 s."""
    width = max(1, round(0.07 * fps))
    if len(mask) <= 2 * width:
        return mask
    edge = np.pad(mask, width, mode="edge")
    kernel = np.ones(width, bool)
    out: np.ndarray = binary_opening(binary_closing(edge, kernel), kernel)[width:-width]
    return out


class Soles:
    """The skin points that can touch the floor first: the convex hull of the skin that each bone mostly carries.

    Args:
        body: the character at rest.
        every: takes all of the skin instead, which is exact and some five times slower.
    """

    def __init__(self, body: RestBody, every: bool = False) -> None:
        self.body = body
        rig = load_rig(body.rig)
        if len(body.vertices):
            picked = np.arange(len(body.vertices)) if every else _hull_vertices(body)
            self.points, self.indices = body.vertices[picked], body.skin_indices[picked]
            self.weights, self.regions = body.skin_weights[picked], body.regions[picked]
        else:
            self.points, self.indices, self.weights, self.regions = _bare_points(body, rig)

    def part(self, *names: str) -> np.ndarray:
        """(N,) mask of the points of the named regions."""
        return np.isin(self.regions, [REGIONS.index(n) for n in names])

    @cached_property
    def _carry(self) -> csr_matrix:
        """(N, 4 B) sparse: a point's height is its row times the third rows of the bones' moves away from rest."""
        count = len(self.points)
        homogeneous = np.concatenate([self.points, np.ones((count, 1))], 1)
        values = self.weights[:, :, None] * homogeneous[:, None]
        columns = 4 * self.indices[:, :, None] + np.arange(4)
        rows = np.broadcast_to(np.arange(count)[:, None, None], values.shape)
        shape = (count, 4 * len(self.body.bone_names))
        return csr_matrix((values.ravel(), (rows.ravel(), columns.ravel())), shape=shape)

    def heights(self, bones: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """(T, N) heights of the (masked) points under bones (T, B, 4, 4)."""
        moves = bones[:, :, 2:3, :] @ np.linalg.inv(self.body.bones)
        carry = self._carry if mask is None else self._carry[mask]
        out: np.ndarray = (carry @ moves.reshape(len(bones), -1).T).T
        return out

    def lowest(self, bones: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        """(T,) height of the lowest of the (masked) points."""
        out: np.ndarray = self.heights(bones, mask).min(1)
        return out


def _hull_vertices(body: RestBody) -> np.ndarray:
    """Indices of the skin vertices on the convex hull of each bone's share of the skin."""
    from scipy.spatial import ConvexHull, QhullError

    strongest = body.skin_indices[np.arange(len(body.vertices)), body.skin_weights.argmax(1)]
    out = []
    for bone in np.unique(strongest):
        mine = np.flatnonzero(strongest == bone)
        try:
            out.append(mine[ConvexHull(body.vertices[mine]).vertices] if len(mine) > 4 else mine)
        except QhullError:
            out.append(mine)
    return np.sort(np.concatenate(out))


def _bare_points(body: RestBody, rig: Rig) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """For a rig without skin: soles, palms, knees and the trunk's back as points at standard distances."""
    from synthgen.characters.sites.place import place_sites

    sites = place_sites(body)
    size = body.stature / reference_body().stature
    points, bones, regions = [], [], []

    def add(point: np.ndarray, bone: str, region: str) -> None:
        points.append(point)
        bones.append(body.bone(bone))
        regions.append(REGIONS.index(region))

    for side in SIDES:
        for name in ("heel", "big_toe", "small_toe"):
            at = sites.rest[sites.names.index(f"{side}_{name}")] * (1.0, 1.0, 0.0)
            part = "foot" if name == "heel" else "toes"
            add(at, rig.limbs[side, part][0], f"{side}_foot")
        for part, radius, region in (("shank", 0.055, "shank"), ("hand", 0.025, "hand"), ("forearm", 0.04, "forearm")):
            bone = rig.limbs[side, part][0]
            centre = body.bones[body.bone(bone), :3, 3]
            for offset in np.concatenate([np.eye(3), -np.eye(3)]):
                add(centre + radius * size * offset, bone, f"{side}_{region}")
    for name in ("T8.skin", "sacrum.skin", "C7.skin"):
        k = sites.names.index(name)
        add(sites.rest[k], body.bone_names[sites.indices[k, 0]], "trunk")
    add(sites.rest[sites.names.index("head")], rig.head, "head")
    indices = np.array(bones)[:, None]
    return np.array(points), indices, np.ones((len(points), 1)), np.array(regions)

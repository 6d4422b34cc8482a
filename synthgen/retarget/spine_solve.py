"""From fitted vertebrae to the turns of a rig's spine and neck bones.

The fitted spine is brought to the character's size by giving the character's own rest spine the fitted vertebrae's
turns. The rig's bones first copy the turn at their middle, then a small least-squares step makes the character's sites
follow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.characters.rest_body import RestBody, blend
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.spine_rest import LEVELS
from synthgen.characters.spinal_chain import chain_middles
from synthgen.core.rotations import between, from_vector, to_vector, transposed
from synthgen.core.skeleton import SPINE_SEGMENTS, VERTEBRAE
from synthgen.retarget.puppet import Puppet

STIFFNESS = 0.04
"""Metres per radian: what a bone's departure from its copied turn costs against a site's distance."""

SLACK = 0.35
"""What a metre of stretch between two bones costs against a metre of a site's distance."""

LIMIT = np.radians(30.0)
"""How far a bone may leave its copied turn."""

STRETCH = 0.035
"""How far a bone's head may leave its place in its parent, metres at a stature of 1.756 m.

Rig joints lie 2 to 9 cm under the back's skin, the discs 6 to 8: a rotation about such a joint carries the vertebrae
off by up to some centimetres at full flexion. A real back's skin, too, grows by about 5 cm there (modified Schober test
[book]).
"""

ITERATIONS = 3


@dataclass(frozen=True)
class SpineTargets:
    """Where the character's vertebrae should be, relative to the pelvis bone's head.

    Attributes:
        turns: (T, 26, 3, 3) of ``skeleton.SPINE_SEGMENTS`` relative to neutral.
        body, spinous: (T, 24, 3) metres, world axes.
    """

    turns: np.ndarray
    body: np.ndarray
    spinous: np.ndarray


def spine_targets(motion: SpineMotion, puppet: Puppet) -> SpineTargets:
    """The fitted spine at the character's size."""
    spine, body = puppet.spine, puppet.body
    turns = np.stack([motion.turn(n) for n in SPINE_SEGMENTS], 1)
    pelvis = body.bones[body.bone(puppet.rig.pelvis), :3, 3]
    at = motion.turn("pelvis") @ (spine.joints[0] - pelvis)
    bodies, tips = [], []
    for level in VERTEBRAE:
        i = SPINE_SEGMENTS.index(level)
        k = LEVELS.index(level)
        bodies.append(at + turns[:, i] @ (spine.body[k] - spine.joints[i]))
        tips.append(at + turns[:, i] @ (spine.spinous[k] - spine.joints[i]))
        at = at + turns[:, i] @ (spine.joints[i + 1] - spine.joints[i])
    return SpineTargets(turns, np.stack(bodies, 1), np.stack(tips, 1))


def copied_turns(targets: SpineTargets, puppet: Puppet) -> np.ndarray:
    """(T, N, 3, 3) turns of ``Rig.spinal_chain``: the fitted turn at each bone's middle, along the spine."""
    spine = puppet.spine
    heights = np.append(spine.body[:, 2], spine.joints[-1, 2])
    middles = chain_middles(puppet.body, puppet.rig)
    out = []
    for middle in middles:
        k = int(np.clip(np.searchsorted(heights, middle), 1, len(heights) - 1))
        share = float(np.clip((middle - heights[k - 1]) / (heights[k] - heights[k - 1]), 0.0, 1.0))
        out.append(between(targets.turns[:, k - 1], targets.turns[:, k], share))
    out[0], out[-1] = targets.turns[:, 0], targets.turns[:, -1]
    return np.stack(out, 1)


def solve_spine(puppet: Puppet, targets: SpineTargets, copied: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turns and stretch of the chain under which the character's vertebrae follow the targets.

    Gauss–Newton over all frames at once on the world rotation vectors and the heads' places of the spine and neck
    bones; pelvis and head keep their fitted turns.

    Args:
        puppet: the character.
        targets: where its vertebrae should be.
        copied: (T, N, 3, 3) start, see :func:`copied_turns`.

    Returns:
        (T, N, 3, 3) turns of ``Rig.spinal_chain``, and (T, N, 3) stretch in world axes.
    """
    body = puppet.body
    bones = np.array([body.bone(n) for n in puppet.rig.spinal_chain])
    rest, weights = _site_weights(body, puppet.sites, bones)
    heads = body.bones[bones, :3, 3]
    frames, count = len(copied), len(bones) - 2
    scale = np.repeat((1.0, 0.7), len(VERTEBRAE))
    wanted = scale[:, None] * np.concatenate([targets.body, targets.spinous], 1)
    cost = np.tile(np.repeat((STIFFNESS**2, SLACK**2), 3), count)
    above = np.cumsum(weights[:, ::-1], 1)[:, ::-1][:, 1:-1]
    push = np.einsum("nc,ij->ncij", scale[:, None] * above, np.eye(3))
    change = np.zeros((frames, count, 2, 3))
    turns, stretch = copied.copy(), np.zeros((frames, len(bones), 3))
    for _ in range(ITERATIONS):
        at = np.zeros((frames, len(bones), 3))
        for b in range(1, len(bones)):
            at[:, b] = at[:, b - 1] + turns[:, b - 1] @ (heads[b] - heads[b - 1]) + stretch[:, b]
        # q: where each bone alone would carry each site.
        q = at[:, None] + np.einsum("tbij,nbj->tnbi", turns, rest)
        now = scale[:, None] * np.einsum("nb,tnbi->tni", weights, q)
        swing = _cross_rows(_levers(at, q, weights)[:, :, 1:-1]) * scale[:, None, None, None]
        both = np.stack([swing, np.broadcast_to(push, swing.shape)], 3)
        jacobian = both.transpose(0, 1, 4, 2, 3, 5).reshape(frames, -1, count * 6)
        flipped = np.swapaxes(jacobian, 1, 2)
        pull = flipped @ (wanted - now).reshape(frames, -1, 1) - (cost * change.reshape(frames, -1))[..., None]
        step = np.linalg.solve(flipped @ jacobian + np.diag(cost), pull).reshape(change.shape)
        change = _within(change + step, STRETCH * body.stature / 1.756)
        turns[:, 1:-1] = from_vector(change[:, :, 0]) @ copied[:, 1:-1]
        stretch[:, 1:-1] = change[:, :, 1]
    return turns, stretch


def _within(change: np.ndarray, stretch: float) -> np.ndarray:
    """Shortens (T, C, 2, 3) rotation vectors and stretches that are beyond their limits."""
    size = np.linalg.norm(change, axis=-1, keepdims=True)
    out: np.ndarray = change * np.minimum(1.0, np.array([[LIMIT], [stretch]]) / np.maximum(size, 1e-12))
    return out


def _site_weights(body: RestBody, sites: SiteSet, bones: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, B, 3) places of the spine's points from each chain bone's head, (N, B) what each bone carries."""
    rows = [sites.names.index(f"{v}.{kind}") for kind in ("body", "spinous") for v in VERTEBRAE]
    rest = sites.rest[rows][:, None] - body.bones[bones, :3, 3]
    weights = np.zeros((len(rows), len(bones)))
    for column, bone in enumerate(bones):
        weights[:, column] = (sites.weights[rows] * (sites.indices[rows] == bone)).sum(1)
    return rest, weights


def _levers(at: np.ndarray, q: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(T, N, B, 3) arms v: turning bone c by ω moves site n by ω × v."""
    above = np.cumsum(weights[:, ::-1], 1)[:, ::-1]
    out = weights[None, :, :, None] * (q - at[:, None])
    for c in range(weights.shape[1] - 1):
        out[:, :, c] += above[:, c + 1, None] * (at[:, c + 1] - at[:, c])[:, None]
    found: np.ndarray = out
    return found


def _cross_rows(v: np.ndarray) -> np.ndarray:
    """(T, N, C, 3) → (T, N, C, 3, 3) matrices M with ω × v = M ω."""
    x, y, z = np.moveaxis(v, -1, 0)
    o = np.zeros_like(x)
    return np.stack([np.stack([o, z, -y], -1), np.stack([-z, o, x], -1), np.stack([y, -x, o], -1)], -2)


def residuals(puppet: Puppet, targets: SpineTargets, bones: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """How far the posed sites are from the targets, seen from the pelvis (which placement may tilt).

    Returns:
        (T, 24) mm per vertebra, and region → (T,) degrees between the site chain's bending and the fitted one.
    """
    body, rig, sites = puppet.body, puppet.rig, puppet.sites
    pelvis = body.bone(rig.pelvis)
    rows = [sites.names.index(f"{v}.body") for v in VERTEBRAE]
    posed = blend(body.bones, bones, sites.rest[rows], sites.indices[rows, :2], sites.weights[rows, :2])
    now = transposed(bones[:, pelvis, :3, :3] @ body.bones[pelvis, :3, :3].T)
    seen = np.einsum("tij,tnj->tni", now, posed - bones[:, pelvis, None, :3, 3])
    wanted = np.einsum("tji,tnj->tni", targets.turns[:, 0], targets.body)
    error = np.linalg.norm(seen - wanted, axis=-1) * 1000
    turned = site_turns(body, sites, bones, rows)
    ends = [
        (bones[:, body.bone(n), :3, :3] @ body.bones[body.bone(n), :3, :3].T)[:, None] for n in (rig.pelvis, rig.head)
    ]
    turned = np.concatenate([ends[0], turned, ends[1]], 1)
    regions = {"lumbar": ("sacrum", "L1"), "thoracic": ("L1", "C7"), "cervical": ("C7", "skull")}
    degrees = {}
    for region, (first, last) in regions.items():
        i, k = SPINE_SEGMENTS.index(first), SPINE_SEGMENTS.index(last)
        mine = transposed(turned[:, i]) @ turned[:, k]
        fitted = transposed(targets.turns[:, i]) @ targets.turns[:, k]
        degrees[region] = np.degrees(np.linalg.norm(to_vector(transposed(mine) @ fitted), axis=-1))
    return error, degrees


def site_turns(body: RestBody, sites: SiteSet, bones: np.ndarray, rows: list[int]) -> np.ndarray:
    """(T, N, 3, 3) turns of sites: the carrying bones' turns, blended by rotation vector from the first of two."""
    turns = bones[..., :3, :3] @ transposed(body.bones[:, :3, :3])
    first, second = turns[:, sites.indices[rows, 0]], turns[:, sites.indices[rows, 1]]
    return between(first, second, np.broadcast_to(sites.weights[rows, 1], first.shape[:2]))

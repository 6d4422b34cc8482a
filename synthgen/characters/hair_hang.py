"""Hair that hangs down whichever way the head is turned: chains of bones that a pose does not hold, but follows to.

At rest a chain hangs as the hair was built. In a pose each link leans towards gravity, the more the farther it is from
its root, and slides off head, neck, trunk and shoulders. Character frame, metres. No function of the mathematics
library is called but roots: the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthgen.characters.head import Head
from synthgen.characters.landmarks import Landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.core.frames import invert

_STIFF = (0.40, 0.30)
"""How much the first link follows gravity, and how much more each further one does."""
_SIDE = 0.12
"""Hair that would lie on the middle of the head falls to one side: its lean to the left."""
_CAPSULES = (
    ("head", "neck02", "neck01", 0.058),
    ("neck02", "neck01", "spine01", 0.066),
    ("spine01", "spine01", "spine03", 0.115),
    ("clavicle.L", "clavicle.L", "upperarm01.L", 0.055),
    ("clavicle.R", "clavicle.R", "upperarm01.R", 0.055),
)
"""What hair slides off besides the skull: the bone that carries it, the joints at its ends, its radius at 1.75 m."""


@dataclass(frozen=True)
class Hang:
    """C chains of S links.

    Attributes:
        head: number of the head's bone.
        nodes: (C, S + 1, 3) the links' ends at rest, from the root.
        carriers: (K,) bones; ends: (K, 2, 3) rest ends of the capsules that hair stays out of; radii: (C, S + 1, K).
    """

    head: np.ndarray
    nodes: np.ndarray
    carriers: np.ndarray
    ends: np.ndarray
    radii: np.ndarray

    @property
    def count(self) -> int:
        """Number of links."""
        return int(self.nodes.shape[0] * (self.nodes.shape[1] - 1))

    def rest(self) -> np.ndarray:
        """(C·S, 4, 4) the links at rest, chain by chain."""
        out = np.tile(np.eye(4), (self.count, 1, 1))
        out[:, :3, 3] = self.nodes[:, :-1].reshape(-1, 3)
        return out

    def posed(self, rest_bones: np.ndarray, bones: np.ndarray, down: np.ndarray) -> np.ndarray:
        """The links in a pose.

        Args:
            rest_bones, bones: (B, 4, 4) the rig at rest and posed, character frame.
            down: (3,) where things fall, character frame.

        Returns:
            (C·S, 4, 4), chain by chain.
        """
        moves = _product(bones, invert(rest_bones))
        head = moves[int(self.head)]
        turn = head[:3, :3]
        fall = (turn * down[:, None]).sum(0)  # down, seen from the head
        fall = fall + [0.0, _SIDE * min(1.0, 1.0 + fall[2]), 0.0]
        capsules = np.stack([_moved(moves[k], ends) for k, ends in zip(self.carriers, self.ends, strict=True)])
        links = self.nodes[:, 1:] - self.nodes[:, :-1]
        lengths = np.sqrt((links**2).sum(-1, keepdims=True))
        along = links / lengths
        out = np.tile(np.eye(4), (len(links), links.shape[1], 1, 1))
        at = _moved(head, self.nodes[:, 0])
        for s in range(links.shape[1]):
            share = min(1.0, _STIFF[0] + _STIFF[1] * s)
            own = along[:, s]
            leant = _unit((1 - share) * own + share * _unit(own + [0.0, 0.0, 1.0] + fall))
            begin, own = at, _turned(turn, own)
            at = begin + lengths[:, s] * _turned(turn, leant)
            for _ in range(2):
                at = _outside(at, capsules, self.radii[:, s + 1])
                at = begin + lengths[:, s] * _unit(at - begin)
            out[:, s, :3, :3] = _product(_swing(own, _unit(at - begin)), np.broadcast_to(turn, (len(own), 3, 3)))
            out[:, s, :3, 3] = begin
        return out.reshape(-1, 4, 4)


def hang_of(nodes: np.ndarray, thick: float, head: Head, body: RestBody, marks: Landmarks) -> Hang:
    """Chains that keep out of the body as they do at rest.

    Args:
        nodes: (C, S + 1, 3) the links' ends at rest.
        thick: metres that the hair reaches round its chain.
        head, body, marks: whose hair it is.
    """
    unit = marks.unit
    skull = 0.5 * (head.top - head.eyes_z) * 1.55
    ends = [np.stack([head.centre, head.centre + [0.02 * unit, 0.0, -0.35 * skull]])]
    carriers, radii = [body.bone("head")], [skull]
    for bone, begin, end, radius in _CAPSULES:
        carriers.append(body.bone(bone))
        ends.append(np.stack([marks.joint[begin], marks.joint[end]]))
        radii.append(radius * unit)
    capsules = np.stack(ends)
    # Where hair lies nearer than that at rest it may stay as near.
    away = np.stack([_away(nodes.reshape(-1, 3), c)[1] for c in capsules], axis=-1).reshape(*nodes.shape[:2], -1)
    return Hang(
        np.array(body.bone("head")), nodes, np.array(carriers), capsules, np.minimum(np.array(radii) + thick, away)
    )


def _away(points: np.ndarray, capsule: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(N, 3) ways from a capsule's axis to points, and (N,) how long they are."""
    d = capsule[1] - capsule[0]
    off = points - capsule[0]
    t = np.clip((off * d).sum(-1) / (d * d).sum(), 0, 1)
    way = off - t[:, None] * d
    return way, np.sqrt((way**2).sum(-1))


def _outside(points: np.ndarray, capsules: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Points pushed out of capsules; radii: (N, K)."""
    for k, capsule in enumerate(capsules):
        way, length = _away(points, capsule)
        points = points + np.maximum(radii[:, k] / np.maximum(length, 1e-9) - 1, 0)[:, None] * way
    return points


def _unit(vectors: np.ndarray) -> np.ndarray:
    out: np.ndarray = vectors / np.sqrt(np.maximum((vectors**2).sum(-1, keepdims=True), 1e-18))
    return out


def _turned(turn: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    out: np.ndarray = (turn * vectors[:, None, :]).sum(-1)
    return out


def _moved(move: np.ndarray, points: np.ndarray) -> np.ndarray:
    out: np.ndarray = _turned(move[:3, :3], points) + move[:3, 3]
    return out


def _product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Matrix products written out: BLAS rounds as the processor likes."""
    out: np.ndarray = (a[..., :, :, None] * b[..., None, :, :]).sum(-2)
    return out


def _swing(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """(N, 3, 3) the smallest turns that take unit vectors to others."""
    axis, cosine = np.cross(begin, end), (begin * end).sum(-1)
    x, y, z = axis.T
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(-1, 3, 3)
    out: np.ndarray = np.eye(3) + cross + _product(cross, cross) / np.maximum(1 + cosine, 1e-6)[:, None, None]
    return out

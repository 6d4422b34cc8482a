"""Motion blur: a picture is the mean of what is seen over the exposure, in linear light.

Labels, depth and masks are those of the exposure's middle. Over so short a time bones move evenly: at the speed, and
turn at the rate, that they have between the frames before and after. So a blurred point smears to both sides of its
label alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.capture import questions
from synthgen.capture.client import Client
from synthgen.capture.people import StagedPerson, posing
from synthgen.capture.questions import Question
from synthgen.capture.sensor import mean_light
from synthgen.core.frames import Camera, transform
from synthgen.core.rotations import transposed
from synthgen.world.people import place

_STEP = 2.0
"""Pixels that the fastest point moves from one picture of an exposure to the next, while there are few enough."""
_LEAST = 1.0
"""Pixels of blur that nobody sees: one picture shows them."""
_MOST = 9
"""Pictures of one exposure at most."""


@dataclass(frozen=True)
class Stroke:
    """How one camera sees people move while it is open.

    Attributes:
        exposure: seconds.
        extent: how far the fastest bone that is in the image moves in that time, pixels.
        movers: who is worth posing anew.
    """

    exposure: float
    extent: float
    movers: tuple[StagedPerson, ...]

    @classmethod
    def of(cls, actors: Sequence[StagedPerson], camera: Camera, exposure: float) -> Stroke:
        """What a camera that is open for so many seconds sees of people."""
        extents = [_extent(actor, camera, exposure) if exposure > 0 else 0.0 for actor in actors]
        movers = tuple(actor for actor, pixels in zip(actors, extents, strict=True) if pixels > 0.5 * _LEAST)
        return cls(exposure, round(max(extents, default=0.0), 2), movers)

    @property
    def offsets(self) -> tuple[float, ...]:
        """Seconds from the middle of the exposure of the pictures beside the one there, as many before as after."""
        if self.extent <= _LEAST:
            return ()
        half = min(_MOST // 2, max(1, int(np.ceil((self.extent / _STEP - 1) / 2))))
        return tuple(self.exposure * k / (2 * half + 1) for k in range(-half, half + 1) if k)


def smeared(client: Client, index: int, middle: np.ndarray, stroke: Stroke) -> np.ndarray:
    """What a camera shows over an exposure; afterwards people stand as in its middle again.

    Args:
        client: of the engine.
        index: which camera.
        middle: (H, W, 3) uint8 sRGB, what it shows in the middle.
        stroke: the exposure.

    Returns:
        (H, W, 3) uint8 sRGB; the very same array where nothing moves visibly.
    """
    if not stroke.offsets:
        return middle
    pictures = [middle]
    for seconds in stroke.offsets:
        client.ask_all([posing(actor, bones_after(actor, seconds)) for actor in stroke.movers])
        pictures.append(client.ask(lit(index)))
    client.ask_all([posing(actor) for actor in stroke.movers])
    return mean_light(pictures)


def lit(index: int) -> Question[np.ndarray]:
    """What asks for the picture of camera ``index``. Bitmaps are the cheapest to carry."""
    return questions.image(f"vget /camera/{index}/lit bmp")


def bones_after(actor: StagedPerson, seconds: float) -> np.ndarray:
    """(B, 4, 4) bones so many seconds after the moment, in the clip's world."""
    before, now, after, span = _around(actor)
    part = seconds / span
    turn = Rotation.from_matrix(after[:, :3, :3] @ transposed(before[:, :3, :3])).as_rotvec()
    turned = Rotation.from_rotvec(part * turn).as_matrix() @ now[:, :3, :3]
    return transform(turned, now[:, :3, 3] + part * (after[:, :3, 3] - before[:, :3, 3]))


def _around(actor: StagedPerson) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """(B, 4, 4) bones one frame before, at and after the moment, and the seconds from the first to the last."""
    motion, row = actor.motion, actor.row
    first, last = max(0, row - 1), min(motion.frames - 1, row + 1)
    return motion.bones[first], motion.bones[row], motion.bones[last], max(1, last - first) / motion.fps


def _extent(actor: StagedPerson, camera: Camera, exposure: float) -> float:
    """Pixels that the fastest of a person's bones in the image moves during the exposure."""
    before, now, after, span = _around(actor)
    middle = place(now[:, :3, 3], actor.spec)
    step = (place(after[:, :3, 3], actor.spec) - place(before[:, :3, 3], actor.spec)) * (0.5 * exposure / span)
    here = camera.project(middle)[:, :2]
    inside = ((here >= 0) & (here <= (camera.width, camera.height))).all(-1)
    ends = camera.project(middle + step)[:, :2] - camera.project(middle - step)[:, :2]
    lengths = np.linalg.norm(ends[inside], axis=-1)
    return float(np.nanmax(lengths, initial=0.0))

"""The floor of one shot: what stands on it, and where something may still stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.core.plain import FileSpec
from synthgen.world.draws import rounded, vector
from synthgen.world.floor_plan import Box, Disc, box_disc_distance, boxes_overlap, inside, segment_disc
from synthgen.world.people import Placed
from synthgen.world.shot import CameraSpec
from synthgen.world.surroundings import PropSpec, RoomSpec

_CLEAR = 0.08
"""Metres between a prop and a person's circle."""
_LENS = 0.7
"""Metres around a camera that stay free."""
_TALL = 0.35
"""Metres from which a prop would hide people when it stands in the line of sight."""


class Floor:
    """The floor of one shot: what stands on it, and where something may still stand."""

    def __init__(self, people: Sequence[Placed], cameras: Sequence[CameraSpec], room: RoomSpec) -> None:
        self.people, self.cameras, self.room = people, cameras, room
        self.boxes: list[Box] = []
        self.props: list[PropSpec] = []
        self.sights = [
            disc
            for camera in cameras
            for p in people
            for disc in segment_disc(np.array(camera.position[:2]), p.trunk[:2], 0.25 + 0.4 * p.disc.radius)
        ]

    def free(self, box: Box, height: float, in_the_way: bool = False) -> bool:
        """Whether a prop of that height may stand there."""
        if not inside(box, *self.room.size[:2], 0.01):
            return False
        if any(box_disc_distance(box, p.disc) < _CLEAR for p in self.people):
            return False
        if any(boxes_overlap(box, other) for other in self.boxes):
            return False
        if any(box_disc_distance(box, Disc(*c.position[:2], _LENS)) < 0 for c in self.cameras):
            return False
        return height < _TALL or in_the_way or all(box_disc_distance(box, s) > 0 for s in self.sights)

    def add(
        self,
        kind: str,
        box: Box,
        size: np.ndarray,
        colour: Sequence[float],
        seed: int,
        file: FileSpec | None = None,
        scale: float = 1.0,
    ) -> None:
        """Stands a prop on the floor; the user's own have a file."""
        self.boxes.append(box)
        self.props.append(
            PropSpec(
                name=f"prop_{len(self.props):02d}_{kind}",
                kind=kind,
                position=vector((box.x, box.y, 0.0)),
                yaw=rounded(box.yaw),
                size=vector(size),
                colour=vector(colour),
                texture_seed=seed,
                file=file,
                scale=scale,
            )
        )

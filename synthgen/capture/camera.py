"""Cameras of a shot, to an engine and back: labels use the camera that the engine says it has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthgen.capture import questions
from synthgen.capture.client import Client
from synthgen.capture.errors import CommandError
from synthgen.capture.questions import Question
from synthgen.core.frames import Camera, camera_from_unreal, camera_to_unreal

_AGREES = {"size": 0.5, "fov": 0.05, "location": 0.05, "rotation": 0.05}
"""Pixels, degrees, cm and degrees: further off, the engine did not take what was sent."""


def ensure_cameras(client: Client, have: int, count: int) -> None:
    """Spawns cameras until an engine that has ``have`` of them has ``count``."""
    client.ask_all([questions.text("vset /cameras/spawn")] * (count - have))


def placing(index: int, camera: Camera) -> list[Question[None]]:
    """What sets camera ``index``."""
    return [
        questions.do(f"vset /camera/{index}/{key} " + " ".join(f"{v:.{0 if key == 'size' else 4}f}" for v in values))
        for key, values in _numbers_of(camera).items()
    ]


def reading(index: int) -> list[Question[np.ndarray]]:
    """What asks where camera ``index`` is, for :func:`as_read`."""
    counts = {"size": 2, "fov": 1, "location": 3, "rotation": 3}
    return [questions.numbers(f"vget /camera/{index}/{key}", counts[key]) for key in _AGREES]


def as_read(index: int, camera: Camera, answers: Sequence[np.ndarray]) -> Camera:
    """Camera ``index`` as the engine has it, which rounds as the wire does.

    Args:
        index: which.
        camera: as it was sent.
        answers: those to :func:`reading`.

    Raises:
        CommandError: the engine's camera is not the one that was sent.
    """
    got, wanted = dict(zip(_AGREES, answers, strict=True)), _numbers_of(camera)
    for key, limit in _AGREES.items():
        if (miss := _difference(key, got[key], wanted[key])) > limit:
            raise CommandError(
                f"camera {index} did not take its {key}: off by {miss:.3f}",
                command=f"vget /camera/{index}/{key}",
                answer=" ".join(map(str, got[key])),
                remedy="in Unreal, check that nothing else moves the camera",
            )
    width, height = got["size"].astype(int)
    return camera_from_unreal(got["location"], got["rotation"], float(got["fov"][0]), int(width), int(height))


def _numbers_of(camera: Camera) -> dict[str, np.ndarray]:
    """A camera as UnrealCV has it: pixels, degrees, cm, degrees."""
    location, rotator = camera_to_unreal(camera)
    size = np.array([camera.width, camera.height], float)
    return {"size": size, "fov": np.degrees([camera.hfov]), "location": location, "rotation": rotator}


def _difference(key: str, got: np.ndarray, wanted: np.ndarray) -> float:
    difference = got - wanted
    if key == "rotation":
        difference = (difference + 180.0) % 360.0 - 180.0
    return float(np.abs(difference).max())

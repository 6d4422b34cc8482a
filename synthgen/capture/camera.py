"""Cameras of a shot, to an engine and back: labels use the camera that the engine says it has."""

from __future__ import annotations

import numpy as np

from synthgen.capture.client import Client
from synthgen.capture.errors import CommandError
from synthgen.core.frames import Camera, camera_from_unreal, camera_to_unreal, look_at
from synthgen.world.shot import CameraSpec

_AGREES = {"location": 0.05, "rotation": 0.05, "fov": 0.05, "size": 0.5}
"""cm, degrees, degrees and pixels: further off, the engine did not take what was sent."""


def camera_of(spec: CameraSpec) -> Camera:
    """The pinhole camera that a shot asks for."""
    return look_at(np.array(spec.position), np.array(spec.target), spec.hfov, spec.width, spec.height, spec.roll)


def ensure_cameras(client: Client, count: int) -> None:
    """Spawns cameras until the engine has ``count`` of them."""
    have = len(client.text("vget /cameras").split())
    for _ in range(have, count):
        client.text("vset /cameras/spawn")


def place_camera(client: Client, index: int, camera: Camera) -> Camera:
    """Sets camera ``index`` and returns it as read back: the wire and the engine round.

    Raises:
        CommandError: the engine's camera is not the one that was sent.
    """
    location, rotator = camera_to_unreal(camera)
    wanted = {
        "size": np.array([camera.width, camera.height], float),
        "fov": np.degrees([camera.hfov]),
        "location": location,
        "rotation": rotator,
    }
    for key, values in wanted.items():
        digits = 0 if key == "size" else 4
        client.do(f"vset /camera/{index}/{key} " + " ".join(f"{v:.{digits}f}" for v in values))
    return read_camera(client, index, wanted)


def read_camera(client: Client, index: int, wanted: dict[str, np.ndarray] | None = None) -> Camera:
    """Camera ``index`` as the engine describes it; checked against ``wanted`` where that is given."""
    got = {}
    for key, count in (("size", 2), ("fov", 1), ("location", 3), ("rotation", 3)):
        command = f"vget /camera/{index}/{key}"
        got[key] = client.numbers(command, count)
        if wanted is not None and (miss := _difference(key, got[key], wanted[key])) > _AGREES[key]:
            raise CommandError(
                f"camera {index} did not take its {key}: off by {miss:.3f}",
                command=command,
                answer=" ".join(map(str, got[key])),
                remedy="in Unreal, check that nothing else moves the camera",
            )
    width, height = got["size"].astype(int)
    return camera_from_unreal(got["location"], got["rotation"], float(got["fov"][0]), int(width), int(height))


def _difference(key: str, got: np.ndarray, wanted: np.ndarray) -> float:
    difference = got - wanted
    if key == "rotation":
        difference = (difference + 180.0) % 360.0 - 180.0
    return float(np.abs(difference).max())

"""Lenses and sensors of a shot's cameras, drawn by kinds of cameras (``world/data/cameras.yaml``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synthgen.core.seeding import stream
from synthgen.core.tables import table
from synthgen.scene import Scene
from synthgen.world.draws import choose, rounded, uniform
from synthgen.world.lights import is_outdoors
from synthgen.world.people import Placed
from synthgen.world.shot import CameraSpec, SensorSpec
from synthgen.world.surroundings import RoomSpec

_CORNER = float(np.tan(np.radians(35.0)))
"""The normalised radius at which the table's distortion holds."""


def with_optics(
    scene: Scene, shot: int, cameras: Sequence[CameraSpec], people: Sequence[Placed], room: RoomSpec
) -> tuple[CameraSpec, ...]:
    """The cameras with a lens and a sensor each; cameras of a fixed rig are of one kind and have one lens.

    Args:
        scene: the scene; ``optics`` in ``camera`` says what is drawn, and how much of it.
        shot: its number.
        cameras: where they stand.
        people: on whom they are focused.
        room: where they stand: how bright it is there.
    """
    wish = scene.camera.optics
    kinds = [{"name": name, **row} for name, row in table("world/data/cameras.yaml")["kinds"].items()]
    kinds = [row for row in kinds if row["name"] in wish.kinds]
    alike = scene.camera.rig.fixed
    shutter = _shutter(scene, shot, room)
    out = []
    for k, camera in enumerate(cameras):
        which = 0 if alike else k
        lens = stream(scene.seed, shot, f"lens/{which}")
        kind = choose(lens, kinds)
        k1 = max(wish.strength * uniform(lens, kind["distortion"]), _STRONGEST)
        chance, focus = stream(scene.seed, shot, f"sensor/{k}"), _focus(camera, people)
        sensor = _sensor(chance, kind, wish.strength, focus, camera, scene.output.quality)
        sensor = sensor.model_copy(update={"shutter": shutter})
        here = rounded(k1 * (_CORNER / _corner(camera)) ** 2)
        distortion = (here, 0.0, 0.0, 0.0, 0.0) if abs(k1) > _LEAST else ()
        out.append(camera.model_copy(update={"distortion": distortion, "sensor": sensor}))
    return tuple(out)


_STRONGEST = -0.3
"""Barrel distortion that still shows a half diagonal of 35°: beyond −4 / (27 tan² 35°) = −0.302 corners fold back."""
_BEST = (95.0, 95.0)
"""JPEG quality of a perfect camera."""
_LEAST = 0.01
"""Coefficients of the table below are no lens: in the corner they move a point by half a percent of the way."""


def _sensor(
    rng: np.random.Generator,
    kind: dict[str, Any],
    strength: float,
    focus: float,
    camera: CameraSpec,
    quality: Sequence[float] | None,
) -> SensorSpec:
    dark, warm = rng.random() ** 2, strength * uniform(rng, kind["gain"])
    shot, read = (strength * (low + dark * (high - low)) for low, high in zip(*kind["noise"], strict=True))
    return SensorSpec(
        gains=tuple(rounded(2.0**power) for power in (warm, 0.0, -warm)),  # type: ignore[arg-type]
        shot_noise=rounded(shot**2),
        read_noise=rounded(read),
        vignette=rounded(min(1.0, strength * uniform(rng, kind["vignette"]))),
        aperture=rounded(strength * uniform(rng, kind["aperture"]) * camera.width / 1000),
        focus=rounded(focus),
        quality=round(uniform(rng, quality or (kind["quality"] if strength else _BEST))),
        seed=int(rng.integers(2**31)),
    )


def _shutter(scene: Scene, shot: int, room: RoomSpec) -> float:
    """Seconds that the cameras of a shot expose for: those of a rig are triggered together."""
    wish, rng = scene.camera.optics, stream(scene.seed, shot, "shutter")
    if not wish.strength or rng.random() >= wish.motion_blur:
        return 0.0
    place = "outdoors" if is_outdoors(room) else "indoors"
    low, high = wish.exposure_time or table("world/data/cameras.yaml")["shutter"][place]
    return rounded(float(np.exp(uniform(rng, (np.log(low), np.log(high))))))


def _corner(camera: CameraSpec) -> float:
    """The normalised radius of the image's corner, without a lens."""
    return float(np.tan(camera.hfov / 2) * np.hypot(1.0, camera.height / camera.width))


def _focus(camera: CameraSpec, people: Sequence[Placed]) -> float:
    """Metres along the view axis to the nearest person's trunk in front of the camera."""
    position = np.array(camera.position)
    ahead = np.array(camera.target) - position
    ahead /= np.linalg.norm(ahead)
    away = [float((p.trunk - position) @ ahead) for p in people]
    return max(0.3, min((d for d in away if d > 0), default=3.0))

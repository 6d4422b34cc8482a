"""How large things may be: one source for the scene file, the command line and the engine.

A limit stands here when two rooms must agree on it: the engine refuses what lies beyond, and ``synthgen scene check``
refuses it before anything is started. Nothing is imported, so that the engine and the command line can.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """Numbers from ``lower`` to ``upper``, both included."""

    lower: float
    upper: float

    def holds(self, *values: float) -> bool:
        """True when all values lie within; NaN lies nowhere."""
        return all(self.lower <= v <= self.upper for v in values)

    def __str__(self) -> str:
        return f"{self.lower:g} … {self.upper:g}"


@dataclass(frozen=True)
class EngineLimits:
    """What one kind of engine can be asked for.

    Attributes:
        side: width and height of a picture, pixels.
        fov: horizontal field of view, degrees.
        exposure_bias: stops; a factor of 2 ** bias on the picture's brightness.
        number: greatest absolute value of a place (cm), an angle (degrees) or a scale.
        room: each side of a room, metres.
        lights: lights in one environment.
        shadows: lights among them that cast a shadow.
    """

    side: Span
    fov: Span
    exposure_bias: Span
    number: float
    room: Span
    lights: int
    shadows: int


EMBEDDED = EngineLimits(
    side=Span(1, 4096),
    fov=Span(1.0, 170.0),
    exposure_bias=Span(-20.0, 20.0),
    number=1e7,  # beyond this, float32 has no millimetres left
    room=Span(0.5, 100.0),
    lights=16,  # each makes every pixel dearer, and a point's shadow maps take 24 MB
    shadows=4,
)
"""The engine that synthgen starts itself."""

EXTERNAL = EngineLimits(
    side=Span(1, 8192),
    fov=EMBEDDED.fov,
    exposure_bias=EMBEDDED.exposure_bias,
    number=EMBEDDED.number,
    room=EMBEDDED.room,
    lights=EMBEDDED.lights,
    shadows=EMBEDDED.shadows,
)
"""An engine that listens already, such as Unreal."""

ENGINES = {"embedded": EMBEDDED, "external": EXTERNAL}
"""Kind of a scene's engine → its limits."""

SEED = 2**63 - 1
"""Greatest seed: what every random generator and file format in use can hold."""

IMAGES = 10_000_000
"""Most images of one dataset: its shots are listed one by one before the first is rendered."""

WORKERS = 256
"""Most worker processes of one command: each holds an engine or a solver of its own."""

CAMERAS = 16
"""Most cameras of one shot."""

PROPS = 100
"""Most props that a scene asks for in one shot: with eight people, what they sit on and one thing in the way they are
still fewer than the 124 flat colours of a mask."""

SECONDS = 86_400.0
"""Longest time-out."""


@dataclass(frozen=True)
class StageLimits:
    """How much the embedded engine's stage holds, and how much one request may carry.

    Attributes:
        objects: characters and props together.
        characters: people among them.
        cameras: with the one that is always there.
        garments: of one outfit.
        assets: keys and what they stand for, that are kept of what clients give.
        prop: each side of a prop, metres.
        scale: each factor by which a prop is scaled.
        place: greatest absolute coordinate of a prop or a light, metres.
        intensity: of a light, and of the sky: half floats, in which light is added up, end at 65504.
        word: letters of a name or a kind.
        digits: letters of one number in a command.
        command: bytes of one command.
        payload: bytes of one payload, unpacked.
        batch: commands in one batch.
        batch_bytes: bytes of one batch.
    """

    objects: int = 256
    characters: int = 32
    cameras: int = 64
    garments: int = 8
    assets: int = 4096
    prop: Span = Span(0.001, 100.0)
    scale: Span = Span(0.001, 1000.0)
    place: float = EMBEDDED.number / 100
    intensity: Span = Span(0.0, 1000.0)
    word: int = 64
    digits: int = 40
    command: int = 2**20
    payload: int = 2**20
    batch: int = 10_000
    batch_bytes: int = 2**26


STAGE = StageLimits()
"""A stage of the embedded engine: far more than any scene asks for, and never more than a machine can hold."""

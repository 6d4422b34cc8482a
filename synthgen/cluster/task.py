"""What is handed to a worker and what comes back, and what a worker needs to do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from synthgen.capture.frame import Frame
from synthgen.core.processes.usage import Spent
from synthgen.dataset.pictures import OutputFormat
from synthgen.world.shot import Shot


class ShotRenderer(Protocol):
    """Makes shots, and renders them with one persistent engine.

    Three methods more are called where a renderer has them: ``launch() -> None``, which begins to start the engine and
    does not wait for it, ``take_spent() -> dict[str, Spent]``, what each stage took since the last call, and
    ``log_tail() -> str``, the end of the engine's log for the record of a failed shot.
    """

    def open(self) -> None:
        """Starts the engine. Raises EngineError when it cannot."""

    def shot(self, number: int) -> Shot:
        """The shot of that id; pure."""
        ...

    def render(self, shot: Shot) -> list[Frame]:
        """One frame per camera of the shot. EngineError means: worth another try with a fresh engine."""
        ...

    def restart(self) -> None:
        """Replaces the engine by a fresh one."""

    def close(self) -> None:
        """Ends the engine. Harmless when nothing is open, and twice."""


@dataclass(frozen=True)
class ShotTask:
    """One shot to be made and rendered into an output folder, for the plan of a digest."""

    out: str
    shard: int
    shot: int
    cameras: int
    output: OutputFormat
    plan: str = ""


@dataclass(frozen=True)
class ShotResult:
    """How it went.

    Attributes:
        failed: why the shot was set aside, or empty.
        images, bytes: what was written.
        retries: tries beyond the first.
        spent: stage → what it took, here and in the engine.
        peak_rss_mb: ``worker`` and ``engine`` → MB.
    """

    shot: int
    shard: int
    failed: str = ""
    images: int = 0
    bytes: int = 0
    retries: int = 0
    spent: dict[str, Spent] = field(default_factory=dict)
    peak_rss_mb: dict[str, float] = field(default_factory=dict)

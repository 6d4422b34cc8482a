"""What a run's processes need to make its shots: the scene, where its fits are kept, and what their moments hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.cache import Cache
from synthgen.scene import Scene
from synthgen.world.moment_table import MomentTable


@dataclass(frozen=True)
class Script:
    """What decides every shot; picklable.

    Attributes:
        scene: the scene.
        fits: clip source → its fit, read when it is asked for.
        table: what the clips hold, for drawing moments.
        cache: where bodies and their sites are kept.
        sample: the scene's shots that are made, which are numbered anew; all of them when it is empty.
    """

    scene: Scene
    fits: Mapping[str, SpineMotion]
    table: MomentTable
    cache: Cache
    sample: tuple[int, ...] = ()

"""Which of a scene's sizes the pictures of a shot have."""

from __future__ import annotations

from synthgen.core.seeding import stream
from synthgen.scene import Scene


def image_size(scene: Scene, shot: int) -> tuple[int, int]:
    """Width and height of all pictures of a shot, pixels; each size of the scene's list is as likely as the others."""
    sizes = scene.sizes
    return sizes[0] if len(sizes) == 1 else sizes[int(stream(scene.seed, shot, "size").integers(len(sizes)))]

"""Performances made once, and BVH files of them for the reader's tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from synthgen.motion.clip import Clip
from synthgen.motion.exercises import exercise_with_truth
from synthgen.motion.exercises.truth import Truth

from .bvh_files import bvh_text


@lru_cache(maxsize=32)
def performance(name: str, **parameters: float) -> tuple[Clip, Truth]:
    return exercise_with_truth(name, **parameters)


@pytest.fixture
def write_bvh(tmp_path: Path) -> Callable[..., Path]:
    """Writes an exercise (or given text) as BVH and returns the path."""

    def write(text: str | None = None, *, exercise: str = "squat", name: str = "take.bvh", **options) -> Path:
        path = tmp_path / name
        path.write_text(bvh_text(performance(exercise)[1], **options) if text is None else text)
        return path

    return write

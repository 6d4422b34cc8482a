"""From an exercise's name to its clip."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.tables import table
from synthgen.motion.clip import Clip
from synthgen.motion.exercises.solving import solve
from synthgen.motion.exercises.targets import SIDES
from synthgen.motion.exercises.trial import FPS, Style, Trial
from synthgen.motion.exercises.truth import Truth

ORIENTED = ("pelvis", "T6", "skull") + tuple(
    f"{side}_{part}" for side in SIDES for part in ("thigh", "shank", "foot", "upper_arm", "forearm", "hand")
)
"""Segments whose orientation a clip carries."""


def numbers() -> dict[str, Any]:
    """``exercises.yaml``."""
    return table("motion/exercises/exercises.yaml")


def perform(name: str, style: Style, body: BodyModel | None) -> tuple[Clip, Truth]:
    """Runs the program ``name`` (it must exist) and returns the clip with the exact motion behind it."""
    data = numbers()[name]
    trial = Trial(body or reference_body(), data, style)
    targets = import_module(f"synthgen.motion.exercises.{name}").program(trial)
    truth = solve(trial.figure, targets)
    clip = Clip(
        name=name,
        points=truth.body.points(truth.transforms),
        orientations=orientations(truth),
        fps=FPS,
        source=f"builtin:{name}",
        licence="MIT",
        loop=data.get("loop", True),
        notes=(data["about"], *data.get("notes", ())),
    )
    return clip, truth


def orientations(truth: Truth) -> dict[str, np.ndarray]:
    """Segment → (T, 3, 3) turn from neutral standing: identity where the segment stands as it does at q = 0."""
    neutral = truth.body.tree.forward(truth.body.neutral())[0]
    index = truth.body.tree.segment_index
    return {n: truth.segment(n)[:, :3, :3] @ neutral[index[n], :3, :3].T for n in ORIENTED}

"""What an annotation says of a person's posture: the simulated deformity, if any, and the clinical angles.

``posture`` is what was simulated on the fitted motion, as angles of that subject in neutral standing. ``clinical`` is
taken of the annotation's own points in this very image: the character has other proportions than the subject, and in
motion every angle holds the movement too. So the second is the truth of the image, the first says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from synthgen.biomech.clinical import constants
from synthgen.biomech.clinical_labels import NEEDED, measure_labels
from synthgen.core.skeleton import INDEX, VERTEBRAE
from synthgen.world.shot import PostureSpec

ENDS = ("cobb_upper", "cobb_apex", "cobb_lower")
"""Vertebrae of ``clinical``'s Cobb angle."""

SACRUM_POINTS = ("body", "spinous", "skin")
"""Points of ``sacrum_3d``: the sacrum is no vertebra of the annotation, but lordosis and balance need it."""


def measures() -> tuple[str, ...]:
    """Names of the numbers in ``clinical``."""
    return tuple(constants()["measures"])


def posture_record(posture: PostureSpec | None) -> dict[str, Any] | None:
    """``kind``, ``simulated`` and ``parameters``: what was asked for, None where a posture leaves an angle alone."""
    if posture is None:
        return None
    return {"kind": posture.name, "simulated": True, "parameters": posture.model_dump(exclude={"name"})}


def clinical_record(points: Mapping[str, np.ndarray]) -> dict[str, float | str | None]:
    """The measures of one person's points, each (3,) metres, world."""
    return measure_labels({name: np.asarray(points[name], float)[None] for name in NEEDED}).to_dict(0)


def written_points(person: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The points that the measures need, by name, from an annotation record."""
    keypoints, vertebrae = person["keypoints_3d"], person["vertebrae"]
    out = {n: keypoints[INDEX[n]] for n in ("left_hip", "right_hip", "left_ear", "right_ear")}
    out |= {f"sacrum.{kind}": person["sacrum_3d"][kind] for kind in SACRUM_POINTS}
    for kind in ("body", "spinous", "skin"):
        out |= {f"{v}.{kind}": at for v, at in zip(VERTEBRAE, vertebrae[kind]["points_3d"], strict=True)}
    return {name: np.array(at, float) for name, at in out.items()}

"""What an annotation says of a person's posture: the simulated deformity, if any, and the clinical angles.

``posture`` is what was simulated on the fitted motion, as angles of that subject in neutral standing. ``clinical`` is
taken of the annotation's own points in this very image: the character has other proportions than the subject, and in
motion every angle holds the movement too. So the second is the truth of the image, the first says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from synthgen.biomech.clinical import COBB_LEVELS, constants
from synthgen.biomech.clinical_labels import NEEDED, measure_labels
from synthgen.core.skeleton import INDEX, VERTEBRAE
from synthgen.dataset.checks.issues import Issue, error
from synthgen.world.shot import PostureSpec

ENDS = ("cobb_upper", "cobb_apex", "cobb_lower")
"""Vertebrae of ``clinical``'s Cobb angle."""

SACRUM_POINTS = ("body", "spinous", "skin")
"""Points of ``sacrum_3d``: the sacrum is no vertebra of the annotation, but lordosis and balance need it."""

AGREES_DEGREES, AGREES_MM = 0.05, 0.5
"""Written angles and distances are this near to those of the written points."""


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


def check_clinical(person: Mapping[str, Any], where: str) -> Iterator[Issue]:
    """The written measures are those of the written points, and a posture says that it is simulated."""
    posture, written = person["posture"], person["clinical"]
    if posture is not None and not (posture["simulated"] is True and posture["kind"] and posture["parameters"]):
        yield error("posture", where, "a posture has a kind and parameters and is marked as simulated")
    points = written_points(person)
    if any(at.shape != (3,) or not np.isfinite(at).all() for at in points.values()):
        yield error("clinical", where, "a point that its clinical measures need has no place in the world")
        return
    expected = clinical_record(points)
    if set(written) != set(expected):
        yield error("clinical", where, f"expected the measures {', '.join(expected)}")
        return
    units = {name: row["unit"] for name, row in constants()["measures"].items()}
    for name in measures():
        is_, should = written[name], expected[name]
        close = AGREES_DEGREES if units[name] == "deg" else AGREES_MM
        if (is_ is None) != (should is None) or (is_ is not None and not abs(is_ - should) <= close):
            yield error("clinical", where, f"says {name} {is_}, its points have {should}")
    if any(written[name] not in COBB_LEVELS for name in ENDS):
        levels = f"{COBB_LEVELS[0]} to {COBB_LEVELS[-1]}"
        yield error("clinical", where, f"expected vertebrae of {levels} as {', '.join(ENDS)}")

"""The written clinical measures are those of the written points."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.biomech.clinical import COBB_LEVELS, constants
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.subject import Dataset, PersonRecord
from synthgen.dataset.clinical import ENDS, clinical_record, measures, written_points

AGREES_DEGREES, AGREES_MM = 0.05, 0.5
"""Written angles and distances are this near to those of the written points."""


def check_clinical(_: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """Measures the points anew and compares."""
    written, where = person.record["clinical"], person.where
    points = written_points(person.record)
    if any(at.shape != (3,) or not np.isfinite(at).all() for at in points.values()):
        yield CLINICAL.issue("clinical", where, "a point that its clinical measures need has no place in the world")
        return
    expected = clinical_record(points)
    if set(written) != set(expected):
        yield CLINICAL.issue("clinical", where, f"expected the measures {', '.join(expected)}")
        return
    units = {name: row["unit"] for name, row in constants()["measures"].items()}
    for name in measures():
        is_, should = written[name], expected[name]
        close = AGREES_DEGREES if units[name] == "deg" else AGREES_MM
        if (is_ is None) != (should is None) or (is_ is not None and not abs(is_ - should) <= close):
            yield CLINICAL.issue("clinical", where, f"says {name} {is_}, its points have {should}")
    if any(written[name] not in COBB_LEVELS for name in ENDS):
        levels = f"{COBB_LEVELS[0]} to {COBB_LEVELS[-1]}"
        yield CLINICAL.issue("clinical", where, f"expected vertebrae of {levels} as {', '.join(ENDS)}")


CLINICAL = Check(
    name="clinical",
    promise="The written clinical measures are those of the written points.",
    codes=("clinical",),
    person=check_clinical,
    needs=("cameras",),
)

"""The written clinical measures are those of the written points."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.biomech.clinical import COBB_LEVELS, constants
from synthgen.biomech.clinical_labels import measure_labels
from synthgen.core.skeleton import INDEX, VERTEBRAE
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import NEARLY, PeopleTable
from synthgen.dataset.checks.subject import Dataset, PersonRecord
from synthgen.dataset.clinical import ENDS, SACRUM_POINTS, clinical_record, measures, written_points
from synthgen.dataset.records import VERTEBRA_POINTS

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


def suspects(_: Dataset, people: PeopleTable) -> np.ndarray:
    """Whose written measures may not be those of the points."""
    expected = measure_labels(table_points(people), same_person=False)
    sound = np.isfinite(np.concatenate([g.points for g in people.groups], 1)).all((1, 2))
    for name, row in constants()["measures"].items():
        written, should = people.numbers(f"clinical.{name}"), expected.values[name]
        close = (AGREES_DEGREES if row["unit"] == "deg" else AGREES_MM) * NEARLY
        is_null = np.asarray(people.column(f"clinical.{name}").is_null())
        sound &= np.where(is_null, np.isnan(should), np.abs(written - should) <= close)
    for name in ENDS:
        sound &= np.isin(people.column(f"clinical.{name}").to_pylist(), COBB_LEVELS)
    return np.asarray(~sound)


def table_points(people: PeopleTable) -> dict[str, np.ndarray]:
    """The points that the measures need, by name, each (P, 3) metres, world."""
    keypoints, *of_vertebrae = (group.points for group in people.groups)
    out = {n: keypoints[:, INDEX[n]] for n in ("left_hip", "right_hip", "left_ear", "right_ear")}
    out |= {f"sacrum.{kind}": people.numbers(f"sacrum_3d.{kind}", 3) for kind in SACRUM_POINTS}
    for kind, points in zip(VERTEBRA_POINTS, of_vertebrae, strict=True):
        out |= {f"{v}.{kind}": points[:, i] for i, v in enumerate(VERTEBRAE)}
    return out


CLINICAL = Check(
    name="clinical",
    promise="The written clinical measures are those of the written points.",
    codes=("clinical",),
    person=check_clinical,
    suspects=suspects,
    needs=("cameras",),
)

"""Every label says how uncertain it is, plausibly, and by which sources."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.capture.point_sigma import SOURCES
from synthgen.core.skeleton import KEYPOINTS
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import PeopleTable
from synthgen.dataset.checks.subject import Dataset, PersonRecord, finite
from synthgen.dataset.versions import visibility_rule

LEAST, MOST = 0.0005, 0.25
"""Metres between which a label's σ lies: nobody knows a point of a person to half a millimetre, and what is uncertain
by a trunk's breadth is no label."""
_ROUNDED = 2.5e-4
"""Metres that the root of the rounded sources' squares may be from the rounded whole."""
SINCE = 3
"""Version of the visibility rule from which on datasets say where uncertainty comes from."""


def check_sigma(dataset: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """Looks at every point's σ, and at the sources of the keypoints'."""
    for group in person.groups:
        sigma = finite(group.sigma, (len(group.names),))
        if sigma is not None and not ((sigma >= LEAST) & (sigma <= MOST)).all():
            worst = int(np.argmax(np.where(sigma < LEAST, np.inf, sigma)))
            what = f"{group.names[worst]} is uncertain by {sigma[worst]:g} m, expected {LEAST:g} to {MOST:g} m"
            yield SIGMA.issue("sigma-implausible", person.where, what)
    if visibility_rule(dataset.plan) >= SINCE:
        yield from _check_sources(person)


def _check_sources(person: PersonRecord) -> Iterator[Issue]:
    record, n = person.record, len(KEYPOINTS)
    found = [finite(record["sigma_sources"][source], (n,)) for source in SOURCES]
    parts = np.array([np.full(n, -1.0) if part is None else part for part in found])
    if (parts < 0).any():
        what = f"expected what each of {', '.join(SOURCES)} adds to each of {n} keypoints' sigma, 0 or more"
        yield SIGMA.issue("sigma-sources", person.where, what)
        return
    off = np.abs(np.sqrt((parts**2).sum(0)) - np.array(record["keypoint_sigma"], float))
    if not (off <= _ROUNDED).all():
        worst = int(off.argmax())
        what = f"the sources of {KEYPOINTS[worst]} give {off[worst]:g} m more or less than its sigma"
        yield SIGMA.issue("sigma-sources", person.where, what)


def suspects(dataset: Dataset, people: PeopleTable) -> np.ndarray:
    """Whose σ may be implausible, or not that of its sources."""
    sound = np.ones(people.count, bool)
    for group in people.groups:
        sound &= ((group.sigma >= LEAST) & (group.sigma <= MOST)).all(1)
    if visibility_rule(dataset.plan) >= SINCE:
        parts = np.stack([people.numbers(f"sigma_sources.{source}", len(KEYPOINTS)) for source in SOURCES])
        off = np.abs(np.sqrt((parts**2).sum(0)) - people.groups[0].sigma)
        sound &= (parts >= 0).all((0, 2)) & (off <= _ROUNDED * 0.99).all(1)
    return np.asarray(~sound)


SIGMA = Check(
    name="sigma",
    promise="Every point's sigma is between half a millimetre and 25 cm, and the keypoints' is that of its sources.",
    codes=("sigma-implausible", "sigma-sources"),
    person=check_sigma,
    suspects=suspects,
    needs=("cameras",),
)

"""The report's numbers against motions whose faults are known."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.biomech.report import fit_report
from synthgen.core.bodymodel import reference_body, rhythm_tables, spine_coordinate
from synthgen.core.skeleton import SPINE_SEGMENTS


def rhythm_distance(rhythm: str, off: dict[str, float]) -> dict[str, float]:
    """Of a frame that follows the rhythm but for some coordinates that are off by so many degrees."""
    body = reference_body(rhythm)
    q = np.atleast_2d(body.spine_coordinates({"lumbar_flexion": 0.5, "thoracic_lateral": -0.3}))
    for name, degrees in off.items():
        q[0, body.tree.coordinate_index[name]] += np.radians(degrees)
    report = fit_report(body, 30.0, q, body.tree.forward(q), ("C7",), np.zeros((1, 1)), np.zeros(1, bool), [])
    return report["rhythm_distance_degrees"]


@pytest.mark.parametrize("rhythm", rhythm_tables())
@pytest.mark.parametrize("level", SPINE_SEGMENTS[1:])
def test_every_level_that_leaves_the_rhythm_is_seen(rhythm, level):
    """T12 has no share of Christophy's lumbar table; one that bends all the same is 6 degrees off."""
    assert rhythm_distance(rhythm, {}) == {"rms": 0.0, "max": 0.0}
    for plane in ("flexion", "lateral", "rotation"):
        assert rhythm_distance(rhythm, {spine_coordinate(level, plane): 6.0})["max"] > 0.5

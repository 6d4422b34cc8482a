"""The coverage of a dataset: bends from labelled points, views by hand, counts in their cells."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest

from synthgen.biomech.label_bends import REGIONS, label_bends
from synthgen.core.bodymodel import reference_body
from synthgen.core.skeleton import INDEX, KEYPOINTS, VERTEBRAE
from synthgen.dataset.report.coverage import BINS, PANELS, SPANS, Coverage, coverage_svg

BODY = reference_body()
KINDS = ("body", "spinous")
VIEWS = [((1, 0, 0), 0), ((0, 1, 0), 90), ((0, -1, 0), -90), ((-1, 0.01, 0), 179)]


def points_of(**degrees: float) -> dict[str, np.ndarray]:
    """Labelled points (1, 3) of the reference body with regions bent; hips and shoulders at the joints."""
    q = BODY.neutral() + BODY.spine_coordinates({n: np.radians(v) for n, v in degrees.items()})
    world = BODY.tree.forward(q)[0]
    at = BODY.tree.segment_index
    out = {
        f"{level}.{kind}": world[at[level]][:3] @ np.append(BODY.vertebra_points[level][kind], 1.0)
        for level in ("sacrum", *VERTEBRAE)
        for kind in ("body", "spinous")
    }
    for side in ("left", "right"):
        for part, segment in (("hip", "thigh"), ("shoulder", "upper_arm")):
            out[f"{side}_{part}"] = world[at[f"{side}_{segment}"]][:3, 3]
    return {name: point[None] for name, point in out.items()}


@pytest.mark.parametrize(
    ("plane", "row"), [("flexion", 0), ("lateral", 1), ("rotation", 2)], ids=["flexion", "side bend", "twist"]
)
@pytest.mark.parametrize("region", ["lumbar", "thoracic"])
def test_a_bend_is_found_in_its_region_and_plane(region, plane, row):
    size = 8.0 if (region, plane) == ("lumbar", "rotation") else 18.0
    found = label_bends(points_of(**{f"{region}_{plane}": size}))[0]
    r = [*REGIONS].index(region)
    assert found[r, row] == pytest.approx(size, abs=2.5)
    assert found[0, row] == pytest.approx(size, abs=2.5)
    others = np.delete(found[3 - r], row)  # of the region that was not bent
    assert np.abs(others).max() < 3


def test_the_reference_stands_at_zero():
    np.testing.assert_allclose(label_bends(points_of()), 0, atol=1e-9)


def record(points: dict[str, np.ndarray]) -> dict[str, Any]:
    keypoints = np.zeros((len(KEYPOINTS), 3))
    for side in ("left", "right"):
        for part in ("hip", "shoulder"):
            keypoints[INDEX[f"{side}_{part}"]] = points[f"{side}_{part}"][0]
    return {
        "vertebrae": {k: {"points_3d": [points[f"{v}.{k}"][0].tolist() for v in VERTEBRAE]} for k in KINDS},
        "sacrum_3d": {k: points[f"sacrum.{k}"][0].tolist() for k in KINDS},
        "keypoints_3d": keypoints.tolist(),
    }


def seen_from(direction: tuple[float, float, float]) -> list[list[float]]:
    """Extrinsics of a camera 3 m away in a direction; how it is turned does not matter."""
    out = np.eye(4)
    out[:3, 3] = -3 * np.array(direction)
    return out.tolist()


@pytest.mark.parametrize(("direction", "degrees"), VIEWS)
def test_a_view_is_counted_where_it_comes_from(direction, degrees):
    coverage = Coverage()
    coverage.add(record(points_of()), seen_from(direction))
    low, high = SPANS["view"]
    row = np.argwhere(coverage.counts[0, PANELS.index(("flexion", "view"))])[0, 0]
    assert abs(low + (row + 0.5) * (high - low) / BINS - degrees) <= (high - low) / BINS


def test_everybody_is_counted_once_in_every_panel():
    coverage = Coverage()
    for size in (0.0, 20.0, 40.0, -20.0):
        coverage.add(record(points_of(lumbar_flexion=size)), seen_from((0, 1, 0)))
    counts = coverage.counts
    assert (counts.sum((-1, -2)) == 4).all()
    assert (counts[0, 0].sum(0) > 0).sum() == 4  # four columns of flexion
    assert counts is coverage.counts


def test_somebody_without_a_point_is_left_out():
    person = record(points_of())
    person["sacrum_3d"]["body"] = [None, None, None]
    coverage = Coverage()
    coverage.add(person, seen_from((0, 1, 0)))
    assert coverage.counts.sum() == 0


def test_the_drawing_holds_a_cell_for_every_bin_that_is_filled():
    counts = np.zeros((len(REGIONS), len(PANELS), BINS, BINS), int)
    counts[0, 0, 3, 4], counts[2, 1, 0, 11] = 5, 1
    root = ET.fromstring(coverage_svg(counts))
    cells = [e for e in root.iter("rect") if e.get("fill") != "none"]
    assert len(cells) == 2 and {c[0].text for c in cells} == {"5", "1"}

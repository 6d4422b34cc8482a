"""The clinical measures of a labelled character, taken of the very points that the annotations hold.

A character's spine is not the fitted one: it has other proportions, and its skin follows only a few bones. So an
annotation's angles are those of its own points. The direction from a vertebra's spinous tip to its body gives its pitch
and turn, the line between its neighbours' bodies its lean to the side; with that the measures are those of
``clinical.py``. Whoever predicts the points can take the same measures of the prediction.

Two points are not those of a film. The pelvis' tilt is that of the sacrum, with hip centres where the model has them
from there: a rig's thigh bones begin where its skin bends best, centimetres from the acetabula. The craniovertebral
angle goes to the middle of both ear points, which lie above the tragus: 2 to 9 degrees more than on a photograph.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthgen.biomech.clinical import COBB_LEVELS, ClinicalMeasures
from synthgen.biomech.clinical_angles import SpinePose, measure_pose
from synthgen.core.bodymodel import reference_body
from synthgen.core.skeleton import VERTEBRAE
from synthgen.core.vectors import unit

LEVELS: tuple[str, ...] = ("sacrum", *VERTEBRAE)

NEEDED: tuple[str, ...] = (
    *(f"{n}.{kind}" for kind in ("body", "spinous") for n in LEVELS),
    "C7.skin",
    "left_hip",
    "right_hip",
    "left_ear",
    "right_ear",
)
"""Names of the points that :func:`measure_labels` takes."""


def measure_labels(points: Mapping[str, np.ndarray], *, same_person: bool = True) -> ClinicalMeasures:
    """The measures of labelled points.

    Args:
        points: each of :data:`NEEDED` → (T, 3) metres, world, Z up; hidden ones too.
        same_person: the T frames show one person, whose size is that of the first frame; else each shows another one.
    """
    bodies = np.stack([points[f"{n}.body"] for n in LEVELS], 1)
    turns = label_turns(points)
    size = _size(bodies[:1] if same_person else bodies)[:, None]
    sacrum, hips = ((turns[:, 0] @ (at * size)[..., None])[..., 0] for at in _pelvis())
    index = LEVELS.index
    return measure_pose(
        SpinePose(
            turns={n: turns[:, k] for k, n in enumerate(LEVELS)},
            centres=bodies[:, [index(n) for n in COBB_LEVELS]],
            s1=bodies[:, 0] - sacrum,
            seventh=bodies[:, index("C7")],
            nape=points["C7.skin"],
            ear=(points["left_ear"] + points["right_ear"]) / 2,
            hips=bodies[:, 0] - sacrum + hips,
            size=size,
        )
    )


def label_turns(points: Mapping[str, np.ndarray]) -> np.ndarray:
    """(T, 25, 3, 3) orientations of sacrum, L5 … C1 that labelled points tell; the arguments of :func:`measure_labels`.

    The columns point forwards, to the left and upwards.
    """
    bodies = np.stack([points[f"{n}.body"] for n in LEVELS], 1)
    forward = bodies - np.stack([points[f"{n}.spinous"] for n in LEVELS], 1)
    left = points["left_hip"] - points["right_hip"]
    across = np.concatenate([left[:, None], np.cross(_upwards(bodies), forward[:, 1:])], 1)
    return _turns(forward, across)


def _upwards(bodies: np.ndarray) -> np.ndarray:
    """(T, 24, 3) direction of the spine at every vertebra of the bodies (T, 25, 3) from the sacrum to C1.

    The line from the body below to the one above holds a quarter of each neighbour's lean; without taking that off
    again a curve of 45 degrees would look 10 % smaller.
    """
    steps = unit(np.diff(bodies, axis=1))
    mean = (steps + np.concatenate([steps[:, 1:], steps[:, -1:]], 1)) / 2
    sharper: np.ndarray = mean.copy()
    sharper[:, 1:-1] -= (mean[:, :-2] - 2 * mean[:, 1:-1] + mean[:, 2:]) / 4
    return sharper


def _turns(forward: np.ndarray, across: np.ndarray) -> np.ndarray:
    """(T, 25, 3, 3) orientations from the directions spinous tip → body and to the left, both (T, 25, 3).

    The body stands higher than the tip by an angle of the level's own, which the model knows.
    """
    known = reference_body().vertebra_points
    rise = np.array([known[n]["body"] - known[n]["spinous"] for n in LEVELS])
    cosine, sine = (rise[:, k, None] / np.linalg.norm(rise, axis=-1, keepdims=True) for k in (0, 2))
    along = unit(forward)
    y = unit(across - (across * along).sum(-1, keepdims=True) * along)
    above = np.cross(along, y)
    return np.stack([cosine * along - sine * above, y, sine * along + cosine * above], -1)


def _pelvis() -> tuple[np.ndarray, np.ndarray]:
    """(3,) the reference adult's sacral body and middle of the hip centres, from the S1 endplate along the pelvis."""
    body = reference_body()
    standing = body.tree.forward(body.neutral()[0])
    at = {n: standing[body.tree.segment_index[n]][:3, 3] for n in ("sacrum", "left_thigh", "right_thigh")}
    return body.vertebra_points["sacrum"]["body"], (at["left_thigh"] + at["right_thigh"]) / 2 - at["sacrum"]


def _size(bodies: np.ndarray) -> np.ndarray:
    """(T,) the length from L5 to C7 in every frame against the reference adult's."""
    body = reference_body()
    standing = body.tree.forward(body.neutral()[0])
    seventh = LEVELS.index("C7")
    known = [
        standing[body.tree.segment_index[n]][:3] @ np.append(body.vertebra_points[n]["body"], 1.0)
        for n in LEVELS[1 : seventh + 1]
    ]
    length, of_known = (
        np.linalg.norm(np.diff(p, axis=-2), axis=-1).sum(-1) for p in (bodies[:, 1 : seventh + 1], np.array(known))
    )
    return np.asarray(length / of_known)

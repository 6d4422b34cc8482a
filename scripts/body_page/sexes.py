"""The tables that compare the man's and the woman's body, with each other and with the survey."""

from __future__ import annotations

import numpy as np

from scripts.body_page.markdown import rows
from synthgen.core.bodydata import mean_measures, sexes
from synthgen.core.bodymodel import BodyModel, reference_body

ANCHORS = (  # measure, what the body has for it, what is compared
    ("stature", "head_top", "top of the head"),
    ("cervicale_height", "C7", "skin over C7"),
    ("suprasternale_height", "left_clavicle", "sternoclavicular joint"),
    ("acromial_height", "left_shoulder", "shoulder's centre, 36 mm lower in men"),
    ("iliocristale_height", "L4", "L4-L5 disc"),
    ("trochanterion_height", "left_hip", "hip joint"),
    ("wrist_height", "left_wrist", "wrist joint"),
    ("lateral_femoral_epicondyle_height", "left_knee", "knee joint"),
    ("lateral_malleolus_height", "left_ankle", "ankle joint"),
)


def sexes_table() -> str:
    """What the survey measured against where the standing bodies have it, shares of stature."""
    lines = []
    for measure, point, words in ANCHORS:
        cells = []
        for sex in sexes():
            mean, body = mean_measures(sex), reference_body(sex=sex)
            cells += [f"{mean[measure] / mean['stature']:.3f}", f"{_height(body, point) / body.stature:.3f}"]
        lines.append([measure.replace("_", " "), *cells, words])
    return rows(
        "height over the sole, of stature|men, survey|man, model|women, survey|woman, model|the model's point", lines
    )


def _height(body: BodyModel, point: str) -> float:
    world = body.tree.forward(body.neutral()[0])
    at = {n: world[i, :3, 3] for n, i in body.tree.segment_index.items()} | body.points(world)
    return float(at[point][2] - at["left_heel"][2])


def proportions() -> str:
    """Lengths of the woman's parts over the man's."""
    man, woman = (reference_body(sex=s) for s in ("male", "female"))
    pairs = {
        "between the hips": ("left_hip", "right_hip"),
        "between the shoulders": ("left_shoulder", "right_shoulder"),
        "thigh": ("left_hip", "left_knee"),
        "shank": ("left_knee", "left_ankle"),
        "upper arm": ("left_shoulder", "left_elbow"),
        "forearm": ("left_elbow", "left_wrist"),
        "hips to C7": ("pelvis", "C7"),
    }

    def length(body: BodyModel, a: str, b: str) -> float:
        points = body.points(body.tree.forward(body.neutral()[0]))
        return 1000 * float(np.linalg.norm(points[a] - points[b]))

    lines = [
        [
            words,
            f"{length(man, *ends):.0f}",
            f"{length(woman, *ends):.0f}",
            f"{length(woman, *ends) / length(man, *ends):.3f}",
        ]
        for words, ends in pairs.items()
    ]
    return rows("straight distance, mm|man|woman|ratio", lines)

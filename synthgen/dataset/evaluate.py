"""The standard evaluation of the labels against themselves: a file that COCO tools read right gives AP 1.0."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.skeleton import OKS_SIGMAS


def self_check(path: Path) -> float:
    """Loads a COCO keypoint file with ``pycocotools`` and evaluates its own labels as detections.

    The 37 sigmas of ``skeleton.OKS_SIGMAS`` are used. COCO leaves people without a labelled keypoint out of the
    score; so do we. People beyond 20 in an image are beyond COCO's limit on detections and are missed.

    Returns:
        AP over OKS 0.50:0.05:0.95; 1.0 for a sound file.

    Raises:
        ValueError: no annotation has a labelled keypoint.
    """
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(path))
        detections = [_as_detection(a) for a in truth.dataset["annotations"] if a["num_keypoints"] > 0]
        if not detections:
            raise ValueError(f"{path}: no annotation has a labelled keypoint")
        evaluation = COCOeval(truth, truth.loadRes(detections), "keypoints")
        evaluation.params.kpt_oks_sigmas = np.array(OKS_SIGMAS)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return float(evaluation.stats[0])


def _as_detection(annotation: dict[str, Any]) -> dict[str, Any]:
    keys = ("image_id", "category_id", "keypoints")
    return {**{key: annotation[key] for key in keys}, "score": 1.0}

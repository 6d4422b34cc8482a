"""What a dataset holds, counted in one pass over its shards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.skeleton import KEYPOINTS, VERTEBRAE
from synthgen.dataset import table
from synthgen.dataset.clinical import measures
from synthgen.dataset.report.coverage import Coverage
from synthgen.dataset.report.sigmas import SigmaCounts

RESIDUAL_STEP = 0.25
"""Width of a residual's histogram bin in mm."""

_RESIDUAL_BINS = 800


@dataclass
class Statistics:
    """Counts over a dataset.

    Attributes:
        images, people, annotations: people without a visible pixel have no annotation.
        sizes: (width, height) → images.
        engines: engine → images.
        people_per_image: number of annotations → images.
        clips, characters: name → people.
        clip_frames: clip → the frames that were used.
        flags: (37, 3) people per keypoint and COCO flag, of those with an annotation.
        reasons: kind of reason (``visible``, ``self``, ``person``, ``object``, ``off_image``) → keypoints.
        heights: box heights in pixels, one per annotation.
        residuals: (24, bins) histogram of the retarget residual per vertebra, bins of RESIDUAL_STEP mm.
        postures: kind of simulated posture → annotations; posture_characters: kind → characters that have it.
        clinical: clinical measure → its values in annotations (without, with) a simulated posture.
        coverage: bends of the annotated people's trunks, and from where they are seen.
        sigma: (37,) sums of the keypoints' uncertainties in metres; divide by ``people``.
        sigmas: how uncertain the labels of annotations are, by region and source.
    """

    images: int = 0
    people: int = 0
    annotations: int = 0
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    engines: Counter[str] = field(default_factory=Counter)
    people_per_image: Counter[int] = field(default_factory=Counter)
    clips: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)
    clip_frames: dict[str, set[int]] = field(default_factory=dict)
    flags: np.ndarray = field(default_factory=lambda: np.zeros((len(KEYPOINTS), 3), int))
    reasons: Counter[str] = field(default_factory=Counter)
    heights: list[float] = field(default_factory=list)
    residuals: np.ndarray = field(default_factory=lambda: np.zeros((len(VERTEBRAE), _RESIDUAL_BINS), int))
    postures: Counter[str] = field(default_factory=Counter)
    posture_characters: dict[str, set[str]] = field(default_factory=dict)
    clinical: dict[str, tuple[list[float], list[float]]] = field(
        default_factory=lambda: {name: ([], []) for name in measures()}
    )
    sigma: np.ndarray = field(default_factory=lambda: np.zeros(len(KEYPOINTS)))
    coverage: Coverage = field(default_factory=Coverage)
    sigmas: SigmaCounts = field(default_factory=SigmaCounts)

    def add(self, image: dict[str, Any]) -> None:
        """Counts one image record with its people."""
        self.images += 1
        self.sizes[(image["width"], image["height"])] += 1
        self.engines[image["engine"]] += 1
        labelled = [p for p in image["people"] if p["area"] > 0]
        self.people_per_image[len(labelled)] += 1
        self.people += len(image["people"])
        self.annotations += len(labelled)
        for person in image["people"]:
            clip = person["person"]["clip"]
            self.clips[clip] += 1
            self.clip_frames.setdefault(clip, set()).add(person["person"]["frame"])
            self.characters[person["person"]["character"]] += 1
            bins = np.array(person["retarget_residual_mm"]) / RESIDUAL_STEP
            self.residuals[range(len(VERTEBRAE)), np.clip(bins.astype(int), 0, _RESIDUAL_BINS - 1)] += 1
            self.sigma += np.array(person["keypoint_sigma"])
        for person in labelled:
            self.flags[range(len(KEYPOINTS)), person["keypoints"][2::3]] += 1
            self.reasons.update(reason.split(":")[0] for reason in person["keypoint_reasons"])
            self.heights.append(person["bbox"][3])
            self.sigmas.add(person)
            self._add_clinical(person)
            self.coverage.add(person, image["extrinsics"])

    def _add_clinical(self, person: dict[str, Any]) -> None:
        posture = person["posture"]
        if posture:
            self.postures[posture["kind"]] += 1
            self.posture_characters.setdefault(posture["kind"], set()).add(person["person"]["character"])
        for name, values in self.clinical.items():
            if person["clinical"][name] is not None:
                values[bool(posture)].append(person["clinical"][name])

    @property
    def median_height(self) -> float:
        """Median box height in pixels, 0 for an empty dataset."""
        return float(np.median(self.heights)) if self.heights else 0.0

    def residual_mm(self, share: float) -> np.ndarray:
        """(24,) retarget residual per vertebra that ``share`` (0…1) of the people stay below, mm."""
        reached = np.cumsum(self.residuals, axis=1) >= share * max(1, self.people)
        return np.asarray((reached.argmax(axis=1) + 1) * RESIDUAL_STEP)


def count(out: Path) -> Statistics:
    """Counts the committed shards of a dataset."""
    statistics = Statistics()
    for image in table.read_all(out):
        statistics.add(image)
    return statistics

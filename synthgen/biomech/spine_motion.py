"""``SpineMotion``: what the fit of one clip hands on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.biomech.report.fit_report import FitReport
from synthgen.core import archive
from synthgen.core.skeleton import VERTEBRAE

VERSION = 8
"""Of the files that :meth:`SpineMotion.save` writes."""
_ARRAYS = ("q", "transforms", "neutral", "scale", "marker_error", "vertebra_covariance", "marker_offsets")
_NAMES = ("coordinate_names", "segment_names", "marker_names", "marker_segments")
_HEADER = ("name", "fps", "stature", "source", "licence", "loop", "reference", "joint_sigma", *_NAMES)


@dataclass(frozen=True)
class SpineMotion:
    """A motion clip fitted by the scaled spine model. World frame: Z up, metres, radians.

    Attributes:
        name: the clip's name.
        fps: frames per second.
        coordinate_names: (C,) coordinates of the body model's tree.
        q: (T, C) joint coordinates.
        segment_names: (S,) segments of the body model's tree (pelvis, sacrum, L5 … C1, skull, limbs).
        transforms: (T, S, 4, 4) segment frames in the world; a segment's origin is the joint to its parent.
        neutral: (S, 4, 4) the same at q = 0 (the subject standing neutrally, pelvis at the origin); the subject is
            the scaled reference with its shoulders shifted to where the clip has them.
        scale: (S, 3) factors on the reference body, per segment and axis of its own frame; they act on the joints
            and points that the segment carries (``BodyModel.scaled``).
        stature: estimated stature in metres.
        marker_names: (M,) the clip's points that were fitted.
        marker_error: (T, M) metres from the points as they were measured; NaN where nothing was measured, and where a
            sample was rejected as a spike.
        source, licence: the clip's.
        loop: the clip's.
        report: what the fit measured; the gate's decision once it is written.
        vertebra_covariance: (T, 24, 3, 3) m², of every vertebral body's place in the world (L5 … C1), what markers
            off their places and the prior leave open (``biomech/solving/uncertainty.py``); NaN where it is not known.
        joint_sigma: landmark of limbs, sacrum and head (``solving.covariance.JOINTS``) → metres, standard deviation of
            its place along one axis over the clip's frames; empty where it is not known.
        marker_segments: (M,) segment that carries each marker, or empty where it is not known.
        marker_offsets: (M, 3) metres, its place in that segment's frame, or (0, 3).
        reference: which body was scaled, the arguments of ``bodymodel.reference_body`` (``{"rhythm": "body"}``);
            None when it was a body of the caller's own. ``biomech.subject.subject_body`` makes the subject from it.
    """

    name: str
    fps: float
    coordinate_names: tuple[str, ...]
    q: np.ndarray
    segment_names: tuple[str, ...]
    transforms: np.ndarray
    neutral: np.ndarray
    scale: np.ndarray
    stature: float
    marker_names: tuple[str, ...]
    marker_error: np.ndarray
    source: str
    licence: str
    loop: bool
    report: FitReport
    vertebra_covariance: np.ndarray = field(default_factory=lambda: np.zeros((0, len(VERTEBRAE), 3, 3)))
    joint_sigma: dict[str, float] = field(default_factory=dict)
    marker_segments: tuple[str, ...] = ()
    marker_offsets: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    reference: dict[str, str] | None = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.vertebra_covariance) != len(self.q):
            unknown = np.full((len(self.q), len(VERTEBRAE), 3, 3), np.nan, np.float32)
            object.__setattr__(self, "vertebra_covariance", unknown)

    @property
    def frames(self) -> int:
        """Number of frames T."""
        return len(self.q)

    @property
    def vertebra_sigma(self) -> np.ndarray:
        """(T, 24) metres, standard deviation along one axis: the root of a third of the covariance's trace."""
        return sigma_per_axis(self.vertebra_covariance)

    def segment(self, name: str) -> np.ndarray:
        """(T, 4, 4) world transforms of one segment."""
        return self.transforms[:, self.segment_names.index(name)]

    def turn(self, name: str) -> np.ndarray:
        """(T, 3, 3) world rotation of a segment away from neutral standing."""
        neutral = self.neutral[self.segment_names.index(name), :3, :3]
        out: np.ndarray = self.segment(name)[:, :3, :3] @ neutral.T
        return out

    def window(self, first: int, stop: int) -> SpineMotion:
        """Frames ``first`` … ``stop`` − 1 of the motion, no loop any more; the report stays that of the whole."""
        rows = slice(first, stop)
        return replace(
            self,
            q=self.q[rows],
            transforms=self.transforms[rows],
            marker_error=self.marker_error[rows],
            vertebra_covariance=self.vertebra_covariance[rows],
            loop=False,
        )

    def save(self, path: Path, key: str | None = None) -> None:
        """Writes one ``.npz`` file, as the entry ``key`` of the cache if there is one."""
        header = {n: getattr(self, n) for n in _HEADER} | {"report": self.report.to_dict()}
        archive.save(path, "spine-motion", VERSION, header, {n: getattr(self, n) for n in _ARRAYS}, key)

    @classmethod
    def load(cls, path: Path, key: str | None = None) -> SpineMotion:
        """Reads what :meth:`save` wrote, with that key if one is given.

        Raises:
            InputError: the file is missing, damaged, of another version, or holds something else.
        """
        header, arrays = archive.load(path, "spine-motion", VERSION, key=key)
        for name in ("kind", "version"):
            header.pop(name)
        for name in _NAMES:
            header[name] = tuple(header[name])
        header["report"] = FitReport.from_dict(header["report"], where=str(path))
        fields: dict[str, Any] = {**header, **arrays}
        return cls(**fields)


def sigma_per_axis(covariance: np.ndarray) -> np.ndarray:
    """(…, 3, 3) m² → (…) metres, standard deviation along one axis: the root of a third of the covariance's trace."""
    return np.asarray(np.sqrt(np.trace(covariance, axis1=-2, axis2=-1) / 3))

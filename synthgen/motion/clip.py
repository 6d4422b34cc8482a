"""``Clip``: the one form that every motion source is brought into."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core import archive, digests
from synthgen.core.errors import InputError
from synthgen.core.userfiles.arrays import declared
from synthgen.motion.values import check_points, check_rate, check_rotations


@dataclass(frozen=True)
class Clip:
    """Named point trajectories and, where the source has them, segment orientations.

    Attributes:
        name: short name, such as ``squat`` or ``humanoid3d_walk``.
        points: landmark name (``opensim_models/body.yaml``, section ``landmarks``) or a name of ``markers`` →
            (T, 3) metres, world frame (Z up, floor at z = 0). NaN where a point is missing.
        orientations: segment name of the body model (``pelvis``, ``T6``, ``skull``, ``left_thigh`` …) →
            (T, 3, 3) world orientation of that segment's anatomical axes (X forward, Y left, Z up in neutral
            standing). A source's trunk part maps to the segment at its middle.
        fps: frames per second.
        source: file or program that it came from.
        licence: SPDX name or a sentence.
        loop: True when the last frame leads into the first.
        floor: True when z = 0 is known to be the floor that feet, hands or trunk touch.
        notes: what a reader repaired or assumed, for the report.
        markers: name of a point that is no landmark of the body model → (segment, (x, y, z) metres in the segment's
            frame at the reference stature). It takes the place of a landmark of the same name.
        lifted: metres by which the source was moved up to put it on z = 0; negative where it was moved down.
        sigma: name of a point whose place on the body is less certain than a marker's → metres per axis, by which it
            lies elsewhere throughout. The fit weighs it by that.
    """

    name: str
    points: dict[str, np.ndarray]
    orientations: dict[str, np.ndarray]
    fps: float
    source: str
    licence: str
    loop: bool = False
    floor: bool = True
    notes: tuple[str, ...] = field(default=())
    markers: dict[str, tuple[str, tuple[float, float, float]]] = field(default_factory=dict)
    lifted: float = 0.0
    sigma: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shapes = {n: p.shape for n, p in self.points.items()}
        lengths = {(*a.shape, 0)[0] for a in (*self.points.values(), *self.orientations.values())}
        bad = [n for n, s in shapes.items() if len(s) != 2 or s[1] != 3]
        bad += [n for n, o in self.orientations.items() if o.ndim != 3 or o.shape[1:] != (3, 3)]
        if bad or len(lengths) != 1 or 0 in lengths:
            raise InputError(
                "the clip's arrays do not fit together",
                where=self.source,
                expected="points (T, 3) and orientations (T, 3, 3) of one length T ≥ 1",
                got=f"lengths {sorted(lengths)}, wrong shapes {bad}" if lengths else "no points at all",
                remedy="give every point and orientation the same number of frames",
            )
        check_rate(self.fps, self.source)
        check_points(self.points, self.source)
        check_rotations(self.orientations, self.source)

    @property
    def frames(self) -> int:
        """Number of frames T."""
        return len(next(iter((self.points or self.orientations).values())))

    @property
    def duration(self) -> float:
        """Seconds from the first to the last frame."""
        return (self.frames - 1) / self.fps

    def digest(self) -> str:
        """16 hex digits over all that a fit and its report depend on but notes: what moves, rate, loop and floor."""
        arrays = [x for kind in (self.points, self.orientations) for n in sorted(kind) for x in (n, kind[n])]
        places = [self.markers, self.sigma] if self.sigma else [self.markers]
        return digests.digest(self.fps, self.loop, self.floor, *places, self.lifted, *arrays)

    def save(self, path: Path, key: str | None = None) -> None:
        """Writes the clip to one ``.npz`` file, as the entry ``key`` of the cache if there is one."""
        header = {
            "name": self.name,
            "fps": self.fps,
            "source": self.source,
            "licence": self.licence,
            "loop": self.loop,
            "floor": self.floor,
            "notes": list(self.notes),
            "markers": self.markers,
            "lifted": self.lifted,
            "sigma": self.sigma,
        }
        arrays = {f"point/{n}": p for n, p in self.points.items()}
        arrays |= {f"orientation/{n}": o for n, o in self.orientations.items()}
        archive.save(path, "clip", 1, header, arrays, key)

    @classmethod
    def load(cls, path: Path, key: str | None = None) -> Clip:
        """Reads what :meth:`save` wrote, with that key if one is given.

        Raises:
            InputError: the file is missing, damaged, or holds something else.
        """
        declared(path, _KIND)  # nothing is unpacked that is larger than it says, or than a clip can be
        h, arrays = archive.load(path, "clip", 1, _AGAIN, key)
        try:
            named = {str(n): (str(segment), _place(at)) for n, (segment, at) in h.get("markers", {}).items()}
            kept = {k: _of_kind(h[k], kind) for k, kind in _HEADER.items()}
            sigma = {str(n): _length(metres) for n, metres in h.get("sigma", {}).items()}
            lifted = float(_of_kind(h.get("lifted", 0.0), (int, float)))
            notes = tuple(_of_kind(n, str) for n in _of_kind(h["notes"], list))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise InputError(
                "the header of this saved clip is not whole",
                where=str(path),
                remedy=_AGAIN,
                expected=", ".join((*_HEADER, "notes", "markers", "sigma")),
                got=str(error),
            ) from None
        points = {n[6:]: a for n, a in arrays.items() if n.startswith("point/")}
        check_points(points, str(path))
        empty = [n for n, p in points.items() if p.size and np.isnan(p).all()]
        if len(empty) < len(points) and empty:  # of a clip without anything the fit says it better
            points = {n: p for n, p in points.items() if n not in empty}
            notes += (f"without any value, left out: {', '.join(empty)}",)
        turns = {n[12:]: a for n, a in arrays.items() if n.startswith("orientation/")}
        return cls(points=points, orientations=turns, notes=notes, markers=named, lifted=lifted, sigma=sigma, **kept)


_KIND = "saved clip"
_AGAIN = "save the clip again, or give the file that it was made from"
_HEADER = {"name": str, "fps": (int, float), "source": str, "licence": str, "loop": bool, "floor": bool}
"""Key of a saved clip's header → what it holds."""


def _of_kind(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r}")
    return value


def _length(value: Any) -> float:
    metres = float(_of_kind(value, (int, float)))
    if not 0 < metres < 1:
        raise ValueError(f"{value!r}")
    return metres


def _place(at: Any) -> tuple[float, float, float]:
    x, y, z = (float(_of_kind(v, (int, float))) for v in at)
    if not np.isfinite((x, y, z)).all():
        raise ValueError(f"{at!r}")
    return x, y, z

"""How people stand on the floor: whether somebody floats, sinks, or lies where the clip stands.

``clips.json`` holds what every clip says of every frame; without it only what no person does is seen.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.core.files.whole import write_whole
from synthgen.core.skeleton import KEYPOINTS
from synthgen.dataset.checks.issues import Issue, error
from synthgen.dataset.checks.people import DAMAGE
from synthgen.dataset.layout import clips_path, read_json

VERSION = 1
_LEAP = 1.3
"""Metres over the floor that the lowest point of nobody who leaps is (standing vertical leaps end at 1.2)."""
_SUNK = 0.15
"""Metres below the floor that a labelled point may be: rigs stand with their skin on it."""
_HIGHER = 0.3
"""Metres that a person may be higher over the floor than the clip: other legs bend otherwise."""
_FLOATS = 0.25
"""Metres over the floor of somebody who floats, where everybody of the clip does."""
_LEAST = 3
"""Shots of one clip from which on all of them say something of the clip."""
_LEANS = 30.0
"""Degrees by which the trunk of a person may lean otherwise than the clip's: in the demo 5 do at most."""

Moments = Mapping[str, np.ndarray]
"""Clip's source → (T, 2): metres from the floor to the lowest part, degrees from the vertical to the trunk."""


def write_clips(out: Path, moments: Moments) -> None:
    """Writes ``clips.json``: what each clip says of height and lean, frame by frame."""
    clips = {
        source: {"low_m": (np.round(rows[:, 0], 2) + 0.0).tolist(), "trunk_degrees": np.round(rows[:, 1]).tolist()}
        for source, rows in sorted(moments.items())
    }
    text = json.dumps({"version": VERSION, "clips": clips}, ensure_ascii=False, separators=(",", ":")) + "\n"
    write_whole(clips_path(out), text.encode())


def read_clips(out: Path) -> dict[str, np.ndarray]:
    """What :func:`write_clips` wrote; empty where there is none, as of an older version.

    Raises:
        InputError: it is damaged.
    """
    path = clips_path(out)
    if not path.exists():
        return {}
    data = read_json(path, "table of the clips' frames")
    try:
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']}")
        found = {
            str(source): np.array([row["low_m"], row["trunk_degrees"]], float).T
            for source, row in data["clips"].items()
        }
        if not all(rows.ndim == 2 and np.isfinite(rows).all() for rows in found.values()):
            raise ValueError("rows that are no finite numbers")
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InputError(
            "the table of the clips' frames is damaged",
            where=str(path),
            expected="version, and clips with low_m and trunk_degrees of every frame",
            got=f"{type(fault).__name__}: {fault}"[:200],
            remedy="run the same `synthgen render` command again, which writes it anew",
        ) from fault
    return found


@dataclass
class Stances:
    """Looks at one person after the other, and in the end at all people of each clip.

    Attributes:
        clips: what the clips say (:func:`read_clips`).
    """

    clips: Moments
    _lowest: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))

    def look(self, shot: int, person: dict[str, Any]) -> Iterator[Issue]:
        """What is wrong with one annotation record's place over the floor, whichever camera sees it."""
        where = f"annotation {person['id']}"
        try:
            low, lean = _low(person), _lean(person)
            clip, frame = str(person["person"]["clip"]), int(person["person"]["frame"])
        except DAMAGE:
            return  # reported by dataset/checks/people.py
        said = self.clips.get(clip)
        if said is None:
            self._lowest[clip][shot] = min(low, self._lowest[clip].get(shot, low))
        if said is not None and not 0 <= frame < len(said):
            yield error("clip-frame", where, f"its clip {clip} has no frame {frame}")
            said = None
        if low < -_SUNK:
            yield error("person-sunk", where, f"its lowest point is {-low:.2f} m below the floor")
        elif low > _LEAP:
            yield error("person-floats", where, f"its lowest point is {low:.2f} m over the floor, where nobody leaps")
        elif said is not None and low > max(said[frame, 0], 0.0) + _HIGHER:
            yield error(
                "person-floats",
                where,
                f"its lowest point is {low:.2f} m over the floor, in its clip {max(said[frame, 0], 0.0):.2f} m",
            )
        if said is not None and abs(lean - said[frame, 1]) > _LEANS:
            yield error(
                "person-leans",
                where,
                f"its trunk leans {lean:.0f}° from the vertical, in its clip {said[frame, 1]:.0f}°",
            )

    def together(self) -> Iterator[Issue]:
        """Clips that say nothing of their frames and all of whose people float: a leap comes down."""
        for clip, shots in sorted(self._lowest.items()):
            low = min(shots.values())
            if len(shots) >= _LEAST and low > _FLOATS:
                what = f"its people float in all of {len(shots)} shots, the lowest {low:.2f} m over the floor"
                yield error("clip-floats", f"clip {clip}", what)


def _low(person: dict[str, Any]) -> float:
    """Height of the lowest labelled point, metres; the world's floor is z = 0."""
    points = [person["keypoints_3d"], person["vertebrae"]["skin"]["points_3d"]]
    return float(min(np.array(p, float)[:, 2].min() for p in points))


def _lean(person: dict[str, Any]) -> float:
    """Degrees from the vertical to the line from sacrum to C7."""
    points = np.array(person["keypoints_3d"], float)
    trunk = points[KEYPOINTS.index("neck")] - points[KEYPOINTS.index("hip")]
    return float(np.degrees(np.arccos(np.clip(trunk[2] / max(float(np.linalg.norm(trunk)), 1e-9), -1, 1))))

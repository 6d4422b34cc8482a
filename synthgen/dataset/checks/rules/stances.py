"""Nobody floats, sinks, or lies where the clip stands: how people stand on the floor.

``clips.json`` holds what every clip says of every frame; without it only what no person does is seen. A person who
moves otherwise than the clip, by the variation in the shot, may lean otherwise by as much as that bends the trunk; how
much of it a planted hand or balance took back is not worked out again, so that a lean within that is not checked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from synthgen.biomech.variation.kinds import bend_names
from synthgen.core.errors import InputError
from synthgen.core.skeleton import INDEX
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import NEARLY, PeopleTable
from synthgen.dataset.checks.rules.shots import ShardShots
from synthgen.dataset.checks.subject import Dataset, PersonRecord
from synthgen.dataset.clips import Moments, read_clips

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
_THORAX = 0.6
"""Share of a bend of the thorax by which the line from sacrum to C7 leans: most of it bends above the line's middle."""
_GROWS = 60.0
"""Degrees of a clip's bend that grow or shrink with a variation's amplitude, at most."""


class Clips:
    """What the clips of a dataset say of their frames, and how low their people came where they say nothing.

    Attributes:
        moments: see :data:`synthgen.dataset.clips.Moments`; empty where the table cannot be read.
        fault: why it cannot; empty for a sound one.
        lowest: clip → shot → height of the lowest point of its people, metres; clips without moments only.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.moments: Moments = {}
        self.fault = ""
        self.lowest: dict[str, dict[int, float]] = defaultdict(dict)
        try:
            self.moments = read_clips(dataset.out)
        except InputError as fault:
            self.fault = fault.got or fault.what


def check_table(dataset: Dataset) -> Iterator[Issue]:
    """``clips.json`` can be read."""
    if fault := dataset.shared(Clips).fault:
        yield STANCES.issue("clips-unreadable", "clips.json", fault)


def check_stance(dataset: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """One person's place over the floor, whichever camera sees it."""
    clips, where = dataset.shared(Clips), person.where
    low, lean = lowest(person.record), trunk_lean(person.record)
    clip, frame = str(person.record["person"]["clip"]), int(person.record["person"]["frame"])
    said, shot = clips.moments.get(clip), person.image.record["shot"]
    if said is None:
        clips.lowest[clip][shot] = min(low, clips.lowest[clip].get(shot, low))
    if said is not None and not 0 <= frame < len(said):
        yield STANCES.issue("clip-frame", where, f"its clip {clip} has no frame {frame}")
        said = None
    if low < -_SUNK:
        yield STANCES.issue("person-sunk", where, f"its lowest point is {-low:.2f} m below the floor")
    elif low > _LEAP:
        what = f"its lowest point is {low:.2f} m over the floor, where nobody leaps"
        yield STANCES.issue("person-floats", where, what)
    elif said is not None and low > max(said[frame, 0], 0.0) + _HIGHER:
        what = f"its lowest point is {low:.2f} m over the floor, in its clip {max(said[frame, 0], 0.0):.2f} m"
        yield STANCES.issue("person-floats", where, what)
    if said is not None and abs(lean - said[frame, 1]) > _LEANS + _varied_lean(dataset, person):
        what = f"its trunk leans {lean:.0f}° from the vertical, in its clip {said[frame, 1]:.0f}°"
        yield STANCES.issue("person-leans", where, what)


def _varied_lean(dataset: Dataset, person: PersonRecord) -> float:
    """Degrees by which the variation of a person's motion may lean the trunk; 0 where the shot says none."""
    shot = dataset.of_shard(ShardShots, person.image.manifest).by_id.get(person.image.record["shot"])
    if shot is None or person.index >= len(shot.people):
        return 0.0
    variation = shot.people[person.index].variation
    added = dict(zip(bend_names(), np.abs(variation.layer), strict=True))
    lean = sum(added[f"lumbar_{plane}"] + _THORAX * added[f"thoracic_{plane}"] for plane in ("flexion", "lateral"))
    return float(lean + _GROWS * abs(variation.amplitude - 1.0))


def check_clips(dataset: Dataset) -> Iterator[Issue]:
    """Clips that say nothing of their frames and all of whose people float: a leap comes down."""
    lowest: dict[str, dict[int, float]] = defaultdict(dict)
    for part in dataset.gathered[STANCES.name]:
        for clip, shots in part.items():
            lowest[clip] |= shots
    for clip, shots in sorted(lowest.items()):
        low = min(shots.values())
        if len(shots) >= _LEAST and low > _FLOATS:
            what = f"its people float in all of {len(shots)} shots, the lowest {low:.2f} m over the floor"
            yield STANCES.issue("clip-floats", f"clip {clip}", what)


def lowest(person: dict[str, Any]) -> float:
    """Height of the lowest labelled point of an annotation record, metres; the world's floor is z = 0."""
    points = [person["keypoints_3d"], person["vertebrae"]["skin"]["points_3d"]]
    return float(min(np.array(p, float)[:, 2].min() for p in points))


def trunk_lean(person: dict[str, Any]) -> float:
    """Degrees from the vertical to the line from sacrum to C7 of an annotation record."""
    points = np.array(person["keypoints_3d"], float)
    trunk = points[INDEX["neck"]] - points[INDEX["hip"]]
    return float(np.degrees(np.arccos(np.clip(trunk[2] / max(float(np.linalg.norm(trunk)), 1e-9), -1, 1))))


def suspects(dataset: Dataset, people: PeopleTable) -> np.ndarray:
    """Who may not stand, or not lean, as the clip does; and everybody of clips that say nothing."""
    moments = dataset.shared(Clips).moments
    keypoints, skin = people.groups[0].points, people.groups[-1].points
    low = np.minimum(keypoints[..., 2].min(1), skin[..., 2].min(1))
    trunk = keypoints[:, INDEX["neck"]] - keypoints[:, INDEX["hip"]]
    lean = np.degrees(np.arccos(np.clip(trunk[:, 2] / np.maximum(np.linalg.norm(trunk, axis=1), 1e-9), -1, 1)))
    frame, clip = people.numbers("person.frame"), people.column("person.clip").to_pylist()
    said = np.full((people.count, 2), np.nan)
    for k, name in enumerate(clip):
        rows = moments.get(name)
        if rows is not None and 0 <= frame[k] < len(rows):
            said[k] = rows[int(frame[k])]
    highest = np.minimum(np.maximum(said[:, 0], 0.0) + _HIGHER, _LEAP)
    return ~np.asarray(
        (low >= -_SUNK * NEARLY) & (low <= highest * NEARLY) & (np.abs(lean - said[:, 1]) <= _LEANS * NEARLY)
    )


STANCES = Check(
    name="stances",
    promise="Nobody floats over the floor, sinks into it, or leans otherwise than clip and variation do in that frame.",
    codes=("clips-unreadable", "clip-frame", "person-sunk", "person-floats", "person-leans", "clip-floats"),
    files=check_table,
    person=check_stance,
    suspects=suspects,
    gather=lambda dataset: dict(dataset.shared(Clips).lowest),
    result=check_clips,
)

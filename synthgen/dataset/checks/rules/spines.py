"""Everybody's spine in a shot's file stands as it says there, and its levels share out their region's bend whole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.biomech.spines.draw import standing_measures
from synthgen.biomech.spines.shares import REGIONS, region_of_levels
from synthgen.core.bodymodel import reference_body
from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.rules.shots import ShardShots
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.layout import shots_path
from synthgen.dataset.manifest import Manifest
from synthgen.world.shot import PersonSpec, SpineSpec

AGREES = 0.05
"""Degrees or millimetres: what is told is rounded to 0.01."""
ASKED = 1.0
"""Degrees: as near does a posture come to what is asked of it."""
WHOLE = 0.01
"""So near to 1 do a region's rounded shares add up."""


def check_spines(dataset: Dataset, manifest: Manifest) -> Iterator[Issue]:
    """Takes the clinical measures of every spine's levels anew; each of the shard's spines once."""
    where = shots_path(dataset.out, manifest.shard).relative_to(dataset.out).as_posix()
    seen = set()
    for shot in dataset.of_shard(ShardShots, manifest).by_id.values():
        for person in shot.people:
            if person.spine is None or (person.spine, person.body.gender) in seen:
                continue
            seen.add((person.spine, person.body.gender))
            for fault in _faults(person, person.spine):
                yield SPINES.issue("spine", f"{where}: shot {shot.id}, {person.character}", fault)


def _faults(person: PersonSpec, spine: SpineSpec) -> Iterator[str]:
    told = {name: value for name, value in spine.curve.model_dump().items() if value is not None}
    if told:
        body = reference_body(sex="female" if person.body.gender > 0.5 else "male")
        found = standing_measures(body, np.array(spine.neutral), spine.pelvis)
        for name in told.keys() & found.keys():
            if not abs(told[name] - found[name]) <= AGREES:
                yield f"says {name} {told[name]} in standing, its levels have {found[name]}"
    asked = {} if spine.posture is None else spine.posture.model_dump(exclude_none=True)
    for name in told.keys() & asked.keys():
        if not abs(told[name] - asked[name]) <= ASKED:
            yield f"its simulated posture asks for {name} {asked[name]}, it says {told[name]} in standing"
    if spine.shares:
        if len(spine.shares) != region_of_levels().shape[1]:
            yield f"expected shares of {region_of_levels().shape[1]} levels, got {len(spine.shares)}"
            return
        for region, sums in zip(REGIONS, region_of_levels() @ np.array(spine.shares), strict=True):
            if np.abs(sums - 1).max() > WHOLE:
                yield f"the shares of its {region.replace('_', ' ')} levels do not add up to 1"


SPINES = Check(
    name="spines",
    promise="A person's spine in the shot stands as it says, and a region's levels share its bend out whole.",
    codes=("spine",),
    manifest=check_spines,
)

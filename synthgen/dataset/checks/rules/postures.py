"""Who has a simulated posture in the shot has it in the annotation, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import PeopleTable
from synthgen.dataset.checks.rules.shots import ShardShots
from synthgen.dataset.checks.subject import Dataset, PersonRecord
from synthgen.dataset.clinical import posture_record


def check_posture(dataset: Dataset, person: PersonRecord) -> Iterator[Issue]:
    """Compares the annotation's posture with the shot's, and looks whether it is marked as simulated."""
    posture = person.record["posture"]
    if posture is not None and not (posture["simulated"] is True and posture["kind"] and posture["parameters"]):
        what = "a posture has a kind and parameters and is marked as simulated"
        yield POSTURES.issue("posture", person.where, what)
    shot = dataset.of_shard(ShardShots, person.image.manifest).by_id.get(person.image.record["shot"])
    people = shot.people if shot else ()
    asked = posture_record(people[person.index].posture) if person.index < len(people) else None
    if posture != asked:
        yield POSTURES.issue("posture-differs", person.where, "its posture is not that of the shot")


def suspects(dataset: Dataset, people: PeopleTable) -> np.ndarray:
    """Who has a posture, here or there."""
    shots = [shot for m in people.manifests for shot in dataset.of_shard(ShardShots, m).by_id.values()]
    asked = {(shot.id, index) for shot in shots for index, person in enumerate(shot.people) if person.posture}
    places = zip(people.of_image("shot").tolist(), people.index.tolist(), strict=True)
    has_one: np.ndarray = np.array([place in asked for place in places], bool)
    has_one |= np.asarray(people.column("posture").is_valid())
    return has_one


POSTURES = Check(
    name="postures",
    promise="Who has a posture in the shot has it in the annotation, marked as simulated, and nobody else has one.",
    codes=("posture", "posture-differs"),
    person=check_posture,
    suspects=suspects,
)

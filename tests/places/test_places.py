"""Props, rooms and skies."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from synthgen.core.errors import InputError
from synthgen.core.tables import table
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.shapes import ball, box, lathe, tube
from synthgen.places.props import build_prop, default_colour, default_size, prop_kinds
from synthgen.places.rooms import build_room, room_kinds
from synthgen.places.sky import build_sky, cube_directions
from synthgen.world.surroundings import BackdropSpec, PropSpec, RoomSpec, SkySpec


def spec(kind: str, **more: object) -> PropSpec:
    usual = {
        "name": "p",
        "kind": kind,
        "position": (0, 0, 0),
        "size": default_size(kind),
        "colour": default_colour(kind),
    }
    return PropSpec(**(usual | more))


def bounds(parts: list[MeshPart]) -> np.ndarray:
    points = np.concatenate([p.vertices for p in parts])
    return np.stack([points.min(axis=0), points.max(axis=0)])


SOLIDS = [
    (box("b", (0, 0, 0), (1, 2, 3), Material()), 6.0),
    (box("b", (0, 0, 0), (1, 2, 3), Material(), bevel=0.1), 5.885),
    (lathe("l", [(0, 0), (1, 0), (1, 1), (0, 1)], Material(), segments=400), np.pi),
    (lathe("l", [(0, 0), (1, 0), (1, 1), (0, 1)], Material(), axis="x", segments=400), np.pi),
    (lathe("l", [(0, 0), (1, 0), (1, 1), (0, 1)], Material(), axis="y", segments=400), np.pi),
    (tube("t", [(0, 0, 0), (0, 0, 1)], 0.1, Material(), 200), 0.01 * np.pi),
    (ball("s", 1.0, Material(), (1, 2, 3), 200), 4 / 3 * np.pi),
]


@pytest.mark.parametrize(("part", "volume"), SOLIDS)
def test_solids_are_closed_turned_outwards_and_of_known_volume(part: MeshPart, volume: float) -> None:
    mesh = trimesh.Trimesh(part.vertices, part.faces, process=False)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    assert mesh.is_watertight and mesh.is_winding_consistent
    assert mesh.volume == pytest.approx(volume, rel=2e-3)


@pytest.mark.parametrize("kind", prop_kinds())
@given(st.tuples(*[st.floats(0.2, 3.0)] * 3))
@settings(max_examples=3)
def test_a_prop_fills_exactly_the_size_asked_for(kind: str, size: tuple[float, float, float]) -> None:
    low, high = bounds(build_prop(spec(kind, size=size)))
    assert np.allclose(high - low, size, atol=1e-9)
    assert low[2] == pytest.approx(0, abs=1e-12) and np.allclose(low[:2], -high[:2], atol=1e-9)


@pytest.mark.parametrize("kind", prop_kinds())
def test_a_prop_is_small_whole_and_the_same_each_time(kind: str) -> None:
    parts, again = build_prop(spec(kind)), build_prop(spec(kind))
    assert sum(len(p.faces) for p in parts) < 8000
    assert len({p.name for p in parts}) == len(parts)
    for a, b in zip(parts, again, strict=True):
        assert np.isfinite(a.vertices).all() and a.faces.max() < len(a.vertices)
        assert a.vertices.tobytes() == b.vertices.tobytes()
        if a.material.texture is not None:
            assert b.material.texture is not None and a.material.texture.tobytes() == b.material.texture.tobytes()


@pytest.mark.parametrize("kind", prop_kinds())
def test_every_solid_of_a_prop_is_turned_outwards(kind: str) -> None:
    for part in build_prop(spec(kind)):
        if part.material.double_sided:
            continue
        mesh = trimesh.Trimesh(part.vertices, part.faces, process=False)
        mesh.merge_vertices(merge_tex=True, merge_norm=True)
        for solid in mesh.split(only_watertight=True):
            assert solid.volume > 0, part.name


def test_the_main_part_takes_the_colour_asked_for() -> None:
    red = build_prop(spec("kettlebell", colour=(0.9, 0.1, 0.1)))
    assert any(p.material.colour == (0.9, 0.1, 0.1) for p in red)


def test_unknown_things_are_refused_with_the_choice() -> None:
    with pytest.raises(InputError, match="kettlebell"):
        default_size("trebuchet")
    with pytest.raises(InputError, match="positive"):
        build_prop(spec("bench").model_copy(update={"size": (1.0, 0.0, 1.0)}))
    with pytest.raises(InputError, match="studio"):
        build_room(RoomSpec(kind="cave"))
    with pytest.raises(InputError, match="rubber"):
        build_room(RoomSpec(floor="lava"))


OUTDOORS = [k for k in room_kinds() if table("places/data/rooms.yaml")[k].get("outdoors")]
HALLS = [k for k in room_kinds() if k not in OUTDOORS]


@pytest.mark.parametrize("kind", HALLS)
@pytest.mark.parametrize(("floor", "walls"), [("rubber", "paint"), ("wood", "brick"), ("carpet", "panels")])
def test_rooms_close_around_whoever_stands_inside(kind: str, floor: str, walls: str) -> None:
    room = build_room(RoomSpec(kind=kind, floor=floor, walls=walls, size=(9.0, 7.0, 3.0), texture_seed=5))
    low, high = bounds(room)
    assert np.allclose(low, [-4.5, -3.5, 0], atol=1e-9) and np.allclose(high, [4.5, 3.5, 3], atol=1e-9)
    mesh = trimesh.util.concatenate([trimesh.Trimesh(p.vertices, p.faces, process=False) for p in room])
    rng = np.random.default_rng(0)
    directions = rng.normal(size=(300, 3))
    origins = np.tile([0.3, -0.2, 1.2], (300, 1))
    hit = mesh.ray.intersects_first(origins, directions)
    assert (hit >= 0).all()  # no holes
    assert (np.einsum("ij,ij->i", mesh.face_normals[hit], directions) < 0).all()  # everything faces inwards


@pytest.mark.parametrize("kind", OUTDOORS)
@pytest.mark.parametrize("seed", range(4))
def test_places_outdoors_reach_to_the_horizon_and_leave_their_middle_free(kind: str, seed: int) -> None:
    room = build_room(RoomSpec(kind=kind, floor="grass", size=(9.0, 7.0, 3.0), texture_seed=seed, crowd=6))
    mesh = trimesh.util.concatenate([trimesh.Trimesh(p.vertices, p.faces, process=False) for p in room])
    directions = np.random.default_rng(0).normal(size=(300, 3))
    origins = np.tile([0.3, -0.2, 1.2], (300, 1))
    assert (mesh.ray.intersects_first(origins, directions) >= 0).all()  # no holes, neither in the sky nor in the ground
    upright = [p.vertices for p in room if p.name in ("trunk", "fence") or p.name.startswith("far_")]
    v = np.concatenate(upright)
    assert (np.maximum(np.abs(v[:, 0]) - 4.5, np.abs(v[:, 1]) - 3.5) > 0).all()


def test_people_far_off_stand_no_nearer_than_they_may() -> None:
    room = build_room(RoomSpec(kind="park", floor="grass", texture_seed=3, crowd=40, crowd_from=33.0))
    v = np.concatenate([p.vertices for p in room if p.name.startswith("far_")])
    assert np.hypot(v[:, 0], v[:, 1]).min() > 32.5 and 1.4 < v[:, 2].max() < 1.95


def test_nothing_stands_out_of_the_walls_far_enough_to_be_in_the_way() -> None:
    room = build_room(RoomSpec(size=(9.0, 7.0, 3.0)))
    inner = [p.vertices for p in room if p.name not in ("floor", "ceiling", "lamps", "lamp_frames")]
    v = np.concatenate(inner)
    assert (np.minimum(4.5 - np.abs(v[:, 0]), 3.5 - np.abs(v[:, 1])) < 0.16).all()


def test_cube_faces_look_where_they_say() -> None:
    d = cube_directions(9)
    axes = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
    for face, axis in zip(d, axes, strict=True):
        assert np.allclose(face[4, 4], axis)
        assert (face.reshape(-1, 3) @ np.array(axis) > 0.55).all()
    # Neighbouring faces share their edges: the right edge of +z runs along +x.
    assert np.allclose(np.linalg.norm(d, axis=-1), 1)


def test_sky_is_bright_above_and_symmetric() -> None:
    sky = build_sky(SkySpec(), 32)
    assert sky.shape == (6, 32, 32, 4) and sky.dtype == np.uint8 and (sky[..., 3] == 255).all()
    mean = sky[..., :3].mean(axis=(1, 2, 3))
    assert mean[4] > mean[0] > mean[5]
    assert sky[4, ..., :3].max() > 250  # lamps
    # The walls lie turned on their faces: up is left on +x, right on −x, down the rows on +y, up the rows on −y.
    pairs = ((sky[0], sky[1, :, ::-1]), (sky[2], sky[3, ::-1]), (sky[4], sky[4, ::-1]), (sky[4], sky[4, :, ::-1]))
    for a, b in pairs:
        assert np.abs(a.astype(int) - b).max() <= 1  # rounding


@pytest.mark.parametrize("kind", ["gym", "studio", "office", "warehouse"])
def test_windows_show_the_outside_and_walls_do_not(kind: str) -> None:
    size = (10.0, 8.0, 5.0)
    room = build_room(RoomSpec(kind=kind, size=size, texture_seed=4, backdrop=BackdropSpec(scenery="street")))
    mesh = trimesh.util.concatenate([trimesh.Trimesh(p.vertices, p.faces, process=False) for p in room])
    directions = np.random.default_rng(2).normal(size=(4000, 3))
    origins = np.tile([0.3, -0.2, 1.6], (len(directions), 1))
    places, rays, _ = mesh.ray.intersects_location(origins, directions, multiple_hits=False)
    assert len(np.unique(rays)) == len(directions)  # nothing is missing, neither inside nor outside
    outside = (np.abs(places[:, :2]) > np.array(size[:2]) / 2 + 0.3).any(1)
    assert 0.01 < outside.mean() < 0.25
    data = table("places/data/rooms.yaml")[kind]
    # The wall through which a ray leaves the room.
    ahead = directions[rays][outside]
    reach = np.abs(ahead[:, :2]) / (np.array(size[:2]) / 2 - np.sign(ahead[:, :2]) * (0.3, -0.2))
    along_x = reach[:, 0] > reach[:, 1]
    wall = np.where(along_x, np.where(ahead[:, 0] > 0, 1, 3), np.where(ahead[:, 1] < 0, 0, 2))
    assert {data["walls"][k] for k in wall} == {"windows"}


def test_a_house_has_the_same_view_each_time() -> None:
    spec = RoomSpec(kind="office", texture_seed=4, crowd=3, backdrop=BackdropSpec(scenery="park"))
    for a, b in zip(build_room(spec), build_room(spec), strict=True):
        assert a.name == b.name and a.vertices.tobytes() == b.vertices.tobytes()

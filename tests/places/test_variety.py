"""What a seed decides about rooms and props, and that nothing else does."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest

from synthgen.core.tables import table
from synthgen.meshes.mesh import MeshPart
from synthgen.places import bank
from synthgen.places.props import build, build_prop, default_colour, default_size, prop_kinds
from synthgen.places.rooms import build_room
from synthgen.places.sky import build_sky
from synthgen.world.surroundings import PropSpec, RoomSpec, SkySpec

PROPS = table("places/data/props.yaml")


def spec(kind: str, seed: int, **more: object) -> PropSpec:
    usual = {"size": default_size(kind), "colour": default_colour(kind), "texture_seed": seed}
    return PropSpec(name="p", kind=kind, position=(0, 0, 0), **(usual | more))


def digest(parts: list[MeshPart]) -> str:
    out = sha256()
    for p in parts:
        for array in (p.vertices, p.faces, p.normals, p.uvs, p.material.texture, p.material.normal_map):
            out.update(b"-" if array is None else np.ascontiguousarray(array).tobytes())
        out.update(repr((p.name, p.material.colour, p.material.roughness)).encode())
    return out.hexdigest()


def forget() -> None:
    bank._painted.cache_clear()
    build._shape.cache_clear()


def test_what_is_built_does_not_depend_on_what_was_built_before():
    rooms = [RoomSpec(floor=f, walls=w, texture_seed=s) for f, w, s in (("wood", "brick", 1), ("rubber", "paint", 2))]
    props = [spec(kind, seed) for kind in prop_kinds() for seed in (3, 2**31 - 1)]
    forget()
    forwards = [digest(build_room(r)) for r in rooms] + [digest(build_prop(p)) for p in props]
    forget()
    build_prop(spec("shelf", 77, size=(0.5, 1.0, 2.0)))
    backwards = [digest(build_prop(p)) for p in reversed(props)] + [digest(build_room(r)) for r in reversed(rooms)]
    assert backwards[::-1] == forwards


@pytest.mark.parametrize("kind", prop_kinds())
def test_a_seed_changes_what_varies_and_nothing_else(kind: str):
    shapes = {digest([MeshPart("", p.vertices, p.faces, p.material) for p in build_prop(spec(kind, 0))][:1])}
    looks = {digest(build_prop(spec(kind, seed))) for seed in range(12)}
    outlines = {
        sha256(np.concatenate([p.vertices for p in build_prop(spec(kind, s))]).tobytes()).digest() for s in range(12)
    }
    assert len(shapes) == 1
    assert (len(outlines) > 6) == ("shapes" in PROPS[kind])
    assert (len(looks) > 6) == ("shapes" in PROPS[kind] or "surfaces" in PROPS[kind])


def test_surfaces_are_named_for_parts_that_there_are():
    for kind, row in PROPS.items():
        made = {p.name for p in build._BUILDERS[kind](build.Look(default_size(kind), default_colour(kind), 0))}
        assert set(row.get("surfaces", {})) <= made
        assert set(row.get("surfaces", {}).values()) <= set(bank.surfaces_of("prop"))


def test_surfaces_of_props_are_as_large_as_they_are():
    (top,) = [p for p in build_prop(spec("step", 5)) if p.material.texture is not None]
    flat = top.normals[:, 2] > 0.999
    across = np.ptp(top.vertices[flat, :2], axis=0)
    assert sorted(np.ptp(top.uvs[flat], axis=0)) == pytest.approx(sorted(across / bank.tile("foam")), rel=0.02)


def test_a_room_is_few_meshes_and_its_posters_one_image():
    parts = build_room(RoomSpec(texture_seed=8))
    assert sum(p.name == "poster" for p in parts) == 1
    assert sum(p.material.texture is not None for p in parts) == 7  # floor, four walls, ceiling, posters
    assert len({id(p.material.texture) for p in parts if p.name.startswith("wall_")}) == 1


def test_a_sky_is_the_mix_of_its_colours():
    """Linear in the colours, but for the lamps: grey above grey is grey, lamps are white."""
    grey = build_sky(SkySpec(zenith=(0.625,) * 3, horizon=(0.5,) * 3, ground=(0.5,) * 3))
    below = grey[5, ..., :3]
    assert np.abs(below - 127.5).max() <= 0.5 and grey[4, ..., :3].max() > 240
    warm = build_sky(SkySpec(zenith=(0.5,) * 3, horizon=(0.6, 0.5, 0.4), ground=(0.1, 0.2, 0.3)))
    assert np.abs(warm[5, 15:17, 15:17, :3].mean((0, 1)) / 255 - (0.1, 0.2, 0.3)).max() < 0.03

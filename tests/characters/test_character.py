from __future__ import annotations

import itertools

import numpy as np
import pytest
import trimesh

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.body import build_body
from synthgen.characters.character import dress
from synthgen.characters.clothing.cuts import cut_field, garment_data, garment_kinds
from synthgen.characters.clothing.garments import cut_garment
from synthgen.characters.clothing.patterns import PATTERNS
from synthgen.characters.hair import hair_styles
from synthgen.characters.landmarks import find_landmarks
from synthgen.characters.rest_body import RestBody, blend
from synthgen.characters.skin import tone
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.core.skeleton import REGIONS
from synthgen.engine.cpu.settle import STEPS, settled, sheet_arrays
from synthgen.meshes.geometry import boundary_edges, cut, nearest, vertex_normals
from synthgen.meshes.mesh import MeshPart

from .people import BODIES, FULL, outfit
from .posing import POSES, gap_to, posed

CLOTH = tuple(k for k in garment_kinds() if "shape" not in garment_data(k))


def weld(vertices: np.ndarray, tolerance: float = 1e-7) -> np.ndarray:
    """(V,) for each vertex the lowest index of a vertex at the same place."""
    _, first, inverse = np.unique(
        np.round(vertices / tolerance).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    return first[inverse.ravel()]


def parts_of(asset: CharacterAsset) -> dict[str, MeshPart]:
    return {p.name: p for p in asset.parts}


def outer_faces(part: MeshPart, rest: RestBody) -> np.ndarray:
    """The faces of a garment that look away from the body: the rim folded under the hem looks at it."""
    skin = vertex_normals(rest.vertices, rest.faces)[nearest(part.vertices[part.faces].mean(axis=1), rest.vertices)]
    a, b, c = (part.vertices[part.faces[:, k]] for k in range(3))
    return part.faces[np.einsum("ij,ij->i", np.cross(b - a, c - a), skin) > 0]


@pytest.mark.parametrize("name", BODIES)
def test_every_part_is_whole_and_bound_to_the_rig(dressed: dict[str, CharacterAsset], name: str) -> None:
    asset = dressed[name]
    assert sum(len(p.faces) for p in asset.parts) <= 60_000
    for part in asset.parts:
        count = len(part.vertices)
        assert np.isfinite(part.vertices).all() and part.faces.min() >= 0 and part.faces.max() < count
        assert part.skin_weights is not None and part.skin_indices is not None and part.regions is not None
        assert part.skin_weights.shape == part.skin_indices.shape and len(part.skin_weights) == count
        assert np.allclose(part.skin_weights.sum(axis=1), 1, atol=1e-6) and part.skin_weights.min() >= 0
        assert part.skin_indices.max() < len(asset.carriers_at_rest())
        assert len(part.regions) == count and part.regions.max() < len(REGIONS)
        assert part.uvs is not None and part.uvs.shape == (count, 2) and np.isfinite(part.uvs).all()
        texture = part.material.texture
        assert texture is None or (texture.dtype == np.uint8 and max(texture.shape) <= 512)


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("kind", CLOTH)
def test_hems_lie_on_the_cut_line_and_cloth_lies_outside_the_body(
    bodies: dict[str, RestBody], name: str, kind: str
) -> None:
    body, data = bodies[name], garment_data(kind)
    marks = find_landmarks(body)
    field = cut_field(data, body.vertices, marks)
    edge = np.unique(boundary_edges((piece := cut(body.faces, field)).faces))
    new = piece.ends[:, 0] != piece.ends[:, 1]
    assert new[edge].mean() > 0.99  # the edge is made of new vertices, none of the body's own
    garment = cut_garment(kind, data, body, marks, np.zeros(len(body.vertices)))
    own = garment.vertices[: garment.first_rim]
    # Between the toes the nearest skin is the next toe's, whatever the sock does: toes are left out.
    toes = [name.startswith("toe") for name in body.bone_names]
    probe = np.flatnonzero(garment.weights[: garment.first_rim, toes].sum(axis=1) < 0.05)[::5]
    gap, _ = gap_to(body.vertices, body.faces, own[probe])
    assert np.quantile(gap, 0.01) > 0.001, f"{100 * (gap < 0.001).mean():.1f} % of the cloth is nearer than 1 mm"
    # Closed edges: after welding, each hem is a set of loops, and the folded rim covers the cut.
    loops = boundary_edges(weld(garment.vertices)[garment.faces])
    _, counts = np.unique(loops, return_counts=True)
    assert (counts == 2).mean() > 0.98


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("name", ["man", "woman", "heavy", "child"])
def test_skin_does_not_poke_through_cloth(dressed: dict[str, CharacterAsset], name: str, pose: str) -> None:
    asset = dressed[name]
    bones = posed(asset.rest, POSES[pose])
    parts = parts_of(asset)

    def at(part: MeshPart) -> np.ndarray:
        carried = blend(asset.rest.bones, bones, part.vertices, part.skin_indices, part.skin_weights)
        if part.sheet is None:
            return carried
        arrays = sheet_arrays(part, part.sheet, asset.rest.bones)
        return carried + settled(arrays, np.ascontiguousarray(bones), STEPS)

    skin = at(parts["body"])
    outwards = vertex_normals(skin, parts["body"].faces)
    bad = checked = 0
    marks = find_landmarks(asset.rest)
    corner = nearest(parts["body"].vertices, asset.rest.vertices)
    for kind in (k for k in parts if k in CLOTH):
        field = cut_field(garment_data(kind), asset.rest.vertices, marks)[corner]
        covered = np.flatnonzero(field > 0.012)
        points = skin[covered]
        cloth, faces = at(parts[kind]), outer_faces(parts[kind], asset.rest)
        out, distance = gap_to(cloth, faces, points)
        # In a fold the other side's cloth is near, and faces the skin: it does not cover it.
        a, b, c = (cloth[faces[:, k]] for k in range(3))
        faced = np.cross(b - a, c - a)[nearest(points, (a + b + c) / 3)]
        covers = np.einsum("ij,ij->i", faced, outwards[covered]) > 0
        bad += int(((out > 0.002) & (distance < 0.03) & covers).sum())
        checked += len(points)
    assert checked > 250
    assert bad / checked < 0.02, f"{100 * bad / checked:.1f} % of the covered skin shows"


def test_skin_deep_under_clothes_is_not_drawn(bodies: dict[str, RestBody]) -> None:
    body = bodies["man"]
    bare, clad = dress(body, outfit()), dress(body, FULL)
    assert len(clad.parts[0].faces) < 0.85 * len(bare.parts[0].faces)
    belly = body.vertices[np.abs(body.vertices[:, 1]) < 0.05]
    chest = belly[np.argmin(np.linalg.norm(belly - [0.2, 0.0, 0.70 * body.stature], axis=1))]
    closest = np.linalg.norm(clad.parts[0].vertices[np.unique(clad.parts[0].faces)] - chest, axis=1).min()
    assert closest > 0.06


def test_shoes_stand_where_the_feet_stand(dressed: dict[str, CharacterAsset]) -> None:
    for asset in dressed.values():
        shoes = parts_of(asset)["shoes"].vertices
        assert shoes[:, 2].min() == pytest.approx(0.0, abs=1e-3)
        sole = shoes[shoes[:, 2] < 0.002]
        assert np.ptp(sole[:, 0]) > 0.10 * asset.rest.stature  # a flat sole, not a point


def test_lower_layers_are_worn_below_upper_ones(dressed: dict[str, CharacterAsset]) -> None:
    parts = parts_of(dressed["man"])
    shirt, shorts = parts["tshirt"], parts["shorts"]
    gap, distance = gap_to(shirt.vertices, outer_faces(shirt, dressed["man"].rest), shorts.vertices)
    near = distance < 0.02
    inside = shorts.vertices[:, 2] > shirt.vertices[:, 2].min() + 0.02
    assert (near & inside).sum() > 10
    assert (gap[near & inside] > 0.001).mean() < 0.05


@pytest.mark.parametrize("style", hair_styles())
@pytest.mark.parametrize("name", ["man", "child", "heavy"])
def test_hair_covers_the_scalp_but_not_the_face(bodies: dict[str, RestBody], name: str, style: str) -> None:
    body = bodies[name]
    asset = dress(body, outfit(hair=style))
    hair = [p for p in asset.parts if p.name.startswith("hair")]
    if style in ("bald", "buzz"):
        assert not hair
        return
    eye = body.bones[body.bone("eye.L"), :3, 3]
    sheet = trimesh.Trimesh(hair[0].vertices, hair[0].faces, process=False)
    top = body.vertices[:, 2].max()
    assert sheet.vertices[:, 2].max() > top
    # Straight ahead of both eyes there is no hair; above the crown there is.
    for y in (eye[1], -eye[1], 0.0):
        assert not sheet.ray.intersects_any([[eye[0] + 0.3, y, eye[2]]], [[-1.0, 0, 0]])[0] or (
            sheet.ray.intersects_location([[eye[0] + 0.3, y, eye[2]]], [[-1.0, 0, 0]])[0][:, 0].max() < eye[0]
        )
    assert sheet.ray.intersects_any([[eye[0] - 0.08, 0.01, top + 0.2]], [[0, 0, -1.0]])[0]


def test_the_same_specification_gives_the_same_bytes(bodies: dict[str, RestBody]) -> None:
    spec = outfit("leggings", "tank_top", "shoes", pattern="panels", hair="ponytail")
    first, again = dress(bodies["woman"], spec), dress(bodies["woman"], spec)
    for a, b in zip(first.parts, again.parts, strict=True):
        assert a.name == b.name and a.vertices.tobytes() == b.vertices.tobytes()
        assert a.faces.tobytes() == b.faces.tobytes() and a.skin_weights.tobytes() == b.skin_weights.tobytes()
        assert (a.material.texture is None) == (b.material.texture is None)
        if a.material.texture is not None:
            assert a.material.texture.tobytes() == b.material.texture.tobytes()
    other = dress(bodies["woman"], spec.model_copy(update={"texture_seed": 6}))
    assert other.parts[0].material.texture.tobytes() != first.parts[0].material.texture.tobytes()
    assert np.array_equal(other.parts[0].vertices, first.parts[0].vertices)


def test_skin_tones_go_from_light_to_dark() -> None:
    luma = [float(tone(t).mean()) for t in np.linspace(0, 1, 12)]
    assert all(a > b for a, b in itertools.pairwise(luma))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_use_both_colours_only_where_they_should(bodies: dict[str, RestBody], pattern: str) -> None:
    spec = outfit("tshirt", pattern=pattern)
    texture = parts_of(dress(bodies["man"], spec))["tshirt"].material.texture
    white = (texture.min(axis=-1) > 150).mean()
    assert (white > 0.002) == (pattern not in ("plain", "heather"))


def test_what_cannot_be_built_is_refused_with_the_choice(bodies: dict[str, RestBody], shared_cache: Cache) -> None:
    with pytest.raises(InputError, match="tshirt"):
        dress(bodies["man"], outfit("toga"))
    with pytest.raises(InputError, match="ponytail"):
        dress(bodies["man"], outfit(hair="mohawk"))
    with pytest.raises(InputError, match="stripes"):
        dress(bodies["man"], outfit("tshirt", pattern="tartan"))
    with pytest.raises(InputError, match="no skin"):
        dress(build_body(BODIES["man"].model_copy(update={"rig": "ue5_mannequin"}), shared_cache), FULL)

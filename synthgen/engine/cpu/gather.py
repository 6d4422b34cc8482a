"""A stage's objects → the arrays of a picture. What does not change from picture to picture is kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from synthgen.core.srgb import linear_from_srgb
from synthgen.engine.cpu.arrays import Looks, Triangles
from synthgen.engine.cpu.images import ImagePool
from synthgen.engine.cpu.settle import STEPS, SheetArrays, settled, sheet_arrays
from synthgen.engine.cpu.skin import SkinArrays, posed, skin_arrays
from synthgen.engine.cpu.sky import mirror_level
from synthgen.engine.stage import Stage, StageCharacter, StageObject
from synthgen.meshes.joining import joined
from synthgen.meshes.mesh import Material, MeshPart
from synthgen.meshes.normals import rigid_normals

KEPT = 128 * 2**20
"""Bytes of meshes that are kept from picture to picture: some thirty people, or a thousand props."""

_STILL = np.zeros((0, 3))
"""No shift."""


@dataclass(frozen=True)
class ReadyPart:
    """A part that can be drawn any number of times.

    Attributes:
        places, normals: (V, 3) float32, own frame, at rest.
        faces: (F, 3) int32.
        uvs: (V, 2) float32.
        material: how it looks; without images where there are no texture coordinates.
        skin: what moves it, None for rigid parts.
        sheet: how it settles, None for what is no garment.
    """

    places: np.ndarray
    normals: np.ndarray
    faces: np.ndarray
    uvs: np.ndarray
    material: Material
    skin: SkinArrays | None
    sheet: SheetArrays | None = None

    @cached_property
    def nbytes(self) -> int:
        """Bytes of its arrays; its images are the pool's."""
        return sum(
            a.nbytes
            for a in (self.places, self.normals, self.faces, self.uvs, *(self.skin or ()), *(self.sheet or ()))
            if isinstance(a, np.ndarray)
        )


@dataclass(frozen=True)
class PlacedPart:
    """A part in the world: (V, 3) float32 places and normals, whose it is, and whether it throws shadows."""

    part: ReadyPart
    places: np.ndarray
    normals: np.ndarray
    owner: int
    casts: bool


@dataclass
class Gatherer:
    """Keeps the parts of what was drawn last."""

    images: ImagePool = field(default_factory=ImagePool)
    _ready: OrderedDict[str, list[ReadyPart]] = field(default_factory=OrderedDict)

    def gathered(self, stage: Stage, sky_levels: int) -> tuple[Triangles, Looks]:
        """Everything that a stage shows."""
        placed = [p for item in stage.objects.values() if item.visible for p in self._placed(item)]
        if stage.room:
            # Walls and ceiling cast no shadows: the sun of an indoor scene stands for light from outside the room.
            room = self._parts("room:" + stage.room_key, stage.room, None)
            placed += [PlacedPart(p, p.places, p.normals, 0, False) for p in room]
        self._forget()
        return surfaces_of(placed), looks_of([p.part.material for p in placed], sky_levels, self.images)

    def _forget(self) -> None:
        """Forgets what was not used for longest; what was gathered last is placed already and need not stay."""
        kept = sum(part.nbytes for parts in self._ready.values() for part in parts)
        while kept > KEPT and self._ready:
            kept -= sum(part.nbytes for part in self._ready.popitem(last=False)[1])

    def _parts(self, key: str, parts: tuple[MeshPart, ...], item: StageObject | None) -> list[ReadyPart]:
        if key not in self._ready:
            rest = item.asset.carriers_at_rest() if isinstance(item, StageCharacter) else None
            self._ready[key] = ready_parts(parts, rest)
        self._ready.move_to_end(key)
        return self._ready[key]

    def _placed(self, item: StageObject) -> list[PlacedPart]:
        matrix = item.matrix
        turn, shift = matrix[:3, :3], matrix[:3, 3]
        upright = np.linalg.inv(turn).T
        out = []
        pose = np.ascontiguousarray(item.carriers(), float) if isinstance(item, StageCharacter) else None
        for part in self._parts(item.key, item.parts, item):
            places, normals = part.places, part.normals
            if part.skin is not None and pose is not None:
                settling = _STILL if part.sheet is None else settled(part.sheet, pose, STEPS)
                places, normals = posed(part.skin, pose, settling)
            out.append(PlacedPart(part, _turned(places, turn) + shift, _turned(normals, upright), item.serial, True))
        return out


def looks_of(materials: list[Material], sky_levels: int, pool: ImagePool) -> Looks:
    """Materials as kernels take them.

    Args:
        materials: of P parts.
        sky_levels: levels of the environment that they mirror.
        pool: holds their images.
    """
    images = list({id(i): i for m in materials for i in (m.texture, m.normal_map) if i is not None}.values())
    number = {id(image): n for n, image in enumerate(images)}
    rows, texels = pool.rows(images)
    roughness = np.array([m.roughness for m in materials], np.float32)
    return Looks(
        linear_from_srgb(np.array([m.colour for m in materials]).reshape(-1, 3)).astype(np.float32),
        linear_from_srgb(np.array([m.emissive for m in materials]).reshape(-1, 3)).astype(np.float32),
        roughness,
        np.array([m.metallic for m in materials], np.float32),
        np.array([m.sheen for m in materials], np.float32),
        mirror_level(roughness, sky_levels),
        np.array([m.double_sided for m in materials], bool),
        np.array([m.unlit for m in materials], bool),
        np.array([-1 if m.texture is None else number[id(m.texture)] for m in materials], np.int32),
        np.array([-1 if m.normal_map is None else number[id(m.normal_map)] for m in materials], np.int32),
        rows,
        texels,
    )


def ready_parts(parts: tuple[MeshPart, ...], rest_bones: np.ndarray | None) -> list[ReadyPart]:
    """The fewest parts that look the same.

    Args:
        parts: a thing's.
        rest_bones: (B, 4, 4) of a character at rest, None for rigid things.
    """
    fewest = joined(parts)
    rigid = iter(rigid_normals([p for p in fewest if p.skin_weights is None or rest_bones is None]))
    out = []
    for part in fewest:
        skin = sheet = None
        if part.skin_weights is not None and part.skin_indices is not None and rest_bones is not None:
            skin = skin_arrays(part.vertices, part.faces, part.skin_indices, part.skin_weights, rest_bones)
            normals = posed(skin, np.ascontiguousarray(rest_bones, float), _STILL)[1]
            sheet = None if part.sheet is None else sheet_arrays(part, part.sheet, rest_bones)
        else:
            normals = next(rigid)
        out.append(_ready(part, normals, skin, sheet))
    return out


def _ready(part: MeshPart, normals: np.ndarray, skin: SkinArrays | None, sheet: SheetArrays | None) -> ReadyPart:
    painted = part.uvs is not None
    material = part.material if painted else _plain(part.material)
    return ReadyPart(
        np.array(part.vertices, np.float32),
        np.array(normals, np.float32),
        np.array(part.faces, np.int32),
        np.array(part.uvs, np.float32) if painted else np.zeros((len(part.vertices), 2), np.float32),
        material,
        skin,
        sheet,
    )


def _plain(material: Material) -> Material:
    return Material(
        material.colour,
        roughness=material.roughness,
        metallic=material.metallic,
        sheen=material.sheen,
        double_sided=material.double_sided,
        emissive=material.emissive,
        unlit=material.unlit,
    )


def _turned(vectors: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """(V, 3) float32 → turned by (3, 3), in float64; written out, because BLAS rounds as the processor likes."""
    x, y, z = (vectors[:, k, None].astype(float) for k in range(3))
    out: np.ndarray = x * matrix[:, 0] + y * matrix[:, 1] + z * matrix[:, 2]
    return out


def surfaces_of(placed: list[PlacedPart]) -> Triangles:
    """Parts in the world as kernels take them."""
    starts = np.cumsum([0, *(len(p.places) for p in placed)])
    counts = [len(p.part.faces) for p in placed]

    def joined_rows(rows: list[np.ndarray], width: int, kind: type) -> np.ndarray:
        return np.concatenate([np.zeros((0, width), kind), *rows], dtype=kind, casting="unsafe")

    return Triangles(
        joined_rows([p.places for p in placed], 3, np.float32),
        joined_rows([p.normals for p in placed], 3, np.float32),
        joined_rows([p.part.uvs for p in placed], 2, np.float32),
        joined_rows([p.part.faces + s for p, s in zip(placed, starts, strict=False)], 3, np.int32),
        np.repeat(np.arange(len(placed), dtype=np.int32), counts),
        np.array([p.owner for p in placed], np.int32),
        np.array([p.casts for p in placed], bool),
    )

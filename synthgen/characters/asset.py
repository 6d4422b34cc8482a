"""What a dressed character is: a rest body and the parts that are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthgen.characters.rest_body import RestBody
from synthgen.meshes.mesh import MeshPart


@dataclass(frozen=True)
class CharacterAsset:
    """A dressed character: the rest body that moves it and the parts that are drawn."""

    rest: RestBody
    parts: tuple[MeshPart, ...] = field(default=())

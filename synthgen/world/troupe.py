"""How a cast grows with the dataset: how many characters there are, and which of them may appear in which shot.

Shot after shot a window moves along the cast. Only whoever is inside may appear, so that a worker and its engine know
few characters at a time; where the window moves on by one, the character that it moves on to is in the shot, so that
everybody appears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

import numpy as np

from synthgen.core.seeding import stream
from synthgen.scene import Scene

Member = TypeVar("Member")

_IMAGES_PER_CHARACTER = 5
"""Images after which a cast that grows with the dataset has one character more."""
_FEWEST = 6
"""Characters of the smallest such cast: what ``world/cast.py`` mixes evenly."""
_WINDOW = 6
"""Characters that may appear in a shot, at least; twice as many as there are people where that is more."""


class Troupe(Sequence[Member], Generic[Member]):
    """A sequence whose members are made when they are asked for, each once.

    Args:
        count: how many there are.
        make: number 0 … count − 1 → member; the same one for the same number, whatever was asked for before.
    """

    def __init__(self, count: int, make: Callable[[int], Member]) -> None:
        self._count, self._make = count, make
        self._made: dict[int, Member] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, k: int) -> Member: ...
    @overload
    def __getitem__(self, k: slice) -> list[Member]: ...
    def __getitem__(self, k: int | slice) -> Member | list[Member]:
        if isinstance(k, slice):
            return [self[i] for i in range(*k.indices(self._count))]
        i = k + self._count if k < 0 else k
        if not 0 <= i < self._count:
            raise IndexError(f"character {k} of {self._count}")
        if i not in self._made:
            self._made[i] = self._make(i)
        return self._made[i]

    def __iter__(self) -> Iterator[Member]:
        return (self[i] for i in range(self._count))


def cast_size(scene: Scene) -> int:
    """How many characters a scene has: as many as it says, or one for every few images and enough for every shot."""
    if scene.cast.count != "auto":
        return scene.cast.count
    return max(_FEWEST, scene.people.max, -(-scene.images // _IMAGES_PER_CHARACTER))


def who_appears(scene: Scene, shot_index: int, size: int) -> tuple[int, ...]:
    """The characters of one shot by their numbers in a cast of a given size, all different, in the people's order.

    With a fixed number of characters all of them may appear in any shot.
    """
    people = scene.people
    count = int(stream(scene.seed, shot_index, "people").integers(people.min, people.max + 1))
    rng = stream(scene.seed, shot_index, "characters")
    if scene.cast.count != "auto":
        return tuple(int(k) for k in rng.permutation(size)[:count])
    width = min(size, max(_WINDOW, 2 * people.max))
    place = _place(scene, shot_index, size)
    first = int(np.clip(place - width // 2, 0, size - width))
    who = [first + int(k) for k in rng.permutation(width)]
    if shot_index == 0 or _place(scene, shot_index - 1, size) != place:
        who.remove(place)
        who.insert(int(rng.integers(count)), place)
    return tuple(who[:count])


def _place(scene: Scene, shot_index: int, size: int) -> int:
    """The character at whom the window stands in a shot."""
    return min(size - 1, shot_index * size // scene.shots)

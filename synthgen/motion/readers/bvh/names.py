"""Which joint of a file is which part of the body."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.motion.names import close_matches
from synthgen.motion.readers.bvh.conventions import Convention, conventions, plain
from synthgen.motion.readers.bvh.draft import draft


@dataclass(frozen=True)
class Named:
    """The joints of a file that have a place in the body, by index.

    Attributes:
        convention: the kind of skeleton.
        points: landmark → joint; segments: segment → joint.
        chest: (bone, joints on it, joint to take for the neck's base or None) where a chest bone may be lost.
        note: how the joints are named.
    """

    convention: Convention
    points: dict[str, int]
    segments: dict[str, int]
    chest: tuple[int, list[int], int | None] | None
    note: str

    @property
    def joints(self) -> set[int]:
        """Every joint that is used."""
        bone, on, neck = self.chest or (None, [], None)
        used = {*self.points.values(), *self.segments.values(), *on, bone, neck}
        return {j for j in used if j is not None}

    def among(self, index: dict[int, int]) -> Named:
        """The same where the joints have other numbers."""
        chest = self.chest
        if chest is not None:
            bone, on, neck = chest
            chest = index[bone], [index[j] for j in on], None if neck is None else index[neck]
        return replace(
            self,
            points={n: index[k] for n, k in self.points.items()},
            chest=chest,
            segments={n: index[k] for n, k in self.segments.items()},
        )


def recognise(names: Sequence[str], mapping: Path | None, path: Path) -> Named:
    """The joints of a file by the shipped conventions, or by a mapping file of the user's.

    Names are compared without a prefix up to ``:``, without a prefix that all joints of the body share, and without
    regard to case, blanks, dots, dashes and underscores.

    Raises:
        InputError: they are not known, or one name stands for two joints.
    """
    known = conventions(mapping)
    there = [plain(n) for n in names]
    fitting = [(c, p) for c in known if (p := _prefix(c, set(there))) is not None]
    if not fitting:
        raise _unknown(names, known, mapping, path)
    # Of several that fit, the one that knows most of the file's joints.
    chosen, prefix = max(
        fitting, key=lambda f: sum(f[1] + plain(j) in there for j in f[0].points.values()) + len(f[0].marks)
    )

    def find(joint: str) -> int | None:
        found = [k for k, n in enumerate(there) if n == prefix + plain(joint)]
        exact = [k for k in found if names[k].rpartition(":")[2].lower() == joint.lower()]
        if len(found) > 1 and len(exact) != 1:
            raise InputError(
                "several joints of the body have one name",
                where=str(path),
                got=_cut(names[k] for k in found),
                expected="one person, and one joint for each name",
                remedy="export one person alone, or rename one of the joints",
            )
        return exact[0] if len(found) > 1 else next(iter(found), None)

    points = {n: k for n, j in chosen.points.items() if (k := find(j)) is not None}
    segments = {n: k for n, j in chosen.segments.items() if (k := find(j)) is not None}
    note = f"joints named as {chosen.name}" + (f", behind {_spelt(prefix, names)!r}" if prefix else "")
    return Named(chosen, points, segments, _chest(chosen, find), note)


def _prefix(convention: Convention, there: set[str]) -> str | None:
    """What stands before every required joint's name; None where not all are there."""
    wanted = [plain(j) for j in convention.required]
    before = sorted({n[: -len(wanted[0])] for n in there if n.endswith(wanted[0])}, key=len) if wanted[0] else []
    return next((p for p in before if all(p + j in there for j in wanted)), None)


def _spelt(prefix: str, names: Sequence[str]) -> str:
    """A plain prefix as the file writes it."""
    full = next(n.rpartition(":")[2] for n in names if plain(n).startswith(prefix))
    length = next(k for k in range(len(full) + 1) if plain(full[:k]) == prefix)
    return full[: length + len(full[length:]) - len(full[length:].lstrip(" _.-"))]


def _chest(convention: Convention, find: Callable[[str], int | None]) -> tuple[int, list[int], int | None] | None:
    row = convention.chest
    if row is None:
        return None
    bone, on = find(row.bone), [k for j in row.joints if (k := find(j)) is not None]
    return None if bone is None or len(on) < len(row.joints) else (bone, on, find(row.neck_base))


def _unknown(names: Sequence[str], known: list[Convention], mapping: Path | None, path: Path) -> InputError:
    """The error for a skeleton that no convention fits: the way out first, whatever names look alike."""
    there = {plain(n) for n in names}
    lacking = {c.name: [j for j in c.required if plain(j) not in there] for c in known}
    nearest = min(lacking, key=lambda n: len(lacking[n]))
    if mapping is not None:
        hint = close_matches(lacking[nearest][0], names)
        remedy = f"correct these names in {mapping.name}" + (f"; {lacking[nearest][0]}: {hint}" if hint else "")
    else:
        guess, sure = draft(names)
        check = "check these guesses" if sure else "put joints of the file in place of JOINT"
        remedy = (
            f"say which joint is which: write {path.name}.yaml beside it with the line 'joints: mine.yaml', and "
            f"mine.yaml with these two lines ({check}):\n{guess}"
        )
    return InputError(
        "the skeleton's joint names are not known",
        where=str(path),
        expected=f"the joints of one of {_cut(lacking)}; nearest is {nearest}, which lacks {_cut(lacking[nearest])}",
        got=_cut(names),
        remedy=remedy[:1200] if mapping is not None else remedy,
    )


def _cut(names: Iterable[str], most: int = 250) -> str:
    """Names in a row, not longer than an error may be."""
    text = ", ".join(names)
    return text if len(text) <= most else text[:most] + " …"

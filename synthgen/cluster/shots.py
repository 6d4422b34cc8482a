"""``ShotMaker``: makes a plan's shots when they are wanted, and sees to it that they come out as they were.

A shot is a pure function of the plan, so none has to be kept before it is rendered. What is finished was rendered from
shots that are kept beside it; where a machine's arithmetic makes others of the same plan, going on would mix two
datasets.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from synthgen.cluster.plan import RunPlan
from synthgen.core.digests import sha256
from synthgen.core.errors import InputError
from synthgen.dataset.layout import shots_path
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.texts import shot_line, shots_text
from synthgen.world.shot import Shot


class ShotMaker:
    """Makes shots one by one.

    Args:
        plan: the plan.
        make: shot id → shot; pure.
    """

    def __init__(self, plan: RunPlan, make: Callable[[int], Shot]) -> None:
        self._plan, self._make = plan, make

    def __call__(self, number: int) -> Shot:
        """The shot of that id.

        Raises:
            ValueError: what was made is another one, or has not the plan's cameras.
        """
        return checked(self._make(number), number, self._plan.cameras)

    def text(self, shard: int) -> bytes:
        """A shard's shots file, as it is when the shots are made here and now."""
        return shots_text(shot_line(self(i)) for i in self._plan.shots_of(shard))

    def text_again(self, out: Path, manifest: Manifest) -> bytes:
        """The shots file of a committed shard, made again.

        Raises:
            InputError: it does not come out as it was.
        """
        path = shots_path(out, manifest.shard)
        entry = manifest.entry(path.relative_to(out).as_posix())
        text = self.text(manifest.shard)
        if entry is not None and (len(text), sha256(text)) != (entry.bytes, entry.sha256):
            raise _changed(path, entry.sha256, sha256(text))
        return text

    def check_staged(self, folder: Path, number: int, line: str) -> None:
        """Compares the shot that a staged one was rendered from.

        Raises:
            InputError: it does not come out as it was.
        """
        if (made := shot_line(self(number))) != line:
            raise _changed(folder, sha256(line.encode()), sha256(made.encode()))


def checked(shot: Shot, number: int, cameras: int) -> Shot:
    """The shot, if it is the one that was wanted.

    Raises:
        ValueError: it is another one, or has not the plan's cameras.
    """
    if shot.id != number or len(shot.cameras) != cameras:
        raise ValueError(f"shot {number} came as number {shot.id} with {len(shot.cameras)} cameras")
    return shot


def _changed(where: Path, was: str, is_: str) -> InputError:
    return InputError(
        "the shots of this folder do not come out as they were when they are made anew",
        where=str(where),
        expected=f"SHA-256 {was[:16]} …",
        got=f"SHA-256 {is_[:16]} …",
        remedy="go on with the machine that began this folder, or choose another output folder",
    )

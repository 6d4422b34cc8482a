"""Reader of DeepMimic humanoid clips: motion-captured people as 44 numbers a frame.

The clips come with the optional package ``pybullet`` (``pip install "synthgen[samples]"``); a user's own ``.txt`` file
of the same format is read as well. Sources of the layout: ``deepmimic.yaml``.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from synthgen.core.errors import InputError
from synthgen.motion.keys import Given
from synthgen.motion.names import close_matches
from synthgen.motion.reader import Reader

if TYPE_CHECKING:
    from synthgen.motion.clip import Clip

MOTIONS = Path("data") / "motions"
"""Where pybullet's data has the clips."""


def sample_folder() -> Path | None:
    """Folder of pybullet's data, or None when the package is not there. Does not import it."""
    spec = find_spec("pybullet_data")
    return Path(spec.origin).parent if spec and spec.origin else None


def samples() -> list[str]:
    """Names of the humanoid clips that are there (``humanoid3d_walk`` …), empty without pybullet."""
    folder = sample_folder()
    return sorted(p.stem for p in (folder / MOTIONS).glob("humanoid3d_*.txt")) if folder else []


def load_sample(name: str) -> Clip:
    """A clip of pybullet's data by name, with or without the prefix ``humanoid3d_``.

    Raises:
        InputError: pybullet is missing, or there is no such clip.
    """
    from synthgen.motion.readers.deepmimic.motion import read

    folder, known = sample_folder(), samples()
    if folder is None:
        raise InputError(
            "DeepMimic's clips are not installed",
            where=f"deepmimic:{name}",
            remedy='pip install "synthgen[samples]"',
        )
    full = name if name in known else f"humanoid3d_{name}"
    if full not in known:
        raise InputError(
            f"there is no DeepMimic clip {name!r}",
            expected=f"one of {', '.join(known)}",
            got=name,
            remedy=close_matches(full, known),
        )
    return read(folder / MOTIONS / f"{full}.txt", source=f"deepmimic:{full}")


def _read(path: Path, given: Given) -> Clip:
    from synthgen.motion.readers.deepmimic.motion import read

    return read(path)


READER = Reader(name="DeepMimic", about="the joints of a humanoid, JSON", suffixes=(".txt",), read=_read)

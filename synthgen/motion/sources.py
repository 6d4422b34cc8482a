"""From a motion source's name to its clip."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.exercises import EXERCISES, exercise
from synthgen.motion.names import close_matches
from synthgen.motion.plausible import plausible

_KINDS = (
    "builtin:NAME, deepmimic:NAME, or a file .bvh, .c3d, .trc, .mot (OpenSim), .txt (DeepMimic) or .npz (a saved clip, "
    "AMASS or SMPL joints)"
)

_READERS = {".bvh": "bvh", ".c3d": "c3d", ".trc": "trc", ".mot": "mot", ".txt": "deepmimic", ".npz": "archives"}
"""File ending → module with ``read``."""


def available() -> dict[str, list[str]]:
    """Names that need no file: ``builtin`` exercises and ``deepmimic`` clips (empty without pybullet)."""
    from synthgen.motion.readers.deepmimic import samples

    return {"builtin": list(EXERCISES), "deepmimic": samples()}


def load(source: str, *, base: Path | None = None) -> Clip:
    """The clip that a source names.

    Args:
        source: ``builtin:squat``, ``deepmimic:humanoid3d_walk``, or the path of a .bvh, .c3d, .trc, .mot, .txt or
            .npz file.
        base: folder from which a relative path counts; the working directory when missing.

    Raises:
        InputError: nothing of that name or kind exists, the file is not sound, or nobody moves so
            (``motion/plausible.py``).
    """
    return plausible(_read(source, base), Path(source) if base is None else Path(base) / source)


def _read(source: str, base: Path | None) -> Clip:
    kind, colon, name = source.partition(":")
    if colon and kind == "builtin":
        return exercise(name)
    if colon and kind == "deepmimic":
        from synthgen.motion.readers.deepmimic import load_sample

        return load_sample(name)
    path = Path(source) if base is None else Path(base) / source
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = [f"{k}:{n}" for k, names in available().items() for n in names]
        raise InputError(
            f"the motion source {source!r} is not known",
            expected=_KINDS,
            got=source,
            remedy=close_matches(source, [*known, *(k.partition(":")[2] for k in known)]),
        )
    if not path.exists():
        raise InputError(
            "there is no such motion file",
            where=str(path),
            expected=_KINDS,
            got="nothing of that name",
            remedy="check the path",
        )
    if path.is_dir():
        raise InputError(
            "this is a folder, not a motion file",
            where=str(path),
            expected=_KINDS,
            got="a folder",
            remedy="name a file in it",
        )
    clip: Clip = import_module(f"synthgen.motion.readers.{reader}").read(path)
    return clip

"""The clips that a scene file names: whether they are there, and of a kind that can be read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from synthgen.core.errors import InputError
from synthgen.core.userfiles.yamldata import KeyPath
from synthgen.core.userfiles.yamlfile import Source
from synthgen.motion import available, suffixes
from synthgen.motion.schemes import forms, is_named


def clip_problems(source: Source, folder: Path) -> Iterator[InputError]:
    """One error for every clip of the raw data that is no known name and no file of a known kind."""
    names = _known_names()
    for key, text in _sources(source):
        where = source.where(key)
        if is_named(text):
            if problem := _named_clip(text, names, where):
                yield problem
        elif missing := missing_file(folder, text):
            yield InputError(
                "there is no such clip",
                where=where,
                expected=f"{forms()}, or a file beside the scene file",
                got=missing,
                remedy="check the path, which counts from the scene file's folder; 'synthgen clips' lists the names",
            )
        elif Path(text).suffix.lower() not in suffixes():
            yield InputError(
                "this kind of clip file cannot be read",
                where=where,
                expected=f"a file that ends in {', '.join(suffixes())}",
                got=text,
                remedy="export the motion as one of these, or give the file the ending of what it is",
            )


def _sources(source: Source) -> Iterator[tuple[KeyPath, str]]:
    """Every clip source of the raw data, also where the rest of the file does not fit."""
    clips = source.data.get("clips")
    for i, item in enumerate(clips if isinstance(clips, list) else []):
        if isinstance(item, str):
            yield ("clips", i), item
        elif isinstance(item, dict) and isinstance(item.get("source"), str):
            yield ("clips", i, "source"), item["source"]


def missing_file(folder: Path, text: str) -> str | None:
    """What to say of a clip that is no file; None when it is one."""
    try:
        if (folder / text).is_file():
            return None
        return f"{text} ({(folder / text).resolve()} is no file)"
    except (OSError, ValueError, RuntimeError):  # too long, an embedded null byte, links in a circle
        return text


def _known_names() -> list[str]:
    return [f"{scheme}:{name}" for scheme, group in available().items() for name in group]


def _named_clip(text: str, known: list[str], where: str) -> InputError | None:
    if text in known or text.replace(":", ":humanoid3d_", 1) in known:
        return None
    scheme = text.partition(":")[0]
    alike = [n for n in known if n.startswith(scheme + ":")]
    if scheme == "deepmimic" and not alike:
        return InputError(
            "the motion-captured sample clips are not installed",
            where=where,
            got=text,
            remedy="pip install '.[samples]'  (or remove the deepmimic: clips)",
        )
    near = difflib.get_close_matches(text, known, 1, 0.5)
    return InputError(
        "there is no such clip",
        where=where,
        expected=f"one of {', '.join(alike)}",
        got=text,
        remedy=f"did you mean {near[0]!r}?" if near else "'synthgen clips' lists the names",
    )

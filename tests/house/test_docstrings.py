"""What comments and docstrings name exists: paths, modules of the same room, and names in roles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.pages import FOLDERS, ROOMS, ROOT, exists

FILES = [
    p
    for d in ("synthgen", "rigs", "opensim_models", "scenes", "scripts")
    for p in sorted((ROOT / d).rglob("*"))
    if p.suffix in (".py", ".yaml") and "__pycache__" not in p.parts
] + [ROOT / "pyproject.toml"]
NAMED = re.compile(r"(?<![\w./<{}*-])((?:[a-z_]+/)+[a-z_]+\.(?:py|yaml|md)|[a-z_]+\.py)\b")
FOLDER = re.compile(r"``((?:[a-z_]+/)+)``")
ROLE = re.compile(r":(?:class|func|meth|mod|data|attr|exc):`~?synthgen\.([\w.]+)`")
SPAN = re.compile(r"``(?:synthgen\.)?([a-z_]+(?:\.[A-Za-z_]+)+)(?:\([^`]*\))?``")
MODULES = {p.name for p in ROOT.rglob("*.py") if ".venv" not in p.parts}
OLD = ("assets", "cli.py")
"""Rooms that are gone."""


def stale(path: Path, text: str) -> list[str]:
    """What a source file names that is not there."""
    room = ROOT.joinpath(*path.relative_to(ROOT).parts[:2])
    bases = (ROOT, ROOT / "synthgen", room, path.parent)
    named = [n for n in NAMED.findall(text) if "/" in n or n not in MODULES]
    out = [f"no file {n}" for n in named if not any((b / n).exists() for b in bases)]
    out += [
        f"no folder {n}"
        for n in FOLDER.findall(text)
        if n.split("/")[0] in {*FOLDERS, *ROOMS, *OLD} and not any((b / n).exists() for b in bases)
    ]
    out += [f"no name {n}" for n in ROLE.findall(text) if not exists(n)]
    modules = {p.stem for p in room.rglob("*.py")} if room.is_dir() else set()
    for name in SPAN.findall(text):
        first = name.split(".")[0]
        if (
            first in {*ROOMS, *OLD} - {"scene", *modules}
            and not name.endswith((".py", ".yaml", ".md"))
            and not exists(name)
        ):
            out.append(f"no name {name}")
    return out


def test_comments_and_docstrings_name_what_there_is() -> None:
    found = {str(p.relative_to(ROOT)): stale(p, p.read_text(encoding="utf-8")) for p in FILES}
    assert {p: names for p, names in found.items() if names} == {}
    assert len(FILES) > 300


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('"""See ``motion/contact.py``."""', "no file motion/contact.py"),
        ("# comes from there (assets/body.py)", "no file assets/body.py"),
        ('"""As in ``growth.py``."""', "no file growth.py"),
        ('"""A builder in ``assets/``."""', "no folder assets/"),
        ('"""Use ``assets.body.build_body``."""', "no name assets.body.build_body"),
        ('"""A :class:`synthgen.motion.clip.Clap`."""', "no name motion.clip.Clap"),
    ],
)
def test_a_planted_old_name_is_found(planted: str, found: str) -> None:
    path = ROOT / "synthgen" / "motion" / "clip.py"
    assert stale(path, f"{path.read_text(encoding='utf-8')}\n{planted}\n") == [found]

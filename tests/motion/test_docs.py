"""What docs/motion.md shows works, and the formats it lists are those that are read."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from synthgen.motion import load, suffixes
from synthgen.motion.marker_sets import SHIPPED, read_marker_set, shipped
from synthgen.motion.readers.smpl import skeleton
from synthgen.motion.registry import readers

from .conftest import performance
from .recordings import markers_on, smpl_parameters, write_c3d

PAGE = Path(__file__).resolve().parents[2] / "docs" / "motion.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The page's files, and recordings that they describe."""
    for text in blocks("yaml"):
        name = text.splitlines()[0].removeprefix("# ").strip()
        (tmp_path / name).write_text(text)
    truth = performance("squat")[1]
    mine = read_marker_set(tmp_path / "mine.yaml")
    write_c3d(tmp_path / "walk.c3d", *markers_on(truth.body, truth.transforms[::9], mine))
    poses, trans = smpl_parameters(truth.body, truth.transforms[::9], skeleton.stand_in())
    np.savez(tmp_path / "dance.npz", poses=poses, trans=trans, mocap_framerate=30.0)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_examples_run(folder: Path, capsys: pytest.CaptureFixture) -> None:
    code, fit = blocks("python")
    exec(compile(code, str(PAGE), "exec"), {})
    said = capsys.readouterr().out
    # In this process: another one would need a script's file.
    exec(compile(fit.replace("workers=2", "workers=1"), str(PAGE), "exec"), {"__name__": "__main__"})
    assert {p.suffix for p in (folder / "out" / "fit").iterdir()} == {".osim", ".mot", ".npz", ".csv", ".html"}
    assert (
        "markers named as mine" in said
        and re.search(r"unit mm given, 1\.7[56] m tall", said)
        and "up axis +z (given)" in said
    )
    assert "1.680 m tall (given)" in " ".join(load("dance.npz").notes)


def test_the_page_lists_what_is_read() -> None:
    files = [row for row in TEXT.splitlines() if row.startswith("| `.")]
    endings = {ending for row in files for ending in re.findall(r"`(\.\w+)`", row.split("|")[1])}
    assert len(endings) > 5 and endings <= set(suffixes())
    rows = TEXT[TEXT.index("| key |") : TEXT.index("**Units**")].splitlines()[2:-1]
    said = {key for row in rows for key in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert len(said) > 7 and said <= {key.name for reader in readers() for key in reader.keys}
    for name in SHIPPED:
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{name}`"))
        placed = len(shipped(name).places) - (name == "plug_in_gait")
        joints = len(shipped(name).landmarks) if name != "landmarks" else 0
        assert int(re.search(r"\d+", row.split("|")[2]).group()) == placed - joints  # type: ignore[union-attr]


def test_its_pictures_are_there_and_small() -> None:
    for name in re.findall(r"\(images/(.*?)\)", TEXT):
        assert (PAGE.parent / "images" / name).stat().st_size < 250_000

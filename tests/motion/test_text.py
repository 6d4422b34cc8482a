"""One promise for all text: byte order marks, code pages, line ends, and endings in capitals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion import load
from synthgen.motion.marker_sets import shipped
from synthgen.motion.parsing.text import lines_of, number
from synthgen.motion.readers.deepmimic import sample_folder

from .conftest import performance
from .recordings import c3d_bytes, markers_on, trc_text

ENCODINGS = {"plain": "utf-8", "mark": "utf-8-sig", "two bytes": "utf-16", "Windows": "cp1252"}
BIG_ENDIAN = "big"


def encoded(text: str, encoding: str) -> bytes:
    """The text in an encoding; of two bytes with their mark, also the other way round."""
    return b"\xfe\xff" + text.encode("utf-16-be") if encoding == BIG_ENDIAN else text.encode(ENCODINGS[encoding])


@pytest.fixture(scope="module")
def take() -> tuple[list[str], np.ndarray]:
    truth = performance("walking")[1]
    return markers_on(truth.body, truth.transforms[:5], shipped("plug_in_gait"))


@pytest.mark.parametrize("encoding", [*ENCODINGS, BIG_ENDIAN])
@pytest.mark.parametrize("capitals", [False, True])
def test_recordings_and_what_is_said_beside_them(tmp_path: Path, take, encoding: str, capitals: bool) -> None:
    """A recording, the file beside it and the marker set that it names, each with a letter that is not English."""
    names, points = take
    own = {n: f"Knöchel{i}" for i, n in enumerate(names)}
    rows = [
        f"  {own[n]}: {{segment: {s}, standing: [0, {0.1 if 'left' in s else -0.1}, 1]}}"
        for n, (s, _) in shipped("plug_in_gait").places.items()
    ]
    ending = ".TRC" if capitals else ".trc"
    text = trc_text([*own.values(), "Händ"], np.concatenate([points, points[:, :1]], 1))
    (tmp_path / f"take{ending}").write_bytes(encoded(text, encoding))
    (tmp_path / f"take.trc{'.YAML' if capitals else '.yaml'}").write_bytes(
        encoded("# für Zürich\nmarkers: größe.yaml\nunit: mm\nup: +z\n", encoding)
    )
    (tmp_path / "größe.yaml").write_bytes(encoded("name: größe\nmarkers:\n" + "\n".join(rows) + "\n", encoding))
    clip = load(str(tmp_path / f"take{ending}"))
    assert set(clip.points) == set(own.values())
    assert {"markers named as größe", "1 markers unknown, left out: Händ"} <= set(clip.notes)


@pytest.mark.skipif(sample_folder() is None, reason="pybullet's clips are not installed")
@pytest.mark.parametrize("encoding", [*ENCODINGS, BIG_ENDIAN])
def test_deepmimic(tmp_path: Path, encoding: str) -> None:
    folder = sample_folder()
    assert folder is not None
    text = next(folder.rglob("humanoid3d_walk.txt")).read_text()
    (tmp_path / "walk.TXT").write_bytes(encoded(text.replace("{", '{"by": "Müller", ', 1), encoding))
    assert load(str(tmp_path / "walk.TXT")).frames == load("deepmimic:humanoid3d_walk").frames


def test_endings_in_capitals(tmp_path: Path, take) -> None:
    names, points = take
    (tmp_path / "take.C3D").write_bytes(c3d_bytes(names, points))
    assert load(str(tmp_path / "take.C3D")).frames == 5
    load("builtin:squat").save(tmp_path / "clip.npz")
    (tmp_path / "clip.npz").rename(tmp_path / "clip.NPZ")
    assert load(str(tmp_path / "clip.NPZ")).name == load("builtin:squat").name


def test_labels_of_a_c3d_file_in_a_code_page(tmp_path: Path, take) -> None:
    names, points = take
    labels = [*names[:-1], "Händ".encode("cp1252")]
    (tmp_path / "take.c3d").write_bytes(c3d_bytes(labels, points))
    assert any("Händ" in n for n in load(str(tmp_path / "take.c3d")).notes)


def test_lines_end_where_programs_end_them_and_nowhere_else() -> None:
    assert lines_of("a\r\nb\rc\nd\x0ce\x85f\u2028g\n") == ["a", "b", "c", "d\x0ce\x85f\u2028g"]
    assert lines_of("a\n\nb") == ["a", "", "b"] and lines_of("") == []


@pytest.mark.parametrize("word", ["", "x", "nan", "inf", "1e999", "1_0", "0x10", "1,5", "--1"])
def test_words_that_are_no_numbers(word: str) -> None:
    with pytest.raises(InputError, match=r"take:3: a value is not a number") as caught:
        number(word, "take:3")
    assert ("decimal points instead of commas" in str(caught.value)) == (word == "1,5")
    assert number("-1.5e-3", "take:3") == -1.5e-3

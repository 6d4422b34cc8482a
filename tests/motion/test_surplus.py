"""What is too much or beside the point stops nothing: it is left out and told, and checks come after that."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import shipped
from synthgen.motion.readers import c3d, trc

from .conftest import performance
from .recordings import C3D_PROCESSORS, c3d_bytes, markers_on, trc_text

PIG = shipped("plug_in_gait")


@pytest.fixture(scope="module")
def walk() -> tuple[list[str], np.ndarray]:
    truth = performance("walking")[1]
    return markers_on(truth.body, truth.transforms[:12], PIG)


def from_c3d(folder: Path, labels: list[str], points: np.ndarray, **options) -> Clip:
    (folder / "take.c3d").write_bytes(c3d_bytes(labels, points, **options))
    return c3d.READER.clip(folder / "take.c3d")


def from_trc(folder: Path, text: str) -> Clip:
    (folder / "take.trc").write_text(text)
    return trc.READER.clip(folder / "take.trc")


def has(clip: Clip, names: list[str], points: np.ndarray, atol: float = 1e-5) -> bool:
    """True when the clip holds these points, Z up, and no others."""
    return set(clip.points) == set(names) and all(
        np.allclose(clip.points[n], points[:, i], atol=atol, equal_nan=True) for i, n in enumerate(names)
    )


# TRC: trajectories without a name


def test_trajectories_counted_but_not_named(tmp_path: Path, walk) -> None:
    names, points = walk
    more = np.concatenate([points, points[:, :2] + 0.3], 1)
    text = trc_text([*names, "", ""], more)
    for line4 in (text, text.replace("\t" * 8 + "\n", "\t\t\n", 1)):  # line 4 with and without its last tabs
        clip = from_trc(tmp_path, line4)
        assert has(clip, names, points) and "2 trajectories without a name left out" in clip.notes


def test_trajectories_without_a_name_between_others(tmp_path: Path, walk) -> None:
    names, points = walk
    text = trc_text([*names[:5], "", "*12", *names[5:]], np.insert(points, [5, 5], 0.4, axis=1))
    clip = from_trc(tmp_path, text)
    assert has(clip, names, points) and "2 trajectories without a name left out" in clip.notes


def test_rows_longer_than_the_names(tmp_path: Path, walk) -> None:
    names, points = walk
    lines = trc_text(names, points).splitlines()
    for i in (7, 9, 10):
        lines[i] += "\t1.0" * 6
    lines[8] += "\t\t\t"
    clip = from_trc(tmp_path, "\n".join(lines) + "\n")
    assert has(clip, names, points) and "2 trajectories without a name left out" in clip.notes
    assert "NumMarkers says 35, the file has 37 trajectories" in clip.notes


def test_a_name_that_was_lost_is_spoken_of(tmp_path: Path, walk) -> None:
    """All names behind it then stand for the marker before them, and left and right do not agree."""
    names, points = walk
    text = trc_text(names, points).replace("LKNE\t\t\t", "", 1)
    with pytest.raises(InputError, match=r"swapped[\s\S]*34 names of line 4[\s\S]*first of 35[\s\S]*above its columns"):
        from_trc(tmp_path, text)


# TRC: the line that numbers the columns, and others that say nothing


@pytest.mark.parametrize("first", [0, 5])
def test_columns_numbered_from_anywhere(tmp_path: Path, walk, first: int) -> None:
    names, points = walk
    lines = trc_text(names, points).splitlines()
    lines[4] = "\t\t" + "\t".join(f"{axis}{i}" for i in range(first, first + len(names)) for axis in "XYZ")
    assert has(from_trc(tmp_path, "\n".join(lines) + "\n"), names, points)
    for without in ([*lines[:4], *lines[5:]], [*lines[:4], *lines[6:]]):  # nor need it be there
        assert has(from_trc(tmp_path, "\n".join(without) + "\n"), names, points)


def test_columns_in_another_order_are_refused(tmp_path: Path, walk) -> None:
    names, points = walk
    with pytest.raises(InputError, match=r"take\.trc:5[\s\S]*write in line 5[\s\S]*X1, Y1, Z1"):
        from_trc(tmp_path, trc_text(names, points).replace("X1\tY1\tZ1", "Z1\tX1\tY1", 1))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("word", ["", " ", "NaN", "None", "null", "-nan(ind)"])
def test_words_for_missing_and_line_ends(tmp_path: Path, walk, word: str, ends: str) -> None:
    names, points = walk
    gap = points.copy()
    gap[3, 4], gap[5, -1] = np.nan, np.nan
    lines = trc_text(names, points).splitlines()
    for row, marker in ((3, 4), (5, len(names) - 1)):
        words = lines[6 + row].split("\t")
        words[2 + 3 * marker : 5 + 3 * marker] = [word] * 3
        lines[6 + row] = "\t".join(words)
    (tmp_path / "take.TRC").write_bytes((ends.join(lines) + ends).encode())
    assert has(trc.READER.clip(tmp_path / "take.TRC"), names, gap)


def test_rows_whose_last_blanks_were_stripped(tmp_path: Path, walk) -> None:
    names, points = walk
    gap = points.copy()
    gap[4, -2:] = np.nan
    assert has(from_trc(tmp_path, "\n".join(line.rstrip() for line in trc_text(names, gap).split("\n"))), names, gap)


def test_numbers_of_frames_and_words_that_are_not_used(tmp_path: Path, walk) -> None:
    names, points = walk
    lines = trc_text(names, points).splitlines()
    lines[2] = "\t".join(w if i in (0, 2, 3, 4) else "" for i, w in enumerate(lines[2].split("\t")))
    lines[7] = "?" + lines[7][1:]
    assert has(from_trc(tmp_path, "\n".join(lines) + "\n"), names, points)


def test_decimal_commas_are_called_so(tmp_path: Path, walk) -> None:
    names, points = walk
    lines = trc_text(names, points).splitlines()
    lines[8] = lines[8].replace(".", ",")
    with pytest.raises(
        InputError, match=r"take\.trc:9: a value is not a number[\s\S]*decimal points instead of commas"
    ):
        from_trc(tmp_path, "\n".join(lines) + "\n")


# C3D


def test_labels_that_belong_to_no_point(tmp_path: Path, walk) -> None:
    names, points = walk
    clip = from_c3d(tmp_path, [*names, *(f"SPARE{i}" for i in range(6))], points)
    assert has(clip, names, points) and "6 spare labels behind that of the last point" in clip.notes
    clip = from_c3d(tmp_path, names[:-2], points)
    assert has(clip, names[:-2], points[:, :-2]) and "2 trajectories without a name left out" in clip.notes
    with pytest.raises(InputError, match=r"no measured point that has a name[\s\S]*35 traj[\s\S]*name the markers"):
        from_c3d(tmp_path, names, points, parameters={("POINT", "LABELS"): [1]})


def test_labels_go_on_in_a_second_parameter(tmp_path: Path, walk) -> None:
    names, points = walk
    assert has(from_c3d(tmp_path, names[:20], points, parameters={("POINT", "LABELS2"): names[20:]}), names, points)


@pytest.mark.parametrize("kind", ["c3d", "trc"])
def test_empty_twins(tmp_path: Path, walk, kind: str) -> None:
    names, points = walk
    more = np.concatenate([points, np.full((12, 2, 3), np.nan)], 1)
    both = [*names, "LANK", "RANK"]
    clip = from_c3d(tmp_path, both, more) if kind == "c3d" else from_trc(tmp_path, trc_text(both, more))
    assert has(clip, names, points) and "2 markers without any value, left out: LANK, RANK" in clip.notes


def test_twins_with_values(tmp_path: Path, walk) -> None:
    names, points = walk
    more = np.concatenate([points, points[:, :1]], 1)
    clip = from_trc(tmp_path, trc_text([*names, names[0]], more))
    assert has(clip, names, points) and any("come twice with the same values" in n for n in clip.notes)
    more[0, -1] += 0.01
    with pytest.raises(InputError, match=r"several markers of one name[\s\S]*LASI[\s\S]*rename[\s\S]*line 4"):
        from_trc(tmp_path, trc_text([*names, names[0]], more))


@pytest.mark.parametrize("unit", ["1", "m", "1.0e-9"])
def test_a_unit_said_beside_the_file_that_makes_no_person_is_refused(tmp_path: Path, walk, unit: str) -> None:
    """All points would be metres from each other, and none left."""
    names, points = walk
    (tmp_path / "take.trc.yaml").write_text(f"unit: {unit}\n")
    with pytest.raises(InputError, match=r"unit cannot be[\s\S]*as it is said beside the file[\s\S]*got: [\d.e-]+ m"):
        from_trc(tmp_path, trc_text(names, points))


def test_twins_of_markers_that_are_not_used(tmp_path: Path, walk) -> None:
    names, points = walk
    more = np.concatenate([points, points[:, :4] + 0.1], 1)
    clip = from_trc(tmp_path, trc_text([*names, "BALL", "BALL", "LTHI", "LTHI"], more))
    assert has(clip, names, points) and any("unknown, left out: BALL, BALL" in n for n in clip.notes)


ODD = {
    "analog offset": {("ANALOG", "OFFSET"): [0.0, 0.0], ("ANALOG", "SCALE"): [1, 1]},
    "analog texts": {("ANALOG", "USED"): ["two"], ("ANALOG", "RATE"): ["fast"]},
    "force plates": {("FORCE_PLATFORM", "USED"): [3.5], ("FORCE_PLATFORM", "CORNERS"): ["none"]},
    "events": {("EVENT", "USED"): [-3], ("EVENT", "TIMES"): ["now"]},
    "used as float": {("POINT", "USED"): [35.0], ("POINT", "FRAMES"): [12.0]},
    "rate as a whole number": {("POINT", "RATE"): [100]},
    "many frames": {("POINT", "FRAMES"): [-1]},
}


@pytest.mark.parametrize("odd", ODD)
def test_trouble_in_parts_that_are_not_used(tmp_path: Path, walk, odd: str) -> None:
    names, points = walk
    clip = from_c3d(tmp_path, names, points, analog=2, parameters=ODD[odd])
    assert has(clip, names, points) and clip.fps == 100


@pytest.mark.parametrize("processor", C3D_PROCESSORS)
@pytest.mark.parametrize("floats", [True, False])
def test_files_of_every_processor(tmp_path: Path, walk, processor: int, floats: bool) -> None:
    """A point whose residual is negative was not seen; three analog channels lie between the frames."""
    names, points = walk
    gap = points.copy()
    gap[2, 7] = np.nan
    clip = from_c3d(tmp_path, names, gap, processor=processor, floats=floats, analog=3)
    assert has(clip, names, gap, 1e-4) and clip.fps == 100
    assert any("unit mm as the file says" in n for n in clip.notes)


@pytest.mark.parametrize("floats", [True, False])
def test_a_scale_whose_signs_do_not_agree(tmp_path: Path, walk, floats: bool) -> None:
    """The sign says whether points are floats; where header and parameter differ, the file's length tells."""
    names, points = walk
    assert has(
        from_c3d(tmp_path, names, points, floats=floats, header_scale=0.1 if floats else -0.1), names, points, 1e-4
    )


def test_parameters_that_break_off_are_left_out(tmp_path: Path, walk) -> None:
    names, points = walk
    content = c3d_bytes(names, points, parameters={("ZOO", "ANIMALS"): ["lion"]})
    at = content.index(b"ANIMALS") + len(b"ANIMALS")
    (tmp_path / "take.c3d").write_bytes(content[: at + 4] + b"\xff\xff" + content[at + 6 :])
    assert has(c3d.READER.clip(tmp_path / "take.c3d"), names, points)


def test_errors_of_libraries_are_put_into_our_words(tmp_path: Path, walk, monkeypatch: pytest.MonkeyPatch) -> None:
    from synthgen.motion.parsing import native

    names, points = walk
    for stderr, words in (
        ("ValueError: please open a GitHub issue", "content that contradicts the format"),
        ("MemoryError: std::bad_alloc", "no memory would do"),
    ):
        monkeypatch.setattr(native, "_PROGRAM", f"import sys; sys.stderr.write({stderr!r}); raise SystemExit(3)")
        with pytest.raises(InputError, match=words) as caught:
            from_c3d(tmp_path, names, points)
        text = str(caught.value)
        assert "GitHub" not in text and "std::" not in text and "take.c3d" in text
        assert all(f"  {part}: " in text for part in ("expected", "got", "remedy"))

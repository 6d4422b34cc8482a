"""TRC files: round trips through OpenSim's writer, what its reader would swallow, damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.core.frames import world_to_opensim
from synthgen.motion import load
from synthgen.motion.marker_sets import shipped
from synthgen.motion.readers import trc

from .conftest import performance
from .recordings import markers_on, trc_text, write_trc

RAJAGOPAL = shipped("rajagopal_2016")


def squat() -> tuple[list[str], np.ndarray]:
    truth = performance("squat")[1]
    return markers_on(truth.body, truth.transforms[::9], RAJAGOPAL)


def written(folder: Path, edit: Callable[[str], str] | None = None, **options) -> Path:
    """Twelve frames of a squat as OpenSim writes them, Y up; ``edit`` may change the text."""
    names, points = squat()
    path = write_trc(folder / "take.trc", names, world_to_opensim(points), **options)
    if edit:
        path.write_text(edit(path.read_text()))
    return path


@pytest.mark.parametrize(("unit", "per_metre"), [("mm", 1000.0), ("m", 1.0)])
def test_positions_come_back(tmp_path: Path, unit: str, per_metre: float) -> None:
    names, points = squat()
    clip = load(str(written(tmp_path, unit=unit, per_metre=per_metre)))
    assert clip.fps == 100 and clip.frames == 12
    assert any("rajagopal_2016" in n for n in clip.notes) and any("up axis +y (found" in n for n in clip.notes)
    for i, name in enumerate(names):
        key = RAJAGOPAL.landmarks.get(name, name)
        np.testing.assert_allclose(clip.points[key], points[:, i], atol=1e-6, err_msg=name)
    assert "left_knee" in clip.points and "left_knee" not in clip.markers


def test_no_log_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    trc.READER.clip(path)
    assert not list(tmp_path.rglob("opensim.log"))


def row(text: str, number: int, change: Callable[[list[str]], list[str]]) -> str:
    """The text with one line's columns changed; frames begin in line 7."""
    lines = text.splitlines()
    lines[number - 1] = "\t".join(change(lines[number - 1].split("\t")))
    return "\n".join(lines) + "\n"


def test_blanks_are_gaps(tmp_path: Path) -> None:
    path = written(tmp_path, lambda t: row(t, 9, lambda w: [*w[:2], "", "", "", *w[5:]]))
    clip = trc.READER.clip(path)
    assert np.flatnonzero(np.isnan(clip.points["LASI"][:, 0])).tolist() == [2]
    assert any("LASI in 1 of 12 frames" in n for n in clip.notes)


def test_metres_called_millimetres_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"unit cannot be mm[\s\S]*0\.00175\d m; m would give 1\.7[56]"):
        trc.READER.clip(written(tmp_path, unit="mm", per_metre=1.0))


FAULTS: dict[str, tuple[Callable[[str], str], str]] = {
    "empty": (lambda t: "", "no complete TRC"),
    "text": (lambda t: "hello\n", "no complete TRC"),
    "header breaks off": (lambda t: "\n".join(t.splitlines()[:4]) + "\n", "no complete TRC"),
    "no frames": (lambda t: "\n".join(t.splitlines()[:6]) + "\n", "no frames"),
    "truncated": (lambda t: "\n".join(t.splitlines()[:12]) + "\n", r"truncated[\s\S]*12 frames[\s\S]*6"),
    "word": (lambda t: row(t, 8, lambda w: [*w[:4], "oops", *w[5:]]), r"take\.trc:8: a value is not a number"),
    "infinite": (lambda t: row(t, 8, lambda w: [*w[:4], "inf", *w[5:]]), "not a number"),
    "too wide": (lambda t: row(t, 8, lambda w: [*w, "1"]), r"take\.trc:8: a frame has too many or too few values"),
    "a value lost": (lambda t: row(t, 8, lambda w: [*w[:4], *w[5:]]), r"take\.trc:8: a frame has too many or too few"),
    "names": (lambda t: t.replace("LASI\t\t\t", "", 1), "take.trc"),
    "names closed up": (
        lambda t: t.replace("LASI\t\t\t", "LASI\t", 1).replace("LLFC\t\t\t", "", 1),
        "names and NumMarkers",
    ),
    "doubled names": (lambda t: t.replace("\tLPSI\t", "\tLASI\t", 1), "several markers of one name"),
    "rate nan": (lambda t: row(t, 3, lambda w: ["nan", *w[1:]]), "DataRate must be a positive"),
    "rate zero": (lambda t: row(t, 3, lambda w: ["0", *w[1:]]), "DataRate must be a positive"),
    "rate other": (lambda t: row(t, 3, lambda w: ["250", *w[1:]]), "times and its rate do not agree"),
    "time": (lambda t: row(t, 9, lambda w: [w[0], "0.001", *w[2:]]), "take.trc"),
    "unit": (lambda t: t.replace("\tmm\t", "\tels\t", 1), "unit is not known"),
    "cut in a row": (lambda t: t[: t.rindex("\t", 0, len(t) - 300)], r"take\.trc"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_named(tmp_path: Path, fault: str) -> None:
    spoil, words = FAULTS[fault]
    with pytest.raises(InputError, match=words):
        trc.READER.clip(written(tmp_path, spoil))


def test_a_missing_file_and_bytes_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such motion file"):
        trc.READER.clip(tmp_path / "gone.trc")
    (tmp_path / "take.trc").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match=r"cannot be read[\s\S]*bytes that are no text[\s\S]*export it as TRC"):
        trc.READER.clip(tmp_path / "take.trc")


def test_one_frame(tmp_path: Path) -> None:
    names, points = squat()
    assert trc.READER.clip(write_trc(tmp_path / "take.trc", names, world_to_opensim(points[:1]))).frames == 1


ENCODINGS = {
    "mark": "utf-8-sig",
    "Windows": "cp1252",
    "two bytes": "utf-16",
    "plain": "utf-8",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_of_all_countries(tmp_path: Path, encoding: str) -> None:
    """A path with an umlaut in the first line, and a marker with one that is left out."""
    names, points = squat()
    more = np.concatenate([points, points[:, :1]], axis=1)
    text = trc_text([*names, "Händ"], world_to_opensim(more)).replace("take.trc", "C:\\Users\\Müller\\take.trc", 1)
    (tmp_path / "take.trc").write_bytes(text.encode(ENCODINGS[encoding]))
    clip = trc.READER.clip(tmp_path / "take.trc")
    assert clip.frames == 12 and any("Händ" in n for n in clip.notes)


def without_unit(text: str) -> str:
    return text.replace("\tmm\t", "\t", 1)


def blank_unit(text: str) -> str:
    return text.replace("\tmm\t", "\t\t", 1)


def neither_unit_nor_its_name(text: str) -> str:
    return without_unit(text).replace("\tUnits\t", "\t", 1)


@pytest.mark.parametrize("edit", [without_unit, blank_unit, neither_unit_nor_its_name])
def test_a_file_without_a_unit_has_the_one_that_makes_a_person(tmp_path: Path, edit: Callable[[str], str]) -> None:
    names, points = squat()
    path = tmp_path / "take.trc"
    path.write_text(edit(trc_text(names, world_to_opensim(points))))
    clip = trc.READER.clip(path)
    assert any("unit mm found" in n for n in clip.notes)
    np.testing.assert_allclose(clip.points["LASI"], points[:, names.index("LASI")], atol=1e-6)
    (tmp_path / "take.trc.yaml").write_text("unit: mm\n")
    assert any("unit mm given" in n for n in trc.READER.clip(path).notes)


@pytest.mark.parametrize("heading", ["Frame#\tTimes\t", "frame#\ttime\t", "Frame\tTime \t"])
def test_other_words_for_frame_and_time(tmp_path: Path, heading: str) -> None:
    names, points = squat()
    text = trc_text(names, world_to_opensim(points))
    (tmp_path / "take.trc").write_text(text.replace("Frame#\tTime\t", heading, 1))
    assert trc.READER.clip(tmp_path / "take.trc").frames == 12


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda t: t.replace("\tTime\t", "\tSeconds\t", 1), r"take\.trc:4[\s\S]*write in line 4[\s\S]*Frame#, Time"),
        (lambda t: t.replace("DataRate\t", "", 1), r"take\.trc:2[\s\S]*write in line 2[\s\S]*DataRate, CameraRate"),
        (lambda t: t.replace("CameraRate\t", "", 1), r"take\.trc:3[\s\S]*7 values[\s\S]*got: 8[\s\S]*one value below"),
        (lambda t: "\n".join(t.splitlines()[:3]), r"export it again"),
    ],
)
def test_wrong_headings_say_what_to_write(tmp_path: Path, edit: Callable[[str], str], words: str) -> None:
    names, points = squat()
    (tmp_path / "take.trc").write_text(edit(trc_text(names, world_to_opensim(points))))
    with pytest.raises(InputError, match=words):
        trc.READER.clip(tmp_path / "take.trc")


def test_a_last_line_of_tabs_is_no_frame(tmp_path: Path) -> None:
    assert trc.READER.clip(written(tmp_path, lambda t: t + "\t\t\n")).frames == 12

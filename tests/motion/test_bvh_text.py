"""How BVH text may be written, and text that no program should hang on."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion import load
from synthgen.motion.readers.bvh import READER

from .bvh_files import bvh_text
from .conftest import performance


def text(frames: int = 5) -> str:
    return bvh_text(performance("squat")[1], frames=slice(0, frames))


ENCODED = {
    "a byte order mark": lambda t: b"\xef\xbb\xbf" + t.encode(),
    "UTF-16, little end first": lambda t: t.encode("utf-16"),
    "UTF-16, big end first": lambda t: b"\xfe\xff" + t.encode("utf-16-be"),
    "Windows' western page": lambda t: t.replace("L5", "épine").encode("cp1252"),
    "UTF-8": lambda t: t.replace("L5", "épine").encode(),
    "Windows' line ends": lambda t: t.replace("\n", "\r\n").encode(),
    "old line ends": lambda t: t.replace("\n", "\r").encode(),
    "blank lines": lambda t: t.replace("\n", "\n \n").encode(),
    "tabs": lambda t: t.replace(" ", "\t").encode(),
    "braces on the joints' lines": lambda t: re.sub(r"\n\s*\{", " {", t).encode(),
    "the whole tree in one line": lambda t: re.sub(r"\s+(?=[\s\S]*MOTION)", " ", t).encode(),
    "small letters": lambda t: re.sub("CHANNELS|OFFSET|JOINT|End Site|Frames", lambda m: m.group().lower(), t).encode(),
}


@pytest.mark.parametrize("how", ENCODED)
@pytest.mark.parametrize("name", ["take.bvh", "TAKE.BVH", "take.Bvh"])
def test_text_as_programs_write_it(tmp_path: Path, how: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(ENCODED[how](text()))
    clip = load(str(path))
    original = performance("squat")[0]
    np.testing.assert_allclose(clip.points["left_wrist"], original.points["left_wrist"][:5], atol=2e-5)


@pytest.mark.parametrize("where", ["values", "offsets", "frame time"])
def test_decimal_commas_are_called_so(tmp_path: Path, where: str) -> None:
    head, rows = text().split("Frame Time: ")
    rate, rows = rows.split("\n", 1)
    if where == "values":
        rows = rows.replace(".", ",")
    elif where == "offsets":
        head = head.replace(".", ",")
    else:
        rate = rate.replace(".", ",")
    path = tmp_path / "take.bvh"
    path.write_text(f"{head}Frame Time: {rate}\n{rows}")
    with pytest.raises(InputError, match=r"take\.bvh:\d+[\s\S]*comma"):
        load(str(path))
    path.write_text(path.read_text().replace(",", "."))  # the remedy
    assert load(str(path)).frames == 5


BROKEN = {
    "a million joints": (lambda t: "HIERARCHY\nROOT a\n{\n" + 1_000_000 * "JOINT j\n{\n}\n", "too many joints"),
    "deep nesting": (lambda t: "HIERARCHY\nROOT a\n{\n" + 100_000 * "JOINT j\n{\n", "too many joints"),
    "deep nesting in one line": (lambda t: "HIERARCHY\nROOT a {" + 100_000 * " JOINT j {", "too many joints"),
    "braces alone": (lambda t: "HIERARCHY\nROOT a\n" + 100_000 * "{\n", "cannot be read here"),
    "a line without end": (lambda t: "HIERARCHY\nROOT " + 3_000_000 * "a ", "no MOTION"),
    "a count of 5,000 digits": (lambda t: t.replace("Frames: 5", "Frames: " + 5000 * "9"), "no frames"),
    "a value of 5,000 digits": (lambda t: re.sub(r"(Time: \S+\n)\S+", r"\g<1>" + 5000 * "9", t), "not a finite"),
    "a value of 1e300": (lambda t: re.sub(r"(Time: \S+\n)\S+", r"\g<1>1e300", t), r"value 1: a value is too large"),
    "an offset of 1e300": (lambda t: t.replace("OFFSET 0.0000000", "OFFSET 1e300", 1), "offset is not sound"),
    "digits with underscores": (lambda t: re.sub(r"(Time: \S+\n)\S+", r"\g<1>1_0", t), "value 1: a value is not a fin"),
    "a frame time of 1e300": (lambda t: re.sub(r"Time: \S+", "Time: 1e300", t), "frame time suits no recording"),
    "a frame time of 1e-300": (lambda t: re.sub(r"Time: \S+", "Time: 1e-300", t), "frame time suits no recording"),
    "a frame time of NaN": (lambda t: re.sub(r"Time: \S+", "Time: nan", t), "frame time must be positive"),
    "a rate for a time": (lambda t: re.sub(r"Time: \S+", "Time: 30", t), r"write 0\.0333333 if 30 are the frames"),
    "no frame time": (lambda t: re.sub(r"Frame Time: \S+\n", "", t), "header is not complete"),
    "more frames than memory": (lambda t: t.replace("s: 5", "s: 999999999"), r"truncated[\s\S]*write Frames: 5"),
    "99 channels": (lambda t: t.replace("CHANNELS 3", "CHANNELS 99", 1), "channels of a joint cannot be read"),
    "10⁹ channels": (lambda t: t.replace("CHANNELS 3", "CHANNELS 1000000000", 1), "CHANNELS needs a count"),
    "an unknown channel": (lambda t: t.replace("Xrotation", "Wrotation"), "channels of a joint cannot be read"),
    "a channel twice": (lambda t: t.replace("Xrotation", "Zrotation"), "channels of a joint cannot be read"),
    "bytes": (lambda t: t.replace("Hips", "Hi\0ps"), "bytes that are no text"),
    "one closing brace too many": (lambda t: t.replace("MOTION", "}\nMOTION"), "cannot be read here"),
    "no name": (lambda t: t.replace("JOINT L5", "JOINT"), "a joint has no name"),
    "a joint in an end site": (lambda t: t.replace("End Site", "End Site { JOINT x"), "no joint above it"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_text_is_told_at_once(tmp_path: Path, fault: str) -> None:
    spoil, words = BROKEN[fault]
    path = tmp_path / "take.bvh"
    path.write_text(spoil(text()))
    start = process_time()
    with pytest.raises(InputError, match=words) as told:
        READER.clip(path)
    assert process_time() - start < 2.0
    assert len(str(told.value)) < 2000 and "pybvh" not in str(told.value)


def test_every_cut_off_file_is_told(tmp_path: Path) -> None:
    whole = text(3)
    path = tmp_path / "take.bvh"
    for end in range(0, len(whole) - 2, 97):
        path.write_text(whole[:end])
        with pytest.raises(InputError) as told:
            READER.clip(path)
        assert len(str(told.value)) < 2000


@pytest.mark.parametrize(
    ("time", "fps"),
    [("0.0333333", 30.0), ("0.033333", 30.0), (".0083333", 120.0), ("0.0417083", 23.976), ("0.04", 25.0)],
)
def test_rates_whose_times_were_cut_off_are_whole(tmp_path: Path, time: str, fps: float) -> None:
    path = tmp_path / "take.bvh"
    path.write_text(text().replace("Frame Time: 0.0333333", f"Frame Time: {time}"))
    assert READER.clip(path).fps == (fps if fps.is_integer() else pytest.approx(fps, abs=1e-3))

"""A user's own marker set: what is wrong is said with its line, and the shipped ones are sound by the same measure."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthgen.core.errors import MESSAGE, InputError
from synthgen.motion import marker_sets
from synthgen.motion.marker_sets import SHIPPED, read_marker_set, shipped

GOOD = """\
name: mine
least: 3
needs: [LASI, RASI]
markers:
  LASI: {point: asis}
  C7: {vertebra: C7}
  LHIP: {landmark: left_hip}
  LX: {segment: left_thigh, standing: [0.0, 0.1, 0.8]}
aliases: {HIP: LHIP}
unplaced: [LTHI]
"""


def written(folder: Path, text: str) -> Path:
    (folder / "mine.yaml").write_text(text)
    return folder / "mine.yaml"


def test_a_good_set_has_both_sides(tmp_path: Path) -> None:
    chosen = read_marker_set(written(tmp_path, GOOD))
    assert {"LASI", "RASI", "C7", "LHIP", "RHIP", "LX", "RX"} == set(chosen.places)
    assert chosen.unplaced == {"LTHI", "RTHI"}


@pytest.mark.parametrize("name", [n for n in SHIPPED if n != "landmarks"])
def test_the_shipped_sets_have_the_form(name: str) -> None:
    path = Path(marker_sets.__file__).with_name(f"{name}.yaml")
    assert read_marker_set(path) == shipped(name)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("least: 3", "least: many", 2),
        ("least: 3", "least: .inf", 2),
        ("least: 3", "least: 1" + 300 * "0", 2),
        ("least: 3", "proud: 10", 2),
        ("least: 3", "proud: .nan", 2),
        ("least: 3", "lesat: 3", 2),
        ("[LASI, RASI]", "LASI", 3),
        ("[LASI, RASI]", "[LASI, [RASI]]", 3),
        ("{point: asis}", "asis", 5),
        ("{point: asis}", "{point: assis}", 5),
        ("{point: asis}", "{point: [asis]}", 5),
        ("{point: asis}", "{point: asis, vertebra: C7}", 5),
        ("{point: asis}", "{}", 5),
        ("{vertebra: C7}", "{vertebra: C9}", 6),
        ("{landmark: left_hip}", "{landmark: hip}", 7),
        ("segment: left_thigh", "segment: thigh", 8),
        ("[0.0, 0.1, 0.8]", "[0.0, 0.1]", 8),
        ("[0.0, 0.1, 0.8]", "[0.0, 0.1, 800]", 8),
        ("[0.0, 0.1, 0.8]", "[0.0, 0.1, .inf]", 8),
        ("{HIP: LHIP}", "[HIP, LHIP]", 9),
        ("{HIP: LHIP}", "{HIP: [LHIP]}", 9),
        ("{HIP: LHIP}", "{HIP: NOHIP}", 9),
        ("LASI: {", "'': {", 5),
        ("  LASI: {point: asis}", "  C7: {point: asis}", 6),
    ],
)
def test_each_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        read_marker_set(written(tmp_path, GOOD.replace(old, new, 1)))
    told = str(caught.value)
    assert f"mine.yaml:{line} " in told and "remedy: " in told
    assert len(told.encode()) <= MESSAGE

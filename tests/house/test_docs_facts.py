"""Lists and numbers of the pages are those of the code: keypoints, gate, postures, options, limits, scenes, fields."""

from __future__ import annotations

import re

import pytest

from synthgen.biomech.postures.kinds import names as posture_kinds
from synthgen.core.bodydata import body_data
from synthgen.core.limits import EMBEDDED, STAGE
from synthgen.core.skeleton import KEYPOINTS
from synthgen.scene.sections.accept import Accept
from tests.engine.test_commands import commands
from tests.house.commands import command, options
from tests.house.pages import ROOT


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    return re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """Cells of every table row but heads' rulers."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not re.match(r"\|[ |-]*\|$", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_keypoints_are_listed_in_their_order() -> None:
    listed: dict[int, str] = {}
    for cells in rows(section(page("docs/keypoints.md"), "The 37 keypoints"))[1:]:
        listed |= dict(zip(map(int, cells[0].split(",")), cells[1].split(", "), strict=True))
    assert listed == dict(enumerate(KEYPOINTS))


def test_the_gate_s_table_has_the_keys_and_bounds_of_a_scene() -> None:
    table = rows(section(page("docs/biomechanics.md"), "Report and gate"))[1:]
    bounds = {cells[2].strip("`"): cells[1] for cells in table if cells[2].startswith("`")}
    numbers = {n: f.default for n, f in Accept.model_fields.items() if isinstance(f.default, float)}
    assert set(bounds) == set(numbers) - {"retarget_mm"}  # which judges the character, not the fit
    for name, words in bounds.items():
        shown = set(re.findall(r"\d+(?:\.\d+)?", words))
        assert {f"{numbers[name]:g}", f"{100 * numbers[name]:g}"} & shown, (name, words)


def test_the_kinds_of_postures_are_listed() -> None:
    listed = re.search(r"drawn within published ranges \((.*?);", page("docs/biomechanics.md"), re.DOTALL)
    assert set(re.findall(r"`(\w+)`", listed[1])) == set(posture_kinds())  # type: ignore[index]


def test_the_table_of_options_is_of_options_of_fit() -> None:
    text = page("docs/biomechanics.md").split("## The model")[0]
    listed = {cells[0].strip("`") for cells in rows(text)[1:]}
    known = options(command().commands["fit"])
    assert listed <= known and known - listed <= {"-h", "--help", "--out", "-o", "--seed"}


def test_the_scenes_to_begin_with_are_named() -> None:
    text = page("README.md")
    begin = text.index("`scenes/` has ")
    named = re.findall(r"`(\w+)`", text[begin : text.index("\n\n", begin)])
    assert sorted(named) == sorted(p.stem for p in (ROOT / "scenes").glob("*.yaml"))


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("a picture's sides; field of view; exposure bias", (EMBEDDED.side.upper, EMBEDDED.fov.upper, 20)),
        ("lights; those that cast shadows", (EMBEDDED.lights, EMBEDDED.shadows)),
        ("objects on the stage; characters among them; garments of one", (256, 32, 8)),
        ("cameras", (STAGE.cameras,)),
        ("names and kinds", (STAGE.word,)),
    ],
)
def test_the_engine_s_limits_are_listed(row: str, numbers: tuple[float, ...]) -> None:
    table = dict(rows(section(page("docs/engine-protocol.md"), "Limits")))
    found = [float(n) for n in re.findall(r"\d+", table[row])]
    assert [n for n in numbers if n not in found] == []
    assert (STAGE.objects, STAGE.characters, STAGE.garments) == (256, 32, 8) and EMBEDDED.exposure_bias.upper == 20


def test_every_command_and_function_of_the_engine_is_listed() -> None:
    text = page("docs/engine-protocol.md")
    table = commands()
    ends = {re.split(r"[ /]", re.sub(r" *\[\w+\]", "", row.template).strip())[-1] for row in table.table}
    assert {e for e in ends - {"vbp", "vbatch"} if e not in text} == set() and len(ends) > 20
    listed = {(c[0].strip("`"), c[1].strip("`")) for c in rows(section(text, "Functions called with `vbp`"))[1:]}
    functions = table._functions
    known = {("Stage", n) for n in functions._of_stage} | {("a character", n) for n in functions._of_character}
    assert listed == known


def test_the_page_of_the_body_names_its_files_and_its_man() -> None:
    text = page("docs/body.md")
    listed = {cells[0].strip("`") for cells in rows(section(text, "Its files"))[1:]}
    there = {p.name for p in (ROOT / "opensim_models").glob("*.yaml")}
    assert listed == there and f"{body_data()['stature']:.3f} m" in text

"""The drawing of the house is that of the code: rooms, order, arrows, and what is handed on."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.draw_house import out_of_date
from scripts.house.drawing import draw, structure_of
from scripts.house.plan import House, contract_floors, read_house, table_of_rooms
from tests.house.pages import ROOT

SVG = "{http://www.w3.org/2000/svg}"
COMMAND = [sys.executable, "scripts/draw_house.py", "--check", "--root"]


@pytest.fixture(scope="module")
def house() -> House:
    return read_house(ROOT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The pages of the checkout, to damage."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    return tmp_path


def test_the_drawing_and_the_table_are_those_of_the_code(house: House) -> None:
    assert out_of_date(house, ROOT) == []


def test_the_check_exits_with_1_and_names_the_remedy(copy: Path) -> None:
    page = copy / "docs" / "architecture.md"
    page.write_text(page.read_text(encoding="utf-8").replace("| `Shot` |", "| `Shoot` |"), encoding="utf-8")
    done = subprocess.run([*COMMAND, str(copy)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and "run python scripts/draw_house.py" in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("images/house.svg", "cluster → dataset", "dataset → cluster", "lacks arrows cluster → dataset"),
        ("images/house.svg", "cluster → dataset", "dataset → cluster", "still has arrows dataset → cluster"),
        ("images/house.svg", '"capture | engine"', '"capture", "engine"', "lacks rooms capture | engine"),
        ("images/house.svg", '"protocol", "core"', '"core", "protocol"', "another order of rooms"),
        ("images/house.svg", "clip.Clip", "clip.Clap", "lacks gives motion: clip.Clip"),
        ("architecture.md", "| `Shot` |", "| `Shoot` |", "another table of rooms"),
    ],
)
def test_a_drawing_out_of_date_is_found(house: House, copy: Path, file: str, old: str, new: str, said: str) -> None:
    path = copy / "docs" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(said in line for line in out_of_date(house, copy))


def test_more_lines_and_more_imports_ask_for_no_new_drawing(house: House) -> None:
    grown = replace(
        house, lines={r: n + 9 for r, n in house.lines.items()}, imports={e: n + 1 for e, n in house.imports.items()}
    )
    assert draw(grown) != draw(house) and structure_of(draw(grown)) == structure_of(draw(house))


def test_an_import_between_two_more_rooms_asks_for_one(house: House) -> None:
    grown = replace(house, imports=house.imports | {("cli", "meshes"): 1})
    assert structure_of(draw(grown)) != structure_of(draw(house))


def test_the_same_house_gives_the_same_bytes_and_every_import_is_drawn(house: House) -> None:
    assert draw(house) == draw(read_house(ROOT))
    drawn = {t.text for t in ET.fromstring(draw(house)).iter(f"{SVG}title")}
    assert {f"{a} imports {b}: {n}" for (a, b), n in house.imports.items()} <= drawn


def test_every_import_goes_down(house: House) -> None:
    floor = {room: i for i, floor in enumerate(contract_floors(ROOT)) for room in floor}
    assert all(floor[a] < floor[b] for a, b in house.imports)


def test_what_rooms_hand_on_is_defined_in_them(house: House) -> None:
    names = [(room, *g.split(".")) for room in house.rooms for g in house.words[room]["gives"] if "." in g]
    assert len(names) >= 9
    for room, module, name in names:
        thing = getattr(importlib.import_module(f"synthgen.{room}.{module}"), name)
        assert thing.__module__ == f"synthgen.{room}.{module}"


def test_the_table_lists_the_ground_floor_first(house: House) -> None:
    lines = table_of_rooms(house).splitlines()[2:]
    assert [line.split("`")[1] for line in lines] == [house.names[r] for r in reversed(house.rooms)]


def test_the_picture_of_the_flow_names_rooms_and_what_they_hand_on(house: House) -> None:
    texts = ["".join(t.itertext()) for t in ET.parse(ROOT / "docs" / "images" / "data-flow.svg").iter(f"{SVG}text")]
    rooms = {t.rstrip("/") for t in texts if t.endswith("/") and " " not in t}
    assert rooms <= set(house.rooms) and len(rooms) >= 9
    for room in rooms - {"engine", "cluster", "dataset"}:
        names = {g.split(".")[-1] for g in house.words[room]["gives"]}
        assert " · ".join(sorted(names)) in texts, room

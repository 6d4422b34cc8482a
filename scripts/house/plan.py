"""The house as the code has it: rooms in the contract's order, their sizes, and which imports which."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grimp
import yaml

PACKAGE = "synthgen"
WORDS = Path(__file__).with_name("rooms.yaml")


@dataclass(frozen=True)
class House:
    """What the drawing shows.

    Attributes:
        floors: rooms from the top down; rooms of one floor do not import each other.
        names: room → its folder or file, as ``cli/`` or ``api.py``.
        lines: room → lines of Python.
        imports: (importing room, imported room) → number of imports between their modules.
        words: room → its entry in ``rooms.yaml``.
        colours: room → name of its colour.
    """

    floors: tuple[tuple[str, ...], ...]
    names: dict[str, str]
    lines: dict[str, int]
    imports: dict[tuple[str, str], int]
    words: dict[str, dict[str, Any]]
    colours: dict[str, str]

    @property
    def rooms(self) -> tuple[str, ...]:
        """All rooms from the top down."""
        return tuple(room for floor in self.floors for room in floor)

    def structure(self) -> dict[str, list[str]]:
        """What makes a drawing out of date when it changes: rooms in order, their arrows, what they hand on."""
        return {
            "rooms": [" | ".join(floor) for floor in self.floors],
            "arrows": sorted(f"{a} → {b}" for a, b in self.imports),
            "gives": [f"{room}: {', '.join(self.words[room]['gives'])}" for room in self.rooms],
        }


def contract_floors(root: Path) -> tuple[tuple[str, ...], ...]:
    """The layers of the import contract in ``pyproject.toml``, without private modules such as ``__main__``."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (c["layers"] for c in contracts if c.get("id") == "rooms")
    floors = (tuple(room.strip() for room in layer.split("|")) for layer in layers)
    return tuple(floor for floor in floors if not floor[0].startswith("_"))


def read_house(root: Path) -> House:
    """The house of the package in the folder ``root``, which must be first on the import path.

    Raises:
        SystemExit: a room of the contract has no words, or words stand for a room that is none.
    """
    floors = contract_floors(root)
    rooms = [room for floor in floors for room in floor]
    table = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    words = table["rooms"]
    if set(words) != set(rooms):
        differ = ", ".join(sorted(set(words) ^ set(rooms)))
        raise SystemExit(
            f"{WORDS.name} and the contract have other rooms: {differ}; give each some words, or take them out"
        )
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    imports: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for target in graph.find_modules_directly_imported_by(module):
            ends = _room(module), _room(target)
            if ends[0] != ends[1] and set(ends) <= set(rooms):
                imports[ends] += 1
    names = {room: f"{room}/" if (root / PACKAGE / room).is_dir() else f"{room}.py" for room in rooms}
    lines = {room: sum(_length(path) for path in _files(root / PACKAGE / room)) for room in rooms}
    colours = {room: table["wings"][words[room]["wing"]] for room in rooms}
    return House(floors, names, lines, dict(imports), words, colours)


def _room(module: str) -> str:
    return (module.split(".") + [""])[1]


def _files(room: Path) -> list[Path]:
    """A room is a folder, or one file."""
    return sorted(room.rglob("*.py")) if room.is_dir() else [room.with_suffix(".py")]


def _length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def table_of_rooms(house: House) -> str:
    """The rooms as a Markdown table, the ground floor first: the order in which data is made."""
    out = ["| room | what lives there | hands on |", "|---|---|---|"]
    for room in reversed(house.rooms):
        gives = house.words[room]["gives"]
        names = ", ".join(f"`{g.split('.')[1]}`" if "." in g else g for g in gives) or "–"
        out.append(f"| `{house.names[room]}` | {house.words[room]['holds']} | {names} |")
    return "\n".join(out) + "\n"

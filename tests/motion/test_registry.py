"""Readers are found: who adds one touches its file alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion import load, readers, registry, suffixes
from synthgen.motion.clip import Clip
from synthgen.motion.keys import Given, Key
from synthgen.motion.reader import Reader
from synthgen.scene import load_scene, scene_hash

from . import points_csv
from .conftest import performance
from .points_csv import READER as CSV

INSTALLED = registry._installed.__wrapped__
"""Without its memory."""
SCENE = "name: a\nimages: 2\nclips: [take.csv]\n"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone with it."""
    monkeypatch.setattr(registry, "_registered", [])


@pytest.fixture
def take(tmp_path: Path) -> Path:
    """Every landmark of a squat in millimetres, every sixth frame."""
    clip = performance("squat")[0]
    head = ["time", *(f"{n}_{axis}" for n in clip.points for axis in "xyz")]
    rows = [
        [t / clip.fps, *(1000 * value for p in clip.points.values() for value in p[t])]
        for t in range(0, clip.frames, 6)
    ]
    path = tmp_path / "take.csv"
    path.write_text("\n".join([",".join(head), *(",".join(map(repr, map(float, row))) for row in rows), ""]))
    (tmp_path / "scene.yaml").write_text(SCENE)
    return path


@pytest.fixture
def dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package of readers with one more file in it."""
    folder = tmp_path / "more_readers"
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("points_csv.py"), folder / "points_csv.py")
    monkeypatch.setattr(readers, "__path__", [*readers.__path__, str(folder)])
    monkeypatch.delitem(sys.modules, "synthgen.motion.readers.points_csv", raising=False)
    yield
    sys.modules.pop("synthgen.motion.readers.points_csv", None)


def test_without_its_file_nobody_knows_the_format(take: Path) -> None:
    with pytest.raises(InputError, match=r"is not known\n.*a file \.bvh, \.c3d, \.mot \(OpenSim\), \.npz"):
        load(str(take))
    with pytest.raises(InputError, match="this kind of clip file cannot be read"):
        load_scene(take.with_name("scene.yaml"))


def test_one_file_is_all_that_a_format_needs(take: Path, dropped_in: None) -> None:
    clip, original = load(str(take)), performance("squat")[0]
    np.testing.assert_allclose(clip.points["C7"], original.points["C7"][::6], atol=1e-6)
    assert ".csv" in suffixes() and ".csv" in registry.kinds()
    bare = scene_hash(load_scene(take.with_name("scene.yaml")))
    said = take.with_name("take.csv.yaml")
    said.write_text("unit: mm\n")
    assert any("unit mm given" in note for note in load(str(take)).notes)
    assert scene_hash(load_scene(take.with_name("scene.yaml"))) != bare
    said.write_text("fps: 30\n")
    with pytest.raises(InputError, match=r"does not describe a CSV file: unknown key[\s\S]*unit \(name or metres\)"):
        load(str(take))
    take.write_text("time,C7_x\n0,1\n")
    said.unlink()
    with pytest.raises(InputError, match=r"take\.csv:1: this is no table of points[\s\S]*remedy"):
        load(str(take))
    with pytest.raises(InputError, match=r"no such motion file[\s\S]*\.csv"):
        load(str(take.with_name("gone.csv")))


def test_a_reader_of_ones_own_is_registered(take: Path) -> None:
    registry.register_reader(CSV)
    assert load(str(take)).frames == len(performance("squat")[0].points["C7"][::6])
    assert load_scene(take.with_name("scene.yaml")).images == 2


def test_a_reader_of_an_installed_package_is_found(take: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "mylab-1.0.dist-info").mkdir(parents=True)
    (site / "mylab-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: mylab\nVersion: 1.0\n")
    entry = "[synthgen.readers]\nmylab = mylab_reader:READER\n"
    (site / "mylab-1.0.dist-info" / "entry_points.txt").write_text(entry)
    shutil.copy(Path(__file__).with_name("points_csv.py"), site / "mylab_reader.py")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import synthgen; print(synthgen.load_clip(sys.argv[2]).frames)"
    out = subprocess.run([sys.executable, "-c", code, site, take], capture_output=True, text=True, check=True)
    assert int(out.stdout) > 1


def test_the_recipe_shows_the_reader_that_is_tried_here() -> None:
    here = Path(__file__)
    shown = textwrap.indent(here.with_name("points_csv.py").read_text().partition("\n\n")[2], "   ")
    assert shown in (here.parents[2] / "CONTRIBUTING.md").read_text()


def marked(path: Path, given: Given) -> Clip:
    return replace(performance("squat")[0], name=str(given.get("colour", "none")))


def test_readers_of_one_ending_tell_their_files_apart(tmp_path: Path) -> None:
    colour = Key("colour", (str,), "colour (a word)", "red")
    mine = Reader("Mine", "a test", (".txt",), marked, (colour,), takes=lambda path: path.read_text() == "mine")
    registry.register_reader(mine)
    path = tmp_path / "take.txt"
    path.write_text("mine")
    (tmp_path / "take.txt.yaml").write_text("colour: green")
    assert load(str(path)).name == "green"
    (tmp_path / "take.txt.yaml").write_text("color: green")
    with pytest.raises(InputError, match="did you mean colour"):
        load(str(path))
    path.write_text("theirs")
    with pytest.raises(InputError, match="this is not a DeepMimic motion file"):
        load(str(path))
    with pytest.raises(ValueError, match=r"\.txt is read as DeepMimic"):
        registry.register_reader(replace(mine, takes=None))
    registry.register_reader(replace(mine, suffixes=(".one",)))
    (tmp_path / "take.one").write_text("theirs")
    with pytest.raises(InputError, match="no reader takes this motion file"):
        load(str(tmp_path / "take.one"))


def test_who_runs_a_cell_again_replaces_the_reader(take: Path) -> None:
    registry.register_reader(CSV)
    registry.register_reader(CSV)
    again = replace(CSV, read=marked)
    registry.register_reader(again)
    assert registry.of_suffix(".csv") == (again,)
    assert load(str(take)).name == "none"
    with pytest.raises(ValueError, match=r"Other: \.csv is read as CSV"):
        registry.register_reader(replace(CSV, name="Other"))


def test_lists_are_as_good_as_tuples(take: Path) -> None:
    registry.register_reader(replace(CSV, suffixes=[".csv"], keys=list(CSV.keys), siblings=[]))  # type: ignore[arg-type]
    assert registry.readers().count(CSV) == 1
    assert load(str(take)).frames > 1


@pytest.mark.parametrize("field", ["suffixes", "siblings"])
def test_one_text_is_no_list_of_endings(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} are several"):
        replace(CSV, **{field: ".csv"})


def offered(monkeypatch: pytest.MonkeyPatch, *values: str) -> None:
    """Installed packages offer these objects as readers."""
    points = [EntryPoint(f"reader{i}", value, registry.GROUP) for i, value in enumerate(values)]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    monkeypatch.setattr(registry, "_installed", INSTALLED)


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("tests.nowhere:READER", "ModuleNotFoundError"),
        ("tests.motion.points_csv:NOTHING", "AttributeError"),
        ("tests.motion.points_csv:_read", "function"),
    ],
)
def test_an_installed_reader_that_is_broken_is_named(
    monkeypatch: pytest.MonkeyPatch, take: Path, value: str, got: str
) -> None:
    offered(monkeypatch, value)
    with pytest.raises(InputError, match="an installed package offers no sound reader") as caught:
        load(str(take))
    assert value in str(caught.value.where) and got in str(caught.value.got) and caught.value.remedy


def test_two_installed_readers_of_one_ending_are_refused(monkeypatch: pytest.MonkeyPatch, take: Path) -> None:
    value = "tests.motion.points_csv:READER"
    offered(monkeypatch, value)
    assert load(str(take)).frames > 1
    monkeypatch.setattr(points_csv, "OTHER", replace(CSV, name="Other"), raising=False)
    monkeypatch.setattr(points_csv, "BVH", replace(CSV, name="Mine", suffixes=(".bvh",)), raising=False)
    for other, ending in (("OTHER", ".csv"), ("BVH", ".bvh")):
        offered(monkeypatch, value, f"tests.motion.points_csv:{other}")
        with pytest.raises(InputError, match="two readers take every file") as caught:
            load(str(take))
        assert ending in str(caught.value.got) and other in str(caught.value.where)


@pytest.mark.parametrize("wrong", [(), ("csv",), (".CSV",)])
def test_an_ending_is_written_in_one_way(wrong: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="suffixes are small letters behind a dot"):
        replace(CSV, suffixes=wrong)


def test_of_each_ending_one_reader_at_most_takes_whatever_comes() -> None:
    for suffix in suffixes():
        assert sum(reader.takes is None for reader in registry.of_suffix(suffix)) <= 1, suffix


def test_who_lists_the_readers_loads_no_library() -> None:
    code = (
        "import sys; from synthgen.motion.registry import readers; readers(); "
        "print([m for m in ('numpy', 'scipy', 'ezc3d', 'opensim') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"

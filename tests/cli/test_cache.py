"""``synthgen cache``, and that every verb means the same folder by it."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from synthgen.characters.body import BODIES
from synthgen.characters.rigs import rest_body
from synthgen.cli.quantities import parse_bytes, parse_seconds, show_bytes
from synthgen.core.cache import Cache
from synthgen.core.errors import InputError
from synthgen.core.resources import resource
from tests.cli.running import run

DAY = 86400.0


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("SYNTHGEN_CACHE", str(tmp_path / "cache"))
    return Cache()


def keep(cache: Cache, number: int, used: float, made: float) -> Path:
    entry = BODIES.entry(cache, number)
    entry.keep(rest_body("ue5_mannequin"))
    os.utime(entry.path, (used, made))
    return entry.path


@pytest.mark.parametrize("verb", [["cache"], ["cache", "prune", "--all"]])
def test_a_file_is_no_empty_cache(cache: Cache, capsys: pytest.CaptureFixture, verb: list[str]) -> None:
    cache.root.write_text("somebody's")
    assert run(*verb) == 2
    assert "SYNTHGEN_CACHE" in capsys.readouterr().err and cache.root.read_text() == "somebody's"


def test_a_cache_is_shown_kind_by_kind(cache: Cache, capsys: pytest.CaptureFixture) -> None:
    paths = [keep(cache, 1, 1.7e9, 1.6e9), keep(cache, 2, 1.65e9, 1.65e9)]
    label, code, inputs = paths[1].stem.split("-")
    paths[1] = paths[1].rename(paths[1].with_name(f"{label}-{code[::-1]}-{inputs}.npz"))
    assert run("cache", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is True and answer["folder"] == str(cache.root)
    assert [row["kind"] for row in answer["kinds"]] == [
        "fits",
        "bodies",
        "characters",
        "clips",
        "sites",
        "shapes",
        "cloth_and_skin",
        "panoramas",
    ]
    assert answer["kinds"][1] == {
        "kind": "bodies",
        "files": 2,
        "bytes": sum(p.stat().st_size for p in paths),
        "stale": 1,
        "stale_bytes": paths[1].stat().st_size,
        "oldest": "2020-09-13T12:26:40+00:00",
        "newest": "2022-04-15T05:20:00+00:00",
        "last_used": "2023-11-14T22:13:20+00:00",
    }
    assert answer["kinds"][0]["files"] == 0 and answer["kinds"][0]["oldest"] is None
    assert answer["total"] == {**answer["kinds"][1], "kind": "total"}
    assert run("cache") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(cache.root)
    assert lines[3].split()[:2] == ["bodies", "2"] and "2020-09-13T12:26" in lines[3] and "2023-11-14T22:13" in lines[3]


def test_an_empty_cache_is_no_fault(cache: Cache, capsys: pytest.CaptureFixture) -> None:
    assert run("cache") == 0
    assert run("cache", "prune", "--all") == 0
    assert "0 files of 0 B deleted" in capsys.readouterr().out
    assert not cache.root.exists(), "looking makes no folder"


def test_pruning_says_what_it_did(cache: Cache, capsys: pytest.CaptureFixture) -> None:
    old, young = keep(cache, 1, 1.7e9, 1.6e9), keep(cache, 2, 4e9, 4e9)
    size = old.stat().st_size
    assert run("cache", "prune", "--older-than", "30d", "--dry-run") == 0
    assert f"1 file of {show_bytes(size)} would be deleted" in capsys.readouterr().out
    assert run("cache", "prune", "--older-than", "30d", "--kind", "fits") == 0
    assert old.exists() and "0 files" in capsys.readouterr().out
    assert run("cache", "prune", "--older-than", "30d", "--kind", "fits", "--kind", "bodies", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["deleted"], answer["bytes"], answer["failed"]) == (True, [str(old)], size, [])
    assert not old.exists() and young.exists()
    assert run("cache", "prune", "--max-size", "0B") == 0
    assert not young.exists()


def test_what_cannot_be_deleted_is_an_error(
    cache: Cache, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = keep(cache, 1, 1.7e9, 1.6e9)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert run("cache", "prune", "--all") == 1
    assert f"{path}: cannot be deleted: Permission denied" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["prune"],
        ["prune", "--kind", "fits"],
        ["prune", "--dry-run"],
        ["prune", "--older-than", "30"],
        ["prune", "--older-than", "-3d"],
        ["prune", "--older-than", "3 fortnights"],
        ["prune", "--max-size", "much"],
        ["prune", "--all", "--kind", "fish"],
        ["shrink"],
    ],
)
def test_what_makes_no_sense_exits_with_2_and_deletes_nothing(cache: Cache, arguments: list[str]) -> None:
    path = keep(cache, 1, 1.7e9, 1.6e9)
    assert run("cache", *arguments) == 2
    assert path.exists()


@pytest.mark.parametrize("arguments", [[], ["prune"]])
def test_help_has_examples(capsys: pytest.CaptureFixture, arguments: list[str]) -> None:
    assert run("cache", *arguments, "--help") == 0
    assert "synthgen cache prune --max-size 2GB --kind fits --dry-run" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "seconds"), [("30d", 30 * DAY), ("12h", DAY / 2), ("2 w", 14 * DAY), ("1.5min", 90.0), ("9S", 9.0)]
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_seconds(text, "--older-than") == seconds


@pytest.mark.parametrize(
    ("text", "count"), [("2GB", 2 * 10**9), ("0.5 MiB", 2**19), ("500mb", 5 * 10**8), ("7B", 7), ("1KiB", 1024)]
)
def test_sizes(text: str, count: int) -> None:
    assert parse_bytes(text, "--max-size") == count


@pytest.mark.parametrize("text", ["", "GB", "3", "3x", "1e3GB", "-1GB", "nan d", "9" * 400 + "d"])
def test_what_is_no_quantity(text: str) -> None:
    for parse in (parse_bytes, parse_seconds):
        with pytest.raises(InputError, match="--here"):
            parse(text, "--here")


def test_sizes_are_shown_short() -> None:
    assert [show_bytes(n) for n in (0, 999, 1000, 1_234_567, 2 * 10**9)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "1.2 MB",
        "2.0 GB",
    ]


class Stop(Exception):
    """Ends a verb where its cache is known."""


def caught(monkeypatch: pytest.MonkeyPatch, where: str) -> list[Any]:
    """Replaces a function by one that notes its arguments and stops."""
    noted: list[Any] = []

    def note(*positions: Any, **named: Any) -> None:
        noted.extend([*positions, *named.values()])
        raise Stop

    monkeypatch.setattr(where, note)
    monkeypatch.setenv("SYNTHGEN_DEBUG", "1")
    return noted


@pytest.mark.parametrize("explicit", [False, True], ids=["the user's own", "named by --cache"])
def test_every_verb_and_engine_means_the_same_folder(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, explicit: bool
) -> None:
    """``render``, ``fit --cache``, ``serve`` and the engine's process, down to the top folder, not a part of it."""
    from synthgen import cli
    from synthgen.engine import server
    from synthgen.engine.__main__ import main as engine
    from synthgen.pipeline import render
    from synthgen.pipeline.renderer import make_engine
    from synthgen.scene import load_scene

    hello, folder = resource("scenes/hello.yaml"), tmp_path / "named" if explicit else cache.root
    option = ["--cache", str(folder)] if explicit else []

    noted = caught(monkeypatch, "synthgen.pipeline.recipe.fit_clips")
    with pytest.raises(Stop):
        render(hello, tmp_path / "out", cache_dir=folder if explicit else None, progress=False)
    assert Cache(folder) in noted

    if not explicit:  # its --cache is a switch
        noted = caught(monkeypatch, "synthgen.pipeline.fitting.fit_files")
        with pytest.raises(Stop):
            cli.main(["fit", "builtin:squat", "--cache"])
        assert Cache(folder) in noted

    monkeypatch.setattr("synthgen.engine.gpu.renderer.GpuRenderer.__init__", lambda self: None)
    monkeypatch.setattr("synthgen.engine.gpu.renderer.GpuRenderer.warm_up", lambda self: None)
    noted = caught(monkeypatch, "synthgen.engine.builders.asset_builders")
    with pytest.raises(Stop):
        cli.main(["serve", "--port", "0", *option])
    with pytest.raises(Stop):
        engine(["--port", "0", *option])
    with pytest.raises(Stop), socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server.serve(listener, cache_dir=folder if explicit else None)
    assert noted == 3 * [Cache(folder), None]  # and no folder of the user's files

    command = make_engine(load_scene(hello).engine, Cache(folder)).command  # type: ignore[attr-defined]
    assert command[list(command).index("--cache") + 1] == str(folder)

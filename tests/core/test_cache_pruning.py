"""Looking at a cache and pruning it: what is listed, what is deleted, and what survives whatever is asked."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from synthgen.core import archive
from synthgen.core.cache import Cache, Entry, Kind
from synthgen.core.cache.in_use import oldest_run, using
from synthgen.core.cache.pruning import Pruned, Rule, prune
from synthgen.core.cache.survey import survey
from synthgen.core.files.whole import ATTEMPT

DAY = 86400.0
NOW = 1_700_000_000.0


def load(path: Path, key: str | None = None) -> str:
    return str(archive.load(path, "thing", 1, key=key)[0]["text"])


def save(text: str, path: Path, key: str | None = None) -> None:
    archive.save(path, "thing", 1, {"text": text}, {}, key)


BIRDS = Kind("birds", "bird", "nest", ("synthgen.core.frames",), load, save, "bird")
EGGS = Kind("eggs", "egg", "nest", ("synthgen.core.errors",), load, save, "egg")
LETTERS = Kind("letters", "letter", "post", ("synthgen.core.frames",), load, save)
KINDS = (BIRDS, EGGS, LETTERS)


def aged(path: Path, days: float, made: float | None = None) -> Path:
    """Sets when a file was used and made last, days before now."""
    os.utime(path, (NOW - days * DAY, NOW - (days if made is None else made) * DAY))
    return path


def keep(cache: Cache, kind: Kind, number: int, days: float, made: float | None = None) -> Path:
    entry: Entry[str] = kind.entry(cache, number, label="dear friend")
    entry.keep("x" * number)
    return aged(entry.path, days, made)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def go(cache: Cache, dry_run: bool = False, kinds: tuple[Kind, ...] = KINDS, **rule) -> Pruned:
    return prune(cache, kinds, Rule(**rule), NOW, dry_run=dry_run)


def files(cache: Cache) -> set[str]:
    return {p.relative_to(cache.root).as_posix() for p in cache.root.rglob("*") if not p.is_dir() or p.is_symlink()}


def renamed(path: Path, code: str) -> Path:
    """The same entry as if other code had made it; with no code at all, as older versions did."""
    label, _, inputs = path.stem.split("-")
    return path.rename(path.with_name("-".join(filter(None, (label, code, inputs))) + ".npz"))


def test_what_is_there_is_listed_with_size_age_and_state(cache: Cache) -> None:
    bird, egg, letter = keep(cache, BIRDS, 1, 3, made=9), keep(cache, EGGS, 2, 5), keep(cache, LETTERS, 3, 4)
    other, older = renamed(keep(cache, BIRDS, 4, 1), 12 * "a"), renamed(keep(cache, EGGS, 5, 2), "")
    found = {k.path: k for k in survey(cache, KINDS)}
    assert {path: (k.kind, k.state) for path, k in found.items()} == {
        bird: ("birds", "current"),
        egg: ("eggs", "current"),
        letter: ("letters", "current"),
        other: ("birds", "stale"),
        older: ("eggs", "stale"),
    }
    assert (found[bird].made, found[bird].used) == (NOW - 9 * DAY, NOW - 3 * DAY)
    assert found[egg].bytes == egg.stat().st_size
    assert letter.name.startswith("dear_friend-")


def test_what_other_code_made_goes_and_the_rest_stays(cache: Cache) -> None:
    current = keep(cache, BIRDS, 1, days=50)
    stale = {renamed(keep(cache, BIRDS, 2, days=0), 12 * "a"), renamed(keep(cache, EGGS, 3, days=0), "")}
    assert {k.path for k in go(cache, stale=True).deleted} == stale
    assert files(cache) == {f"nest/{current.name}"}


def test_a_cache_that_is_not_there_is_empty(cache: Cache) -> None:
    assert survey(cache, KINDS) == []
    assert go(cache, everything=True) == Pruned((), ())


def test_only_what_was_not_used_for_so_long_goes(cache: Cache) -> None:
    young, used, old = (keep(cache, BIRDS, n, days, made) for n, days, made in ((1, 1, 1), (2, 1, 90), (3, 31, 90)))
    assert [k.path for k in go(cache, unused_for=30 * DAY, dry_run=True).deleted] == [old]
    assert young.exists() and used.exists() and old.exists(), "a dry run deletes nothing"
    assert [k.path for k in go(cache, unused_for=30 * DAY).deleted] == [old]
    assert young.exists() and used.exists() and not old.exists()


def test_what_was_used_longest_ago_goes_until_the_rest_is_small_enough(cache: Cache) -> None:
    paths = [keep(cache, (BIRDS, EGGS, LETTERS)[n % 3], 10 * n, days=n) for n in range(6)]
    size = sum(p.stat().st_size for p in paths[:3])
    assert {k.path for k in go(cache, max_bytes=size).deleted} == set(paths[3:])
    assert go(cache, max_bytes=size).deleted == ()
    assert {k.path for k in go(cache, max_bytes=size - 1).deleted} == {paths[2]}


def test_kinds_that_are_not_asked_for_are_left(cache: Cache) -> None:
    bird, egg = keep(cache, BIRDS, 1, days=50), keep(cache, EGGS, 1, days=50)
    go(cache, everything=True, kinds=(EGGS,))
    assert bird.exists() and not egg.exists()


def foreign_names(name: str) -> list[str]:
    return [
        "notes.txt",
        "bird.npz",
        f"{name}.bak",
        f"_{name}",
        f"{name[:-4]}.NPZ",
        f".{name}",
        "bird-xyz.npz",
        ".hidden",
    ]


def test_nothing_is_deleted_that_the_cache_did_not_name(cache: Cache, tmp_path: Path) -> None:
    path = keep(cache, BIRDS, 1, days=50)
    outside = tmp_path / "outside"
    outside.mkdir()
    precious = outside / path.name
    precious.write_text("mine")
    for name in foreign_names(path.name):
        (path.parent / name).write_text("mine")
    (path.parent / path.name.replace("bird-", "bird-link-", 1)).symlink_to(precious)
    (path.parent / f"{path.stem[:-1]}0.npz").mkdir()
    (path.parent / "deeper").mkdir()
    (path.parent / "deeper" / path.name).write_text("mine")
    (cache.root / path.name).write_text("mine")
    (cache.root / "post").symlink_to(outside)
    before = files(cache)
    done = go(cache, everything=True, max_bytes=0, stale=True, unused_for=0.0)
    assert [k.path for k in done.deleted] == [path]
    assert files(cache) == before - {f"nest/{path.name}"}
    assert precious.read_text() == "mine"


def test_the_cache_itself_may_be_a_link(cache: Cache, tmp_path: Path) -> None:
    path = keep(cache, BIRDS, 1, days=50)
    (tmp_path / "link").symlink_to(cache.root)
    assert len(go(Cache(tmp_path / "link"), everything=True).deleted) == 1
    assert not path.exists()


def test_files_that_are_being_written_stay_and_left_ones_go_after_a_day(cache: Cache) -> None:
    path = keep(cache, BIRDS, 1, days=0)
    young, old = (path.with_name(f".{path.name}{ATTEMPT}{n:012x}") for n in (1, 2))
    for attempt, days in ((young, 0.5), (old, 1.5)):
        attempt.write_text("half")
        aged(attempt, days)
    assert {k.state for k in survey(cache, KINDS)} == {"current", "unfinished"}
    assert [k.path for k in go(cache, unused_for=DAY * 400).deleted] == [old]
    assert {k.path for k in go(cache, everything=True).deleted} == {path}
    assert young.exists()


def test_what_a_run_may_need_is_spared(cache: Cache) -> None:
    old, needed = keep(cache, BIRDS, 1, days=50), keep(cache, BIRDS, 2, days=50)
    with using(cache):
        (run,) = (cache.root / "in-use").iterdir()
        os.utime(run, (NOW - 3 * DAY, NOW - 3 * DAY))
        aged(needed, 2)  # used since the run began
        assert oldest_run(cache) == NOW - 3 * DAY
        done = go(cache, everything=True, max_bytes=0)
        assert [k.path for k in done.deleted] == [old]
        assert [k.path for k in done.spared] == [needed]
    assert oldest_run(cache) is None
    assert not list((cache.root / "in-use").iterdir())
    assert [k.path for k in go(cache, max_bytes=0).deleted] == [needed]


def test_a_run_that_was_killed_needs_nothing_more(cache: Cache) -> None:
    code = (
        "import sys, os, pathlib; from synthgen.core.cache import Cache; from synthgen.core.cache.in_use import using\n"
        f"with using(Cache(pathlib.Path({str(cache.root)!r}))):\n    print('on', flush=True); sys.stdin.read()"
    )
    run = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout and run.stdout.readline() == "on\n"
    (mark,) = (cache.root / "in-use").iterdir()
    os.utime(mark, (NOW - 3 * DAY, NOW - 3 * DAY))
    assert oldest_run(cache) == NOW - 3 * DAY
    run.kill()
    run.wait()
    assert mark.exists()
    assert oldest_run(cache) is None
    assert not mark.exists()


def test_a_run_that_has_only_just_begun_counts(cache: Cache) -> None:
    (cache.root / "in-use").mkdir(parents=True)
    (cache.root / "in-use" / "1-2.run").touch()
    began = oldest_run(cache)
    assert began is not None and abs(began - time.time()) < 60


def test_a_cache_that_cannot_be_written_is_used_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with using(Cache(tmp_path / "file")):
        pass
    assert oldest_run(Cache(tmp_path / "file")) is None


def used_now(path: Path) -> None:
    os.utime(path)


def written_anew(path: Path) -> None:
    path.write_text("more than before, by another process")


@pytest.mark.parametrize("meanwhile", [used_now, written_anew, Path.unlink], ids=["used", "written", "deleted"])
def test_what_changes_between_listing_and_deleting_is_left(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Path], None]
) -> None:
    from synthgen.core.cache import pruning

    path, honest = keep(cache, BIRDS, 1, days=50), pruning.survey

    def listed(*arguments):
        found = honest(*arguments)
        meanwhile(path)
        return found

    monkeypatch.setattr(pruning, "survey", listed)
    assert go(cache, everything=True) == Pruned((), ())
    assert path.exists() == (meanwhile is not Path.unlink)


def test_what_cannot_be_deleted_is_reported(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    path = keep(cache, BIRDS, 1, days=50)

    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    done = go(cache, everything=True)
    assert done.deleted == ()
    assert [(k.path, why) for k, why in done.failed] == [(path, "Permission denied")]

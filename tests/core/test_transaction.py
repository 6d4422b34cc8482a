"""Files of one result appear together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthgen.core.files.transaction import transaction


def write(out: Path, **texts: str) -> None:
    with transaction(out) as folder:
        for name, text in texts.items():
            (folder / name).write_text(text)


def content(out: Path) -> dict[str, str]:
    """Everything in a folder, hidden files too."""
    return {p.name: p.read_text() if p.is_file() else "folder" for p in out.iterdir()}


def test_files_appear_and_replace_older_ones(tmp_path):
    out = tmp_path / "deep" / "out"
    write(out, a="1", b="1")
    write(out, a="2", c="2")
    assert content(out) == {"a": "2", "b": "1", "c": "2"}


@pytest.mark.parametrize("fault", [OSError("full"), KeyboardInterrupt(), ValueError()])
def test_an_error_on_the_way_leaves_all_as_it_was(tmp_path, fault):
    def broken(out: Path) -> None:
        with transaction(out) as folder:
            (folder / "a").write_text("2")
            raise fault

    write(tmp_path / "old", a="1")
    for out in (tmp_path / "old", tmp_path / "new"):
        with pytest.raises(type(fault)):
            broken(out)
    assert content(tmp_path / "old") == {"a": "1"}
    assert not (tmp_path / "new").exists()


def test_a_folder_in_the_way_is_told_and_stays(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(IsADirectoryError):
        write(tmp_path, a="1", b="1")
    assert content(tmp_path) == {"b": "folder"}


@pytest.mark.parametrize("nth", range(1, 6))
def test_a_move_that_fails_is_taken_back(tmp_path, monkeypatch, nth):
    """Three new files over two old ones are five moves; each of them may be the one that does not go."""
    write(tmp_path, a="1", b="1")
    move, moves = Path.replace, iter(range(1, 100))

    def failing(self: Path, target: Path) -> Path:
        if next(moves) == nth:
            raise OSError("no")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="no"):
        write(tmp_path, a="2", b="2", c="2")
    assert content(tmp_path) == {"a": "1", "b": "1"}

"""Runs that are refused or given up: other people's folders, engines that never start, bad input."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthgen.core.errors import InputError, RunError
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render
from tests.cluster.undisturbed import exported


def test_a_folder_of_another_plan_is_refused_and_untouched(tmp_path: Path) -> None:
    out, renderer = tmp_path / "out", FaultyRenderer(tmp_path / "state")
    render(out, renderer, workers=0)
    before = exported(out)
    with pytest.raises(InputError) as error:
        render(out, renderer, make_plan(seed=8, assets={"squat": "1234"}), workers=0)
    assert "another plan" in str(error.value)
    assert "expected: assets.squat = 1234; seed = 8" in str(error.value)
    assert "got: assets.squat = absent; seed = 7" in str(error.value)
    assert exported(out) == before


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(InputError, match=r"not empty and holds no plan"):
        render(tmp_path, FaultyRenderer(tmp_path / "state"), workers=0)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_engine_that_never_starts_ends_the_run(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="the engine cannot be started: no adapter"):
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state", broken_start=True), workers=1)


def test_many_failures_in_a_row_end_the_run(tmp_path: Path) -> None:
    faults = dict.fromkeys(range(40), ("engine", 99))
    with pytest.raises(RunError, match="10 shots in a row failed"):
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state", faults), make_plan(shots=40), workers=0)
    assert len(list((tmp_path / "out" / "failed").iterdir())) == 10


@pytest.mark.parametrize("workers", [0, 1])
def test_bad_input_found_by_a_renderer_reaches_the_user(tmp_path: Path, workers: int) -> None:
    with pytest.raises(InputError, match="this clip holds NaN"):
        render(tmp_path / "out", FaultyRenderer(tmp_path / "state", {0: ("input", 1)}), workers=workers)

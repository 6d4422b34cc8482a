"""Fits on disk."""

import json
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from synthgen.biomech import fit as fit_module
from synthgen.biomech.cache import FITS, cached_fit, fit_entry
from synthgen.biomech.options import FitOptions
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.core.archive import HEADER
from synthgen.core.bodymodel import reference_body
from synthgen.core.cache import Cache, keys, libraries
from synthgen.core.cache.sources import sources_of
from synthgen.core.errors import InputError
from synthgen.motion.clip import Clip

from .synthetic import clip_of, lively


@pytest.fixture
def clip():
    return clip_of(reference_body(), lively(reference_body(), 4))


def fit_key(clip: Clip, options: FitOptions | None = None) -> str:
    return fit_entry(clip, Cache(Path()), options).key


@pytest.fixture
def fits(monkeypatch):
    """Counts the fits that are made."""
    made, honest = [], fit_module.fit_clip
    monkeypatch.setattr(fit_module, "fit_clip", lambda *a, **how: made.append(a[0].name) or honest(*a, **how))
    return made


def test_a_fit_is_made_once(tmp_path, clip, fits):
    first, second = cached_fit(clip, Cache(tmp_path)), cached_fit(clip, Cache(tmp_path))
    assert len(fits) == 1
    assert np.array_equal(first.transforms, second.transforms)
    assert first.report == second.report
    assert len(list(tmp_path.rglob("*.npz"))) == 1


@pytest.mark.parametrize("damage", [b"", b"not a zip", None])
def test_a_damaged_file_is_made_again(tmp_path, clip, fits, damage):
    first = cached_fit(clip, Cache(tmp_path))
    (path,) = tmp_path.rglob("*.npz")
    path.write_bytes(path.read_bytes()[:5000] if damage is None else damage)
    again = cached_fit(clip, Cache(tmp_path))
    assert len(fits) == 2
    assert np.array_equal(first.q, again.q)
    assert len(list(tmp_path.rglob("*.npz"))) == 1


@pytest.mark.parametrize("change", [{"version": 5}, {"report": {"verdict": "accept"}}])
def test_a_fit_of_another_version_is_refused_by_name_and_made_again(tmp_path, clip, fits, change):
    cached_fit(clip, Cache(tmp_path))
    (path,) = tmp_path.rglob("*.npz")
    with np.load(path) as data:
        arrays = dict(data)
    header = json.loads(str(arrays[HEADER])) | change
    np.savez(path, **(arrays | {HEADER: np.array(json.dumps(header))}))
    with pytest.raises(InputError) as caught:
        SpineMotion.load(path)
    assert caught.value.where == str(path) and caught.value.remedy
    cached_fit(clip, Cache(tmp_path))
    assert len(fits) == 2
    assert SpineMotion.load(path).report.frames == 4


def test_the_key_follows_what_decides_the_fit(clip):
    moved = replace(clip, points={**clip.points, "C7": clip.points["C7"] + 1e-9})
    turned = replace(clip, orientations={n: o for n, o in clip.orientations.items() if n != "skull"})
    keys = {fit_key(c) for c in (clip, moved, turned, replace(clip, fps=31.0))}
    filters = (
        FitOptions(cutoff_hz=None),
        FitOptions(cutoff_hz=6.0),
        FitOptions(max_gap=0.2),
        FitOptions(opensim_every=1),
    )
    bodies = (FitOptions(rhythm="christophy2012"), FitOptions(sex="female"))
    keys |= {fit_key(clip, options) for options in (*filters, *bodies)}
    assert len(keys) == 10
    assert fit_key(clip) == fit_key(clip, FitOptions())
    assert fit_key(clip) == fit_key(replace(clip, points=dict(reversed(clip.points.items()))))


def test_a_name_cannot_lead_out_of_the_folder(tmp_path, clip):
    cached_fit(replace(clip, name="../../x y"), Cache(tmp_path / "cache"))
    assert [p.parent for p in tmp_path.rglob("*.npz")] == [tmp_path / "cache" / "fits"]


def test_every_option_is_in_the_key():
    """A new field of FitOptions gets a value here, or this fails."""
    others = {"rhythm": "christophy2012", "sex": "female", "cutoff_hz": 7.0, "max_gap": 0.3, "opensim_every": 7}
    assert set(others) == {f.name for f in fields(FitOptions)}
    clip = clip_of(reference_body(), lively(reference_body(), 2))
    keys = {fit_key(clip, replace(FitOptions(), **{name: value})) for name, value in others.items()}
    assert len(keys | {fit_key(clip)}) == len(others) + 1


@pytest.mark.parametrize(
    "options",
    [
        {"rhythm": "waltz"},
        {"sex": "x"},
        {"cutoff_hz": "much"},
        {"cutoff_hz": 0},
        {"cutoff_hz": np.inf},
        {"max_gap": -1},
        {"opensim_every": 0},
    ],
)
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(InputError):
        FitOptions(**options)


def test_all_code_that_runs_in_a_fit_is_in_the_key(clip):
    """Watched at work: whatever function of the package runs, its file is among those that the key is made of."""
    package, ran = Path(fit_module.__file__).parents[1], set()

    def watch(frame, event, _):
        if event == "call":
            ran.add(frame.f_code.co_filename)

    noisy = {n: p + 0.01 * np.random.default_rng(1).standard_normal(p.shape) for n, p in clip.points.items()}
    noisy["C7"][2] = np.nan
    sys.setprofile(watch)
    try:
        fit_module.fit_clip(replace(clip, points=noisy), FitOptions(cutoff_hz=5.0))
    finally:
        sys.setprofile(None)
    ours = {Path(f).resolve() for f in ran if Path(f).resolve().is_relative_to(package)}
    assert len(ours) > 15
    assert ours <= {p.resolve() for p in sources_of(*FITS.makers).files}


def test_what_decides_no_fit_is_not_in_the_key():
    names = {p.name for p in sources_of(*FITS.makers).files}
    assert {"fit.py", "kinematics.py", "size.py", "frames.py", "skeleton.py", "bodymodel.py"} <= names
    assert not {"page.py", "figures.py", "clinical.py", "simulated.py", "cli_fit.py"} & names


@pytest.mark.parametrize("library", ["numpy", "opensim", "scipy"])
def test_another_version_of_a_library_is_another_fit(monkeypatch, library):
    honest = libraries.installed
    before = keys.code_digest(*FITS.makers)
    monkeypatch.setattr(keys, "installed", lambda names: honest(names) | {library: "99"})
    assert keys.code_digest(*FITS.makers) != before
    assert library in honest(sources_of(*FITS.makers).imports)

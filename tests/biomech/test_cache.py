"""Fits on disk."""

from dataclasses import replace

import numpy as np
import pytest

from synthgen.biomech import fit as fit_module
from synthgen.biomech.cache import cached_fit, fit_key
from synthgen.bodymodel import reference_body

from .synthetic import clip_of, lively


@pytest.fixture
def clip():
    return clip_of(reference_body(), lively(reference_body(), 4))


@pytest.fixture
def fits(monkeypatch):
    """Counts the fits that are made."""
    made, honest = [], fit_module.fit_clip
    monkeypatch.setattr(fit_module, "fit_clip", lambda clip, **how: made.append(clip.name) or honest(clip, **how))
    return made


def test_a_fit_is_made_once(tmp_path, clip, fits):
    first, second = cached_fit(clip, tmp_path), cached_fit(clip, tmp_path)
    assert len(fits) == 1
    assert np.array_equal(first.transforms, second.transforms)
    assert first.report == second.report
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"not a zip", None])
def test_a_damaged_file_is_made_again(tmp_path, clip, fits, damage):
    first = cached_fit(clip, tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:5000] if damage is None else damage)
    again = cached_fit(clip, tmp_path)
    assert len(fits) == 2
    assert np.array_equal(first.q, again.q)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_key_follows_what_decides_the_fit(clip):
    moved = replace(clip, points={**clip.points, "C7": clip.points["C7"] + 1e-9})
    turned = replace(clip, orientations={n: o for n, o in clip.orientations.items() if n != "skull"})
    keys = {fit_key(c) for c in (clip, moved, turned, replace(clip, fps=31.0))}
    keys.add(fit_key(clip, "christophy2012"))
    assert len(keys) == 5
    assert fit_key(clip) == fit_key(replace(clip, points=dict(reversed(clip.points.items()))))


def test_a_name_cannot_lead_out_of_the_folder(tmp_path, clip):
    cached_fit(replace(clip, name="../../x y"), tmp_path / "cache")
    assert [p.parent for p in tmp_path.rglob("*.npz")] == [tmp_path / "cache"]

"""The written model and motion, replayed by OpenSim in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.options import FitOptions
from synthgen.biomech.osim.files import write_opensim
from synthgen.biomech.postures.kinds import Posture, Scoliosis
from synthgen.biomech.postures.simulated import apply_posture
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.spines.apply import with_spine
from synthgen.biomech.spines.draw import spine_of
from synthgen.biomech.subject import subject_body
from synthgen.core.bodymodel import reference_body
from synthgen.core.frames import opensim_to_world

from .synthetic import clip_of, lively
from .test_subject import markers_clip

BODY = reference_body()
REPLAY = """
import json, sys
import opensim
opensim.Logger.removeFileSink()
opensim.Logger.setLevelString("Warn")
for path, course in zip(sys.argv[1::2], sys.argv[2::2]):
    model = opensim.Model(path)
    state = model.initSystem()
    table = opensim.TimeSeriesTable(course)
    storage = opensim.Storage(course)
    assert storage.isInDegrees() and table.getTableMetaDataString("inDegrees") == "yes"
    model.getSimbodyEngine().convertDegreesToRadians(table)
    marks = [model.getName(), model.get_credits()]
    key = "simulated_posture"
    marks.append(table.getTableMetaDataString(key) if table.hasTableMetaDataKey(key) else "")
    out = {"marks": marks, "time": list(table.getIndependentColumn()), "bodies": {}, "markers": {}}
    labels = table.getColumnLabels()
    assert sorted(labels) == sorted(c.getName() for c in model.getCoordinateSet())
    for row in range(table.getNumRows()):
        values = table.getRowAtIndex(row)
        for i, name in enumerate(labels):
            model.getCoordinateSet().get(name).setValue(state, values[i], False)
        model.realizePosition(state)
        for kind, items in (("bodies", model.getBodySet()), ("markers", model.getMarkerSet())):
            for i in range(items.getSize()):
                item = items.get(i)
                at = item.getTransformInGround(state).p() if kind == "bodies" else item.getLocationInGround(state)
                out[kind].setdefault(item.getName(), []).append([at.get(k) for k in range(3)])
    print(json.dumps(out))
"""
"""Prints one line per pair of files; whatever OpenSim has to say would be more."""

TENTH_MM = 1e-4
UNTIDY = "hump / <curve>\n& größer=1"
"""A posture's name as a file may have it: nothing of it may break a document."""


def motions() -> dict[str, SpineMotion]:
    """One fit of every kind that there is."""
    factors = np.random.default_rng(0).uniform(0.93, 1.07, (len(BODY.tree.segments), 3))
    body, woman = BODY.scaled(factors), reference_body(sex="female", stature=1.58)
    fits = {
        "other proportions": fit_clip(clip_of(body, lively(body, 5))),
        "other rhythm": fit_clip(clip_of(body, lively(body, 3, 1)), FitOptions(rhythm="christophy2012")),
        "woman": fit_clip(clip_of(woman, lively(woman, 4, 2)), FitOptions(sex="female")),
        "markers": fit_clip(markers_clip(body, lively(body, 4, 3))),
    }
    bent = Posture(UNTIDY, thoracic_kyphosis=75.0, scoliosis=Scoliosis("thoracic", "T8", 60.0, "left", 20.0))
    flat = Posture(lumbar_lordosis=25.0, craniovertebral_angle=38.0)
    return fits | {
        "deformed": apply_posture(fits["other proportions"], bent),
        "woman with a flat back": apply_posture(fits["woman"], flat),
        "markers and other posture": apply_posture(fits["markers"], flat),
        "another spine": with_spine(fits["other proportions"], spine_of(3, "male")),
        "another woman's bent spine": with_spine(fits["woman"], spine_of(4, "female", bent)),
    }


@pytest.fixture(scope="module")
def replayed(tmp_path_factory):
    """Fits, and what OpenSim makes of their files: all of them in one process."""
    folder, made = tmp_path_factory.mktemp("files"), motions()
    files = [write_opensim(m, folder / f"{i}") for i, m in enumerate(made.values())]
    paths = [str(path) for pair in files for path in pair]
    done = subprocess.run(
        [sys.executable, "-c", REPLAY, *paths], capture_output=True, text=True, cwd=folder, check=False
    )
    return made, folder, done


def told(replayed, kind: str) -> tuple[SpineMotion, dict[str, Any]]:
    made, _, done = replayed
    return made[kind], json.loads(done.stdout.splitlines()[list(made).index(kind)])


KINDS = (
    "other proportions",
    "other rhythm",
    "woman",
    "markers",
    "deformed",
    "woman with a flat back",
    "markers and other posture",
    "another spine",
    "another woman's bent spine",
)


def test_opensim_opens_all_without_a_word(replayed):
    made, folder, done = replayed
    assert (done.returncode, done.stderr) == (0, "")
    assert tuple(made) == KINDS
    assert len(done.stdout.splitlines()) == len(made)
    assert {p.suffix for p in folder.rglob("*") if p.is_file()} == {".osim", ".mot"}
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 2 * len(made)


def test_a_complaint_would_be_noticed(replayed):
    """A model with a part that OpenSim does not know makes it speak."""
    _, folder, _ = replayed
    model, course = next(folder.glob("0/*.osim")), next(folder.glob("0/*.mot"))
    other = folder.parent / "other.osim"
    other.write_text(model.read_text().replace("<components>", "<components><NoSuchThing/>", 1))
    done = subprocess.run(
        [sys.executable, "-c", REPLAY, str(other), str(course)], capture_output=True, text=True, cwd=folder, check=False
    )
    assert "NoSuchThing" in done.stdout.splitlines()[0]
    assert len(done.stdout.splitlines()) > 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_replay_stands_where_the_fit_stands(replayed, kind):
    motion, out = told(replayed, kind)
    assert np.allclose(out["time"], np.arange(motion.frames) / motion.fps)
    assert set(motion.segment_names) <= set(out["bodies"])
    for name in motion.segment_names:
        there = opensim_to_world(np.array(out["bodies"][name]))
        assert np.abs(there - motion.segment(name)[:, :3, 3]).max() < TENTH_MM, name


@pytest.mark.parametrize("kind", KINDS)
def test_the_markers_of_the_model_are_those_of_the_fit(replayed, kind):
    motion, out = told(replayed, kind)
    points = subject_body(motion).points(motion.transforms)
    assert set(motion.marker_names) <= set(out["markers"])
    for name in motion.marker_names:
        assert np.abs(opensim_to_world(np.array(out["markers"][name])) - points[name]).max() < TENTH_MM, name


def test_a_deformity_lies_beyond_the_ranges_that_the_fit_has(replayed):
    """OpenSim clamps coordinates at their ranges; the written model's must hold the posture."""
    motion, _ = told(replayed, "deformed")
    low, high = (np.array([getattr(c, s) for c in BODY.tree.coordinates]) for s in ("lower", "upper"))
    assert ((motion.q < low) | (motion.q > high)).any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_simulated_posture_is_marked_in_both_files_and_nothing_else_is(replayed, kind):
    motion, out = told(replayed, kind)
    name, credit, header = out["marks"]
    simulated = motion.report.posture is not None
    bent = ("deformed", "woman with a flat back", "markers and other posture", "another woman's bent spine")
    assert simulated == (kind in bent)
    assert [("simulated" in text.lower()) for text in (name, credit, header)] == [simulated] * 3
    if kind == "deformed":
        assert name == "synthgen_body_simulated_posture_hump_curve_gr_er_1"
        words = "hump / <curve> & größer=1 (simulated, not measured): thoracic kyphosis 75, scoliosis (type thoracic, "
        assert words in credit and header.startswith(words.replace("=", ":"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_drawn_spine_is_told_in_the_credits_and_nothing_else_is(replayed, kind):
    motion, out = told(replayed, kind)
    drawn = motion.report.spine is not None
    assert drawn == (kind in ("another spine", "another woman's bent spine"))
    assert ("SPINE drawn, not measured: sacral slope" in out["marks"][1]) == drawn


def test_the_written_markers_are_the_clip_s_own(replayed):
    _, out = told(replayed, "markers")
    assert {"LASI", "RASI", "C7"} <= set(out["markers"])


def test_files_are_named_after_the_clip_and_nothing_else_is_left(replayed):
    _, folder, _ = replayed
    assert sorted(p.name for p in (Path(folder) / "0").iterdir()) == ["synthetic.mot", "synthetic.osim"]

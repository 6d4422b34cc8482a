"""The written model and motion, replayed by OpenSim in a process of its own."""

import json
import subprocess
import sys

import numpy as np
import pytest

from synthgen.biomech.fit import fit_clip
from synthgen.biomech.opensim_files import write_opensim
from synthgen.biomech.subject import subject_body
from synthgen.bodymodel import reference_body
from synthgen.frames import opensim_to_world
from synthgen.skeleton import VERTEBRAE

from .synthetic import clip_of, lively

BODY = reference_body()
REPLAY = """
import json, sys
import opensim
opensim.Logger.removeFileSink()
opensim.Logger.setLevelString("Warn")
model = opensim.Model(sys.argv[1])
state = model.initSystem()
table = opensim.TimeSeriesTable(sys.argv[2])
storage = opensim.Storage(sys.argv[2])
assert storage.isInDegrees() and table.getTableMetaDataString("inDegrees") == "yes"
model.getSimbodyEngine().convertDegreesToRadians(table)
out = {"time": list(table.getIndependentColumn()), "bodies": {}, "markers": {}}
labels = table.getColumnLabels()
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


@pytest.fixture(scope="module")
def replayed(tmp_path_factory):
    """A fit of someone of other proportions, and what OpenSim makes of its files."""
    folder = tmp_path_factory.mktemp("files")
    factors = np.random.default_rng(0).uniform(0.93, 1.07, (len(BODY.tree.segments), 3))
    body = BODY.scaled(factors)
    motion = fit_clip(clip_of(body, lively(body, 5)))
    model, course = write_opensim(motion, folder / "new")
    done = subprocess.run(
        [sys.executable, "-c", REPLAY, str(model), str(course)], capture_output=True, text=True, cwd=folder, check=False
    )
    return motion, folder, done


def test_opensim_opens_both_without_a_word(replayed):
    _, folder, done = replayed
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1
    assert sorted(p.name for p in folder.rglob("*")) == ["new", "synthetic.mot", "synthetic.osim"]


def test_the_replay_stands_where_the_fit_stands(replayed):
    motion, _, done = replayed
    out = json.loads(done.stdout)
    assert np.allclose(np.diff(out["time"]), 1 / motion.fps)
    for name in ("sacrum", *VERTEBRAE, "skull", "left_hand", "right_toes"):
        there = opensim_to_world(np.array(out["bodies"][name]))
        assert np.abs(there - motion.segment(name)[:, :3, 3]).max() < 1e-4


def test_the_markers_of_the_model_are_those_of_the_fit(replayed):
    motion, _, done = replayed
    points = subject_body(motion).points(motion.transforms)
    out = json.loads(done.stdout)["markers"]
    assert set(motion.marker_names) <= set(out)
    for name in motion.marker_names:
        assert np.abs(opensim_to_world(np.array(out[name])) - points[name]).max() < 1e-4

"""Keypoints of pose estimators and joints of SMPL: which set a file is of, where its points lie, what is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from synthgen.core.errors import InputError
from synthgen.motion import load, marker_sets
from synthgen.motion.marker_sets import SHIPPED, marker_set, read_marker_set, shipped
from synthgen.motion.readers.smpl import skeleton

from .conftest import performance
from .recordings import markers_on, trc_text

TABLE = yaml.safe_load(Path(marker_sets.__file__).with_name("keypoints.yaml").read_text(encoding="utf-8"))
PARTS = ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
COCO = ["nose", *(f"{side}_{part}" for part in PARTS for side in ("left", "right"))]
SMPL = [row["name"] for row in skeleton.joints()]


def short(name: str) -> str:
    """``left_hip`` → ``LHip``, as triangulating programs write it."""
    side, _, part = name.rpartition("_")
    return {"left": "L", "right": "R", "": ""}[side] + part.capitalize()


def written(folder: Path, names: list[str], points: np.ndarray) -> Path:
    path = folder / "take.trc"
    path.write_text(trc_text(names, points, fps=60.0))
    return path


def squat(chosen: str) -> tuple[list[str], np.ndarray]:
    truth = performance("squat")[1]
    return markers_on(truth.body, truth.transforms[::9], shipped(chosen))


@pytest.mark.parametrize("chosen", SHIPPED)
def test_a_sets_own_names_are_of_that_set(chosen: str) -> None:
    names = [*shipped(chosen).places, *sorted(shipped(chosen).unplaced)]
    assert marker_set(None, Path(), names, "take.trc").name == chosen


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (COCO, "coco_17"),
        ([short(n) for n in COCO], "coco_17"),
        ([*map(short, COCO), "Neck", "Hip"], "coco_17"),
        ([*map(short, COCO), "Neck", "Hip", "Head"], "halpe_26"),
        ([*map(short, COCO[5:]), "Head", "Nose", "LHeel", "RHeel", "LBigToe", "RBigToe"], "halpe_26"),
        (SMPL, "smpl_22"),
        ([f"{n[0].upper()}_{n.partition('_')[2].capitalize()}" if "_" in n else n for n in SMPL], "smpl_22"),
        ([n for n in SMPL if n not in ("neck", "head") and "spine" not in n and "collar" not in n], "landmarks"),
    ],
)
def test_spellings_and_sets_are_told_apart(names: list[str], chosen: str) -> None:
    found = marker_set(None, Path(), names, "take.trc")
    assert found.name == chosen
    unknown = set(names) - found.match(names).keys()
    assert unknown <= ({"left_foot", "right_foot"} if chosen == "landmarks" else set())


def test_every_keypoint_has_an_uncertainty_and_a_source() -> None:
    used = {row["keypoint"] for name in ("coco_17", "halpe_26", "smpl_22") for row in _rows(name) if "keypoint" in row}
    assert used == TABLE["points"].keys()
    for name, row in TABLE["points"].items():
        assert 0.01 <= row["sigma"] <= 0.03, name
        assert row["from"] and set(row["from"]) <= TABLE["sources"].keys(), name
    for key, source in TABLE["sources"].items():
        assert {"citation", "where", "checked", "how"} == source.keys(), key
        assert any(key in row["from"] for row in TABLE["points"].values()), key


def _rows(name: str) -> list[dict]:
    text = Path(marker_sets.__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["markers"].values())


@pytest.mark.parametrize("chosen", ["coco_17", "halpe_26"])
def test_a_keypoint_lies_beside_the_joint_whose_name_it_has(tmp_path: Path, chosen: str) -> None:
    clip = load(str(written(tmp_path, *squat(chosen))))
    truth = performance("squat")[0]
    for name in ("left_hip", "right_hip", "left_shoulder", "right_knee"):
        off = np.linalg.norm(clip.points[name] - truth.points[name][::9], axis=1)
        assert (off > 0.005).all() and (off < 0.04).all(), name
        assert clip.markers[name] == shipped(chosen).places[short(name)]
        assert clip.sigma[name] == shipped(chosen).sigma[short(name)]
    hips = np.linalg.norm(clip.points["left_hip"] - clip.points["right_hip"], axis=1)
    np.testing.assert_allclose(hips, 0.212, atol=1e-3)


def test_a_neck_that_was_computed_is_left_out_and_one_that_was_found_is_not(tmp_path: Path) -> None:
    names, points = squat("halpe_26")
    assert "Neck" in load(str(written(tmp_path, names, points))).points
    left, right, hips = (points[:, names.index(n)] for n in ("LShoulder", "RShoulder", "LHip"))
    points[:, names.index("Neck")] = (left + right) / 2
    middle = (hips + points[:, names.index("RHip")]) / 2
    clip = load(str(written(tmp_path, [*names, "Hip"], np.concatenate([points, middle[:, None]], 1))))
    assert not {"Neck", "Hip"} & clip.points.keys()
    notes = " ".join(clip.notes)
    assert "Neck is the middle of LShoulder and RShoulder, computed" in notes and "Hip is the middle of LHip" in notes


def test_positions_in_an_npz_file_lie_where_the_named_ones_do(tmp_path: Path) -> None:
    names, points = squat("smpl_22")
    known = {n: points[:, names.index(n)] for n in names}
    joints = np.stack([known.get(n, points[:, names.index("pelvis")]) for n in SMPL], 1)
    np.savez(tmp_path / "take.npz", joints=joints, fps=60.0)
    stored, named = load(str(tmp_path / "take.npz")), load(str(written(tmp_path, names, points)))
    assert {"head", "neck"} <= stored.points.keys()
    assert stored.markers == named.markers and stored.sigma == named.sigma
    for name, path in named.points.items():
        np.testing.assert_allclose(stored.points[name], path, atol=1e-4, err_msg=name)


def test_a_set_of_ones_own_can_say_how_sure_its_places_are(tmp_path: Path) -> None:
    rows = {n: {"keypoint": k} for n, k in (("LHIP", "hip"), ("LSHO", "shoulder"), ("NOSE", "nose"))}
    rows["LKNEE"] = {"landmark": "left_knee", "sigma": 0.03}
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump({"name": "mine", "markers": rows}))
    mine = read_marker_set(path)
    assert mine.sigma["RKNEE"] == 0.03 and mine.sigma["RHIP"] == TABLE["points"]["hip"]["sigma"]
    assert mine.called("RHIP") == "right_hip" and mine.places["RHIP"][1][1] < 0
    for wrong in (0, -0.01, 25, ".nan"):
        path.write_text(f"name: mine\nmarkers: {{LKNEE: {{landmark: left_knee, sigma: {wrong}}}}}\n")
        with pytest.raises(InputError, match=r"LKNEE: sigma is metres per axis[\s\S]*0.001 … 0.2"):
            read_marker_set(path)


def test_the_certainty_of_places_survives_saving_and_enters_the_digest(tmp_path: Path) -> None:
    clip = load(str(written(tmp_path, *squat("coco_17"))))
    clip.save(tmp_path / "clip.npz")
    again = load(str(tmp_path / "clip.npz"))
    assert again.sigma == clip.sigma and again.digest() == clip.digest()
    assert replace(clip, sigma={}).digest() != clip.digest()

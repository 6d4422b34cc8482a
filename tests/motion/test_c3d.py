"""C3D files: round trips through ezc3d, units, axes, sides, gaps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.core.errors import InputError
from synthgen.motion import load
from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import SHIPPED, shipped
from synthgen.motion.readers import c3d
from synthgen.motion.sidecar import notes_file

from .c3d_files import PIG, squat, written
from .conftest import performance
from .recordings import markers_on, write_c3d


@pytest.mark.parametrize("chosen", SHIPPED)
def test_every_marker_set_comes_back(tmp_path: Path, chosen: str) -> None:
    names, points = squat(chosen=shipped(chosen))
    clip = load(str(write_c3d(tmp_path / "take.c3d", names, points, fps=120)))
    assert clip.fps == 120 and clip.frames == len(points) and clip.floor
    assert any(chosen in note for note in clip.notes) and any("unit mm as the file says" in n for n in clip.notes)
    for i, name in enumerate(names):
        called = shipped(chosen).called(name)
        np.testing.assert_allclose(clip.points[called], points[:, i], atol=1e-6, err_msg=name)
        assert clip.sigma.get(called) == shipped(chosen).sigma.get(name)
        if name not in shipped(chosen).landmarks:
            assert clip.markers[called] == shipped(chosen).places[name]


def test_markers_of_the_clip_survive_saving_and_enter_its_digest(tmp_path: Path) -> None:
    clip = load(str(written(tmp_path)))
    clip.save(tmp_path / "clip.npz")
    again = load(str(tmp_path / "clip.npz"))
    assert again.markers == clip.markers and again.digest() == clip.digest()
    bare = Clip(clip.name, clip.points, {}, clip.fps, clip.source, clip.licence)
    assert bare.digest() != clip.digest()


@pytest.mark.parametrize(
    ("unit", "per_metre"), [("m", 1.0), ("cm", 100.0), ("mm", 1000.0), ("in", 1 / 0.0254), ("", 1000.0), ("", 1.0)]
)
def test_units_are_taken_or_found(tmp_path: Path, unit: str, per_metre: float) -> None:
    clip = c3d.READER.clip(written(tmp_path, unit=unit, per_metre=per_metre))
    assert any(("as the file says" if unit else "found") in n for n in clip.notes if n.startswith("unit"))
    assert np.ptp(clip.points["LFHD"][0] - clip.points["LHEE"][0]) == pytest.approx(1.73, abs=0.1)


def test_millimetres_called_metres_are_refused_and_mended_by_a_file_beside(tmp_path: Path) -> None:
    path = written(tmp_path, unit="m")
    with pytest.raises(InputError, match=r"unit cannot be m[\s\S]*175\d m; mm would give 1\.7[56] m[\s\S]*unit: mm"):
        c3d.READER.clip(path)
    (tmp_path / "take.c3d.yaml").write_text("unit: mm\n")
    assert any("unit mm given" in n for n in c3d.READER.clip(path).notes)
    (tmp_path / "take.c3d.yaml").write_text("unit: furlong\n")
    with pytest.raises(InputError, match="unit is not known"):
        c3d.READER.clip(path)
    with pytest.raises(InputError, match="unit is not known"):
        c3d.READER.clip(written(tmp_path / "..", unit="ells"))


def test_one_file_beside_speaks_for_a_folder(tmp_path: Path) -> None:
    path = written(tmp_path, unit="m")
    (tmp_path / "all.c3d.yaml").write_text("unit: mm\n")
    assert c3d.READER.clip(path).frames == 12
    (tmp_path / "take.c3d.yaml").write_text("joints: x.yaml\n")
    with pytest.raises(InputError, match=r"take\.c3d\.yaml.*does not describe a C3D file"):
        c3d.READER.clip(path)


@pytest.mark.parametrize("motion", ["take.c3d", "take.C3D"])
@pytest.mark.parametrize("notes", ["take.c3d.yaml", "take.C3D.yaml", "all.c3d.yaml", "all.C3D.yaml"])
def test_the_case_of_an_ending_makes_no_difference(tmp_path: Path, motion: str, notes: str) -> None:
    path = written(tmp_path, unit="m").rename(tmp_path / motion)
    (tmp_path / notes).write_text("unit: mm\n")
    assert any("unit mm given" in n for n in c3d.READER.clip(path).notes)


def test_a_motions_own_file_goes_before_the_folders(tmp_path: Path) -> None:
    for name in ("all.C3D.yaml", "all.c3d.yaml", "Take.C3D.yaml", "Take.c3d.yaml"):
        (tmp_path / name).touch()
    found = []
    while (notes := notes_file(tmp_path / "Take.C3D")) is not None:
        found.append(notes.name)
        notes.unlink()
    assert found == ["Take.C3D.yaml", "Take.c3d.yaml", "all.C3D.yaml", "all.c3d.yaml"]


@pytest.mark.parametrize(
    ("up", "turn"),
    [
        ("+y", [[1, 0, 0], [0, 0, 1], [0, -1, 0]]),
        ("+x", [[0, 0, 1], [1, 0, 0], [0, 1, 0]]),
        ("-z", [[1, 0, 0], [0, -1, 0], [0, 0, -1]]),
    ],
)
def test_the_up_axis_is_found(tmp_path: Path, up: str, turn: list) -> None:
    clip = c3d.READER.clip(written(tmp_path, lambda names, p: (names, p @ np.array(turn, float).T)))
    assert any(f"up axis {up} (found" in n for n in clip.notes)
    reference = c3d.READER.clip(written(tmp_path))
    for name in ("LFHD", "RHEE", "LWRA"):
        np.testing.assert_allclose(clip.points[name][:, 2], reference.points[name][:, 2], atol=1e-6)


@pytest.mark.parametrize("exercise", ["plank_press_up", "cat_cow"])
def test_somebody_on_hands_and_feet_is_asked_about(tmp_path: Path, exercise: str) -> None:
    truth = performance(exercise)[1]
    names, points = markers_on(truth.body, truth.transforms[::9], PIG)
    path = write_c3d(tmp_path / "take.c3d", names, points)
    with pytest.raises(InputError, match=r"up axis is ambiguous[\s\S]*up: \+z"):
        c3d.READER.clip(path)
    (tmp_path / "take.c3d.yaml").write_text("up: +z\n")
    np.testing.assert_allclose(c3d.READER.clip(path).points["LASI"], points[:, names.index("LASI")], atol=1e-6)
    (tmp_path / "take.c3d.yaml").write_text("up: above\n")
    with pytest.raises(InputError, match="up axis is not known"):
        c3d.READER.clip(path)


def test_gaps_stay_gaps_and_are_told(tmp_path: Path) -> None:
    def hole(names, points):
        points[3:6, names.index("LKNE")] = np.nan
        points[9, names.index("LKNE")] = np.nan
        points[:, names.index("RELB")] = np.nan
        points[2, names.index("C7")] = 0.0  # how some programs write an unseen marker
        return names, points

    clip = c3d.READER.clip(written(tmp_path, hole))
    assert np.flatnonzero(np.isnan(clip.points["LKNE"][:, 0])).tolist() == [3, 4, 5, 9]
    assert np.flatnonzero(np.isnan(clip.points["C7"][:, 0])).tolist() == [2]
    assert "RELB" not in clip.points
    notes = " ".join(clip.notes)
    assert "LKNE in 4 of 12 frames (longest 3)" in notes and "without any value, left out: RELB" in notes


def test_markers_of_no_known_place_are_left_out_and_told(tmp_path: Path) -> None:
    def more(names, points):
        return [*names, "LTHI", "BALL", "*17"], np.concatenate([points, points[:, :3]], 1)

    clip = c3d.READER.clip(written(tmp_path, more))
    assert not {"LTHI", "BALL", "*17"} & clip.points.keys()
    notes = " ".join(clip.notes)
    assert "unknown place on the bone, left out: LTHI" in notes and "unknown, left out: BALL" in notes
    assert "1 trajectories without a name left out" in notes


def test_a_subjects_name_before_the_markers_is_ignored(tmp_path: Path) -> None:
    for form in ("Anna:{}", "anna_{}", "{}"):
        names = lambda n, p, form=form: ([form.format(x) for x in n], p)  # noqa: E731
        assert "LASI" in c3d.READER.clip(written(tmp_path, names)).points


def test_unknown_names_ask_for_a_marker_set_and_a_users_own_is_used(tmp_path: Path) -> None:
    strange = {n: f"p{i}" for i, n in enumerate(PIG.places)}
    path = written(tmp_path, lambda names, p: ([strange[n] for n in names], p))
    with pytest.raises(InputError, match=r"marker names are not known[\s\S]*markers: mine\.yaml"):
        c3d.READER.clip(path)
    rows = [f"  {strange[n]}: {{segment: {s}, standing: [0, 0, 1]}}" for n, (s, _) in PIG.places.items()]
    (tmp_path / "mine.yaml").write_text("name: mine\nmarkers:\n" + "\n".join(rows) + "\n")
    (tmp_path / "take.c3d.yaml").write_text("markers: mine.yaml\nunit: mm\nup: +z\n")
    assert set(c3d.READER.clip(path).markers) == set(strange.values())
    for wrong in (
        "name: mine\nmarkers: {}\n",
        "markers: 3\n",
        "name: x\nmarkers: {A: {segment: tail, standing: [0, 0, 1]}}",
        "name: x\nmarkers: {A: {landmark: nose}}",
        "name: x\nmarkers: {A: {segment: pelvis, standing: [0]}}",
        "name: {",
        "",
    ):
        (tmp_path / "mine.yaml").write_text(wrong)
        with pytest.raises(InputError, match=r"mine\.yaml"):
            c3d.READER.clip(path)
    (tmp_path / "take.c3d.yaml").write_text("markers: nowhere.yaml\n")
    with pytest.raises(InputError, match="no such marker set"):
        c3d.READER.clip(path)


def exchange(names: list[str], pairs: list[str]) -> list[str]:
    swap = {"L" + p: "R" + p for p in pairs} | {"R" + p: "L" + p for p in pairs}
    return [swap.get(n, n) for n in names]


def test_swapped_sides_are_refused(tmp_path: Path) -> None:
    everything = sorted({n[1:] for pair in PIG.pairs for n in pair})
    with pytest.raises(InputError, match="swapped for the whole person"):
        c3d.READER.clip(written(tmp_path, lambda n, p: (exchange(n, everything), p)))
    with pytest.raises(InputError, match="swapped for the whole person"):
        c3d.READER.clip(written(tmp_path, lambda n, p: (n, p * (1, -1, 1))))
    with pytest.raises(InputError, match=r"swapped for some points[\s\S]*LKNE and RKNE"):
        c3d.READER.clip(written(tmp_path, lambda n, p: (exchange(n, ["KNE"]), p)))
    with pytest.raises(InputError, match=r"swapped for some points[\s\S]*LANK and RANK"):
        c3d.READER.clip(written(tmp_path, lambda n, p: (exchange(n, ["ANK", "HEE", "TOE"]), p)))
    with pytest.raises(InputError, match=r"swapped for some points[\s\S]*LWRA and RWRA"):
        c3d.READER.clip(written(tmp_path, lambda n, p: (exchange(n, ["WRA", "WRB", "FIN"]), p)))


def test_a_pair_that_changes_places_is_put_right_and_told(tmp_path: Path) -> None:
    def flip(names, points):
        a, b = names.index("LANK"), names.index("RANK")
        points[30:50, [a, b]] = points[30:50, [b, a]]
        return names, points

    names, points = squat()
    clip = c3d.READER.clip(write_c3d(tmp_path / "take.c3d", *flip(list(names), points.copy())))
    assert any("LANK and RANK changed places in 20 frames from 30 on" in n for n in clip.notes)
    np.testing.assert_allclose(clip.points["LANK"], points[:, names.index("LANK")], atol=1e-6)


def test_a_floor_elsewhere_is_moved_and_told(tmp_path: Path) -> None:
    clip = c3d.READER.clip(written(tmp_path, lambda n, p: (n, p + (0, 0, 0.09))))
    assert any("moved down by 0.090 m" in n for n in clip.notes)
    low = c3d.READER.clip(written(tmp_path, lambda n, p: (n, p + (0, 0, 0.02))))
    assert not any("moved" in n for n in low.notes)


def test_one_frame(tmp_path: Path) -> None:
    assert c3d.READER.clip(written(tmp_path, lambda n, p: (n, p[:1]))).frames == 1


def test_a_marker_metres_away_is_taken_as_missing_and_told(tmp_path: Path) -> None:
    def leap(names, points):
        points[4, names.index("T10")] += 1e4
        return names, points

    clip = c3d.READER.clip(written(tmp_path, leap))
    assert any("T10: 1 values more than 2.5 m from the body" in n for n in clip.notes)
    assert np.isnan(clip.points["T10"][4]).all() and np.isfinite(clip.points["T10"][5]).all()


def test_derived_points_are_left_out(tmp_path: Path) -> None:
    angles = lambda n, p: ([*n, "LKneeAngles"], np.concatenate([p, p[:, :1]], 1))  # noqa: E731
    path = written(tmp_path, angles, derived=("LKneeAngles",))
    assert any("1 derived points" in n for n in c3d.READER.clip(path).notes)


@pytest.mark.parametrize("exercise", ["squat", "side_bend", "lunge_rotation", "walking", "overhead_reach"])
@pytest.mark.parametrize("size", [0.7, 1.15])
def test_people_of_any_size_with_markers_put_off_are_not_suspected(tmp_path: Path, exercise: str, size: float) -> None:
    truth = performance(exercise)[1]
    names, points = markers_on(truth.body, truth.transforms[::12], PIG, misplaced=0.012, seed=4)
    clip = c3d.READER.clip(write_c3d(tmp_path / "take.c3d", names, size * points))
    assert not any("swapped" in n or "changed places" in n or "mirrored" in n for n in clip.notes)

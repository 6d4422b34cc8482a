"""What recordings of real laboratories taught the readers, rebuilt by our own writers on a person of known truth.

Names, headers, units, blanks and habits are those of public files (docs/motion.md lists them); the numbers are ours.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.biomech.fit import fit_clip
from synthgen.core.bodymodel import reference_body
from synthgen.core.errors import InputError
from synthgen.core.frames import world_to_opensim
from synthgen.motion import load
from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import shipped
from synthgen.motion.normalise.levels import on_their_levels
from synthgen.motion.normalise.recording import Recording, clip_of
from synthgen.motion.normalise.sides import check_pairs
from synthgen.motion.normalise.size import relative_size

from .conftest import performance
from .recordings import markers_on, trc_text, write_c3d

PIG = shipped("plug_in_gait")


def walk(chosen: str = "plug_in_gait", frames: slice = slice(None)) -> tuple[list[str], np.ndarray]:
    truth = performance("walking")[1]
    return markers_on(truth.body, truth.transforms[frames], shipped(chosen))


def read_trc(folder: Path, names: list[str], points: np.ndarray, **options) -> Clip:
    path = folder / "take.trc"
    path.write_text(trc_text(names, world_to_opensim(points), **options))
    return load(str(path))


# Names


@pytest.mark.parametrize(
    ("chosen", "write"),
    [
        ("davis", lambda n: n.replace("_", " ")),
        ("van_sint_jan", lambda n: f"{n[0]}_{n[1:]}" if n[:1] in "LR" and n[1:2].isalpha() else n),
        ("opencap", lambda n: n.replace("R_", "r_").replace("R.", "r.") + "_study"),
        ("gait2392", str),
        ("stanford", str),
    ],
)
def test_names_as_laboratories_write_them(tmp_path: Path, chosen: str, write) -> None:
    names, points = walk(chosen, slice(0, 5))
    clip = read_trc(tmp_path, [write(n) for n in names], points)
    assert any(f"markers named as {chosen}" in n for n in clip.notes)
    assert len(clip.points) == len(names) and not any("unknown" in n for n in clip.notes)
    assert not any(set(n) & set(" *+/\t") for n in clip.points)  # OpenSim refuses markers of such names


def test_other_spellings_of_one_marker(tmp_path: Path) -> None:
    names, points = walk("van_sint_jan", slice(0, 3))
    clip = read_trc(tmp_path, [{"SJN": "SNJ", "LAH": "L_HDF"}.get(n, n) for n in names], points)
    assert {"SJN", "LAH"} <= set(clip.points)


def test_a_trial_without_the_static_trials_markers_is_still_of_its_set(tmp_path: Path) -> None:
    names, points = walk("rajagopal_2016", slice(0, 5))
    kept = [i for i, n in enumerate(names) if not n.endswith(("FC", "MAL", "JC"))]
    clip = read_trc(tmp_path, [names[i] for i in kept], points[:, kept])
    assert any("markers named as rajagopal_2016" in n for n in clip.notes)


def test_unknown_names_are_told_with_what_to_do(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 3))
    with pytest.raises(InputError, match=r"none of which is here[\s\S]*got: P0, P1[\s\S]*markers: mine.yaml"):
        read_trc(tmp_path, [f"P{i}" for i in range(len(names))], points)


def test_labels_of_other_code_pages_can_be_written_again(tmp_path: Path) -> None:
    """Latin-1 bytes, as older programs write them, in a label that is left out and in one that is derived."""
    names, points = walk(frames=slice(0, 3))
    more = np.concatenate([points, points[:, :2] * 1.1], axis=1)
    path = write_c3d(tmp_path / "take.c3d", [*names, "HQnd", "MQte"], more, derived=("MQte",))
    path.write_bytes(path.read_bytes().replace(b"HQnd", b"H\xe4nd").replace(b"MQte", b"M\xfcte"))
    notes = load(str(path)).notes
    assert any("Händ" in n for n in notes) and any("1 derived points" in n for n in notes)
    assert "\n".join(notes).encode("utf-8")


def test_legs_and_pelvis_alone_are_refused(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 5))
    kept = [i for i, n in enumerate(names) if n[1:] in ("ASI", "PSI", "KNE", "KNM", "ANK", "MED", "HEE", "TOE")]
    with pytest.raises(InputError, match=r"nothing of the body above the pelvis[\s\S]*LASI"):
        read_trc(tmp_path, [names[i] for i in kept], points[:, kept])


# TRC files


def test_times_with_three_decimals_are_even(tmp_path: Path) -> None:
    names, points = walk()
    clip = read_trc(tmp_path, names, points, fps=60.0, decimals=3)
    assert clip.fps == 60 and clip.frames == len(points) and not any("uneven" in n for n in clip.notes)


def test_times_that_are_uneven_are_interpolated(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 8))
    lines = trc_text(names, world_to_opensim(points), fps=100.0).splitlines()
    del lines[9]  # a frame that fell out
    text = "\n".join(lines).replace("\t8\t", "\t7\t") + "\n"
    (tmp_path / "take.trc").write_text(text)
    clip = load(str(tmp_path / "take.trc"))
    assert clip.frames == 8 and any("uneven duration were interpolated at 100 fps" in n for n in clip.notes)


def test_headers_with_two_tabs_and_blanks(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 4))
    assert read_trc(tmp_path, names, points, between="\t\t ").frames == 4


def test_zeros_are_missing_values(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 20))
    points[5:8, names.index("C7")] = np.nan
    clip = read_trc(tmp_path, names, points, zeros=True)
    assert np.isnan(clip.points["C7"][5:8]).all() and np.isfinite(clip.points["C7"][8:]).all()
    assert any("missing values: C7 in 3 of 20 frames" in n for n in clip.notes)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda t: t.replace("\t", ","), r":4: this is no complete TRC file[\s\S]*separate the values by tabs"),
        (lambda t: t.replace("Frame#\tTime", "Frame#\tSample"), r":4: this is no complete TRC file[\s\S]*Sample"),
        (
            lambda t: "\n".join(t.splitlines()[:-2]) + "\n",
            r"truncated[\s\S]*if it was cut on purpose, set NumFrames to 6",
        ),
    ],
)
def test_headings_that_cannot_be_read_are_named(tmp_path: Path, edit, says: str) -> None:
    names, points = walk(frames=slice(0, 8))
    (tmp_path / "take.trc").write_text(edit(trc_text(names, world_to_opensim(points))))
    with pytest.raises(InputError, match=says):
        load(str(tmp_path / "take.trc"))


def test_a_rate_that_the_times_deny_is_refused(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 8))
    with pytest.raises(InputError, match=r"do not agree[\s\S]*25 frames a second[\s\S]*correct DataRate"):
        read_trc(tmp_path, names, points, fps=25.0, rate=250)


# Frames in view


def test_frames_before_and_after_the_person_is_in_view_are_cut(tmp_path: Path) -> None:
    """Markers come into view one by one; two on the pelvis, one on the trunk and a third of all place a person."""
    names, points = walk(frames=slice(0, 60))
    order = [names.index(n) for n in ("LHEE", "LTOE", "LANK", "LKNE", "LASI", "LPSI", "C7", "T10")]
    rest = [i for i in range(len(names)) if i not in order]
    for k, i in enumerate([*order, *rest]):
        points[: k + 3, i] = np.nan
        points[59 - k // 4 :, i] = np.nan
    clip = read_trc(tmp_path, names, points)
    (note,) = [n for n in clip.notes if "the others show too little" in n]
    first, last = int(note.split()[1]), int(note.split()[3])
    assert clip.frames == last - first + 1
    seen = np.sum([np.isfinite(p).all(1) for p in clip.points.values()], axis=0)
    assert seen[0] >= 12 and seen[-1] >= 12 and 12 <= first <= 20
    np.testing.assert_allclose(clip.points["LHEE"][0], points[first, names.index("LHEE")], atol=1e-6)


def test_a_gap_in_the_middle_is_kept(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 30))
    points[10:14] = np.nan
    assert read_trc(tmp_path, names, points).frames == 30


# C3D files


def test_the_files_own_vertical_axis_helps_on_stairs_and_below_zero(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 40))
    points = points + np.stack([np.zeros(40), np.zeros(40), np.linspace(-0.2, 0.6, 40)], -1)[:, None]
    with pytest.raises(InputError, match="up axis is ambiguous"):
        load(str(write_c3d(tmp_path / "stairs.c3d", names, points)))
    clip = load(str(write_c3d(tmp_path / "told.c3d", names, points, extra=(("POINT", "Y_SCREEN", ["+Z"]),))))
    assert any("the trunk follows it, and the file calls it vertical" in n for n in clip.notes)


def test_an_axis_that_programs_write_without_asking_is_not_believed_of_somebody_lying(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 5))
    fallen = points[..., [2, 1, 0]] * (1, 1, -1) + (0.7, 0, 0.5)
    with pytest.raises(InputError, match="up axis is ambiguous"):
        load(str(write_c3d(tmp_path / "take.c3d", names, fallen, extra=(("POINT", "Y_SCREEN", ["+Z"]),))))


def test_modelled_points_are_left_out_and_the_subjects_height_is_told(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 5))
    modelled = np.concatenate([points, points[:, :2] * 100], axis=1)
    extra = (("POINT", "MODELED_MARKERS", ["CentreOfMass", "LASO"]), ("PROCESSING", "Height", [1756.0]))
    clip = load(str(write_c3d(tmp_path / "take.c3d", [*names, "CentreOfMass", "LASO"], modelled, extra=extra)))
    assert any("2 derived points" in n for n in clip.notes) and len(clip.points) == len(names)
    assert any("the file says that the subject is 1.76 m tall" in n for n in clip.notes)


def test_analog_signals_alone_are_refused(tmp_path: Path) -> None:
    path = write_c3d(tmp_path / "take.c3d", ["LASI"], np.zeros((10, 1, 3)), analog=("Fx1", "Fy1"))
    content = bytearray(path.read_bytes())
    content[2:4] = bytes(2)  # the header's number of points
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"holds no markers[\s\S]*analog signals or rotations alone"):
        load(str(path))


# People


def test_a_wide_pelvis_does_not_make_a_tall_person() -> None:
    names, points = walk()
    where = {n: points[:, i].copy() for i, n in enumerate(names)}
    middle = np.mean([where[n] for n in ("LASI", "RASI", "LPSI", "RPSI")], axis=0)
    for n in ("LASI", "RASI", "LPSI", "RPSI"):
        where[n] = middle + 1.4 * (where[n] - middle)
    assert relative_size(where, PIG.places) == pytest.approx(1.0, abs=0.02)


def test_a_marker_on_another_vertebra_is_taken_for_that_one(tmp_path: Path) -> None:
    """T10 stuck on L1, and a pelvis whose back markers sit too high to judge it."""
    body = reference_body()
    truth = performance("walking")[1]
    world = truth.transforms[:20]
    names, points = markers_on(truth.body, world, PIG)
    skin = body.vertebra_points["L1"]["skin"] - (0.010, 0.0, 0.0)
    t = world[:, truth.body.tree.segment_index["L1"]]
    points[:, names.index("T10")] = t[:, :3, :3] @ skin + t[:, :3, 3]
    clip = read_trc(tmp_path, names, points)
    assert clip.markers["T10"][0] == "L1" and any("taken for L1" in n for n in clip.notes)
    np.testing.assert_allclose(clip.markers["T10"][1], skin, atol=1e-6)
    for n in ("LPSI", "RPSI", "SACR"):
        points[:, names.index(n)] += (0, 0, 0.13)
    assert read_trc(tmp_path, names, points).markers["T10"][0] == "T10"


@pytest.mark.parametrize("exercise", ["squat", "forward_bend", "cat_cow", "side_bend", "standing_twist"])
def test_bent_backs_do_not_move_markers_to_other_vertebrae(exercise: str) -> None:
    truth = performance(exercise)[1]
    names, points = markers_on(truth.body, truth.transforms[::4], PIG)
    places, notes = on_their_levels({n: points[:, i] for i, n in enumerate(names)}, dict(PIG.places))
    assert not notes and places["T10"] == PIG.places["T10"]


def test_hip_centres_alone_do_not_say_how_tall_somebody_is(tmp_path: Path) -> None:
    """Functional hip centres, 25 % wider apart than the reference's, belong to a person of reference size here."""
    names, points = walk("stanford", slice(0, 10))
    left, right = names.index("L_HJC"), names.index("R_HJC")
    apart = 0.125 * (points[:, left] - points[:, right])
    points[:, left], points[:, right] = points[:, left] + apart, points[:, right] - apart
    assert fit_clip(read_trc(tmp_path, names, points)).stature == pytest.approx(1.756, abs=0.06)


def test_short_legs_wide_apart_are_not_taken_for_swapped_ankles() -> None:
    """The other hip is as far from an ankle then as the own hip should be by the rest of the body."""
    chosen, body = shipped("rajagopal_2016"), reference_body()
    pairs = (("LHJC", "RHJC"), ("LASI", "RASI"), ("LACR", "RACR"), ("LLMAL", "RLMAL"))
    names, points = markers_on(body, body.tree.forward(body.neutral(3)), chosen)
    where = {n: points[:, names.index(n)].copy() for p in pairs for n in p}
    for n, side in (("LLMAL", 1), ("RLMAL", -1)):
        where[n] += (0, side * 0.113, 0.07)
    check_pairs(where, chosen.places, pairs, "take.trc")


def test_upper_bodies_have_no_floor_and_are_told(tmp_path: Path) -> None:
    names, points = walk(frames=slice(0, 10))
    kept = [i for i, n in enumerate(names) if n[1:] not in ("KNE", "KNM", "ANK", "MED", "HEE", "TOE")]
    recording = Recording(
        tmp_path / "take.c3d", tuple(names[i] for i in kept), points[:, kept], 100.0, "m", vertical="+z"
    )
    clip = clip_of(recording, {})
    assert not clip.floor and any("the floor is not known" in n for n in clip.notes)


# AMASS files


@pytest.mark.parametrize("gender", [np.array("female"), np.array(b"female"), np.array(["female"], dtype=object)])
def test_the_subjects_sex_is_told_and_hands_and_soft_tissue_are_passed_over(tmp_path: Path, gender) -> None:
    still = {"poses": np.zeros((3, 156)), "trans": np.tile([0.0, 0.0, 0.93], (3, 1)), "betas": np.zeros(16)}
    still["poses"][:, 0] = np.pi / 2  # upright in Z-up axes
    more = {"dmpls": np.zeros((3, 8)), "marker_data": np.zeros((3, 67, 3)), "marker_labels": np.array([b"LFHD"] * 67)}
    np.savez(tmp_path / "take.npz", mocap_framerate=120.00004578, gender=gender, **still, **more)
    told = [n for n in load(str(tmp_path / "take.npz")).notes if "subject is female" in n]
    assert len(told) == (gender.dtype != object)

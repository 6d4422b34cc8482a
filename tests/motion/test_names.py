"""Which names are a set's markers, and on which side a user's own markers sit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.biomech.fit import fit_clip
from synthgen.core.errors import InputError
from synthgen.motion import load
from synthgen.motion.clip import Clip
from synthgen.motion.marker_sets import SHIPPED, read_marker_set, shipped
from synthgen.motion.marker_sets.named_sides import other_side, side_of

from .conftest import performance
from .recordings import markers_on, trc_text

CENTRES = {
    "RShoulder": "right_shoulder",
    "LShoulder": "left_shoulder",
    "RKnee": "right_knee",
    "LKnee": "left_knee",
    "RAnkle": "right_ankle",
    "LAnkle": "left_ankle",
    "RHip": "right_hip",
    "LHip": "left_hip",
    "Neck": "neck_base",
}
"""Joint centres as programs name those of a video → landmark."""


def augmented(chosen: str = "opencap") -> tuple[list[str], np.ndarray, list[str], np.ndarray]:
    """A set's markers and a video's joint centres in 12 frames of a walk: names and points of both."""
    truth = performance("walking")[1]
    world = truth.transforms[:12]
    names, points = markers_on(truth.body, world, shipped(chosen))
    where = truth.body.points(world, list(CENTRES.values()))
    return names, points, list(CENTRES), np.stack([where[n] for n in CENTRES.values()], 1)


def read(folder: Path, names: list[str], points: np.ndarray) -> Clip:
    (folder / "take.trc").write_text(trc_text(names, points))
    return load(str(folder / "take.trc"))


def test_augmented_markers_beside_the_videos_joint_centres(tmp_path: Path) -> None:
    names, points, centres, where = augmented()
    study = [f"{n}_study" for n in names]
    alone = read(tmp_path, study, points)
    clip = read(tmp_path, [*centres, *study], np.concatenate([where, points], 1))
    assert alone.points.keys() == clip.points.keys()
    for name, p in alone.points.items():
        np.testing.assert_array_equal(clip.points[name], p)
    notes = " ".join(clip.notes)
    assert "LKnee (not L_knee)" in notes and "unknown, left out: RHip, LHip, Neck" in notes
    report = fit_clip(clip).report
    assert report.verdict == "accept", report.reasons


@pytest.mark.parametrize("suffix", ["", "_study"])
@pytest.mark.parametrize("chosen", ["opencap", "stanford"])
def test_a_joint_centre_never_stands_in_for_a_marker(tmp_path: Path, chosen: str, suffix: str) -> None:
    """The left knee's marker is absent, its joint centre is there."""
    names, points, centres, where = augmented(chosen)
    gone = names.index({"opencap": "L_knee", "stanford": "L.Knee"}[chosen])
    kept = [i for i in range(len(names)) if i != gone]
    suffix = suffix if chosen == "opencap" else ""
    clip = read(tmp_path, [*centres, *(names[i] + suffix for i in kept)], np.concatenate([where, points[:, kept]], 1))
    assert names[gone] not in clip.points
    assert any("only resemble" in n and f"LKnee (not {names[gone]})" in n for n in clip.notes)


def test_the_nearer_of_two_spellings_is_taken(tmp_path: Path) -> None:
    names, points, *_ = augmented("plug_in_gait")
    clip = read(tmp_path, [*names, "lank", "L_KNE"], np.concatenate([points, points[:, :2] + 0.1], 1))
    assert any("lank (not LANK), L_KNE (not LKNE)" in n for n in clip.notes)
    np.testing.assert_allclose(clip.points["LANK"], points[:, names.index("LANK")], atol=1e-6)


def test_two_names_for_one_marker_are_both_named(tmp_path: Path) -> None:
    names, points, *_ = augmented("plug_in_gait")
    more = np.concatenate([points, points[:, :1] + 0.1], 1)
    with pytest.raises(
        InputError, match=r"same place[\s\S]*got: LASI and anna:LASI[\s\S]*rename or delete[\s\S]*line 4"
    ):
        read(tmp_path, [*names, "anna:LASI"], more)


def test_two_people_in_one_file(tmp_path: Path) -> None:
    names, points, *_ = augmented("plug_in_gait")
    with pytest.raises(InputError, match=r"several people[\s\S]*Anna, Ben[\s\S]*export a file of each"):
        read(
            tmp_path, [f"{who}:{n}" for who in ("Anna", "Ben") for n in names], np.concatenate([points, points + 1], 1)
        )


@pytest.mark.parametrize("chosen", SHIPPED)
def test_every_set_knows_its_own_names(chosen: str) -> None:
    own = shipped(chosen)
    for write in (str, str.upper, str.lower, lambda n: f"anna:{n}"):
        assert own.match(map(write, own.places)) == {write(n): n for n in own.places}


def test_a_file_that_leaves_out_all_separators_is_still_read() -> None:
    own = shipped("gait2392")
    assert own.match(n.replace(".", "") for n in own.places).keys() == {n.replace(".", "") for n in own.places}


def test_the_remedy_for_unknown_names_comes_before_the_hint(tmp_path: Path) -> None:
    names, points, *_ = augmented("plug_in_gait")
    remedy = r"remedy: say in take\.trc\.yaml.*markers: plug_in_gait.*write a marker set.*otherwise: did you mean LASJ"
    with pytest.raises(InputError, match=remedy):
        read(tmp_path, ["LASJ" if n == "LASI" else n for n in names], points)
    (tmp_path / "take.trc.yaml").write_text("markers: plug_in_gait\n")
    assert len(load(str(tmp_path / "take.trc")).points) == len(names) - 1


# Sides


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("LKNE", "RKNE"),
        ("lknee", "rknee"),
        ("LeftKnee", "RightKnee"),
        ("left_knee", "right_knee"),
        ("KNE_L", "KNE_R"),
        ("knee.l", "knee.r"),
        ("kneeL", "kneeR"),
        ("Lat_Knee_L", "Lat_Knee_R"),
        ("LEFT KNEE", "RIGHT KNEE"),
        ("L.Toe.Lat", "R.Toe.Lat"),
    ],
)
def test_names_say_their_side(left: str, right: str) -> None:
    assert (side_of(left), side_of(right)) == ("left", "right")
    assert (other_side(left), other_side(right)) == (right, left)
    assert side_of("C7") is side_of("STRN") is None


BOTH = {
    "asis": "ASI",
    "psis": "PSI",
    "knee_lateral": "KNE",
    "malleolus_lateral": "ANK",
    "heel": "HEE",
    "metatarsal_2": "TOE",
    "acromioclavicular": "SHO",
    "elbow_lateral": "ELB",
}


def own_set(folder: Path, rows: list[str]) -> Path:
    (folder / "mine.yaml").write_text(
        "\n".join(["name: mine", "least: 8", "markers:", *(f"  {r}" for r in rows)]) + "\n"
    )
    return folder / "mine.yaml"


def test_right_sides_that_are_spelt_out_are_those_that_are_implied(tmp_path: Path) -> None:
    middle = ["C7: {vertebra: C7}", "T10: {vertebra: T10}"]
    left = read_marker_set(own_set(tmp_path, [*middle, *(f"L{n}: {{point: {p}}}" for p, n in BOTH.items())]))
    rows = [f"{side}{n}: {{point: {p}}}" for p, n in BOTH.items() for side in "LR"]
    both = read_marker_set(own_set(tmp_path, [*middle, *rows]))
    assert both.places == left.places and set(both.pairs) == set(left.pairs)
    names, points, *_ = augmented("plug_in_gait")
    (tmp_path / "take.trc.yaml").write_text("markers: mine.yaml\n")
    clip = read(tmp_path, names, points)
    assert not any("could not be checked" in n for n in clip.notes)
    report = fit_clip(clip).report
    assert report.verdict == "accept", report.reasons


def test_words_and_letters_at_the_end_say_a_side_too(tmp_path: Path) -> None:
    rows = [
        "RightKnee: {point: knee_lateral}",
        "LeftHip: {landmark: left_hip}",
        "heel_R: {point: heel}",
        "wrist: {point: wrist_radial, side: right}",
    ]
    own = read_marker_set(own_set(tmp_path, rows))
    assert {n: p[0] for n, p in own.places.items()} == {
        "RightKnee": "right_thigh",
        "LeftHip": "left_thigh",
        "RightHip": "right_thigh",
        "heel_R": "right_foot",
        "wrist": "right_forearm",
    }


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            ["knee: {point: knee_lateral}"],
            r"mine\.yaml:4 markers\.knee: knee_lateral is on both sides[\s\S]*side: left",
        ),
        (
            ["RHJC: {landmark: left_hip}"],
            r"mine\.yaml:4 markers\.RHJC: RHJC is on the right by its name and on the left",
        ),
        (["LTOE: {segment: right_foot, standing: [0.1, -0.1, 0]}"], "LTOE is on the left by its name and on the right"),
        (["knee_right: {segment: left_thigh, standing: [0, 0.1, 0.5]}"], "on the right by its name"),
        (["knee: {landmark: left_knee, side: right}"], "said to be on the right, and its place is not"),
        (["knee: {point: knee_lateral, side: up}"], "a side is left or right"),
        (
            ["A: {landmark: nose}"],
            r"mine\.yaml:4 markers\.A: there is no landmark[\s\S]*one of[\s\S]*left_hip[\s\S]*'nose'",
        ),
        (["A: {vertebra: L9}"], r"there is no vertebra[\s\S]*L5[\s\S]*'L9'"),
        (["LA: {point: knee}"], r"there is no point[\s\S]*knee_lateral[\s\S]*'knee'[\s\S]*did you mean knee_"),
        (["A: {segment: tail, standing: [0, 0, 1]}"], r"there is no segment[\s\S]*'tail'"),
        (["A: {segment: pelvis, standing: [0, 1]}"], r"standing is no place[\s\S]*\[0.*, 1.*\]"),
        (["A: {segment: pelvis, standing: [.nan, 0, 1]}"], "standing|number"),
        (["A: {segment: pelvis}"], "does not say where a marker sits"),
        (["A: 3"], "does not say where a marker sits"),
        (["C7: {vertebra: C7}", "aliases: {X: C8}"], "does not say where|markers"),
    ],
)
def test_faults_of_a_set_name_file_line_and_what_is_known(tmp_path: Path, rows: list[str], says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_marker_set(own_set(tmp_path, rows))
    assert "mine.yaml:" in str(caught.value) and "Error" not in str(caught.value) and "remedy" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("markers: {C7: {vertebra: C7}}\nproud: big\n", r"mine\.yaml:2 proud: proud is metres"),
        (
            "markers: {C7: {vertebra: C7}}\nneeds: [C8]\n",
            r"mine\.yaml:2 needs: needs name markers that are not in the set",
        ),
        ("markers: {C7: {vertebra: C7}}\naliases: {C8: D8}\n", "aliases name markers"),
        ("markers: {C7: {vertebra: C7}}\nunplace: [A]\n", r"no such key[\s\S]*did you mean unplaced"),
        ("markers: {}\n", "has no markers"),
        ("name: mine\n", "has no markers"),
        ("markers: 3\n", "markers is a table"),
    ],
)
def test_faults_of_a_sets_keys(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(InputError, match=says):
        read_marker_set(tmp_path / "mine.yaml")


def test_a_rib_on_the_left_is_no_right_marker(tmp_path: Path) -> None:
    own = read_marker_set(own_set(tmp_path, ["Rib9: {segment: T9, standing: [0.1, 0.1, 1.2]}"]))
    assert own.places["Rib9"][1][1] > 0

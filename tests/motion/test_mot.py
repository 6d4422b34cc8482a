"""OpenSim motions of our own model: what a fit writes comes back; other models are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synthgen.biomech.osim.model import build_osim
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.errors import InputError
from synthgen.core.opensim_api import opensim_module
from synthgen.motion import load
from synthgen.motion.readers import mot

from .conftest import performance

BODY = reference_body()


def written(folder: Path, body: BodyModel, q: np.ndarray, degrees: str = "yes", names: list[str] | None = None) -> Path:
    """Coordinates (T, C), radians and metres, as a .mot file by OpenSim's writer."""
    osim = opensim_module()
    table = osim.TimeSeriesTable()
    table.setColumnLabels(names or list(body.tree.coordinate_index))
    turned = np.array([c.kind == "rotation" for c in body.tree.coordinates])
    values = np.where(turned, np.degrees(q), q) if degrees == "yes" else q
    for t, line in enumerate(values.tolist()):
        table.appendRow(t / 50, osim.RowVector(line))
    if degrees:
        table.addTableMetaDataString("inDegrees", degrees)
    osim.STOFileAdapter.write(table, str(folder / "take.mot"))
    return folder / "take.mot"


def bend() -> np.ndarray:
    q = BODY.spine_coordinates({"lumbar_flexion": np.radians(np.linspace(0, 30, 8))})
    q[:, 2] = 0.93
    return q


@pytest.mark.parametrize("degrees", ["yes", "no"])
def test_coordinates_become_landmarks(tmp_path: Path, degrees: str) -> None:
    clip = load(str(written(tmp_path, BODY, bend(), degrees)))
    world = BODY.tree.forward(bend())
    assert clip.fps == 50 and any("reference adult" in n for n in clip.notes)
    for name, points in BODY.points(world).items():
        if name in BODY.soft:
            assert name not in clip.points
        else:
            np.testing.assert_allclose(clip.points[name], points, atol=1e-6)
    turn = clip.orientations["T6"][-1] @ clip.orientations["pelvis"][-1].T
    angle = np.degrees(np.arccos((np.trace(turn) - 1) / 2))
    assert angle == pytest.approx(30, abs=1e-3)


def test_lengths_come_from_the_model_beside_it(tmp_path: Path) -> None:
    tall = BODY.scaled(np.full((len(BODY.tree.segments), 3), 1.1))
    path = written(tmp_path, tall, bend())
    build_osim(tall, tmp_path / "take.osim", shapes=False)
    clip = mot.READER.clip(path)
    assert any("take.osim" in n for n in clip.notes)
    np.testing.assert_allclose(clip.points["head_top"], tall.points(tall.tree.forward(bend()))["head_top"], atol=1e-6)
    (tmp_path / "take.osim").rename(tmp_path / "anna.osim")
    (tmp_path / "take.mot.yaml").write_text("model: anna.osim\n")
    np.testing.assert_allclose(mot.READER.clip(path).points["C7"], clip.points["C7"], atol=1e-12)


def test_a_fit_written_and_read_has_the_same_segments(tmp_path: Path) -> None:
    from synthgen.biomech.fit import fit_clip
    from synthgen.biomech.osim.files import write_opensim
    from synthgen.biomech.subject import subject_body

    motion = fit_clip(performance("standing_twist")[0])
    clip = mot.READER.clip(write_opensim(motion, tmp_path)[1])
    for segment, turns in clip.orientations.items():
        i = motion.segment_names.index(segment)
        expected = motion.transforms[:, i, :3, :3] @ motion.neutral[i, :3, :3].T
        np.testing.assert_allclose(turns, expected, atol=1e-6, err_msg=segment)
    # Where the calibration has put the fit's own points: the knee's lies micrometres from its joint.
    knee = subject_body(motion).points(motion.transforms)["left_knee"]
    np.testing.assert_allclose(clip.points["left_knee"], knee, atol=1e-6)


def renamed(part: int) -> list[str]:
    names = list(BODY.tree.coordinate_index)
    return [n if i >= part else f"{n}_r" for i, n in enumerate(names)]


def test_other_models_and_unclear_angles_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another model's"):
        mot.READER.clip(written(tmp_path, BODY, bend(), names=renamed(100)))
    with pytest.raises(InputError, match="does not say whether its angles are degrees"):
        mot.READER.clip(written(tmp_path, BODY, bend(), degrees=""))
    path = written(tmp_path, BODY, 57.3 * bend(), degrees="no")
    with pytest.raises(InputError, match="angles make no sense"):
        mot.READER.clip(path)
    bad = bend()
    bad[3, 20] = np.nan
    with pytest.raises(InputError, match=r"take\.mot:\d+ L\d_\w+: a value is not a number"):
        mot.READER.clip(written(tmp_path, BODY, bad))


OTHER_MODEL = [
    "pelvis_tilt",
    "pelvis_list",
    "pelvis_rotation",
    "pelvis_tx",
    "pelvis_ty",
    "pelvis_tz",
    "hip_flexion_r",
    "knee_angle_r",
    "ankle_angle_r",
    "hip_flexion_l",
    "knee_angle_l",
    "lumbar_extension",
]


def test_another_models_motion_asks_for_its_recording(tmp_path: Path) -> None:
    """No hint at a name of ours that looks like one of theirs: what helps is the recording itself."""
    rows = "\n".join("\t".join([f"{t / 100}", *["1.0"] * len(OTHER_MODEL)]) for t in range(3))
    head = f"Coordinates\nversion=1\nnRows=3\nnColumns={1 + len(OTHER_MODEL)}\ninDegrees=yes\nendheader\n"
    (tmp_path / "take.mot").write_text(head + "\t".join(["time", *OTHER_MODEL]) + "\n" + rows + "\n")
    with pytest.raises(
        InputError, match=r"another model's[\s\S]*remedy: give the recording[\s\S]*\.trc or \.c3d"
    ) as caught:
        mot.READER.clip(tmp_path / "take.mot")
    assert "did you mean" not in str(caught.value)


def test_a_pelvis_without_a_height_is_asked_for(tmp_path: Path) -> None:
    names = ["pelvis_y" if n == "pelvis_ty" else n for n in BODY.tree.coordinate_index]
    with pytest.raises(InputError, match=r"pelvis has no height[\s\S]*export all coordinates.*did you mean pelvis_y"):
        mot.READER.clip(written(tmp_path, BODY, bend(), names=names))


def test_a_model_in_capitals_is_found(tmp_path: Path) -> None:
    path = written(tmp_path, BODY, bend()).rename(tmp_path / "take.MOT")
    build_osim(BODY, tmp_path / "take.OSIM", shapes=False)
    assert any("take.OSIM" in n for n in load(str(path)).notes)
    (tmp_path / "take.OSIM").write_text("<OpenSimDocument>")
    with pytest.raises(InputError, match=r"take\.OSIM: this OpenSim model cannot be read[\s\S]*remedy") as caught:
        load(str(path))
    assert "Thrown at" not in str(caught.value) and "std::" not in str(caught.value)


def test_coordinates_left_out_are_told(tmp_path: Path) -> None:
    names = list(BODY.tree.coordinate_index)
    names[-1] = "something_else"
    notes = " ".join(mot.READER.clip(written(tmp_path, BODY, bend(), names=names)).notes)
    assert "1 coordinates missing, taken as 0" in notes and "1 columns unknown" in notes


@pytest.mark.parametrize("text", ["", "hello\n", "name=x\nnRows=3\nnColumns=2\ninDegrees=yes\nendheader\n"])
def test_damaged_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "take.mot").write_text(text)
    with pytest.raises(InputError):
        mot.READER.clip(tmp_path / "take.mot")
    whole = written(tmp_path, BODY, bend()).read_text()
    (tmp_path / "take.mot").write_text(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"take\.mot"):
        mot.READER.clip(tmp_path / "take.mot")


def test_another_model_beside_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, BODY, bend())
    opensim_module().Model().printToXML(str(tmp_path / "take.osim"))
    with pytest.raises(InputError, match="model beside the motion is another one"):
        mot.READER.clip(path)
    (tmp_path / "take.osim").write_text("<OpenSimDocument>")
    with pytest.raises(InputError, match=r"take\.osim"):
        mot.READER.clip(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_all_countries(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, BODY, bend())
    text = path.read_text().replace("endheader", "made_by=Müller\nendheader", 1)
    expected = mot.READER.clip(path).points["C7"]
    path.write_bytes(text.encode(encoding))
    np.testing.assert_array_equal(mot.READER.clip(path).points["C7"], expected)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "take.mot").write_bytes(bytes(range(256)))
    with pytest.raises(InputError, match=r"bytes that are no text[\s\S]*export it as OpenSim motion"):
        mot.READER.clip(tmp_path / "take.mot")

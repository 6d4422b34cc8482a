"""Records: ids, flags, boxes and masks known by hand; what COCO tools read back."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from synthgen.core.skeleton import KEYPOINTS, VERTEBRAE
from synthgen.dataset import table
from synthgen.dataset.clinical import clinical_record, written_points
from synthgen.dataset.evaluate import self_check
from synthgen.dataset.layout import annotations_path, parquet_path
from synthgen.dataset.pictures import decode_depth, encode_depth, encode_image
from synthgen.dataset.records import annotation_id, frame_records, image_id
from tests.dataset.stick_people import make_frame, make_shot


@given(shots=st.integers(1, 60), cameras=st.integers(1, 5), people=st.integers(1, 6))
def test_ids_are_unique_and_never_zero(shots: int, cameras: int, people: int) -> None:
    images = [image_id(s, cameras, c) for s in range(shots) for c in range(cameras)]
    assert images == list(range(shots * cameras))
    ids = [annotation_id(i, p) for i in images for p in range(people)]
    assert len(set(ids)) == len(ids)
    assert min(ids) == 1


def test_an_image_holds_fewer_than_a_thousand_people() -> None:
    with pytest.raises(ValueError, match="999"):
        annotation_id(0, 999)


@settings(max_examples=25)
@given(index=st.integers(0, 200), people=st.integers(1, 3))
def test_records_agree_with_the_frame_they_came_from(index: int, people: int) -> None:
    shot = make_shot(index, people)
    frame = make_frame(shot)
    image, annotations = frame_records(frame, shot, shard=12)
    assert image["file_name"] == f"images/000012/{index:012d}.png"
    assert len(annotations) == people
    for labels, record in zip(frame.people, annotations, strict=True):
        triples = np.array(record["keypoints"]).reshape(-1, 3)
        assert (triples[:, 2] == labels.points.flags[:37]).all()
        assert (triples[triples[:, 2] == 0] == 0).all()
        labelled = triples[:, 2] > 0
        np.testing.assert_allclose(triples[labelled, :2], labels.points.pixels[:37][labelled, :2], atol=6e-4)
        assert record["num_keypoints"] == labelled.sum()
        assert record["area"] == labels.mask.sum()
        rows = [labels.points.names.index(f"{v}.spinous") for v in VERTEBRAE]
        np.testing.assert_allclose(record["vertebrae"]["spinous"]["points_3d"], labels.points.world[rows], atol=1e-6)
    json.dumps([image, annotations], allow_nan=False)


def test_a_box_and_an_area_known_by_hand() -> None:
    shot = make_shot(0, 1)
    frame = make_frame(shot)
    mask = np.zeros((120, 160), bool)
    mask[10:30, 40:45] = True
    _, (record,) = frame_records(replace(frame, people=(replace(frame.people[0], mask=mask),)), shot, 0)
    assert record["bbox"] == [40.0, 10.0, 5.0, 20.0]
    assert record["area"] == 100


def test_a_person_behind_the_camera_is_kept_with_area_0() -> None:
    shot = make_shot(0, 1)
    frame = make_frame(shot)
    person = frame.people[0]
    n = len(person.points.names)
    points = replace(
        person.points,
        pixels=np.full((n, 3), np.nan),
        reasons=("off_image",) * n,
        margin=np.full(n, np.nan),
        flags=np.zeros(n, int),
    )
    hidden = replace(person, points=points, mask=np.zeros((120, 160), bool))
    _, (record,) = frame_records(replace(frame, people=(hidden,)), shot, 0)
    assert (record["area"], record["num_keypoints"], record["bbox_points"]) == (0, 0, None)
    assert record["bbox"] == [0.0, 0.0, 0.0, 0.0]
    assert record["keypoint_margin"] == [None] * 37
    image = {**frame_records(frame, shot, 0)[0], "people": [record]}
    assert table.encode([image])


def test_labels_of_another_shot_or_person_are_a_fault() -> None:
    frame = make_frame(make_shot(1))
    with pytest.raises(ValueError, match="is not of shot 2"):
        frame_records(frame, make_shot(2), 0)
    swapped = replace(frame, people=frame.people[::-1])
    with pytest.raises(ValueError, match="stand where person 0"):
        frame_records(swapped, make_shot(1), 0)


@given(st.lists(st.one_of(st.floats(0.01, 65.0), st.just(float("inf")), st.floats(66.0, 1e6)), min_size=1, max_size=20))
def test_depth_comes_back_to_the_millimetre(metres: list[float]) -> None:
    depth = np.array([metres], np.float32)
    back = decode_depth(np.array(Image.open(io.BytesIO(encode_depth(depth)))))
    far = ~np.isfinite(depth) | (depth > 65.535)
    assert np.isinf(back[far]).all()
    np.testing.assert_allclose(back[~far], depth[~far], atol=5.1e-4)


def test_png_is_lossless_and_jpeg_is_close() -> None:
    image = make_frame(make_shot(3)).image
    assert (np.array(Image.open(io.BytesIO(encode_image(image, "png", 95)))) == image).all()
    jpeg = np.array(Image.open(io.BytesIO(encode_image(image, "jpg", 95)))).astype(int)
    assert np.abs(jpeg - image).mean() < 2


def test_parquet_gives_the_records_back_exactly(dataset: Path) -> None:
    images = list(table.read(parquet_path(dataset, 0)))
    shot = make_shot(2)
    image, people = frame_records(make_frame(shot), shot, 0, depth=True)
    assert images[2] == {**image, "people": people}
    assert table.encode(images) == parquet_path(dataset, 0).read_bytes()


def test_pycocotools_loads_the_file_and_its_evaluation_is_perfect(dataset: Path) -> None:
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(annotations_path(dataset)))
    category = coco.loadCats(1)[0]
    assert category["keypoints"] == list(KEYPOINTS)
    assert min(min(link) for link in category["skeleton"]) == 1
    assert max(max(link) for link in category["skeleton"]) == 37
    assert len(coco.getImgIds()) == 6
    for annotation in coco.loadAnns(coco.getAnnIds()):
        frame = make_frame(make_shot(annotation["image_id"]))
        assert (coco.annToMask(annotation) == frame.people[annotation["person"]["number"] - 1].mask).all()
        assert annotation["area"] > 0
    assert self_check(annotations_path(dataset)) == 1.0


def test_the_evaluation_notices_a_label_that_is_off(dataset: Path) -> None:
    """The check can fail: ground truth with id 0 is not counted by pycocotools."""
    path = annotations_path(dataset)
    data = json.loads(path.read_text())
    data["annotations"][0]["id"] = 0
    path.write_text(json.dumps(data))
    assert self_check(path) < 1.0


def test_an_annotation_says_whose_posture_is_simulated(dataset: Path) -> None:
    images = list(table.read(parquet_path(dataset, 0)))
    assert images[0]["people"][0]["posture"] is None
    asked = images[1]["people"][1]["posture"]
    assert (asked["kind"], asked["simulated"]) == ("hyperkyphosis", True)
    assert asked["parameters"]["thoracic_kyphosis"] == 60.0
    assert asked["parameters"]["scoliosis"] is None
    curve = images[2]["people"][1]["posture"]["parameters"]["scoliosis"]
    assert curve == {"type": "thoracic", "apex": "T8", "cobb": 35.0, "convex": "right", "rotation": 10.0}


def test_clinical_angles_are_those_of_the_labelled_points() -> None:
    """The labels are moved, not the person: a curve that is drawn into the points appears in the angles."""
    shot = make_shot(0, 1)
    frame = make_frame(shot)
    _, (straight,) = frame_records(frame, shot, 0)
    points = frame.people[0].points
    left = points.world[points.names.index("left_hip")] - points.world[points.names.index("right_hip")]
    world = points.world.copy()
    for k, vertebra in enumerate(VERTEBRAE[:17]):
        rows = [points.names.index(f"{vertebra}.{kind}") for kind in ("body", "spinous", "skin")]
        world[rows] += 0.04 * np.sin(2 * np.pi * k / 16) * left / np.linalg.norm(left)
    moved = replace(frame, people=(replace(frame.people[0], points=replace(points, world=world)),))
    _, (curved,) = frame_records(moved, shot, 0)
    assert straight["clinical"]["cobb"] < 1
    assert curved["clinical"]["cobb"] > 30
    assert curved["clinical"]["cobb_apex"] in VERTEBRAE
    assert clinical_record(written_points(curved)) == curved["clinical"]
    assert set(straight["sacrum_3d"]) == {"body", "spinous", "skin"}

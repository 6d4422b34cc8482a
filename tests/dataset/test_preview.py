"""Previews: the drawing stands where the labels are, in the colours that the legend names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from synthgen.cluster.claim import claim
from synthgen.core.errors import InputError
from synthgen.core.skeleton import KEYPOINTS
from synthgen.dataset.records import frame_records
from synthgen.dataset.report.overlay import COLOURS, overlay
from synthgen.dataset.report.preview import contact_sheet, find_image, preview_image
from tests.dataset.stick_people import make_frame, make_shot


def near(picture: np.ndarray, at: np.ndarray, colour: tuple[int, int, int], reach: int = 4) -> bool:
    x, y = int(at[0]), int(at[1])
    patch = picture[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1].astype(int)
    return bool((np.abs(patch - colour).max(-1) < 40).any())


def test_points_are_drawn_where_they_are_and_in_their_colour() -> None:
    shot = make_shot(0, 1, 320, 240)
    frame = make_frame(shot)
    _, (person,) = frame_records(frame, shot, 0)
    grey = Image.new("RGB", (320, 240), (90, 90, 90))
    drawn = np.asarray(overlay(grey, [person], 960))
    points = np.array(person["keypoints"]).reshape(-1, 3)
    for name, colour in (("left_wrist", "left"), ("right_ankle", "right"), ("head", "middle")):
        point = points[KEYPOINTS.index(name)]
        assert point[2] == 2
        assert near(drawn, point[:2] * 3, COLOURS[colour]), name
    for row, colour in ((2, "lumbar"), (10, "thoracic"), (23, "cervical")):
        assert near(drawn, np.array(person["vertebrae"]["body"]["keypoints"][row][:2]) * 3, COLOURS[colour]), row


def test_a_hidden_point_is_hollow() -> None:
    shot = make_shot(0, 1, 320, 240)
    _, (person,) = frame_records(make_frame(shot), shot, 0)
    i = KEYPOINTS.index("left_wrist")
    centre = np.array(person["keypoints"][3 * i : 3 * i + 2]) * 3
    grey = Image.new("RGB", (320, 240), (90, 90, 90))
    seen = np.asarray(overlay(grey, [person], 960))
    person["keypoints"][3 * i + 2] = 1
    hidden = np.asarray(overlay(grey, [person], 960))
    assert near(seen, centre, COLOURS["left"], reach=0)
    assert not near(hidden, centre, COLOURS["left"], reach=0)
    assert near(hidden, centre, COLOURS["left"], reach=6)


def test_the_contact_sheet_shows_as_many_images_as_asked_for(dataset: Path) -> None:
    path = contact_sheet(dataset, tile=480, columns=2)
    wide = Image.open(path).size
    assert path == dataset / "preview.png"
    assert wide[0] == 2 * 480 + 3 * 8
    fewer = Image.open(contact_sheet(dataset, images=2, tile=480, columns=2)).size
    assert fewer[1] < wide[1]


def test_one_image(dataset: Path) -> None:
    path = preview_image(dataset, 5, width=640)
    assert path.name == "000000000005.png"
    assert Image.open(path).width == 640 + 380
    assert find_image(dataset, 5)["id"] == 5


def test_an_image_that_is_not_there(dataset: Path) -> None:
    with pytest.raises(InputError, match="no such image") as error:
        preview_image(dataset, 6)
    assert "expected: 0 … 5" in str(error.value)
    (dataset / "shards" / "000001.json").unlink()
    with pytest.raises(InputError, match="not rendered yet"):
        preview_image(dataset, 5)


def test_nothing_to_draw(tmp_path: Path) -> None:
    from tests.cluster.faulty_renderer import make_plan

    claim(make_plan(cameras=1), tmp_path / "out")
    with pytest.raises(InputError, match="no finished image"):
        contact_sheet(tmp_path / "out")

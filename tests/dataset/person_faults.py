"""Faults of one annotation record, by the code of the issue that each must give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Person = dict[str, Any]


def flip_flag(person: Person) -> None:
    i = person["keypoint_reasons"].index("visible")
    person["keypoints"][3 * i + 2] = 1


def wrong_count(person: Person) -> None:
    person["num_keypoints"] -= 1


def shift_pixels(person: Person) -> None:
    person["keypoints"][0] += 0.5 if person["keypoints"][2] else 0
    i = person["keypoint_reasons"].index("visible")
    person["keypoints"][3 * i] += 0.02


def mirror_reason(person: Person) -> None:
    i = person["keypoint_reasons"].index("visible")
    person["keypoint_reasons"][i] = "invisible"
    person["keypoints"][3 * i + 2] = 1


def move_vertebra(person: Person) -> None:
    person["vertebrae"]["spinous"]["points_3d"][3][2] += 0.05


def drop_vertebra(person: Person) -> None:
    person["vertebrae"]["skin"]["keypoints"].pop()


def wrong_area(person: Person) -> None:
    person["area"] += 1


def wrong_box(person: Person) -> None:
    person["bbox"][0] += 1


def other_mask(person: Person) -> None:
    from pycocotools import mask as rle

    empty = rle.encode(np.asfortranarray(np.ones((120, 160), np.uint8)))
    person["segmentation"]["counts"] = empty["counts"].decode()


def other_id(person: Person) -> None:
    person["id"] += 1000


def centimetres(person: Person) -> None:
    person["keypoints_3d"] = (np.array(person["keypoints_3d"]) * 100).tolist()


def in_a_crowd(person: Person) -> None:
    person["iscrowd"] = 1


def lost_off_image(person: Person) -> None:
    i = person["keypoint_reasons"].index("visible")
    person["keypoint_reasons"][i] = "off_image"
    person["keypoints"][3 * i : 3 * i + 3] = [0, 0, 0]
    person["num_keypoints"] -= 1


def ghost_point(person: Person) -> None:
    lost_off_image(person)
    i = person["keypoint_reasons"].index("off_image")
    person["keypoints"][3 * i] = 5.0


def hide(person: Person, reason: str) -> None:
    i = person["keypoint_reasons"].index("visible")
    person["keypoint_reasons"][i] = reason
    person["keypoints"][3 * i + 2] = 1


def hidden_by_no_region(person: Person) -> None:
    hide(person, "self:tail")


def hidden_by_nothing(person: Person) -> None:
    hide(person, "object:")


def hidden_by_nobody(person: Person) -> None:
    hide(person, "person:0")


def hidden_by_a_third_of_two(person: Person) -> None:
    hide(person, "person:3")


def hidden_by_itself_as_another(person: Person) -> None:
    hide(person, f"person:{person['person']['number']}")


def no_camera_points(person: Person) -> None:
    person["keypoints_3d_camera"] = None


def null_camera_point(person: Person) -> None:
    person["keypoints_3d_camera"][4] = [None] * 3


def nan_camera_point(person: Person) -> None:
    person["keypoints_3d_camera"][4][2] = float("nan")


def null_camera_row(person: Person) -> None:
    person["keypoints_3d_camera"][4] = None


def nan_point(person: Person) -> None:
    person["keypoints_3d"][4][2] = float("nan")


def nan_vertebra(person: Person) -> None:
    person["vertebrae"]["body"]["points_3d"][3][2] = None


def short_margin(person: Person) -> None:
    person["keypoint_margin"].pop()


def no_margin(person: Person) -> None:
    person["vertebrae"]["body"]["margin"] = None


def long_sigma(person: Person) -> None:
    person["keypoint_sigma"].append(0.01)


def sigma_of_zero(person: Person) -> None:
    person["keypoint_sigma"][7] = 0.0


def null_vertebra_sigma(person: Person) -> None:
    person["vertebrae"]["skin"]["sigma"][0] = None


def nobody_knows_so_well(person: Person) -> None:
    person["vertebrae"]["body"]["sigma"][3] = 1e-4


def sigma_in_centimetres(person: Person) -> None:
    person["keypoint_sigma"] = [100 * s for s in person["keypoint_sigma"]]


def sigma_without_sources(person: Person) -> None:
    person["sigma_sources"]["fit"] = None


def negative_source(person: Person) -> None:
    person["sigma_sources"]["retarget"][4] = -0.001


def forgotten_source(person: Person) -> None:
    person["sigma_sources"]["cover"] = [0.004] * 37


def hair_on_a_leg(person: Person) -> None:
    hide(person, "self:hairs")


def short_residual(person: Person) -> None:
    person["retarget_residual_mm"].pop()


def numbered_from_0(person: Person) -> None:
    person["person"]["number"] -= 1


def lost_mask(person: Person) -> None:
    person["segmentation"] = None


def other_angle(person: Person) -> None:
    person["clinical"]["thoracic_kyphosis"] += 0.5


def no_angle(person: Person) -> None:
    person["clinical"]["cobb"] = None


def balance_in_metres(person: Person) -> None:
    person["clinical"]["coronal_balance"] = 12345.0


def apex_in_the_neck(person: Person) -> None:
    person["clinical"]["cobb_apex"] = "C4"


def no_sacrum(person: Person) -> None:
    person["sacrum_3d"]["spinous"] = None


def invented_posture(person: Person) -> None:
    person["posture"] = {"kind": "flat_back", "simulated": True, "parameters": {"lumbar_lordosis": 30.0}}


def real_posture(person: Person) -> None:
    person["posture"] = {"kind": "flat_back", "simulated": False, "parameters": {"lumbar_lordosis": 30.0}}


FAULTS: dict[str, list[Callable[[Person], None]]] = {
    "clinical": [other_angle, no_angle, balance_in_metres, apex_in_the_neck, no_sacrum],
    "posture-differs": [invented_posture],
    "posture": [real_posture],
    "flag": [flip_flag],
    "num-keypoints": [wrong_count],
    "projection": [shift_pixels, move_vertebra],
    "reason": [
        mirror_reason,
        hair_on_a_leg,
        hidden_by_no_region,
        hidden_by_nothing,
        hidden_by_nobody,
        hidden_by_a_third_of_two,
        hidden_by_itself_as_another,
    ],
    "point-count": [drop_vertebra],
    "area": [wrong_area],
    "bbox": [wrong_box],
    "mask-differs": [other_mask],
    "annotation-id": [other_id],
    "camera-points": [centimetres, no_camera_points, null_camera_point, null_camera_row, nan_camera_point, nan_point],
    "category": [in_a_crowd],
    "point-outside": [lost_off_image],
    "point-unlabelled": [ghost_point],
    "points-3d": [nan_vertebra],
    "margin": [short_margin, no_margin],
    "sigma": [long_sigma, sigma_of_zero, null_vertebra_sigma],
    "sigma-implausible": [nobody_knows_so_well, sigma_in_centimetres],
    "sigma-sources": [sigma_without_sources, negative_source, forgotten_source],
    "residual": [short_residual],
    "person-number": [numbered_from_0],
    "record-unreadable": [lost_mask],
}

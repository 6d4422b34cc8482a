"""The 37 SpineTrack keypoints, the vertebrae, subsets, OKS sigmas, flip pairs and links: data.

Source of names, order and links: SpineTrack (arXiv 2504.08110) and its public evaluation code; the
first 17 sigmas are COCO's. What anatomical point each name means is written in ``docs/keypoints.md``.
"""

from __future__ import annotations

_SIGMA: dict[str, float] = {
    "nose": 0.026,
    "left_eye": 0.025,
    "right_eye": 0.025,
    "left_ear": 0.035,
    "right_ear": 0.035,
    "left_shoulder": 0.079,
    "right_shoulder": 0.079,
    "left_elbow": 0.072,
    "right_elbow": 0.072,
    "left_wrist": 0.062,
    "right_wrist": 0.062,
    "left_hip": 0.107,
    "right_hip": 0.107,
    "left_knee": 0.087,
    "right_knee": 0.087,
    "left_ankle": 0.089,
    "right_ankle": 0.089,
    "head": 0.026,
    "neck": 0.04,
    "hip": 0.07,
    "left_big_toe": 0.079,
    "right_big_toe": 0.079,
    "left_small_toe": 0.079,
    "right_small_toe": 0.079,
    "left_heel": 0.079,
    "right_heel": 0.079,
    "spine_01": 0.10,
    "spine_02": 0.10,
    "spine_03": 0.10,
    "spine_04": 0.08,
    "spine_05": 0.08,
    "left_latissimus": 0.12,
    "right_latissimus": 0.12,
    "left_clavicle": 0.07,
    "right_clavicle": 0.07,
    "neck_02": 0.07,
    "neck_03": 0.06,
}

KEYPOINTS: tuple[str, ...] = tuple(_SIGMA)

OKS_SIGMAS: tuple[float, ...] = tuple(_SIGMA.values())

VERTEBRAE: tuple[str, ...] = tuple(
    f"{part}{n}" for part, count in (("L", 5), ("T", 12), ("C", 7)) for n in range(count, 0, -1)
)
"""The 24 mobile vertebrae from the lowest to the highest."""

SPINE_SEGMENTS: tuple[str, ...] = ("sacrum", *VERTEBRAE, "skull")

SPINE_LEVELS: dict[str, str] = {
    "hip": "sacrum",
    "spine_01": "L5",
    "spine_02": "L3",
    "spine_03": "L1",
    "spine_04": "T8",
    "spine_05": "T3",
    "neck": "C7",
    "neck_02": "C4",
    "neck_03": "C1",
}
"""Spine keypoint → the segment whose body centre it is (SpineTrack names spine_03 "T12/L1", neck_02 "C3/C4")."""

SUBSETS: dict[str, tuple[int, ...]] = {
    "body": tuple(range(17)),
    "feet": (20, 21, 22, 23, 24, 25),
    "spine": (36, 35, 18, 30, 29, 28, 27, 26, 19),
    "all": tuple(range(37)),
}

_NAMED_LINKS: tuple[tuple[str, str], ...] = (
    ("left_ankle", "left_knee"),
    ("left_knee", "left_hip"),
    ("left_hip", "hip"),
    ("right_ankle", "right_knee"),
    ("right_knee", "right_hip"),
    ("right_hip", "hip"),
    ("head", "neck_03"),
    ("neck_03", "neck_02"),
    ("neck_02", "neck"),
    ("neck", "spine_05"),
    ("spine_05", "spine_04"),
    ("spine_04", "spine_03"),
    ("spine_03", "spine_02"),
    ("spine_02", "spine_01"),
    ("spine_01", "hip"),
    ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"),
    ("right_shoulder", "right_elbow"),
    ("right_elbow", "right_wrist"),
    ("left_eye", "right_eye"),
    ("nose", "left_eye"),
    ("nose", "right_eye"),
    ("left_eye", "left_ear"),
    ("right_eye", "right_ear"),
    ("left_ear", "left_shoulder"),
    ("right_ear", "right_shoulder"),
    ("head", "nose"),
    ("left_ankle", "left_big_toe"),
    ("left_ankle", "left_small_toe"),
    ("left_ankle", "left_heel"),
    ("right_ankle", "right_big_toe"),
    ("right_ankle", "right_small_toe"),
    ("right_ankle", "right_heel"),
    ("spine_05", "left_clavicle"),
    ("left_clavicle", "left_shoulder"),
    ("spine_05", "right_clavicle"),
    ("right_clavicle", "right_shoulder"),
    ("spine_04", "left_latissimus"),
    ("spine_04", "right_latissimus"),
)

INDEX: dict[str, int] = {name: i for i, name in enumerate(KEYPOINTS)}

LINKS: tuple[tuple[int, int], ...] = tuple((INDEX[a], INDEX[b]) for a, b in _NAMED_LINKS)
"""Pairs of 0-based keypoint indices that a skeleton drawing joins."""

FLIP_PAIRS: tuple[tuple[int, int], ...] = tuple(
    (INDEX[name], INDEX["right" + name[4:]]) for name in KEYPOINTS if name.startswith("left")
)
"""Pairs of 0-based keypoint indices that change places when an image is mirrored."""

REGIONS: tuple[str, ...] = (
    "head",
    "neck",
    "trunk",
    "left_upper_arm",
    "left_forearm",
    "left_hand",
    "right_upper_arm",
    "right_forearm",
    "right_hand",
    "left_thigh",
    "left_shank",
    "left_foot",
    "right_thigh",
    "right_shank",
    "right_foot",
)
"""Body regions that carry keypoints and that visibility reasons name (``self:left_forearm``)."""

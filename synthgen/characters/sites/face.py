"""Keypoints of the face: pupils, nose and ears, by geometry on the rest body. Character frame, metres."""

from __future__ import annotations

from typing import Any

import numpy as np

from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import SIDES, Rig
from synthgen.characters.skin_surface import SkinSurface

SIGN = {"left": 1.0, "right": -1.0}
"""Side → sign of Y."""


def face_sites(body: RestBody, rig: Rig, skin: SkinSurface, rules: dict[str, Any]) -> dict[str, np.ndarray]:
    """Pupils (foremost point of each eyeball), the nose's tip and the ears (middle of the auricle's outer half)."""
    out = {}
    head = body.vertices[skin.region("head")]
    for side in SIDES:
        bone = body.bone(rig.limbs[side, "eye"][0])
        strongest = body.skin_indices[np.arange(len(body.vertices)), body.skin_weights.argmax(1)]
        ball = body.vertices[strongest == bone]
        ball = ball[ball[:, 0] > np.median(ball[:, 0])]
        centre = body.bones[bone, :3, 3]
        out[f"{side}_eye"] = np.array([ball[:, 0].max(), centre[1], centre[2]])
    eye = (out["left_eye"] + out["right_eye"]) / 2
    unit = head[:, 2].max() - eye[2]
    band = _between(head[:, 2], eye[2], unit, rules["nose_band"]) & (np.abs(head[:, 1]) < 0.1 * unit)
    out["nose"] = head[band][head[band][:, 0].argmax()] * (1.0, 0.0, 1.0)
    for side in SIDES:
        band = _between(head[:, 2], eye[2], unit, rules["ear_band"])
        ear = head[band][np.argsort(-SIGN[side] * head[band][:, 1])]
        outer = ear[SIGN[side] * ear[:, 1] > SIGN[side] * ear[0, 1] - 0.2 * unit]
        out[f"{side}_ear"] = (outer.min(0) + outer.max(0)) / 2
    return out


def _between(values: np.ndarray, zero: float, unit: float, band: list[float]) -> np.ndarray:
    return (values > zero + band[0] * unit) & (values < zero + band[1] * unit)

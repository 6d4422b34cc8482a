"""Drafts of mapping files: guesses which part of the body an unknown joint is, by the words in its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from synthgen.motion.readers.bvh.conventions import NEEDED, plain, words

_LONG = r"[Ll]eft|[Rr]ight|LEFT|RIGHT"
_SIDE = re.compile(rf"^(?:{_LONG}|[lr](?=[A-Z]))|(?:{_LONG})$|(?<![a-zA-Z])[lrLR](?![a-zA-Z])")
"""The side in a joint's name: LeftArm, lArm, L_Arm, Arm.L, arm_left, Bip01 L Arm."""
_PARTS = {
    "left_hip": "thigh",
    "left_knee": "shank",
    "left_ankle": "foot",
    "left_toe_base": "toes",
    "left_shoulder": "upper_arm",
    "left_elbow": "forearm",
    "left_wrist": "hand",
    "neck_base": "neck",
}
_SEGMENTS = {
    "pelvis": "pelvis",
    "T6": "chest",
    "skull": "head",
    "left_thigh": "thigh",
    "left_shank": "shank",
    "left_foot": "foot",
}


def draft(names: Sequence[str]) -> tuple[str, bool]:
    """A mapping file for joints of unknown names, guessed from words in them, and whether all that is needed is known.

    Only names of up to 40 letters are offered; the others are ``JOINT``.
    """
    sided = set(_PARTS.values()) - {"neck"}
    shared = len(_shared(names))
    bare = [_bare(name[shared if shared > 2 else 0 :]) for name in names]
    found = sorted(
        (rank, part, side, k)
        for part, row in words().items()
        for rank, word in enumerate(row)
        for k, (side, *stems) in enumerate(bare)
        if word in stems and bool(side) == (part in sided) and len(names[k]) <= 40
    )
    by_part: dict[tuple[str, str], str] = {}
    for _, part, side, k in found:
        if names[k] not in by_part.values():
            by_part.setdefault((side, part), names[k])

    def table(parts: dict[str, str]) -> dict[str, str]:
        out = {}
        for key, part in parts.items():
            for side in ("left", "right") if key.startswith("left_") else ("",):
                joint = by_part.get((side, part))
                if joint or key in NEEDED or key in _SEGMENTS:
                    out[key.replace("left", side) if side else key] = joint or "JOINT"
        return out

    tables = {"points": table(_PARTS), "segments": table(_SEGMENTS)}
    lines = [
        f"    {key}: " + yaml.safe_dump(t, default_flow_style=True, sort_keys=False, width=10**6).strip()
        for key, t in tables.items()
    ]
    return "\n".join(lines), not any("JOINT" in t.values() for t in tables.values())


def _bare(name: str) -> tuple[str, str, str]:
    """Side (``left``, ``right`` or empty), name without it, and what follows the side or the first separator."""
    own = name.rpartition(":")[2].strip(" _.-")
    found = _SIDE.search(own)
    if found:
        side = "left" if found.group()[0] in "lL" else "right"
        return side, plain(own[: found.start()] + own[found.end() :]), plain(own[found.end() :])
    return "", plain(own), plain(re.split(r"[ _.\-]", own, maxsplit=1)[-1])


def _shared(names: Sequence[str]) -> str:
    """What all names begin with."""
    low, high = min(names), max(names)
    return low[: next((k for k, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))]

#!/usr/bin/env python3
"""Measures how deep people are in themselves, in props and in the floor; the last line is one JSON object.

    python scripts/measure_contacts.py scenes/gym.yaml --frames 300

Nothing is rendered: shots are made as a run makes them, and every vertex of a person's bare skin is looked at in the
posed meshes (rays for inside and outside, true faces for distances). Clothes are not looked at. Of ``--frames`` people:

- ``hand_mm``: the deepest vertex of hands and forearms in the rest of the body, the other arm included;
- ``prop_mm``: the deepest vertex of a person in any prop; ``prop`` says in which;
- ``floor_mm``: the deepest vertex under the floor;
- ``gap_mm``: how far people hover over what carries them: straight down from trunk and thighs to the seat of who sits,
  from the trunk to the floor (or the mat on it) under who lies;
- ``flesh_mm``: the deepest vertex of soft parts in each other: thighs in the belly or in each other, upper arms in the
  flank;
- ``slide_mm``: how far a standing foot slides over its stance around the moment (half a second at most): the way of the
  lower one of heel and ball.

Each has its largest value, the 95th percentile, and how many people are over 5 mm; ``worst`` lists the worst people.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import trimesh

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.contacts.depths import depth_in, hands_depth
from scripts.contacts.flesh import flesh_depths
from scripts.contacts.gaps import seat_gap, sits
from scripts.variety.collect import script_of
from synthgen.characters.rest_body import RestBody, blend
from synthgen.characters.rigs import SIDES, load_rig
from synthgen.core.runs import runs
from synthgen.core.skeleton import REGIONS
from synthgen.pipeline.company import Company
from synthgen.pipeline.script import Script
from synthgen.places.props.build import build_prop
from synthgen.retarget.placement import slid_by
from synthgen.retarget.support import find_support
from synthgen.world.people import place
from synthgen.world.shot import PersonSpec

_SCENES = Path(__file__).resolve().parent.parent / "scenes"
_LIMIT = 5.0
"""Millimetres that nobody should be deeper in anything."""
_MEASURES = ("hand_mm", "prop_mm", "floor_mm", "gap_mm", "flesh_mm", "slide_mm")


def main() -> None:
    """Measures a scene and reports."""
    first, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        description=first, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scene", help="a scene file, or the name of a shipped one")
    parser.add_argument("--frames", type=int, default=300, help="how many people, from the first shot on")
    options = parser.parse_args()
    named = _SCENES / f"{options.scene}.yaml"
    scene = named if named.exists() else Path(options.scene)
    script = script_of(scene, options.frames)
    company, shot = Company(script), 0
    rows: list[dict[str, Any]] = []
    while len(rows) < options.frames:
        rows += _shot(company, script, shot)
        shot += 1
    rows = rows[: options.frames]
    for name in _MEASURES:
        for row in sorted(rows, key=lambda row: -row[name])[:3]:
            print(name, row)
    found: dict[str, Any] = {"scene": scene.stem, "frames": len(rows), "shots": shot}
    for name in _MEASURES:
        values = np.array([row[name] for row in rows])
        found[name] = {
            "max": round(float(values.max()), 1),
            "p95": round(float(np.quantile(values, 0.95)), 1),
            "over": int((values > _LIMIT).sum()),
        }
    print(json.dumps(found))


def _shot(company: Company, script: Script, number: int) -> list[dict[str, Any]]:
    """One row per person."""
    shot, out = company.shot(number), []
    props = [(prop.kind, solid) for prop in shot.props for solid in _solids(prop)]
    for person in shot.people:
        body, motion = company.actor(person.body).body, company.motion(person)
        row = motion.row(person.frame)
        skin = blend(body.bones, motion.bones[row], body.vertices, body.skin_indices, body.skin_weights)
        here = place(skin[np.unique(body.faces)], person)
        depths = [(depth_in(solid, here), kind) for kind, solid in props]
        deepest, kind = max(depths, default=(0.0, ""))
        flesh = flesh_depths(body, skin)
        out.append(
            {
                "shot": number,
                "clip": person.clip,
                "frame": person.frame,
                "character": person.character,
                "hand_mm": round(1000 * hands_depth(body, skin), 1),
                "reported_mm": round(float(motion.hand_depth_mm[row]), 1),
                "prop_mm": round(1000 * deepest, 1),
                "prop": kind if deepest else "",
                "gap_mm": round(1000 * _gap(script, person, body, skin, props), 1),
                "bmi": person.body.bmi,
                "flesh_mm": round(1000 * max(flesh.values()), 1),
                "flesh": max(flesh, key=lambda part: flesh[part]) if max(flesh.values()) else "",
                "floor_mm": round(1000 * max(0.0, -float(here[:, 2].min())), 1),
                "slide_mm": round(1000 * _slide(body, motion, row), 1),
            }
        )
    return out


def _gap(script: Script, person: PersonSpec, body: RestBody, skin: np.ndarray, props: list[tuple[str, Any]]) -> float:
    """Metres that who sits or lies is over what carries them; 0 for others."""
    fit = script.fits[person.clip]
    if sits(fit, person.clip, person.frame):
        return seat_gap(body, place(skin, person), person.clip, props)
    if find_support(fit).trunk[person.frame]:
        trunk = np.intersect1d(
            np.flatnonzero(np.isin(body.regions, [REGIONS.index("trunk"), REGIONS.index("head")])), body.faces
        )
        return max(0.0, float(skin[trunk, 2].min()))
    return 0.0


def _solids(prop: Any) -> list[trimesh.Trimesh]:
    """The closed parts of a prop, where it stands."""
    turn = trimesh.transformations.rotation_matrix(prop.yaw, (0, 0, 1))
    turn[:3, 3] = prop.position
    out = []
    for part in build_prop(prop):
        whole = trimesh.Trimesh(part.vertices, part.faces, process=False)
        whole.merge_vertices(merge_tex=True, merge_norm=True)
        whole.apply_transform(turn)
        out += list(whole.split(only_watertight=True))
    return out


def _slide(body: Any, motion: Any, row: int) -> float:
    """Metres that a standing foot slides in the stance to which a moment belongs."""
    rig, worst = load_rig(body.rig), 0.0
    for k, side in enumerate(SIDES):
        for start, stop in runs(motion.contacts[:, k]):
            if start <= row < stop:
                path = slid_by(body, rig, motion.bones[start:stop], side)
                worst = max(worst, float(np.linalg.norm(path - path[row - start], axis=1).max()))
    return worst


if __name__ == "__main__":
    main()

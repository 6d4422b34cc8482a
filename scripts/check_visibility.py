"""Compares the visibility of a scene's labels with exact rays on the triangles of its dressed people.

    python scripts/check_visibility.py scenes/gym.yaml scenes/clinic.yaml --shots 10 [--draw FOLDER]

Every shot is rendered by the scene's engine and labelled from depth and mask, as in a run; then the same rule is
applied to exact first hits (trimesh with embree, ``tests/capture/exact.py``) on skins, clothes, hair and shoes. Points
before which the picture shows a thing or the room are left out: props are not cast at. What no picture can decide is a
tie: a verdict that changes within half a pixel, a margin within 5 mm of what is asked, an outline at just its distance.
The last line is one JSON object; ``agree`` is of the points that are no ties. With ``--draw`` the pictures of
disagreements are kept, the point ringed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthgen.capture import capture
from synthgen.capture.frame import Frame
from synthgen.capture.people import read_bones
from synthgen.capture.visibility import OFF_IMAGE, VISIBLE
from synthgen.characters.wardrobe import dressed
from synthgen.core.cache import Cache, default_cache
from synthgen.pipeline.clips import load_clips
from synthgen.pipeline.company import Company
from synthgen.pipeline.fits import fit_clips, kept_fits
from synthgen.pipeline.renderer import make_engine
from synthgen.pipeline.script import Script
from synthgen.scene import load_scene
from synthgen.world.moment_table import MomentTable
from synthgen.world.shot import Shot
from tests.capture.exact import Exact, Skin, exact


@dataclass
class Tally:
    """Of one scene: points on the image, ties, agreements, and what disagrees by kind of point."""

    points: int = 0
    ties: int = 0
    agree: int = 0
    agree_ties: int = 0
    people: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, ours: str, truth: str, tie: bool) -> bool:
        """Counts one point; True where it is no tie and the two disagree."""
        same = (ours == VISIBLE) == (truth == VISIBLE)
        self.points += 1
        self.kinds[kind_of(name)] += 1
        self.reasons[ours.split(":")[0] if not ours.startswith("self:") else ours] += 1
        if tie:
            self.ties, self.agree_ties = self.ties + 1, self.agree_ties + same
            return False
        self.agree += same
        if not same:
            self.wrong[f"{kind_of(name)} {ours} (exact: {truth})"] += 1
        return not same

    def summary(self) -> dict[str, Any]:
        """For the JSON line."""
        decided = max(self.points - self.ties, 1)
        return {
            "people": self.people,
            "points": self.points,
            "ties": self.ties,
            "agree": round(self.agree / decided, 4),
            "agree_with_ties": round((self.agree + self.agree_ties) / max(self.points, 1), 4),
        }


def kind_of(name: str) -> str:
    """``.skin`` of ``T8.skin``, ``*_ear`` of ``left_ear``."""
    if "." in name:
        return f".{name.split('.')[1]}"
    return name.replace("left_", "*_").replace("right_", "*_")


def check(scene: Path, shots: int, cache: Cache, draw: Path | None) -> Tally:
    """Renders shots of a scene and compares them."""
    asked = load_scene(scene)
    clips = load_clips(asked, cache)
    table = MomentTable.of(fit_clips(asked, clips, cache, 1, False))
    script = Script(asked, kept_fits(clips, cache), table, cache)
    company, tally = Company(script), Tally()
    bones: list[np.ndarray] = []

    def noted(found: np.ndarray) -> np.ndarray:
        bones.append(found)
        return found

    def reading(actor: Any) -> Any:
        return read_bones(actor).then(noted)

    engine = make_engine(script.scene.engine, cache)
    engine.start()
    reader = patch.object(capture, "read_bones", reading)
    reader.start()
    try:
        for number in range(shots):
            shot = company.shot(number)
            bones.clear()
            stage = company.on_stage(shot)
            frames = capture.capture_shot(engine, shot, *stage)
            posed = bones[-len(shot.people) :]
            skins = [
                Skin.dressed(f"person:{n}", stage.bodies[p.character], b, dressed(p.body, p.outfit, cache))
                for n, (p, b) in enumerate(zip(shot.people, posed, strict=True), 1)
            ]
            for frame in frames:
                compare(frame, shot, skins, [stage.sites[p.character] for p in shot.people], tally, draw)
    finally:
        reader.stop()
        engine.stop()
    return tally


def compare(frame: Frame, shot: Shot, skins: list[Skin], sites: list[Any], tally: Tally, draw: Path | None) -> None:
    """One image."""
    for k, person in enumerate(frame.people):
        tally.people += 1
        truth: Exact = exact(frame.camera, skins, k, sites[k], person.points.world)
        for n, (name, ours) in enumerate(zip(person.points.names, person.points.reasons, strict=True)):
            if OFF_IMAGE in (ours, truth.reasons[n]) or ours.startswith("object:"):
                continue
            if tally.add(name, ours, truth.reasons[n], bool(truth.tie[n])) and draw is not None:
                keep(draw, frame, person.points.pixels[n], f"{shot.id}-{frame.camera_index}-{k}-{name}")


def keep(folder: Path, frame: Frame, at: np.ndarray, name: str) -> None:
    """The picture around a point, enlarged, the point ringed."""
    from PIL import Image, ImageDraw

    folder.mkdir(parents=True, exist_ok=True)
    x, y, half, scale = int(at[0]), int(at[1]), 40, 6
    crop = Image.fromarray(frame.image).crop((x - half, y - half, x + half, y + half))
    large = crop.resize((2 * half * scale,) * 2, Image.Resampling.NEAREST)
    cx, cy = ((a - (c - half)) * scale for a, c in zip(at[:2], (x, y), strict=True))
    ImageDraw.Draw(large).ellipse([cx - 6, cy - 6, cx + 6, cy + 6], outline=(255, 0, 0), width=2)
    large.save(folder / f"{name}.png")


def main() -> None:
    """Compares, and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", type=Path, nargs="+")
    parser.add_argument("--shots", type=int, default=10, help="of each scene")
    parser.add_argument("--draw", type=Path, help="folder for pictures of disagreements")
    asked = parser.parse_args()
    cache, found = Cache(default_cache()), {}
    for scene in asked.scenes:
        tally = check(scene, asked.shots, cache, asked.draw / scene.stem if asked.draw else None)
        found[scene.stem] = tally.summary()
        print(f"{scene.stem}: {tally.summary()}")
        for what, count in tally.wrong.most_common():
            print(f"  {count:4d}  {what}")
        print("  reasons:", dict(tally.reasons.most_common()))
    total = sum(f["points"] - f["ties"] for f in found.values())
    agree = sum(f["agree"] * (f["points"] - f["ties"]) for f in found.values()) / max(total, 1)
    print(json.dumps({"agree": round(agree, 4), "scenes": found}))


if __name__ == "__main__":
    main()

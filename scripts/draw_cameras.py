#!/usr/bin/env python3
"""Draws the picture of docs/cameras.md: a rig, kinds of cameras, single effects, and labels behind a strong lens.

python scripts/draw_cameras.py                      # docs/images/cameras.jpg
python scripts/draw_cameras.py --shot 4 --out x.png
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.speed.scenes import Ready, ready
from synthgen.capture.frame import Frame
from synthgen.dataset.records import frame_records
from synthgen.dataset.report.overlay import font, overlay
from synthgen.pipeline.company import Company
from synthgen.pipeline.renderer import SceneRenderer
from synthgen.scene.sections.camera import CameraRanges, CameraRig, Optics, Views
from synthgen.world.shot import CameraSpec, SensorSpec, Shot

ROOT = Path(__file__).resolve().parent.parent
WIDE, WORDS = 300, 20
"""Pixels of a small panel, and of the line above each."""
BARREL = (-0.24, 0.02, 0.004, -0.003, 0.0)
"""A lens that no table draws: as strong as an action camera's over a wider view, and a little off its axis."""
EFFECTS: dict[str, SensorSpec] = {
    "defocus": SensorSpec(aperture=26.0, focus=1.0),
    "white balance": SensorSpec(gains=(1.25, 1.0, 0.8)),
    "vignetting and noise": SensorSpec(vignette=0.6, shot_noise=0.004, read_noise=0.02),
    "JPEG quality 12": SensorSpec(quality=12),
}


def main() -> None:
    """Draws the rows one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scene", nargs="?", type=Path, default=ROOT / "scenes" / "gym.yaml")
    parser.add_argument("--shot", type=int, default=3, help="which of the scene's shots")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "cameras.jpg")
    options = parser.parse_args()
    made = ready(options.scene, options.shot + 1)
    renderer = made.factory("cpu")()
    renderer.open()
    try:
        rows = list(panels(made, renderer, options.shot))
    finally:
        renderer.close()
    sheet = Image.new("RGB", (4 * WIDE, sum(row[0].height for row in rows)), "white")
    top = 0
    for row in rows:
        for n, panel in enumerate(row):
            sheet.paste(panel, (n * sheet.width // len(row), top))
        top += row[0].height
    sheet.save(options.out, quality=80)


def panels(made: Ready, renderer: SceneRenderer, number: int) -> list[list[Image.Image]]:
    """The rows of the picture."""
    plain = Optics(strength=0.0)
    rig = CameraRanges(
        per_shot=4,
        crop=0.0,
        views=Views(back=1, side=0, front=0),
        rig=CameraRig(angle=(90, 90), alike=True),
        optics=plain,
    )
    around = renderer.render(shot_of(made, rig, number))
    rows = [[titled(f"rig: camera {k}, 90° on", Image.fromarray(f.image)) for k, f in enumerate(around)]]
    kinds = []
    for kind in ("phone", "webcam", "action_camera", "surveillance"):
        shot = shot_of(
            made, made.scene.camera.model_copy(update={"optics": Optics(kinds=(kind,), strength=1.5)}), number
        )
        kinds.append(titled(f"{kind}, strength 1.5", Image.fromarray(renderer.render(shot)[0].image)))
    shot = shot_of(made, made.scene.camera.model_copy(update={"optics": plain}), number)
    effects = [
        titled(words, filed(renderer.render(behind(shot, sensor=sensor))[0])) for words, sensor in EFFECTS.items()
    ]
    labels = []
    for words, lens in (("a pinhole", ()), (f"a lens of (k1, k2, p1, p2, k3) = {BARREL}", BARREL)):
        one = behind(shot, distortion=lens)
        frame = renderer.render(one)[0]
        people = [p for p in frame_records(frame, one, 0)[1] if p["area"] > 0]
        labels.append(
            titled(f"labels behind {words}", overlay(Image.fromarray(frame.image), people, 2 * WIDE), 2 * WIDE)
        )
    return [*rows, kinds, effects, labels]


def shot_of(made: Ready, cameras: CameraRanges, number: int) -> Shot:
    """A shot of the scene as other cameras see it."""
    scene = made.scene.model_copy(update={"camera": cameras, "images": made.scene.images * cameras.per_shot})
    return Company(replace(made.script, scene=scene)).shot(number)


def behind(shot: Shot, distortion: Sequence[float] = (), sensor: SensorSpec | None = None) -> Shot:
    """The shot with another lens and sensor."""
    first: CameraSpec = shot.cameras[0]
    changes = {"distortion": tuple(distortion), "sensor": sensor or first.sensor}
    return shot.model_copy(update={"cameras": (first.model_copy(update=changes),)})


def filed(frame: Frame) -> Image.Image:
    """A picture as its JPEG file shows it."""
    file = io.BytesIO()
    Image.fromarray(frame.image).save(file, "jpeg", quality=frame.quality)
    return Image.open(file).convert("RGB")


def titled(words: str, picture: Image.Image, wide: int = WIDE) -> Image.Image:
    """A panel: words above a picture of some width."""
    small = picture.resize((wide, round(wide * picture.height / picture.width)), Image.Resampling.LANCZOS)
    panel = Image.new("RGB", (wide, small.height + WORDS), "white")
    ImageDraw.Draw(panel).text((4, 3), words, fill="black", font=font(12))
    panel.paste(small, (0, WORDS))
    return panel


if __name__ == "__main__":
    main()

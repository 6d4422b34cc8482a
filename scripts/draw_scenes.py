"""Draws docs/images/scenes/NAME.jpg: 48 images of every shipped scene, with skeletons and spines, small.

python scripts/draw_scenes.py                 # all of them
python scripts/draw_scenes.py gym park        # these
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from PIL import Image

import synthgen

ROOT = Path(__file__).resolve().parents[1]
IMAGES, WIDTH, QUALITY = 48, 1280, 72


def main() -> None:
    """Renders the sheets, one scene after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", nargs="*", help="names in scenes/; all but hello by default")
    names = parser.parse_args().scenes or sorted(p.stem for p in (ROOT / "scenes").glob("*.yaml") if p.stem != "hello")
    out = ROOT / "docs" / "images" / "scenes"
    out.mkdir(exist_ok=True)
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            scene = synthgen.load_scene(ROOT / "scenes" / f"{name}.yaml").model_copy(update={"images": 240})
            sheet = synthgen.preview_scene(scene, Path(folder) / "sheet.png", images=IMAGES, progress=True)
            with Image.open(sheet) as picture:
                small = picture.convert("RGB").resize((WIDTH, round(WIDTH * picture.height / picture.width)))
                small.save(out / f"{name}.jpg", quality=QUALITY, optimize=True)
        print(out / f"{name}.jpg", flush=True)


if __name__ == "__main__":
    main()

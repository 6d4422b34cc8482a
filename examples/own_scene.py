"""Writes a scene from Python, shows how a mistake in it is reported, and renders two pictures of it.

    python examples/own_scene.py [FOLDER]

``synthgen scene schema`` lists every key of a scene with its unit, its default and what it means.
"""

import sys
from pathlib import Path
from typing import Any

import yaml

import synthgen

SCENE: dict[str, Any] = {
    "name": "mine",
    "images": 2,
    "size": [320, 240],
    "clips": ["builtin:squat"],
    "cast": {"count": 2},
    "people": {"min": 2, "max": 2},
    "camera": {"distance": [3, 4], "views": {"back": 1, "side": 0, "front": 0}},
}


def load(scene: dict[str, Any], file: Path) -> synthgen.Scene:
    """Writes the scene to a file and reads it with all its checks."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(scene, sort_keys=False))
    return synthgen.load_scene(file)


def main(folder: str = "out/examples/own_scene") -> None:
    file = Path(folder) / "mine.yaml"
    try:
        load(SCENE | {"clips": ["builtin:sqat"], "people": {"min": 2, "max": 3}}, file)
    except synthgen.InputError as error:
        print(f"every mistake at once, each with its line and what to do:\n{error}\n")

    scene = load(SCENE, file)
    print(f"{file}: good, {scene.images} images, seed {scene.seed}")
    report = synthgen.render(scene, Path(folder) / "dataset")
    print(f"{report.images} images in {report.out}; look at {report.preview}")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Renders four small pictures of one person and says what was made: the shortest way from a scene to labels.

    python examples/hello.py [FOLDER]

The same call again renders nothing: what is there is kept. ``examples/read_labels.py`` reads what this one makes.
"""

import json
import sys
from pathlib import Path

import synthgen

SCENES = Path(__file__).parents[1] / "scenes"


def main(out: str = "out/examples/hello") -> None:
    scene = synthgen.load_scene(SCENES / "hello.yaml").model_copy(update={"size": (320, 240)})
    (width, height), *_ = scene.sizes
    print(f"scene {scene.name!r}: {scene.clips[0].source}, pictures of {width} × {height} pixels")

    report = synthgen.render(scene, out, images=4)
    print(f"{report.images} images in {report.out}, {report.rendered} of them rendered now")

    coco = json.loads(report.annotations.read_text())
    seen = sum(flag == 2 for person in coco["annotations"] for flag in person["keypoints"][2::3])
    print(f"{len(coco['annotations'])} people with {seen} visible keypoints in {report.annotations}")

    faults = synthgen.validate(out)
    print("the dataset keeps its promises" if not faults else "\n".join(map(str, faults)))
    print(f"look at {synthgen.preview(out)} and {synthgen.preview(out, image=0)}")


if __name__ == "__main__":
    main(*sys.argv[1:])

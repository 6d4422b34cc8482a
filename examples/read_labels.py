"""Reads the labels of a dataset with pycocotools, then feeds them to PyTorch: spine keypoints and their visibility.

python examples/hello.py && python examples/read_labels.py [DATASET]
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from pycocotools.coco import COCO
from torch.utils.data import DataLoader, Dataset


class SpineDataset(Dataset[dict[str, torch.Tensor]]):
    """One item per person: picture (3, H, W) in 0 … 1, 37 ``keypoints`` and 24 ``vertebrae`` as (x, y, flag) in pixels.

    Flags are COCO's: 0 off the picture, 1 hidden, 2 seen. ``sigma`` (24,) metres is how far each vertebra may be off.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.coco = folder, COCO(folder / "annotations" / "person_keypoints.json")
        self.people: list[dict[str, Any]] = self.coco.loadAnns(self.coco.getAnnIds())

    def __len__(self) -> int:
        return len(self.people)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        person = self.people[index]
        picture = np.asarray(Image.open(self.folder / self.coco.imgs[person["image_id"]]["file_name"]).convert("RGB"))
        body = person["vertebrae"]["body"]
        return {
            "image": torch.from_numpy(picture.copy()).permute(2, 0, 1) / 255,
            "keypoints": torch.tensor(person["keypoints"]).reshape(-1, 3),
            "vertebrae": torch.tensor(body["keypoints"]).reshape(-1, 3),
            "sigma": torch.tensor(body["sigma"]),
        }


def main(folder: str = "out/examples/hello") -> None:
    data = SpineDataset(Path(folder))
    category = data.coco.cats[1]
    spine = [i for i, name in enumerate(category["keypoints"]) if name.startswith(("hip", "spine", "neck"))]
    print(f"{len(data)} people in {len(data.coco.imgs)} images, {len(category['keypoints'])} keypoints each")

    mask = data.coco.annToMask(data.people[0])
    print(f"the first person covers {mask.sum()} pixels; hidden points: {', '.join(hidden(data.people[0], category))}")

    for batch in DataLoader(data, batch_size=2):
        flags = batch["keypoints"][:, spine, 2]
        share = (batch["vertebrae"][..., 2] == 2).float().mean()
        print(
            f"batch of pictures {tuple(batch['image'].shape)}, spine keypoints {tuple(flags.shape)}, "
            f"{share:.0%} of the vertebrae seen, each known to {1e3 * batch['sigma'].mean():.0f} mm"
        )


def hidden(person: dict[str, Any], category: dict[str, Any]) -> list[str]:
    """What hides each keypoint that is not seen, such as ``spine_03 (self:trunk)``."""
    named = zip(category["keypoints"], person["keypoint_reasons"], strict=True)
    return [f"{name} ({reason})" for name, reason in named if reason not in ("visible", "off_image")]


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Reads the labels of a dataset with pycocotools, and hands them to PyTorch: spine keypoints with their visibility.

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

SPINE = ("hip", "spine_01", "spine_02", "spine_03", "spine_04", "spine_05", "neck", "neck_02", "neck_03")


class SpineDataset(Dataset[dict[str, torch.Tensor]]):
    """One item per person: picture (3, H, W) in 0 … 1, 9 ``spine`` keypoints and 24 ``vertebrae`` (x, y, flag).

    Flags are COCO's: 0 off the picture, 1 hidden, 2 seen. ``sigma`` (24,) is how far each vertebra may be off, metres.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.coco = folder, COCO(folder / "annotations" / "person_keypoints.json")
        self.people: list[dict[str, Any]] = self.coco.loadAnns(self.coco.getAnnIds())
        self.names: list[str] = self.coco.cats[1]["keypoints"]

    def __len__(self) -> int:
        return len(self.people)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        person = self.people[index]
        picture = Image.open(self.folder / self.coco.imgs[person["image_id"]]["file_name"]).convert("RGB")
        body, keypoints = person["vertebrae"]["body"], torch.tensor(person["keypoints"]).reshape(-1, 3)
        return {
            "image": torch.from_numpy(np.array(picture)).permute(2, 0, 1) / 255,
            "spine": keypoints[[self.names.index(name) for name in SPINE]],
            "vertebrae": torch.tensor(body["keypoints"]).reshape(-1, 3),
            "sigma": torch.tensor(body["sigma"]),
        }


def main(folder: str = "out/examples/hello") -> None:
    data = SpineDataset(Path(folder))
    first = data.people[0]
    print(f"{len(data)} people in {len(data.coco.imgs)} images, {len(data.names)} keypoints each")
    print(f"the first covers {data.coco.annToMask(first).sum()} pixels, and this hides points of it:")
    print("  " + ", ".join(sorted({r for r in first["keypoint_reasons"] if r != "visible"})))
    for batch in DataLoader(data, batch_size=2):
        seen, sigma = (batch["vertebrae"][..., 2] == 2).float().mean(), 1e3 * batch["sigma"].mean()
        print(f"pictures {tuple(batch['image'].shape)}, spine keypoints {tuple(batch['spine'].shape)}:")
        print(f"  {seen:.0%} of the vertebrae are seen, the places of all are known to {sigma:.0f} mm")


if __name__ == "__main__":
    main(*sys.argv[1:])

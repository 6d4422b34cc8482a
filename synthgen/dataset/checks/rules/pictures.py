"""Every picture file can be read and has the size that its record says."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.subject import ImageRecord


def check_pictures(image: ImageRecord) -> Iterator[Issue]:
    """Opens image, mask and depth file."""
    if not image.pictures:
        return
    record, size = image.record, image.size
    names = [record["file_name"], record["mask_file_name"]]
    names += [record["depth_file_name"]] * bool(record["depth_file_name"])
    for name in names:
        try:
            with Image.open(image.out / name) as picture:
                if picture.size != size:
                    what = f"expected {size[0]}×{size[1]} as in the record, got {picture.size}"
                    yield PICTURES.issue("picture-size", name, what)
                elif name == record["mask_file_name"]:
                    if image.owner_fault:
                        yield PICTURES.issue("picture-unreadable", name, image.owner_fault)
                else:
                    picture.verify()
        except (OSError, SyntaxError) as fault:
            yield PICTURES.issue("picture-unreadable", name, f"{fault}")


PICTURES = Check(
    name="pictures",
    promise="Every image, mask and depth file can be read and has the size that its record says.",
    codes=("picture-size", "picture-unreadable"),
    image=check_pictures,
)

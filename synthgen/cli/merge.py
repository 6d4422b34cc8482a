"""``synthgen merge``: several datasets, synthetic and real, in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthgen.cli.options import Json
from synthgen.cli.output import show, show_json, warn
from synthgen.core.errors import InputError

if TYPE_CHECKING:
    from synthgen.dataset.merging.merge import Merged
    from synthgen.dataset.merging.source import SourceWish

EXAMPLE = "Example: synthgen merge out/mixed out/gym coco=annotations/person_keypoints_val2017.json --weight coco=2"

Sources = Annotated[
    list[str], typer.Argument(help="COCO files and folders of datasets, or NAME=PATH.", metavar="A B …")
]
PerSource = list[str]


def _per_source(option: str, what: str, short: str = "NAME=…") -> Any:
    return typer.Option(option, help=f"{what}, for one source.", metavar=short)


def merge(
    out: Annotated[Path, typer.Argument(help="Folder of the merged dataset.", show_default=False)],
    sources: Sources,
    maps: Annotated[PerSource, _per_source("--map", "Format of the keypoints, or a map of your own", "NAME=MAP")] = [],  # noqa: B006
    pictures: Annotated[PerSource, _per_source("--pictures", "Folder of the pictures", "NAME=DIR")] = [],  # noqa: B006
    weight: Annotated[PerSource, _per_source("--weight", "How often its images are drawn", "NAME=2")] = [],  # noqa: B006
    licence: Annotated[PerSource, _per_source("--licence", "Licence of the images", "NAME=CC-BY-4.0")] = [],  # noqa: B006
    images: Annotated[
        str, typer.Option(help="Pictures are used where they lie (reference), linked, copied, or unchecked.")
    ] = "reference",
    split: Annotated[str, typer.Option(help="Parts and their shares, such as train=0.9,val=0.1.")] = "",
    split_by: Annotated[str, typer.Option(help="What no two parts share.")] = "body,clip,person",
    seed: Annotated[int, typer.Option(help="Of the split.", min=0)] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Leave out points that are not quite ours.")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="Leave out images whose picture is not there.")] = False,
    json: Json = False,
) -> None:
    """Merges datasets, synthetic and real, by keypoint names.

    What a source never labels is marked as unlabelled, not as absent. Ids are new, source and licence stay with
    every image.
    """
    from synthgen.dataset.merging.merge import MergeOptions
    from synthgen.dataset.merging.merge import merge as merge_datasets
    from synthgen.dataset.merging.pictures import WAYS
    from synthgen.dataset.merging.splits import BY, Splits, shares_of

    _one_of("--images", [images], tuple(WAYS))
    by = split_by.split(",")
    _one_of("--split-by", by, BY)
    splits = Splits(shares_of(split), by, seed) if split else None
    wishes = _wishes(sources, {"map": maps, "pictures": pictures, "weight": weight, "licence": licence})
    merged = merge_datasets(out, wishes, MergeOptions(images, missing, strict, splits), warn)
    _answer(out, merged, json)


def _wishes(sources: Sequence[str], options: dict[str, list[str]]) -> list[SourceWish]:
    """Sources with what is said of each by name."""
    from synthgen.dataset.merging.source import SourceWish, source_name

    wishes = {}
    for text in sources:
        name, found, path = text.partition("=")
        wish = SourceWish(Path(path), name=name) if found and not Path(text).exists() else SourceWish(Path(text))
        if source_name(wish) in wishes:
            raise InputError(
                "two sources have the same name",
                where="synthgen merge",
                got=source_name(wish),
                expected="a name for each",
                remedy="give them names: synthgen merge OUT first=PATH second=PATH",
            )
        wishes[source_name(wish)] = wish
    for option, given in options.items():
        for text in given:
            name, _, value = text.partition("=")
            _one_of(f"--{option}", [name], tuple(wishes))
            wishes[name] = replace(wishes[name], **{option: _value(option, value)})
    return list(wishes.values())


def _value(option: str, text: str) -> Any:
    if option == "pictures":
        return Path(text)
    if option != "weight":
        return text
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise InputError("a weight is a number above 0", where="--weight", got=text, remedy="--weight coco=2")
    return number


def _one_of(where: str, given: Sequence[str], known: Sequence[str]) -> None:
    for one in given:
        if one not in known:
            raise InputError(
                "this is not known",
                where=where,
                expected=f"one of {', '.join(known)}",
                got=one,
                remedy="synthgen merge --help says what each option takes",
            )


def _answer(out: Path, merged: Merged, json: bool) -> None:
    from dataclasses import asdict

    if json:
        show_json({"ok": True, "out": str(out), **asdict(merged)})
        return
    for source in merged.sources:
        labels = source["labels"]
        show(f"{source['name']}: {source['format']}, {len(labels)} of 37 keypoints labelled")
        for point, why in source.get("differs", {}).items():
            show(f"  {point}: {why}")
    if merged.left_out:
        show(f"{merged.left_out} images left out, whose pictures are not there")
    for name, counts in merged.parts.items():
        told = "in no part, because they mix several" if name == "left_out" else name
        show(f"{told}: {counts['images']} images, {counts['annotations']} annotations")
    mixed = merged.parts.get("left_out", {}).get("images", 0)
    if mixed > merged.images // 5:
        show("fewer images mix parts with --split-by body, or where parts are rendered apart, with people of their own")
    show(f"{out}: {merged.images} images, {merged.annotations} annotations")

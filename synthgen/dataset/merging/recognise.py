"""Which of the known formats a file's keypoints are of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthgen.core.errors import InputError
from synthgen.dataset.merging.keypoint_map import KeypointMap, shipped_maps


def keypoint_names(category: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that a COCO category gives its keypoints; none where it says none."""
    names = category.get("keypoints")
    return tuple(map(str, names)) if isinstance(names, list) else ()


def recognised(names: tuple[str, ...], sample: Mapping[str, Any], where: str, source: str) -> KeypointMap:
    """The shipped map that fits: by the names of the keypoints, their number and the fields.

    Args:
        names: of the keypoints, where the file says them.
        sample: a person with keypoints; an empty record where nobody has any.
        where, source: the file and the source's name, for errors.

    Raises:
        InputError: none fits, or more than one.
    """
    offered = [m for name, m in shipped_maps().items() if not m.named_only and name != "synthgen"]
    many = len(sample.get("keypoints") or ()) // 3
    fitting = [m for m in offered if not names or set(names) == set(m.fields["keypoints"])]
    if sample or not names:
        fitting = [m for m in fitting if m.count("keypoints") == many and all(field in sample for field in m.fields)]
    # LSP and AI Challenger name the same points in other orders; COCO-WholeBody is COCO with one field more.
    ranks = [(names == m.fields["keypoints"], len(m.fields) if sample else -len(m.fields)) for m in fitting]
    best = [m for m, rank in zip(fitting, ranks, strict=True) if rank == max(ranks)]
    if len(best) == 1:
        return best[0]
    raise InputError(
        "the keypoints of this file are of no known format" if not best else "this may be one of several formats",
        where=where,
        expected=f"the keypoints of one of {', '.join(m.name for m in best or offered)}",
        got=", ".join(names) or f"{many} keypoints without names",
        remedy=f"say which, with --map {source}=FORMAT; or write a map of your own (docs/merging.md)",
    )

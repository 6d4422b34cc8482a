"""The tables of the spine's levels and of the limbs' segments."""

from __future__ import annotations

from scripts.body_page.markdown import mark, plain, rows
from synthgen.core.bodydata import body_data, numbers, rhythm_tables, sexes
from synthgen.core.bodymodel import reference_body

FIELDS = {
    "height": "height",
    "neutral": "neutral",
    "rom": "range",
    "rhythm": "rhythm",
    "spinous": "process",
    "skin": "skin",
    "body": "centre",
}


def levels() -> str:
    """One line per joint of the spine, from the skull down."""
    data, lumbar = body_data(), rhythm_tables()["christophy2012"]["lumbar"]
    bodies = [reference_body(sex=sex) for sex in sexes()]
    of = {n.path[1:3]: n.sources for n in numbers("body") if n.path[0] == "vertebrae"}
    below = dict(zip([*data["vertebrae"]], ["S1", *data["vertebrae"]], strict=False))
    lines = []
    for name, row in reversed(data["vertebrae"].items()):
        heights = " / ".join(f"{1000 * b.heights[name]:.1f}" for b in bodies) if row["height"] else "–"
        other = " / ".join(plain(x) for x in lumbar[name]) if name in lumbar else ""
        share = " / ".join(plain(x) for x in row["rhythm"]) if "rhythm" in row else "by range"
        where = " · ".join(f"{FIELDS[f]} {mark(of[name, f])}" for f in FIELDS if (name, f) in of)
        ranges = " / ".join(plain(x) for x in row["rom"])
        joint = f"{'skull' if name == 'skull' else name}–{below[name]}"
        lines.append([joint, heights, f"{row['neutral']:+d}".replace("-", "−"), ranges, share, other, where])
    return rows(
        "joint|height of the upper vertebra, mm, man / woman|neutral °|range °|rhythm %|`christophy2012` %|sources",
        lines,
    )


def limbs() -> str:
    """One line per segment of the limbs."""
    data = body_data()
    of: dict[tuple[str, ...], tuple[str, ...]] = {}
    for n in numbers("body"):
        if n.path[0] == "limbs":
            of[n.path[1:3]] = tuple(dict.fromkeys((*of.get(n.path[1:3], ()), *n.sources)))
    lines = []
    for name, row in data["limbs"].items():
        offset = ", ".join(plain(round(1000 * x)) for x in row["offset"])
        limits = "<br>".join(
            f"{key.replace('_', ' ')} {plain(low)} to {plain(high)}"
            for key, (_, low, high) in row["coordinates"].items()
        )
        where = f"joint {mark(of[name, 'offset'])} · limits {mark(of[name, 'coordinates'])}"
        lines.append([name.replace("_", " "), f"{row['parent'].replace('_', ' ')}: {offset}", limits, where])
    return rows("segment|its joint in the parent, mm (forwards, left, up)|limits °|sources", lines)

"""Writes the tables of docs/evidence/body.md from the data files in opensim_models/.

Run it after a change of these files; ``--check`` only says whether the page is current.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from synthgen.core.bodydata import (
    FILES,
    Number,
    body_data,
    discrepancies,
    mean_measures,
    numbers,
    rhythm_tables,
    sexes,
    source_table,
)
from synthgen.core.bodymodel import BodyModel, reference_body
from synthgen.core.files.whole import write_whole

PAGE = Path(__file__).resolve().parent.parent / "docs" / "evidence" / "body.md"
FIELDS = {
    "height": "height",
    "neutral": "neutral",
    "rom": "range",
    "rhythm": "rhythm",
    "spinous": "process",
    "skin": "skin",
    "body": "centre",
}
ANCHORS = (  # measure, what the body has for it, what is compared
    ("stature", "head_top", "top of the head"),
    ("cervicale_height", "C7", "skin over C7"),
    ("suprasternale_height", "left_clavicle", "sternoclavicular joint"),
    ("acromial_height", "left_shoulder", "shoulder's centre, 36 mm lower in men"),
    ("iliocristale_height", "L4", "L4-L5 disc"),
    ("trochanterion_height", "left_hip", "hip joint"),
    ("wrist_height", "left_wrist", "wrist joint"),
    ("lateral_femoral_epicondyle_height", "left_knee", "knee joint"),
    ("lateral_malleolus_height", "left_ankle", "ankle joint"),
)


def order() -> dict[str, int]:
    """Source key → its number on the page: publications first, as the file lists them."""
    table = source_table()
    keys = [k for k in table if "choice" not in table[k]] + [k for k in table if "choice" in table[k]]
    return {key: i for i, key in enumerate(keys, 1)}


def mark(keys: tuple[str, ...]) -> str:
    """``8✓``: source 8, which was read; ``2?`` one that was not; ``30`` a choice."""
    table, number = source_table(), order()
    signs = {True: "✓", False: "?", None: ""}
    return " ".join(f"{number[k]}{signs[table[k].get('checked')]}" for k in keys)


def rows(head: str, lines: list[list[str]]) -> str:
    """A Markdown table."""
    names = head.split("|")
    out = [names, ["---"] * len(names), *lines]
    return "".join(f"| {' | '.join(x.strip() for x in line)} |\n" for line in out)


def plain(value: float) -> str:
    """A number without needless digits."""
    return f"{value:g}".replace("-", "−")


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


def sexes_table() -> str:
    """What the survey measured against where the standing bodies have it, shares of stature."""
    lines = []
    for measure, point, words in ANCHORS:
        cells = []
        for sex in sexes():
            mean, body = mean_measures(sex), reference_body(sex=sex)
            cells += [f"{mean[measure] / mean['stature']:.3f}", f"{_height(body, point) / body.stature:.3f}"]
        lines.append([measure.replace("_", " "), *cells, words])
    return rows(
        "height over the sole, of stature|men, survey|man, model|women, survey|woman, model|the model's point", lines
    )


def _height(body: BodyModel, point: str) -> float:
    world = body.tree.forward(body.neutral()[0])
    at = {n: world[i, :3, 3] for n, i in body.tree.segment_index.items()} | body.points(world)
    return float(at[point][2] - at["left_heel"][2])


def proportions() -> str:
    """Lengths of the woman's parts over the man's."""
    man, woman = (reference_body(sex=s) for s in ("male", "female"))
    pairs = {
        "between the hips": ("left_hip", "right_hip"),
        "between the shoulders": ("left_shoulder", "right_shoulder"),
        "thigh": ("left_hip", "left_knee"),
        "shank": ("left_knee", "left_ankle"),
        "upper arm": ("left_shoulder", "left_elbow"),
        "forearm": ("left_elbow", "left_wrist"),
        "hips to C7": ("pelvis", "C7"),
    }

    def length(body: BodyModel, a: str, b: str) -> float:
        points = body.points(body.tree.forward(body.neutral()[0]))
        return 1000 * float(np.linalg.norm(points[a] - points[b]))

    lines = [
        [
            words,
            f"{length(man, *ends):.0f}",
            f"{length(woman, *ends):.0f}",
            f"{length(woman, *ends) / length(man, *ends):.3f}",
        ]
        for words, ends in pairs.items()
    ]
    return rows("straight distance, mm|man|woman|ratio", lines)


def counts() -> str:
    """How many numbers rest on what."""
    table = source_table()

    def kind(number: Number) -> str:
        found = [table[k] for k in number.sources]
        if any(row.get("checked") for row in found):
            return "checked"
        return "choice" if all("choice" in row for row in found) else "unchecked"

    found = Counter(kind(n) for name in FILES for n in numbers(name))
    return (
        f"Of {sum(found.values())} numbers {found['checked']} rest on a source that was read, {found['unchecked']} on "
        f"one that was not, and {found['choice']} are choices of this project.\n"
    )


def sources() -> str:
    """The numbered list of sources."""
    table = source_table()
    lines = []
    for key, number in order().items():
        row = table[key]
        if "choice" in row:
            lines.append([str(number), f"`{key}`: {row['choice']}", "choice", row["why"]])
        else:
            link = row["where"]
            link = f"<{link}>" if re.fullmatch(r"https?://\S+", link) else link
            lines.append(
                [str(number), f"`{key}`: {row['citation']}. {link}", "yes" if row["checked"] else "**no**", row["how"]]
            )
    return rows("|source|checked|what was read, what it says", lines)


def disagreements() -> str:
    """Where a checked source says something else."""
    lines = [
        [r["what"], r["here"], f"{r['published']} ({', '.join(mark((k,)) for k in r['sources'])})", r["because"]]
        for r in discrepancies()
    ]
    return rows("what|here|published|why it stays", lines)


TABLES = {
    "counts": counts,
    "levels": levels,
    "limbs": limbs,
    "sexes": sexes_table,
    "proportions": proportions,
    "discrepancies": disagreements,
    "sources": sources,
}


def written(text: str) -> str:
    """The page with its tables made anew."""
    for name, table in TABLES.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            sys.exit(f"{PAGE} has no place for {name}")
        new = table()
        text = pattern.sub(lambda m, new=new: m[1] + new + m[2], text)
    return text


def main() -> None:
    """Writes or checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the page is not current")
    asked = parser.parse_args()
    text = PAGE.read_text(encoding="utf-8")
    new = written(text)
    if asked.check:
        sys.exit(0 if new == text else "docs/evidence/body.md is not current: run scripts/document_body.py")
    write_whole(PAGE, new.encode())


if __name__ == "__main__":
    main()

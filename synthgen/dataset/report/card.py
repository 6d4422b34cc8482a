"""The dataset's card: ``README.md`` for people and catalogues, ``report.html`` with pictures and distributions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synthgen.core.durable import replace_file
from synthgen.core.skeleton import KEYPOINTS, VERTEBRAE
from synthgen.dataset.layout import ANNOTATIONS, committed, failed_shots, read_plan
from synthgen.dataset.report.page import report_html
from synthgen.dataset.report.postures_page import (
    clinical_rows,
    clinical_wording,
    posture_rows,
    posture_wording,
)
from synthgen.dataset.report.statistics import Statistics, count
from synthgen.dataset.report.wording import ClipNote, labels_wording

REGIONS: dict[str, tuple[str, ...]] = {
    "lumbar (L5 to L1)": VERTEBRAE[:5],
    "thoracic (T12 to T1)": VERTEBRAE[5:17],
    "cervical (C7 to C1)": VERTEBRAE[17:],
}

_WARNINGS = 5
"""Warnings of one clip's fit that the card tells."""


def write_card(out: Path, clips: Sequence[ClipNote] = (), title: str | None = None) -> Path:
    """Writes ``README.md`` and ``report.html`` from what is committed; the same dataset gives the same bytes.

    Args:
        out: the dataset.
        clips: sources, licences and fits of the clips, as far as they are known.
        title: the dataset's name; the folder's by default.

    Returns:
        The path of ``README.md``.
    """
    out = Path(out)
    plan = read_plan(out)
    statistics = count(out)
    title = title or out.resolve().name
    text = card_text(title, plan, statistics, clips, len(committed(out)), failed_shots(out))
    replace_file(out / "report.html", report_html(out, title, plan, statistics, clips).encode())
    replace_file(out / "README.md", text.encode())
    return out / "README.md"


def card_text(
    title: str,
    plan: dict[str, Any],
    statistics: Statistics,
    clips: Sequence[ClipNote],
    shards: int,
    failed: Sequence[int],
) -> str:
    """The card as Markdown."""
    planned = plan["shots"] * plan["cameras"]
    sizes = ", ".join(f"{w}×{h}" for w, h in sorted(statistics.sizes))
    missing = (
        f" **Unfinished: {planned - statistics.images} images are missing.**" if statistics.images < planned else ""
    )
    aside = f" Shots set aside: {', '.join(map(str, failed))}." if failed else ""
    parts = [
        f"# {title}\n",
        f"{_many(statistics.images, 'rendered image')} ({sizes}) of people whose spines are annotated vertebra by "
        f"vertebra, with {_many(statistics.annotations, 'annotation')} of "
        f"{_many(len(statistics.characters), 'character')} in {_many(len(statistics.clips), 'motion clip')}."
        f"{missing}{aside}\n",
        "![contact sheet](preview.png)\n",
        "## Labels are model-derived\n",
        labels_wording(statistics) + "\n",
        _residual_table(statistics),
        "## What is in the folder\n",
        _files_table(plan, shards),
        "## Using it\n",
        _usage(),
        "## Keypoints\n",
        _visibility_table(statistics),
        "## Motion\n",
        _clips_table(statistics, clips),
        _clip_warnings(statistics, clips),
        "## Postures and clinical angles\n",
        posture_wording(statistics) + "\n",
        _postures_table(statistics),
        clinical_wording() + "\n",
        _clinical_table(statistics),
        "## Licence\n",
        "The people and places are synthetic: no person is depicted, though a motion may have been captured from one. "
        "Bodies come from Anny (its data are CC0), clothes, textures and rooms from synthgen's own programs. Pictures "
        "and labels may be used as the licences of the motion clips above allow.\n",
        "## How it was made\n",
        f"Seed {plan['seed']}, scene {plan['scene']}; `plan.json` has them with the hashes of every file that "
        "entered. The same scene, seed and versions give the same annotations, byte for byte, on any number "
        "of workers.\n",
        "| what | version |\n|---|---|\n"
        + "".join(f"| {name} | {version} |\n" for name, version in sorted(plan.get("versions", {}).items()))
        + "".join(f"| engine | {name} |\n" for name in sorted(statistics.engines)),
    ]
    return "\n".join(parts)


def _residual_table(statistics: Statistics) -> str:
    half, most = statistics.residual_mm(0.5), statistics.residual_mm(0.95)
    rows = "| region | median, mm | 95 % below, mm |\n|---|---|---|\n"
    for name, levels in REGIONS.items():
        at = [VERTEBRAE.index(v) for v in levels]
        rows += f"| {name} | {half[at].mean():.1f} | {most[at].max():.1f} |\n"
    return rows


def _files_table(plan: dict[str, Any], shards: int) -> str:
    kind, depth = plan["output"]["image"], plan["output"]["depth"]
    rows = [
        (f"`{ANNOTATIONS}`", "COCO keypoints: 37 points per person, and all that is beyond COCO in extra fields"),
        ("`images/`", f"the pictures, {kind}"),
        ("`masks/`", "8-bit PNG: the number of the person at each pixel, 0 for none"),
        ("`depth/`", "16-bit PNG: planar depth in millimetres, 0 where nothing was hit") if depth else None,
        ("`shards/*.parquet`", f"the canonical annotations, {_many(shards, 'shard')}, one row per image"),
        ("`shards/*.json`", "manifests: every file with its size and SHA-256"),
        ("`shots.jsonl`", "every shot as plain data: people, clothes, props, lights, cameras"),
        ("`clips.json`", "every clip, frame by frame: metres over the floor, lean of the trunk in degrees"),
        ("`plan.json`", "what was asked for"),
        ("`report.html`", "distributions"),
    ]
    return "| file | what |\n|---|---|\n" + "".join(f"| {r[0]} | {r[1]} |\n" for r in rows if r)


def _usage() -> str:
    return (
        "```python\n"
        "from pycocotools.coco import COCO\n\n"
        f'coco = COCO("{ANNOTATIONS}")\n'
        "person = coco.loadAnns(coco.getAnnIds())[0]\n"
        'person["keypoints"]                         # 37 × (x, y, visibility), pixels\n'
        'person["keypoints_3d"]                      # 37 × (x, y, z), metres, world (Z up)\n'
        'person["vertebrae"]["body"]["points_3d"]    # 24 vertebral bodies from L5 to C1; also "spinous" and "skin"\n'
        'person["clinical"]["cobb"]                  # degrees, of the labelled spine in this frame\n'
        'person["posture"]                           # null, or the simulated deformity\n'
        'coco.loadCats(1)[0]["sigmas"]               # OKS sigmas of the 37 keypoints\n'
        "```\n\n"
        "Pixels: the image spans [0, width] × [0, height], pixel centres lie at integer + 0.5.\n"
    )


def _visibility_table(statistics: Statistics) -> str:
    rows = "| keypoint | seen | hidden | off the image |\n|---|---|---|---|\n"
    total = max(1, statistics.annotations)
    for name, (off, hidden, seen) in zip(KEYPOINTS, statistics.flags, strict=True):
        rows += f"| {name} | {seen / total:.0%} | {hidden / total:.0%} | {off / total:.0%} |\n"
    return rows


def _clips_table(statistics: Statistics, clips: Sequence[ClipNote]) -> str:
    notes = {note.clip: note for note in clips}
    rows = "| clip | people | frames used | fit RMS, mm | source | licence |\n|---|---|---|---|---|---|\n"
    for clip, people in sorted(statistics.clips.items()):
        note = notes.get(clip)
        fit = f"{note.fit_rms_mm:.1f}" if note and note.fit_rms_mm is not None else "not recorded here"
        source, licence = (note.source, note.licence) if note else ("see the scene file", "see the clip's source")
        rows += f"| {clip} | {people} | {len(statistics.clip_frames[clip])} | {fit} | {source} | {licence} |\n"
    return rows


def _clip_warnings(statistics: Statistics, clips: Sequence[ClipNote]) -> str:
    """The clips of the dataset whose fits carry warnings, with the first of them."""
    warned = [note for note in clips if note.warnings and note.clip in statistics.clips]
    if not warned:
        return ""
    rows = ""
    for note in sorted(warned, key=lambda n: n.clip):
        more = len(note.warnings) - _WARNINGS
        rows += f"- {note.clip}: {'; '.join(note.warnings[:_WARNINGS])}{f'; and {more} more' if more > 0 else ''}\n"
    return f"Spine fits that were accepted with warnings (`synthgen fit` writes a report of each):\n\n{rows}"


def _postures_table(statistics: Statistics) -> str:
    rows = posture_rows(statistics)
    head = "| simulated posture | characters | annotations | drawn from | sources |\n|---|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in rows) if rows else ""


def _clinical_table(statistics: Statistics) -> str:
    head = "| measure | median | 5 to 95 % | annotations | usual in standing adults |\n|---|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in clinical_rows(statistics))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")

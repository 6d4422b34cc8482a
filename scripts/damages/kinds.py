"""The kinds of damage, each with what the command must say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from scripts.damages.acts import (
    cut,
    exchanged,
    file_instead,
    flipped,
    folder_instead,
    gone,
    left_overs,
    many,
    nothing_left,
    other_plan,
    plan_and_shots,
    strange_shard,
    texts_and_picture,
)

Act = Callable[[Path], None]


@dataclass(frozen=True)
class Damage:
    """One kind of damage, for a folder of at least two shards whose last two shots are in the second.

    Attributes:
        name: what is damaged, and how.
        act: does it to an output folder.
        says: what the command must say, as a piece of its text; empty where nothing has to be said.
        staged: the second shard is not committed yet, its shots are staged.
        remedy: what the refusal says is to be done, where the command refuses.
    """

    name: str
    act: Act
    says: str
    staged: bool = False
    remedy: Act | None = None


FINISHED = "images/000001/*"
STAGED = ".partial/*/shot-*"

DAMAGES = (
    Damage("picture-cut-off", partial(cut, FINISHED), "bytes instead of"),
    Damage("picture-empty", partial(cut, FINISHED, share=0), "is empty"),
    Damage("picture-missing", partial(gone, FINISHED), "is missing"),
    Damage("picture-bit", partial(flipped, FINISHED), "does not hold what was written"),
    Damage("picture-folder", partial(folder_instead, FINISHED), "is no file"),
    Damage("mask-missing", partial(gone, "masks/000000/*"), "is missing"),
    Damage("depth-cut-off", partial(cut, "depth/000001/*"), "bytes instead of"),
    Damage("pictures-all-missing", partial(gone, "images"), "is missing"),
    Damage("manifest-cut-off", partial(cut, "shards/000001.json"), "its manifest cannot be read"),
    Damage("manifest-empty", partial(cut, "shards/000000.json", share=0), "its manifest cannot be read"),
    Damage("manifest-missing", partial(gone, "shards/000001.json"), "its manifest is missing"),
    Damage("manifest-list", partial(exchanged, "shards/000000.json", "masks/", "marks/"), "does not list"),
    Damage("manifest-number", partial(exchanged, "shards/000000.json", '"shard": 0', '"shard": 1'), "its shard"),
    Damage("parquet-cut-off", partial(cut, "shards/000001.parquet"), "bytes instead of"),
    Damage("parquet-missing", partial(gone, "shards/000000.parquet"), "is missing"),
    Damage("parquet-bit", partial(flipped, "shards/000001.parquet"), "does not hold what was written"),
    Damage("shards-missing", partial(gone, "shards"), "its manifest is missing"),
    Damage("shots-cut-off", partial(cut, "shards/*.shots.jsonl"), "shots.jsonl has"),
    Damage("shots-missing", partial(gone, "shards/*.shots.jsonl"), "shots.jsonl is missing"),
    Damage("shots-number", partial(exchanged, "shards/000000.shots.jsonl", '"id":1', '"id":7'), "shots.jsonl does not"),
    Damage("shots-folder", partial(folder_instead, "shards/*.shots.jsonl"), "shots.jsonl is no file"),
    Damage("coco-text-cut-off", partial(cut, "shards/*.coco.jsonl"), "coco.jsonl has"),
    Damage("coco-text-missing", partial(gone, "shards/*.coco.jsonl"), "coco.jsonl is missing"),
    Damage("coco-text-bit", partial(flipped, "shards/*.coco.jsonl"), "coco.jsonl does not hold"),
    Damage("coco-text-folder", partial(folder_instead, "shards/*.coco.jsonl"), "coco.jsonl is no file"),
    Damage("texts-and-picture", texts_and_picture, "is made again"),
    Damage("plan-cut-off", partial(cut, "plan.json"), "plan.json cannot be read"),
    Damage("plan-missing", partial(gone, "plan.json"), "plan.json is missing"),
    Damage("plan-number", partial(exchanged, "plan.json", '"shots": ', '"shots": 1'), "is not that of the finished"),
    Damage("plan-version", partial(exchanged, "plan.json", '"version": ', '"version": 1'), "plan.json cannot be read"),
    Damage("plan-and-shots", plan_and_shots, "plan.json cannot be read"),
    Damage("annotations-cut-off", partial(cut, "annotations/*"), ""),
    Damage("annotations-missing", partial(gone, "annotations"), ""),
    Damage("clips-cut-off", partial(cut, "clips.json"), ""),
    Damage("clips-missing", partial(gone, "clips.json"), ""),
    Damage("card-missing", partial(gone, "R*.md"), ""),
    Damage("report-cut-off", partial(cut, "report.html"), ""),
    Damage("preview-cut-off", partial(cut, "preview.png"), ""),
    Damage("many", many, "plan.json cannot be read"),
    Damage(
        "strange-shard", strange_shard, "shards that its plan does not have", remedy=partial(gone, "shards/000099.json")
    ),
    Damage("other-plan", other_plan, "not all of the plan", remedy=nothing_left),
    Damage("staged-cut-off", partial(cut, f"{STAGED}/images*"), "bytes instead of", staged=True),
    Damage("staged-empty", partial(cut, f"{STAGED}/masks*", share=0), "is empty", staged=True),
    Damage("staged-missing", partial(gone, f"{STAGED}/images*"), "is missing", staged=True),
    Damage("staged-bit", partial(flipped, f"{STAGED}/images*"), "does not hold what was written", staged=True),
    Damage("staged-record-cut-off", partial(cut, f"{STAGED}/record*"), "its record", staged=True),
    Damage("staged-record-missing", partial(gone, f"{STAGED}/record*"), "its record is missing", staged=True),
    Damage("staged-record-bit", partial(flipped, f"{STAGED}/record*"), "its record", staged=True),
    Damage("staged-file", partial(file_instead, STAGED), "", staged=True),
    Damage("staged-plan-missing", partial(gone, "plan.json"), "plan.json is missing", staged=True),
    Damage("left-overs", left_overs, "", staged=True),
)

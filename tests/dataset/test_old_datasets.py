"""Datasets of older versions stay sound, and are checked by their own rules."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from synthgen.dataset import table
from synthgen.dataset.coco import export_coco
from synthgen.dataset.coco_text import coco_text
from synthgen.dataset.layout import annotations_path, coco_text_path, committed, parquet_path
from synthgen.dataset.report.statistics import count
from synthgen.dataset.table import RECORDS_VERSION
from synthgen.dataset.versions import records_version, visibility_rule
from tests.dataset.faults import codes, put, rewrite
from tests.dataset.person_faults import hide


def made_old(out: Path, change: Callable[[list[dict[str, Any]]], None] = lambda images: None) -> None:
    """The dataset as rule 2 and records 3 wrote it: no word of sigma's sources; ``change`` plants a fault."""
    plan = json.loads((out / "plan.json").read_text())
    plan["versions"]["visibility rule"] = "2"
    (out / "plan.json").write_text(json.dumps(plan))
    for shard in committed(out):
        images = list(table.read(parquet_path(out, shard)))
        change(images)
        text = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(images, _old(table.schema())), text)
        put(out, parquet_path(out, shard), text.getvalue(), shard)
        put(out, coco_text_path(out, shard), coco_text(parquet_path(out, shard)), shard)
    export_coco(out)


def _old(schema: pa.Schema) -> pa.Schema:
    """The schema without what version 4 brought; what is not in it is not written."""
    people = schema.field("people").type.value_type
    kept = pa.struct([field for field in people if field.name != "sigma_sources"])
    at = schema.get_field_index("people")
    return schema.set(at, pa.field("people", pa.list_(kept))).with_metadata({"synthgen.records": "3"})


def test_an_old_dataset_is_sound_and_can_be_read(dataset: Path) -> None:
    made_old(dataset)
    assert codes(dataset) == set()
    assert json.loads(annotations_path(dataset).read_text())["info"]["records"] == 3
    assert records_version(dataset, RECORDS_VERSION) == 3
    rows = count(dataset).sigmas.rows()
    assert rows and all(sources == () for *_, sources in rows)


def test_an_old_dataset_is_held_to_its_own_rule(dataset: Path) -> None:
    """Rule 2 knew no hair: a point hidden by it was no label of that rule."""
    made_old(dataset, lambda images: hide(_somebody(images), "self:hair"))
    assert "reason" in codes(dataset)


def test_a_new_dataset_may_say_hair(dataset: Path) -> None:
    rewrite(dataset, lambda images: hide(_somebody(images), "self:hair"))
    export_coco(dataset)
    assert codes(dataset) == set()


def _somebody(images: list[dict[str, Any]]) -> dict[str, Any]:
    return next(p for i in images for p in i["people"] if "visible" in p["keypoint_reasons"])


def test_a_plan_that_names_no_rule_is_old() -> None:
    assert visibility_rule({}) == 2
    assert visibility_rule({"versions": {"visibility rule": "3"}}) == 3


def test_new_shards_name_the_records_version(dataset: Path) -> None:
    assert pq.read_schema(parquet_path(dataset, 0)).metadata[b"synthgen.records"] == str(RECORDS_VERSION).encode()

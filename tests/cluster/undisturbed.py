"""A small plan and what ``synthgen render`` makes of it once the shots are known."""

from __future__ import annotations

from pathlib import Path

from scripts.fingerprints import fingerprint
from synthgen.cluster.plan import RunPlan
from synthgen.dataset.clips import write_clips
from synthgen.dataset.coco import export_coco
from synthgen.dataset.pictures import OutputFormat
from synthgen.dataset.report.card import write_card
from synthgen.dataset.report.preview import contact_sheet
from tests.cluster.faulty_renderer import FaultyRenderer, make_plan, render

PLAN = make_plan(shots=4, cameras=1, shard_size=2, output=OutputFormat(depth=True))
"""4 shots in 2 shards, with depth."""


def finish(out: Path, state: Path, plan: RunPlan = PLAN, **options: object):
    """What ``synthgen render`` does once the shots are known."""
    summary = render(out, FaultyRenderer(state), plan, workers=0, **options)
    summary.check()
    export_coco(out)
    contact_sheet(out, images=2, tile=100)
    write_card(out)
    write_clips(out, {})
    return summary


def exported(out: Path) -> dict[str, str]:
    """Every file that counts → its hash, when the COCO file has been exported."""
    export_coco(out)
    return fingerprint(out)

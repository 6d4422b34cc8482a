"""By which rules a dataset was labelled: it is read and checked by its own, whatever today's are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthgen.dataset.layout import committed, parquet_path

UNTOLD_RULE = 2
"""Version of the visibility rule of plans that do not say one."""


def visibility_rule(plan: Mapping[str, Any]) -> int:
    """Version of the visibility rule (``capture/visibility.py``) that a dataset's plan names."""
    told = str(dict(plan.get("versions") or {}).get("visibility rule", ""))
    return int(told) if told.isdecimal() else UNTOLD_RULE


def records_version(out: Path, default: int) -> int:
    """Version of the records in a dataset's Parquet files, of its first shard; ``default`` where there is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    for shard in committed(out)[:1]:
        try:
            told = (pq.read_schema(parquet_path(out, shard)).metadata or {}).get(b"synthgen.records", b"")
        except (OSError, pa.ArrowException):
            return default
        return int(told) if told.isdigit() else default
    return default

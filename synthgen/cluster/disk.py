"""Low disk stops a run with a clear error before the write, not after."""

from __future__ import annotations

from pathlib import Path

from synthgen.cluster.plan import RunPlan
from synthgen.core.errors import InputError, RunError
from synthgen.dataset.layout import committed
from synthgen.dataset.shard import free_bytes
from synthgen.dataset.staging import is_staged

RESERVE = 64 * 2**20
"""Bytes that are always left free."""

_IMAGE_BYTES_PER_PIXEL = {"png": 0.4, "jpg": 0.15}
"""Low guesses, so that only what cannot fit is refused. Measured on the embedded engine's rooms at 640×480: PNG
0.45…0.96, JPEG of quality 95 0.17…0.28."""

_DEPTH_BYTES_PER_PIXEL = 0.2
_RECORD_BYTES = 20_000


class DiskGuard:
    """Watches the room left on the disk of one output folder."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._largest = 0

    def check_start(self, plan: RunPlan, pixels: int) -> None:
        """Refuses a run that cannot fit, judged by the pixels of one shot's pictures, all cameras together.

        Raises:
            InputError: too little room; nothing has been written.
        """
        per_pixel = _IMAGE_BYTES_PER_PIXEL[plan.output.image] + _DEPTH_BYTES_PER_PIXEL * plan.output.depth
        per_shot = pixels * per_pixel + _RECORD_BYTES * plan.cameras
        need = RESERVE + per_shot * self._missing(plan)
        free = free_bytes(self._out)
        if free < need:
            raise InputError(
                "too little room on the disk for this run",
                where=str(self._out),
                expected=f"at least {_size(need)} free",
                got=f"{_size(free)} free",
                remedy="free some room, render fewer or smaller images, or write JPEG",
            )

    def _missing(self, plan: RunPlan) -> int:
        """Shots that are neither committed nor staged; a folder that is not there has none, however long the plan."""
        if not self._out.is_dir():
            return plan.shots
        done = set(committed(self._out))
        return sum(
            not is_staged(self._out, shard, i)
            for shard in range(plan.shards)
            if shard not in done
            for i in plan.shots_of(shard)
        )

    def measured(self, shot_bytes: int) -> None:
        """Learns from a shot that was written."""
        self._largest = max(self._largest, shot_bytes)

    def check(self, workers: int) -> None:
        """Called before a shot is handed out.

        Raises:
            RunError: less is left than the shots in flight may need.
        """
        # A commit writes the shard's Parquet beside the staged records: small against the reserve.
        need = RESERVE + 4 * max(1, workers) * self._largest
        free = free_bytes(self._out)
        if free < need:
            raise RunError(
                f"{self._out}: the disk is nearly full, the run stops before it is\n"
                f"  expected: at least {_size(need)} free\n  got: {_size(free)} free\n"
                "  remedy: free some room and run the same command again; what is done stays done"
            )


def _size(count: float) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"

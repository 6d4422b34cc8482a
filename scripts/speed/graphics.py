"""How busy a graphics card is meanwhile, where ``nvidia-smi`` is there to say it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from types import TracebackType
from typing import Self

import numpy as np

_QUERY = ("--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--loop-ms=500")


class GpuWatch:
    """Samples the first card's utilisation twice a second while the context lasts.

    Attributes:
        share: mean share of the time in which the card did something, from the first moment that it did to the last;
            None where it cannot be known.
    """

    def __init__(self) -> None:
        self.share: float | None = None
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        if tool := shutil.which("nvidia-smi"):
            self._process = subprocess.Popen([tool, "--id=0", *_QUERY], stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self.share = busy_share(self._process.communicate()[0])


def busy_share(lines: str) -> float | None:
    """Percentages, one a line → their mean from the first to the last that is not 0, as a share; None without any."""
    percent: list[float] = []
    for line in lines.splitlines():
        with contextlib.suppress(ValueError):  # "[N/A]"
            percent.append(float(line))
    busy = np.flatnonzero(percent)
    return round(float(np.mean(percent[busy[0] : busy[-1] + 1])) / 100, 3) if len(busy) else None

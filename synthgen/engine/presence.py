"""Whether there may be a graphics device, asked without loading a graphics library."""

from __future__ import annotations

import sys
from pathlib import Path


def may_have_gpu(devices: Path = Path("/dev")) -> bool:
    """Whether asking the graphics drivers can be worth its time: Linux shows its devices as files."""
    if sys.platform != "linux":
        return True
    return any(any(devices.glob(pattern)) for pattern in ("dri/renderD*", "nvidia[0-9]*", "dxg"))

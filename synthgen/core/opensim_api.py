"""The ``opensim`` package, made quiet: the one place that imports it."""

from __future__ import annotations

from typing import Any


def opensim_module() -> Any:
    """The ``opensim`` package with its log silenced: it would write ``opensim.log`` where one stands."""
    import opensim

    opensim.Logger.removeFileSink()
    opensim.Logger.setLevelString("Off")
    return opensim

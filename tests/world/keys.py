"""Assets by their content keys."""

from __future__ import annotations

from collections.abc import Iterable

from synthgen.world.assets import Asset, asset_key


def keyed(assets: Iterable[Asset]) -> dict[str, Asset]:
    """Assets by key."""
    return {asset_key(asset): asset for asset in assets}

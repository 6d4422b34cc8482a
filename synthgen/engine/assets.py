"""What content keys stand for: a manifest beside the engine, and what clients have said since."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from synthgen.core.limits import STAGE
from synthgen.core.plain import PlainModel
from synthgen.world.assets import Asset, read_manifest

Kind = TypeVar("Kind", bound=PlainModel)


class UnknownAsset(Exception):
    """Nobody has said what a key stands for; ``key`` is that key."""

    def __init__(self, key: str, place: str) -> None:
        super().__init__(f"no asset {key[: STAGE.word]!r}: neither in {place} nor given with AddAssets")
        self.key = key


class AssetBook:
    """Keys and what they stand for.

    Args:
        manifest: a manifest, or a folder of them; read again when a key is missing and it has changed since.

    Raises:
        InputError: the manifest cannot be read.
    """

    def __init__(self, manifest: Path | None = None) -> None:
        self._path = manifest
        self._given: OrderedDict[str, Asset] = OrderedDict()
        self._listed: dict[str, Asset] = {}
        self._stamp: tuple[object, ...] | None = None
        self._read_if_changed()

    def add(self, assets: Mapping[str, Asset]) -> None:
        """Keeps what a client says; of too many, those that were wanted least recently are forgotten."""
        for key, asset in assets.items():
            self._given[key] = asset
            self._given.move_to_end(key)
        for key in list(self._given)[: max(len(self._given) - STAGE.assets, 0)]:
            del self._given[key]

    def find(self, key: str, kind: type[Kind]) -> Kind:
        """The asset of a key.

        Raises:
            UnknownAsset: there is none of that kind.
        """
        asset = self._listed.get(key) or self._given.get(key)
        if asset is None and self._read_if_changed():
            asset = self._listed.get(key)
        if not isinstance(asset, kind):
            raise UnknownAsset(key, f"the manifest {self._path}" if self._path else "a manifest (the engine has none)")
        if key in self._given:
            self._given.move_to_end(key)
        return asset

    def _read_if_changed(self) -> bool:
        """Reads the manifest if it has changed since it was read; whether it has."""
        if self._path is None:
            return False
        files = sorted(self._path.glob("*.json")) if self._path.is_dir() else [self._path]
        stamp = tuple((f, s.st_ino, s.st_mtime_ns, s.st_size) for f in files if f.exists() for s in [f.stat()])
        if self._stamp is not None and stamp == self._stamp:
            return False
        self._listed = read_manifest(self._path)
        self._stamp = stamp
        return True

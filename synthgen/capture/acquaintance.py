"""What one life of an engine has been told and has shown, so that neither is done for every shot."""

from __future__ import annotations

from collections.abc import Iterable

from synthgen.core.limits import STAGE


class Acquaintance:
    """Content keys that an engine knows, and those of people whose rest pose it has shown to be ours.

    Args:
        keys: what its manifest says.
        learns: whether it takes further assets (``AddAssets``); one that cannot build them does not.
    """

    def __init__(self, keys: Iterable[str] = (), *, learns: bool = False) -> None:
        self._listed, self.learns = frozenset(keys), learns
        self.forget()

    def forget(self) -> None:
        """Takes nothing for granted any more but the manifest."""
        self._told: dict[str, None] = {}
        self._met: dict[str, None] = {}

    def lacks(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys that have to be said first."""
        return [key for key in keys if key not in self._listed and key not in self._told] if self.learns else []

    def told(self, keys: Iterable[str]) -> None:
        """Notes that keys have been said, or used."""
        for key in keys:
            if key not in self._listed:
                _note(self._told, key)

    def has_met(self, key: str) -> bool:
        """Whether a person's rest pose has been looked at."""
        return key in self._met

    def met(self, key: str) -> None:
        """Notes that it has."""
        _note(self._met, key)


def _note(keys: dict[str, None], key: str) -> None:
    """Puts a key last; of too many the first goes, as in the engine."""
    keys.pop(key, None)
    keys[key] = None
    if len(keys) > STAGE.assets:
        del keys[next(iter(keys))]

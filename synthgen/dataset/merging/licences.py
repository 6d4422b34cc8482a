"""Licences of all sources in one list, each once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synthgen.dataset.merging.source import MergeSource


class Licences:
    """Gathers licences; the number of one is its place in :attr:`records`, from 1."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self._numbers: dict[tuple[str, str], int] = {}

    def numbers(self, source: MergeSource) -> dict[Any, int]:
        """A source's own id of a licence → its number here; None stands for images that name none."""
        if source.wish.licence:
            said = self._number(source.wish.licence, "")
            return {entry.get("id"): said for entry in source.licences} | {None: said}
        numbers = {entry.get("id"): self._of(entry) for entry in source.licences}
        if not source.merged:  # whose images all have one
            single = len(source.licences) == 1
            none = f"unknown: {source.name} names none"
            numbers[None] = self._of(source.licences[0]) if single else self._number(none, "")
        return numbers

    def _of(self, entry: Mapping[str, Any]) -> int:
        return self._number(str(entry.get("name", "")), str(entry.get("url", "")))

    def _number(self, name: str, url: str) -> int:
        if (name, url) not in self._numbers:
            self._numbers[name, url] = len(self.records) + 1
            self.records.append({"id": len(self.records) + 1, "name": name, "url": url})
        return self._numbers[name, url]

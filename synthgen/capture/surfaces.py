"""The surfaces of the bodies that come back from shot to shot."""

from __future__ import annotations

from collections import OrderedDict

from synthgen.capture.surface import BodySurface
from synthgen.characters.rest_body import RestBody


class Surfaces:
    """Makes each body's surface once: it takes some 30 ms, and a cast of hundreds comes back for thousands of shots.

    Args:
        most: bytes that are kept; those used last stay. Nine of Anny's bodies take 4 MB.
    """

    def __init__(self, most: int = 128 * 2**20) -> None:
        self._most = most
        # The body is kept beside its surface, so that no other can come to have its identity.
        self._kept: OrderedDict[int, tuple[RestBody, BodySurface]] = OrderedDict()

    def of(self, body: RestBody) -> BodySurface:
        """The body's surface at rest."""
        if id(body) not in self._kept:
            self._kept[id(body)] = body, BodySurface.of(body)
            self._forget()
        self._kept.move_to_end(id(body))
        return self._kept[id(body)][1]

    def _forget(self) -> None:
        total = sum(surface.nbytes for _, surface in self._kept.values())
        for identity, (_, surface) in list(self._kept.items())[:-1]:
            if total <= self._most:
                break
            del self._kept[identity]
            total -= surface.nbytes

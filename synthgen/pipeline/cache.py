"""Where results are kept between runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CACHE_VARIABLE = "SYNTHGEN_CACHE"


def default_cache() -> Path:
    """``$SYNTHGEN_CACHE``, or the user's cache folder."""
    if folder := os.environ.get(CACHE_VARIABLE):
        return Path(folder)
    import platformdirs

    return platformdirs.user_cache_path("synthgen")


@dataclass(frozen=True)
class Cache:
    """The folders of one cache. Every file in it is named by a hash of what it was made from."""

    root: Path

    @property
    def fits(self) -> Path:
        """Fitted clips (``SpineMotion``)."""
        return self.root / "fits"

    @property
    def motions(self) -> Path:
        """Rig motions."""
        return self.root / "motions"

    @property
    def assets(self) -> Path:
        """Rest bodies and dressed characters; the engine reads and writes here too."""
        return self.root / "assets"

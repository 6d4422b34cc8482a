"""What decides a dataset besides its scene: code, data files and libraries."""

from __future__ import annotations

from functools import lru_cache

from synthgen.core.cache import keys
from synthgen.core.cache.libraries import installed
from synthgen.core.cache.sources import sources_of
from synthgen.core.version import __version__

DECIDING = (
    "synthgen.pipeline.clips",
    "synthgen.pipeline.fits",
    "synthgen.pipeline.company",
    "synthgen.pipeline.renderer",
    "synthgen.scene",
    "synthgen.world.cast",
    "synthgen.world.make",
    "synthgen.capture.capture",
    "synthgen.engine.__main__",
    "synthgen.dataset.clinical",
    "synthgen.dataset.records",
    "synthgen.dataset.shard",
    "synthgen.dataset.table",
)
"""The modules that make shots, labels and pixels; what they lead to decides a dataset too."""


@lru_cache(maxsize=1)
def library_versions() -> dict[str, str]:
    """Package → version, of those that labels or pixels depend on."""
    return {"synthgen": __version__, **installed(sources_of(*DECIDING).imports)}


@lru_cache(maxsize=1)
def code_digest() -> str:
    """16 hex digits over the sources, data files and libraries that decide shots, labels and pixels."""
    return keys.code_digest(*DECIDING)[:16]

"""Where compiled kernels are kept, known without loading numba.

numba keeps what it compiled beside a file's date, but does not see that a function of another file has changed. So
a folder is named by what decides the machine code: the kernels' sources, numba's version and LLVM's.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from synthgen.core.cache.folder import Cache
from synthgen.core.digests import digest

COMPLETE = "complete-"
"""How files are called that say: all kernels are kept for the kind of processor whose digest follows."""


def compiled_folder(cache: Cache, here: Path) -> Path:
    """Where a cache keeps the kernels of the sources in a folder; numba asks for the sources' folder too."""
    sources = [*sorted(here.glob("*.py")), *sorted(Path(__file__).parent.glob("*.py"))]
    return cache.root / "kernels" / digest(version("numba"), version("llvmlite"), str(here), *sources)

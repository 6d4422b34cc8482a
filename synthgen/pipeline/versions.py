"""What decides a dataset besides its scene: code, data files and libraries."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version

from synthgen.core import archive
from synthgen.core.resources import PACKAGE, resource
from synthgen.core.version import __version__

_ROOMS = (
    "scene",
    "motion",
    "biomech",
    "retarget",
    "world",
    "meshes",
    "characters",
    "places",
    "engine",
    "capture",
    "protocol",
)
_SHARED = ("skeleton", "frames", "seeding", "kinematics", "bodymodel", "bodydata")
_LIBRARIES = ("anny", "embreex", "numpy", "opensim", "pyarrow", "pygfx", "scipy", "torch", "trimesh", "wgpu")


def library_versions() -> dict[str, str]:
    """Package → version, of those that labels or pixels depend on."""
    return {"synthgen": __version__, **{name: version(name) for name in _LIBRARIES}}


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Hash of the sources and data files that decide shots, labels and pixels."""
    package = PACKAGE
    files = [package / "core" / f"{name}.py" for name in _SHARED]
    for room in _ROOMS:
        files += sorted(p for p in (package / room).rglob("*") if p.suffix in (".py", ".yaml", ".wgsl"))
    files += [package / "dataset" / name for name in ("records.py", "table.py", "clinical.py")]
    files += [package / "pipeline" / f"{name}.py" for name in ("acceptance", "actors", "fits", "rig_motions")]
    files += sorted(resource("rigs").rglob("*.yaml")) + sorted(resource("opensim_models").glob("*.yaml"))
    return archive.digest(*[str(f.name) for f in files], *files)

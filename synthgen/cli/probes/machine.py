"""The interpreter, the sample clips, the files that are read, and the room on disk."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from synthgen.cli.probes.probe import REINSTALL, Probe
from synthgen.core.cache import CACHE_VARIABLE, default_cache
from synthgen.core.errors import InputError

_OLDEST_PYTHON = (3, 11)
_LEAST_DISK_GB = 1.0
_LITTLE_DISK_GB = 5.0


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Probe:
    """The interpreter's version."""
    text = f"Python {'.'.join(map(str, version))}"
    if version[:2] < _OLDEST_PYTHON:
        return Probe("python", "fail", text, "install Python 3.11 (apt-get install python3.11 python3.11-venv)")
    return Probe("python", "ok", text)


def samples() -> Probe:
    """The motion-captured sample clips."""
    from synthgen.motion import available

    names = available()
    if not names["deepmimic"]:
        finding = "not installed; scenes with deepmimic: clips cannot be rendered"
        return Probe("captured clips", "warn", finding, "pip install -c constraints.txt '.[samples]'")
    return Probe("captured clips", "ok", f"{len(names['deepmimic'])} DeepMimic, {len(names['builtin'])} built in")


def motion_files() -> Probe:
    """The kinds of motion files that are read, and libraries that reading them lacks."""
    from synthgen.motion.registry import kinds, readers

    try:
        lacking = {r.name: r.module for r in readers() if r.module and find_spec(r.module) is None}
    except InputError as error:  # a reader that an installed package offers
        return Probe("motion files", "fail", f"{error.where}: {error.what}", error.remedy)
    if lacking:
        finding = "; ".join(f"{name} files cannot be read without {library}" for name, library in lacking.items())
        return Probe("motion files", "warn", finding, REINSTALL)
    return Probe("motion files", "ok", kinds())


def disk(folder: Path) -> Probe:
    """Free disk space where pictures will go: about 0.5 MB per image of 640 × 480."""
    there = next(p for p in (folder.resolve(), *folder.resolve().parents) if p.exists())
    free = shutil.disk_usage(there).free / 1e9
    if free < _LEAST_DISK_GB:
        return Probe("disk", "fail", f"{free:.1f} GB free at {there}", "free some space, or write elsewhere with --out")
    if free < _LITTLE_DISK_GB:
        return Probe("disk", "warn", f"{free:.1f} GB free at {there}", "large datasets need more: write elsewhere")
    return Probe("disk", "ok", f"{free:.0f} GB free at {there}")


def cache(folder: Path | None = None) -> Probe:
    """The folder of fits, bodies and motions (``$SYNTHGEN_CACHE``) can be written."""
    folder = folder or default_cache()
    mend = f"free some room there, or name another folder: {CACHE_VARIABLE}=FOLDER; 'synthgen cache prune' makes room"
    there = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)) or os.statvfs(there).f_flag & os.ST_RDONLY:
        return Probe("cache", "fail", f"{folder} cannot be written", mend)
    free = shutil.disk_usage(there).free / 1e9
    if free < _LEAST_DISK_GB / 2:
        return Probe("cache", "fail", f"{free:.1f} GB free at {folder}", mend)
    return Probe("cache", "ok", f"{folder}, {free:.0f} GB free")

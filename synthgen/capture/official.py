"""The official client package, also where OpenCV's library cannot be loaded.

``unrealcv`` imports ``cv2`` at its top, for functions of its own that show and encode pictures and that nothing here
calls. The build of OpenCV that it requires has windows and wants ``libGL.so.1``, a system package that machines without
a screen often lack. There the client is loaded with a stand-in, which says so to whoever uses it after all.

It also imports ``docker``, to start Unreal in containers, which nothing here does either; with its HTTP libraries that
takes half of the package's start, in every worker process. A stand-in always takes its place.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_OPENCV, _DOCKER = "cv2", "docker"


class _Missing(ModuleType):
    """Stands for a library that is installed and cannot be loaded."""

    def __init__(self, name: str, why: ImportError) -> None:
        super().__init__(name)
        self._why = why

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(f"{self.__name__}.{name} cannot be had: {self._why}") from self._why


def official_package() -> ModuleType:
    """``unrealcv``, imported.

    Raises:
        ModuleNotFoundError: it or OpenCV is not installed.
    """
    stand_in, path = None, list(sys.path)
    try:
        import cv2  # noqa: F401
    except ModuleNotFoundError:
        raise
    except ImportError as error:
        # Its loader leaves its own folder first on the path when it fails: its typing would be taken for Python's.
        sys.path[:] = path
        stand_in = sys.modules[_OPENCV] = _Missing(_OPENCV, error)
    docker = sys.modules.get(_DOCKER)
    if docker is None:
        sys.modules[_DOCKER] = _Missing(_DOCKER, ImportError("synthgen starts no containers"))
    try:
        import unrealcv
    finally:
        if docker is None:
            sys.modules.pop(_DOCKER, None)
        if stand_in is not None:  # who imports it next learns the true reason
            sys.modules.pop(_OPENCV, None)
    package: ModuleType = unrealcv
    return package

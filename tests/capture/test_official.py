"""The client loads on a machine that has no libGL, which OpenCV with its windows wants."""

from __future__ import annotations

import subprocess
import sys

BLOCK = """
import importlib.abc, sys

class NoGraphics(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "cv2":
            sys.path.insert(0, "/left/behind")  # as its loader does
            raise ImportError("libGL.so.1: cannot open shared object file")

sys.meta_path.insert(0, NoGraphics())
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", BLOCK + code], capture_output=True, text=True, timeout=120)


def test_client_and_engine_load_without_the_library() -> None:
    modules = "sys, synthgen.capture.client, synthgen.engine.server, synthgen.pipeline"
    done = run(f"import {modules}; print('/left/behind' in sys.path)")
    assert done.stdout == "False\n", done.stderr


def test_the_stand_in_is_gone_afterwards_and_tells_why_it_is_one() -> None:
    done = run(
        "import synthgen.capture.client, unrealcv, sys\n"
        "assert 'cv2' not in sys.modules\n"
        "try: unrealcv.api.cv2.imshow\n"
        "except ImportError as error: print(error)\n"
        "import cv2\n"
    )
    assert done.stdout == "cv2.imshow cannot be had: libGL.so.1: cannot open shared object file\n", done.stderr
    assert done.returncode != 0 and "libGL.so.1" in done.stderr.splitlines()[-1]


def test_what_starts_containers_is_not_loaded_and_can_be_had_all_the_same() -> None:
    code = (
        "import sys, synthgen.capture.client, unrealcv.launcher\n"
        "print('docker' in sys.modules, 'requests' in sys.modules)\n"
        "try: unrealcv.launcher.docker.from_env\n"
        "except ImportError as error: print(error)\n"
        "import docker\n"
        "print(callable(docker.from_env))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    told = "docker.from_env cannot be had: synthgen starts no containers"
    assert done.stdout == f"False False\n{told}\nTrue\n", done.stderr

"""Draws exported shots with pyrender: no shadows, no ambient occlusion, no masks. Runs where pyrender is installed.

    PYOPENGL_PLATFORM=egl python -m scripts.speed.draw_pyrender FOLDER

Prints one JSON object per shot: processor and wall-clock seconds of the drawing (upload of meshes and textures
included), those of building the scene before it, and writes ``000-pyrender.png`` beside the shot's files.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyrender
from OpenGL.GL import GL_RENDERER, glGetString
from PIL import Image

from scripts.speed.exported import ExportedMesh, ExportedShot, read_exported


def main() -> None:
    """Draws shot after shot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what the exporter wrote")
    options = parser.parse_args()
    renderer: Any = None
    for shot in read_exported(options.folder):
        size = shot.camera["width"], shot.camera["height"]
        renderer = renderer or pyrender.OffscreenRenderer(*size)
        spent: dict[str, float] = {}
        with _timed(spent, "build"):
            scene = _scene(shot)
        with _timed(spent, "draw"):
            colour, _ = renderer.render(scene)
        Image.fromarray(colour).save(options.folder / f"{shot.name}-pyrender.png")
        device = glGetString(GL_RENDERER).decode()
        print(json.dumps({"shot": shot.name, "version": f"pyrender, {device}", **spent}), flush=True)


@contextmanager
def _timed(spent: dict[str, float], name: str) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    spent[f"{name}_cpu_s"] = round(time.process_time() - cpu, 3)
    spent[f"{name}_s"] = round(time.perf_counter() - wall, 3)


def _scene(shot: ExportedShot) -> Any:
    scene = pyrender.Scene(bg_color=(*shot.ambient, 1.0), ambient_light=shot.ambient)
    for mesh in shot.meshes:
        scene.add(pyrender.Mesh([_primitive(mesh)]))
    width, height = shot.camera["width"], shot.camera["height"]
    vertical = 2 * np.arctan(np.tan(shot.camera["hfov"] / 2) * height / width)
    camera = pyrender.PerspectiveCamera(vertical, znear=0.05, zfar=200.0, aspectRatio=width / height)
    scene.add(camera, pose=np.array(shot.camera["to_world"]))
    for row in shot.lights:
        makers = {"sun": pyrender.DirectionalLight, "point": pyrender.PointLight, "spot": pyrender.PointLight}
        scene.add(makers[row["kind"]](color=row["colour"], intensity=row["intensity"]), pose=_aimed(row))
    return scene


def _primitive(mesh: ExportedMesh) -> Any:
    texture = None
    if mesh.texture is not None:
        texture = pyrender.Texture(source=np.ascontiguousarray(mesh.texture), source_channels="RGB")
    material = pyrender.MetallicRoughnessMaterial(
        baseColorFactor=(*mesh.colour, 1.0),
        baseColorTexture=texture,
        emissiveFactor=mesh.emissive,
        metallicFactor=mesh.metallic,
        roughnessFactor=mesh.roughness,
    )
    uvs = None if mesh.uvs is None else mesh.uvs * (1, -1) + (0, 1)  # pyrender has row 0 at v = 1
    return pyrender.Primitive(
        positions=mesh.vertices, normals=mesh.normals, indices=mesh.faces, texcoord_0=uvs, material=material
    )


def _aimed(row: dict[str, Any]) -> np.ndarray:
    """(4, 4) place of a light that shines along its own −z."""
    back = np.subtract(row["position"], row["target"]).astype(float)
    back /= max(np.linalg.norm(back), 1e-9)
    side = np.cross((0.0, 0.0, 1.0) if abs(back[2]) < 0.99 else (1.0, 0.0, 0.0), back)
    side /= np.linalg.norm(side)
    pose = np.eye(4)
    pose[:3] = np.stack([side, np.cross(back, side), back, row["position"]], 1)
    return pose


if __name__ == "__main__":
    main()

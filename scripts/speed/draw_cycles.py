"""Draws exported shots with Blender's Cycles on the CPU: 16 samples, denoised. Runs where ``bpy`` is installed.

    python -m scripts.speed.draw_cycles FOLDER [--samples 16] [--threads 2]

Prints one JSON object per shot: processor and wall-clock seconds of the drawing alone (Blender's own scene
update, acceleration structure, rays and denoiser), those of building the scene before it, and writes
``000-cycles.png`` beside the shot's files.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

from scripts.speed.exported import ExportedMesh, ExportedShot, read_exported


def main() -> None:
    """Draws shot after shot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what the exporter wrote")
    parser.add_argument("--samples", type=int, default=16, help="paths per pixel")
    parser.add_argument("--threads", type=int, default=2, help="threads of the renderer")
    options = parser.parse_args()
    for shot in read_exported(options.folder.resolve()):
        spent: dict[str, float] = {}
        with _timed(spent, "build"):
            _build(shot)
            _settings(shot, options.samples, options.threads)
            bpy.context.scene.render.filepath = str(options.folder.resolve() / f"{shot.name}-cycles.png")
        with _timed(spent, "draw"):
            bpy.ops.render.render(write_still=True)
        print(json.dumps({"shot": shot.name, "version": f"Blender {bpy.app.version_string}", **spent}), flush=True)


@contextmanager
def _timed(spent: dict[str, float], name: str) -> Iterator[None]:
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    spent[f"{name}_cpu_s"] = round(time.process_time() - cpu, 3)
    spent[f"{name}_s"] = round(time.perf_counter() - wall, 3)


def _settings(shot: ExportedShot, samples: int, threads: int) -> None:
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.device = "CPU"
    scene.cycles.samples = samples
    scene.cycles.use_denoising = True
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.resolution_x, scene.render.resolution_y = shot.camera["width"], shot.camera["height"]
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.view_settings.view_transform = "Standard"


def _build(shot: ExportedShot) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    images: dict[int, Any] = {}
    for number, mesh in enumerate(shot.meshes):
        scene.collection.objects.link(_object(f"mesh_{number}", mesh, images))
    for number, light in enumerate(shot.lights):
        scene.collection.objects.link(_light(f"light_{number}", light))
    world = bpy.data.worlds.new("world")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (*shot.ambient, 1.0)
    scene.world = world
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.sensor_fit, camera.data.angle = "HORIZONTAL", shot.camera["hfov"]
    camera.matrix_world = Matrix(shot.camera["to_world"])
    scene.collection.objects.link(camera)
    scene.camera = camera


def _object(name: str, mesh: ExportedMesh, images: dict[int, Any]) -> Any:
    data = bpy.data.meshes.new(name)
    data.from_pydata(mesh.vertices, [], mesh.faces)
    data.normals_split_custom_set_from_vertices(mesh.normals)
    if mesh.uvs is not None:
        corners = mesh.uvs[mesh.faces.ravel()]
        data.uv_layers.new(name="uv").data.foreach_set("uv", np.ascontiguousarray(corners, np.float32).ravel())
    data.materials.append(_material(name, mesh, images))
    thing = bpy.data.objects.new(name, data)
    thing.visible_shadow = thing.visible_diffuse = mesh.occludes
    return thing


def _material(name: str, mesh: ExportedMesh, images: dict[int, Any]) -> Any:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    tree = material.node_tree
    surface = tree.nodes["Principled BSDF"]
    surface.inputs["Roughness"].default_value = mesh.roughness
    surface.inputs["Metallic"].default_value = mesh.metallic
    surface.inputs["Base Color"].default_value = (*mesh.colour, 1.0)
    surface.inputs["Emission Color"].default_value = (*mesh.emissive, 1.0)
    surface.inputs["Emission Strength"].default_value = 1.0 if any(mesh.emissive) else 0.0
    if mesh.texture is not None:
        picture = tree.nodes.new("ShaderNodeTexImage")
        picture.image = images.get(id(mesh.texture)) or images.setdefault(id(mesh.texture), _image(name, mesh.texture))
        product = tree.nodes.new("ShaderNodeMix")
        product.data_type, product.blend_type = "RGBA", "MULTIPLY"
        product.inputs["Factor"].default_value = 1.0
        product.inputs["B"].default_value = (*mesh.colour, 1.0)
        tree.links.new(picture.outputs["Color"], product.inputs["A"])
        tree.links.new(product.outputs["Result"], surface.inputs["Base Color"])
    return material


def _image(name: str, texture: np.ndarray) -> Any:
    """Row 0 of ours is at v = 0, and so is Blender's."""
    height, width = texture.shape[:2]
    image = bpy.data.images.new(name, width, height)
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = texture / np.float32(255)
    image.pixels.foreach_set(pixels.ravel())
    image.update()
    return image


def _light(name: str, row: dict[str, Any]) -> Any:
    """Ours of π on a white surface (at 1 m) is as bright as white; a lamp of P watts gives P / 4π per steradian."""
    kind = row["kind"].upper()
    data = bpy.data.lights.new(name, kind)
    data.energy = row["intensity"] * (1.0 if kind == "SUN" else 4.0 * math.pi)
    data.color = row["colour"]
    data.use_shadow = row["shadow"]
    light = bpy.data.objects.new(name, data)
    aim = Vector(row["target"]) - Vector(row["position"])
    light.location = row["position"]
    light.rotation_euler = aim.to_track_quat("-Z", "Y").to_euler()
    return light


if __name__ == "__main__":
    main()

"""Shots of ours as files for other renderers: the same bodies, poses, props, rooms, lights and cameras."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scripts.speed.exported import ExportedMesh, ExportedShot, write_exported
from scripts.speed.scenes import Ready
from synthgen.characters.wardrobe import dressed
from synthgen.core.frames import Camera, invert, transform, yaw_matrix
from synthgen.engine.skinning import LinearBlendSkin
from synthgen.meshes.joining import joined
from synthgen.meshes.mesh import MeshPart
from synthgen.meshes.normals import normal_operator, normals
from synthgen.places.props import build_prop
from synthgen.places.rooms import build_room
from synthgen.places.sky import build_sky
from synthgen.world.framing import camera_of
from synthgen.world.shot import PersonSpec, Shot

_CREASE = np.radians(40)


def export_shots(scene: Ready, folder: Path) -> int:
    """Writes the first camera's picture of every shot; how many."""
    for shot in scene.shots:
        write_exported(exported_shot(scene, shot), folder)
    return len(scene.shots)


def exported_shot(scene: Ready, shot: Shot) -> ExportedShot:
    """What the first camera of a shot sees."""
    meshes = _placed(build_room(shot.room), np.eye(4), occludes=False)
    for prop in shot.props:
        meshes += _placed(build_prop(prop), transform(yaw_matrix(prop.yaw), np.array(prop.position)))
    for person in shot.people:
        meshes += _person(scene, person)
    light = np.asarray(build_sky(shot.sky), float)[..., :3].mean((0, 1, 2)) / 255
    return ExportedShot(
        name=f"{shot.id:03d}",
        meshes=meshes,
        camera=_camera(camera_of(shot.cameras[0])),
        lights=[row.model_dump(mode="json") for row in shot.lights],
        ambient=_triple(shot.sky.intensity * linear(light)),
    )


def linear(srgb: Sequence[float] | np.ndarray) -> np.ndarray:
    """sRGB 0…1 → linear light (IEC 61966-2-1)."""
    code = np.asarray(srgb, float)
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def _person(scene: Ready, person: PersonSpec) -> list[ExportedMesh]:
    """A dressed person in the pose and place of the shot."""
    asset = dressed(person.body, person.outfit, scene.script.cache)
    bones = scene.pose(person)
    bones[:, :2, 3] -= person.pivot
    matrix = transform(yaw_matrix(person.yaw), np.array([*person.position, 0.0]))
    carriers = asset.carriers(bones, np.array([0.0, 0.0, -1.0]))
    out = []
    for part in joined(asset.parts):
        if part.skin_weights is None or part.skin_indices is None:
            out += _placed([part], matrix)
            continue
        skin = LinearBlendSkin(
            np.asarray(part.vertices, float), part.faces, part.skin_indices, part.skin_weights, asset.carriers_at_rest()
        )
        out.append(_mesh(part, *skin.posed(carriers), matrix))
    return out


def _placed(parts: Sequence[MeshPart], matrix: np.ndarray, occludes: bool = True) -> list[ExportedMesh]:
    """Rigid parts in the world."""
    out = []
    for part in joined(parts):
        vertices, faces = np.asarray(part.vertices, float), np.asarray(part.faces)
        unit = normals(normal_operator(vertices, faces, _CREASE), vertices, faces)
        out.append(_mesh(part, vertices, unit, matrix, occludes))
    return out


def _mesh(
    part: MeshPart, vertices: np.ndarray, unit: np.ndarray, matrix: np.ndarray, occludes: bool = True
) -> ExportedMesh:
    turn, move = matrix[:3, :3], matrix[:3, 3]
    painted = part.uvs is not None and part.material.texture is not None
    return ExportedMesh(
        vertices=np.asarray(vertices @ turn.T + move, np.float32),
        normals=np.asarray(unit @ turn.T, np.float32),
        faces=np.asarray(part.faces, np.int32),
        uvs=np.asarray(part.uvs, np.float32) if painted else None,
        texture=part.material.texture if painted else None,
        colour=_triple(linear(part.material.colour)),
        emissive=_triple(linear(part.material.emissive)),
        roughness=float(part.material.roughness),
        metallic=float(part.material.metallic),
        occludes=occludes,
    )


def _triple(values: np.ndarray) -> tuple[float, float, float]:
    r, g, b = map(float, values)
    return r, g, b


def _camera(camera: Camera) -> dict[str, object]:
    """A camera as OpenGL has it: y up, z back."""
    to_world = invert(camera.extrinsics) @ np.diag([1.0, -1.0, -1.0, 1.0])
    return {"to_world": to_world.tolist(), "hfov": camera.hfov, "width": camera.width, "height": camera.height}

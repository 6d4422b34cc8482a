"""Every change of coordinate frame and unit, and nothing else.

World and character frame: right-handed, X forward (for a person), Y left, Z up, metres.
OpenSim: right-handed, X forward, Y up, Z right, metres.
Unreal: left-handed, X forward, Y right, Z up, centimetres; rotations as pitch, yaw, roll in degrees.
Camera: OpenCV, x right, y down, z forward, metres.
Pixels: u right, v down, the image spans [0, W] × [0, H], so **pixel centres lie at integer + 0.5** and the
principal point is (W/2, H/2). This is UnrealCV's projection formula and pycocotools' mask geometry.

Rotations between rooms are (…, 3, 3) matrices or unit quaternions (x, y, z, w) as in SciPy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.core.lens import distorted, undistorted

OPENSIM_TO_WORLD = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""(3, 3) rotation: world = OPENSIM_TO_WORLD @ opensim."""

_MIRROR = np.diag([1.0, -1.0, 1.0])


def opensim_to_world(points: np.ndarray) -> np.ndarray:
    """(…, 3) points or directions, OpenSim → world."""
    out: np.ndarray = np.asarray(points) @ OPENSIM_TO_WORLD.T
    return out


def world_to_opensim(points: np.ndarray) -> np.ndarray:
    """(…, 3) points or directions, world → OpenSim."""
    out: np.ndarray = np.asarray(points) @ OPENSIM_TO_WORLD
    return out


def opensim_rotation_to_world(rotation: np.ndarray) -> np.ndarray:
    """(…, 3, 3) orientations of bodies whose own axes follow OpenSim's convention → world's convention."""
    out: np.ndarray = OPENSIM_TO_WORLD @ np.asarray(rotation) @ OPENSIM_TO_WORLD.T
    return out


def world_to_unreal(points: np.ndarray) -> np.ndarray:
    """(…, 3) metres, world → centimetres, Unreal (Y mirrored)."""
    return np.asarray(points, float) * (100.0, -100.0, 100.0)


def unreal_to_world(points: np.ndarray) -> np.ndarray:
    """(…, 3) centimetres, Unreal → metres, world."""
    return np.asarray(points, float) * (0.01, -0.01, 0.01)


def world_rotation_to_unreal(rotation: np.ndarray) -> np.ndarray:
    """(…, 3, 3) rotation in the world frame → the same rotation as a matrix on Unreal's vectors.

    Its own inverse: mirroring Y on both sides.
    """
    out: np.ndarray = _MIRROR @ np.asarray(rotation) @ _MIRROR
    return out


unreal_rotation_to_world = world_rotation_to_unreal


def rotator_to_unreal_rotation(pitch_yaw_roll: np.ndarray) -> np.ndarray:
    """Unreal rotator in degrees, (…, 3) → (…, 3, 3) matrix whose columns are forward, right and up.

    Formula: UnrealCV / Unreal FRotationMatrix (rows there are columns here).
    """
    p, y, r = np.moveaxis(np.radians(np.asarray(pitch_yaw_roll, float)), -1, 0)
    sp, cp, sy, cy, sr, cr = np.sin(p), np.cos(p), np.sin(y), np.cos(y), np.sin(r), np.cos(r)
    forward = np.stack([cp * cy, cp * sy, sp], -1)
    right = np.stack([sr * sp * cy - cr * sy, sr * sp * sy + cr * cy, -sr * cp], -1)
    up = np.stack([-(cr * sp * cy + sr * sy), cy * sr - cr * sp * sy, cr * cp], -1)
    return np.stack([forward, right, up], -1)


def unreal_rotation_to_rotator(rotation: np.ndarray) -> np.ndarray:
    """(…, 3, 3) matrix with columns forward, right, up → (…, 3) pitch, yaw, roll in degrees.

    At the poles (|pitch| = 90°) roll is set to zero.
    """
    m = np.asarray(rotation, float)
    pitch = np.arctan2(m[..., 2, 0], np.hypot(m[..., 0, 0], m[..., 1, 0]))
    pole = np.hypot(m[..., 0, 0], m[..., 1, 0]) < 1e-9
    yaw = np.where(pole, np.arctan2(-m[..., 0, 1], m[..., 1, 1]), np.arctan2(m[..., 1, 0], m[..., 0, 0]))
    roll = np.where(pole, 0.0, np.arctan2(-m[..., 2, 1], m[..., 2, 2]))
    out: np.ndarray = np.degrees(np.stack([pitch, yaw, roll], -1))
    return out


def transform(rotation: np.ndarray, translation: np.ndarray) -> np.ndarray:
    """(…, 3, 3) and (…, 3) → (…, 4, 4) homogeneous transform."""
    rotation, translation = np.asarray(rotation, float), np.asarray(translation, float)
    shape = np.broadcast_shapes(rotation.shape[:-2], translation.shape[:-1])
    out = np.zeros((*shape, 4, 4))
    out[..., :3, :3], out[..., :3, 3], out[..., 3, 3] = rotation, translation, 1.0
    return out


def invert(transforms: np.ndarray) -> np.ndarray:
    """Inverse of rigid (…, 4, 4) transforms."""
    rotation = np.swapaxes(transforms[..., :3, :3], -1, -2)
    return transform(rotation, -(rotation @ transforms[..., :3, 3, None])[..., 0])


def apply(transforms: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(…, 4, 4) on (…, 3) points, broadcast over the leading axes."""
    out: np.ndarray = (transforms[..., :3, :3] @ np.asarray(points)[..., None])[..., 0] + transforms[..., :3, 3]
    return out


def yaw_matrix(yaw: float) -> np.ndarray:
    """(3, 3) rotation about the world's Z axis by ``yaw`` radians (positive turns left)."""
    out: np.ndarray = Rotation.from_euler("z", yaw).as_matrix()
    return out


@dataclass(frozen=True)
class Camera:
    """A camera: a pinhole, behind a lens where it has one.

    Attributes:
        rotation: (3, 3), world → camera (OpenCV axes); rows are right, down and forward in the world.
        centre: (3,) metres, world.
        focal: focal length in pixels, the same in x and y.
        width, height: pixels.
        distortion: the lens' (k1, k2, p1, p2, k3) as OpenCV has them (``core/lens.py``); empty for a pinhole.
    """

    rotation: np.ndarray
    centre: np.ndarray
    focal: float
    width: int
    height: int
    distortion: tuple[float, ...] = ()

    @property
    def intrinsics(self) -> np.ndarray:
        """(3, 3) camera matrix K; the principal point is the image's middle."""
        return np.array([[self.focal, 0, self.width / 2], [0, self.focal, self.height / 2], [0, 0, 1.0]])

    @property
    def extrinsics(self) -> np.ndarray:
        """(4, 4) world → camera."""
        return transform(self.rotation, -self.rotation @ self.centre)

    @property
    def hfov(self) -> float:
        """Horizontal field of view in radians, without the lens."""
        return float(2 * np.arctan(self.width / 2 / self.focal))

    def to_camera(self, points: np.ndarray) -> np.ndarray:
        """(…, 3) world, metres → (…, 3) camera, metres."""
        out: np.ndarray = (np.asarray(points, float) - self.centre) @ self.rotation.T
        return out

    def project(self, points: np.ndarray) -> np.ndarray:
        """(…, 3) world, metres → (…, 3): u and v in pixels, depth along the view axis in metres.

        Points at or behind the camera's plane, and those that no lens shows, get NaN pixels.
        """
        cam = self.to_camera(points)
        z = cam[..., 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            xy = np.where(z[..., None] > 1e-6, cam[..., :2] / z[..., None], np.nan)
        if self.distortion:
            xy = distorted(xy, self.distortion)
        return np.concatenate([self.focal * xy + (self.width / 2, self.height / 2), z[..., None]], -1)

    def normalised(self, uv: np.ndarray) -> np.ndarray:
        """(…, 2) pixels → (…, 2) X/Z and Y/Z of the rays through them, in the camera's frame."""
        xy = (np.asarray(uv, float) - (self.width / 2, self.height / 2)) / self.focal
        return undistorted(xy, self.distortion) if self.distortion else xy

    def unproject(self, uv: np.ndarray, depth: np.ndarray) -> np.ndarray:
        """(…, 2) pixels and (…) planar depth in metres → (…, 3) world, metres."""
        depth = np.asarray(depth, float)
        xy = self.normalised(uv) * depth[..., None]
        out: np.ndarray = np.concatenate([xy, depth[..., None]], -1) @ self.rotation + self.centre
        return out


def look_at(centre: np.ndarray, target: np.ndarray, hfov: float, width: int, height: int, roll: float = 0.0) -> Camera:
    """A camera at ``centre`` (world, metres) that looks at ``target``, level when ``roll`` (radians) is 0.

    ``hfov`` is horizontal, in radians. A positive roll tilts the camera clockwise as seen from behind it.
    """
    centre, target = np.asarray(centre, float), np.asarray(target, float)
    forward = target - centre
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    if np.linalg.norm(right) < 1e-9:
        right = np.array([0.0, -1.0, 0.0])
    right /= np.linalg.norm(right)
    down = np.cross(forward, right)
    c, s = np.cos(roll), np.sin(roll)
    rows = np.stack([c * right + s * down, c * down - s * right, forward])
    return Camera(rows, centre, width / 2 / np.tan(hfov / 2), width, height)


def camera_to_unreal(camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Location in cm and rotator (pitch, yaw, roll in degrees) of a camera, as UnrealCV takes them."""
    right, down, forward = camera.rotation
    columns = np.stack([forward, right, -down], -1) * np.array([[1.0], [-1.0], [1.0]])
    return world_to_unreal(camera.centre), unreal_rotation_to_rotator(columns)


def camera_from_unreal(
    location: np.ndarray, rotator: np.ndarray, hfov_degrees: float, width: int, height: int
) -> Camera:
    """The camera that an UnrealCV server describes: cm, degrees, horizontal field of view in degrees."""
    forward, right, up = rotator_to_unreal_rotation(rotator).T * np.array(
        [1.0, -1.0, 1.0]
    )  # rows, mirrored into the world
    rows = np.stack([right, -up, forward])
    focal = width / 2 / np.tan(np.radians(hfov_degrees) / 2)
    return Camera(rows, unreal_to_world(location), float(focal), width, height)

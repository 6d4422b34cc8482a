"""What a picture is drawn into: render targets of one size, and a camera with exactly a pinhole's projection."""

from __future__ import annotations

import numpy as np
import pygfx as gfx
import wgpu
from pygfx.renderers.wgpu import get_shared

from synthgen.core.frames import Camera
from synthgen.engine.gpu.passes import OcclusionPass, TonePass
from synthgen.engine.gpu.sampling import at_centres, fine_camera, fine_size, resolved

NEAR, FAR = 0.1, 200.0
"""Metres. With float32 depth the quantum at 10 m is 0.06 mm."""

FINE_PIXELS = 2**24 + 2**14
"""Fine pixels up to which pictures are drawn finer (2048 × 2048 are); each takes some 40 bytes."""

_CV_TO_GL = np.diag([1.0, -1.0, -1.0, 1.0])


class PinholeCamera(gfx.Camera):
    """A pygfx camera with exactly the projection of a :class:`synthgen.core.frames.Camera`."""

    def __init__(self, camera: Camera) -> None:
        super().__init__()
        self._pinhole = camera
        self.local.matrix = np.linalg.inv(_CV_TO_GL @ camera.extrinsics)

    def _update_projection_matrix(self) -> np.ndarray:
        c = self._pinhole
        out = np.zeros((4, 4))
        out[0, 0], out[1, 1] = 2 * c.focal / c.width, 2 * c.focal / c.height
        out[2, 2], out[2, 3] = FAR / (NEAR - FAR), NEAR * FAR / (NEAR - FAR)
        out[3, 2] = -1.0
        return out


class Target:
    """Render targets for pictures of one size, drawn finer unless that is too much for the device or its memory."""

    def __init__(self, width: int, height: int) -> None:
        fine = fine_size(width, height)
        longest = get_shared().device.limits["max-texture-dimension-2d"]
        self.fine = max(fine) <= longest and fine[0] * fine[1] <= FINE_PIXELS
        if self.fine:
            width, height = fine
        self.pixels = width * height
        self.texture = gfx.Texture(
            dim=2,
            size=(width, height, 1),
            format="rgba8unorm",
            colorspace="physical",
            usage=wgpu.TextureUsage.COPY_SRC,
        )
        self.renderer = gfx.WgpuRenderer(self.texture, pixel_scale=1, ppaa="none" if self.fine else "ddaa")
        for name in ("color", "altcolor"):
            # Light must not be clipped before the tone curve has seen it.
            self.renderer._blender.texture_info[name]["format"] = "rgba16float"
        self.occlusion, self.tone = OcclusionPass(NEAR, FAR), TonePass()
        self.renderer.effect_passes = (self.occlusion, self.tone, *self.renderer.effect_passes)

    def draw(self, scene: gfx.Scene, camera: Camera) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draws a picture: (H, W, 3) uint8 sRGB, (H, W) planar depth in metres and (H, W) pygfx ids."""
        drawn = fine_camera(camera) if self.fine else camera
        self.occlusion.set_camera(drawn)
        self.renderer.render(scene, PinholeCamera(drawn))
        colour, raw = self._read("output", np.uint8, 4)[..., :3], self._read("depth", np.float32, 1)
        pick = self._read("pick", np.uint16, 4)
        if self.fine:
            colour, raw, pick = resolved(colour), at_centres(raw), at_centres(pick)
        raw = raw.astype(float)
        with np.errstate(divide="ignore"):
            depth = np.where(raw < 1, NEAR * FAR / (FAR - raw * (FAR - NEAR)), np.inf).astype(np.float32)
        return colour, depth, pick[..., 0].astype(np.int32) | (pick[..., 1].astype(np.int32) & 0xF) << 16

    def _read(self, name: str, dtype: np.dtype | type, channels: int) -> np.ndarray:
        """Reads a texture of the last render: (H, W) or (H, W, channels)."""
        texture = self.texture._wgpu_object if name == "output" else self.renderer._blender.get_texture(name)
        width, height, _ = texture.size
        data = self.renderer.device.queue.read_texture(
            {"texture": texture, "mip_level": 0, "origin": (0, 0, 0)},
            {"offset": 0, "bytes_per_row": np.dtype(dtype).itemsize * channels * width, "rows_per_image": height},
            (width, height, 1),
        )
        shape = (height, width) if channels == 1 else (height, width, channels)
        return np.frombuffer(data, dtype).reshape(shape)

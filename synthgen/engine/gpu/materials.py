"""Metallic-roughness materials → pygfx materials; an image comes to the GPU once, however many materials show it."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pygfx as gfx

from synthgen.core.srgb import linear_from_srgb, srgb_from_linear
from synthgen.meshes.mesh import Material

_KEPT = 128 * 2**20
"""Bytes of images that are kept: each as RGBA, here and with mipmaps on the GPU."""


class Materials:
    """Makes materials that are lit by ``environment``.

    Args:
        environment: a cube map.
        kept: bytes of images that are kept for the next material that shows them.
    """

    def __init__(self, environment: gfx.Texture, kept: int = _KEPT) -> None:
        self.environment = environment
        self._kept = kept
        # The image is held with its map: its identity is only its own as long as it lives.
        self._maps: OrderedDict[int, tuple[np.ndarray, gfx.TextureMap]] = OrderedDict()

    def of(self, material: Material, textured: bool) -> gfx.Material:
        """The pygfx material, with its images if the mesh has texture coordinates."""
        if material.unlit:
            return self._unlit(material, textured)
        options = {
            "color": (*material.colour, 1.0),
            "roughness": material.roughness,
            "metalness": material.metallic,
            "emissive": (*material.emissive, 1.0),
            "pick_write": True,
            "side": "both" if material.double_sided else "front",
            "env_map": self.environment,
        }
        if material.sheen > 0:
            out = gfx.MeshPhysicalMaterial(**options)
            out.sheen = material.sheen
            out.sheen_color = (*material.colour, 1.0)
            out.sheen_roughness = 0.6
        else:
            out = gfx.MeshStandardMaterial(**options)
        if textured and material.texture is not None:
            out.map = self._map(material.texture)
        if textured and material.normal_map is not None:
            out.normal_map = self._map(material.normal_map)
        return out

    def _unlit(self, material: Material, textured: bool) -> gfx.Material:
        light = linear_from_srgb(np.array(material.colour)) * linear_from_srgb(np.array(material.emissive))
        out = gfx.MeshBasicMaterial(
            color=(*srgb_from_linear(light).tolist(), 1.0),
            pick_write=True,
            side="both" if material.double_sided else "front",
        )
        if textured and material.texture is not None:
            out.map = self._map(material.texture)
        return out

    def _map(self, image: np.ndarray) -> gfx.TextureMap:
        if id(image) not in self._maps:
            self._maps[id(image)] = image, _texture_map(image)
            kept = sum(i.shape[0] * i.shape[1] * 10 for i, _ in self._maps.values())
            while kept > self._kept and len(self._maps) > 1:
                old, _ = self._maps.pop(next(iter(self._maps)))
                kept -= old.shape[0] * old.shape[1] * 10
        self._maps.move_to_end(id(image))
        return self._maps[id(image)][1]


def _texture_map(image: np.ndarray) -> gfx.TextureMap:
    rgba = np.full((*image.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = image[..., :3]
    texture = gfx.Texture(rgba, dim=2, generate_mipmaps=True)
    return gfx.TextureMap(texture, filter="linear", mipmap_filter="linear", wrap="repeat")

"""Stage 4: the light that leaves a surface towards the camera, once for every sample that is wanted."""

from __future__ import annotations

import math

import numpy as np

from synthgen.core.kernels.kernel import lean
from synthgen.engine.cpu.arrays import SPOT, SUN, Lamps, Lens, Looks, Sky, Triangles
from synthgen.engine.cpu.brdf import (
    environment_terms,
    fresnel,
    mirrored,
    scattered,
    sheen,
    sheen_all_round,
    specular,
)
from synthgen.engine.cpu.shadow import light_share
from synthgen.engine.cpu.sky import light_from
from synthgen.engine.cpu.surface import blend, bumped, meet, texture_scale, unit
from synthgen.engine.cpu.tables import LINEAR, read
from synthgen.engine.cpu.textures import sample

_CONE, _FULL = math.cos(math.radians(35.0)), math.cos(math.radians(17.5))
"""Cosines of a spot's cone, and of the inner half in which its light is whole."""

_SMOOTHEST = 0.0525
"""Roughness below which highlights would fall between the samples."""


@lean
def arriving(lamps: Lamps, n: int, x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """Unit direction from a point to a lamp, and the lamp's strength there without shadows."""
    if lamps.kind[n] == SUN:
        return lamps.place[n, 0], lamps.place[n, 1], lamps.place[n, 2], 1.0
    lx, ly, lz = lamps.place[n, 0] - x, lamps.place[n, 1] - y, lamps.place[n, 2] - z
    strength = 1.0 / max(lx * lx + ly * ly + lz * lz, 0.01)
    lx, ly, lz = unit(lx, ly, lz)
    if lamps.kind[n] == SPOT:
        cosine = -(lx * lamps.axis[n, 0] + ly * lamps.axis[n, 1] + lz * lamps.axis[n, 2])
        t = min(max((cosine - _CONE) / (_FULL - _CONE), 0.0), 1.0)
        strength *= t * t * (3.0 - 2.0 * t)
    return lx, ly, lz, strength


@lean
def shade_one(
    u: float,
    v: float,
    face: int,
    corners: np.ndarray,
    lens: Lens,
    surfaces: Triangles,
    looks: Looks,
    sky: Sky,
    lamps: Lamps,
) -> tuple[float, float, float, float]:
    """The linear light of one sample and its depth.

    Args:
        u, v: where in the picture, pixels.
        face: the triangle there.
        corners: (V, 3) camera frame.
        lens, surfaces, looks, sky, lamps: the picture's.
    """
    i, j, k = surfaces.faces[face, 0], surfaces.faces[face, 1], surfaces.faces[face, 2]
    m = surfaces.part[face]
    a, b, c, depth = meet(corners, i, j, k, (u - lens.middle_x) / lens.focal, (v - lens.middle_y) / lens.focal)
    x, y, z = blend(surfaces.places, i, j, k, a, b, c)
    nx, ny, nz = blend(surfaces.normals, i, j, k, a, b, c)
    nx, ny, nz = unit(nx, ny, nz)
    vx, vy, vz = unit(lens.centre[0] - x, lens.centre[1] - y, lens.centre[2] - z)
    facing = nx * vx + ny * vy + nz * vz
    if looks.two_sided[m] and facing < 0.0:
        nx, ny, nz, facing = -nx, -ny, -nz, -facing
    red, green, blue = float(looks.colour[m, 0]), float(looks.colour[m, 1]), float(looks.colour[m, 2])
    texture, normal_map = looks.texture[m], looks.normal_map[m]
    if texture >= 0 or normal_map >= 0:
        s = a * surfaces.uvs[i, 0] + b * surfaces.uvs[j, 0] + c * surfaces.uvs[k, 0]
        t = a * surfaces.uvs[i, 1] + b * surfaces.uvs[j, 1] + c * surfaces.uvs[k, 1]
        # A slanted surface is read as finely as across half a pixel: finer than long, coarser than wide.
        wide = max(1.0, 0.5 / max(abs(facing), 0.05))
        footprint = texture_scale(surfaces, i, j, k) * wide * depth / lens.focal
        if texture >= 0:
            tr, tg, tb = sample(looks.texels, looks.images[texture], s, t, footprint)
            red, green, blue = red * read(LINEAR, tr), green * read(LINEAR, tg), blue * read(LINEAR, tb)
        if normal_map >= 0:
            mx, my, mz = sample(looks.texels, looks.images[normal_map], s, t, footprint)
            nx, ny, nz = bumped(surfaces, i, j, k, nx, ny, nz, 2.0 * mx - 1.0, 2.0 * my - 1.0, 2.0 * mz - 1.0)
            facing = nx * vx + ny * vy + nz * vz
    if looks.unlit[m]:  # its light is painted
        return red * looks.emissive[m, 0], green * looks.emissive[m, 1], blue * looks.emissive[m, 2], depth
    n_v = min(max(facing, 0.0), 1.0)
    metallic, rough = float(looks.metallic[m]), max(float(looks.roughness[m]), _SMOOTHEST)
    fuzz = float(looks.sheen[m])
    alpha = rough * rough
    f_red, f_green, f_blue = mirrored(metallic, red), mirrored(metallic, green), mirrored(metallic, blue)
    d_red, d_green, d_blue = red * (1.0 - metallic), green * (1.0 - metallic), blue * (1.0 - metallic)

    # The environment, mirrored about the normal; rough surfaces mirror what lies nearer to the normal itself.
    top = len(sky.sizes) - 1.0
    e_red, e_green, e_blue = light_from(sky, top, nx, ny, nz)
    rx, ry, rz = 2.0 * facing * nx - vx, 2.0 * facing * ny - vy, 2.0 * facing * nz - vz
    rx, ry, rz = rx + alpha * (nx - rx), ry + alpha * (ny - ry), rz + alpha * (nz - rz)
    m_red, m_green, m_blue = light_from(sky, looks.sky_level[m], rx, ry, rz)
    scale, bias = environment_terms(rough, n_v)
    r_once, r_more = scattered(f_red, scale, bias)
    g_once, g_more, b_once, b_more = r_once, r_more, r_once, r_more
    if metallic > 0.0:  # what is no metal mirrors all colours alike
        g_once, g_more = scattered(f_green, scale, bias)
        b_once, b_more = scattered(f_blue, scale, bias)
    inside = 1.0 - max(r_once + r_more, g_once + g_more, b_once + b_more)
    out_r = sky.strength * (m_red * r_once + e_red * (r_more + d_red * inside))
    out_g = sky.strength * (m_green * g_once + e_green * (g_more + d_green * inside))
    out_b = sky.strength * (m_blue * b_once + e_blue * (b_more + d_blue * inside))
    fuzz_light = sky.strength * fuzz * math.pi * sheen_all_round(n_v) if fuzz > 0.0 else 0.0
    fuzz_r, fuzz_g, fuzz_b = fuzz_light * e_red, fuzz_light * e_green, fuzz_light * e_blue

    for n in range(len(lamps.kind)):
        lx, ly, lz, strength = arriving(lamps, n, x, y, z)
        n_l = nx * lx + ny * ly + nz * lz
        if n_l <= 0.0 or strength <= 0.0:
            continue
        n_l = min(n_l, 1.0)
        if lamps.shadow[n] >= 0:
            strength *= light_share(lamps, lamps.shadow[n], x, y, z)
            if strength <= 0.0:
                continue
        strength *= n_l
        hx, hy, hz = unit(lx + vx, ly + vy, lz + vz)
        n_h = min(max(nx * hx + ny * hy + nz * hz, 0.0), 1.0)
        v_h = min(max(vx * hx + vy * hy + vz * hz, 0.0), 1.0)
        gloss = specular(alpha, n_l, n_v, n_h)
        p_r, p_g, p_b = strength * lamps.power[n, 0], strength * lamps.power[n, 1], strength * lamps.power[n, 2]
        out_r += p_r * (d_red / math.pi + gloss * fresnel(f_red, v_h))
        out_g += p_g * (d_green / math.pi + gloss * fresnel(f_green, v_h))
        out_b += p_b * (d_blue / math.pi + gloss * fresnel(f_blue, v_h))
        if fuzz > 0.0:
            soft = fuzz * sheen(n_l, n_v, n_h)
            fuzz_r, fuzz_g, fuzz_b = fuzz_r + p_r * soft, fuzz_g + p_g * soft, fuzz_b + p_b * soft

    out_r, out_g, out_b = (
        out_r + looks.emissive[m, 0],
        out_g + looks.emissive[m, 1],
        out_b + looks.emissive[m, 2],
    )
    if fuzz > 0.0:
        # Sheen takes its energy from what lies below; its colour is the cloth's, before the texture.
        cr, cg, cb = float(looks.colour[m, 0]), float(looks.colour[m, 1]), float(looks.colour[m, 2])
        kept = 1.0 - 0.157 * fuzz * max(cr, cg, cb)
        out_r, out_g, out_b = kept * out_r + cr * fuzz_r, kept * out_g + cg * fuzz_g, kept * out_b + cb * fuzz_b
    return out_r, out_g, out_b, depth

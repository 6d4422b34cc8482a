"""Draws bodies over body mass index, and how deep their vertebrae lie: ``docs/images/bodies.jpg``, ``spine-depth.png``.

    python scripts/draw_bodies.py [--out docs/images]

The first picture shows a man and a woman of mean stature in front, side and back view; the second the tissue over the
spinous tips and the depth of the lumbar epidural space against published depths.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from synthgen.characters.body import build_body
from synthgen.characters.rest_body import RestBody
from synthgen.characters.sites.place import spine_at_rest
from synthgen.characters.sites.spine_rest import LEVELS
from synthgen.characters.specs import BodySpec
from synthgen.meshes.geometry import vertex_normals

PEOPLE = {"man, 1.76 m": (0.1, 1.76), "woman, 1.62 m": (0.9, 1.62)}
SHOWN = (17.0, 22.0, 28.0, 35.0, 42.0)
MEASURED = np.linspace(16.0, 42.0, 14)
REGIONS = {"lumbar": ("L4", "L3", "L2"), "thoracic": ("T9", "T7", "T5", "T3"), "cervical": ("C7", "C6", "C5")}
LAMINA_MM = 30.0
"""From a lumbar spinous tip to the epidural space: process and lamina of ``opensim_models/body.yaml``."""


def picture(body: RestBody, azimuth: float, height: int = 300) -> np.ndarray:
    """(height, width, 3) a parallel view from a direction, degrees from straight in front, to the left."""
    import trimesh

    at = np.radians(azimuth)
    look, right = -np.array([np.cos(at), np.sin(at), 0.0]), np.array([-np.sin(at), np.cos(at), 0.0])
    metres, width = 1.95, int(0.72 * height)
    across = ((np.arange(width) + 0.5) / height - 0.36) * metres
    up = metres * (1 - (np.arange(height) + 0.5) / height) - 0.05
    x, z = (a.ravel()[:, None] for a in np.meshgrid(across, up))
    origins = x * right + z * np.array([0.0, 0.0, 1.0]) - 3 * look
    mesh = trimesh.Trimesh(body.vertices, body.faces, process=False)
    hits, rays, faces = mesh.ray.intersects_location(origins, np.tile(look, (len(origins), 1)), multiple_hits=False)
    shares = trimesh.triangles.points_to_barycentric(mesh.triangles[faces], hits)
    normals = (vertex_normals(body.vertices, body.faces)[body.faces[faces]] * shares[..., None]).sum(1)
    light = -look + 0.5 * right + np.array([0.0, 0.0, 0.6])
    shade = 0.25 + 0.75 * np.clip(normals @ light / np.linalg.norm(light), 0, 1)
    out = np.full((height * width, 3), 1.0)
    out[rays] = shade[:, None] * np.array([0.93, 0.80, 0.72])
    return (255 * out.reshape(height, width, 3)).astype(np.uint8)


def draw_bodies(path: Path) -> None:
    """A row for each person and view, a column for each body mass index."""
    import matplotlib.pyplot as plt

    rows = [(who, azimuth) for who in PEOPLE for azimuth in (0.0, 90.0, 180.0)]
    figure, axes = plt.subplots(len(rows), len(SHOWN), figsize=(7.2, 12.2))
    for k, bmi in enumerate(SHOWN):
        for (who, azimuth), row in zip(rows, axes, strict=True):
            gender, stature = PEOPLE[who]
            body = build_body(BodySpec(gender=gender, age=0.8, stature=stature, bmi=bmi, belly=0.8 - 0.5 * gender))
            row[k].imshow(picture(body, azimuth))
            row[k].axis("off")
        axes[0, k].set_title(f"{bmi:.0f} kg/m²", fontsize=9)
    figure.tight_layout(pad=0.2)
    figure.savefig(path, dpi=110, pil_kwargs={"quality": 82})


def depths(gender: float, stature: float) -> dict[str, list[float]]:
    """Region → millimetres of tissue over the spinous tips, for each of :data:`MEASURED`."""
    out: dict[str, list[float]] = {region: [] for region in REGIONS}
    for bmi in MEASURED:
        spine = spine_at_rest(build_body(BodySpec(gender=gender, age=0.8, stature=stature, bmi=float(bmi))))
        over = 1000 * np.linalg.norm(spine.skin - spine.spinous, axis=1)
        for region, levels in REGIONS.items():
            out[region].append(float(over[[LEVELS.index(n) for n in levels]].mean()))
    return out


def draw_depths(path: Path) -> None:
    """Tissue by region on the left, the lumbar epidural space against sources on the right."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.8))
    for who, style in zip(PEOPLE, ("-", "--"), strict=True):
        found = depths(*PEOPLE[who])
        for region, colour in zip(REGIONS, ("C3", "C0", "C2"), strict=True):
            left.plot(MEASURED, found[region], style, color=colour, label=f"{region}, {who}")
        right.plot(MEASURED, np.array(found["lumbar"]) + LAMINA_MM, style, color="C3", label=who)
    right.plot(MEASURED, 17.8 + 0.978 * MEASURED, color="0.4", label="Ravi 2011, lumbar")
    right.errorbar([22, 27, 32.5], [40.4, 45.8, 55.2], [3.3, 2.9, 3.6], fmt="o", color="k", label="Lee 2004, L3-L4")
    left.set_ylabel("skin to spinous tip, mm")
    right.set_ylabel("skin to epidural space, mm")
    for axes in (left, right):
        axes.set_xlabel("body mass index, kg/m²")
        axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    """Both pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder (docs/images)")
    out = parser.parse_args().out
    draw_bodies(out / "bodies.jpg")
    draw_depths(out / "spine-depth.png")


if __name__ == "__main__":
    main()

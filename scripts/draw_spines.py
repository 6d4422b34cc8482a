"""Draws the pictures of people's spines in docs/biomechanics.md, and measures how differently levels move.

The table is written between the markers in docs/evidence/biomechanics.md. Run it after a change of spines.yaml, of the
reference body or of how spines are drawn.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from synthgen.biomech.cache import cached_fit
from synthgen.biomech.page.drawing import BLUE, FAINT, INK, figure, png, style
from synthgen.biomech.page.skeleton import draw_skeleton
from synthgen.biomech.postures.limbs import keep_limbs
from synthgen.biomech.postures.turns import level_columns
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.spines.apply import with_spine
from synthgen.biomech.spines.curve import mean_of
from synthgen.biomech.spines.draw import draw_spine
from synthgen.biomech.spines.shares import REGIONS, region_of_levels
from synthgen.biomech.spines.spine import Spine
from synthgen.core.bodydata import spine_tables
from synthgen.core.bodymodel import reference_body
from synthgen.core.bodyparts import PLANES
from synthgen.core.cache import Cache
from synthgen.core.files.whole import write_whole
from synthgen.core.seeding import stream
from synthgen.core.skeleton import SPINE_SEGMENTS
from synthgen.motion import load
from synthgen.scene import load_scene
from synthgen.scene.sections.cast import Spines

ROOT = Path(__file__).resolve().parent.parent
MARKERS = re.compile(r"(<!-- levels -->\n).*?(<!-- /levels -->)", re.DOTALL)
PEOPLE = 32
MANY = 1000
MOMENTS = 1000
SHOWN = (
    "pelvic_incidence",
    "sacral_slope",
    "lumbar_lordosis",
    "thoracic_kyphosis",
    "cervical_lordosis",
    "sagittal_balance",
)
PAIRS = (("sacral_slope", "lumbar_lordosis"), ("pelvic_incidence", "sacral_slope"))


def person(k: int, years: float | None = None) -> tuple[Spine, float, bool]:
    """Spine, age and sex of drawn person k."""
    rng = stream(11, k, "docs")
    age = float(rng.uniform(20, 80)) if years is None else years
    woman = bool(rng.random() < 0.5)
    return draw_spine(rng, age, woman, Spines()), age, woman


def people_picture(path: Path) -> None:
    """Drawn people from the side, the youngest first."""
    people = sorted((person(k) for k in range(PEOPLE)), key=lambda p: p[1])
    picture, axes = figure(13.5, 13.0, ncols=PEOPLE // 4, nrows=4)
    for panel, (spine, years, woman) in zip(axes.ravel(), people, strict=True):
        body = reference_body(sex="female" if woman else "male")
        still, own = body.neutral(), body.neutral()[0]
        own[level_columns(body)] = np.radians(np.array(spine.neutral))
        q = keep_limbs(body.tree, still, body.tree.forward(still), own, float(np.radians(spine.pelvis)))
        draw_skeleton(panel, body.tree.forward(q)[0], body, "side")
        panel.set_axis_off()
        panel.set_xlim(-0.24, 0.24)
        panel.set_ylim(-0.08, 0.92)
        curve = spine.curve
        who = f"{'woman' if woman else 'man'}, {years:.0f}"
        title = f"{who}\nL {curve['lumbar_lordosis']:.0f}°  K {curve['thoracic_kyphosis']:.0f}°"
        panel.set_title(title, fontsize=8, color=FAINT)
    write_whole(path, png(picture))


def angles_picture(path: Path) -> None:
    """Angles of many drawn people of the reference age beside the published distributions."""
    rows, at = spine_tables()["curve"], spine_tables()["curve"]["age"]
    drawn = [person(k, at) for k in range(MANY)]
    found = {n: np.array([s.curve[n] for s, _, _ in drawn]) for n in SHOWN}
    picture, axes = figure(13.0, 6.0, ncols=4, nrows=2)
    panels = iter(axes.ravel())
    for name in SHOWN:
        panel, row, values = next(panels), rows[name], found[name]
        mean = np.mean([mean_of(name, at, woman) for woman in (False, True)])
        panel.hist(values, 30, density=True, color=BLUE, alpha=0.55)
        x = np.linspace(mean - 4 * row["sd"], mean + 4 * row["sd"], 200)
        panel.plot(x, np.exp(-(((x - mean) / row["sd"]) ** 2) / 2) / row["sd"] / np.sqrt(2 * np.pi), color=INK)
        unit = "mm" if name == "sagittal_balance" else "°"
        style(panel, f"{name.replace('_', ' ')}: {values.mean():.1f} ± {values.std():.1f}", unit)
        panel.set_xlabel(f"published {mean:.1f} ± {row['sd']:g}", fontsize=8, color=FAINT)
        panel.set_yticks([])
    for a, b in PAIRS:
        panel = next(panels)
        asked = next(r["r"] for r in spine_tables()["correlations"] if set(r["between"]) == {a, b})
        panel.plot(found[a], found[b], ".", color=BLUE, markersize=2.5, alpha=0.6)
        style(panel, f"r = {np.corrcoef(found[a], found[b])[0, 1]:.2f} (published {asked:.2f})", b.replace("_", " "))
        panel.set_xlabel(a.replace("_", " "), fontsize=8, color=FAINT)
    write_whole(path, png(picture))


def levels_table() -> str:
    """PC1's share of the variance of the levels' angles over moments of the gym scene, everybody alike and as drawn."""
    scene, cache = load_scene(ROOT / "scenes" / "gym.yaml"), Cache()
    fits = [cached_fit(load(clip.source), cache) for clip in scene.clips]
    people = [person(k)[0] for k in range(60)]
    alike, own = [], []
    for k in range(MOMENTS):
        rng = stream(12, k, "moment")
        fit = fits[int(rng.integers(len(fits)))]
        at = int(rng.integers(fit.frames))
        moment = fit.window(at, at + 1)
        alike.append(levels(moment))
        own.append(levels(with_spine(moment, people[int(rng.integers(len(people)))])))
    lines = ["| region | plane | everybody alike | spines of their own |", "|---|---|---|---|"]
    for region, member in zip(REGIONS, region_of_levels(), strict=True):
        for plane, name in enumerate(PLANES):
            shares = [first_share(np.array(rows)[:, member > 0, plane]) for rows in (alike, own)]
            lines.append(f"| {region.replace('_', ' ')} | {name} | {shares[0]:.3f} | {shares[1]:.3f} |")
    return "\n".join(lines) + "\n"


def levels(motion: SpineMotion) -> np.ndarray:
    """(25, 3) degrees of every joint as it stands, neutral curve included."""
    at: Any = [motion.segment_names.index(n) for n in SPINE_SEGMENTS]
    world = motion.transforms[0, at, :3, :3]
    joints = np.swapaxes(world[:-1], -1, -2) @ world[1:]
    return np.asarray(Rotation.from_matrix(joints).as_euler("YXZ", degrees=True))


def first_share(angles: np.ndarray) -> float:
    """Of the variance of (N, L) angles that the first principal component explains."""
    power = np.linalg.svd(angles - angles.mean(0), compute_uv=False) ** 2
    return float(power[0] / power.sum())


def main() -> None:
    """Draws, and measures when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure the table too")
    asked = parser.parse_args()
    people_picture(ROOT / "docs" / "images" / "spines.png")
    angles_picture(ROOT / "docs" / "images" / "spine-angles.png")
    if asked.measure:
        page = ROOT / "docs" / "evidence" / "biomechanics.md"
        table = levels_table()
        print(table)
        text = MARKERS.sub(lambda m: m[1] + table + m[2], page.read_text(encoding="utf-8"))
        write_whole(page, text.encode())


if __name__ == "__main__":
    main()

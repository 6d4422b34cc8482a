"""Draws the pictures of docs/biomechanics.md and measures the table of all clips that need no file.

The table is written between the markers in docs/evidence/biomechanics.md. Run it after a change of the body, the fit or
the postures.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np

from synthgen.biomech.clinical_angles import clinical_measures, measure
from synthgen.biomech.fit import fit_clip
from synthgen.biomech.gate.judge import judge
from synthgen.biomech.page.drawing import FAINT, LINE, figure, png
from synthgen.biomech.page.skeleton import draw_skeleton
from synthgen.biomech.postures.kinds import Posture, Scoliosis, tables
from synthgen.biomech.postures.limbs import keep_limbs
from synthgen.biomech.postures.standing import standing_offsets
from synthgen.core.bodydata import sexes
from synthgen.core.bodymodel import reference_body
from synthgen.core.files.whole import write_whole
from synthgen.motion import available, load

DOCS = Path(__file__).resolve().parent.parent / "docs"
POSTURES = (
    ("neutral", Posture()),
    ("hyperkyphosis 65°", Posture(thoracic_kyphosis=65.0)),
    ("hyperlordosis 80°", Posture(lumbar_lordosis=80.0)),
    ("flat back 35°", Posture(lumbar_lordosis=35.0)),
    ("forward head 40°", Posture(craniovertebral_angle=40.0)),
    ("pelvis back 28°", Posture(pelvic_tilt=28.0)),
    ("thoracic scoliosis 45°", Posture(scoliosis=Scoliosis("thoracic", "T8", 45.0, "right", 15.0))),
    ("lumbar scoliosis 35°", Posture(scoliosis=Scoliosis("lumbar", "L2", 35.0, "left", 10.0))),
    ("double major 45°", Posture(scoliosis=Scoliosis("double_major", "T8", 45.0, "right", 15.0))),
)
MARKERS = re.compile(r"(<!-- measured -->\n).*?(<!-- /measured -->)", re.DOTALL)


def neutral_picture(path: Path) -> None:
    """A standing man and a woman of mean stature from the side and from the front, vertebrae named, soles at 0 m."""
    views = [(sex, view) for sex in sexes() for view in ("side", "front")]
    picture, axes = figure(11.0, 6.4, ncols=len(views), sharey=True)
    for panel, (sex, view) in zip(axes, views, strict=True):
        body = reference_body(sex=sex)
        world = body.tree.forward(body.neutral()[0])
        world[:, 2, 3] -= body.points(world)["left_heel"][2]
        draw_skeleton(panel, world, body, view, names=True)
        words = {"male": "man", "female": "woman"}[sex]
        panel.set_title(f"{words} of {body.stature:.2f} m, {view}", fontsize=9, color=FAINT)
        for side in ("top", "right", "bottom", "left"):
            panel.spines[side].set_visible(False)
        panel.set_xticks([])
        panel.set_yticks(np.arange(0, 1.9, 0.2))
        panel.tick_params(labelsize=7, colors=FAINT, length=0)
        panel.grid(axis="y", color=LINE, linewidth=0.5)
        panel.set_axisbelow(True)
        panel.set_xlim(-0.42, 0.42)
        panel.set_ylim(-0.03, 1.8)
    write_whole(path, png(picture))


def posture_picture(path: Path) -> None:
    """The standing skeleton with every kind of posture, from the side and from behind."""
    body = reference_body()
    still = body.neutral()
    picture, axes = figure(13.5, 7.2, ncols=len(POSTURES), nrows=2)
    for column, (title, posture) in enumerate(POSTURES):
        standing = standing_offsets(body, posture, tables())
        q = keep_limbs(body.tree, still, body.tree.forward(still), standing.spine, standing.pelvis)
        world = body.tree.forward(q)[0]
        for row, view in enumerate(("side", "back")):
            panel = axes[row, column]
            draw_skeleton(panel, world, body, view)
            panel.set_axis_off()
            panel.set_xlim(-0.26, 0.26)
            panel.set_ylim(-0.2, 0.9)
            if row == 0:
                panel.set_title(title, fontsize=8.5, color=FAINT)
    write_whole(path, png(picture))


def measured_table() -> str:
    """Every built-in and DeepMimic clip through the fit and the gate."""
    lines = [
        "| clip | frames | RMS mean, mm | RMS worst frame, mm | largest error, mm | a level at its limit "
        "| a region at its limit | asked beyond a range | σ of the vertebrae, mm | kyphosis | lordosis | Cobb up to "
        "| gate |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for scheme, names in available().items():
        for name in names:
            motion = fit_clip(load(f"{scheme}:{name}"))
            report, values = motion.report, clinical_measures(motion).summary()
            markers, why = report.markers, judge(report).refusals
            spans = [f"{values[n].min:.0f} to {values[n].max:.0f}°" for n in ("thoracic_kyphosis", "lumbar_lordosis")]
            pressed = max((r.pressed for r in report.limits.regions.values()), default=0.0)
            worst = f"{markers.max_mm:.1f}" + (f" ({markers.worst_marker})" if markers.max_mm >= 1 else "")
            lines.append(
                f"| {name.removeprefix('humanoid3d_') if scheme == 'deepmimic' else name} ({scheme}) | {motion.frames} "
                f"| {markers.rms_mean_mm:.1f} | {markers.rms_worst_mm:.1f} | {worst} "
                f"| {report.limits.share_of_frames_with_a_level_at_its_limit:.0%} of frames "
                f"| {pressed:.0%} of frames | {report.beyond_range.degrees:.1f}° "
                f"| {report.vertebra_sigma_mm.rms:.1f} "
                f"| {' | '.join(spans)} | {values['cobb'].max:.0f}° | {'; '.join(why) or 'accepted'} |"
            )
            print(lines[-1])
    return "\n".join(lines) + "\n"


def main() -> None:
    """Draws, and measures when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure the table too (a minute or two)")
    asked = parser.parse_args()
    body = reference_body()
    neutral = measure(body.tree.forward(body.neutral()), body)
    print({name: round(float(v[0]), 1) for name, v in neutral.values.items()})
    neutral_picture(DOCS / "images" / "skeleton.png")
    posture_picture(DOCS / "images" / "postures.png")
    if asked.measure:
        page = DOCS / "evidence" / "biomechanics.md"
        table = measured_table()
        text = MARKERS.sub(lambda m: m[1] + table + m[2], page.read_text(encoding="utf-8"))
        write_whole(page, text.encode())


if __name__ == "__main__":
    main()

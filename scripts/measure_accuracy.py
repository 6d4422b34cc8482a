"""Measures how true the fit's vertebrae and angles are, on people whose truth is known, and draws it.

    python scripts/measure_accuracy.py [--draw docs/images/accuracy.png]
    python scripts/measure_accuracy.py --keypoints
    python scripts/measure_accuracy.py --coverage 11 21

The people differ in size and build, their levels leave the rhythm by 30 % of its share, their recordings have 5 mm and
1° of white noise; once more with every marker 5 mm beside its place for good (``tests/biomech/test_accuracy.py`` holds
the same). Prints two tables in Markdown, the first for angles, the second for vertebrae. With ``--keypoints`` one of
sources without a marker: every keypoint off its place by what its set says (σ per axis) and with 10 mm of noise.
With ``--coverage FIRST STOP`` the share of errors inside one reported σ, of made people of these seeds
(``tests/biomech/coverage.py``); 1 to 10 are those that σ was fitted on. Its last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from synthgen.core.bodyparts import PLANES
from synthgen.core.files.whole import whole_file
from synthgen.core.skeleton import VERTEBRAE
from tests.biomech.coverage import MISPLACED, SETS, errors_of, summary, table
from tests.biomech.synthetic import ENDS, TWO_PART_TRUNK, vertebra_errors, vertebra_offsets
from tests.biomech.test_accuracy import SEEDS, TWO_ON_THE_SPINE, Case, fits, observed, rms, turn_errors
from tests.biomech.test_keypoint_fit import BACK, FACE
from tests.biomech.test_keypoint_fit import fitted as keypoint_fits

SETTINGS = {
    "C7 and T8, noise": (TWO_ON_THE_SPINE, 0.0),
    "C7 and T8, misplaced": (TWO_ON_THE_SPINE, 0.005),
    "no spine marker, noise": (TWO_PART_TRUNK, 0.0),
    "no spine marker, misplaced": (TWO_PART_TRUNK, 0.005),
}
KEYPOINTS: dict[str, tuple[str, frozenset[str], frozenset[str]]] = {
    "COCO-17 with feet": ("coco_17", frozenset(), frozenset()),
    "… without nose, eyes, ears": ("coco_17", FACE, frozenset()),
    "… with C7, T8, sacrum": ("coco_17", frozenset(), BACK),
    "Halpe-26": ("halpe_26", frozenset(), frozenset()),
    "… without nose, eyes, ears, head": ("halpe_26", FACE, frozenset()),
    "SMPL-22": ("smpl_22", frozenset(), frozenset()),
    "… without head": ("smpl_22", frozenset({"head"}), frozenset()),
}
"""Source → its marker set, points that are left out, and markers on the back that are added."""
AXES = ("forward", "left", "up")


def said(cases: list[Case], name: str) -> float:
    """Degrees, what the reports say of an angle's σ."""
    return rms([c.motion.report.observability[name].sigma_degrees for c in cases])


def angle_table(found: dict[str, list[Case]]) -> str:
    """RMS errors of the regions' angles with the σ that was reported; observed ones in bold."""
    lines = ["| angle, ° RMS (σ as reported) | " + " | ".join(found) + " |", "|" + "---|" * (len(found) + 1)]
    errors = {name: turn_errors(cases) for name, cases in found.items()}
    seen = {name: observed(cases) for name, cases in found.items()}
    for region in ENDS:
        for k, plane in enumerate(PLANES):
            angle, row = f"{region}_{plane}", []
            for setting, cases in found.items():
                error = f"{rms(errors[setting][region][:, k]):.1f}"
                told = f" ({said(cases, angle):.1f})" if region != "neck" else ""
                row.append(f"**{error}**{told}" if angle in seen[setting] else error + told)
            label = "whole neck" if region == "neck" else region.replace("_", " ")
            lines.append(f"| {label}, {plane} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def vertebra_table(found: dict[str, list[Case]]) -> str:
    """RMS and largest distances of the vertebral bodies, and the σ that was reported."""
    lines = ["| | RMS, mm | RMS of each person, mm | largest, mm | σ as reported, mm |", "|---|---|---|---|---|"]
    for setting, cases in found.items():
        errors = [vertebra_errors(*case) for case in cases]
        each = ", ".join(f"{rms(e):.1f}" for e in errors)
        sigma = rms([1e3 * np.sqrt(3) * c.motion.vertebra_sigma for c in cases])
        largest = max(e.max() for e in errors)
        lines.append(f"| {setting} | {rms(errors):.1f} | {each} | {largest:.0f} | {sigma:.1f} |")
    return "\n".join(lines)


def per_level(cases: list[Case]) -> tuple[np.ndarray, np.ndarray]:
    """(24, 3) mm of errors and of the σ reported, along the pelvis' axes, RMS over frames and people."""
    errors, sigmas = [], []
    for body, q, motion in cases:
        axes = motion.segment("pelvis")[:, :3, :3]
        errors.append((np.einsum("tij,tvi->tvj", axes, vertebra_offsets(body, q, motion)) ** 2).mean(0))
        own = np.einsum("tki,tvkl,tlj->tvij", axes, motion.vertebra_covariance, axes)
        sigmas.append(np.einsum("tvii->tvi", own).mean(0))
    return 1e3 * np.sqrt(np.mean(errors, 0)), 1e3 * np.sqrt(np.mean(sigmas, 0))


def keypoint_table() -> str:
    """Every source of :data:`KEYPOINTS`: errors per axis with the σ that was reported, and the regions' angles."""
    regions = ("lumbar", "thoracic", "neck")
    head = ["vertebrae, mm per axis (σ)", *(f"{r}, °: flexion, lateral, rotation" for r in regions)]
    lines = [f"| {' | '.join(['', *head])} |", "|" + "---|" * (len(head) + 1)]
    for name, (chosen, without, further) in KEYPOINTS.items():
        cases = [Case(*case) for case in keypoint_fits(chosen, without, further, frames=240, seeds=SEEDS)]
        away = rms([vertebra_errors(*c) for c in cases]) / np.sqrt(3)
        sigma = rms(np.array([c.motion.report.vertebra_sigma_mm.rms for c in cases], float))
        errors = turn_errors(cases)
        angles = [", ".join(f"{rms(errors[r][:, k]):.0f}" for k in range(3)) for r in regions]
        lines.append(f"| {' | '.join([name, f'{away:.1f} ({sigma:.1f})', *angles])} |")
    return "\n".join(lines)


def draw(found: dict[str, list[Case]], path: Path) -> None:
    """Error and σ of every level, a column for each setting and a colour for each axis."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, columns = plt.subplots(1, len(found), figsize=(11, 4.5), sharey=True, layout="constrained")
    heights = np.arange(len(VERTEBRAE))
    for column, (setting, cases) in zip(columns, found.items(), strict=True):
        error, sigma = per_level(cases)
        for k, (axis, colour) in enumerate(zip(AXES, ("C0", "C1", "C2"), strict=True)):
            column.plot(error[:, k], heights, "o-", color=colour, ms=3, lw=1, label=f"{axis}: error")
            column.plot(sigma[:, k], heights, "--", color=colour, lw=1, label=f"{axis}: σ as reported")
        column.set(title=setting, xlabel="mm, RMS", xlim=(0, 1.05 * max(error.max(), sigma.max())))
        column.grid(alpha=0.3)
    columns[0].set_yticks(heights, VERTEBRAE, fontsize=7)
    columns[-1].legend(fontsize=7, loc="lower right", framealpha=1)
    with whole_file(path) as file:
        figure.savefig(file, dpi=110)


def main() -> None:
    """Fits, prints and draws."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draw", type=Path, default=None, help="picture to write")
    parser.add_argument("--keypoints", action="store_true", help="of keypoints and SMPL joints instead")
    parser.add_argument("--coverage", type=int, nargs=2, metavar=("FIRST", "STOP"), help="how often σ holds, by seeds")
    asked = parser.parse_args()
    if asked.coverage:
        found_errors = {
            (markers, off): [errors_of(markers, off, seed) for seed in range(*asked.coverage)]
            for markers in SETS
            for off in MISPLACED
        }
        print(table(found_errors), json.dumps(summary(found_errors)), sep="\n\n")
        return
    if asked.keypoints:
        print(keypoint_table())
        return
    found = {name: fits(points, misplaced) for name, (points, misplaced) in SETTINGS.items()}
    print(angle_table(found), vertebra_table(found), sep="\n\n")
    if asked.draw is not None:
        draw(found, asked.draw)


if __name__ == "__main__":
    main()

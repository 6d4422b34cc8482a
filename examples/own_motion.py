"""Writes a recording as a TRC file, as a laboratory would export it, and fits the spine model to it.

    python examples/own_motion.py [FOLDER]

Give your own file instead: every format of ``docs/motion.md`` is read in the same way.
"""

import sys
from pathlib import Path

import numpy as np

import synthgen


def write_trc(file: Path, fps: float, points: dict[str, np.ndarray]) -> None:
    """Markers in millimetres with Y up, as most laboratories have them. ``points``: name → (T, 3) metres, Z up."""
    table = np.concatenate([1000 * p[:, [1, 2, 0]] for p in points.values()], axis=1)
    frames, count = len(table), len(points)
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{file.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{fps:g}\t{fps:g}\t{frames}\t{count}\tmm\t{fps:g}\t1\t{frames}",
        "Frame#\tTime\t" + "\t\t\t".join(points),
        "\t\t" + "\t".join(f"{axis}{i + 1}" for i in range(count) for axis in "XYZ"),
        "",
    ]
    lines += ["\t".join([f"{t + 1}", f"{t / fps:.5f}", *(f"{x:.3f}" for x in row)]) for t, row in enumerate(table)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n")


def main(folder: str = "out/examples/own_motion") -> None:
    file = Path(folder) / "squat.trc"
    performed = synthgen.load_clip("builtin:squat")
    write_trc(file, performed.fps, {name: p[:36] for name, p in performed.points.items()})

    clip = synthgen.load_clip(file)
    print(f"{file}: {clip.frames} frames, {len(clip.points)} markers")
    print("\n".join(f"  {note}" for note in clip.notes))

    motion = synthgen.fit_clip(clip, synthgen.FitOptions(cutoff_hz=6.0), out=folder)
    report = motion.report
    assert report.gate is not None and report.clinical is not None
    print(
        f"a person of {motion.stature:.2f} m, markers met within {report.markers.rms_mean_mm:.1f} mm; "
        f"{'accepted' if report.gate.accepted else 'refused'}"
    )
    kyphosis, tip = report.clinical["thoracic_kyphosis"], motion.segment("T6")[:, :3, 3]
    print(
        f"thoracic kyphosis {kyphosis.min:.0f} to {kyphosis.max:.0f}°; T6 travels {np.ptp(tip[:, 2]):.2f} m up and down"
    )
    print("files:", ", ".join(sorted(p.name for p in Path(folder).iterdir())), "- open squat.html")


if __name__ == "__main__":
    main(*sys.argv[1:])

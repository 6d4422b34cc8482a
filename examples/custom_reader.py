"""Teaches synthgen to read a motion format of one's own: CSV tables with a column of seconds and three per marker.

    python examples/custom_reader.py [FOLDER]

``CONTRIBUTING.md`` says how such a reader becomes a part of synthgen, or of a package of your own.
"""

import sys
from pathlib import Path

import numpy as np

import synthgen
from synthgen.motion.keys import UNIT, UP, Given
from synthgen.motion.normalise.recording import Recording, clip_of
from synthgen.motion.normalise.times import even_times


def read(path: Path, given: Given) -> synthgen.Clip:
    """A table as a clip; names, unit, axes, sides and floor are found as for every other marker file."""
    names = path.read_text().splitlines()[0].split(",")
    table = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    if table.shape[1] != len(names) or len(names) % 3 != 1:
        raise synthgen.InputError(
            "this is no table of points",
            where=f"{path}:1",
            expected="time,C7_x,C7_y,C7_z,… and as many numbers in every line",
            got=f"{len(names)} names over {table.shape[1]} columns",
            remedy="export it again, with three columns per marker",
        )
    points, fps, notes = even_times(table[:, 0], table[:, 1:].reshape(len(table), -1, 3), str(path))
    return clip_of(Recording(path, tuple(n[:-2] for n in names[1::3]), points, fps, notes=notes), given)


READER = synthgen.Reader(name="CSV", about="markers by name", suffixes=(".csv",), read=read, keys=(UNIT, UP))


def main(folder: str = "out/examples/custom_reader") -> None:
    file = Path(folder) / "bend.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    points = synthgen.load_clip("builtin:forward_bend").points
    header = ",".join(["time", *(f"{name}_{axis}" for name in points for axis in "xyz")])
    seconds = np.arange(len(points["C7"]))[:, None] / 30
    np.savetxt(file, np.hstack([seconds, *points.values()]), delimiter=",", header=header, comments="", fmt="%.5f")
    try:
        synthgen.load_clip(file)
    except synthgen.InputError as error:
        print(f"before: {error.what}")

    synthgen.register_reader(READER)
    clip = synthgen.load_clip(file)
    print(f"after: {clip.frames} frames of {len(clip.points)} points at {clip.fps:g} Hz")
    print("\n".join(f"  {note}" for note in clip.notes))
    scene = file.with_suffix(".yaml")
    scene.write_text("name: own_format\nimages: 2\nclips: [./bend.csv]\n")
    print(f"a scene may name it too: {synthgen.load_scene(scene).clips[0].source}")


if __name__ == "__main__":
    main(*sys.argv[1:])

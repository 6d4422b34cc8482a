"""``synthgen fit``: motion clips become fits, as files for people who work with OpenSim."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthgen.cli.options import Json
from synthgen.cli.output import show, show_json, warn
from synthgen.core.errors import InputError
from synthgen.core.limits import SECONDS, SEED, WORKERS

# \b keeps lines as they are.
EXAMPLES = """\b
Examples:
  synthgen fit builtin:squat walk.bvh --out out/fit
  synthgen fit run.c3d --cutoff 12 --max-gap 0.2 --sex female
  synthgen fit deepmimic:humanoid3d_walk --posture hyperkyphosis --seed 3
  synthgen fit *.c3d --workers 4 --cache --json > fits.json
"""


def fit(
    clips: Annotated[
        list[str], typer.Argument(help="Motion clips: files, or names that 'synthgen clips' lists.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for NAME.osim, .mot, .npz, .csv and .html of every clip.")
    ] = Path("out/fit"),
    rhythm: Annotated[
        str, typer.Option(help="How the levels share a region's bend: body, or christophy2012.")
    ] = "body",
    sex: Annotated[str, typer.Option(help="Reference adult that is scaled to the subject: male or female.")] = "male",
    cutoff: Annotated[
        str,
        typer.Option(
            help="Low-pass filter in Hz, such as 6 for walking or 12 for running; none filters nothing; auto finds it "
            "by residual analysis where the points are noisy."
        ),
    ] = "auto",
    max_gap: Annotated[float, typer.Option(min=0, max=SECONDS, help="Longest gap that is closed, seconds.")] = 0.1,
    opensim_every: Annotated[
        int,
        typer.Option(
            min=1,
            help="OpenSim solves every so many frames as a sample, besides those that need it; 1: all of them.",
        ),
    ] = 20,
    posture: Annotated[
        str | None,
        typer.Option(
            help="Simulated posture to add: a YAML file, or one that is drawn: hyperkyphosis, hyperlordosis, "
            "flat_back, forward_head, anterior_pelvic_tilt, posterior_pelvic_tilt, scoliosis.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=SEED, help="Seed of a drawn posture.")] = 0,
    spine: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=SEED,
            help="Carry the motion over to the spine of a person that is drawn with this seed, of the sex of --sex; "
            "a posture then stands on that.",
            show_default=False,
        ),
    ] = None,
    cache: Annotated[
        bool, typer.Option("--cache", help="Take and keep fits in render's cache: a repeated call fits nothing again.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(min=1, max=WORKERS, help="Worker processes for long clips; one per processor by default."),
    ] = None,
    json: Json = False,
) -> None:
    """Fits the spine model to motion clips.

    Writes OpenSim files, clinical angles and a report of each clip. Exits with 0 when every clip is accepted, 1 when
    the gate refuses one or a file cannot be written, 2 when one cannot be read; the other clips are fitted all the
    same. Warnings of accepted fits are printed and change nothing.
    """
    from synthgen.biomech.options import FitOptions
    from synthgen.core.cache import Cache
    from synthgen.pipeline.fit_outcome import exit_code, summary_lines
    from synthgen.pipeline.fitting import fit_files

    options = FitOptions(rhythm, sex, _cutoff(cutoff), max_gap, opensim_every)
    asked = None
    if posture is not None:
        from synthgen.biomech.postures.simulated import posture_of

        asked = posture_of(posture, seed)
    person = None
    if spine is not None:
        from synthgen.biomech.spines.draw import spine_of

        person = spine_of(spine, sex, asked)
    kept = Cache() if cache else None
    alone = asked if person is None else None
    outcomes = fit_files(
        clips, out, options, cache=kept, workers=workers, posture=alone, spine=person, progress=not json
    )
    if json:
        answer = {
            "ok": exit_code(outcomes) == 0,
            "options": options.to_dict() | {"posture": asked.to_dict() if asked else None, "spine": spine},
            "clips": [o.to_dict() for o in outcomes],
        }
        show_json(answer, indent=2)
    else:
        show("\n".join(summary_lines(outcomes)))
        written = any(o.files for o in outcomes)
        warn(f"files are in {out}; open a clip's .html first" if written else "nothing written")
    raise typer.Exit(exit_code(outcomes))


def _cutoff(text: str) -> float | str | None:
    """What ``--cutoff`` means."""
    if text in ("auto", "none"):
        return None if text == "none" else text
    try:
        return float(text)
    except ValueError:
        raise InputError(
            "this is no cut-off",
            where="--cutoff",
            expected="a frequency in Hz, auto or none",
            got=text,
            remedy="write a number without a unit, such as 6",
        ) from None

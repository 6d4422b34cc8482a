"""A fit as files that OpenSim opens: the scaled model and its coordinates over time."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthgen.biomech.osim.model import build_osim, osim_text, unwritten
from synthgen.biomech.postures.marks import posture_name, posture_words, spine_words
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body
from synthgen.core.bodymodel import BodyModel
from synthgen.core.files.whole import write_whole
from synthgen.core.kinematics import Tree
from synthgen.core.opensim_api import opensim_module
from synthgen.core.scratch import Scratch

_SHIFTS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")


def write_opensim(motion: SpineMotion, folder: Path) -> tuple[Path, Path]:
    """Writes the scaled model and the coordinates of a fit.

    The ``.mot`` file holds one column per coordinate under its name, angles in degrees, as OpenSim's own inverse
    kinematics writes it. Both files appear whole. Where the motion leaves the model's ranges (a simulated deformity
    does, a fit does not) the written ranges are as wide as the motion. A simulated posture is in the model's name and
    credits and in the motion's header (``simulated_posture=``); a drawn spine in credits and header (``spine=``).

    Args:
        motion: a fit of :func:`synthgen.biomech.fit.fit_clip`.
        folder: made where it is missing.

    Returns:
        paths of the ``.osim`` and the ``.mot`` file, named after the clip.
    """
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", motion.name) or "clip"
    model_path, motion_path = folder / f"{stem}.osim", folder / f"{stem}.mot"
    texts = model_text(motion), coordinates_text(motion)
    write_whole(model_path, texts[0].encode())
    write_whole(motion_path, texts[1].encode())
    return model_path, motion_path


def model_text(motion: SpineMotion) -> str:
    """The ``.osim`` document of a fit."""
    model = build_osim(_reaching(subject_body(motion), motion.q))
    simulated = posture_name(motion.report)
    if simulated:
        # OpenSim refuses blanks and slashes in the names of components.
        model.setName(f"{model.getName()}_simulated_posture_{re.sub(r'[^A-Za-z0-9_-]+', '_', simulated)}")
        model.setAuthors(f"{model.get_credits()}; SIMULATED POSTURE: {posture_words(motion.report)}")
    if motion.report.spine:
        model.setAuthors(f"{model.get_credits()}; SPINE {spine_words(motion.report)}")
    return osim_text(model)


def _reaching(body: BodyModel, q: np.ndarray) -> BodyModel:
    """The body with ranges that hold a motion: OpenSim clamps at them, and a simulated deformity lies beyond."""
    low, high = q.min(0, initial=np.inf), q.max(0, initial=-np.inf)
    index = body.tree.coordinate_index
    segments = []
    for segment in body.tree.segments:
        reaching = tuple(
            replace(c, lower=min(c.lower, float(low[index[c.name]])), upper=max(c.upper, float(high[index[c.name]])))
            for c in segment.coordinates
        )
        segments.append(replace(segment, coordinates=reaching))
    return replace(body, tree=Tree(tuple(segments)))


def coordinates_text(motion: SpineMotion) -> str:
    """The ``.mot`` document of a fit: time in seconds, angles in degrees, lengths in metres.

    The pelvis moves along and turns about OpenSim's axes, which the tree's are the same turned about X; so
    coordinates carry over as they are.
    """
    osim = opensim_module()
    turned = np.array([name not in _SHIFTS for name in motion.coordinate_names])
    values = np.where(turned, np.degrees(motion.q), motion.q)
    times = osim.StdVectorDouble((np.arange(motion.frames) / motion.fps).tolist())
    # Row by row the table would be copied for every frame: hours for a long recording.
    table = osim.TimeSeriesTable(
        times, osim.Matrix.createFromMat(values), osim.StdVectorString(motion.coordinate_names)
    )
    table.addTableMetaDataString("inDegrees", "yes")
    told = {"name": motion.name}
    told |= {"simulated_posture": posture_words(motion.report), "spine": spine_words(motion.report)}
    for key, text in told.items():
        if text:
            # A header has one line per key, and OpenSim takes what stands before the last "=" for the key.
            table.addTableMetaDataString(key, " ".join(text.split()).replace("=", ":"))
    with Scratch("opensim") as folder:
        path = folder / "motion.mot"
        osim.STOFileAdapter.write(table, str(path))
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    rows = text.partition("endheader\n")[2].splitlines()
    if len(rows) != motion.frames + 1 or not text.endswith("\n"):
        raise unwritten(path)
    return text

"""Simulated postures and deformities, added to any fitted motion.

A posture is asked for by the clinical angles (``clinical.py``) that the person has in neutral standing. The joint
angles that give them are solved on the standing subject, with the neck keeping the gaze level and the pelvis keeping
the plumb line, and are added to every frame. Pelvis height, legs and the directions of the arms stay as they were.
Ranges and their sources: ``data/postures.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from synthgen.biomech.postures.kinds import ANGLES, Posture, Scoliosis, names, tables
from synthgen.biomech.postures.limbs import keep_limbs
from synthgen.biomech.postures.standing import Standing, standing_offsets
from synthgen.biomech.report.fit_report import SimulatedPosture
from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.subject import subject_body
from synthgen.core.errors import InputError
from synthgen.core.seeding import stream
from synthgen.core.userfiles.yamlfile import read_yaml


def draw_posture(name: str, rng: np.random.Generator) -> Posture:
    """A posture of one kind, drawn within its published ranges.

    Raises:
        InputError: there is no such kind.
    """
    if name not in names():
        raise InputError(
            f"there is no posture {name!r}",
            where="posture",
            expected=f"{', '.join(names())}, or a YAML file",
            got=name,
            remedy="choose one of these, or give the path of a file that ends in .yaml",
        )
    drawn: dict[str, Any] = {}
    for key, span in tables()["postures"][name].items():
        drawn[key] = _draw_scoliosis(span, rng) if key == "scoliosis" else _between(span, rng)
    return Posture(name, **drawn)


def draw_kind(kinds: Sequence[str], years: float, rng: np.random.Generator) -> str:
    """One of some kinds of postures, as often as people of an age have them against the other kinds."""
    ages = tables()["ages"]
    often = [np.interp(years, list(ages[k]), list(ages[k].values())) if k in ages else 1.0 for k in kinds]
    summed = np.cumsum(often)
    return kinds[int(np.searchsorted(summed / summed[-1], rng.random(), side="right"))]


def _draw_scoliosis(spans: Mapping[str, Any], rng: np.random.Generator) -> Scoliosis:
    types = tables()["scoliosis"]
    weights = np.array([row["weight"] for row in types.values()])
    kind = list(types)[int(np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(), side="right"))]
    cobb = _between(spans["cobb"], rng)
    most = tables()["bounds"]["rotation"][1]
    return Scoliosis(
        type=kind,
        apex=types[kind]["apex"][int(rng.integers(len(types[kind]["apex"])))],
        cobb=cobb,
        convex="right" if rng.random() < types[kind]["right"] else "left",
        rotation=round(min(most, cobb * _between(spans["rotation_per_cobb"], rng)), 2),
    )


def _between(span: tuple[float, float], rng: np.random.Generator) -> float:
    return round(float(span[0] + (span[1] - span[0]) * rng.random()), 2)


def read_posture(path: Path) -> Posture:
    """A posture from a YAML file with the keys of :class:`Posture`.

    Raises:
        InputError: the file is missing or its content does not fit.
    """
    expected = f"some of the keys name, {', '.join(ANGLES)}, scoliosis"
    source = read_yaml(path, "posture file", expected=expected, remedy="write a line such as 'thoracic_kyphosis: 60'")
    return posture_from(source.data, str(path))


def posture_from(data: Any, where: str = "posture") -> Posture:
    """A posture from plain data, checked.

    Raises:
        InputError: a key is unknown, or a value outside ``bounds`` of ``data/postures.yaml``.
    """
    keys = ("name", *ANGLES, "scoliosis")
    if not isinstance(data, Mapping) or set(data) - set(keys) or not set(data) - {"name"}:
        got = ", ".join(map(str, data)) if isinstance(data, Mapping) else type(data).__name__
        raise InputError("this is no posture", where=where, expected=f"some of the keys {', '.join(keys)}", got=got)
    values: dict[str, Any] = {k: _checked(k, data[k], f"{where} {k}") for k in ANGLES if data.get(k) is not None}
    curve = data.get("scoliosis")
    if curve is not None:
        values["scoliosis"] = _scoliosis_from(curve, f"{where} scoliosis")
    return Posture(str(data.get("name", "custom")), **values)


def _scoliosis_from(data: Any, where: str) -> Scoliosis:
    types, keys = tables()["scoliosis"], ("type", "apex", "cobb", "convex", "rotation")
    if not isinstance(data, Mapping) or set(data) - set(keys) or not {"type", "cobb"} <= set(data):
        raise InputError("this is no scoliosis", where=where, expected=f"keys {', '.join(keys)}", got=str(data))
    if wrong := [k for k in ("type", "apex", "convex") if not isinstance(data.get(k, ""), str)]:
        raise InputError(
            "this is no scoliosis", where=f"{where}.{wrong[0]}", expected="a word", got=str(data[wrong[0]])
        )
    if data["type"] not in types:
        raise InputError("unknown type of curve", where=where, expected=", ".join(types), got=str(data["type"]))
    row = types[data["type"]]
    apex, convex = data.get("apex", row["apex"][-1]), data.get("convex", "right" if row["right"] > 0.5 else "left")
    if apex not in row["apex"]:
        raise InputError("this apex is not of that type", where=where, expected=", ".join(row["apex"]), got=str(apex))
    if convex not in ("right", "left"):
        raise InputError("no side", where=f"{where}.convex", expected="right or left", got=str(convex))
    cobb, turn = (_checked(k, data.get(k, 0.0), f"{where}.{k}") for k in ("cobb", "rotation"))
    return Scoliosis(data["type"], apex, cobb, convex, turn)


def _checked(key: str, value: Any, where: str) -> float:
    low, high = tables()["bounds"][key]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise InputError(
            "this angle is none of a living person",
            where=where,
            expected=f"{low} to {high} degrees",
            got=str(value),
        )
    return float(value)


def posture_of(text: str, seed: int = 0) -> Posture:
    """What ``--posture`` means: a YAML file, or a kind that is drawn from the stream (seed, 0, "posture")."""
    if Path(text).suffix.lower() in (".yaml", ".yml"):
        return read_posture(Path(text))
    return draw_posture(text, stream(seed, 0, "posture"))


def apply_posture(motion: SpineMotion, posture: Posture) -> SpineMotion:
    """The motion of a person with that posture.

    Args:
        motion: a fitted motion.
        posture: what to add.

    Returns:
        the motion with other coordinates and transforms. Its residuals stay those of the fit; its report gets
        ``posture``: what was asked, and the clinical measures of the standing subject (``standing``). Limits of the
        ranges of motion do not bind it: a deformity moves the neutral posture itself.
    """
    body = subject_body(motion)
    standing: Standing = standing_offsets(body, posture, tables())
    q = keep_limbs(body.tree, motion.q, motion.transforms, standing.spine, standing.pelvis)
    told = ", ".join(f"{k.replace('_', ' ')} {_told(v)}" for k, v in posture.to_dict().items())
    report = replace(
        motion.report,
        posture=SimulatedPosture(
            simulated=True,
            name=posture.name,
            asked=posture.to_dict(),
            standing={k: round(v, 2) for k, v in standing.measures.items()},
        ),
        notes=(*motion.report.notes, f"simulated posture {posture.name}, not measured: {told}"),
    )
    return replace(motion, q=q, transforms=body.tree.forward(q), report=report)


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_told(v)}" for k, v in value.items())
    return f"{value:g}°" if isinstance(value, float) else str(value)

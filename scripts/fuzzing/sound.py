"""Sound small inputs of every kind that a user may give, by the tests' own generators."""

from __future__ import annotations

import dataclasses
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

import synthgen.motion
from synthgen.motion.marker_sets import shipped
from tests.motion.bvh_files import bvh_text
from tests.motion.conftest import performance
from tests.motion.recordings import markers_on, smpl_parameters, trc_text, write_c3d

STEP = 18
"""Every how many frames of an exercise are taken: a handful is enough."""


@dataclass(frozen=True)
class Sound:
    """One sound input.

    Attributes:
        kind: what is fuzzed, such as ``bvh`` or ``sidecar``.
        files: name → content; together in one folder.
        subject: the file that is mutated.
        main: the file that is read, as the command line would.
        form: how the subject can be taken apart: ``text``, ``json``, ``yaml``, ``npz`` or ``bytes``.
        gaps: whether the format may leave values out, so that NaN is no fault.
    """

    kind: str
    files: dict[str, bytes]
    subject: str
    main: str
    form: str
    gaps: bool = False


def sound_inputs() -> list[Sound]:
    """All of them; several of a kind where it has several faces."""
    return [one for make in _MAKERS for one in make()]


def _bvh() -> list[Sound]:
    names = {"mixamo": "take.bvh", "cmu": "TAKE.BVH"}
    return [Sound("bvh", {n: _bvh_bytes(c)}, n, n, "text") for c, n in names.items()]


def _bvh_bytes(convention: str) -> bytes:
    truth = performance("squat")[1]
    few = dataclasses.replace(truth, q=truth.q[::STEP], transforms=truth.transforms[::STEP])
    return bvh_text(few, convention).encode()


def _markers(name: str = "plug_in_gait") -> tuple[list[str], np.ndarray]:
    truth = performance("squat")[1]
    return markers_on(truth.body, truth.transforms[::STEP], shipped(name))


def _c3d() -> list[Sound]:
    with tempfile.TemporaryDirectory() as folder:
        content = write_c3d(Path(folder) / "take.c3d", *_markers(), analog=("Fz1",)).read_bytes()
    return [Sound("c3d", {"take.c3d": content}, "take.c3d", "take.c3d", "bytes", gaps=True)]


def _trc() -> list[Sound]:
    return [Sound("trc", {"take.trc": _trc_bytes()}, "take.trc", "take.trc", "text", gaps=True)]


def _trc_bytes(name: str = "plug_in_gait") -> bytes:
    return trc_text(*_markers(name)).encode()


def _mot() -> list[Sound]:
    return [Sound("mot", {"take.mot": _mot_bytes()}, "take.mot", "take.mot", "text")]


def _mot_bytes() -> bytes:
    truth = performance("squat")[1]
    coordinates = truth.body.tree.coordinates
    q = np.where([c.kind == "rotation" for c in coordinates], np.degrees(truth.q), truth.q)[::STEP]
    head = ["Coordinates", "version=1", f"nRows={len(q)}", f"nColumns={q.shape[1] + 1}", "inDegrees=yes", "endheader"]
    rows = ["\t".join(f"{v:.6f}" for v in (t / 10, *row)) for t, row in enumerate(q)]
    return "\n".join([*head, "\t".join(["time", *(c.name for c in coordinates)]), *rows, ""]).encode()


def _deepmimic() -> list[Sound]:
    turns = 5 * [1.0, 0.0, 0.0, 0.0]  # chest, neck, hip … each a unit quaternion, knees and elbows an angle
    row = [0.05, 0.0, 0.85, 0.0, *turns[:16], -0.1, *turns[:8], 0.2, *turns[:4], -0.1, *turns[:8], 0.2]
    rows = [[*row[:1], 0.02 * i, *row[2:]] for i in range(6)]
    content = json.dumps({"Loop": "wrap", "Frames": rows}).encode()
    return [Sound("deepmimic", {"take.txt": content}, "take.txt", "take.txt", form) for form in ("json", "text")]


def _packed(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def _clip() -> list[Sound]:
    clip = performance("squat")[0]
    points = {n: p[::STEP] for n, p in clip.points.items()}
    few = dataclasses.replace(
        clip, points=points, orientations={n: o[::STEP] for n, o in clip.orientations.items()}, fps=clip.fps / STEP
    )
    with tempfile.TemporaryDirectory() as folder:
        few.save(Path(folder) / "take.npz")
        content = (Path(folder) / "take.npz").read_bytes()
    return [Sound("clip", {"take.npz": content}, "take.npz", "take.npz", "npz", gaps=True)]


def _amass() -> list[Sound]:
    return [Sound("amass", {"take.npz": _amass_bytes()}, "take.npz", "take.npz", "npz")]


def _amass_bytes() -> bytes:
    from synthgen.motion.readers.smpl import skeleton

    truth = performance("squat")[1]
    poses, trans = smpl_parameters(truth.body, truth.transforms[::STEP], skeleton.stand_in())
    return _packed(
        poses=poses, trans=trans, betas=np.zeros(16), gender=np.array("female"), mocap_framerate=np.array(5.0 / 3)
    )


def _joints() -> list[Sound]:
    from synthgen.motion.readers.smpl import skeleton

    clip = performance("squat")[0]
    joints = np.full((clip.frames, 24, 3), 0.5)
    for i, row in enumerate(skeleton.joints()):
        joints[:, i] = clip.points.get(row.get("point", ""), clip.points["pelvis"])
    files = {"take.npz": _packed(joints=joints[::STEP], fps=np.array(5.0 / 3))}
    return [Sound("joints", files, "take.npz", "take.npz", "npz", gaps=True)]


SCENE = """\
name: small
seed: 3
images: 4
shard_size: 2
size: [320, 240]
clips:
  - builtin:squat
  - {source: take.trc, weight: 2, time: [0.0, 1.0]}
cast: {count: 3, rig: anny, age: [20, 60], postures: {share: 0.2, kinds: [scoliosis]}}
people: {min: 1, max: 2}
room: {kind: gym, length: [8, 10]}
props: {count: {min: 2, max: 4}, occluders: 0.1}
lights: {variation: 0.5, exposure: [0.9, 1.1]}
camera: {per_shot: 2, distance: [2, 4], hfov: [50, 60], views: {back: 1, side: 0, front: 0}}
engine: {kind: embedded, timeout: 30}
output: {image: jpg, depth: true}
accept: {fit_rms_mm: 25, clips: [builtin:squat]}
"""


def _scene() -> list[Sound]:
    files = {"scene.yaml": SCENE.encode(), "take.trc": _trc_bytes(), "take.trc.yaml": b"unit: mm\n"}
    return [Sound("scene", files, "scene.yaml", "scene.yaml", form) for form in ("yaml", "text")]


def _sidecar() -> list[Sound]:
    said = {
        "take.trc": (_trc_bytes(), "unit: mm\nup: +z\nmarkers: plug_in_gait\n"),
        "take.bvh": (_bvh_bytes("mixamo"), "unit: cm\nup: +y\n"),
        "take.npz": (_amass_bytes(), "unit: m\nup: +z\nfps: 2\nstature: 1.7\n"),
    }
    return [
        Sound("sidecar", {take: content, f"{take}.yaml": note.encode()}, f"{take}.yaml", take, form, take[5:] == "trc")
        for take, (content, note) in said.items()
        for form in ("yaml", "text")
    ]


def _rest_joints() -> list[Sound]:
    from synthgen.motion.readers.smpl import skeleton

    buffer = io.BytesIO()
    np.save(buffer, skeleton.stand_in())
    files = {"take.npz": _amass_bytes(), "take.npz.yaml": b"rest_joints: mine.npy\n", "mine.npy": buffer.getvalue()}
    return [Sound("rest_joints", files, "mine.npy", "take.npz", "bytes")]


def _shipped_text(name: str) -> str:
    return next(Path(synthgen.motion.__file__).parent.rglob(name)).read_text(encoding="utf-8")


def _marker_set() -> list[Sound]:
    files = {
        "take.trc": _trc_bytes("davis"),
        "take.trc.yaml": b"markers: mine.yaml\n",
        "mine.yaml": _shipped_text("davis.yaml").encode(),
    }
    return [Sound("marker_set", files, "mine.yaml", "take.trc", form, gaps=True) for form in ("yaml", "text")]


def _joint_mapping() -> list[Sound]:
    every = yaml.safe_load(_shipped_text("bvh_joints.yaml"))["conventions"]
    one = yaml.safe_dump({"conventions": {"mixamo": every["mixamo"]}}, sort_keys=False)
    files = {"take.bvh": _bvh_bytes("mixamo"), "take.bvh.yaml": b"joints: mine.yaml\n", "mine.yaml": one.encode()}
    return [Sound("joint_mapping", files, "mine.yaml", "take.bvh", form) for form in ("yaml", "text")]


def _posture() -> list[Sound]:
    text = "name: mine\nthoracic_kyphosis: 60\nscoliosis: {type: thoracic, apex: T8, cobb: 30, convex: right}\n"
    return [Sound("posture", {"mine.yaml": text.encode()}, "mine.yaml", "mine.yaml", form) for form in ("yaml", "text")]


_MAKERS: tuple[Callable[[], list[Sound]], ...] = (
    _bvh,
    _c3d,
    _trc,
    _mot,
    _deepmimic,
    _clip,
    _amass,
    _joints,
    _scene,
    _sidecar,
    _rest_joints,
    _marker_set,
    _joint_mapping,
    _posture,
)
KINDS = tuple(make.__name__[1:] for make in _MAKERS)
"""What can be fuzzed."""

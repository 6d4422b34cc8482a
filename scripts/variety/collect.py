"""A scene's first shots, made as a run makes them → rows of people and pictures."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from scripts.variety.rows import Figure, body_row, picture_row
from synthgen.core.cache import Cache
from synthgen.core.processes.maps import process_map
from synthgen.core.scratch import Scratch
from synthgen.pipeline.clips import load_clips
from synthgen.pipeline.company import Company
from synthgen.pipeline.fits import fit_clips, kept_fits
from synthgen.pipeline.script import Script
from synthgen.pipeline.versions import code_digest
from synthgen.scene import load_scene, scene_hash
from synthgen.world.framing import camera_of
from synthgen.world.moment_table import MomentTable

Rows = list[dict[str, Any]]
_AT_ONCE = 40
"""Shots after which what is found is kept."""


def collect(path: Path, shots: int, workers: int, keep: Path | None = None) -> tuple[Rows, Rows]:
    """Rows of people, and rows of pictures with ``person``, the index among the people.

    Args:
        path: the scene file.
        shots: how many.
        workers: processes.
        keep: file with a line for each shot, which is gone on with where scene and code are the same.
    """
    script = script_of(path, shots, workers)
    scene = script.scene
    stamp = f"{scene_hash(scene.model_copy(update={'images': scene.camera.per_shot}))} {code_digest()}"
    done = _kept(keep, stamp)
    todo = [i for i in range(shots) if i not in done]
    with Scratch("variety") as folder, process_map(workers) as each, tqdm(total=shots, initial=len(done)) as bar:
        (folder / "script").write_bytes(pickle.dumps(script))
        for k in range(0, len(todo), _AT_ONCE):
            part = todo[k : k + _AT_ONCE]
            found = each(partial(_shot, folder / "script"), part, done=bar.update)
            done |= dict(zip(part, found, strict=True))
            if keep is not None:
                with keep.open("a", encoding="utf-8") as file:
                    file.write("".join(f"{json.dumps([i, done[i]])}\n" for i in part))
    people: Rows = []
    pictures: Rows = []
    for i in range(shots):
        for body, seen in done[i]:
            pictures += [row | {"person": len(people)} for row in seen]
            people.append(body)
    return people, pictures


def script_of(path: Path, shots: int, workers: int = 1) -> Script:
    """What decides the shots of a scene file that has that many."""
    scene = load_scene(path)
    scene = scene.model_copy(update={"images": shots * scene.camera.per_shot})
    cache = Cache.at(None)
    clips = load_clips(scene, cache)
    fits = fit_clips(scene, clips, cache, workers, True)
    return Script(scene, kept_fits(clips, cache), MomentTable.of(fits), cache)


def _kept(path: Path | None, stamp: str) -> dict[int, Any]:
    """Shot → rows of the file; it is begun anew where it belongs to another scene or code."""
    if path is None:
        return {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if lines and lines[0] == stamp:
        return dict(map(json.loads, lines[1:]))
    path.write_text(f"{stamp}\n", encoding="utf-8")
    return {}


@lru_cache(maxsize=1)
def _company(script: Path) -> Company:
    """The people of a process; the file is this run's own."""
    return Company(pickle.loads(script.read_bytes()))


def _shot(script: Path, number: int) -> list[tuple[dict[str, Any], Rows]]:
    """Per person of a shot its own row, and one for each camera that has it in front."""
    company = _company(script)
    shot = company.shot(number)
    # A lens bends straight spines towards the rim; what is measured is what people do.
    pinholes = [replace(camera_of(camera), distortion=()) for camera in shot.cameras]
    out = []
    for person in shot.people:
        actor, motion = company.actor(person.body), company.motion(person)
        row = motion.row(person.frame)
        figure = Figure(person, company.performance(person), row, actor.body, actor.sites, motion.bones[row])
        seen = [picture_row(figure, camera) for camera in pinholes]
        out.append((body_row(figure), [row for row in seen if row is not None]))
    return out

"""Scenes as they are measured: changed in a key or two, and made ready to be rendered shot by shot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml

from synthgen.core.cache import Cache
from synthgen.pipeline.clips import load_clips
from synthgen.pipeline.company import Company
from synthgen.pipeline.fits import fit_clips, kept_fits
from synthgen.pipeline.renderer import RendererFactory
from synthgen.pipeline.script import Script
from synthgen.scene import Scene, load_scene
from synthgen.world.moment_table import MomentTable
from synthgen.world.shot import PersonSpec, Shot

RendererName = Literal["auto", "cpu", "gpu"]


@dataclass(frozen=True)
class Ready:
    """A scene whose clips are fitted and whose bodies are built: everything but the pictures.

    Attributes:
        scene: the scene.
        shots: its shots.
        script: what decided them.
    """

    scene: Scene
    shots: tuple[Shot, ...]
    script: Script

    def first(self, shots: int) -> Ready:
        """The same with the first shots only."""
        return replace(self, shots=self.shots[:shots])

    def factory(self, renderer: RendererName) -> RendererFactory:
        """Makes what a worker renders with: one engine, which draws with the named renderer and is never replaced."""
        settings = self.scene.engine.model_copy(update={"renderer": renderer, "recycle_after": 10**6})
        return RendererFactory(settings, self.script)

    def pose(self, person: PersonSpec) -> np.ndarray:
        """(B, 4, 4) the bones of a person in the shot, in the clip's world."""
        motion = Company(self.script).motion(person)
        return np.array(motion.bones[motion.row(person.frame)])


def changed(scene: Path, folder: Path, changes: Mapping[str, Any], name: str = "changed") -> Path:
    """A copy of a scene file with other values of some keys; sections are merged, not replaced.

    Args:
        scene: the file.
        folder: where the copy goes.
        changes: key → value, or section → key → value.
        name: of the copy.
    """
    data = yaml.safe_load(scene.read_text(encoding="utf-8"))
    for key, value in changes.items():
        data[key] = {**data.get(key, {}), **value} if isinstance(value, Mapping) else value
    kept = load_scene(scene)
    data["clips"] = [_located(kept, clip) for clip in data["clips"]]
    out = folder / f"{name}.yaml"
    out.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return out


def _located(scene: Scene, clip: Any) -> Any:
    """A clip of the file whose path does not depend on where the file lies."""
    if isinstance(clip, str):
        return scene.locate(clip)
    return {**clip, "source": scene.locate(clip["source"])}


def ready(path: Path, shots: int, workers: int = 2) -> Ready:
    """Fits and bodies of a scene's first shots, from the cache where it has them.

    Args:
        path: the scene file.
        shots: how many.
        workers: processes for fits that are not in the cache.
    """
    scene = load_scene(path)
    scene = scene.model_copy(update={"images": shots * scene.camera.per_shot})
    cache = Cache.at(None)
    clips = load_clips(scene, cache)
    fits = fit_clips(scene, clips, cache, workers, True)
    script = Script(scene, kept_fits(clips, cache), MomentTable.of(fits), cache)
    company = Company(script)
    return Ready(scene, tuple(company.shot(i) for i in range(scene.shots)), script)

"""Sources → clips; exercises that are computed are kept, because whoever renders them needs them first."""

from __future__ import annotations

from synthgen.core.cache import Cache, Entry, Kind
from synthgen.motion.clip import Clip
from synthgen.motion.schemes import COMPUTED
from synthgen.scene import Scene

CLIPS = Kind(
    name="clips",
    what="clip",
    folder="clips",
    makers=("synthgen.motion.sources",),
    load=Clip.load,
    save=Clip.save,
)
"""Built-in exercises, kept by their names. Clips of files are read from them each time."""


def clip_entry(source: str, cache: Cache) -> Entry[Clip]:
    """Where :func:`cached_clip` keeps a computed exercise."""
    return CLIPS.entry(cache, source, label=source.partition(":")[2])


def cached_clip(source: str, cache: Cache) -> Clip:
    """As :func:`synthgen.motion.load`; a computed exercise comes from the cache when it is there.

    Raises:
        InputError: there is no such clip, it cannot be read, or the cache not be written.
    """
    if source.partition(":")[0] in COMPUTED:
        return clip_entry(source, cache).get(lambda: _load(source))
    return _load(source)


def _load(source: str) -> Clip:
    from synthgen.motion import load

    return load(source)


def load_clips(scene: Scene, cache: Cache) -> dict[str, Clip]:
    """Source → clip, for every clip of the scene.

    Raises:
        InputError: a clip cannot be read, or the scene asks for a part that it does not have.
    """
    from synthgen.world.moment_table import frames_of

    clips = {c.source: cached_clip(scene.locate(c.source), cache) for c in scene.clips}
    for c in scene.clips:
        frames_of(c, clips[c.source].fps, clips[c.source].frames)
    return clips

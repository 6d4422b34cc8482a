"""Keys of a scene that each are right but do not go together, with each other or with the engine."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from synthgen.core.errors import InputError
from synthgen.core.limits import ENGINES, Span
from synthgen.core.tables import tables
from synthgen.core.userfiles.yamldata import KeyPath
from synthgen.core.userfiles.yamlfile import Source, dotted
from synthgen.scene.model import Scene


def rig_problems(source: Source) -> list[InputError]:
    """What is wrong with the name of the rig, also where the rest of the file does not fit."""
    cast = source.data.get("cast")
    rig = cast.get("rig") if isinstance(cast, dict) else None
    known = list(tables("rigs/*.yaml"))
    if not isinstance(rig, str) or rig in known:
        return []
    near = difflib.get_close_matches(rig, known, 1)
    return [
        InputError(
            "unknown rig",
            where=source.where(("cast", "rig")),
            expected=f"one of {', '.join(known)}",
            got=rig,
            remedy=f"did you mean {near[0]!r}?" if near else None,
        )
    ]


def conflicts(scene: Scene, source: Source) -> Iterator[InputError]:
    """One error for every pair of keys that contradict each other, and for what the scene's engine cannot give."""
    if scene.images % scene.camera.per_shot:
        up = -(-scene.images // scene.camera.per_shot) * scene.camera.per_shot
        yield InputError(
            "the images do not divide into shots",
            where=source.where(("images",)),
            expected=f"a multiple of camera.per_shot ({scene.camera.per_shot})",
            got=str(scene.images),
            remedy=f"write {up}",
        )
    if scene.cast.count != "auto" and scene.people.max > scene.cast.count:
        yield InputError(
            "more people in a shot than there are characters",
            where=source.where(("people", "max")),
            expected=f"at most cast.count ({scene.cast.count})",
            got=str(scene.people.max),
            remedy=f"raise cast.count to {scene.people.max} or more, or write 'count: auto'",
        )
    if scene.engine.kind == "embedded" and scene.cast.rig != "anny" and not rig_problems(source):
        yield InputError(
            "the embedded engine has no skin for this rig",
            where=source.where(("cast", "rig")),
            expected="anny",
            got=scene.cast.rig,
            remedy="rig: anny, or an external engine: engine: {kind: external, port: …}",
        )
    yield from _beyond_engine(scene, source)
    yield from _doubled_clips(scene, source)


def _beyond_engine(scene: Scene, source: Source) -> Iterator[InputError]:
    """What the engine would refuse shot by shot: its limits are in ``synthgen/core/limits.py``."""
    limits, engine = ENGINES[scene.engine.kind], f"the {scene.engine.kind} engine"
    for k, size in enumerate(scene.sizes):
        if limits.side.holds(*size):
            continue
        yield InputError(
            f"{engine} gives no picture of this size",
            where=source.where(("size", k) if size != scene.size else ("size",)),
            expected=f"width and height of {limits.side} pixels",
            got=f"{size[0]} × {size[1]}",
            remedy=f"write {_shrunk(size, int(limits.side.upper))}, the same shape within the limit"
            + (
                ""
                if scene.engine.kind == "external"
                else ", or use an engine of your own (engine: {kind: external, port: 9000})"
            ),
        )
    for name in ("length", "width", "height"):
        wish = getattr(scene.room, name)
        if wish is not None and not limits.room.holds(*wish):
            yield _beyond(f"{engine} builds no such room", ("room", name), wish, limits.room, "metres", source)
    reach = Span(0.0, limits.number / 100)  # centimetres on the wire
    for name in ("distance", "height"):
        wish = getattr(scene.camera, name)
        if not reach.holds(*wish):
            yield _beyond(f"{engine} has no such places", ("camera", name), wish, reach, "metres", source)
    factor = Span(2.0**limits.exposure_bias.lower, 2.0**limits.exposure_bias.upper)
    if not factor.holds(*scene.lights.exposure):
        wish = scene.lights.exposure
        yield _beyond(f"{engine} has no such exposure", ("lights", "exposure"), wish, factor, "", source)
    if not limits.fov.holds(*scene.camera.hfov):
        yield _beyond(f"{engine} has no such lens", ("camera", "hfov"), scene.camera.hfov, limits.fov, "°", source)


def _beyond(what: str, key: KeyPath, wish: tuple[float, float], span: Span, unit: str, source: Source) -> InputError:
    inside = [min(max(v, span.lower), span.upper) for v in wish]
    return InputError(
        what,
        where=source.where(key),
        expected=f"two numbers within {span} {unit}".rstrip(),
        got=f"{wish[0]:g} … {wish[1]:g}",
        remedy=f"write [{inside[0]:g}, {inside[1]:g}] at most",
    )


def _shrunk(size: tuple[int, int], most: int) -> list[int]:
    """The largest size of the same shape with sides of at most ``most`` pixels, and at least 64 as the schema asks."""
    scale = most / max(size)
    return [min(most, max(64, round(side * scale))) for side in size]


def _doubled_clips(scene: Scene, source: Source) -> Iterator[InputError]:
    seen: dict[tuple[str, Any], int] = {}
    for i, clip in enumerate(scene.clips):
        first = seen.setdefault((clip.source, clip.time), i)
        if first != i:
            yield InputError(
                "this clip is listed twice",
                where=source.where(("clips", i)),
                got=f"{clip.source}, also {dotted(('clips', first))}",
                remedy="give one of them a larger weight instead",
            )

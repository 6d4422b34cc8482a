"""Reads, checks and identifies scene files; every problem is told at once, each with its line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from synthgen import archive
from synthgen.errors import InputError
from synthgen.motion.beside import notes_file
from synthgen.resources import resource
from synthgen.scene.model import CLIP_FILES, SCHEMES, Scene
from synthgen.scene.source import KeyPath, Source, dotted, read_yaml
from synthgen.scene.wording import translate


class SceneErrors(InputError):
    """Everything that is wrong with one scene file.

    Attributes:
        problems: one error per problem, in the order of the file.
    """

    def __init__(self, problems: list[InputError]) -> None:
        first = problems[0]
        super().__init__(first.what, where=first.where, expected=first.expected, got=first.got, remedy=first.remedy)
        self.problems = tuple(problems)
        self.args = ("\n".join(str(p) for p in problems),)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self.problems),)


def load_scene(path: Path) -> Scene:
    """Reads a scene file and checks everything that can be checked without fitting or rendering.

    Raises:
        InputError: the file is missing or no YAML.
        SceneErrors: an InputError that lists every problem of the content.
    """
    path = Path(path)
    source = read_yaml(path)
    problems = list(source.problems)
    scene: Scene | None = None
    try:
        # JSON mode is strict about types, yet takes a list where the model holds a tuple.
        scene = Scene.model_validate_json(json.dumps(_expanded(source.data), default=str))
    except ValidationError as error:
        problems += [translate(e, source) for e in error.errors(include_url=False)]
    problems += _clip_problems(source, path.parent)
    problems += _rig_problems(source)
    if scene is not None:
        problems += _conflicts(scene, source)
    if problems or scene is None:
        raise SceneErrors(sorted(_unique(problems), key=lambda p: (_line_number(p), p.where or "")))
    scene._folder = path.resolve().parent
    return scene


def scene_hash(scene: Scene) -> str:
    """16 hex digits that identify what a scene asks for: its keys, and the content of its clip files and of those
    beside them that say how to read them (``docs/motion.md``).

    The engine's address, its time-outs and how often it is replaced do not enter: they change no picture.
    """
    unseen = {"host", "port", "start_timeout", "timeout", "recycle_after"}
    plain = scene.model_dump(mode="json", exclude={"engine": unseen})
    files = {c.source: archive.digest(*_content(Path(scene.locate(c.source)))) for c in scene.clips if c.is_file}
    return archive.digest(plain, files)


def _content(clip: Path) -> list[Path]:
    """A clip's file, what is said of it beside it, and the files that are named there."""
    beside = (notes_file(clip), clip.with_suffix(".osim"))
    out = [clip, *(p for p in beside if p is not None and p.is_file() and p != clip)]
    for note in [p for p in out if p.suffix == ".yaml"]:
        try:
            said = yaml.safe_load(note.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, yaml.YAMLError):
            continue  # the reader says what is wrong with it
        named = said.values() if isinstance(said, dict) else ()
        out += [clip.parent / v for v in named if isinstance(v, str) and (clip.parent / v).is_file()]
    return out


def scene_schema() -> dict[str, Any]:
    """The JSON Schema of a scene file."""
    schema = Scene.model_json_schema()
    clip = schema["$defs"]["ClipSource"]
    # load_scene writes the short form out before pydantic sees it.
    schema["$defs"]["ClipSource"] = {
        "anyOf": [{"type": "string", "description": "Short for {source: …}."}, clip],
        "description": clip.pop("description", ""),
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _expanded(data: dict[str, Any]) -> dict[str, Any]:
    """The data with the short form of a clip, a plain string, written out."""
    clips = data.get("clips")
    if not isinstance(clips, list):
        return data
    return {**data, "clips": [{"source": c} if isinstance(c, str) else c for c in clips]}


def _unique(problems: list[InputError]) -> list[InputError]:
    return list({str(p): p for p in problems}.values())


def _line_number(problem: InputError) -> int:
    head = (problem.where or "").split(" ")[0].rpartition(":")[2]
    return int(head) if head.isdigit() else 0


def _sources(source: Source) -> Iterator[tuple[KeyPath, str]]:
    """Every clip source of the raw data, also where the rest of the file does not fit."""
    clips = source.data.get("clips") if isinstance(source.data, dict) else None
    for i, item in enumerate(clips if isinstance(clips, list) else []):
        if isinstance(item, str):
            yield ("clips", i), item
        elif isinstance(item, dict) and isinstance(item.get("source"), str):
            yield ("clips", i, "source"), item["source"]


def _clip_problems(source: Source, folder: Path) -> list[InputError]:
    out = []
    for key, text in _sources(source):
        scheme = text.partition(":")[0]
        if scheme in SCHEMES:
            problem = _named_clip(text, source.where(key))
            out += [problem] if problem else []
        elif missing := _missing_file(folder, text):
            out.append(
                InputError(
                    "there is no such clip",
                    where=source.where(key),
                    expected="builtin:NAME, deepmimic:NAME, or a file beside the scene file",
                    got=missing,
                    remedy="'synthgen clips' lists the names",
                )
            )
        elif Path(text).suffix.lower() not in CLIP_FILES:
            out.append(
                InputError(
                    "this kind of clip file cannot be read",
                    where=source.where(key),
                    expected=f"a file that ends in {', '.join(CLIP_FILES)}",
                    got=text,
                )
            )
    return out


def _missing_file(folder: Path, text: str) -> str | None:
    """What to say of a clip that is no file; None when it is one."""
    try:
        if (folder / text).is_file():
            return None
        return f"{text} ({(folder / text).resolve()} is no file)"
    except (OSError, ValueError, RuntimeError):  # too long, an embedded null byte, links in a circle
        return ascii(text) if len(text) <= 80 else ascii(text[:77]) + "…"


def _named_clip(text: str, where: str) -> InputError | None:
    # The one look downwards of this room: names are checked before anything is started.
    from synthgen.motion import available

    names = available()
    known = [f"{scheme}:{name}" for scheme, group in names.items() for name in group]
    if text in known or text.replace(":", ":humanoid3d_", 1) in known:
        return None
    scheme = text.partition(":")[0]
    alike = [n for n in known if n.startswith(scheme + ":")]
    if scheme == "deepmimic" and not alike:
        return InputError(
            "the motion-captured sample clips are not installed",
            where=where,
            got=text,
            remedy="pip install '.[samples]'  (or remove the deepmimic: clips)",
        )
    near = difflib.get_close_matches(text, known, 1, 0.5)
    return InputError(
        "there is no such clip",
        where=where,
        expected=f"one of {', '.join(alike)}",
        got=text,
        remedy=f"did you mean {near[0]!r}?" if near else "'synthgen clips' lists the names",
    )


def _rig_problems(source: Source) -> list[InputError]:
    cast = source.data.get("cast") if isinstance(source.data, dict) else None
    rig = cast.get("rig") if isinstance(cast, dict) else None
    if not isinstance(rig, str):
        return []
    known = sorted(p.stem for p in resource("rigs").glob("*.yaml"))
    if rig in known:
        return []
    near = difflib.get_close_matches(rig, known, 1)
    remedy = f"did you mean {near[0]!r}?" if near else None
    return [
        InputError(
            "unknown rig",
            where=source.where(("cast", "rig")),
            expected=f"one of {', '.join(known)}",
            got=rig,
            remedy=remedy,
        )
    ]


def _conflicts(scene: Scene, source: Source) -> list[InputError]:
    """Keys that each are right but do not go together."""
    out = []
    if scene.images % scene.camera.per_shot:
        up = -(-scene.images // scene.camera.per_shot) * scene.camera.per_shot
        out.append(
            InputError(
                "the images do not divide into shots",
                where=source.where(("images",)),
                expected=f"a multiple of camera.per_shot ({scene.camera.per_shot})",
                got=str(scene.images),
                remedy=f"write {up}",
            )
        )
    if scene.people.max > scene.cast.count:
        out.append(
            InputError(
                "more people in a shot than there are characters",
                where=source.where(("people", "max")),
                expected=f"at most cast.count ({scene.cast.count})",
                got=str(scene.people.max),
                remedy=f"raise cast.count to {scene.people.max} or more",
            )
        )
    if scene.engine.kind == "embedded" and scene.cast.rig != "anny" and not _rig_problems(source):
        out.append(
            InputError(
                "the embedded engine has no skin for this rig",
                where=source.where(("cast", "rig")),
                expected="anny",
                got=scene.cast.rig,
                remedy="rig: anny, or an external engine: engine: {kind: external, port: …}",
            )
        )
    seen: dict[tuple[str, Any], int] = {}
    for i, clip in enumerate(scene.clips):
        first = seen.setdefault((clip.source, clip.time), i)
        if first != i:
            out.append(
                InputError(
                    "this clip is listed twice",
                    where=source.where(("clips", i)),
                    got=f"{clip.source}, also {dotted(('clips', first))}",
                    remedy="give one of them a larger weight instead",
                )
            )
    return out

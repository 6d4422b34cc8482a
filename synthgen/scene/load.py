"""Reads, checks and identifies scene files; every problem is reported at once, each with its line."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from synthgen.core import digests
from synthgen.core.errors import MESSAGE, InputError, abridged
from synthgen.core.userfiles.yamlfile import Source, parse_yaml
from synthgen.motion.registry import siblings
from synthgen.motion.sidecar import notes_file, read_notes, sibling
from synthgen.scene.assetcheck import asset_files, asset_problems
from synthgen.scene.clipcheck import clip_problems, missing_file
from synthgen.scene.conflicts import conflicts, rig_problems
from synthgen.scene.model import Scene
from synthgen.scene.wording import key_of, translate

_TOLD = 50
"""Problems of one kind that are put into words; who made more mended a part of a file."""


class SceneErrors(InputError):
    """Everything that is wrong with one scene file.

    Attributes:
        problems: one error per problem, in the order of the file; the first :data:`_TOLD` of each kind.
        more: how many there are beyond them.

    The message gives as many in full as fit, and the next ones in one line each.
    """

    def __init__(self, problems: list[InputError], more: int = 0) -> None:
        first = problems[0]
        super().__init__(first.what, where=first.where, expected=first.expected, got=first.got, remedy=first.remedy)
        self.problems, self.more = tuple(problems), more
        self.args = (_listed(problems, more),)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self.problems), self.more)


def _listed(problems: list[InputError], more: int) -> str:
    """The problems in at most :data:`MESSAGE` bytes."""
    last = f"… and {{}} more problems ('synthgen scene check --json' lists {len(problems)})"
    room = MESSAGE - len(last.encode()) - 10
    lines: list[str] = []
    for problem in problems:
        whole, short = str(problem), f"{problem.where}: {problem.what}"
        # The first is given in full whatever it takes; the later ones leave room for those that follow.
        fitting = [text for text, most in ((whole, room - MESSAGE // 4), (short, room)) if len(text.encode()) < most]
        if not lines:
            fitting = [abridged(whole, room)]
        if not fitting:
            break
        lines.append(fitting[0])
        room -= len(fitting[0].encode()) + 1
    left = len(problems) - len(lines) + more
    return "\n".join([*lines, *([last.format(left)] if left else [])])


def load_scene(path: Path) -> Scene:
    """Reads a scene file and checks everything that can be checked without fitting or rendering.

    Raises:
        InputError: the file is missing or no YAML.
        SceneErrors: an InputError that lists every problem of the content.
    """
    path = Path(path)
    source = parse_yaml(path, "scene file", expected="lines such as 'name: gym'", remedy="begin with scenes/hello.yaml")
    return _checked(source, path.parent)


def checked_scene(scene: Scene) -> Scene:
    """A scene that a program made or changed, checked as :func:`load_scene` checks a file.

    Raises:
        SceneErrors: an InputError that lists every problem.
    """
    source = Source(f"scene {scene.name!r}", scene.model_dump(mode="json", warnings=False))
    return _checked(source, scene._folder)


def _checked(source: Source, folder: Path) -> Scene:
    """The scene of a file that was read; clip files are looked for from ``folder``.

    Raises:
        SceneErrors: an InputError that lists every problem of the content.
    """
    problems, more = list(source.problems), source.untold
    scene: Scene | None = None
    try:
        # JSON mode is strict about types, yet takes a list where the model holds a tuple.
        scene = Scene.model_validate_json(json.dumps(_expanded(source.data), default=str))
    except ValidationError as error:
        faults = sorted(error.errors(include_url=False), key=lambda e: source.line(key_of(e)))
        problems += [translate(e, source) for e in faults[:_TOLD]]
        more += len(faults[_TOLD:])
    problems += itertools.islice(clip_problems(source, folder), _TOLD)
    problems += rig_problems(source)
    if scene is not None:
        problems += itertools.islice(conflicts(scene, source), _TOLD)
        problems += itertools.islice(asset_problems(scene, source, folder), _TOLD)
    if problems or scene is None:
        raise SceneErrors(sorted(_unique(problems), key=lambda p: (_line_number(p), p.where or "")), more)
    scene._folder = folder.resolve()
    return scene


def scene_hash(scene: Scene) -> str:
    """16 hex digits that identify what a scene asks for: its keys, and the content of its clip files and of those
    beside them that say how to read them (``docs/motion.md``).

    The engine's address, its time-outs and how often it is replaced do not enter: they change no picture. Nor do bounds
    on a clip's travel, which only decide whether there is a run; older keys of `accept` stay in, so that hashes hold.
    """
    unseen = {
        "engine": {"host", "port", "start_timeout", "timeout", "recycle_after"},
        "accept": {"speed_m_s", "floor_m", "afloat"},
    }
    plain = scene.model_dump(mode="json", exclude=unseen)
    files = {c.source: digests.digest(*_content(Path(scene.locate(c.source)))) for c in scene.clips if c.is_file}
    own = [(p.name, digests.sha256_file(p)) for p in asset_files(scene)]
    return digests.digest(plain, files, *([own] if own else []))


def _content(clip: Path) -> list[Path]:
    """A clip's file, what is said of it beside it, and the files that are named there."""
    beside = (notes_file(clip), *(sibling(clip, ending) for ending in siblings()))
    out = [clip, *(p for p in beside if p is not None and p.is_file() and p != clip)]
    for note in [p for p in out if p.suffix.lower() == ".yaml"]:
        try:
            said = read_notes(note)
        except InputError:
            continue  # the reader says what is wrong with it
        named = [v for v in said.values() if isinstance(v, str)]
        out += [clip.parent / v for v in named if missing_file(clip.parent, v) is None]
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

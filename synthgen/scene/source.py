"""YAML with line numbers: a file → plain data, the line of every key, and the faults of its form."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from synthgen.errors import InputError

KeyPath = tuple[str | int, ...]
_MOST = 100_000
_DEEPEST = 32
_LARGEST = 1_000_000  # bytes; a scene file is a page of text


@dataclass
class Source:
    """A parsed file: plain data, the line (from 1) of every key path, and problems of its form."""

    path: str
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[InputError] = field(default_factory=list)

    def value(self, key: KeyPath) -> Any:
        """The plain data at a key path."""
        here = self.data
        for part in key:
            here = here[part]
        return here

    def where(self, key: KeyPath) -> str:
        """``scenes/gym.yaml:12 people.max``: the line of the key, or of the nearest one above it."""
        near = key
        while near and near not in self.lines:
            near = near[:-1]
        text = f"{self.path}:{self.lines.get(near, 1)}"
        return f"{text} {dotted(key)}" if key else text


def dotted(key: KeyPath) -> str:
    """``("clips", 2, "time")`` → ``clips[2].time``."""
    out = ""
    for part in key:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def read_yaml(path: Path) -> Source:
    """Reads a YAML mapping.

    Raises:
        InputError: the file is missing, unreadable, not UTF-8, not YAML, or not one mapping.
    """
    source = Source(str(path))
    text = _text(path)
    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        raise InputError(
            "a scene file holds no control characters",
            where=f"{path}:{text.count(chr(10), 0, error.position) + 1}",
            got=ascii(text[error.position : error.position + 1]),
            remedy="remove this character",
        ) from None
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise InputError(
                "a scene file holds keys and values",
                where=f"{path}:1",
                expected="lines such as 'name: gym'",
                got="an empty file" if root is None else "something else",
                remedy="begin with scenes/hello.yaml",
            )
        source.data = _plain(loader, root, (), source)
    except RecursionError:
        raise InputError(
            "the file is nested too deeply",
            where=f"{path}:{loader.line + 1}",
            expected=f"at most {_DEEPEST} brackets or indentations inside each other",
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InputError(
            f"this is not YAML: {error.problem or error.context}",
            where=f"{path}:{mark.line + 1}" if mark else str(path),
            expected="'key: value' lines, indented with spaces",
            got=_line(mark) if mark else None,
        ) from None
    except yaml.YAMLError as error:
        raise InputError("this is not YAML", where=str(path), got=str(error).splitlines()[0]) from None
    finally:
        loader.dispose()
    return source


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(
                "this is too large for a scene file", where=str(path), expected=f"at most {_LARGEST // 1000} kB"
            )
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(
            "there is no such scene file", where=str(path), expected="a .yaml file", remedy="check the path"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError("this is not a text file", where=str(path), expected="UTF-8", got=str(error)) from None
    except OSError as error:
        raise InputError("the scene file cannot be read", where=str(path), got=error.strerror or str(error)) from None


def _line(mark: yaml.Mark) -> str | None:
    lines = (mark.buffer or "").rstrip("\0").splitlines()
    return lines[mark.line].strip() if mark.line < len(lines) else "the end of the file"


def _plain(loader: yaml.SafeLoader, node: yaml.Node, key: KeyPath, source: Source) -> Any:
    source.lines.setdefault(key, node.start_mark.line + 1)
    if len(key) > _DEEPEST:  # an alias inside its own anchor never ends
        raise _refused("the file is nested too deeply", node)
    if len(source.lines) > _MOST:  # aliases of aliases grow beyond any file's size
        raise _refused(f"the file has more than {_MOST} values", node)
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, key, source)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, child, (*key, i), source) for i, child in enumerate(node.value)]
    return _scalar(loader, node)


def _scalar(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    try:
        value = loader.construct_object(node)  # type: ignore[no-untyped-call]
        # Half a character cannot be printed, and a number of thousands of digits cannot be told in digits.
        str(value).encode("utf-8")
    except UnicodeEncodeError:
        raise _refused("this text holds half a character (a surrogate)", node) from None
    except ValueError as error:
        raise _refused(str(error), node) from None
    except (KeyError, IndexError, AttributeError):  # how PyYAML answers '!!bool maybe', '!!int ""', '!!timestamp x'
        raise _refused(f"this is no {node.tag.rpartition(':')[2]}", node) from None
    return value


def _name(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _refused("a key is one word, not a list or keys and values", node)
    name = str(node.value)
    if not name.isprintable():
        raise _refused("a key holds a character that cannot be printed", node)
    return name


def _refused(what: str, node: yaml.Node) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, what, node.start_mark)


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, key: KeyPath, source: Source) -> dict[str, Any]:
    own: dict[str, int] = {}
    for name_node, _ in node.value:
        name, line = _name(name_node), name_node.start_mark.line + 1
        if name in own and name != "<<":
            source.problems.append(
                InputError(
                    "this key is there twice",
                    where=f"{source.path}:{line} {dotted((*key, name))}",
                    expected="every key once",
                    got=f"the same key in line {own[name]}",
                    remedy="remove one of the two",
                )
            )
        own.setdefault(name, line)
    loader.flatten_mapping(node)
    out: dict[str, Any] = {}
    for name_node, value_node in node.value:
        name = _name(name_node)
        source.lines[(*key, name)] = name_node.start_mark.line + 1
        out[name] = _plain(loader, value_node, (*key, name), source)
    return out

"""YAML text → plain data: texts, numbers, booleans, nothing, lists, and tables with texts as keys; a date is a text.

An alias counts as often as it is used: aliases of aliases would otherwise grow beyond any file's size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from synthgen.core.userfiles.yamlnodes import DEEPEST, MOST_VALUES, Fault, composed, too_deep, too_many

KeyPath = tuple[str | int, ...]

LONGEST_NUMBER = 400
"""Characters of a number; the largest float has 309 digits."""

_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"


@dataclass
class YamlContent:
    """What a text holds.

    Attributes:
        data: plain data.
        lines: key path → its line, from 1.
        doubled: (key path, line, line of the first) of every key that is given twice.
    """

    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    doubled: list[tuple[KeyPath, int, int]] = field(default_factory=list)


def plain(text: str) -> YamlContent:
    """The data of a text with one document; None where it is empty.

    Raises:
        Fault: it is no YAML, or goes beyond the limits.
    """
    root = composed(text)
    return YamlContent() if root is None else _Builder().built(root)


class _Builder:
    """YamlContent data from nodes, each value counted as often as it is used."""

    def __init__(self) -> None:
        self._out = YamlContent()
        self._count = 0

    def built(self, root: yaml.Node) -> YamlContent:
        """The data of a whole document."""
        self._out.data = self._value(root, ())
        return self._out

    def _value(self, node: yaml.Node, key: KeyPath) -> Any:
        self._enter(node, len(key))
        self._out.lines.setdefault(key, _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._table(node, key)
        if isinstance(node, yaml.SequenceNode):
            _check_tag(node, "seq")
            return [self._value(child, (*key, i)) for i, child in enumerate(node.value)]
        return _scalar(node)

    def _enter(self, node: yaml.Node, depth: int) -> None:
        self._count += 1
        if self._count > MOST_VALUES:
            raise too_many(node.start_mark.line)
        if depth > DEEPEST:
            raise too_deep(node.start_mark.line)

    def _table(self, node: yaml.MappingNode, key: KeyPath) -> dict[str, Any]:
        own: dict[str, int] = {}
        for name_node, _ in node.value:
            name, line = _name(name_node), _line(name_node)
            if name in own and name_node.tag != _MERGE:
                self._out.doubled.append(((*key, name), line, own[name]))
            own.setdefault(name, line)
        out: dict[str, Any] = {}
        for name, (name_node, value_node) in self._pairs(node, len(key)).items():
            self._out.lines[(*key, name)] = _line(name_node)
            out[name] = self._value(value_node, (*key, name))
        return out

    def _pairs(self, node: yaml.Node, depth: int) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Key → nodes of key and value: first what '<<' brings in, then a table's own."""
        self._enter(node, depth)
        if not isinstance(node, yaml.MappingNode):
            raise Fault("'<<' takes the keys of tables, and this is none", _line(node))
        _check_tag(node, "map")
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        own: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for name_node, value in node.value:
            if name_node.tag != _MERGE:
                own[_name(name_node)] = (name_node, value)
                continue
            for other in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                for name, pair in self._pairs(other, depth + 1).items():
                    self._enter(pair[0], depth)
                    merged.setdefault(name, pair)
        return {**merged, **own}


def _scalar(node: yaml.Node) -> Any:
    kind = node.tag.removeprefix(_TAG)
    text = str(node.value)
    if kind in ("int", "float") and len(text) > LONGEST_NUMBER:
        raise Fault(f"a number has at most {LONGEST_NUMBER} digits", _line(node), text)
    try:
        value = _CONVERTERS[kind](node) if kind in _CONVERTERS else _unknown_tag(node)
    except (KeyError, IndexError, AttributeError, ValueError, OverflowError):  # PyYAML's answers to '!!int foo'
        raise Fault(f"this is no {_KINDS[kind]}", _line(node), text or "nothing") from None
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Fault("this text holds half a character (a surrogate)", _line(node), value) from None
    return value


def _text(node: yaml.Node) -> str:
    return str(node.value)


_WORDS = yaml.SafeLoader("")
"""What turns the words of single values into them; holds no state."""
_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "str": _text,
    "timestamp": _text,
    "merge": _text,
    "value": _text,
    "!": _text,
    "null": lambda node: None,
    "bool": _WORDS.construct_yaml_bool,
    "int": _WORDS.construct_yaml_int,
    "float": _WORDS.construct_yaml_float,
}
_KINDS = {"bool": "true or false", "int": "whole number", "float": "number"}


def _check_tag(node: yaml.Node, own: str) -> None:
    if node.tag not in (None, "!", _TAG + own):
        _unknown_tag(node)


def _unknown_tag(node: yaml.Node) -> Any:
    raise Fault("tags have no meaning here", _line(node), "!!" + str(node.tag).removeprefix(_TAG), "remove the tag")


def _name(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise Fault("a key is one word, not a list or keys and values", _line(node))
    name = str(node.value)
    if not name.isprintable():
        raise Fault("a key holds a character that cannot be printed", _line(node), name)
    return name


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1

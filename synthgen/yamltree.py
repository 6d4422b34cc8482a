"""YAML text → nodes → plain data, within limits that hold while it is read, so that no text takes long or much memory.

Built from the parser's events and not by recursion: a text that nests a million lists is refused where it goes too
deep. Values are texts, numbers, booleans, nothing, lists and tables with texts as keys; a date is a text. An alias
counts as often as it is used: aliases of aliases would otherwise grow beyond any file's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

KeyPath = tuple[str | int, ...]

MOST_VALUES = 20_000
"""Values that one file may hold: keys, and what they say."""
DEEPEST = 32
"""Lists and tables inside each other."""
LONGEST_NUMBER = 400
"""Characters of a number; the largest float has 309 digits."""

_TAG = "tag:yaml.org,2002:"
_MERGE = _TAG + "merge"
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # some builds of PyYAML have no libyaml


class Fault(Exception):
    """What is wrong with a text, in our words.

    Attributes:
        line: where, from 1; None when the parser does not say.
        got: what stands there.
        remedy: what to do about it.
    """

    def __init__(self, what: str, line: int | None = None, got: str | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what, self.line, self.got, self.remedy = what, line, got, remedy


@dataclass
class Plain:
    """What a text holds.

    Attributes:
        data: plain data.
        lines: key path → its line, from 1.
        doubled: (key path, line, line of the first) of every key that is given twice.
    """

    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    doubled: list[tuple[KeyPath, int, int]] = field(default_factory=list)


def plain(text: str) -> Plain:
    """The data of a text with one document; None where it is empty.

    Raises:
        Fault: it is no YAML, or goes beyond the limits.
    """
    root = _composed(text)
    return Plain() if root is None else _Builder().built(root)


def _composed(text: str) -> yaml.Node | None:
    """The root of a text's only document."""
    loader = _LOADER(text)
    try:
        return _Composer(loader).root()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = str(error.problem or error.context)
        if "nesting" in told:
            raise _too_deep(mark.line if mark else None) from None
        if "escape code" in told:
            told = "an escape that is half a character, or beyond all characters"
        raise Fault(f"this is not YAML: {told}", mark.line + 1 if mark else None) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # ValueError: an escape beyond Unicode
        raise Fault("this is not YAML", got=str(error).splitlines()[0]) from None
    finally:
        loader.dispose()


class _Composer:
    """Nodes from a parser's events, counted as they come."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader
        self._open: list[tuple[yaml.CollectionNode, str | None]] = []
        self._anchors: dict[str, yaml.Node] = {}
        self._count = 0

    def root(self) -> yaml.Node | None:
        """The only document's node."""
        root = None
        for event in self._events():
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise Fault("this is not YAML of one document: '---' begins a second one", event.start_mark.line + 1)
            node = self._node(event)
            if node is None:
                continue
            if self._open:
                self._open[-1][0].value.append(node)
            elif not isinstance(event, yaml.CollectionStartEvent):
                root = node
        return root

    def _events(self) -> Iterator[yaml.Event]:
        while self._loader.check_event():
            yield self._loader.get_event()

    def _node(self, event: yaml.Event) -> yaml.Node | None:
        """The node that an event completes."""
        line = event.start_mark.line
        if isinstance(event, yaml.NodeEvent):
            self._count += 1
            if self._count > 2 * MOST_VALUES:
                raise _too_many(line)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                inside = any(anchor == event.anchor for _, anchor in self._open)
                told = "stands inside itself" if inside else "is defined nowhere before"
                raise Fault(f"this is not YAML: what '*{event.anchor}' repeats {told}", line + 1)
            return self._anchors[event.anchor]
        node: yaml.Node
        if isinstance(event, yaml.ScalarEvent):
            tag = event.tag or self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
            node = yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, event.style)
            return self._kept(node, event.anchor)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= DEEPEST:
                raise _too_deep(line)
            kind = yaml.MappingNode if isinstance(event, yaml.MappingStartEvent) else yaml.SequenceNode
            self._open.append((kind(event.tag, [], event.start_mark, event.end_mark), event.anchor))
            return None
        if isinstance(event, yaml.CollectionEndEvent):
            node, anchor = self._open.pop()
            if isinstance(node, yaml.MappingNode):
                node.value = list(zip(node.value[::2], node.value[1::2], strict=True))
            return self._kept(node, anchor)
        return None

    def _kept(self, node: yaml.Node, anchor: str | None) -> yaml.Node:
        if anchor:
            self._anchors[anchor] = node
        return node


class _Builder:
    """Plain data from nodes, each value counted as often as it is used."""

    def __init__(self) -> None:
        self._out = Plain()
        self._count = 0

    def built(self, root: yaml.Node) -> Plain:
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
            raise _too_many(node.start_mark.line)
        if depth > DEEPEST:
            raise _too_deep(node.start_mark.line)

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
_CONVERTERS: dict[str, Callable[[yaml.Node], Any]] = {
    "str": _text, "timestamp": _text, "merge": _text, "value": _text, "!": _text,
    "null": lambda node: None, "bool": _WORDS.construct_yaml_bool,
    "int": _WORDS.construct_yaml_int, "float": _WORDS.construct_yaml_float,
}  # fmt: skip
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


def _too_deep(line: int | None) -> Fault:
    told = f"the file is nested too deeply: at most {DEEPEST} brackets or indentations inside each other"
    return Fault(told, None if line is None else line + 1)


def _too_many(line: int) -> Fault:
    return Fault(f"the file has more than {MOST_VALUES} values", line + 1, remedy="split it")

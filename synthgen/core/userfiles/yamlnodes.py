"""YAML text → nodes, within limits that hold while it is read, so that no text takes long or much memory.

Built from the parser's events and not by recursion: a text that nests a million lists is refused where it goes too
deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

MOST_VALUES = 20_000
"""Values that one file may hold: keys, and what they say."""
DEEPEST = 32
"""Lists and tables inside each other."""

_EXPONENT = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")
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


def composed(text: str) -> yaml.Node | None:
    """The root of a text's only document; None where it is empty.

    Raises:
        Fault: it is no YAML, or goes beyond the limits.
    """
    loader = _LOADER(text)
    try:
        return _Composer(loader).root()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = str(error.problem or error.context)
        if "nesting" in told:
            raise too_deep(mark.line if mark else None) from None
        if "escape code" in told:
            told = "an escape that is half a character, or beyond all characters"
        raise Fault(f"this is not YAML: {told}", mark.line + 1 if mark else None) from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # ValueError: an escape beyond Unicode
        raise Fault("this is not YAML", got=str(error).partition("\n")[0]) from None
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
            if root is not None and isinstance(event, yaml.DocumentStartEvent):
                line = event.start_mark.line + 1 if event.start_mark else None
                raise Fault("this is not YAML of one document: '---' begins a second one", line)
            node = self._node(event)
            if node is None:
                continue
            if self._open:
                self._open[-1][0].value.append(node)
            elif not isinstance(event, yaml.CollectionStartEvent):
                root = node
        return root

    def _events(self) -> Iterator[Any]:  # yaml.Event; its stubs do not know what each kind has
        while self._loader.check_event():
            yield self._loader.get_event()

    def _node(self, event: Any) -> yaml.Node | None:
        """The node that an event completes."""
        start, end = event.start_mark, event.end_mark
        line = start.line
        if isinstance(event, yaml.NodeEvent):
            self._count += 1
            if self._count > 2 * MOST_VALUES:
                raise too_many(line)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                inside = any(anchor == event.anchor for _, anchor in self._open)
                told = "stands inside itself" if inside else "is defined nowhere before"
                raise Fault(f"this is not YAML: what '*{event.anchor}' repeats {told}", line + 1)
            return self._anchors[event.anchor]
        node: yaml.Node
        if isinstance(event, yaml.ScalarEvent):
            tag = event.tag or self._resolved(event)
            node = yaml.ScalarNode(tag, event.value, start, end, event.style)
            return self._kept(node, event.anchor)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self._open) >= DEEPEST:
                raise too_deep(line)
            kind: Any = yaml.MappingNode if isinstance(event, yaml.MappingStartEvent) else yaml.SequenceNode
            self._open.append((kind(event.tag, [], start, end), event.anchor))
            return None
        if isinstance(event, yaml.CollectionEndEvent):
            node, anchor = self._open.pop()
            if isinstance(node, yaml.MappingNode):
                node.value = list(zip(node.value[::2], node.value[1::2], strict=True))
            return self._kept(node, anchor)
        return None

    def _resolved(self, event: Any) -> str:
        """The kind of a value without a tag; PyYAML's YAML 1.1 takes 1e-3, without a point, for a word."""
        if event.implicit[0] and _EXPONENT.fullmatch(event.value):
            return "tag:yaml.org,2002:float"
        return str(self._loader.resolve(yaml.ScalarNode, event.value, event.implicit))

    def _kept(self, node: yaml.Node, anchor: str | None) -> yaml.Node:
        if anchor:
            self._anchors[anchor] = node
        return node


def too_deep(line: int | None) -> Fault:
    """The fault of a value in a line, from 0, that goes beyond :data:`DEEPEST`."""
    told = f"the file is nested too deeply: at most {DEEPEST} brackets or indentations inside each other"
    return Fault(told, None if line is None else line + 1)


def too_many(line: int) -> Fault:
    """The fault of a value in a line, from 0, that goes beyond :data:`MOST_VALUES`."""
    return Fault(f"the file has more than {MOST_VALUES} values", line + 1, remedy="split it")

"""The package's own YAML tables: each is read once, and nobody can change it.

A table is named by a *literal* path below the package (``characters/data/hair.yaml``) or below the data folders
(``rigs/anny.yaml``), so that the tables which a module reads can be found in its source. A user's files are the
business of :mod:`synthgen.core.userfiles`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import yaml

from synthgen.core.errors import InputError
from synthgen.core.resources import resource


@cache
def table(path: str) -> dict[str, Any]:
    """One table, read-only all the way down: to change it raises TypeError, :func:`copy.deepcopy` gives a free one.

    Args:
        path: literal, below the package or the data folders.

    Raises:
        InputError: the file is missing, is not YAML, or holds no mapping.
    """
    return _read(resource(path))


@cache
def tables(pattern: str) -> Tables:
    """The tables of one folder by name, for readers that learn the name from elsewhere.

    Args:
        pattern: literal, such as ``rigs/*.yaml``; a star in the file's name alone.
    """
    folder = PurePosixPath(pattern)
    return Tables(resource(str(folder.parent)), folder.name)


_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # some builds of PyYAML have no libyaml


class Tables(Mapping[str, dict[str, Any]]):
    """Name of a file without its ending → its table, in the order of the names; each is read when it is asked for."""

    def __init__(self, folder: Path, pattern: str) -> None:
        self._paths = {p.stem: p for p in sorted(folder.glob(pattern))}

    def __getitem__(self, name: str) -> dict[str, Any]:
        return _read(self._paths[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def path(self, name: str) -> Path:
        """Where a table lies."""
        return self._paths[name]


@cache
def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise _broken(path, str(error)) from error
    if not isinstance(data, dict):
        raise _broken(path, type(data).__name__)
    return _Mapping(data)


def _broken(path: Path, got: str) -> InputError:
    return InputError(
        "the shipped table cannot be read",
        where=str(path),
        expected="a YAML mapping",
        got=got,
        remedy="install synthgen again (pip install --force-reinstall .)",
    )


def _sealed(node: Any) -> Any:
    if isinstance(node, dict):
        return _Mapping(node)
    return _List(node) if isinstance(node, list) else node


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("a shipped table is read-only; copy.deepcopy gives one that may be changed")


class _Mapping(dict[str, Any]):
    """A dict to every reader, and none to a writer; copies and pickles are plain."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__({key: _sealed(value) for key, value in data.items()})

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return _free(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (_free(self),)


class _List(list[Any]):
    """The same of a list."""

    def __init__(self, data: list[Any]) -> None:
        super().__init__(map(_sealed, data))

    __setitem__ = __delitem__ = __iadd__ = __imul__ = append = extend = insert = remove = pop = clear = _refuse
    sort = reverse = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return _free(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (_free(self),)


def _free(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _free(value) for key, value in node.items()}
    return [_free(value) for value in node] if isinstance(node, list) else node

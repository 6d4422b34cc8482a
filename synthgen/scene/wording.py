"""Validation errors in the words of the scene file."""

from __future__ import annotations

import difflib
import json
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from synthgen.core.errors import InputError
from synthgen.core.userfiles.yamldata import KeyPath
from synthgen.core.userfiles.yamlfile import Source
from synthgen.scene.model import Scene

_TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "a text",
    "bool_type": "true or false",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "dict_type": "keys and values",
    "tuple_type": "a list, [first, second …]",
}
_BOUNDS = {
    "greater_than": ("gt", "a number > {}"),
    "greater_than_equal": ("ge", "a number ≥ {}"),
    "less_than": ("lt", "a number < {}"),
    "less_than_equal": ("le", "a number ≤ {}"),
}


_REPLACED = {
    ("cast", "weight"): "bmi: [18, 28], the body mass index in kg/m²",
    ("cast", "height"): "stature: [1.55, 1.9], metres",
}
"""Keys of older scenes → what says the same now."""


def key_of(error: ErrorDetails) -> KeyPath:
    """Where in the file an error is; pydantic also tells of the forms of a value, such as ``<sizes>``."""
    return tuple(part for part in error["loc"] if not str(part).startswith("<"))


def translate(error: ErrorDetails, source: Source) -> InputError:
    """One pydantic error → one message in the words of the scene file."""
    kind, key, context = error["type"], key_of(error), error.get("ctx") or {}
    if key and isinstance(key[-1], int) and isinstance(source.value(key[:-1]), str):
        key = key[:-1]  # a text that stands for a list of one
    where, got = source.where(key), _show(error.get("input"))
    if kind == "scene":
        return InputError(context["what"], where=where, expected=context["expected"], got=got, remedy=context["remedy"])
    if kind == "extra_forbidden" and key in _REPLACED:
        now = _REPLACED[key]
        return InputError(
            "there is no such key any more", where=where, expected=now, got=got, remedy=f"write {now.split(', the')[0]}"
        )
    if kind == "extra_forbidden":
        known = _known_keys(key[:-1])
        near = difflib.get_close_matches(str(key[-1]), known, 1)
        return InputError(
            "unknown key",
            where=where,
            expected=f"one of {', '.join(known)}",
            got=str(key[-1]),
            remedy=f"did you mean {near[0]!r}?" if near else "remove it ('synthgen scene schema' lists every key)",
        )
    if kind == "missing" and isinstance(key[-1], int):
        whole = source.value(key[:-1])
        return InputError(
            "the list has the wrong length", where=source.where(key[:-1]), expected=_describe(key), got=_show(whole)
        )
    if kind == "missing":
        return InputError("a key is missing", where=where, expected=_describe(key), remedy=f"add '{key[-1]}: …'")
    if kind == "literal_error":
        known = [t.strip(" '") for t in str(context.get("expected", "")).replace(" or ", ", ").split(",")]
        near = difflib.get_close_matches(str(error.get("input")), known, 1)
        remedy = f"did you mean {near[0]!r}?" if near else None
        return InputError("unknown value", where=where, expected=f"one of {', '.join(known)}", got=got, remedy=remedy)
    if kind in _BOUNDS:
        name, text = _BOUNDS[kind]
        return InputError("the number is out of range", where=where, expected=text.format(context[name]), got=got)
    if kind in ("too_short", "too_long"):
        return InputError("the list has the wrong length", where=where, expected=_describe(key), got=got)
    if kind in ("string_too_short", "string_too_long"):
        bound = f"at most {context['max_length']}" if "max_length" in context else f"at least {context['min_length']}"
        return InputError(f"this text is too {kind[11:]}", where=where, expected=f"{bound} characters", got=got)
    if kind == "string_pattern_mismatch":
        return InputError("this name does not do", where=where, expected=_describe(key), got=got)
    if kind in _TYPES:
        return InputError("wrong type", where=where, expected=_TYPES[kind], got=f"{got} ({_type(error.get('input'))})")
    return InputError(error["msg"], where=where, expected=_describe(key), got=got)


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "…"


def _type(value: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list"}
    return "nothing" if value is None else names.get(type(value), "keys and values")


def _model_at(key: KeyPath) -> type[BaseModel] | None:
    """The section that a key path leads to; None when it leads to a plain value."""
    model: type[BaseModel] | None = Scene
    for part in key:
        if isinstance(part, int) or model is None:
            continue
        field = model.model_fields.get(part)
        candidates = [field.annotation, *getattr(field.annotation, "__args__", ())] if field else []
        model = next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), None)
    return model


def _known_keys(section: KeyPath) -> list[str]:
    model = _model_at(section)
    return list(model.model_fields) if model else []


def _describe(key: KeyPath) -> str:
    names = [k for k in key if isinstance(k, str)]
    if not names:
        return "a scene"
    cut = len(key) - 1 - list(reversed(key)).index(names[-1])
    model = _model_at(key[:cut])
    field = model.model_fields.get(names[-1]) if model else None
    return f"{names[-1]}: {field.description}" if field and field.description else names[-1]

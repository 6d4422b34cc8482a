"""What the pages say of the command line and of the scripts, held against both."""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from synthgen.cli.app import app
from tests.house.pages import ROOT, blocks, spans


@functools.cache
def command() -> Any:
    """The command line as click has it."""
    return typer.main.get_command(app)


def verbs(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every verb with its words: ``render``, ``scene check`` …"""
    for name, verb in group.commands.items():
        yield f"{before}{name}", verb
        if hasattr(verb, "commands"):
            yield from verbs(verb, f"{before}{name} ")


def options(verb: Any) -> set[str]:
    """The options of a verb, ``--help`` included."""
    return {"-h", "--help"} | {o for p in verb.params for o in (*p.opts, *p.secondary_opts) if o.startswith("-")}


def script_options(path: Path) -> set[str]:
    """The options that a script's source names."""
    return {"-h", "--help"} | set(re.findall(r"""["'](--[a-z-]+)["']""", path.read_text(encoding="utf-8")))


def shell_lines(text: str) -> list[list[str]]:
    """Words of every line of shell blocks, and of spans that look like one; comments and placeholders left out."""
    lines = [line for b in blocks(text, "bash", "sh") for line in re.sub(r"\\\n", " ", b).splitlines()]
    known = {name.split()[0] for name, _ in verbs(command())}
    for span in spans(text):
        first = span.split()[0]
        if first in ("synthgen", "python") or span.startswith("scripts/") or (first in known and " -" in span):
            lines.append(f"synthgen {span}" if first in known else span)
    out = []
    for line in lines:
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            words = line.split()
        if words:
            out.append([w for w in words if w not in ("…", "...")])
    return out


def wrong_commands(page: Path, text: str) -> list[str]:
    """Verbs, options and scripts that do not exist."""
    out = []
    for words in shell_lines(text):
        if words[0] == "synthgen":
            out += _wrong_verb(words)
        elif words[0] == "python" and len(words) > 1 and words[1].startswith("scripts/"):
            out += _wrong_script(words[1:])
    every = {o for _, verb in verbs(command()) for o in options(verb)} | options(command())
    every |= {o for p in (ROOT / "scripts").iterdir() if p.is_file() for o in script_options(p)} | {"--long"}
    engine = script_options(ROOT / "synthgen" / "engine" / "__main__.py")
    lone = {s.split()[0].split("=")[0] for s in spans(text) if re.match(r"--[a-z]", s)}
    return out + [f"no option {o}" for o in sorted(lone - every - engine)]


def _wrong_verb(words: list[str]) -> list[str]:
    verb, rest, line = command(), words[1:], " ".join(words)
    while hasattr(verb, "commands") and rest and not rest[0].startswith("-"):
        if rest[0] not in verb.commands:
            return [f"no verb {rest[0]} in: {line}"]
        verb, rest = verb.commands[rest[0]], rest[1:]
    given = {w.split("=")[0] for w in rest if re.match(r"--?[a-z]", w)}
    return [f"no option {o} in: {line}" for o in sorted(given - options(verb))]


def _wrong_script(words: list[str]) -> list[str]:
    path, line = ROOT / words[0], " ".join(words)
    if not path.exists():
        return [f"no script in: {line}"]
    given = {w.split("=")[0] for w in words[1:] if re.match(r"--[a-z]", w)}
    return [f"no option {o} in: {line}" for o in sorted(given - script_options(path))]

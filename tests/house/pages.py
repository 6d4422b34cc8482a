"""Reads the project's pages and finds what they say of the code that is not so.

Each ``wrong_…`` takes a page (its path as it would stand in the checkout, and its text) and returns a line per fault.
"""

from __future__ import annotations

import ast
import importlib
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from markdown.extensions.toc import slugify

ROOT = Path(__file__).parents[2]
OTHERS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md")
PAGES = [*(ROOT / name for name in OTHERS if (ROOT / name).exists()), *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = {p.stem for p in (ROOT / "synthgen").iterdir() if not p.name.startswith(("_", "."))}
FOLDERS = {p.name for p in ROOT.iterdir() if p.is_dir()} - {"out", "dist", "build", "site"}
SUFFIXES = ("py", "yaml", "md", "json", "jsonl", "npz", "npy", "parquet", "csv", "png", "svg", "toml")

FENCE = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#+ +(.*?) *#* *$", re.MULTILINE)
DOTTED = re.compile(r"(synthgen\.)?([a-z_]+(?:\.[A-Za-z_]+)+)(?:\(.*\))?")
NAMED_PATH = re.compile(r"([A-Za-z_]+(?:/[A-Za-z0-9_.-]+)+/?)(?:::\w+)?")


def blocks(text: str, *kinds: str) -> Iterator[str]:
    """The fenced blocks of these languages."""
    for kind, body in FENCE.findall(text):
        if kind in kinds:
            yield textwrap.dedent(body)


def spans(text: str) -> list[str]:
    """Code spans outside fenced blocks."""
    return SPAN.findall(FENCE.sub("", text))


def exists(name: str) -> bool:
    """Whether ``room.module.Thing.attribute`` can be reached inside synthgen."""
    words = name.split(".")
    for k in range(len(words), -1, -1):
        try:
            thing = importlib.import_module(".".join(["synthgen", *words[:k]]))
        except ModuleNotFoundError:
            continue
        for word in words[k:]:
            if not hasattr(thing, word) and word not in getattr(thing, "__annotations__", {}):
                return False
            thing = getattr(thing, word, None)
        return True
    return False


def wrong_names(page: Path, text: str) -> list[str]:
    """Dotted names of the package that do not exist: with ``synthgen.`` before them, or beginning with a room.

    ``scene.…`` may be a key of a scene file, so it counts only after ``synthgen.``.
    """
    names = set()
    for span in spans(text):
        if (found := DOTTED.fullmatch(span)) and not found[2].endswith(tuple(f".{s}" for s in SUFFIXES)):
            room = found[2].split(".")[0]
            if found[1] or room in ROOMS - {"scene"}:
                names.add(found[2])
    return [f"no name {name}" for name in sorted(names) if not exists(name)]


def wrong_paths(page: Path, text: str) -> list[str]:
    """Paths that begin with a folder of the project, a room, or a folder of the core, and are not there."""
    words = [*spans(text), *(w for b in blocks(text, "bash", "sh", "yaml") for w in re.split(r"[\s'\"(){}\[\],]+", b))]
    paths = {f[1] for w in words if (f := NAMED_PATH.fullmatch(w)) and f[1].split("/")[0] in FOLDERS | ROOMS}
    bases = (ROOT, ROOT / "synthgen", page.parent)
    return [f"no path {p}" for p in sorted(paths) if not any((base / p).exists() for base in bases)]


def wrong_links(page: Path, text: str) -> list[str]:
    """Relative links to files or headings that are not there."""
    out = []
    for link in LINK.findall(FENCE.sub("", text)):
        name, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = page.parent / name if name else page
        if not target.exists():
            out.append(f"no file for the link {link}")
        elif anchor and anchor not in anchors(text if target == page else target.read_text(encoding="utf-8")):
            out.append(f"no heading for the link {link}")
    return out


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as the site and GitHub make them."""
    return {slugify(re.sub(r"[`*]", "", h), "-") for h in HEADING.findall(FENCE.sub("", text))}


def wrong_python(page: Path, text: str) -> list[str]:
    """Python blocks that do not compile, and imports in them that lead nowhere."""
    out = []
    for code in blocks(text, "python"):
        try:
            tree = ast.parse(code)
        except SyntaxError as error:
            out.append(f"no Python: {error.msg}: {error.text}")
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                out += [f"no module {a.name}" for a in node.names if not _imports(a.name)]
            elif isinstance(node, ast.ImportFrom):
                out += [f"no {a.name} in {node.module}" for a in node.names if not _imports(node.module or "", a.name)]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "synthgen":
                out += [] if _imports("synthgen", node.attr) else [f"no synthgen.{node.attr}"]
    return out


def _imports(module: str, name: str = "") -> bool:
    try:
        thing = importlib.import_module(module)
    except ImportError:
        return False
    return not name or hasattr(thing, name) or _imports(f"{module}.{name}")

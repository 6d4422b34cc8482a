"""Templates: what is escaped, what is missing, and that every template of the package can be read."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from jinja2 import Environment, TemplateNotFound, UndefinedError

from synthgen.core.pages import render_page

TEMPLATES = sorted(Path(str(resources.files("synthgen"))).rglob("templates/*"))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with three templates."""
    folder = tmp_path / "printed" / "templates"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    (folder / "page.html").write_text(
        '{% extends "base.html" %}{% from "parts.html" import numbers %}\n'
        "{% block style %}h1{color:red}{% endblock %}\n"
        "{% block body %}<h1>{{ title }}</h1>{{ numbers(((5, what),)) }}{% endblock %}\n"
    )
    (folder / "card.md.jinja").write_text("# {{ title }}\n{% if more %}\nmore\n{% endif %}\n")
    (folder / "absent.html").write_text("{{ nowhere }}")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "printed"


def test_a_page_has_the_shared_base_and_escapes_what_it_is_given(package: str) -> None:
    page = render_page(package, "page.html", title="<b>&", what='a "<i>"')
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert "<title>&lt;b&gt;&amp;</title>" in page
    assert "<h1>&lt;b&gt;&amp;</h1>" in page
    assert "<div><b>5</b><span>a &#34;&lt;i&gt;&#34;</span></div>" in page
    assert page.index("--paper:#fff") < page.index("h1{color:red}"), "a page's own style comes last and wins"
    assert page.endswith("</html>\n")


def test_markdown_is_written_as_it_is(package: str) -> None:
    assert render_page(package, "card.md.jinja", title="<b>&", more=True) == "# <b>&\nmore\n"
    assert render_page(package, "card.md.jinja", title="a", more=False) == "# a\n"


def test_a_name_that_is_not_given_is_no_empty_text(package: str) -> None:
    with pytest.raises(UndefinedError, match="nowhere"):
        render_page(package, "absent.html")


def test_a_template_that_is_not_there(package: str) -> None:
    with pytest.raises(TemplateNotFound, match=r"none\.html"):
        render_page(package, "none.html")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: f"{p.parents[1].name}/{p.name}")
def test_templates_can_be_read_and_compute_nothing(path: Path) -> None:
    """Words and layout, loops and ifs: what is counted or rounded comes from Python."""
    tree = Environment().parse(path.read_text())
    found = {type(node).__name__ for node in _nodes(tree)}
    assert not found & {"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Assign", "Call"} - _allowed(tree)


def _nodes(node):
    yield node
    for child in node.iter_child_nodes():
        yield from _nodes(child)


def _allowed(tree) -> set[str]:
    """Calls of macros, imported or its own, are layout."""
    from jinja2 import nodes

    imported = {n if isinstance(n, str) else n[1] for i in tree.find_all(nodes.FromImport) for n in i.names}
    macros = imported | {m.name for m in tree.find_all(nodes.Macro)}
    calls = [c.node for c in tree.find_all(nodes.Call)]
    return {"Call"} if all(isinstance(c, nodes.Name) and c.name in macros for c in calls) else set()

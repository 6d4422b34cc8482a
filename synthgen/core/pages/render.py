"""Fills templates in. A package keeps its templates in a folder ``templates`` beside its modules.

``base.html`` (document, style) and ``parts.html`` (macros) of this package can be extended and imported by all others.
Templates hold words and layout, loops and ifs; numbers come to them as text, rounded and with their units.
"""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

SHARED = "synthgen.core.pages"
"""The package whose templates all others can use."""


def render_page(package: str, template: str, **values: object) -> str:
    """Fills one template in; the same values give the same text.

    Args:
        package: dotted name of the package that holds the template, such as ``synthgen.dataset.report``.
        template: its file name in the package's folder ``templates``. Of ``.html`` every value is escaped, of other
            kinds (``.md.jinja``) none.
        values: what the template's names stand for.

    Raises:
        jinja2.TemplateNotFound: the package has no such template.
        jinja2.UndefinedError: the template asks for a name that is not given.
    """
    return _environment(package).get_template(template).render(values)


@cache
def _environment(package: str) -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(SHARED)]),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

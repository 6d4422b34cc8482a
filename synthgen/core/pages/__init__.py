"""Pages made from templates: ``render_page`` and the base that every HTML page extends."""

from synthgen.core.pages.render import render_page

__all__ = ["render_page"]

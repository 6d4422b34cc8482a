"""Colours and type of the drawing, on light and on dark paper."""

from __future__ import annotations

COLOURS = {  # line, fill on light paper, fill on dark paper
    "slate": ("#64748b", "#e9edf2", "#2b333e"),
    "brown": ("#a16a3a", "#f6ebdf", "#3a2e23"),
    "rose": ("#c2546b", "#fae7ea", "#3d262b"),
    "teal": ("#2a8c8c", "#dff1f0", "#1f3838"),
    "violet": ("#7a62b8", "#ece8f7", "#302a41"),
    "green": ("#4f8f4f", "#e4f1e2", "#26362a"),
    "blue": ("#3f78b5", "#e2edf8", "#22313f"),
    "amber": ("#b8860b", "#f9efd3", "#3a311c"),
}
STYLE = """
    text { font-family: system-ui, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif; fill: #1f2933 }
    .paper { fill: #fdfcf9; stroke: #d8d4ca } .line { stroke: #8d99a6; fill: none }
    .name { font-size: 16px; font-weight: 600 } .words { font-size: 12px } .faint, .faint text { fill: #5c6773 }
    .small { font-size: 11px } .number { font-size: 9px; font-weight: 600; fill: #fff; text-anchor: middle }
    .end { text-anchor: end } .middle { text-anchor: middle } .pill { fill: #fdfcf9 }
    .halo { paint-order: stroke; stroke: #fdfcf9; stroke-width: 4px; stroke-linejoin: round }"""
DARK = """
      text { fill: #e8ebef } .paper { fill: #1b1f24; stroke: #3a414a } .line { stroke: #77828e }
      .faint, .faint text { fill: #a9b3be } .number { fill: #fff } .pill { fill: #1b1f24 } .halo { stroke: #1b1f24 }"""


def style_sheet() -> str:
    """The drawing's style element."""
    dark = f"@media (prefers-color-scheme: dark) {{{DARK}{_fills(2)}\n    }}"
    return f"<style>{STYLE}{_fills(1)}\n    {dark}\n</style>"


def _fills(column: int) -> str:
    lines = (
        f".{n} {{ stroke: {c[0]} }} .{n}.box {{ fill: {c[column]} }} .{n}.dot {{ fill: {c[0]} }}"
        for n, c in COLOURS.items()
    )
    return "".join(f"\n    {line}" for line in lines)

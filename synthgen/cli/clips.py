"""``synthgen clips``: motion that needs no file."""

from __future__ import annotations

from synthgen.cli.options import Json
from synthgen.cli.output import show, show_json, warn

EXAMPLE = "Example: synthgen clips"


def clips(json: Json = False) -> None:
    """Lists the motion clips that need no file; docs/motion.md says which files can be named as well."""
    from synthgen.motion import available

    names = [f"{scheme}:{name}" for scheme, group in available().items() for name in group]
    if json:
        show_json(names)
        return
    show("\n".join(names))
    if not any(n.startswith("deepmimic:") for n in names):
        warn("the motion-captured clips are not installed: pip install '.[samples]'")

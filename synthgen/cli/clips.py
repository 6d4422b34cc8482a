"""``synthgen clips``: motion that needs no file, and files that are read."""

from __future__ import annotations

from synthgen.cli.options import Json
from synthgen.cli.output import show, show_json, warn

EXAMPLE = "Example: synthgen clips"


def clips(json: Json = False) -> None:
    """Lists the clips that have names, and the kinds of files.

    With --json it answers with the list of the clips' names. docs/motion.md says more about files.
    """
    from synthgen.motion import available
    from synthgen.motion.exercises import families
    from synthgen.motion.registry import readers

    names = [f"{scheme}:{name}" for scheme, group in available().items() for name in group]
    if json:
        show_json(names)
        return
    show("\n".join(names))
    warn("families of the built-in exercises:")
    for family, members in families().items():
        warn(f"  {family}: {', '.join(members)}")
    if not any(n.startswith("deepmimic:") for n in names):
        warn("the motion-captured clips are not installed: pip install '.[samples]'")
    warn("files that are read:")
    for reader in sorted(readers(), key=lambda r: r.suffixes):
        warn(f"  {', '.join(reader.suffixes)}  {reader.name}: {reader.about}")

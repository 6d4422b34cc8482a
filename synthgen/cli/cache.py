"""``synthgen cache``: what is kept between runs, how old it is, and deleting what need not be kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synthgen.cli.options import Json
from synthgen.cli.output import show, show_json, warn
from synthgen.cli.quantities import parse_bytes, parse_seconds, show_bytes, show_time
from synthgen.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthgen.core.cache import Kind
    from synthgen.core.cache.survey import Kept

EXAMPLES = """\b
Examples:
  synthgen cache
  synthgen cache --json
  synthgen cache prune --stale --older-than 30d
  synthgen cache prune --max-size 2GB --kind fits --dry-run
"""

PRUNE_EXAMPLES = """\b
Examples:
  synthgen cache prune --older-than 30d
  synthgen cache prune --stale
  synthgen cache prune --max-size 2GB --kind fits --dry-run
"""

cache = typer.Typer(epilog=EXAMPLES)


@cache.callback(invoke_without_command=True)
def overview(context: typer.Context, json: Json = False) -> None:
    """Shows what is kept between runs, and prunes it.

    Alone it shows number, size and age of all kinds of things. Stale files were made by
    another version of the code, its data or its libraries, and are not used by this one. All of the cache may be
    deleted at any time. $SYNTHGEN_CACHE says where it is.
    """
    if context.invoked_subcommand is not None:
        return
    from synthgen.core.cache import Cache
    from synthgen.core.cache.survey import survey
    from synthgen.pipeline.kept import KINDS

    folder = Cache()
    found = survey(folder, KINDS)
    rows = [_row(kind.name, [k for k in found if k.kind == kind.name]) for kind in KINDS]
    total = _row("total", found)
    if json:
        show_json({"ok": True, "folder": str(folder.root), "kinds": rows, "total": total}, indent=2)
    else:
        show(str(folder.root))
        show(f"{'':<11}{'files':>7}{'size':>11}{'stale':>7}{'stale size':>12}  {'oldest':<18}{'last used':<16}")
        for row in (*rows, total):
            show(
                f"{row['kind']:<11}{row['files']:>7}{show_bytes(row['bytes']):>11}{row['stale']:>7}"
                f"{show_bytes(row['stale_bytes']):>12}  {row['oldest'] or '-':<18.16}{row['last_used'] or '-':.16}"
            )


@cache.command(epilog=PRUNE_EXAMPLES)
def prune(
    older_than: Annotated[
        str | None, typer.Option(help="Delete what nobody has used for so long, such as 30d, 12h or 2w.")
    ] = None,
    max_size: Annotated[
        str | None,
        typer.Option(help="Delete what was used longest ago until so much is left, such as 2GB or 500MB."),
    ] = None,
    stale: Annotated[bool, typer.Option("--stale", help="Delete what another version of the code made.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Delete all of it.")] = False,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND", help="Only fits, bodies, characters, motions, extents, clips or sites; may be repeated."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Delete nothing; say what would be.")] = False,
    json: Json = False,
) -> None:
    """Deletes what any of the options names.

    What a run in progress may need is spared. Only files that synthgen itself put there are deleted, no links and
    nothing else. Exits with 1 when a file could not be deleted.
    """
    import time

    from synthgen.core.cache import Cache, pruning

    if older_than is None and max_size is None and not stale and not everything:
        raise InputError(
            "nothing says what is to be deleted",
            where="synthgen cache prune",
            expected="--older-than, --max-size, --stale or --all",
            remedy="'synthgen cache' shows what is there",
        )
    rule = pruning.Rule(
        unused_for=None if older_than is None else parse_seconds(older_than, "--older-than"),
        max_bytes=None if max_size is None else parse_bytes(max_size, "--max-size"),
        stale=stale,
        everything=everything,
    )
    folder = Cache()
    done = pruning.prune(folder, _chosen(kind), rule, time.time(), dry_run=dry_run)
    if json:
        show_json(_pruned(folder.root, done, dry_run), indent=2)
    else:
        verb = "would be deleted" if dry_run else "deleted"
        show(f"{folder.root}: {_count(done.deleted)} {verb}")
        if done.spared:
            warn(f"{_count(done.spared)} spared: a run in progress may need them")
        for kept, reason in done.failed:
            warn(f"{kept.path}: cannot be deleted: {reason}")
    raise typer.Exit(1 if done.failed else 0)


def _chosen(names: Sequence[str] | None) -> list[Kind[Any]]:
    """The kinds of those names, or all.

    Raises:
        InputError: there is no such kind.
    """
    from synthgen.pipeline.kept import KINDS

    known = {kind.name: kind for kind in KINDS}
    for name in names or ():
        if name not in known:
            raise InputError(
                "there is no such kind of thing in the cache",
                where="--kind",
                expected=", ".join(known),
                got=name,
                remedy="'synthgen cache' shows what is there of each kind",
            )
    return [known[name] for name in dict.fromkeys(names or known)]


def _row(kind: str, kept: Sequence[Kept]) -> dict[str, Any]:
    """Numbers of one kind; times are UTC in ISO 8601, None where there is nothing."""
    stale = [k for k in kept if k.state != "current"]
    return {
        "kind": kind,
        "files": len(kept),
        "bytes": sum(k.bytes for k in kept),
        "stale": len(stale),
        "stale_bytes": sum(k.bytes for k in stale),
        "oldest": show_time(min((k.made for k in kept), default=None)),
        "newest": show_time(max((k.made for k in kept), default=None)),
        "last_used": show_time(max((k.used for k in kept), default=None)),
    }


def _pruned(folder: Path, done: Any, dry_run: bool) -> dict[str, Any]:
    """JSON-able."""
    return {
        "ok": not done.failed,
        "folder": str(folder),
        "dry_run": dry_run,
        "deleted": [str(k.path) for k in done.deleted],
        "bytes": sum(k.bytes for k in done.deleted),
        "spared": [str(k.path) for k in done.spared],
        "failed": [{"path": str(k.path), "why": why} for k, why in done.failed],
    }


def _count(kept: Sequence[Kept]) -> str:
    files = "file" if len(kept) == 1 else "files"
    return f"{len(kept)} {files} of {show_bytes(sum(k.bytes for k in kept))}"

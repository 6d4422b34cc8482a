"""Makes an output folder the folder of a plan, and makes ``plan.json`` anew where it is damaged.

The plan follows from the command that renders: it is known before the folder is looked at. What must not happen is
that two datasets are mixed. So a plan that cannot be read is only made anew when every finished shot says that it was
made for it.
"""

from __future__ import annotations

import json
import logging
import os
import re
from pathlib import Path
from typing import Any

from synthgen.cluster.lock import LOCK
from synthgen.cluster.plan import RunPlan
from synthgen.core.errors import InputError
from synthgen.core.files.links import create_once
from synthgen.core.files.whole import remove, write_whole
from synthgen.dataset.layout import OtherVersion, committed, plan_path
from synthgen.dataset.manifest import Manifest
from synthgen.dataset.staging import staged_plan

_LOG = logging.getLogger(__name__)


def check_folder(plan: RunPlan, out: Path) -> str | None:
    """Refuses, without writing, a folder that is another plan's or holds other things.

    Returns:
        What is wrong with a ``plan.json`` that has to be made anew; None for a sound one and for a new folder.

    Raises:
        InputError: says what differs, or what was found.
    """
    path = plan_path(out)
    if not os.path.lexists(path):
        if not out.exists():
            return None
        finished = finished_plans(out)
        if finished:
            return _made_anew(plan, out, finished, "is missing")
        _refuse_foreign(out)
        return None
    try:
        there = RunPlan.load(out)
    except InputError as error:
        finished = finished_plans(out)
        if isinstance(error, OtherVersion) and finished != {plan.digest}:
            raise
        if not finished and (out / LOCK).is_file() and not _foreign(out, "plan.json"):
            return "cannot be read"  # a run that had just begun: nothing is lost
        return _made_anew(plan, out, finished, f"cannot be read ({error.got or error.what})")
    if there != plan:
        if finished_plans(out) == {plan.digest}:
            return "is not that of the finished shots"
        _refuse_other(plan, there, out)
    return None


def claim(plan: RunPlan, out: Path) -> tuple[str, ...]:
    """Makes ``out`` the folder of this plan: writes ``plan.json``, once.

    Args:
        plan: the plan.
        out: output folder; it is made when it is missing.

    Returns:
        What was damaged and has been made anew, one sentence each.

    Raises:
        InputError: as :func:`check_folder`.
    """
    fault = check_folder(plan, out)
    data = (json.dumps(plan.to_dict(), indent=1, sort_keys=True) + "\n").encode()
    if fault:
        remove(plan_path(out))
        write_whole(plan_path(out), data)
        note = f"plan.json {fault}; it is made anew"
        _LOG.warning("%s: %s", out, note)
        return (note,)
    if not os.path.lexists(plan_path(out)):
        create_once(plan_path(out), data)
        check_folder(plan, out)  # another run may have been quicker
    return ()


def finished_plans(out: Path) -> set[str]:
    """Digests of the plans that the committed and staged shots of a folder say they were made for; "" for unknown."""
    found = {staged_plan(folder) for folder in (out / ".partial").glob("*/shot-*")}
    for shard in committed(out):
        try:
            found.add(Manifest.load(out, shard).plan)
        except InputError:
            continue  # damaged: its shots are rendered again
    return found


def _made_anew(plan: RunPlan, out: Path, finished: set[str], fault: str) -> str:
    """The fault of a plan that all finished shots vouch for. Raises InputError for another one."""
    if finished == {plan.digest}:
        return fault
    others = sorted(finished - {plan.digest, ""})
    raise InputError(
        f"plan.json {fault}, and the finished shots are not all of the plan that this command asks for"
        if finished
        else f"plan.json {fault}, and nothing in the folder says whose it is",
        where=str(plan_path(out)),
        expected=f"plan {plan.digest}",
        got=(f"plan {', '.join(others[:3])}" if others else "an unknown plan") if finished else None,
        remedy="run the command (scene, seed, images and versions) that began this folder, or choose another output "
        "folder, or delete this folder to begin anew"
        if finished
        else "choose another output folder, or delete plan.json if it is of no use",
    )


def _refuse_foreign(out: Path) -> None:
    foreign = _foreign(out)
    if foreign:
        raise InputError(
            "the output folder is not empty and holds no plan",
            where=str(out),
            got=", ".join(foreign[:5]) + (" …" if len(foreign) > 5 else ""),
            remedy="choose an empty or new folder",
        )


def _foreign(out: Path, *known: str) -> list[str]:
    """Names in an output folder that a run which has not finished a shot does not leave."""
    return sorted(p.name for p in out.iterdir() if not _own(p) and p.name not in known)


def _own(path: Path) -> bool:
    if path.name == "failed" and path.is_dir():
        return all(re.fullmatch(r"[0-9]{6,}\.json", p.name) for p in path.iterdir())
    return path.name.startswith(".") or path.name == "run.log"


def _refuse_other(plan: RunPlan, other: RunPlan, out: Path) -> None:
    """Raises InputError, naming what differs."""
    there, here = _flat(other.to_dict()), _flat(plan.to_dict())
    differing = [k for k in sorted(there.keys() | here.keys()) if there.get(k) != here.get(k)]
    raise InputError(
        "the output folder belongs to another plan",
        where=str(plan_path(out)),
        expected="; ".join(f"{k} = {here.get(k, 'absent')}" for k in differing[:6]),
        got="; ".join(f"{k} = {there.get(k, 'absent')}" for k in differing[:6]),
        remedy="choose another output folder, or go back to the scene, seed and versions that began this one, "
        "or delete this folder to begin anew",
    )


def _flat(data: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in data.items():
        out |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return out

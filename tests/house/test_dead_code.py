"""Nothing stands in the package that nothing uses: functions, classes, methods, constants, fields.

``vulture`` reads names, so a name that is used anywhere counts as used everywhere. Tests do not count as use.
"""

from __future__ import annotations

from pathlib import Path

from vulture import Vulture

ROOT = Path(__file__).parents[2]
USERS = [ROOT / name for name in ("synthgen", "scripts", "examples")]

CALLED_BY_LIBRARIES = {
    "__getattr__": "Python: names of the front door",
    "__dir__": "Python: names of the front door",
    "read_points": "the process that reads C3D files",
    "read_model": "the process that reads OpenSim models",
    "model_config": "pydantic",
    "memo": "copy.deepcopy",
    "on_start": "numba calls its listeners",
    "on_end": "numba calls its listeners",
    "reverse": "refused, as all that changes a table",
    "_time_is_not_negative": "pydantic",
    "_some_kind": "pydantic",
    "_photos_need_files": "pydantic",
    "_some_view": "pydantic",
    "_alike_at_an_angle": "pydantic",
    "_external_needs_port": "pydantic",
    "_some_clip": "pydantic",
    "_accepts_its_own_clips": "pydantic",
    "args": "BaseException",
    "__cause__": "BaseException",
    "handleError": "logging",
    "converter": "logging",
    "start_receive_thread": "unrealcv.Client.connect",
    "_request_without_capability_check": "unrealcv.Client",
    "_warn_if_command_maybe_unsupported": "unrealcv.Client",
    "kpt_oks_sigmas": "pycocotools.COCOeval",
    "decay": "pygfx",
    "penumbra": "pygfx",
    "color": "pygfx",
    "receive_shadow": "pygfx",
    "sheen_color": "pygfx",
    "sheen_roughness": "pygfx",
    "roughness_map": "pygfx",
    "metalness_map": "pygfx",
    "USES_DEPTH": "pygfx.renderers.wgpu.EffectPass",
    "wgsl": "pygfx.renderers.wgpu.EffectPass",
    "_update_projection_matrix": "pygfx.Camera",
}
"""Name → who calls or reads it."""

FOR_USERS = {
    "FLIP_PAIRS": "what a trainer exchanges when it mirrors a picture",
    "decode_depth": "what a reader of depth images needs",
    "read_shots": "what renders shots of a dataset again",
    "duration": "a clip's length in seconds",
    "spinal_degrees_of_freedom": "written to fit reports",
    "independent_spinal_degrees_of_freedom": "written to fit reports",
    "share_of_frames_at_limit": "written to fit reports",
    "versions": "written to plan.json, compared on resume as a whole",
    "PATTERNS": "what a wardrobe may name",
    "cover_at": "what labels read of clothes",
    "hair_styles": "what a wardrobe may name",
    "cervical_lordosis": "part of a person's standing curve in a shot's file",
    "coronal_balance": "part of a person's standing curve in a shot's file",
    "pelvic_incidence": "part of a person's standing curve in a shot's file",
    "sacral_slope": "part of a person's standing curve in a shot's file",
    "sagittal_balance": "part of a person's standing curve in a shot's file",
    "t1_slope": "part of a person's standing curve in a shot's file",
    "retarget": "one motion on one character, for whoever needs no puppet again",
}
"""Name → what it is there for, though nothing inside needs it yet."""


def unused(*paths: Path) -> dict[str, str]:
    """Name → where it is defined, of what no code under ``paths`` uses."""
    finder = Vulture()
    finder.scavenge([str(p) for p in paths if p.exists()])
    found = finder.get_unused_code(min_confidence=60)
    inside = [i for i in found if Path(i.filename).is_relative_to(paths[0])]
    return {i.name: f"{Path(i.filename).relative_to(paths[0])}:{i.first_lineno} {i.typ}" for i in inside}


def test_everything_is_used():
    allowed = CALLED_BY_LIBRARIES.keys() | FOR_USERS.keys()
    commands = {n for n, place in unused(*USERS).items() if place.startswith("cli/")}  # typer calls them
    assert {n: place for n, place in unused(*USERS).items() if n not in allowed | commands} == {}


def test_every_allowance_is_needed():
    assert sorted((CALLED_BY_LIBRARIES.keys() | FOR_USERS.keys()) - unused(*USERS).keys()) == []


def test_what_nothing_uses_is_found(tmp_path: Path):
    (tmp_path / "room.py").write_text("USED = 1\nLEFT = 2\n\n\ndef forgotten():\n    return USED\n")
    assert set(unused(tmp_path)) == {"LEFT", "forgotten"}

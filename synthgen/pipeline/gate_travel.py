"""The gate's rows on travel and floor: a spine that fits well may still belong to nobody who moves so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synthgen.pipeline.verdict import Check, allowed

if TYPE_CHECKING:
    from synthgen.pipeline.gate import Gate


def travel_checks(report: dict[str, Any], gate: Gate) -> list[Check]:
    """Rows on what ``biomech.travel.travel_report`` says; none of a report that was made without it."""
    travel, frames = report.get("travel"), report["frames"]
    if travel is None:
        return []
    speed, floor, count = travel["fastest_m_s"], travel["floor_m"], allowed(gate.afloat, frames)
    afloat = travel["afloat"] or {"frames": 0}
    too_fast, off = speed > gate.speed_m_s, floor is not None and abs(floor) > gate.floor_m
    return [
        Check(
            "travel of the pelvis, fastest half second",
            f"{speed:.1f} m/s",
            f"{gate.speed_m_s:g} m/s",
            not too_fast,
            f"up to frame {travel['fastest_frame']}; a wrong unit or frame rate, or a leap?" if too_fast else "",
        ),
        Check(
            "lowest part of the body off the floor, throughout",
            f"{abs(floor):.3f} m" if floor is not None else "not known",
            f"{gate.floor_m:g} m",
            not off,
            ("above it" if floor > 0 else "below it") if off else "",
        ),
        Check(
            "frames afloat: nothing holds the body, and it does not fall",
            f"{afloat['frames']} of {frames}" if floor is not None else "not known",
            str(count),
            afloat["frames"] <= count,
            f"{afloat['high_m']:.2f} m high in frame {afloat['frame']}; a wrong up axis or unit?"
            if afloat["frames"]
            else "",
        ),
    ]

"""The gate's rows on travel and floor: a spine that fits well may still belong to nobody who moves so."""

from __future__ import annotations

from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.report.travel import Travel
from synthgen.core.acceptance import Criterion, allowed


def travel_checks(travel: Travel, frames: int, bounds: FitBounds) -> list[Criterion]:
    """Speed, floor, and what holds the body, of a motion of so many frames."""
    return [_speed(travel, bounds), _floor(travel, bounds), _afloat(travel, frames, bounds)]


def _speed(travel: Travel, bounds: FitBounds) -> Criterion:
    passed = travel.fastest_m_s <= bounds.speed_m_s  # what is not a number is refused
    return Criterion(
        "travel of the pelvis, fastest half second",
        f"{travel.fastest_m_s:.1f} m/s",
        f"{bounds.speed_m_s:g} m/s",
        passed,
        "" if passed else f"up to frame {travel.fastest_frame}; a wrong unit or frame rate, or a leap?",
    )


def _floor(travel: Travel, bounds: FitBounds) -> Criterion:
    name, limit, floor = "lowest part of the body off the floor, throughout", f"{bounds.floor_m:g} m", travel.floor_m
    if floor is None:
        return Criterion(name, "not known", limit, True)
    passed = abs(floor) <= bounds.floor_m
    side = "above it" if floor > 0 else "below it"
    return Criterion(name, f"{abs(floor):.3f} m", limit, passed, "" if passed else side)


def _afloat(travel: Travel, frames: int, bounds: FitBounds) -> Criterion:
    name = "frames afloat: nothing holds the body, and it does not fall"
    few, afloat = allowed(bounds.afloat, frames), travel.afloat
    if afloat is None:
        return Criterion(name, "not known", str(few), True)
    where = f"{afloat.high_m:.2f} m high in frame {afloat.frame}; a wrong up axis or unit?" if afloat.frames else ""
    return Criterion(name, f"{afloat.frames} of {frames}", str(few), afloat.frames <= few, where)

"""Tables of the gate's checks, and of how the person travels."""

from __future__ import annotations

from synthgen.biomech.page.cells import Table, judged, table
from synthgen.biomech.report.fit_report import GateDecision
from synthgen.biomech.report.travel import Travel

_UNKNOWN = "the floor is not known"


def checks_table(gate: GateDecision) -> Table:
    """The gate's rows."""
    rows = [(c.name, c.measured, c.limit, c.where, judged(c.passed, "refused")) for c in gate.checks]
    return table(("check", "measured", "limit", "where", ""), rows)


def travel_table(travel: Travel) -> Table:
    """Travel, floor and posture."""
    floor, slide = travel.floor_m, travel.slide_m_s
    rows = [
        ("fastest half second of the pelvis", f"{travel.fastest_m_s:.2f} m/s, up to frame {travel.fastest_frame}"),
        ("lowest part of the body over the floor", _UNKNOWN if floor is None else f"{floor:.3f} m"),
        ("moved onto the floor by", f"{travel.lifted_m:+.3f} m".replace("-", "−")),
        ("frames in which nothing holds the body and it does not fall", _held(travel)),
        ("frames that rest high over the floor", "–" if travel.perched is None else f"{travel.perched:.0%}"),
        ("slide of what touches the floor, median", "–" if slide is None else f"{slide:.2f} m/s"),
        ("tilt of the trunk, median", _tilt(travel)),
    ]
    return table(("", ""), rows)


def _held(travel: Travel) -> str:
    afloat = travel.afloat
    if afloat is None:
        return _UNKNOWN
    return f"{afloat.frames}" + (f", up to {afloat.high_m:.2f} m high" if afloat.frames else "")


def _tilt(travel: Travel) -> str:
    shares = {"level": travel.level, "upside down": travel.upside_down}
    told = ", ".join(f"{name} in {share:.0%} of frames" for name, share in shares.items() if share)
    return f"{travel.trunk_degrees:.0f}°" + (f"; {told}" if told else "")

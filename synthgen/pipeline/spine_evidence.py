"""What a recording shows of its spine and what the model's prior fills in, in sentences for whoever reads a verdict.

The gate's limit on the uncertainty of the vertebrae is one number. On either side of it most of a spine may be the
prior's: how people usually bend, not how this one did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from synthgen.biomech.solving.further_markers import WORTH
from synthgen.biomech.solving.uncertainty import OBSERVED

if TYPE_CHECKING:
    from synthgen.pipeline.gate import Gate

PARTLY = 0.5
"""Share of an angle's prior variance that the measurements remove, below which the prior sets it."""
NEAR = 0.25
"""Share of the limit within which a σ is neither side's."""


def spine_evidence(report: Mapping[str, Any], gate: Gate) -> tuple[str, ...]:
    """What is observed and what is prior; empty where the vertebrae are well known.

    Args:
        report: a fit's report (``biomech/report.py``).
        gate: whose limit is named.
    """
    sigma = (report.get("vertebra_sigma_mm") or {}).get("rms")
    angles = report.get("observability")
    if sigma is None or not angles or sigma < 1e3 * WORTH:
        return ()
    return (_shares(angles), *_beside_the_limit(sigma, gate.sigma_mm), *_further(report, sigma))


def more_markers(report: Mapping[str, Any]) -> str:
    """What markers on the back would bring, in short; empty where that was not asked."""
    further = report.get("further_markers")
    return f"with {_listed(further['markers'])} marked {further['vertebra_sigma_mm']:.1f} mm" if further else ""


def _shares(angles: Mapping[str, Mapping[str, Any]]) -> str:
    kinds: dict[str, list[str]] = {"observed": [], "partly observed": [], "set by the prior": []}
    for name, row in angles.items():
        share = row["measured_share"]
        kinds["observed" if share >= OBSERVED else "partly observed" if share >= PARTLY else "set by the prior"].append(
            name
        )
    words = [f"{kind}: {_regions(names)}" for kind, names in kinds.items() if names]
    levels = all(row["levels"] != "observed" for row in angles.values())
    shared = "; how a region shares its bend among its vertebrae is the model's rhythm" if levels else ""
    return f"{'; '.join(words)}{shared}"


def _regions(names: list[str]) -> str:
    """``lumbar_flexion``, ``lumbar_rotation`` … → ``lumbar flexion and rotation, …``."""
    regions: dict[str, list[str]] = {}
    for name in names:
        region, plane = name.rsplit("_", 1)
        regions.setdefault(region.replace("_", " "), []).append(plane)
    return ", ".join(f"{region} {_listed(planes)}" for region, planes in regions.items())


def _beside_the_limit(sigma: float, limit: float) -> tuple[str, ...]:
    if abs(sigma - limit) > NEAR * limit:
        return ()
    side = "below" if sigma <= limit else "above"
    return (
        f"the vertebrae's σ of {sigma:.1f} mm is near the limit of {limit:g} mm, {side} it: that line parts no known "
        "spines from unknown ones, and what is set by the prior is so on either side",
    )


def _further(report: Mapping[str, Any], sigma: float) -> tuple[str, ...]:
    further = report.get("further_markers")
    if not further:
        return ()
    alone = ", ".join(f"{name} alone {mm:.1f}" for name, mm in further["alone_mm"].items())
    before = {n: row["sigma_degrees"] for n, row in report["observability"].items()}
    after = further["sigma_degrees"]
    most = max(after, key=lambda n: before[n] - after[n])
    return (
        f"with {_listed(further['markers'])} marked on the skin the vertebrae's σ of {sigma:.1f} mm would be "
        f"{further['vertebra_sigma_mm']:.1f} mm{f' ({alone})' if alone else ''}, and that of {most.replace('_', ' ')} "
        f"{after[most]:.0f}° in place of {before[most]:.0f}°",
    )


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)

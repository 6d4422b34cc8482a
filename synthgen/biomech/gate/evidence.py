"""What a recording shows of its spine and what the model's prior fills in, in sentences for whoever reads a verdict.

The gate's limit on the uncertainty of the vertebrae is one number. On either side of it most of a spine may be the
prior's: how people usually bend, not how this one did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from synthgen.biomech.gate.bounds import FitBounds
from synthgen.biomech.report.fit_report import FitReport
from synthgen.biomech.report.spine import FurtherMarkers, Observability
from synthgen.biomech.solving.further_markers import WORTH
from synthgen.biomech.solving.uncertainty import OBSERVED

PARTLY = 0.5
"""Share of an angle's prior variance that the measurements remove, below which the prior sets it."""
NEAR = 0.25
"""Share of the limit within which a σ is neither side's."""


def spine_evidence(report: FitReport, bounds: FitBounds) -> tuple[str, ...]:
    """What is observed and what is prior; empty where the vertebrae are well known.

    Args:
        report: of the fit.
        bounds: whose limit on the uncertainty is named.
    """
    sigma, further = report.vertebra_sigma_mm.rms, report.further_markers
    if sigma is None or not report.observability or sigma < 1e3 * WORTH:
        return ()
    told = (_shares(report.observability), *_beside_the_limit(sigma, bounds.sigma_mm))
    return (*told, _brought(further, report.observability, sigma)) if further else told


def more_markers(report: FitReport) -> str:
    """What markers on the back would bring, in short; empty where that was not asked."""
    further = report.further_markers
    return f"with {_listed(further.markers)} marked {further.vertebra_sigma_mm:.1f} mm" if further else ""


def _shares(angles: Mapping[str, Observability]) -> str:
    kinds: dict[str, list[str]] = {"observed": [], "partly observed": [], "set by the prior": []}
    for name, angle in angles.items():
        share = angle.measured_share
        kind = "observed" if share >= OBSERVED else "partly observed" if share >= PARTLY else "set by the prior"
        kinds[kind].append(name)
    words = [f"{kind}: {_regions(names)}" for kind, names in kinds.items() if names]
    levels = all(angle.levels != "observed" for angle in angles.values())
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


def _brought(further: FurtherMarkers, angles: Mapping[str, Observability], sigma: float) -> str:
    alone = ", ".join(f"{name} alone {mm:.1f}" for name, mm in further.alone_mm.items())
    before = {n: angle.sigma_degrees for n, angle in angles.items()}
    after = further.sigma_degrees
    most = max(after, key=lambda n: before[n] - after[n])
    return (
        f"with {_listed(further.markers)} marked on the skin the vertebrae's σ of {sigma:.1f} mm would be "
        f"{further.vertebra_sigma_mm:.1f} mm{f' ({alone})' if alone else ''}, and that of {most.replace('_', ' ')} "
        f"{after[most]:.0f}° in place of {before[most]:.0f}°"
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)

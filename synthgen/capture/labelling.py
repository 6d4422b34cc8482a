"""The labels of one person in one image, rounded as they are written."""

from __future__ import annotations

import numpy as np

from synthgen.capture.frame import PersonLabels, PointLabels
from synthgen.capture.people import StagedPerson
from synthgen.capture.point_sigma import sigma_sources, total
from synthgen.capture.visibility import View, see


def label_person(view: View, index: int, actor: StagedPerson, bones: np.ndarray) -> PersonLabels:
    """The labels of one person; world to 1 µm, pixels to 1/1000, margins to 0.1 mm."""
    sites = actor.sites
    world = np.round(sites.posed(actor.body, bones), 6)
    pixels = _rounded(view.camera.project(world))
    seen = see(view, index, sites, pixels, actor.body, bones, actor.surface, actor.spec.outfit)
    motion, row = actor.motion, actor.row
    residual = motion.residual_mm[row]
    sources = sigma_sources(sites, motion.vertebra_sigma[row], motion.joint_sigma, residual, seen.cover)
    points = PointLabels(
        names=sites.names,
        world=world,
        pixels=pixels,
        reasons=seen.reasons,
        margin=np.round(seen.margin, 4),
        flags=seen.flags,
        sigma=total(sources),
        sigma_sources=sources,
    )
    return PersonLabels(
        person=actor.spec.id,
        points=points,
        bones=np.round(bones[:, :3, 3], 6),
        bone_names=actor.body.bone_names,
        mask=view.ids == index,
        residual_mm=residual,
    )


def _rounded(projected: np.ndarray) -> np.ndarray:
    """(N, 3): pixels to 1/1000, depth to 1 µm."""
    return np.concatenate([np.round(projected[:, :2], 3), np.round(projected[:, 2:], 6)], 1)

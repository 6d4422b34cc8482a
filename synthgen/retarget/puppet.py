"""``Puppet``: a character and what retargeting asks of it again and again, found once per body."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synthgen.characters.limb_frames import limb_frames
from synthgen.characters.rest_body import RestBody
from synthgen.characters.rigs import Rig, load_rig
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.place import spine_at_rest
from synthgen.characters.sites.spine_rest import SpineRest
from synthgen.retarget.arm_parts import ArmParts
from synthgen.retarget.bone_levels import BoneLevels
from synthgen.retarget.skin_points import SkinPoints, all_points, outer_points


@dataclass(frozen=True)
class Puppet:
    """A character that can be moved. It depends on the body and its sites alone; nothing in it changes.

    Attributes:
        body: the character at rest.
        sites: its anatomical sites.
        rig: its rig.
        spine: its own spine at rest.
        frames: (side, part) → (3, 3) rest frames of the limbs, see :func:`limb_frames`.
        levels: how the bones hang on each other.
        outer: the skin points that can touch the floor first, to about a millimetre.
    """

    body: RestBody
    sites: SiteSet
    rig: Rig
    spine: SpineRest
    frames: dict[tuple[str, str], np.ndarray]
    levels: BoneLevels
    outer: SkinPoints

    @classmethod
    def of(cls, body: RestBody, sites: SiteSet) -> Puppet:
        """Of a character at rest and its sites (``sites.place_sites``): some 0.05 CPU s, worth keeping per body."""
        rig = load_rig(body.rig)
        return cls(
            body, sites, rig, spine_at_rest(body), limb_frames(body, rig), BoneLevels.of(body), outer_points(body)
        )

    @cached_property
    def skin(self) -> SkinPoints:
        """All of the skin; for a rig without one the points that stand for it."""
        return all_points(self.body)

    @cached_property
    def arm_parts(self) -> ArmParts | None:
        """The skin of the arms and all that they must stay out of; None for a rig without skin."""
        return ArmParts.of(self.body, self.rig)

    def below(self, bone: int) -> list[int]:
        """Indices of a bone and of all that hang on it."""
        out = [bone]
        for child in range(bone + 1, len(self.body.parents)):  # parents come before children
            if int(self.body.parents[child]) in out:
                out.append(child)
        return out

    def limb(self, side: str, part: str) -> list[int]:
        """Indices of a limb's bones, from the trunk outwards."""
        return [self.body.bone(n) for n in self.rig.limbs[side, part]]

"""``Company``: the people of a run in one process. Makes its shots, and all motion in them, when they are wanted.

A shot is a pure function of the script and its number, so any process can make any shot. Nothing is made before it is
needed: bodies are built when a shot first shows them, and of a clip only the moment that is shown is put on somebody.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from synthgen.biomech.spine_motion import SpineMotion
from synthgen.biomech.variation.apply import varied
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.characters.specs import BodySpec
from synthgen.core.processes.usage import Stages, thread_cpu
from synthgen.pipeline.actors import Actor, make_actor
from synthgen.pipeline.fits import spined
from synthgen.pipeline.script import Script
from synthgen.retarget.gate import judge_moment
from synthgen.retarget.kernels.kept import keep_posing_kernels
from synthgen.retarget.puppet import Puppet
from synthgen.retarget.retarget import move
from synthgen.retarget.rig_motion import RigMotion
from synthgen.retarget.support import Support, find_support
from synthgen.world.cast import Character, make_cast
from synthgen.world.clipinfo import ClipInfo, clip_info, seat_of
from synthgen.world.make import make_shot
from synthgen.world.moments import Moment, draw_moment, moment_of
from synthgen.world.people import needs_seat
from synthgen.world.shot import PersonSpec, Shot, SpineSpec
from synthgen.world.sitter import Sitter

AROUND = 4
"""Frames before and after a moment that are put on a character with it: what eases contacts looks about so far.
Twice as many put the median moment 1.4 mm elsewhere, and take 1.7 times as long."""

_SITS = 0.03
"""Metres over the lowest place of the hips in a clip up to which its subject sits."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class Company:
    """Makes the shots of a script.

    Args:
        script: what decides them.
        stages: where it is noted what new bodies take, as ``bodies``.
    """

    def __init__(self, script: Script, stages: Stages | None = None) -> None:
        keep_posing_kernels(script.cache)
        self._script = script
        self._stages = stages or Stages(thread_cpu)
        self._actors: Recent[BodySpec, Actor] = Recent(64)
        self._puppets: Recent[BodySpec, Puppet] = Recent(64)
        self._supports: Recent[str, Support] = Recent(256)
        self._seats: Recent[Take, np.ndarray] = Recent(256)
        self._motions: Recent[Take, RigMotion] = Recent(64)

    @cached_property
    def _cast(self) -> Sequence[Character]:
        return make_cast(self._script.scene)

    def shot(self, number: int) -> Shot:
        """A shot of the scene, or of the sample of it.

        Raises:
            InputError: somebody can take none of the moments that were drawn.
        """
        sample = self._script.sample
        shot = make_shot(self._script.scene, sample[number] if sample else number, self._cast, self)
        return shot.model_copy(update={"id": number})

    def moment(self, shot: int, place: int, attempt: int) -> Moment:
        """As :meth:`synthgen.world.people.Performers.moment`."""
        return draw_moment(self._script.scene, shot, place, attempt, self._script.table)

    def extent(self, character: Character, moment: Moment) -> ClipInfo | None:
        """As :meth:`synthgen.world.people.Performers.extent`."""
        take = Take(character.body, character.spine, moment)
        motion = self._motion(take)
        row = motion.row(moment.frame)
        if not judge_moment(motion, row, self._script.scene.accept.retarget_mm).accepted:
            return None
        here, body = motion.window(row, row + 1), self.actor(character.body).body
        if not needs_seat(moment.clip):
            return clip_info(here, body)
        skin = self._puppet(character.body).skin
        return clip_info(here, body, self._seat(take), Sitter.of(skin.posed(here.bones)[0], skin.regions))

    def actor(self, body: BodySpec) -> Actor:
        """A body with its anatomical points."""
        return self._actors.get(body, lambda: self._built(body))

    def _built(self, body: BodySpec) -> Actor:
        with self._stages.stage("bodies"):
            return make_actor(body, self._script.cache)

    def on_stage(self, shot: Shot) -> OnStage:
        """Motions, bodies and anatomical points of everybody in a shot."""
        actors = {p.character: self.actor(p.body) for p in shot.people}
        return OnStage(
            {(p.clip, p.character): self.motion(p) for p in shot.people},
            {name: actor.body for name, actor in actors.items()},
            {name: actor.sites for name, actor in actors.items()},
        )

    def motion(self, person: PersonSpec) -> RigMotion:
        """A person's motion around the moment that a shot shows."""
        return self._motion(_take(person))

    def performance(self, person: PersonSpec) -> SpineMotion:
        """What a person's body follows, in the frames of :meth:`motion`."""
        return self._own(_take(person))[1]

    def _motion(self, take: Take) -> RigMotion:
        return self._motions.get(take, lambda: self._performed(take))

    def _performed(self, take: Take) -> RigMotion:
        """The moment and what is around it, on the character."""
        first, own = self._own(take)
        support = self._support(take.moment.clip).window(first, first + own.frames)
        support = support.mirrored() if take.moment.variation.mirror else support
        return replace(move(self._puppet(take.body), own, support), first=first)

    def _own(self, take: Take) -> tuple[int, SpineMotion]:
        """The clip's first frame that is looked at, and the fit from there on as this person moves."""
        fit = self._script.fits[take.moment.clip]
        first, stop = max(0, take.moment.frame - AROUND), min(fit.frames, take.moment.frame + AROUND + 1)
        support = self._support(take.moment.clip)
        planted = np.concatenate([support.hands, support.feet], 1)[first:stop]
        return first, spined(varied(fit.window(first, stop), take.moment.variation, planted), take.spine)

    def _support(self, clip: str) -> Support:
        return self._supports.get(clip, lambda: find_support(self._script.fits[clip]))

    def _puppet(self, body: BodySpec) -> Puppet:
        actor = self.actor(body)
        return self._puppets.get(body, lambda: Puppet.of(actor.body, actor.sites))

    def _seat(self, take: Take) -> np.ndarray:
        """(6,) as ``ClipInfo.seat``: of the moment when the character sits in it, else where the clip is lowest."""
        hips = self._script.fits[take.moment.clip].segment("pelvis")[:, 2, 3]
        sits = hips[take.moment.frame] < hips.min() + _SITS
        frame = take.moment.frame if sits else int(hips.argmin())
        seated = replace(take, moment=replace(take.moment, frame=frame))

        def found() -> np.ndarray:
            motion = self._motion(seated)
            row = motion.row(frame)
            return seat_of(motion.window(row, row + 1), self.actor(take.body).body)

        return self._seats.get(seated, found)


class OnStage(NamedTuple):
    """The people of one shot, as ``capture_shot`` takes them.

    Attributes:
        motions: (clip source, character) → the character's motion around the shot's moment.
        bodies: character → rest body.
        sites: character → anatomical points.
    """

    motions: dict[tuple[str, str], RigMotion]
    bodies: dict[str, RestBody]
    sites: dict[str, SiteSet]


@dataclass(frozen=True)
class Take:
    """One moment of one body.

    Attributes:
        body: whose.
        spine: the person's own; None where it is the fit's.
        moment: which.
    """

    body: BodySpec
    spine: SpineSpec | None
    moment: Moment


def _take(person: PersonSpec) -> Take:
    return Take(person.body, person.spine, moment_of(person))


class Recent(Generic[Key, Value]):
    """Keeps what was asked for last.

    Args:
        most: how many things.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """What is kept under a key, or made and kept."""
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

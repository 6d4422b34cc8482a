"""What a run warns of although it accepts it."""

from __future__ import annotations

from synthgen.core.acceptance import Verdict
from synthgen.pipeline.rig_motions import marked


def test_what_is_marked_is_told_with_its_character():
    good, far = Verdict(()), Verdict((), ("12 mm off",))
    verdicts = {("walk", "a"): good, ("walk", "b"): far, ("run", "a"): good, ("walk", "c"): far}
    assert marked(verdicts) == {"walk": ("on b: 12 mm off", "on c: 12 mm off"), "run": ()}

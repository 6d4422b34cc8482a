"""Hair hangs down, whichever way the head is turned, and keeps out of the body."""

from __future__ import annotations

import numpy as np
import pytest

from synthgen.characters.asset import CharacterAsset
from synthgen.characters.character import dress
from synthgen.characters.hair_chains import link_shares
from synthgen.characters.rest_body import RestBody, blend
from synthgen.core.frames import transform

from .people import outfit
from .posing import posed

DOWN = np.array([0.0, 0.0, -1.0])
STYLES = ("ponytail", "bob", "long")


@pytest.fixture(scope="module")
def women(bodies: dict[str, RestBody]) -> dict[str, CharacterAsset]:
    return {style: dress(bodies["woman"], outfit(hair=style)) for style in STYLES}


def hair(asset: CharacterAsset, bones: np.ndarray, down: np.ndarray = DOWN) -> np.ndarray:
    """(N, 3) vertices of the part that hangs, posed."""
    part = next(p for p in asset.parts if p.name in ("hair_tail", "hair") and p.skin_indices.max() >= len(bones))
    carriers = asset.carriers(bones, down)
    return blend(asset.carriers_at_rest(), carriers, part.vertices, part.skin_indices, part.skin_weights)


def turned(asset: CharacterAsset, **turns: tuple[float, float, float]) -> np.ndarray:
    return posed(asset.rest, turns)


@pytest.mark.parametrize("style", STYLES)
def test_at_rest_hair_is_as_it_was_built(women, style):
    asset = women[style]
    part = next(
        p for p in asset.parts if p.name in ("hair_tail", "hair") and p.skin_indices.max() >= len(asset.rest.bones)
    )
    assert np.abs(hair(asset, asset.rest.bones) - part.vertices).max() < 0.004


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("pitch", [90.0, 150.0, 180.0])
def test_with_the_head_down_the_ends_hang_below_it(women, style, pitch):
    asset = women[style]
    bones = turned(asset, root=(0.0, pitch, 0.0))
    crown = bones[asset.rest.bone("head"), :3, 3]
    tips = np.sort(hair(asset, bones)[:, 2])[: len(hair(asset, bones)) // 50]
    assert tips.mean() < crown[2] - 0.05
    at_rest = hair(asset, asset.rest.bones)
    length = np.ptp(at_rest[:, 2])
    assert np.ptp(hair(asset, bones)[:, 2]) > 0.4 * length  # it hangs, it does not lie level


@pytest.mark.parametrize("style", STYLES)
def test_hair_keeps_its_length(women, style):
    asset = women[style]
    bones = turned(asset, root=(0.0, 120.0, 0.0), head=(0.0, 20.0, 30.0))
    links = asset.hang.posed(asset.rest.bones, bones, DOWN)[:, :3, 3].reshape(*asset.hang.nodes[:, :-1].shape)
    at_rest = np.linalg.norm(np.diff(asset.hang.nodes[:, :-1], axis=1), axis=-1)
    assert np.allclose(np.linalg.norm(np.diff(links, axis=1), axis=-1), at_rest, atol=1e-9)


def test_hair_lies_outside_the_skull_when_it_falls_over_it(women):
    asset = women["ponytail"]
    bones = turned(asset, root=(0.0, 90.0, 0.0))
    skull = asset.hang.ends[0] @ transform(np.eye(3), np.zeros(3))[:3, :3]
    move = bones[asset.rest.bone("head")] @ np.linalg.inv(asset.rest.bones[asset.rest.bone("head")])
    centre = move[:3, :3] @ skull[0] + move[:3, 3]
    tail = hair(asset, bones)
    assert np.linalg.norm(tail - centre, axis=1).min() > 0.06


def test_down_is_told_in_the_characters_own_frame(women):
    asset = women["ponytail"]
    upright = hair(asset, asset.rest.bones)
    # The same pose with gravity forwards: the tail swings forwards, over the head.
    swung = hair(asset, asset.rest.bones, np.array([1.0, 0.0, 0.0]))
    assert swung[:, 0].max() > upright[:, 0].max() + 0.05


def test_shares_of_links_sum_to_one():
    shares = link_shares(np.linspace(-2, 6, 50), 4)
    assert np.allclose(shares.sum(axis=1), 1) and shares.min() >= 0
    assert shares[0, 0] == 1 and shares[-1, -1] == 1

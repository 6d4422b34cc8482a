"""Shots through a real embedded engine: do the labels agree with the picture?"""

from __future__ import annotations

import logging
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from synthgen.capture import capture
from synthgen.capture.acquaintance import Acquaintance
from synthgen.capture.capture import capture_shot
from synthgen.capture.client import Client
from synthgen.capture.errors import AssetMissing
from synthgen.capture.frame import Frame
from synthgen.capture.process import EngineProcess
from synthgen.capture.visibility import OFF_IMAGE, VISIBLE
from synthgen.characters.rest_body import RestBody
from synthgen.characters.site_set import SiteSet
from synthgen.characters.sites.place import place_sites
from synthgen.characters.specs import OutfitSpec
from synthgen.core.errors import EngineError, InputError
from synthgen.core.frames import yaw_matrix
from synthgen.protocol.payload import unpack_rows
from synthgen.retarget.rig_motion import RigMotion
from synthgen.world.assets import asset_key, assets_of
from synthgen.world.shot import CameraSpec, Shot
from synthgen.world.surroundings import LightSpec, PropSpec, RoomSpec, SkySpec

from .exact import Skin, exact
from .people import POSES, body_of, motion, person, pose

Cast = tuple[dict[tuple[str, str], RigMotion], dict[str, RestBody], dict[str, SiteSet]]


@pytest.fixture(scope="module")
def cast() -> Cast:
    bodies = {"c0": body_of(0.0), "c1": body_of(1.0)}
    motions = {(n, c): motion(n, b, [pose(b, p)]) for c, b in bodies.items() for n, p in POSES.items()}
    return motions, bodies, {c: place_sites(b) for c, b in bodies.items()}


@pytest.fixture(scope="module")
def engine() -> Iterator[EngineProcess]:
    with EngineProcess() as running:
        yield running


W, H = 320, 240
"""Small pictures: software rendering costs by the pixel."""


def shot_of(
    ident: int, *, seed: int = 0, dressed: bool = True, props: bool = True, size: tuple[int, int] = (W, H)
) -> Shot:
    """Three people in three poses, seen from two sides; places and cameras drawn from the seed."""
    rng = np.random.default_rng(seed)
    people = []
    for k, clip in enumerate(POSES):
        x, y = rng.uniform(-0.6, 0.6, 2) + (0, (k - 1) * 1.1)
        people.append(person(10 + k, clip, (float(x), float(y)), float(rng.uniform(-3, 3)), float(k % 2)))
    if not dressed:
        people = [p.model_copy(update={"outfit": OutfitSpec(hair="bald")}) for p in people]
    cameras = []
    for _ in range(2):
        turn, away = rng.uniform(0, 2 * np.pi), rng.uniform(2.6, 3.6)
        position = (away * np.cos(turn), away * np.sin(turn), float(rng.uniform(0.8, 2.4)))
        roll = float(rng.uniform(-0.1, 0.1))
        cameras.append(CameraSpec(position=position, target=(0.0, 0.0, 0.95), roll=roll, width=size[0], height=size[1]))
    box = PropSpec(name="box", kind="plyo_box", position=(0.9, 0.2, 0.0), size=(0.4, 0.4, 0.5))
    return Shot(
        id=ident,
        seed=seed,
        people=tuple(people),
        props=(box,) if props else (),
        room=RoomSpec(),
        lights=(LightSpec(kind="sun", position=(2, 3, 5), shadow=True),),
        sky=SkySpec(),
        cameras=tuple(cameras),
        exposure=1.2,
    )


@pytest.fixture(scope="module")
def frames(engine: EngineProcess, cast: Cast) -> list[Frame]:
    return [f for seed in range(2) for f in capture_shot(engine, shot_of(seed, seed=seed), *cast)]


def test_a_frame_holds_what_it_says(frames: list[Frame]) -> None:
    assert [(f.shot, f.camera_index) for f in frames] == [(s, c) for s in range(2) for c in range(2)]
    for f in frames:
        assert f.image.shape == (H, W, 3) and f.image.dtype == np.uint8 and f.image.std() > 10
        assert f.depth.shape == (H, W) and f.depth.dtype == np.float32 and np.isfinite(f.depth).mean() > 0.9
        assert [p.person for p in f.people] == [10, 11, 12] and re.search("numba|pygfx", f.engine)
        for p in f.people:
            assert len(p.points.names) == len(p.points.reasons) == len(p.points.flags) == len(p.points.margin)
            assert p.residual_mm.shape == (24,) and p.mask.shape == (H, W)


def unrealcv_projection(row: np.ndarray, location: np.ndarray, rotator: np.ndarray, fov: float) -> np.ndarray:
    """UnrealCV's own formula (reference: its camera sensor), written out once more: cm and degrees → pixels."""
    p, y, r = np.radians(rotator)
    cp, sp, cy, sy, cr, sr = np.cos(p), np.sin(p), np.cos(y), np.sin(y), np.cos(r), np.sin(r)
    forward = np.array([cp * cy, cp * sy, sp])
    right = np.array([sr * sp * cy - cr * sy, sr * sp * sy + cr * cy, -sr * cp])
    up = np.array([-(cr * sp * cy + sr * sy), cy * sr - cr * sp * sy, cr * cp])
    x, y_, z = (row[:3] - location) @ np.stack([forward, right, up], 1)
    f = W / 2 / np.tan(np.radians(fov) / 2)
    return np.array([W / 2 + f * y_ / x, H / 2 - f * z / x])


def test_labels_are_the_bones_that_the_engine_says_it_draws(engine: EngineProcess, cast: Cast) -> None:
    """Raw wire numbers through UnrealCV's formula against the written labels, over 200 bones and more."""
    shot = shot_of(7, seed=4)
    written = capture_shot(engine, shot, *cast)
    client, compared = engine.client, 0
    for frame in written:
        view = f"/camera/{frame.camera_index}"
        location, rotator = (client.numbers(f"vget {view}/{k}", 3) for k in ("location", "rotation"))
        fov = client.numbers(f"vget {view}/fov", 1)[0]
        for people in frame.people:
            rows = unpack_rows(client.call(f"person_{people.person}", "GetBones")["bones"])
            labels = frame.camera.project(people.bones)
            for row, label in zip(rows, labels, strict=True):
                if label[2] > 0.1:
                    off = np.abs(unrealcv_projection(row, location, rotator, fov) - label[:2]).max()
                    assert off < 0.01
                    compared += 1
            # The keypoints hang on these bones: an elbow is at most centimetres from its bone's head.
            for side, letter in (("left", "L"), ("right", "R")):
                elbow = people.points.world[people.points.names.index(f"{side}_elbow")]
                bone = people.bones[people.bone_names.index(f"lowerarm01.{letter}")]
                assert np.linalg.norm(elbow - bone) < 0.05
    assert compared > 600


def test_people_stand_where_the_shot_puts_them(engine: EngineProcess, cast: Cast) -> None:
    """p_world = Rz(yaw) (p_clip − pivot) + position, to 0.05 mm after all rounding on the wire."""
    motions, _, _ = cast
    shot = shot_of(8, seed=5)
    people = tuple(p.model_copy(update={"pivot": (0.31, -0.17)}) for p in shot.people)
    frame = capture_shot(engine, shot.model_copy(update={"people": people}), *cast)[0]
    for spec, got in zip(people, frame.people, strict=True):
        clip = motions[spec.clip, spec.character].bones[0, :, :3, 3]
        wanted = (clip - (*spec.pivot, 0)) @ yaw_matrix(spec.yaw).T + (*spec.position, 0)
        assert np.abs(wanted - got.bones).max() < 5e-5


def test_every_visible_point_lies_on_its_person_and_at_its_depth(frames: list[Frame]) -> None:
    seen = skin = 0
    for f in frames:
        for p in f.people:
            for name, (u, v, z), flag in zip(p.points.names, p.points.pixels, p.points.flags, strict=True):
                inside = z > 0 and 0 <= u < W and 0 <= v < H
                assert (flag == 0) == (not inside)
                if flag == 2:
                    assert p.mask[int(v), int(u)], name
                    seen += 1
                    if name in ("nose", "left_eye", "right_eye"):
                        assert abs(f.depth[int(v), int(u)] - z) < 0.03
                        skin += 1
    assert seen > 500 and skin > 5


def test_left_is_left(engine: EngineProcess, cast: Cast) -> None:
    """A person who faces the camera has their left on the picture's right; one who turns the back, on its left."""
    for yaw, sign in ((0.0, 1), (np.pi, -1)):
        shot = shot_of(9).model_copy(
            update={
                "people": (person(1, "standing", (0.0, 0.0), yaw),),
                "cameras": (CameraSpec(position=(3.0, 0.0, 1.2), target=(0.0, 0.0, 1.0), width=W, height=H),),
            }
        )
        points = capture_shot(engine, shot, *cast)[0].people[0].points
        at = dict(zip(points.names, points.pixels, strict=True))
        flags = dict(zip(points.names, points.flags, strict=True))
        for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "big_toe", "ear"):
            assert sign * (at[f"left_{part}"][0] - at[f"right_{part}"][0]) > 0, part
        assert flags["nose"] == flags["left_eye"] == flags["right_eye"] == (2 if sign > 0 else 1)
        assert flags["T8.skin"] == flags["L3.skin"] == (1 if sign > 0 else 2)
        assert flags["spine_03"] == flags["T8.body"] == 2


def same(ours: list[Frame], theirs: list[Frame]) -> bool:
    return all(
        np.array_equal(a.image, b.image)
        and np.array_equal(a.depth, b.depth)
        and all(
            p.points.reasons == q.points.reasons
            and np.array_equal(p.mask, q.mask)
            and all(
                getattr(p.points, n).tobytes() == getattr(q.points, n).tobytes() for n in ("world", "pixels", "margin")
            )
            for p, q in zip(a.people, b.people, strict=True)
        )
        for a, b in zip(ours, theirs, strict=True)
    )


def test_nothing_of_an_earlier_shot_or_engine_is_left(
    engine: EngineProcess, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """The same shot after another, then after the engine was killed: restarted, taken again, the same bytes."""
    first = capture_shot(engine, shot_of(1, seed=1), *cast)
    capture_shot(engine, shot_of(2, seed=2, dressed=False), *cast)
    assert same(first, capture_shot(engine, shot_of(1, seed=1), *cast))
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises(EngineError, match="restart the engine"):
        capture_shot(engine, shot_of(1, seed=1), *cast)
    with caplog.at_level(logging.WARNING):
        engine.restart("it was killed")
    assert "it was killed (it had ended with status -9)" in caplog.text
    assert same(first, capture_shot(engine, shot_of(1, seed=1), *cast))


def test_visibility_agrees_with_exact_rays(engine: EngineProcess, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Flags from depth, mask and the nearest body part, against embree on the posed skins (bare bodies).

    Ties that no picture can decide (``exact.exact``) are only counted in the first bound.
    """
    _, bodies, sites = cast
    posed: list[np.ndarray] = []
    read = capture.read_bones
    monkeypatch.setattr(capture, "read_bones", lambda a: read(a).then(lambda bones: posed.append(bones) or bones))
    every, decided = [], []
    for seed in range(20, 24):
        posed.clear()
        shot = shot_of(seed, seed=seed, dressed=False, props=False, size=(640, 480))
        taken = capture_shot(engine, shot, *cast)
        last = posed[-len(shot.people) :]
        skins = [
            Skin.of(f"person:{number}", bodies[p.character], b)
            for number, (p, b) in enumerate(zip(shot.people, last, strict=True), 1)
        ]
        for frame in taken:
            for k, (spec, got) in enumerate(zip(shot.people, frame.people, strict=True)):
                mine = got.points
                truth = exact(frame.camera, skins, k, sites[spec.character], mine.world)
                assert [r == OFF_IMAGE for r in truth.reasons] == [r == OFF_IMAGE for r in mine.reasons]
                inside = np.array(truth.reasons) != OFF_IMAGE
                agree = (np.array(truth.reasons) == VISIBLE) == (mine.flags == 2)
                every += agree[inside].tolist()
                decided += agree[inside & ~truth.tie].tolist()
    assert len(decided) > 2000
    assert np.mean(every) >= 0.96
    assert np.mean(decided) >= 0.99


def test_the_box_and_the_others_hide_by_name(engine: EngineProcess, cast: Cast) -> None:
    near = PropSpec(name="the_box", kind="plyo_box", position=(1.2, 0.0, 0.0), size=(0.4, 1.6, 0.9))
    shot = shot_of(3).model_copy(
        update={
            "people": (person(1, "standing", (0.0, 0.0), 0.0), person(2, "standing", (-1.5, 0.1), 0.0)),
            "props": (near,),
            "cameras": (CameraSpec(position=(4.0, 0.0, 1.1), target=(0.0, 0.0, 1.0), width=W, height=H),),
        }
    )
    front, behind = (
        dict(zip(p.points.names, p.points.reasons, strict=True)) for p in capture_shot(engine, shot, *cast)[0].people
    )
    assert front["left_knee"] == front["right_ankle"] == "object:the_box"
    assert front["nose"] == front["T8.body"] == VISIBLE
    assert behind["T8.body"] == "person:1"


def test_shots_that_name_what_is_not_there(engine: EngineProcess, cast: Cast) -> None:
    shot = shot_of(1)
    somebody = shot.people[0]
    for change, told in (({"clip": "jump"}, "jump"), ({"character": "c9"}, "c9"), ({"frame": 5}, "frame")):
        broken = shot.model_copy(update={"people": (somebody.model_copy(update=change),)})
        with pytest.raises(InputError, match=told):
            capture_shot(engine, broken, *cast)
    twin = shot.model_copy(update={"people": (somebody, somebody)})
    with pytest.raises(InputError, match="names of their own"):
        capture_shot(engine, twin, *cast)


def test_what_the_engine_refuses_is_told_and_the_engine_goes_on(engine: EngineProcess, cast: Cast) -> None:
    bad = PropSpec(name="box", kind="no_such_prop", position=(0, 0, 0))
    with pytest.raises(EngineError, match="no_such_prop"):
        capture_shot(engine, shot_of(1).model_copy(update={"props": (bad,)}), *cast)
    assert engine.healthy() and capture_shot(engine, shot_of(1), *cast)


def asked(engine: EngineProcess, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that the engine's client sends from now on."""
    sent: list[str] = []
    exchange = Client._exchange
    monkeypatch.setattr(
        Client, "_exchange", lambda c, commands, limit: sent.extend(commands) or exchange(c, commands, limit)
    )
    return sent


def test_an_engine_is_told_and_looked_at_once(
    engine: EngineProcess, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Specifications travel once per life of an engine, rest poses are checked once, poses and bones always."""
    sent = asked(engine, monkeypatch)
    engine.acquaintance.forget()
    shot, counts = shot_of(11, seed=3), []
    for _ in range(2):
        sent.clear()
        capture_shot(engine, shot, *cast)
        counts.append(tuple(sum(word in c for c in sent) for word in ("AddAssets", "GetBones", "ApplyPose", "vbatch")))
    # Three people of two bodies; the stage, a second camera, their places, the poses, and each camera's pictures.
    assert counts == [(1, 5, 3, 6), (0, 3, 3, 6)]


def test_what_an_engine_has_forgotten_is_said_again(engine: EngineProcess, cast: Cast) -> None:
    shot = shot_of(12, seed=6)
    first = capture_shot(engine, shot, *cast)
    new = shot.model_copy(update={"room": RoomSpec(texture_seed=77)})
    engine.acquaintance.told(assets_of(new).assets)  # a lie: it has not heard of that room
    capture_shot(engine, new, *cast)
    assert same(first, capture_shot(engine, shot, *cast))


def test_an_engine_that_cannot_build_names_the_key_that_it_lacks(engine: EngineProcess, cast: Cast) -> None:
    shot = shot_of(13).model_copy(update={"room": RoomSpec(texture_seed=78)})
    before = engine.acquaintance
    engine.acquaintance = Acquaintance(learns=False)
    try:
        with pytest.raises(AssetMissing, match=asset_key(shot.room)):
            capture_shot(engine, shot, *cast)
    finally:
        engine.acquaintance = before


def test_another_body_is_noticed_the_first_time(engine: EngineProcess, cast: Cast) -> None:
    motions, bodies, sites = cast
    bones = bodies["c0"].bones.copy()
    bones[5, 2, 3] += 0.002
    engine.acquaintance.forget()
    with pytest.raises(EngineError, match=r"person_10 is not the one .* 0\.0020 off"):
        capture_shot(engine, shot_of(14), motions, {**bodies, "c0": replace(bodies["c0"], bones=bones)}, sites)


def test_a_manifest_saves_telling(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    shot = shot_of(15)
    with EngineProcess(assets=assets_of(shot).assets) as engine:
        engine.start()
        sent = asked(engine, monkeypatch)
        capture_shot(engine, shot, *cast)
        assert not any("AddAssets" in command for command in sent)

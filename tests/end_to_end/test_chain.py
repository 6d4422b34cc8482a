"""The whole chain through real engine processes: labels agree with pictures, runs resume, faults are survived."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from scipy.spatial.transform import Rotation

from synthgen.capture.capture import capture_shot
from synthgen.cluster.plan import RunPlan
from synthgen.core.skeleton import INDEX, KEYPOINTS
from synthgen.dataset.checks.validate import validate
from synthgen.dataset.evaluate import self_check
from synthgen.dataset.texts import read_shots
from synthgen.pipeline import render

pytestmark = pytest.mark.long

SCENE = """
name: chain
seed: 0
images: 6
shard_size: 2
size: [320, 240]
clips: [builtin:squat, builtin:forward_bend, builtin:walking]
cast: {count: 2, postures: {share: 0.5}}
people: {min: 1, max: 2}
camera: {optics: {kinds: [action_camera, webcam]}}
"""


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "chain.yaml"
    path.write_text(SCENE)
    return path


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """One cache for the module: the first run fills it."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def dataset(scene, cache, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("out") / "two"
    render(scene, out, workers=2, cache_dir=cache, progress=False)
    return out


@pytest.fixture(scope="module")
def coco(dataset) -> dict:
    return json.loads((dataset / "annotations" / "person_keypoints.json").read_text())


def label_bytes(out: Path) -> dict[str, bytes]:
    """Everything that holds labels, by name."""
    files = [
        out / "annotations" / "person_keypoints.json",
        *sorted((out / "shards").glob("*.shots.jsonl")),
        *sorted((out / "shards").glob("*.parquet")),
    ]
    return {str(f.relative_to(out)): f.read_bytes() for f in files}


def test_the_dataset_keeps_its_promises(dataset):
    assert [str(i) for i in validate(dataset)] == []
    assert self_check(dataset / "annotations" / "person_keypoints.json") == pytest.approx(1.0)


def test_labels_are_byte_identical_with_one_worker(dataset, scene, tmp_path):
    """With a cache of its own: fits, bodies and rig motions are made again too, in this process."""
    render(scene, tmp_path / "one", workers=1, cache_dir=tmp_path / "cache", progress=False)
    assert label_bytes(tmp_path / "one") == label_bytes(dataset)


def test_written_points_are_those_of_the_bones_that_the_engine_draws(dataset, coco, scene, cache):
    """Renders every shot again, alone; reads camera and bones back; projects with UnrealCV's own formula."""
    shots = list(read_shots(dataset))
    written = {(a["image_id"], a["person"]["id"]): a for a in coco["annotations"]}
    lenses = {image["shot"]: image["distortion"] for image in coco["images"]}
    assert any(map(any, lenses.values()))
    errors = []
    with studio(scene, cache) as (engine, company):
        for shot in shots:
            people = company.on_stage(shot)
            frame = capture_shot(engine, shot, *people)[0]
            project = unrealcv_projection(engine.client, lenses[shot.id], frame.camera.width, frame.camera.height)
            for person in shot.people:
                if (shot.id, person.id) not in written:
                    continue
                bones = engine.client.call(f"person_{person.id}", "GetBones")["bones"]
                posed = people.sites[person.character].posed(people.bodies[person.character], world_bones(bones))[:37]
                keypoints = np.reshape(written[shot.id, person.id]["keypoints"], (37, 3))
                seen = keypoints[:, 2] > 0
                errors.extend(np.abs(project(posed) - keypoints[:, :2])[seen].max(-1))
    assert len(errors) >= 200 and max(errors) < 0.5


def world_bones(payload: str) -> np.ndarray:
    """GetBones' payload → (B, 4, 4) in the world, decoded here by hand: centimetres, left-handed, x y z qx qy qz qw."""
    rows = np.frombuffer(zlib.decompress(base64.urlsafe_b64decode(payload)), "<f4").reshape(-1, 7).astype(float)
    mirror = np.diag([1.0, -1.0, 1.0])
    out = np.tile(np.eye(4), (len(rows), 1, 1))
    out[:, :3, :3] = mirror @ Rotation.from_quat(rows[:, 3:]).as_matrix() @ mirror
    out[:, :3, 3] = rows[:, :3] * (0.01, -0.01, 0.01)
    return out


def unrealcv_projection(client, lens: list[float], width: int, height: int):
    """UnrealCV's published formula for the camera that the engine reports, then a lens with k1 alone and the image that
    is written: (N, 3) world, metres → (N, 2) pixels.
    """
    assert not any(lens[1:])
    location, (pitch, yaw, roll) = (
        np.array(client.text(f"vget /camera/0/{what}").split(), float) for what in ("location", "rotation")
    )
    drawn = float(client.text("vget /camera/0/size").split()[0])
    focal = drawn / 2 / np.tan(np.radians(float(client.text("vget /camera/0/fov"))) / 2)
    (sp, sy, sr), (cp, cy, cr) = (f(np.radians([pitch, yaw, roll])) for f in (np.sin, np.cos))
    forward = np.array([cp * cy, cp * sy, sp])
    right = np.array([sr * sp * cy - cr * sy, sr * sp * sy + cr * cy, -sr * cp])
    up = np.array([-(cr * sp * cy + sr * sy), cy * sr - cr * sp * sy, cr * cp])

    def project(points: np.ndarray) -> np.ndarray:
        x, y, z = ((points * (100.0, -100.0, 100.0) - location) @ np.stack([forward, right, up], -1)).T
        bent = 1 + lens[0] * ((y / x) ** 2 + (z / x) ** 2)
        return np.stack([width / 2 + focal * bent * y / x, height / 2 - focal * bent * z / x], -1)

    return project


def studio(scene: Path, cache: Path):
    """A started engine, and the people of a scene."""
    import contextlib

    from synthgen.core.cache import Cache
    from synthgen.pipeline.clips import load_clips
    from synthgen.pipeline.company import Company
    from synthgen.pipeline.fits import fit_clips
    from synthgen.pipeline.renderer import make_engine
    from synthgen.pipeline.script import Script
    from synthgen.scene import load_scene
    from synthgen.world.moment_table import MomentTable

    @contextlib.contextmanager
    def opened():
        settings, folders = load_scene(scene), Cache(cache)
        fits = fit_clips(settings, load_clips(settings, folders), folders, 1, False)
        company = Company(Script(settings, fits, MomentTable.of(fits), folders))
        with make_engine(settings.engine, folders) as engine:
            yield engine, company

    return opened()


def test_visible_keypoints_lie_on_their_own_mask(coco):
    from pycocotools import mask as rle

    checked = 0
    for annotation in coco["annotations"]:
        mask = rle.decode(annotation["segmentation"])
        for u, v, flag in np.reshape(annotation["keypoints"], (37, 3)):
            if flag == 2:
                assert mask[int(v), int(u)], (annotation["id"], u, v)
                checked += 1
    assert checked >= 60


def test_left_is_left(coco):
    """Seen along the person's own forward direction, every left point lies to the left of its right twin."""
    for annotation in coco["annotations"]:
        at = {n: np.array(annotation["keypoints_3d"][i])[:3] for n, i in INDEX.items()}
        up = at["neck"] - at["hip"]
        toes = (at["left_big_toe"] + at["right_big_toe"] - at["left_heel"] - at["right_heel"]) / 2
        left = np.cross(up, toes - up * (toes @ up) / (up @ up))
        if np.linalg.norm(left) < 0.3 * np.linalg.norm(up) * np.linalg.norm(toes):
            continue  # the trunk points where the toes do: they do not say where left is
        for name in ("shoulder", "hip"):
            assert (at[f"left_{name}"] - at[f"right_{name}"]) @ left > 0, (annotation["id"], name)


def test_images_are_pictures(dataset, coco):
    for image in coco["images"]:
        pixels = np.asarray(Image.open(dataset / "images" / image["file_name"].removeprefix("images/")))
        assert pixels.shape == (240, 320, 3) and pixels.std() > 15
    assert len(KEYPOINTS) == len(coco["categories"][0]["keypoints"])


def test_kill_and_the_same_command_again(dataset, scene, cache, tmp_path):
    """`kill -9` after the first committed shard; nothing is orphaned; the second run does only what is missing."""
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "synthgen", "render", str(scene), "--out", str(out), "--workers", "2"]
    environment = {**os.environ, "SYNTHGEN_CACHE": str(cache)}
    run = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 120
    while not list(out.glob("shards/*.json")):
        assert run.poll() is None and time.monotonic() < deadline, run.stderr and run.stderr.read()
        time.sleep(0.05)
    family = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(signal.SIGKILL)
    run.wait()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive, f"orphans: {alive}"
    done = {p: p.stat().st_mtime_ns for p in (*out.glob("shards/*.json"), *out.glob("images/*/*"))}
    assert len(RunPlan.load(out).to_dict()) and 0 < len(list(out.glob("shards/*.json"))) < 3

    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert label_bytes(out) == label_bytes(dataset)
    assert all(p.stat().st_mtime_ns == stamp for p, stamp in done.items()), "finished work was done again"


def test_a_killed_engine_is_replaced_and_its_shot_retried(dataset, scene, cache, tmp_path):
    out = tmp_path / "wounded"
    command = [sys.executable, "-m", "synthgen", "render", str(scene), "--out", str(out), "--workers", "1"]
    run = subprocess.Popen(command, env={**os.environ, "SYNTHGEN_CACHE": str(cache)}, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not list(out.glob("shards/*.json")):
        assert run.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    engines = [p for p in psutil.Process(run.pid).children(recursive=True) if "synthgen.engine" in p.cmdline()]
    assert engines
    engines[0].kill()
    _, err = run.communicate(timeout=180)
    assert run.returncode == 0, err
    assert "restart" in (out / "run.log").read_text() or "failed" in (out / "run.log").read_text()
    assert label_bytes(out) == label_bytes(dataset)


def test_nobody_else_can_reach_a_run(scene, tmp_path):
    """From the first fit to the last picture: no port, and no socket that another user can open."""
    out = tmp_path / "private"
    command = [sys.executable, "-m", "synthgen", "render", str(scene), "--out", str(out), "--workers", "2"]
    environment = {**os.environ, "SYNTHGEN_CACHE": str(tmp_path / "cache")}
    run = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    ports, sockets, let_in = set(), set(), []
    while run.poll() is None:
        for process in family_of(run.pid):
            with contextlib.suppress(psutil.Error):
                ports |= {c.laddr for c in process.net_connections("inet")}
                new = {c.laddr for c in process.net_connections("unix") if c.laddr} - sockets
                let_in += [path for path in new if lets_another_user_in(path)]
                sockets |= new
        time.sleep(0.1)
    assert run.returncode == 0, run.communicate()[1]
    run.communicate()
    assert len(sockets) == 2, "an engine per worker was seen"
    assert (ports, let_in) == (set(), [])


def family_of(pid: int) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def lets_another_user_in(path: str) -> bool:
    """Tries it as user 65534 where this user may; else by the permissions of the socket's folder."""
    if os.geteuid() != 0:
        return not path.startswith("/") or Path(path).parent.stat().st_mode & 0o077 != 0
    attempt = (
        "import os, socket, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    )
    path = f"\0{path[1:]}" if path.startswith("@") else path
    done = subprocess.run(
        [sys.executable, "-I", "-c", attempt, path], capture_output=True, text=True, cwd="/", check=False
    )
    return "PermissionError" not in done.stderr and "FileNotFoundError" not in done.stderr


def test_a_folder_of_another_scene_is_refused(dataset, scene, cache):
    before = {p: p.read_bytes() for p in dataset.rglob("*") if p.is_file()}
    command = [sys.executable, "-m", "synthgen", "render", str(scene), "--out", str(dataset), "--seed", "5"]
    run = subprocess.run(
        command, env={**os.environ, "SYNTHGEN_CACHE": str(cache)}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2 and "another plan" in run.stderr and "seed" in run.stderr
    assert before == {p: p.read_bytes() for p in dataset.rglob("*") if p.is_file()}

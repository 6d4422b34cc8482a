"""Scene files: what is refused, in which words, and what is taken."""

from __future__ import annotations

import json
import pickle
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from synthgen.core.errors import MESSAGE, InputError
from synthgen.core.resources import resource
from synthgen.core.userfiles.yamlfile import dotted, parse_yaml
from synthgen.scene import Scene, SceneErrors, checked_scene, load_scene, scene_hash, scene_schema

GOOD = """\
name: small
seed: 0
images: 4
clips:
  - builtin:squat
  - {source: builtin:walking, weight: 2, time: [0.5, 1.5]}
people: {min: 1, max: 2}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "scene.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[InputError]:
    with pytest.raises(InputError) as caught:
        load_scene(write(folder, text))
    assert caught.value.exit_code == 2
    return list(getattr(caught.value, "problems", [caught.value]))


def only(folder: Path, text: str) -> InputError:
    found = problems(folder, text)
    assert len(found) == 1, [str(p) for p in found]
    return found[0]


def test_a_good_file_gives_typed_frozen_data(tmp_path):
    scene = load_scene(write(tmp_path, GOOD))
    assert scene.seed == 0
    assert scene.shots == 4
    assert scene.size == (640, 480)
    assert [c.source for c in scene.clips] == ["builtin:squat", "builtin:walking"]
    assert scene.clips[1].time == (0.5, 1.5)
    with pytest.raises(ValidationError):
        scene.seed = 1  # type: ignore[misc]


def test_every_key_says_what_it_is():
    def check(node: dict, name: str) -> None:
        for key, value in node.get("properties", {}).items():
            assert value.get("description", "").endswith((".", ")")), f"{name}.{key} has no sentence"

    schema = scene_schema()
    check(schema, "Scene")
    for name, node in schema["$defs"].items():
        check(node, name)
        for option in node.get("anyOf", []):
            check(option, name)
    json.dumps(schema)


@pytest.mark.parametrize(
    ("line", "where", "what", "expected", "remedy"),
    [
        ("imagse: 3", ":8 imagse", "unknown key", "images", "did you mean 'images'?"),
        ("seed2: 3", ":8 seed2", "unknown key", "seed", "did you mean 'seed'?"),
        ("camera: {hfovs: [40, 50]}", ":8 camera.hfovs", "unknown key", "hfov", "did you mean 'hfov'?"),
        ("camera: {hfov: [40]}", ":8 camera.hfov", "the list has the wrong length", "degrees", None),
        ("camera: {hfov: [50, 40]}", ":8 camera.hfov", "the range runs backwards", "lower ≤ upper", "write [40, 50]"),
        ("camera: {hfov: [1, 200]}", ":8 camera.hfov", "the range is too wide", "10 … 120", None),
        ("camera: {distance: [0, 2]}", ":8 camera.distance", "the range reaches zero or below", "> 0", None),
        ("camera: {crop: .nan}", ":8 camera.crop", "wrong type", "a finite number", None),
        ("camera: {crop: '0.2'}", ":8 camera.crop", "wrong type", "a number", None),
        ("camera: {per_shot: 3}", ":3 images", "the images do not divide into shots", "camera.per_shot (3)", "write 6"),
        ("camera: {views: {back: 0, side: 0, front: 0}}", ":8 camera.views", "no view has a weight", "> 0", None),
        ("room: {kind: gymm}", ":8 room.kind", "unknown value", "gym", "did you mean 'gym'?"),
        ("cast: {rig: annie}", ":8 cast.rig", "unknown rig", "anny", "did you mean 'anny'?"),
        ("cast: {rig: ue5_mannequin}", ":8 cast.rig", "the embedded engine has no skin", "anny", "an external engine"),
        ("cast: {count: 0}", ":8 cast.count", "the number is out of range", "≥ 1", None),
        (
            "cast: {weight: [0.3, 0.7]}",
            ":8 cast.weight",
            "there is no such key any more",
            "bmi: [18, 28]",
            "write bmi: [18, 28]",
        ),
        ("cast: {height: [0, 1]}", ":8 cast.height", "there is no such key any more", "metres", "stature: [1.55, 1.9]"),
        ("cast: {bmi: [30, 60]}", ":8 cast.bmi", "no such people can be built", "12 … 45", "[16, 42]"),
        ("cast: {bmi: [30, 20]}", ":8 cast.bmi", "no such people can be built", "lower ≤ upper", None),
        ("cast: {population: heavy}", ":8 cast.population", "unknown value", "even, published", None),
        ("cast: {stature: [0, 2]}", ":8 cast.stature", "the range reaches zero or below", "> 0", None),
        ("cast: {count: many}", ":8 cast.count", "this is no number of characters", "or auto", "write 'auto'"),
        ("cast: {count: 1}", ":7 people.max", "more people in a shot", "cast.count (1)", "raise cast.count to 2"),
        ("props: {count: {min: 3, max: 1}}", ":8 props.count", "min is larger than max", "min ≤ max", None),
        ("engine: {kind: external}", ":8 engine", "an external engine needs a port", "9000", "add 'port: 9000'"),
        ("output: true", ":8 output", "wrong type", "keys and values", None),
        ("shard_size: 1.5", ":8 shard_size", "wrong type", "a whole number", None),
        ("shard_size: true", ":8 shard_size", "wrong type", "a whole number", None),
        ("size: [10, 480]", ":8 size[0]", "the number is out of range", "≥ 64", None),
        ("size: []", ":8 size", "the list has the wrong length", "list of such sizes", None),
        ("size: [[640, 480], [480]]", ":8 size[1]", "the list has the wrong length", "list of such sizes", None),
        ("size: [[640, 480], [480, 10]]", ":8 size[1][1]", "the number is out of range", "≥ 64", None),
        ("size: [[640, 480], 480]", ":8 size[0]", "wrong type", "a whole number", None),
        ("engine: {host: ''}", ":8 engine.host", "this text is too short", "at least 1 characters", None),
        (f"engine: {{host: {300 * 'x'}}}", ":8 engine.host", "this text is too long", "at most 255 characters", None),
        ("name: other", ":8 name", "this key is there twice", "every key once", "remove one of the two"),
    ],
)
def test_each_fault_gets_one_clear_message(tmp_path, line, where, what, expected, remedy):
    problem = only(tmp_path, GOOD + line + "\n")
    assert problem.where is not None
    assert problem.where.endswith(where)
    assert what in problem.what
    assert expected in (problem.expected or "")
    if remedy:
        assert remedy in (problem.remedy or "")


def test_an_external_engine_may_have_a_skin_for_other_rigs(tmp_path):
    text = GOOD + "cast: {rig: ue5_mannequin}\nengine: {kind: external, port: 9000}\n"
    assert load_scene(write(tmp_path, text)).cast.rig == "ue5_mannequin"


@pytest.mark.parametrize(
    ("text", "where", "what", "remedy"),
    [
        ("[builtin:squatt]", ":4 clips[0]", "there is no such clip", "did you mean 'builtin:squat'?"),
        ("[./no.bvh]", ":4 clips[0]", "there is no such clip", "synthgen clips"),
        ("[squat]", ":4 clips[0]", "there is no such clip", "synthgen clips"),
        ("[{source: ./no.bvh}]", ":4 clips[0].source", "there is no such clip", "synthgen clips"),
        (r'["a\0b.bvh"]', ":4 clips[0]", "there is no such clip", "synthgen clips"),
        (f"[{300 * 'a'}.bvh]", ":4 clips[0]", "there is no such clip", "synthgen clips"),
        (r'["\ud800.bvh"]', ":4", "half a character", None),
        ("[scene.yaml]", ":4 clips[0]", "this kind of clip file cannot be read", None),
        ("[]", ":4 clips", "there is no clip", None),
        ("[builtin:squat, builtin:squat]", ":4 clips[1]", "this clip is listed twice", "weight"),
        ("[{source: builtin:squat, time: [-1, 2]}]", ":4 clips[0].time", "a clip begins at 0 s", None),
        ("[{source: builtin:squat, tme: [1, 2]}]", ":4 clips[0].tme", "unknown key", "did you mean 'time'?"),
    ],
)
def test_clips_are_checked_before_anything_starts(tmp_path, text, where, what, remedy):
    problem = only(tmp_path, f"name: a\nseed: 1\nimages: 2\nclips: {text}\n")
    assert problem.where is not None
    assert problem.where.endswith(where)
    assert what in problem.what
    if remedy:
        assert remedy in (problem.remedy or "")


def test_links_in_a_circle_are_no_clip(tmp_path):
    (tmp_path / "a.bvh").symlink_to("a.bvh")
    assert only(tmp_path, "name: a\nimages: 2\nclips: [a.bvh]\n").what == "there is no such clip"


def test_missing_samples_say_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setattr("synthgen.scene.clipcheck.available", lambda: {"builtin": ["squat"], "deepmimic": []})
    problem = only(tmp_path, "name: a\nimages: 2\nclips: [deepmimic:humanoid3d_walk]\n")
    assert "samples" in (problem.remedy or "")


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path):
    found = problems(
        tmp_path, "name: 'a b'\nimages: 0\nclips: [builtin:nope, 3]\ncast: {age: old}\nengin: {}\npeople: {min: 2}\n"
    )
    assert [p.where.split(" ")[-1] for p in found] == [  # type: ignore[union-attr]
        "name",
        "images",
        "clips[0]",
        "clips[1]",
        "cast.age",
        "engin",
        "people",
    ]


def test_missing_keys_are_named_with_their_meaning(tmp_path):
    found = problems(tmp_path, "name: a\n")
    assert {p.what for p in found} == {"a key is missing"}
    assert [p.remedy for p in found] == ["add 'clips: …'", "add 'images: …'"]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("name: [a\nimages: 2\n", ":2", "this is not YAML"),
        ("name: a\n\timages: 2\n", ":2", "this is not YAML"),
        ("a: 1\n---\nb: 2\n", ":", "this is not YAML"),
        ("", ":1", "a scene file holds keys and values"),
        ("- a\n", ":1", "a scene file holds keys and values"),
        ("a: &x {b: *x}\n", ":1", "this is not YAML"),
        ("images: 2\nname: a\0b\n", ":2", "no control characters"),
        ("images: 2\nseed: 2024-13-45\n", ":2", "wrong type"),
        ("images: 2\nname: !!int foo\n", ":2", "this is no whole number"),
        ("images: 2\nname: !!int ''\n", ":2", "this is no whole number"),
        ("images: 2\nname: !!float 1e\n", ":2", "this is no number"),
        ("images: 2\nname: !!bool maybe\n", ":2", "this is no true or false"),
        ("images: 2\nname: !!binary soon\n", ":2", "tags have no meaning here"),
        ("images: 2\nname: &a [*a]\n", ":2", "stands inside itself"),
        ("images: 2\nname: *a\n", ":2", "defined nowhere before"),
        ('images: 2\nname: "\\U00110000"\n', ":2", "beyond all characters"),
        (f"images: 2\nseed: 0x{5000 * 'f'}\n", ":2", "digits"),
        (f"images: 2\nname: {3000 * '['}\n", ":2", "nested too deeply"),
        ("images: 2\n? [a, b]\n: 3\n", ":2", "a key is one word"),
        ("images: 2\nroom: {<<: {[a]: 3}}\n", ":2", "a key is one word"),
        ('images: 2\n"\\ud800": 3\n', ":2", "half a character"),
        ('images: 2\n"\\a": 3\n', ":2", "cannot be printed"),
        ("a: !!python/object:os.system {}\n", ":1", "tags have no meaning here"),
    ],
)
def test_broken_yaml_says_where(tmp_path, text, where, what):
    found = problems(tmp_path, text)
    assert any(what in p.what and where in (p.where or "") for p in found), [str(p) for p in found]


def test_no_file_no_text_no_folder(tmp_path):
    for path, text in ((tmp_path / "no.yaml", "no such scene file"), (tmp_path, "cannot be read")):
        with pytest.raises(InputError, match=text):
            load_scene(path)
    (tmp_path / "b.yaml").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    with pytest.raises(InputError, match="no control characters"):
        load_scene(tmp_path / "b.yaml")


def test_anchors_and_merges_work(tmp_path):
    text = "name: a\nimages: 2\nclips:\n  - &squat {source: builtin:squat, weight: 2}\n  - {<<: *squat, time: [0, 1]}\n"
    clips = load_scene(write(tmp_path, text)).clips
    assert clips[1].weight == 2
    assert clips[1].time == (0, 1)


def test_the_hash_knows_content_and_not_place(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    text = GOOD.replace("builtin:squat", "./own.npz")
    for folder in (a, b):
        folder.mkdir()
        (folder / "own.npz").write_bytes(b"one")
    first, second = load_scene(write(a, text)), load_scene(write(b, "# a remark\n" + text))
    assert scene_hash(first) == scene_hash(second)
    assert first.locate("./own.npz") == str(a / "own.npz")
    assert first.locate("builtin:squat") == "builtin:squat"
    (b / "own.npz").write_bytes(b"two")
    assert scene_hash(first) != scene_hash(second)
    assert scene_hash(first) != scene_hash(load_scene(write(a, text.replace("seed: 0", "seed: 1"))))
    moved = load_scene(write(a, text + "engine: {timeout: 5, recycle_after: 7}\n"))
    assert scene_hash(first) == scene_hash(moved)
    lenient = load_scene(write(a, text + "accept: {speed_m_s: 20, floor_m: 1, afloat: 0.5}\n"))
    assert scene_hash(first) == scene_hash(lenient)


def test_what_is_said_beside_a_clip_is_part_of_the_scene(tmp_path):
    (tmp_path / "WALK.C3D").write_bytes(b"one")
    scene = load_scene(write(tmp_path, "name: a\nimages: 1\nclips: [./WALK.C3D]\n"))
    found = {scene_hash(scene)}
    for said in ("unit: mm", "unit: m"):
        (tmp_path / "all.c3d.yaml").write_text(said)
        found.add(scene_hash(scene))
    assert len(found) == 3


def test_a_scene_travels_to_workers(tmp_path):
    scene = load_scene(write(tmp_path, GOOD))
    there = pickle.loads(pickle.dumps(scene))
    assert there == scene
    assert there.locate("x.bvh") == str(tmp_path / "x.bvh")


def test_errors_travel_too(tmp_path):
    with pytest.raises(SceneErrors) as caught:
        load_scene(write(tmp_path, "name: a\n"))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


@pytest.mark.parametrize("path", sorted(resource("scenes").glob("*.yaml")), ids=lambda p: p.stem)
def test_shipped_scenes_are_good(path):
    pytest.importorskip("pybullet_data")
    scene = load_scene(path)
    assert scene.name == path.stem


KEYS = [*Scene.model_fields, "min", "max", "source"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_no_content_breaks_the_reader(tmp_path_factory, data):
    """Whatever a file holds, the answer is a scene or an InputError."""
    path = tmp_path_factory.mktemp("any") / "scene.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    try:
        load_scene(path)
    except InputError as error:
        assert error.where


def test_a_scene_is_read_in_whatever_encoding_it_was_saved(tmp_path):
    text = GOOD + "# für zwei Größen\n"
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        path = tmp_path / f"{encoding}.yaml"
        path.write_bytes(text.encode(encoding))
        assert load_scene(path).name == "small"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"key{i}: 1" for i in range(60_000)),
        "\n".join(f"key{i}: 1" for i in range(9_000)),
        "\n".join("name: a" for _ in range(9_000)),
        f"clips: [{', '.join(f'builtin:squa{i}' for i in range(9_000))}]",
        f"clips: [{', '.join(f'{{source: no{i}.bvh}}' for i in range(6_000))}]",
        f"name: {400_000 * 'x'}",
        f"{400_000 * 'x'}: 1",
        f"name: [{', '.join(10_000 * ['x'])}]",
        f"clips: [{400_000 * 'x'}.bvh, {200_000 * '../'}a.bvh]",
        f"clips: {200_000 * '['}",
        f"seed: {5000 * '9'}\nimages: {399 * '9'}\nclips: [builtin:squat]",
        "a: &a {x: 1}\n" + "\n".join(f"a{i}: &a {{<<: [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]}}" for i in range(31)),
        "name: a\nimages: 2\nclips: [builtin:squat]\nprops: {count: {min: 1000000000, max: 1000000000}}",
        "#" * 2_000_000,
    ],
)
def test_no_file_takes_long_to_refuse_or_pages_to_say_so(tmp_path, text):
    path = write(tmp_path, text)
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        load_scene(path)
    assert time.process_time() - began < 1.0
    assert len(str(caught.value).encode()) <= MESSAGE
    assert str(path) in str(caught.value)
    assert len(getattr(caught.value, "problems", ())) <= 200


def test_of_many_problems_the_first_are_told_and_all_are_counted(tmp_path):
    with pytest.raises(SceneErrors) as caught:
        load_scene(write(tmp_path, GOOD + "\n".join(f"key{i}: 1" for i in range(3000))))
    lines = str(caught.value).splitlines()
    told = [line for line in lines if ": unknown key" in line]
    assert lines[0].endswith(":8 key0: unknown key") and lines[1].startswith("  expected: one of name, seed")
    assert lines[-1].startswith(f"… and {3000 - len(told)} more problems")


@pytest.mark.parametrize(
    ("line", "where", "expected", "remedy"),
    [
        ("size: [4920, 3264]", ":8 size", "1 … 4096 pixels", "write [4096, 2717], the same shape within the limit"),
        ("size: [64, 8192]", ":8 size", "1 … 4096 pixels", "write [64, 4096]"),
        ("size: [[640, 480], [64, 8192]]", ":8 size[1]", "1 … 4096 pixels", "write [64, 4096]"),
        ("room: {length: [3, 1000]}", ":8 room.length", "0.5 … 100 metres", "write [3, 100]"),
        ("lights: {exposure: [1, 1.0e+300]}", ":8 lights.exposure", "1.04858e+06", "write [1, 1.04858e+06]"),
        ("camera: {distance: [1, 1.0e+300]}", ":8 camera.distance", "100000 metres", "write [1, 100000]"),
    ],
)
def test_what_the_engine_cannot_give_is_refused_before_it_starts(tmp_path, line, where, expected, remedy):
    problem = only(tmp_path, GOOD + line + "\n")
    assert "embedded engine" in problem.what
    assert (problem.where or "").endswith(where)
    assert expected in (problem.expected or "") and remedy in (problem.remedy or "")


def test_following_the_remedy_for_a_size_gives_a_good_scene(tmp_path):
    remedy = only(tmp_path, GOOD + "size: [4920, 3264]\n").remedy or ""
    size = remedy.removeprefix("write ").partition("]")[0] + "]"
    assert load_scene(write(tmp_path, GOOD + f"size: {size}\n")).size == (4096, 2717)


def test_another_engine_may_give_larger_pictures(tmp_path):
    text = GOOD + "size: [4920, 3264]\nengine: {kind: external, port: 9000}\n"
    assert load_scene(write(tmp_path, text)).size == (4920, 3264)
    problem = only(tmp_path, GOOD + "size: [8200, 64]\n")
    assert "≤ 8192" in (problem.expected or "")


def test_pictures_may_have_several_sizes(tmp_path):
    scene = load_scene(write(tmp_path, GOOD + "size: [[640, 480], [480, 640]]\n"))
    assert scene.size == scene.sizes == ((640, 480), (480, 640))
    assert checked_scene(scene) == scene
    assert load_scene(write(tmp_path, GOOD)).sizes == ((640, 480),)


def test_lines_and_paths(tmp_path):
    source = parse_yaml(write(tmp_path, GOOD), "scene file", expected="keys")
    assert source.where(("clips", 1, "time", 0)).endswith(":6 clips[1].time[0]")
    assert source.where(("people", "max")).endswith(":7 people.max")
    assert dotted(("a", 0, "b", 1)) == "a[0].b[1]"


def test_aliases_of_aliases_end(tmp_path):
    """Nine levels of ten aliases each would be 10⁹ values."""
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(levels))
    with pytest.raises(InputError, match="more than 20000 values"):
        load_scene(path)


def test_a_scene_that_a_program_changed_is_checked_like_a_file(tmp_path):
    scene = load_scene(write(tmp_path, GOOD))
    assert checked_scene(scene) == scene
    assert scene_hash(checked_scene(scene)) == scene_hash(scene)
    scene = scene.model_copy(update={"cast": scene.cast.model_copy(update={"count": 4})})
    people = scene.people.model_copy(update={"max": 5})
    with pytest.raises(InputError) as caught:
        checked_scene(scene.model_copy(update={"people": people, "images": 0}))
    assert {p.where for p in caught.value.problems} >= {f"scene '{scene.name}' images"}
    with pytest.raises(InputError) as caught:
        checked_scene(scene.model_copy(update={"people": people}))
    assert caught.value.where == f"scene '{scene.name}' people.max"
    assert "more people in a shot than there are characters" in str(caught.value)

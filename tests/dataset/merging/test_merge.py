from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pycocotools.coco import COCO

from synthgen.core.errors import InputError
from synthgen.core.skeleton import INDEX, KEYPOINTS
from synthgen.dataset.layout import ANNOTATIONS
from synthgen.dataset.merging.keypoint_map import FLAGS, shipped_maps
from synthgen.dataset.merging.merge import MergeOptions, merge, part_path
from synthgen.dataset.merging.source import SourceWish
from synthgen.dataset.merging.splits import Splits, shares_of
from tests.dataset.merging.coco_files import change, read, write_coco

FORMATS = [name for name in shipped_maps() if name != "synthgen"]
AMBIGUOUS = {"aic_own_flags"}


def wish(path: Path, **said: Any) -> SourceWish:
    """A source; of formats that nothing tells apart the name is said."""
    return SourceWish(path, map=path.stem if path.stem in AMBIGUOUS else None, **said)


def expected_points(form: str, person: dict[str, Any]) -> dict[int, tuple[float, float, int]]:
    """What the formats' tables say of a source's person, read from them in another way than the project does."""
    used = shipped_maps()[form]
    out = {}
    for field, names in used.fields.items():
        for i, name in enumerate(names):
            x, y, flag = person[field][3 * i], person[field][3 * i + 1], person[field][3 * i + 2]
            if name in used.points and used.flags[flag] != "unlabelled":
                out[used.points[name]] = (x, y, FLAGS[used.flags[flag]])
    return out


@pytest.mark.parametrize("form", FORMATS)
def test_every_labelled_point_is_at_its_place_and_no_other_is_labelled(form: str, tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a", form)
    merge(tmp_path / "merged", [wish(source)])

    before = {p["id"]: p for p in read(source)["annotations"]}
    after = COCO(str(tmp_path / "merged" / ANNOTATIONS)).anns.values()
    assert len(after) == len(before)
    for person in after:
        points = expected_points(form, before[person["source_id"]])
        assert points, "the format says something"
        for i in range(len(KEYPOINTS)):
            assert tuple(person["keypoints"][3 * i : 3 * i + 3]) == points.get(i, (0, 0, 0))
        assert person["unlabelled"] == [i for i in range(len(KEYPOINTS)) if i not in points]
        assert person["num_keypoints"] == len(points)


def test_points_go_by_name_whatever_their_order(tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a", "coco_17", images=1, people=1)
    data = read(source)
    names = data["categories"][0]["keypoints"]
    data["categories"][0]["keypoints"] = names[::-1]
    change(source, categories=data["categories"])
    merge(tmp_path / "merged", [SourceWish(source)])

    values = data["annotations"][0]["keypoints"]
    (person,) = read(tmp_path / "merged" / ANNOTATIONS)["annotations"]
    assert person["keypoints"][3 * INDEX["right_ankle"] :][:2] == values[:2]


def test_feet_that_nobody_labelled_are_unlabelled(tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a", "coco_wholebody", images=1, people=1)
    (person,) = read(source)["annotations"]
    change(source, annotations=[person | {"foot_valid": False}])
    merge(tmp_path / "merged", [SourceWish(source)])

    (person,) = read(tmp_path / "merged" / ANNOTATIONS)["annotations"]
    assert {INDEX["left_heel"], INDEX["right_big_toe"]} <= set(person["unlabelled"])
    assert person["keypoints"][3 * INDEX["left_heel"] :][:3] == [0, 0, 0]


def test_merging_what_is_merged_is_merging_all(tmp_path: Path, dataset: Path) -> None:
    a, b, c = (write_coco(tmp_path / name, name) for name in ("coco_17", "coco_wholebody", "halpe_136"))
    merge(tmp_path / "ab", [SourceWish(a, weight=2.0), SourceWish(b)])
    merge(tmp_path / "step", [SourceWish(tmp_path / "ab", weight=0.5), SourceWish(c), SourceWish(dataset, name="made")])
    merge(tmp_path / "all", [SourceWish(a), SourceWish(b, weight=0.5), SourceWish(c), SourceWish(dataset, name="made")])
    assert (tmp_path / "step" / ANNOTATIONS).read_bytes() == (tmp_path / "all" / ANNOTATIONS).read_bytes()


def test_a_rendered_dataset_keeps_all_that_it_says(tmp_path: Path, dataset: Path) -> None:
    merge(tmp_path / "merged", [SourceWish(dataset)])
    merged = read(tmp_path / "merged" / ANNOTATIONS)
    rendered = read(dataset / ANNOTATIONS)
    for before, after in zip(rendered["annotations"], merged["annotations"], strict=True):
        renamed = {k: v for k, v in after.items() if k not in ("id", "image_id", "source_id")}
        assert renamed == {k: v for k, v in before.items() if k not in ("id", "image_id")}
        assert after["source_id"] == before["id"]
        assert "unlabelled" not in after
    for before, after in zip(rendered["images"], merged["images"], strict=True):
        assert after["intrinsics"] == before["intrinsics"]
        for name in ("file_name", "mask_file_name", "depth_file_name"):
            assert (tmp_path / "merged" / after[name]).samefile(dataset / before[name])


def test_every_image_keeps_its_source_licence_and_weight(tmp_path: Path) -> None:
    a, b = write_coco(tmp_path / "a", "coco_17"), write_coco(tmp_path / "b", "mpii")
    merge(tmp_path / "merged", [SourceWish(a, weight=3.0), SourceWish(b, licence="for research")])
    merged = read(tmp_path / "merged" / ANNOTATIONS)
    sources = {s["id"]: s for s in merged["sources"]}
    licences = {entry["id"]: entry["name"] for entry in merged["licenses"]}
    told = {(sources[i["source"]]["name"], licences[i["license"]], i["weight"]) for i in merged["images"]}
    assert told == {("coco_17", "licence of coco_17", 3.0), ("mpii", "for research", 1.0)}
    assert sources[2]["differs"]["upper_neck"]


def test_strict_leaves_out_what_is_not_quite_the_point(tmp_path: Path) -> None:
    merge(tmp_path / "merged", [SourceWish(write_coco(tmp_path / "a", "mpii"))], MergeOptions(strict=True))
    merged = read(tmp_path / "merged" / ANNOTATIONS)
    assert "neck" not in merged["sources"][0]["labels"]
    assert all(INDEX["neck"] in p["unlabelled"] for p in merged["annotations"])


@pytest.mark.parametrize("way", ["reference", "link", "copy"])
def test_pictures_are_found_from_the_merged_dataset(way: str, tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a", "coco_17")
    merge(tmp_path / "merged", [SourceWish(source)], MergeOptions(pictures=way))
    for image in read(tmp_path / "merged" / ANNOTATIONS)["images"]:
        assert (tmp_path / "merged" / image["file_name"]).read_bytes() == f"a picture of {image['source_id']}".encode()
        assert (way == "reference") == image["file_name"].startswith("../")
    assert (tmp_path / "merged" / image["file_name"]).samefile(tmp_path / "a" / "coco_17_2.jpg") == (way != "copy")


def test_a_file_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a" / "b", "coco_17", images=1)
    (tmp_path / "a" / "b" / "coco_17_0.jpg").rename(tmp_path / "a" / "secret.jpg")
    change(source, images=[read(source)["images"][0] | {"file_name": "../secret.jpg"}])
    merge(tmp_path / "merged", [SourceWish(source)], MergeOptions(pictures="copy"))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "merged"]


def test_no_body_clip_or_picture_is_in_two_parts(tmp_path: Path, dataset: Path) -> None:
    pictures = tmp_path / "same"
    a, b = write_coco(pictures, "coco_17", images=30), write_coco(pictures, "halpe_136", images=30)
    data = read(b)
    change(b, images=[i | {"file_name": f"coco_17_{n}.jpg"} for n, i in enumerate(data["images"])])
    parts = Splits({"train": 0.6, "val": 0.4})
    merged = merge(tmp_path / "merged", [SourceWish(a), SourceWish(b), SourceWish(dataset)], MergeOptions(splits=parts))

    seen: dict[str, set[str]] = {}
    for part in ("train", "val"):
        data = read(part_path(tmp_path / "merged", part))
        assert {p["image_id"] for p in data["annotations"]} <= {i["id"] for i in data["images"]}
        seen[part] = {i["file_name"] for i in data["images"] if "shot" not in i}
        for person in data["annotations"]:
            if "person" in person:
                seen[part] |= {person["person"]["character"], person["person"]["clip"]}
    assert seen["train"] and seen["val"] and not seen["train"] & seen["val"]
    assert sum(counts["images"] for counts in merged.parts.values()) == merged.images == 66


def test_a_part_is_the_same_in_every_merge(tmp_path: Path) -> None:
    a, b = write_coco(tmp_path / "a", "coco_17", images=20), write_coco(tmp_path / "b", "mpii")
    parts = {"train": 0.5, "val": 0.5}
    merge(tmp_path / "one", [SourceWish(a)], MergeOptions(splits=Splits(parts)))
    merge(tmp_path / "two", [SourceWish(b), SourceWish(a)], MergeOptions(splits=Splits(parts)))
    names = [
        {i["file_name"] for i in read(part_path(tmp_path / out, "val"))["images"] if "coco" in i["file_name"]}
        for out in ("one", "two")
    ]
    assert names[0] and names[0] == names[1]


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "flag": ({"keypoints": [1, 2, 9] * 17}, "flag"),
    "length": ({"keypoints": [1, 2, 2] * 16}, "does not have the keypoints"),
    "no list": ({"keypoints": "none"}, "does not have the keypoints"),
    "orphan": ({"image_id": 999}, "which is not there"),
    "no image": ({"image_id": None}, "names no image"),
    "image in a list": ({"image_id": [10]}, "names no image"),
    "texts for numbers": ({"keypoints": ["1", "2", 2] * 17}, "does not have the keypoints"),
    "nulls for numbers": ({"keypoints": [None, None, 2] * 17}, "does not have the keypoints"),
    "flag in a list": ({"keypoints": [1, 2, [2]] * 17}, "does not have the keypoints"),
    "box of three": ({"bbox": [1, 2, 3]}, "box"),
    "area in words": ({"area": "large"}, "area"),
    "no id": ({"id": None}, "no id"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_fit_is_refused_and_nothing_is_written(fault: str, tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a", "coco_17")
    changed, words = FAULTS[fault]
    people = read(source)["annotations"]
    change(source, annotations=[*people[:-1], people[-1] | changed])
    with pytest.raises(InputError, match=words) as refused:
        merge(tmp_path / "merged", [SourceWish(source)])
    assert refused.value.remedy
    assert not list((tmp_path / "merged").rglob("*.*"))


def test_files_that_are_not_known_or_several_are_refused(tmp_path: Path) -> None:
    fourteen = write_coco(tmp_path / "a", "lsp", named=False)
    with pytest.raises(InputError, match="several formats") as refused:
        merge(tmp_path / "merged", [SourceWish(fourteen)])
    assert {"lsp", "aic", "crowdpose"} <= set((refused.value.expected or "").replace(",", "").split())
    merge(tmp_path / "merged", [SourceWish(fourteen, map="lsp")])

    odd = write_coco(tmp_path / "b", "coco_17")
    change(odd, categories=[{"id": 5, "name": "person", "keypoints": ["snout", "tail"]}])
    with pytest.raises(InputError, match="no known format"):
        merge(tmp_path / "merged", [SourceWish(odd)])


def test_a_picture_that_is_not_there_is_refused_or_left_out(tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a", "coco_17")
    (tmp_path / "a" / "coco_17_1.jpg").unlink()
    with pytest.raises(InputError, match="not there") as refused:
        merge(tmp_path / "merged", [SourceWish(source)])
    assert "coco_17_1.jpg" in (refused.value.expected or "")
    merged = merge(tmp_path / "merged", [SourceWish(source)], MergeOptions(missing=True))
    assert (merged.images, merged.annotations, merged.left_out) == (2, 4, 1)
    assert [i["id"] for i in read(tmp_path / "merged" / ANNOTATIONS)["images"]] == [1, 2]


def test_a_map_of_ones_own(tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a", "coco_17", images=1, people=1)
    names = [f"p{i}" for i in range(17)]
    change(source, categories=[{"id": 5, "name": "person", "keypoints": names}])
    own = tmp_path / "own.yaml"
    own.write_text(
        "title: ours\nfields:\n  keypoints: [" + ", ".join(names) + "]\n"
        "points: {p0: neck}\nleft_out: [" + ", ".join(names[1:]) + "]\nflags: {0: hidden, 1: seen, 2: seen}\n"
    )
    merge(tmp_path / "merged", [SourceWish(source, map=str(own))])
    (person,) = read(tmp_path / "merged" / ANNOTATIONS)["annotations"]
    values = read(source)["annotations"][0]["keypoints"]
    assert person["keypoints"][3 * INDEX["neck"] :][:2] == values[:2]
    assert person["num_keypoints"] == 1

    own.write_text(own.read_text().replace("{p0: neck}", "{p0: nape}"))
    with pytest.raises(InputError, match="none of the 37") as refused:
        merge(tmp_path / "merged", [SourceWish(source, map=str(own))])
    assert "own.yaml:4" in (refused.value.where or "")


def test_a_rendered_folder_is_never_written_into(tmp_path: Path, dataset: Path) -> None:
    before = (dataset / ANNOTATIONS).read_bytes()
    with pytest.raises(InputError, match="rendered dataset"):
        merge(dataset, [SourceWish(write_coco(tmp_path / "a", "coco_17"))])
    assert (dataset / ANNOTATIONS).read_bytes() == before


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"license": [3]}, "licence"),
        ({"weight": "heavy"}, "weight"),
        ({"file_name": 5}, "name"),
        ({"file_name": ""}, "names no file"),
        ({"mask_file_name": {}}, "name"),
    ],
)
def test_an_image_that_is_none_is_refused(changed: dict[str, Any], words: str, tmp_path: Path) -> None:
    source = write_coco(tmp_path / "a", "coco_17")
    images = read(source)["images"]
    change(source, images=[*images[:-1], images[-1] | changed])
    with pytest.raises(InputError, match=words):
        merge(tmp_path / "merged", [SourceWish(source)])
    assert not list((tmp_path / "merged").rglob("*.*"))


@pytest.mark.parametrize("sources", ["none", [1], [{"id": "x"}], None])
def test_a_merged_file_without_sources_is_refused(sources: Any, tmp_path: Path) -> None:
    merge(tmp_path / "one", [SourceWish(write_coco(tmp_path / "a", "coco_17"))])
    change(tmp_path / "one" / ANNOTATIONS, sources=sources)
    with pytest.raises(InputError, match="merged of"):
        merge(tmp_path / "merged", [SourceWish(tmp_path / "one")])


def test_a_person_of_a_merged_file_has_all_keypoints(tmp_path: Path) -> None:
    merge(tmp_path / "one", [SourceWish(write_coco(tmp_path / "a", "coco_17"))])
    people = read(tmp_path / "one" / ANNOTATIONS)["annotations"]
    change(tmp_path / "one" / ANNOTATIONS, annotations=[*people[:-1], people[-1] | {"keypoints": [1, 2, 2] * 17}])
    with pytest.raises(InputError, match="37 keypoints"):
        merge(tmp_path / "merged", [SourceWish(tmp_path / "one")])


@pytest.mark.parametrize("text", ["train=2", "train", "a=0.5,a=0.5", "person_keypoints=1", "left_out=1", "../x=1"])
def test_a_split_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Splits(shares_of(text))


def test_merging_again_gives_the_same_bytes_also_over_itself(tmp_path: Path) -> None:
    source = SourceWish(write_coco(tmp_path / "a", "coco_17"))
    merge(tmp_path / "one", [source])
    before = (tmp_path / "one" / ANNOTATIONS).read_bytes()
    merge(tmp_path / "one", [source])
    assert (tmp_path / "one" / ANNOTATIONS).read_bytes() == before
    merge(tmp_path / "one", [SourceWish(tmp_path / "one")])
    assert (tmp_path / "one" / ANNOTATIONS).read_bytes() == before

"""The skeleton's tables agree with each other and with the published facts."""

from synthgen.core import skeleton as s


def test_counts_and_known_indices():
    assert len(s.KEYPOINTS) == len(set(s.KEYPOINTS)) == len(s.OKS_SIGMAS) == 37
    assert len(s.VERTEBRAE) == 24 and s.VERTEBRAE[0] == "L5" and s.VERTEBRAE[-1] == "C1"
    assert [s.KEYPOINTS[i] for i in (0, 16, 17, 18, 19, 26, 30, 36)] == [
        "nose",
        "right_ankle",
        "head",
        "neck",
        "hip",
        "spine_01",
        "spine_05",
        "neck_03",
    ]


def test_spine_subset_runs_from_the_top_down_through_named_segments():
    names = [s.KEYPOINTS[i] for i in s.SUBSETS["spine"]]
    order = [s.SPINE_SEGMENTS.index(s.SPINE_LEVELS[n]) for n in names]
    assert order == sorted(order, reverse=True) and set(names) == set(s.SPINE_LEVELS)


def test_flip_pairs_mirror_names_and_keep_sigmas():
    assert len(s.FLIP_PAIRS) == 13
    for a, b in s.FLIP_PAIRS:
        assert s.KEYPOINTS[a].replace("left", "right") == s.KEYPOINTS[b]
        assert s.OKS_SIGMAS[a] == s.OKS_SIGMAS[b]


def test_links_join_every_keypoint():
    assert {i for link in s.LINKS for i in link} == set(range(37))
    assert all(a != b for a, b in s.LINKS)

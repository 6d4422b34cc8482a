"""The batched kinematics of a tree against the same chain put together joint by joint."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from synthgen.core.frames import transform
from synthgen.core.kinematics import Coordinate, Segment, Tree
from synthgen.core.rotations import axis_angle


def unit(rng):
    v = rng.standard_normal(3)
    return tuple(v / np.linalg.norm(v))


def some_tree(seed):
    """Joints of every sort: none, sliding ones, one to three skewed axes, two branches, two segments on the ground."""
    rng = np.random.default_rng(seed)
    kinds = {
        "base": (None, "ttr"),
        "a": ("base", "rrr"),
        "b": ("a", ""),
        "c": ("b", "r"),
        "d": ("a", "trr"),
        "e": ("base", "rr"),
        "apart": (None, ""),
    }
    names = {"t": "translation", "r": "rotation"}
    return Tree(
        tuple(
            Segment(
                name,
                parent,
                rng.standard_normal(3),
                Rotation.random(random_state=seed + i).as_matrix(),
                tuple(Coordinate(f"{name}_{k}", unit(rng), names[kind]) for k, kind in enumerate(sort)),
            )
            for i, (name, (parent, sort)) in enumerate(kinds.items())
        )
    )


def placed_one_by_one(tree, q, ground):
    out = []
    for segment in tree.segments:
        base = ground if segment.parent is None else out[tree.segment_index[segment.parent]]
        here = base @ transform(segment.neutral, segment.offset)
        for coordinate in segment.coordinates:
            value = q[tree.coordinate_index[coordinate.name]]
            if coordinate.kind == "translation":
                here = here @ transform(np.eye(3), value * np.array(coordinate.axis))
            else:
                here = here @ transform(axis_angle(coordinate.axis, np.array(value)), np.zeros(3))
        out.append(here)
    return np.stack(out)


@pytest.mark.parametrize("seed", [0, 1])
def test_every_frame_is_the_chain_put_together_joint_by_joint(seed):
    tree, rng = some_tree(seed), np.random.default_rng(seed)
    q = rng.standard_normal((2, 5, len(tree.coordinates)))
    world = tree.forward(q)
    assert world.shape == (2, 5, len(tree.segments), 4, 4)
    for at in np.ndindex(2, 5):
        np.testing.assert_allclose(world[at], placed_one_by_one(tree, q[at], np.eye(4)), atol=1e-12)


def test_a_tree_that_stands_elsewhere_is_moved_as_a_whole():
    tree, rng = some_tree(2), np.random.default_rng(2)
    q = rng.standard_normal((4, len(tree.coordinates)))
    ground = transform(Rotation.random(4, random_state=2).as_matrix(), rng.standard_normal((4, 3)))
    world, axes = tree.forward_with_axes(q, ground)
    at_home, home_axes = tree.forward_with_axes(q)
    np.testing.assert_allclose(world, ground[:, None] @ at_home, atol=1e-12)
    np.testing.assert_allclose(axes, home_axes @ np.swapaxes(ground[:, :3, :3], -1, -2), atol=1e-12)


def test_axes_are_what_segments_turn_about_and_slide_along():
    tree, rng = some_tree(3), np.random.default_rng(3)
    q, h = rng.standard_normal(len(tree.coordinates)), 1e-6
    world, axes = tree.forward_with_axes(q)
    for i, coordinate in enumerate(tree.coordinates):
        owner = tree.segment_index[coordinate.name.rsplit("_", 1)[0]]
        step = np.eye(len(q))[i] * h
        change = (tree.forward(q + step)[owner] - tree.forward(q - step)[owner]) / (2 * h)
        if coordinate.kind == "translation":
            np.testing.assert_allclose(change[:3, 3], axes[i], atol=1e-8)
            np.testing.assert_allclose(change[:3, :3], 0, atol=1e-8)
        else:
            np.testing.assert_allclose(change[:3, :3], np.cross(axes[i], world[owner, :3, :3].T).T, atol=1e-8)
            np.testing.assert_allclose(change[:3, 3], 0, atol=1e-8)


def test_a_tree_without_joints_stands_neutrally():
    segment = Segment("rock", None, np.array([1.0, 2, 3]), np.eye(3))
    world, axes = Tree((segment,)).forward_with_axes(np.zeros((2, 0)))
    np.testing.assert_array_equal(world, np.broadcast_to(transform(np.eye(3), segment.offset), (2, 1, 4, 4)))
    assert axes.shape == (2, 0, 3)

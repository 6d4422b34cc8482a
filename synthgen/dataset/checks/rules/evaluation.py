"""The standard evaluation of the labels against themselves gives AP 1."""

from __future__ import annotations

from collections.abc import Iterator

from synthgen.dataset.checks.check import Check
from synthgen.dataset.checks.issues import WARNING, Issue
from synthgen.dataset.checks.subject import Dataset
from synthgen.dataset.evaluate import self_check
from synthgen.dataset.layout import ANNOTATIONS, annotations_path

LARGEST = 200 * 2**20
"""Bytes of the COCO file up to which the OKS evaluation is run too (``pycocotools`` holds the whole of it)."""


def self_evaluation(dataset: Dataset) -> float | str | None:
    """AP of the labels against themselves; a sentence where nobody is labelled; None where the file is too large."""
    path = annotations_path(dataset.out)
    if path.stat().st_size > LARGEST:
        return None
    try:
        return self_check(path)
    except ValueError as fault:
        return str(fault)


def check_evaluation(dataset: Dataset) -> Iterator[Issue]:
    """Evaluates."""
    precision = dataset.shared(self_evaluation)
    if isinstance(precision, float) and precision < 1 - 1e-9:
        what = f"its labels against themselves give AP {precision:.4f}, not 1"
        yield EVALUATION.issue("self-evaluation", ANNOTATIONS, what)


def check_labelled(dataset: Dataset) -> Iterator[Issue]:
    """Somebody is labelled."""
    if isinstance(fault := dataset.shared(self_evaluation), str):
        yield LABELLED.issue("nobody-labelled", ANNOTATIONS, fault)


EVALUATION = Check(
    name="evaluation",
    promise="COCO's evaluation of the labels against themselves gives an average precision of 1.",
    codes=("self-evaluation",),
    result=check_evaluation,
    if_sound=True,
)

LABELLED = Check(
    name="labelled",
    promise="Somebody has a labelled keypoint.",
    codes=("nobody-labelled",),
    severity=WARNING,
    result=check_labelled,
    if_sound=True,
)

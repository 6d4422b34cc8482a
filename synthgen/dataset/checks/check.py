"""``Check``: one promise about a dataset and what looks for its breach.

To add one, add a file to ``rules/`` that makes a ``Check``; nothing else has to be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthgen.dataset.checks.issues import ERROR, Issue, Severity
from synthgen.dataset.checks.people import PeopleTable
from synthgen.dataset.checks.shard_records import ShardRecords
from synthgen.dataset.checks.subject import Dataset, ImageRecord, PersonRecord
from synthgen.dataset.layout import AGAIN
from synthgen.dataset.manifest import Manifest

DAMAGE = (OSError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError)
"""What reading a record raises whose fields are missing, null or of another form. A function of a check that looks at
an image or a person may raise them: the record is reported as unreadable, once."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One promise, and the functions that look for its breach at the level that they need.

    Attributes:
        name: short name; unique.
        promise: what holds where the check finds nothing, as a sentence.
        codes: of the issues that it can find.
        severity: of its issues.
        remedy: what to do about its issues.
        files: looks at the dataset before any record is read.
        manifest: looks at one committed shard before its records are read.
        image: looks at one image record and its picture files.
        person: looks at one annotation record.
        suspects: looks at all people of some images at once: (P,) true for everybody in whom ``person`` may find
            something; ``person`` then looks at these alone. Where it raises :data:`DAMAGE` everybody is looked at.
        shard: looks at what was read of one shard, after its images and people.
        gather: what ``result`` needs of the shards that one process has read; can be pickled.
        result: looks at the dataset after all records have been read; ``Dataset.gathered`` has what was gathered.
        needs: names of checks that must have found nothing in an image before this one looks at its people.
        if_sound: ``result`` is run only where no promise is broken.
    """

    name: str
    promise: str
    codes: tuple[str, ...]
    severity: Severity = ERROR
    remedy: str = AGAIN
    files: Callable[[Dataset], Iterator[Issue]] | None = None
    manifest: Callable[[Dataset, Manifest], Iterator[Issue]] | None = None
    image: Callable[[ImageRecord], Iterator[Issue]] | None = None
    person: Callable[[Dataset, PersonRecord], Iterator[Issue]] | None = None
    suspects: Callable[[Dataset, PeopleTable], np.ndarray] | None = None
    shard: Callable[[Dataset, ShardRecords], Iterator[Issue]] | None = None
    gather: Callable[[Dataset], Any] | None = None
    result: Callable[[Dataset], Iterator[Issue]] | None = None
    needs: tuple[str, ...] = ()
    if_sound: bool = False

    def issue(self, code: str, where: str, what: str) -> Issue:
        """One fault that this check found.

        Raises:
            ValueError: the code is not among ``codes``.
        """
        if code not in self.codes:
            raise ValueError(f"the check {self.name} does not name the code {code!r}")
        return Issue(self.severity, code, where, what, self.remedy)

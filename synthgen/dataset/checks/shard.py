"""Checks shards: their files, then their records, image by image and person by person.

The people of several images, also of several shards, are looked at together first, by the ``suspects`` of the checks:
for arrays of a dozen people most of the time would go into calling numpy.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthgen.core.errors import InputError
from synthgen.dataset import table
from synthgen.dataset.checks.check import DAMAGE
from synthgen.dataset.checks.image import Suspects, anybody, check_image
from synthgen.dataset.checks.issues import Issue
from synthgen.dataset.checks.people import PeopleTable
from synthgen.dataset.checks.registry import all_checks
from synthgen.dataset.checks.rules.records import RECORDS, damage_text
from synthgen.dataset.checks.shard_records import ShardRecords
from synthgen.dataset.checks.subject import Dataset, ImageRecord
from synthgen.dataset.coco_text import slim_records
from synthgen.dataset.layout import parquet_path
from synthgen.dataset.manifest import Manifest

if TYPE_CHECKING:
    import pyarrow as pa

TOGETHER = 500
"""People that are looked at together, at least, where there are so many."""


@dataclass(frozen=True)
class _Piece:
    """Some images of one shard in order, or what ends it.

    Attributes:
        shard: its records so far.
        images: the images; None at the ends of the shard.
        people: how many are in them.
        is_first, is_last: whether it begins or ends the shard.
    """

    shard: ShardRecords
    images: pa.RecordBatch | None = None
    people: int = 0
    is_first: bool = False
    is_last: bool = False


def check_shards(dataset: Dataset, manifests: Sequence[Manifest]) -> Iterator[Issue]:
    """Checks what the manifests say and what the Parquet files hold, shard by shard."""
    for pieces in _together(_pieces(dataset, manifests)):
        batches = [piece.images for piece in pieces if piece.images is not None]
        suspects = find_suspects(dataset, batches, [piece.shard.manifest for piece in pieces])
        slim, begin = _slim(batches), 0
        for piece in pieces:
            end = begin + piece.people
            of_piece = {name: who[begin:end] for name, who in suspects.items()}
            yield from _begin(dataset, piece) if piece.is_first else ()
            if piece.images is not None:
                yield from _check_images(dataset, piece, piece.images, slim, of_piece)
            yield from _end(dataset, piece) if piece.is_last else ()
            begin = end


def _pieces(dataset: Dataset, manifests: Sequence[Manifest]) -> Iterator[_Piece]:
    for manifest in manifests:
        shard = ShardRecords(manifest)
        yield _Piece(shard, is_first=True)
        try:
            for images in table.read_batches(parquet_path(dataset.out, manifest.shard)):
                yield _Piece(shard, images, len(images.column("people").flatten()))
        except (*DAMAGE, InputError) as error:
            shard.fault = damage_text(error)
        yield _Piece(shard, is_last=True)


def _together(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """The same pieces, some at a time."""
    some: list[_Piece] = []
    people = 0
    for piece in pieces:
        some.append(piece)
        people += piece.people
        if people >= TOGETHER:
            yield some
            some, people = [], 0
    if some:
        yield some


def _joined(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.Table.from_batches(batches).combine_chunks().to_batches()[0]


def _slim(batches: Sequence[pa.RecordBatch]) -> Iterator[dict[str, Any]] | None:
    """The slim records of all images; None where one is damaged, so that they have to be made shard by shard."""
    try:
        return iter(slim_records(_joined(batches)))
    except DAMAGE:
        return None


def find_suspects(dataset: Dataset, batches: Sequence[pa.RecordBatch], manifests: Sequence[Manifest]) -> Suspects:
    """Whom each check has to look at, among all people of some images; what cannot be told is left out."""
    found: dict[str, np.ndarray] = {}
    try:
        people = PeopleTable(_joined(batches), manifests)
    except DAMAGE:
        return found
    for check in all_checks() if people.count else ():
        if check.suspects:
            try:
                with np.errstate(invalid="ignore"):
                    found[check.name] = check.suspects(dataset, people)
            except DAMAGE:
                continue
    return found


def _begin(dataset: Dataset, piece: _Piece) -> Iterator[Issue]:
    """Checks what the manifest says."""
    for check in all_checks():
        if check.manifest:
            yield from check.manifest(dataset, piece.shard.manifest)


def _check_images(
    dataset: Dataset,
    piece: _Piece,
    images: pa.RecordBatch,
    all_slim: Iterator[dict[str, Any]] | None,
    suspects: Suspects,
) -> Iterator[Issue]:
    """Checks some images, whose slim records come next if they could be made, and counts them to their shard."""
    shard = piece.shard
    try:
        slim = slim_records(images) if all_slim is None else list(itertools.islice(all_slim, len(images)))
        if shard.is_given_up:
            return
        shard.add(slim)
        # All that is written is only taken out of the table where somebody has to be looked at closely.
        begin = 0
        for record in table.records_of(images) if anybody(suspects) else slim:
            end = begin + len(record["people"])
            of_image = {name: who[begin:end] for name, who in suspects.items()}
            yield from check_image(dataset, ImageRecord(dataset, record, shard.manifest), of_image)
            begin = end
    except DAMAGE as fault:
        shard.fault, shard.is_given_up = damage_text(fault), True


def _end(dataset: Dataset, piece: _Piece) -> Iterator[Issue]:
    """Checks what was read of the shard, where all of it could be."""
    shard = piece.shard
    if shard.fault:
        yield RECORDS.issue("records-unreadable", f"shard {shard.manifest.shard}", shard.fault)
        return
    for check in all_checks():
        if check.shard:
            yield from check.shard(dataset, shard)

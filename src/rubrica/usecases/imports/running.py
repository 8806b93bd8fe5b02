"""Running an import: every row becomes an item, a problem or a row already known, in the order of the source.

Batches are stored in that order and counted in their own transaction. So the counts of an import that was cut short say
exactly how many rows are done, and going on means leaving out as many.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import transaction

from rubrica.formats.manifest import BadRow, ManifestRow
from rubrica.records.models import ItemImport, Project
from rubrica.records.models.item_import import ImportState
from rubrica.usecases.access import record
from rubrica.usecases.descriptors import describe_later
from rubrica.usecases.imports.decoding import Decoder, KnownRow, Outcome
from rubrica.usecases.imports.progress import ImportProgress, SignOfLife, failure_text
from rubrica.usecases.imports.sources import Source
from rubrica.usecases.imports.storing import key_of, known_keys, store_batch
from rubrica.usecases.jobs import JobLostError

ROWS_PER_TRANSACTION: Final = 32
SECONDS_PER_TRANSACTION: Final = 2.0
_ROWS_PER_LOOK: Final = 64
"""Rows whose keys are looked up at once, before anything is decoded for them."""


def run(
    item_import: ItemImport,
    source: Source,
    *,
    clock: Callable[[], datetime],
    job: SignOfLife,
    progress: Callable[[ImportProgress], None] | None = None,
) -> None:
    """Import all rows that are not done yet, whatever some of them are like.

    What stops the import as a whole (no room on the disk, no decoder) is recorded before it is raised.
    """
    try:
        _run(item_import, source, clock, job, progress)
    except JobLostError:
        raise
    except Exception as error:
        failure = failure_text(str(error) or type(error).__name__)
        _change(item_import, state=ImportState.FAILED, failure=failure, finished_at=clock())
        raise
    with transaction.atomic():
        _change(item_import, state=ImportState.FINISHED, finished_at=clock())
        _record(item_import, clock())
        describe_later(item_import.project, now=clock())


def _run(
    item_import: ItemImport,
    source: Source,
    clock: Callable[[], datetime],
    job: SignOfLife,
    progress: Callable[[ImportProgress], None] | None,
) -> None:
    _change(item_import, state=ImportState.RUNNING, total=sum(1 for _ in source.rows()))
    done = item_import.accepted + item_import.refused + item_import.known
    rows = islice(_without_repeats(source.rows()), done, None)
    with closing(Decoder(source)) as decoder:
        for batch in _batches(decoder.outcomes(_without_known(item_import.project, rows), job.keep)):
            with transaction.atomic():
                job.confirm()
                store_batch(item_import, batch, now=clock())
            item_import.refresh_from_db(fields=["total", "accepted", "refused", "known"])
            if progress is not None:
                progress(
                    ImportProgress(item_import.total, item_import.accepted, item_import.refused, item_import.known)
                )


def _without_repeats(rows: Iterable[ManifestRow | BadRow]) -> Iterator[ManifestRow | BadRow]:
    """Refuse rows whose key an earlier row has: one of the two would be lost without a word."""
    seen: dict[str, int | None] = {}
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        key = key_of(row)
        if key in seen:
            where = f"line {seen[key]}" if seen[key] else "an earlier file"
            reason = f"The key {key[:120]!r} belongs to {where} already. Give each row a key of its own (column key)."
            yield BadRow(row.line, row.name, "repeated-key", reason)
            continue
        seen[key] = row.line
        yield row


def _without_known(project: Project, rows: Iterator[ManifestRow | BadRow]) -> Iterator[ManifestRow | BadRow | KnownRow]:
    """Pass over rows whose key the project has, before anything is decoded for them."""
    while chunk := list(islice(rows, _ROWS_PER_LOOK)):
        known = known_keys(project, [row for row in chunk if isinstance(row, ManifestRow)])
        for row in chunk:
            yield KnownRow() if isinstance(row, ManifestRow) and key_of(row) in known else row


def _batches(outcomes: Iterable[Outcome]) -> Iterator[list[Outcome]]:
    """Group what is ready: full batches on a fast machine, small ones where each image takes long."""
    batch: list[Outcome] = []
    since = time.monotonic()
    for outcome in outcomes:
        batch.append(outcome)
        if len(batch) >= ROWS_PER_TRANSACTION or time.monotonic() - since >= SECONDS_PER_TRANSACTION:
            yield batch
            batch, since = [], time.monotonic()
    if batch:
        yield batch


def _change(item_import: ItemImport, **columns: object) -> None:
    for name, value in columns.items():
        setattr(item_import, name, value)
    item_import.save(update_fields=list(columns))


def _record(item_import: ItemImport, now: datetime) -> None:
    record(
        "items.imported",
        item_import.source,
        at=now,
        actor=item_import.started_by,
        project=item_import.project,
        accepted=item_import.accepted,
        refused=item_import.refused,
        known=item_import.known,
    )

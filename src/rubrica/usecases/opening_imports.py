"""Putting what a source says beside what is known of it: new openings, changed ones, and those that have gone."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from rubrica.domain.opening import Opening, OpeningState
from rubrica.domain.opening_check import contradictions
from rubrica.domain.posting import MISSES_UNTIL_GONE, Posting, fingerprint, honest_dates
from rubrica.domain.problems import Problem
from rubrica.formats.openings.feed import Feed
from rubrica.records.models import FoundPosting, OpeningSource, StoredOpening
from rubrica.records.queries.openings import columns_of, store_needs
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.notifications import tell_of_openings

_MOST_REFUSALS_KEPT: Final = 50
_AT_ONCE: Final = 500
_COLUMNS: Final = (*columns_of(Opening()), "url", "notes", "updated_at", "state", "closed_at", "is_listed")
_FOUND_COLUMNS: Final = (
    *("fingerprint", "raw", "raw_hash", "last_seen", "misses", "gone_at", "said_posted", "said_updated"),
)


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of a feed, in numbers."""

    added: int
    changed: int
    gone: int
    refused: int


@transaction.atomic
def store_feed(source: OpeningSource, feed: Feed, *, now: datetime) -> Stored:
    """Store what a source says. What comes again unchanged changes nothing but when it was last seen."""
    keys = [posting.key for posting in feed.postings]
    known = _known(source, keys)
    added = [_new(source, posting, now) for posting in feed.postings if posting.key not in known]
    _insert(added)
    changed = _change([(known[posting.key], posting) for posting in feed.postings if posting.key in known], now)
    seen = {*keys, *(entry.key for entry in feed.refused if entry.key)}
    gone = _miss(source, seen, now) if feed.is_complete else []
    _list_once([found.fingerprint for found in [*(pair[1] for pair in added), *changed, *gone]])
    if added:
        tell_of_openings(now=now)
    source.refused = [_refusal(entry.place, entry.problems) for entry in feed.refused[:_MOST_REFUSALS_KEPT]]
    source.fetched_at = now
    source.save(update_fields=["refused", "fetched_at"])
    return Stored(len(added), len(changed), len(gone), len(feed.refused))


def see_all_again(source: OpeningSource, *, now: datetime) -> None:
    """Note that a source has said that nothing has changed: everything it had is still there."""
    open_ones = _of(source).filter(gone_at=None)
    open_ones.update(last_seen=now, misses=0)
    source.fetched_at = now
    source.save(update_fields=["fetched_at"])


def forget_source(source: OpeningSource, *, now: datetime) -> None:
    """Take every opening of a source off the list; other copies of them come to be seen."""
    found = list(_of(source).filter(gone_at=None).select_related("opening"))
    _close(found, now)
    _list_once([row.fingerprint for row in found])


def _of(source: OpeningSource) -> ScopedQuerySet[FoundPosting]:
    return FoundPosting.objects.everywhere("the caller has the source").filter(source=source)


def _known(source: OpeningSource, keys: Collection[str]) -> Mapping[str, FoundPosting]:
    listed = list(keys)
    return {
        found.key: found
        for start in range(0, len(listed), _AT_ONCE)
        for found in _of(source).filter(key__in=listed[start : start + _AT_ONCE]).select_related("opening")
    }


def _new(source: OpeningSource, posting: Posting, now: datetime) -> tuple[StoredOpening, FoundPosting, Opening]:
    dates = honest_dates(posting, first_seen=now, said_before=None)
    row = StoredOpening(
        source=source,
        state=OpeningState.OPEN,
        created_at=now,
        posted_at=dates.posted,
        listed_at=now,
        updated_at=posting.updated,
        url=posting.url,
        notes=_notes(posting, dates.notes),
        private_to=None if source.is_shared else source.added_by,
        **columns_of(posting.opening),
    )
    found = FoundPosting(
        opening=row,
        source=source,
        key=posting.key,
        fingerprint=fingerprint(posting),
        raw=posting.raw,
        raw_hash=_hash(posting.raw),
        first_seen=now,
        last_seen=now,
        said_posted=posting.posted,
        said_updated=posting.updated,
    )
    return row, found, posting.opening


def _insert(added: list[tuple[StoredOpening, FoundPosting, Opening]]) -> None:
    StoredOpening.objects.bulk_create([row for row, _found, _opening in added], batch_size=_AT_ONCE)
    FoundPosting.objects.bulk_create([found for _row, found, _opening in added], batch_size=_AT_ONCE)
    store_needs([(row, opening) for row, _found, opening in added])


def _change(pairs: Iterable[tuple[FoundPosting, Posting]], now: datetime) -> list[FoundPosting]:
    """Bring what is known up to date, and return what reads otherwise or has come back."""
    changed: list[tuple[FoundPosting, Posting]] = []
    same: list[FoundPosting] = []
    for found, posting in pairs:
        is_back = found.gone_at is not None
        if found.raw_hash == _hash(posting.raw) and not is_back:
            same.append(found)
        else:
            _rewrite(found, posting, now)
            changed.append((found, posting))
        found.last_seen, found.misses = now, 0
    FoundPosting.objects.everywhere("the source's own").bulk_update(same, ["last_seen", "misses"], batch_size=_AT_ONCE)
    rows = [found for found, _posting in changed]
    FoundPosting.objects.everywhere("the source's own").bulk_update(rows, _FOUND_COLUMNS, batch_size=_AT_ONCE)
    openings = [found.opening for found in rows]
    StoredOpening.objects.everywhere("the source's own").bulk_update(openings, _COLUMNS, batch_size=_AT_ONCE)
    store_needs([(found.opening, posting.opening) for found, posting in changed])
    return rows


def _rewrite(found: FoundPosting, posting: Posting, now: datetime) -> None:
    """Let a known opening say what it says now. The day it was posted is not among that."""
    dates = honest_dates(posting, first_seen=found.first_seen, said_before=found.said_posted)
    row = found.opening
    said_otherwise = row.document != posting.opening.as_json()
    for name, value in columns_of(posting.opening).items():
        setattr(row, name, value)
    row.url = posting.url
    row.notes = _notes(posting, dates.notes)
    row.state, row.closed_at = OpeningState.OPEN, None
    if said_otherwise:
        row.updated_at = posting.updated or now
    found.fingerprint = fingerprint(posting)
    found.raw, found.raw_hash = posting.raw, _hash(posting.raw)
    found.gone_at = None
    found.said_posted = found.said_posted or posting.posted
    found.said_updated = posting.updated


def _miss(source: OpeningSource, seen: Collection[str], now: datetime) -> list[FoundPosting]:
    """Count what a complete fetch lacked, and return what has been lacking long enough to be gone."""
    there = _of(source).filter(gone_at=None)
    missed = [pk for pk, key in there.values_list("pk", "key") if key not in seen]
    for start in range(0, len(missed), _AT_ONCE):
        there.filter(pk__in=missed[start : start + _AT_ONCE]).update(misses=F("misses") + 1)
    gone = list(there.filter(misses__gte=MISSES_UNTIL_GONE).select_related("opening"))
    _close(gone, now)
    return gone


def _close(gone: Collection[FoundPosting], now: datetime) -> None:
    for found in gone:
        found.gone_at = now
        found.opening.state = OpeningState.CLOSED
        found.opening.closed_at = now
    FoundPosting.objects.everywhere("the source's own").bulk_update(gone, ["gone_at"], batch_size=_AT_ONCE)
    rows = [found.opening for found in gone]
    columns = ["state", "closed_at"]
    StoredOpening.objects.everywhere("the source's own").bulk_update(rows, columns, batch_size=_AT_ONCE)


def _list_once(fingerprints: Collection[str]) -> None:
    """Of copies of one opening list the first that was seen; one that everybody sees comes before private ones.

    What leads back to this Rubrica is a copy of an opening that is listed here anyway.
    """
    wanted = sorted(set(fingerprints))
    own_pages = f"{settings.BASE_URL}/openings/"
    copies = FoundPosting.objects.everywhere("copies of one opening stand at several sources")
    changed: list[StoredOpening] = []
    for start in range(0, len(wanted), _AT_ONCE):
        rows = copies.filter(fingerprint__in=wanted[start : start + _AT_ONCE], gone_at=None).select_related("opening")
        ordered = sorted(rows, key=lambda found: (found.fingerprint, found.first_seen, found.pk))
        for _fingerprint, group in groupby(ordered, key=lambda found: found.fingerprint):
            same = [found.opening for found in group]
            first: dict[int | None, StoredOpening] = {}
            for row in same:
                first.setdefault(row.private_to_id, row)
            for row in same:
                hidden_by_shared = row.private_to_id is not None and None in first
                is_listed = (
                    first[row.private_to_id] is row and not hidden_by_shared and not row.url.startswith(own_pages)
                )
                if row.is_listed != is_listed:
                    row.is_listed = is_listed
                    changed.append(row)
    StoredOpening.objects.everywhere("as above").bulk_update(changed, ["is_listed"], batch_size=_AT_ONCE)


def _notes(posting: Posting, dates: Iterable[Problem]) -> list[dict[str, str]]:
    found = [*posting.notes, *dates, *contradictions(posting.opening)]
    return [problem.as_json() for problem in dict.fromkeys(found)]


def _refusal(place: str, problems: Iterable[Problem]) -> dict[str, object]:
    return {"place": place, "problems": [problem.as_json() for problem in problems]}


def _hash(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()

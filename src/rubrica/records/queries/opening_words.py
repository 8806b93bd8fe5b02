"""The index of the words of openings: what is looked for is found among the words, not in the texts."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from django.db.models import Exists, OuterRef

from rubrica.records.models import OpeningWord, StoredOpening
from rubrica.records.models.opening import Word
from rubrica.records.scoping import ScopedQuerySet

MOST_ALIKE: Final = 100
"""Words that hold what is looked for; with more of them the texts themselves are read, which then is quicker."""
_AT_ONCE: Final = 500


def with_words(rows: ScopedQuerySet[StoredOpening], words: tuple[str, ...]) -> ScopedQuerySet[StoredOpening]:
    """Keep the openings that have all of some words, each within one of their own."""
    for word in words:
        alike = list(Word.objects.filter(text__contains=word).values_list("pk", flat=True)[: MOST_ALIKE + 1])
        if len(alike) > MOST_ALIKE:
            rows = rows.filter(words__contains=word)
        else:
            having = OpeningWord.objects.everywhere("the openings are scoped").filter(word__in=alike)
            rows = rows.filter(pk__in=having.values("opening"))
    return rows


def store_words(rows: Collection[StoredOpening]) -> None:
    """Put the words of openings beside them: those that are new, without those that are gone."""
    wanted = {row.pk: {_digest(word): word for word in row.words.split()} for row in rows}
    known = _known_words({digest: word for words in wanted.values() for digest, word in words.items()})
    kept = OpeningWord.objects.everywhere("the caller has the openings").filter(opening__in=list(wanted))
    present: dict[int, dict[int, int]] = {key: {} for key in wanted}
    for pk, opening, word in kept.values_list("pk", "opening", "word"):
        present[opening][word] = pk
    missing, stale = [], []
    for opening, words in wanted.items():
        ids = {known[digest] for digest in words}
        missing += [OpeningWord(opening_id=opening, word_id=word) for word in sorted(ids - present[opening].keys())]
        stale += [pk for word, pk in present[opening].items() if word not in ids]
    OpeningWord.objects.bulk_create(missing, batch_size=_AT_ONCE)
    for start in range(0, len(stale), _AT_ONCE):
        kept.filter(pk__in=stale[start : start + _AT_ONCE]).delete()


def _known_words(words: Mapping[str, str]) -> dict[str, int]:
    """Return the rows of words by digest, made where there are none yet."""
    known = _rows_of(words)
    # Always in the same order, so that two imports wait for each other rather than both.
    new = [Word(digest=digest, text=words[digest]) for digest in sorted(words.keys() - known.keys())]
    Word.objects.bulk_create(new, ignore_conflicts=True, batch_size=_AT_ONCE)
    return known | _rows_of([word.digest for word in new])


def _rows_of(digests: Iterable[str]) -> dict[str, int]:
    wanted = list(digests)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = Word.objects.filter(digest__in=wanted[start : start + _AT_ONCE])
        found.update(some.values_list("digest", "pk"))
    return found


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "replace")).hexdigest()


def drop_unused_words() -> None:
    """Forget words that no opening has any more."""
    Word.objects.filter(
        ~Exists(OpeningWord.objects.everywhere("rows are counted").filter(word=OuterRef("pk")))
    ).delete()

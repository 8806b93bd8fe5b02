"""Words chosen from prompts: which, how often, and how far raters agree word by word."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from rubrica.domain.criterion import Criterion
from rubrica.domain.prompt_words import words_of
from rubrica.domain.verdict import verdict
from rubrica.records.queries.ratings import EvaluationColumns, RatingColumns
from rubrica.usecases.reports.estimates import FloatArray, IntArray, agreement, alpha
from rubrica.usecases.reports.values import AnswerCount, CriterionReport

MOST_LISTED = 20
_NO_MEAN = "Only scales and counts have a mean."
_NO_WORDS = "No item that was judged has a prompt with words."


def words_report(
    criterion: Criterion, evaluations: EvaluationColumns, ratings: RatingColumns | None, prompts: Mapping[int, str]
) -> CriterionReport:
    """Return a report in which each word of each prompt is a question of its own: chosen or not, by all who judged it.

    ``prompts`` is by item id.
    """
    judged = np.flatnonzero(evaluations.is_judged)
    items = evaluations.items[judged]
    words = {item: words_of(prompts.get(item, "")) for item in np.unique(items).tolist()}
    units, values, texts = _word_by_word(judged, items, words, ratings)
    coefficient, refusal = alpha(units, values, "nominal") if len(units) else (None, _NO_WORDS)
    doubled = int(np.count_nonzero(np.unique(items, return_counts=True)[1] > 1))
    return CriterionReport(
        id=criterion.id,
        name=criterion.name,
        question=criterion.question,
        type=criterion.type,
        kind=criterion.kind,
        n=len(judged),
        doubled_items=doubled,
        distribution=tuple(
            AnswerCount(text, text, count, count / len(judged)) for text, count in texts.most_common(MOST_LISTED)
        ),
        exact=agreement(units, values) if len(units) else None,
        within_one=None,
        alpha=coefficient,
        alpha_refusal=refusal,
        same_side=None,
        mean=None,
        mean_refusal=_NO_MEAN,
        verdict=verdict(criterion.kind, coefficient.value if coefficient else None, doubled),
    )


def _word_by_word(
    judged: IntArray, items: IntArray, words: Mapping[int, Mapping[str, str]], ratings: RatingColumns | None
) -> tuple[IntArray, FloatArray, Counter[str]]:
    """Return one entry a word and evaluation: the word's number, and 1 where it was chosen; and what was chosen."""
    lengths = np.array([len(words[item]) for item in items.tolist()], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    first_of = dict(zip(words, np.cumsum([0, *map(len, words.values())]).tolist(), strict=False))
    bases = np.array([first_of[item] for item in items.tolist()], dtype=np.int64)
    units = np.repeat(bases - starts, lengths) + np.arange(lengths.sum())
    values = np.zeros(len(units))
    texts: Counter[str] = Counter()
    places = {item: {name: place for place, name in enumerate(names)} for item, names in words.items()}
    for row, name in zip(ratings.rows.tolist(), ratings.values.tolist(), strict=True) if ratings is not None else ():
        entry = int(np.searchsorted(judged, row))
        item = int(items[entry])
        values[starts[entry] + places[item][name]] = 1.0
        texts[words[item][name].lower()] += 1
    return units, values, texts

"""One criterion: its distribution, the agreement on it, and the verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rubrica.domain.answer import WRITTEN
from rubrica.domain.criterion import Criterion
from rubrica.domain.verdict import MIN_DOUBLED_ITEMS, Verdict, verdict
from rubrica.measure.agreement.alpha import Level
from rubrica.records.queries.ratings import EvaluationColumns, RatingColumns
from rubrica.usecases.reports.checked import Measures, checked_report
from rubrica.usecases.reports.chosen_words import words_report
from rubrica.usecases.reports.estimates import FloatArray, IntArray, agreement, alpha, mean_of_items
from rubrica.usecases.reports.orders import order_report
from rubrica.usecases.reports.values import (
    AlphaEstimate,
    AnswerCount,
    CriterionReport,
    OptionReport,
    PairAgreement,
)

_TICKS_REFUSAL = "Any number of options can be ticked, so agreement is measured option by option."
_NO_RATINGS = "Nobody has answered this criterion yet."
_NO_MEAN = "Only scales and counts have a mean."
_TEXT_REFUSAL = "Texts are counted, and not compared."
_TOO_FEW_PREFERENCES = (
    "No verdict yet: on {n_items} items two or more people preferred a side, and it takes at least {needed} to tell "
    "agreement from luck. Ties do not count here."
)


@dataclass(frozen=True, slots=True)
class Units:
    """What is known of the items: how many images each has; and its prompt and the measures of its image, by its id."""

    images: int
    prompts: Mapping[int, str]
    measures: Measures


def criterion_report(
    criterion: Criterion, units_shown: Units, evaluations: EvaluationColumns, ratings: RatingColumns | None
) -> CriterionReport:
    """Return what the ratings of one criterion say."""
    match criterion.type:
        case "ticks":
            return _ticks_report(criterion, evaluations, ratings)
        case "words":
            return words_report(criterion, evaluations, ratings, units_shown.prompts)
        case "ranking" | "best_worst":
            return order_report(criterion, units_shown.images, evaluations, ratings)
        case _:
            report = _plain_report(criterion, evaluations, ratings)
            return replace(report, checked=checked_report(criterion, units_shown.measures, evaluations, ratings))


def _plain_report(
    criterion: Criterion, evaluations: EvaluationColumns, ratings: RatingColumns | None
) -> CriterionReport:
    if ratings is None or len(ratings.rows) == 0:
        return _unanswered(criterion)
    units = evaluations.items[ratings.rows]
    codes = np.unique(ratings.values, return_inverse=True)[1].astype(np.float64)
    level, numbers, takes_part = _measured(criterion, ratings, codes)
    is_text = criterion.type == "text"
    found, refusal = (None, _TEXT_REFUSAL) if is_text else alpha(units[takes_part], numbers[takes_part], level)
    same_side = _same_side(units, ratings.scores) if criterion.kind == "pair" else None
    is_scale = criterion.type in {"scale", "count"}
    mean, mean_refusal = mean_of_items(units, ratings.scores) if is_scale else (None, _NO_MEAN)
    return CriterionReport(
        id=criterion.id,
        name=criterion.name,
        question=criterion.question,
        type=criterion.type,
        kind=criterion.kind,
        n=len(ratings.rows),
        doubled_items=doubled(units),
        distribution=_distribution(criterion, ratings.values),
        exact=None if is_text else agreement(units, codes),
        within_one=agreement(units, ratings.scores, within=1.0) if is_scale else None,
        alpha=found,
        alpha_refusal=refusal,
        same_side=same_side,
        mean=mean,
        mean_refusal=mean_refusal,
        verdict=None if is_text else _verdict(criterion, found, same_side, doubled(units[takes_part])),
    )


def doubled(units: IntArray) -> int:
    """Return how many units have two ratings or more."""
    return int(np.count_nonzero(np.unique(units, return_counts=True)[1] > 1))


def _unanswered(criterion: Criterion) -> CriterionReport:
    return CriterionReport(
        id=criterion.id,
        name=criterion.name,
        question=criterion.question,
        type=criterion.type,
        kind=criterion.kind,
        n=0,
        doubled_items=0,
        distribution=_distribution(criterion, np.array([], dtype=np.str_)),
        exact=None,
        within_one=None,
        alpha=None,
        alpha_refusal=_NO_RATINGS,
        same_side=None,
        mean=None,
        mean_refusal=_NO_RATINGS,
        verdict=verdict(criterion.kind, None, 0),
    )


def _measured(
    criterion: Criterion, ratings: RatingColumns, codes: FloatArray
) -> tuple[Level, FloatArray, NDArray[np.bool_]]:
    """Return the level of measurement, the numbers to measure, and which ratings have one.

    Options with scores are ordered by them, and an option without one ("not sure") takes no part; a choice among
    options of which none has a score is nominal.
    """
    level = level_of(criterion)
    if level == "nominal":
        return level, codes, np.ones(len(codes), dtype=np.bool_)
    return level, ratings.scores, np.isfinite(ratings.scores)


def level_of(criterion: Criterion) -> Level:
    """Return the level of measurement of a criterion's answers."""
    if criterion.type == "count":
        # A number of things has equal steps and a true zero.
        return "ratio"
    has_scores = criterion.type != "ticks" and any(option.score is not None for option in criterion.options)
    return "ordinal" if criterion.type == "scale" or has_scores else "nominal"


def _same_side(units: IntArray, scores: FloatArray) -> PairAgreement | None:
    """Return how often two raters who both prefer a side prefer the same one."""
    decided = np.isfinite(scores) & (scores != 0)
    return agreement(units[decided], np.sign(scores[decided]))


def _verdict(
    criterion: Criterion, found: AlphaEstimate | None, same_side: PairAgreement | None, doubled_items: int
) -> Verdict:
    if criterion.kind == "pair":
        n_items = same_side.n_items if same_side is not None else 0
        if doubled_items >= MIN_DOUBLED_ITEMS > n_items:
            # Enough items were judged twice, but ties are no preference, so there is too little to judge by.
            return Verdict("too_few_items", _TOO_FEW_PREFERENCES.format(n_items=n_items, needed=MIN_DOUBLED_ITEMS))
        return verdict(criterion.kind, same_side.share if same_side else None, doubled_items)
    return verdict(criterion.kind, found.value if found else None, doubled_items)


def _distribution(criterion: Criterion, values: NDArray[np.str_]) -> tuple[AnswerCount, ...]:
    """Return the count of every answer that can be given, also of those that nobody gave, and of every number given."""
    counts = Counter(values.tolist())
    return tuple(
        AnswerCount(value, label, counts[value], counts[value] / len(values) if len(values) else 0.0)
        for value, label in _answers(criterion, counts)
    )


def _answers(criterion: Criterion, given: Iterable[str] = ()) -> Sequence[tuple[str, str]]:
    if criterion.type == "count":
        return [(value, value) for value in sorted(given, key=int)]
    if criterion.type == "text":
        return [(WRITTEN, "Written")]
    if criterion.type == "scale":
        return [(str(level.value), level.label) for level in criterion.levels]
    return [(option.code, option.label) for option in criterion.options]


def _ticks_report(
    criterion: Criterion, evaluations: EvaluationColumns, ratings: RatingColumns | None
) -> CriterionReport:
    """Return a report in which each option is a question of its own: ticked or not, by all who judged the item."""
    judged = np.flatnonzero(evaluations.is_judged)
    units = evaluations.items[judged]
    values = ratings.values if ratings is not None else np.array([], dtype=np.str_)
    rows = ratings.rows if ratings is not None else np.array([], dtype=np.int64)
    options = []
    for code, label in _answers(criterion):
        ticked = np.isin(judged, rows[values == code])
        found, refusal = alpha(units, ticked.astype(np.float64), "nominal") if len(units) else (None, _NO_RATINGS)
        count = int(np.count_nonzero(ticked))
        options.append(OptionReport(code, label, count, count / len(units) if len(units) else 0.0, found, refusal))
    return CriterionReport(
        id=criterion.id,
        name=criterion.name,
        question=criterion.question,
        type=criterion.type,
        kind=criterion.kind,
        n=len(judged),
        doubled_items=doubled(units),
        distribution=tuple(AnswerCount(option.code, option.label, option.count, option.share) for option in options),
        exact=None,
        within_one=None,
        alpha=None,
        alpha_refusal=_TICKS_REFUSAL,
        same_side=None,
        mean=None,
        mean_refusal=_NO_MEAN,
        verdict=None,
        options=tuple(options),
    )

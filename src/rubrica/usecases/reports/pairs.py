"""Pairs: which source model is preferred, and whether the side it stands on matters."""

from collections.abc import Mapping, Sequence

import numpy as np

from rubrica.domain.criterion import Criterion
from rubrica.domain.rubric import Rubric
from rubrica.measure.preference.choices import side_bias, win_rates
from rubrica.records.models import Project
from rubrica.records.queries.marks import SlotImage, slot_images
from rubrica.records.queries.ratings import EvaluationColumns, IntArray, RatingColumns
from rubrica.usecases.reports.estimates import CONFIDENCE, FloatArray, or_refusal
from rubrica.usecases.reports.orders import comparisons
from rubrica.usecases.reports.values import Estimate, ModelWinRate, PairsReport

_ORDERS = frozenset({"ranking", "best_worst"})
_NO_SIDES = "A set is shown in many orders, so there are no two sides to compare."
_NO_MODELS = "No pair names two different models, so there are none to compare."


def pairs_reports(
    project: Project, rubric: Rubric, evaluations: EvaluationColumns, ratings: Mapping[str, RatingColumns]
) -> tuple[PairsReport, ...]:
    """Return one report for each criterion that compares images of an item with each other."""
    compared = [
        criterion
        for criterion in rubric.criteria
        if (criterion.kind == "pair" or criterion.type in _ORDERS) and criterion.id in ratings
    ]
    if not compared:
        return ()
    images = slot_images(project)
    return tuple(
        _report_of_orders(criterion, rubric.images, evaluations, ratings[criterion.id], images)
        if criterion.type in _ORDERS
        else _report(criterion, evaluations, ratings[criterion.id], images)
        for criterion in compared
    )


def _report_of_orders(
    criterion: Criterion,
    slots: int,
    evaluations: EvaluationColumns,
    ratings: RatingColumns,
    images: Mapping[tuple[int, int], SlotImage],
) -> PairsReport:
    found = comparisons(criterion, slots, ratings)
    places = list(zip(found.first.tolist(), found.second.tolist(), strict=True))
    models, refusal = _win_rates(evaluations.items[found.rows], places, found.scores, images)
    return PairsReport(
        criterion=criterion.id,
        name=criterion.name,
        n=len(found.rows),
        ties=int(np.count_nonzero(found.scores == 0)),
        unscored=0,
        win_rates=models,
        win_rates_refusal=refusal,
        first_shown_rate=None,
        side_bias_refusal=_NO_SIDES,
    )


def _report(
    criterion: Criterion,
    evaluations: EvaluationColumns,
    ratings: RatingColumns,
    images: Mapping[tuple[int, int], SlotImage],
) -> PairsReport:
    scored = np.isfinite(ratings.scores)
    rows, scores = ratings.rows[scored], ratings.scores[scored]
    models, refusal = _win_rates(evaluations.items[rows], [(0, 1)] * len(rows), scores, images)
    first_shown, side_refusal = _first_shown(np.where(evaluations.is_mirrored[rows], -scores, scores))
    return PairsReport(
        criterion=criterion.id,
        name=criterion.name,
        n=len(rows),
        ties=int(np.count_nonzero(scores == 0)),
        unscored=int(np.count_nonzero(~scored)),
        win_rates=models,
        win_rates_refusal=refusal,
        first_shown_rate=first_shown,
        side_bias_refusal=side_refusal,
    )


def _win_rates(
    items: IntArray,
    places: Sequence[tuple[int, int]],
    scores: FloatArray,
    images: Mapping[tuple[int, int], SlotImage],
) -> tuple[tuple[ModelWinRate, ...], str]:
    pairs = [
        tuple(images[item, slot].source_model for slot in place)
        for item, place in zip(items.tolist(), places, strict=True)
    ]
    differ = np.array([bool(first and second and first != second) for first, second in pairs], dtype=np.bool_)
    if not differ.any():
        return (), _NO_MODELS
    named = sorted({model for pair, takes_part in zip(pairs, differ, strict=True) if takes_part for model in pair})
    number = {model: position for position, model in enumerate(named)}
    contenders = np.array([[number.get(first, -1), number.get(second, -1)] for first, second in pairs], dtype=np.int64)
    first, second = contenders[differ].T
    found, refusal = or_refusal(lambda: win_rates(first, second, scores[differ], CONFIDENCE))
    if found is None:
        return (), refusal
    rates = [
        ModelWinRate(
            model=named[contender],
            wins=int(found.wins[position]),
            losses=int(found.losses[position]),
            ties=int(found.ties[position]),
            rate=Estimate(
                float(found.win_rate[position]), float(found.ci_low[position]), float(found.ci_high[position])
            ),
        )
        for position, contender in enumerate(found.contenders.tolist())
    ]
    return tuple(sorted(rates, key=lambda rate: -(rate.rate.value if rate.rate else 0.0))), ""


def _first_shown(scores_as_shown: FloatArray) -> tuple[Estimate | None, str]:
    found, refusal = or_refusal(lambda: side_bias(scores_as_shown, CONFIDENCE))
    return (Estimate(found.left_share, found.ci_low, found.ci_high) if found else None), refusal

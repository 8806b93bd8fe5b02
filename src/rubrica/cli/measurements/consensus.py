"""Which category the raters of a file settle on, how sure that is, and how reliable each of them is."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import pyarrow as pa

from rubrica.cli.measurements.answers import (
    DASH,
    Json,
    Names,
    Refusals,
    counted,
    heading,
    missing_text,
    paragraphs,
    reasons_text,
    rows,
    shortened,
    shown,
)
from rubrica.cli.measurements.groups import answered, groups_text
from rubrica.cli.text import share
from rubrica.formats.plots import confusion_matrix
from rubrica.measure.columns import BoolArray, FloatArray, summed
from rubrica.measure.consensus.calibration import ControlCheck, calibrate, control_check
from rubrica.measure.consensus.dawid_skene import DawidSkene, Method, dawid_skene, one_coin
from rubrica.measure.consensus.glad import glad
from rubrica.measure.consensus.mace import mace
from rubrica.measure.consensus.majority import Consensus, Reliability, majority_vote
from rubrica.measure.errors import NoRatingsError, OffTheScaleError, TooFewUnitsError, TooManyValuesError
from rubrica.measure.labels import Ratings, labelled_ratings

ConsensusMethod: TypeAlias = Literal["majority", "dawid-skene", "map", "hard", "one-coin", "mace", "glad"]

CONSENSUS_METHODS: Final[tuple[ConsensusMethod, ...]] = (
    "majority", "dawid-skene", "map", "hard", "one-coin", "mace", "glad",
)  # fmt: skip

_WORDS: Final[dict[ConsensusMethod, str]] = {
    "majority": "consensus of the majority",
    "dawid-skene": "consensus by Dawid and Skene's model",
    "map": "consensus by Dawid and Skene's model with a pooled prior",
    "hard": "consensus by Dawid and Skene's model with hard assignments",
    "one-coin": "consensus by one hit rate for each rater",
    "mace": "consensus by MACE",
    "glad": "consensus by GLAD",
}
_DAWID_SKENE: Final[dict[str, Method]] = {"dawid-skene": "em", "map": "map", "hard": "hard"}
_MOST_CELLS: Final = 1_000_000
"""Numbers of all raters' confusions beyond which they are not printed."""
_NO_GOLD: Final = "No column of known categories was named with --gold."
_TRUSTS_ALL: Final = "The majority trusts all raters alike: ask a model for their reliability."


@dataclass(frozen=True, slots=True)
class _Found:
    """What every method arrives at; what it does not estimate is None."""

    consensus: Consensus
    raters: Reliability | None
    priors: FloatArray | None
    confusion: FloatArray | None
    trace: FloatArray | None
    is_posterior: bool = False
    ends: tuple[FloatArray, FloatArray] | None = None


def consensus_answer(
    ratings: Ratings,
    method: ConsensusMethod,
    *,
    confidence: float,
    gold: pa.DictionaryArray | None = None,
    required: Collection[str] = (),
) -> Json:
    """Return the consensus on every item, and what the method learnt of the raters.

    Raises
    ------
    MeasureError
        The ratings do not determine it; or ``gold`` contradicts itself, or does not exist and is ``required``.
    """
    found = _METHODS[method](ratings, method, confidence)
    refused = Refusals(Names(ratings.unit_labels, ratings.rater_labels), required=required)
    pooled, counts = _pooled_confusion(ratings, found.consensus)
    return {
        "method": method,
        "confidence": confidence,
        "categories": _categories(ratings, found.consensus.categories),
        "priors": _or_reason(
            found.priors, "priors", refused, "This method does not estimate how frequent categories are."
        ),
        "n_items": len(found.consensus.units),
        "n_raters": len(np.unique(ratings.raters)),
        "n_ratings": len(ratings.values),
        "n_missing": len(ratings.left_out),
        "items": _items(ratings, found, refused),
        "raters": _raters(ratings, found, refused),
        "confusion": pooled.tolist(),
        "confusion_counts": counts.tolist(),
        "converged": True,
        "iterations": _iterations(found, refused),
        "log_likelihood": _last(found, refused, posterior=False),
        "log_posterior": _last(found, refused, posterior=True),
        "gold": _gold(ratings, found.consensus, gold, confidence, refused),
        "refused": refused.reasons,
    }


# --- the methods ---


def _majority(ratings: Ratings, _method: str, confidence: float) -> _Found:
    found = majority_vote(ratings.units, ratings.values, confidence=confidence)
    shares = Consensus(found.units, found.consensus, found.categories, found.shares, found.n_ratings)
    return _Found(shares, None, None, None, None, ends=(found.ci_low, found.ci_high))


def _of_dawid_skene(ratings: Ratings, method: str, confidence: float) -> _Found:
    found: DawidSkene = dawid_skene(
        ratings.units, ratings.raters, ratings.values, method=_DAWID_SKENE[method], confidence=confidence
    )
    return _Found(found.consensus, found.raters, found.priors, found.confusion, found.log_likelihood)


def _one_coin(ratings: Ratings, _method: str, confidence: float) -> _Found:
    found = one_coin(ratings.units, ratings.raters, ratings.values, confidence=confidence)
    return _Found(found.consensus, found.raters, found.priors, None, found.log_likelihood)


def _mace(ratings: Ratings, _method: str, confidence: float) -> _Found:
    found = mace(ratings.units, ratings.raters, ratings.values, confidence=confidence)
    return _Found(found.consensus, found.raters, found.priors, None, found.log_posterior, is_posterior=True)


def _glad(ratings: Ratings, _method: str, confidence: float) -> _Found:
    found = glad(ratings.units, ratings.raters, ratings.values, confidence=confidence)
    return _Found(found.consensus, found.raters, None, None, found.log_posterior, is_posterior=True)


_METHODS: Final[dict[ConsensusMethod, Callable[[Ratings, str, float], _Found]]] = {
    "majority": _majority,
    "dawid-skene": _of_dawid_skene,
    "map": _of_dawid_skene,
    "hard": _of_dawid_skene,
    "one-coin": _one_coin,
    "mace": _mace,
    "glad": _glad,
}


# --- the parts of an answer ---


def _categories(ratings: Ratings, categories: FloatArray) -> list[object]:
    if ratings.value_labels is not None:
        words: list[object] = ratings.value_labels[categories.astype(np.int64)].tolist()
        return words
    return [int(category) if category.is_integer() else category for category in categories.tolist()]


def _items(ratings: Ratings, found: _Found, refused: Refusals) -> list[Json]:
    consensus = found.consensus
    categories = _categories(ratings, consensus.categories)
    chosen = np.searchsorted(consensus.categories, consensus.consensus)
    probability = consensus.posterior[np.arange(len(chosen)), chosen]
    if found.ends is None:
        refused.does_not_apply("items.ci", "A probability of a model has no interval; the majority's share has.")
    low, high = ([None] * len(chosen),) * 2 if found.ends is None else (end.tolist() for end in found.ends)
    return rows(
        item=ratings.unit_labels[consensus.units].tolist(),
        category=[categories[position] for position in chosen.tolist()],
        probability=probability.tolist(),
        ci_low=low,
        ci_high=high,
        tied=_tied(consensus.posterior, probability).tolist(),
        n_ratings=consensus.n_ratings.tolist(),
    )


def _tied(posterior: FloatArray, probability: FloatArray) -> BoolArray:
    tied: BoolArray = np.count_nonzero(posterior == probability[:, None], axis=1) > 1
    return tied


def _raters(ratings: Ratings, found: _Found, refused: Refusals) -> list[Json] | None:
    if found.raters is None:
        refused.does_not_apply("raters", _TRUSTS_ALL)
        return None
    return rows(
        rater=ratings.rater_labels[found.raters.raters].tolist(),
        reliability=found.raters.reliability.tolist(),
        ci_low=found.raters.ci_low.tolist(),
        ci_high=found.raters.ci_high.tolist(),
        n_ratings=found.raters.n_ratings.tolist(),
        confusion=_confusions(found, len(found.raters.raters), refused),
    )


def _confusions(found: _Found, n_raters: int, refused: Refusals) -> list[object]:
    if found.confusion is None:
        refused.does_not_apply("raters.confusion", "This method does not estimate how each rater confuses categories.")
    elif found.confusion.size > _MOST_CELLS:
        refused.does_not_apply("raters.confusion", f"{found.confusion.size} numbers are more than is of use in print.")
    else:
        confusions: list[object] = found.confusion.tolist()
        return confusions
    return [None] * n_raters


def _pooled_confusion(ratings: Ratings, consensus: Consensus) -> tuple[FloatArray, FloatArray]:
    """Return the share of each answer given the consensus, all raters together, and the ratings behind each row."""
    size = len(consensus.categories)
    if size**2 > _MOST_CELLS:
        raise TooManyValuesError(f"{size} categories are too many to tell which are taken for which; merge rare ones.")
    code = np.searchsorted(consensus.categories, ratings.values)
    truth = consensus.posterior[np.searchsorted(consensus.units, ratings.units)]
    counts = np.stack([summed(code, truth[:, category], size) for category in range(size)])
    total = counts.sum(axis=1)
    return counts / np.where(total > 0.0, total, 1.0)[:, None], total


def _or_reason(column: FloatArray | None, key: str, refused: Refusals, reason: str) -> list[float] | None:
    if column is None:
        refused.does_not_apply(key, reason)
        return None
    shares: list[float] = column.tolist()
    return shares


def _iterations(found: _Found, refused: Refusals) -> int | None:
    if found.trace is None:
        refused.does_not_apply("iterations", "The majority is counted, not climbed to.")
        return None
    return len(found.trace)


def _last(found: _Found, refused: Refusals, *, posterior: bool) -> float | None:
    key = "log_posterior" if posterior else "log_likelihood"
    if found.trace is None:
        refused.does_not_apply(key, "The majority is no model, so nothing has a probability under it.")
    elif found.is_posterior != posterior:
        other = "log_likelihood" if posterior else "log_posterior"
        refused.does_not_apply(key, f"What this method climbs is printed as {other}.")
    else:
        return float(found.trace[-1])
    return None


def _gold(
    ratings: Ratings, consensus: Consensus, gold: pa.DictionaryArray | None, confidence: float, refused: Refusals
) -> Json | None:
    if gold is None:
        refused.does_not_apply("gold", _NO_GOLD)
        return None

    def compute() -> tuple[list[int], list[float], ControlCheck]:
        units, values = _known(ratings, gold)
        return units, values, control_check(consensus, units, values, confidence=confidence)

    checked = refused.attempt("gold", compute, (NoRatingsError, OffTheScaleError, TooFewUnitsError))
    if checked is None:
        return None
    units, values, check = checked
    found = refused.attempt("gold.temperature", lambda: calibrate(consensus, units, values, confidence=confidence))
    return {
        "n_items": check.n_units,
        "accuracy": check.right,
        "ci_low": check.right_low,
        "ci_high": check.right_high,
        "log_loss": check.log_loss,
        "log_loss_low": check.log_loss_low,
        "log_loss_high": check.log_loss_high,
        "calibration_error": check.calibration_error,
        "temperature": found and found.temperature,
        "temperature_low": found and found.ci_low,
        "temperature_high": found and found.ci_high,
        "calibrated_log_loss": found and found.after.log_loss,
    }


def _known(ratings: Ratings, gold: pa.DictionaryArray) -> tuple[list[int], list[float]]:
    """Return each item with a known category once with each known category."""
    column = _beside_ratings(ratings, gold)
    if column.null_count == len(column):
        raise NoRatingsError("No item has a known category.")
    # The known categories are read as ratings are; as no rater's words are new, in the numbers of those words.
    order = None if ratings.value_labels is None else ratings.value_labels.tolist()
    known = labelled_ratings(ratings.units, ratings.units, column, level="nominal", order=order, missing="leave_out")
    pairs = sorted(set(zip(known.unit_labels[known.units].tolist(), known.values.tolist(), strict=True)))
    return [unit for unit, _ in pairs], [value for _, value in pairs]


def refuse_unknown_categories(ratings: Ratings, gold: pa.DictionaryArray) -> None:
    """Refuse known categories of which some occurs in no rating of the whole file.

    Raises
    ------
    NoRatingsError
        There is none at all.
    OffTheScaleError
        No rater named one.
    """
    known = _beside_ratings(ratings, gold).drop_null().unique().to_pylist()
    if not known:
        raise NoRatingsError("No item has a known category: the column of --gold is empty.")
    named = set(np.unique(ratings.values).tolist() if ratings.value_labels is None else ratings.value_labels.tolist())
    for label in known:
        if label not in named:
            raise OffTheScaleError(f"The known category {label!r} is none that a rater named.")


def _beside_ratings(ratings: Ratings, gold: pa.DictionaryArray) -> pa.DictionaryArray:
    """Return the known category that stands beside each rating."""
    given = np.ones(len(gold), dtype=np.bool_)
    given[ratings.left_out] = False
    return gold.filter(pa.array(given))


# --- for people ---


def consensus_text(answer: Json) -> str:
    """Return the answer as tables."""
    if "groups" in answer:
        return _groups_text(answer)
    items = [
        (
            str(item["item"]),
            str(item["category"]),
            shown(item, "probability"),
            str(item["n_ratings"]),
            "tied" if item["tied"] else "",
        )
        for item in answer["items"]
    ]
    parts = [
        heading(answer, _WORDS[answer["method"]]),
        shortened(items, ("Item", "Consensus", "Probability", "n", ""), (3,)),
    ]
    if answer["raters"] is not None:
        raters = [
            (str(rater["rater"]), str(rater["n_ratings"]), shown(rater, "reliability")) for rater in answer["raters"]
        ]
        parts.append(shortened(raters, ("Rater", "n", "Reliability"), (1,)))
    if answer["gold"] is not None:
        parts.append(_gold_text(answer["gold"]))
    return paragraphs(parts, [missing_text(answer), *reasons_text(answer, {"gold.temperature": "temperature"})])


def _groups_text(answer: Json) -> str:
    columns: list[tuple[str, Callable[[Json], str]]] = [
        ("n", lambda group: str(group["n_ratings"])),
        ("Items", lambda group: str(group["n_items"])),
        ("Raters", lambda group: str(group["n_raters"])),
        ("Tied", lambda group: str(sum(item["tied"] for item in group["items"]))),
        ("Most frequent", _most_frequent),
    ]
    if any(group["gold"] for group in answered(answer)):
        columns.append(("Right", lambda group: shown(group["gold"], "accuracy")))
    return groups_text(answer, _WORDS[answer["method"]], columns, numeric=(1, 2, 3, 4), remarks=_remarks_on_group)


def _most_frequent(group: Json) -> str:
    """Return the category of most items, and its share; of several, the first."""
    chosen = Counter(item["category"] for item in group["items"])
    category = max(group["categories"], key=chosen.__getitem__)
    return f"{category} ({share(chosen[category] / chosen.total())})"


def _remarks_on_group(group: Json) -> list[str]:
    was_asked = group["refused"].get("gold") != _NO_GOLD
    return reasons_text(group, {"gold": "share that is right"} if was_asked else {})


def _gold_text(gold: Json) -> str:
    temperature = DASH if gold["temperature"] is None else f"{gold['temperature']:.2f}"
    return (
        f"{counted(gold['n_items'], 'item')} with a known category: right on "
        f"{shown(gold, 'accuracy')}; log loss {gold['log_loss']:.2f}, "
        f"calibration error {gold['calibration_error']:.2f}, temperature {temperature}"
    )


def consensus_plot(answer: Json) -> str:
    """Return which answers are taken for which, all raters together."""
    return confusion_matrix(
        [str(label) for label in answer["categories"]], answer["confusion"], answer["confusion_counts"]
    )

"""How far the raters of a file agree."""

from collections.abc import Callable, Collection
from typing import Final

import numpy as np

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
    shortened,
    shown,
    with_interval,
)
from rubrica.cli.measurements.groups import groups_text
from rubrica.cli.text import share, table
from rubrica.domain.verdict import BANDS, Band, QuestionKind, verdict
from rubrica.formats.plots import alpha_by_group
from rubrica.measure.agreement.alpha import Level, krippendorff_alpha, percent_agreement
from rubrica.measure.agreement.icc import icc_agreement
from rubrica.measure.agreement.kappa import ChanceCorrected, Weighting, cohen_kappa, fleiss_kappa, gwet_ac1, gwet_ac2
from rubrica.measure.columns import FloatArray
from rubrica.measure.labels import Ratings

_WEIGHTS: Final[dict[Level, Weighting]] = {
    "nominal": "identity",
    "ordinal": "ordinal",
    "interval": "quadratic",
    "ratio": "ratio",
}
_NEARLY_ALL: Final = 0.9
"""Where one value has this share of the ratings, coefficients that correct for chance say little."""
_SOUNDS_LIKE_NOTHING: Final = frozenset({"na", "n/a", "nan", "none", "null", "-", "?", "unknown", "missing"})
_TWO: Final = 2
_NAMES: Final = {"ac1": "AC1", "ac2": "AC2", "kappa": "kappa", "icc": "ICC"}


def agreement_answer(
    ratings: Ratings,
    level: Level,
    *,
    confidence: float,
    kind: QuestionKind | None,
    scale: FloatArray,
    required: Collection[str] = (),
) -> Json:
    """Return every coefficient of agreement that the ratings determine, and why not the others.

    Parameters
    ----------
    ratings
        All of a file, or those of a group of it.
    level
        Level of measurement.
    confidence
        Coverage of the intervals.
    kind
        What the question asks for; None where that was not said.
    scale
        The levels of the scale: as `scale_of` the whole file, in all groups alike.
    required
        Coefficients without which there is no answer.

    Raises
    ------
    MeasureError
        A ``required`` coefficient does not exist.
    """
    if not len(ratings.values):
        return _nothing(ratings, level, confidence)
    refused = Refusals(Names(ratings.unit_labels, ratings.rater_labels), required=required)
    unit, value = ratings.units, ratings.values
    alpha = _alpha(ratings, level, confidence, refused)
    times = np.bincount(unit)
    doubled = int(np.count_nonzero(times > 1))
    exact = refused.attempt("percent_agreement", lambda: percent_agreement(unit, value).agreement)
    answer: Json = {
        "level": level,
        "confidence": confidence,
        "n_items": int(np.count_nonzero(times)),
        "n_items_rated_twice": doubled,
        "n_raters": len(np.unique(ratings.raters)),
        "n_ratings": len(unit),
        "n_missing": len(ratings.left_out),
        "alpha": alpha["value"],
        "ci_low": alpha["ci_low"],
        "ci_high": alpha["ci_high"],
        "standard_error": alpha["standard_error"],
        "percent_agreement": exact,
        "within_one": _within_one(ratings, level, refused),
        "base_rates": _base_rates(ratings),
        "ac1": _ac1(ratings, level, scale, confidence, refused),
        "ac2": _ac2(ratings, level, scale, confidence, refused),
        "kappa": _kappa(ratings, level, scale, confidence, refused),
        "icc": _icc(ratings, level, confidence, refused),
        "verdict": _verdict(kind, alpha["value"], doubled, refused),
        "refused": refused.reasons,
    }
    return {**answer, "notes": _notes(answer, ratings)}


def scale_of(ratings: Ratings) -> FloatArray:
    """Return the levels of the scale: those that were named, else those that occur."""
    if ratings.value_labels is None:
        return np.unique(ratings.values)
    return np.arange(len(ratings.value_labels), dtype=np.float64)


def _nothing(ratings: Ratings, level: Level, confidence: float) -> Json:
    """Return the answer of a group without one rating."""
    none = dict.fromkeys(("n_items", "n_items_rated_twice", "n_raters", "n_ratings"), 0)
    counts = {**none, "n_missing": len(ratings.left_out)}
    numbers = ("alpha", "ci_low", "ci_high", "standard_error", "percent_agreement", "within_one")
    others = ("ac1", "ac2", "kappa", "icc", "verdict")
    refused = {"alpha": "There are no ratings."}
    rest: Json = {"base_rates": [], **dict.fromkeys(others), "refused": refused, "notes": []}
    return {"level": level, "confidence": confidence, **counts, **dict.fromkeys(numbers), **rest}


# --- one coefficient at a time ---


def _alpha(ratings: Ratings, level: Level, confidence: float, refused: Refusals) -> Json:
    def compute() -> Json:
        found = krippendorff_alpha(ratings.units, ratings.values, level=level, confidence=confidence)
        return with_interval(found.alpha, found.ci_low, found.ci_high, standard_error=found.standard_error)

    return refused.coefficient("alpha", compute) or dict.fromkeys(("value", "ci_low", "ci_high", "standard_error"))


def _within_one(ratings: Ratings, level: Level, refused: Refusals) -> float | None:
    if level == "nominal" or ratings.value_labels is not None:
        refused.does_not_apply("within_one", "Categories have no distance of one.")
        return None
    return refused.attempt("within_one", lambda: percent_agreement(ratings.units, ratings.values, within=1).agreement)


def _base_rates(ratings: Ratings) -> list[Json]:
    values, counts = np.unique(ratings.values, return_counts=True)
    return [
        {"value": _value(ratings, value), "count": count, "share": count / len(ratings.values)}
        for value, count in zip(values.tolist(), counts.tolist(), strict=True)
    ]


def _value(ratings: Ratings, value: float) -> object:
    if ratings.value_labels is not None:
        return ratings.value_labels.tolist()[int(value)]
    return int(value) if value.is_integer() else value


def _ac1(ratings: Ratings, level: Level, scale: FloatArray, confidence: float, refused: Refusals) -> Json | None:
    if level != "nominal":
        refused.does_not_apply("ac1", f"AC1 takes all disagreement alike; at the {level} level AC2 takes its place.")
        return None
    return refused.coefficient(
        "ac1", lambda: _corrected(gwet_ac1(ratings.units, ratings.values, categories=scale, confidence=confidence))
    )


def _ac2(ratings: Ratings, level: Level, scale: FloatArray, confidence: float, refused: Refusals) -> Json | None:
    if level == "nominal":
        refused.does_not_apply("ac2", "AC2 weighs how far categories are apart; at the nominal level it is AC1.")
        return None
    weights = _WEIGHTS[level]
    found = refused.coefficient(
        "ac2",
        lambda: _corrected(
            gwet_ac2(ratings.units, ratings.values, weights=weights, categories=scale, confidence=confidence)
        ),
    )
    return found and {**found, "weights": weights}


def _kappa(ratings: Ratings, level: Level, scale: FloatArray, confidence: float, refused: Refusals) -> Json | None:
    """Return Cohen's kappa of two raters of the same items, else Fleiss'."""
    weights, method = _WEIGHTS[level], "cohen" if _is_by_two(ratings) else "fleiss"

    def compute() -> Json:
        unit, rater, value = ratings.units, ratings.raters, ratings.values
        if method == "cohen":
            return _corrected(cohen_kappa(unit, rater, value, weights=weights, categories=scale, confidence=confidence))
        return _corrected(fleiss_kappa(unit, value, weights=weights, categories=scale, confidence=confidence))

    found = refused.coefficient("kappa", compute)
    return found and {**found, "method": method, "weights": weights}


def _is_by_two(ratings: Ratings) -> bool:
    raters = np.unique(ratings.raters)
    if len(raters) != _TWO:
        return False
    one, other = (np.sort(ratings.units[ratings.raters == rater]) for rater in raters)
    return np.array_equal(one, other)


def _corrected(found: ChanceCorrected) -> Json:
    return with_interval(found.coefficient, found.ci_low, found.ci_high, standard_error=found.standard_error)


def _icc(ratings: Ratings, level: Level, confidence: float, refused: Refusals) -> Json | None:
    if level in {"nominal", "ordinal"}:
        refused.does_not_apply("icc", "The ICC takes distances for equal; ask for it with --level interval.")
        return None

    def compute() -> Json:
        found = icc_agreement(ratings.units, ratings.raters, ratings.values, confidence=confidence)
        average = with_interval(found.average, found.average_ci_low, found.average_ci_high)
        single = with_interval(found.single, found.single_ci_low, found.single_ci_high)
        return {**single, "form": "ICC(A,1)", "average": average}

    found = refused.coefficient("icc", compute)
    return found and {
        "form": "ICC(A,1)",
        "average": None,
        **{key: found[key] for key in found if key != "standard_error"},
    }


def _verdict(kind: QuestionKind | None, alpha: float | None, doubled: int, refused: Refusals) -> Json | None:
    if kind is None:
        refused.does_not_apply("verdict", "What is healthy depends on what the question asks for: say so with --kind.")
        return None
    found = verdict(kind, alpha, doubled)
    return {"kind": kind, "code": found.code, "sentence": found.sentence}


def _notes(answer: Json, ratings: Ratings) -> list[str]:
    single = answer["n_items"] - answer["n_items_rated_twice"]
    most = max(answer["base_rates"], key=lambda rate: rate["count"])
    doubtful = [
        rate["value"] for rate in answer["base_rates"] if str(rate["value"]).strip().lower() in _SOUNDS_LIKE_NOTHING
    ]
    notes = [
        missing_text(answer),
        f"{counted(single, 'item')} rated once {'does' if single == 1 else 'do'} not take part in alpha."
        if single
        else "",
        f"{most['share']:.0%} of the ratings are {most['value']}: read alpha beside the share that agrees."
        if most["share"] >= _NEARLY_ALL
        else "",
        f"Counted as answers: {', '.join(map(str, doubtful))}. Leave the cell empty where no rating was given."
        if doubtful and ratings.value_labels is not None
        else "",
    ]
    return [note for note in notes if note]


# --- for people ---


def agreement_text(answer: Json) -> str:
    """Return the answer as tables."""
    if "groups" in answer:
        return _groups_text(answer)
    twice = f"{answer['n_items_rated_twice']} of them rated twice or more"
    measured = [
        ("Krippendorff's alpha", shown(answer, "alpha")),
        ("exact agreement", share(answer["percent_agreement"])),
        ("within one", share(answer["within_one"])),
        ("Gwet's AC1", shown(answer["ac1"])),
        (f"Gwet's AC2, {answer['ac2']['weights']} weights" if answer["ac2"] else "Gwet's AC2", shown(answer["ac2"])),
        (_kappa_name(answer["kappa"]), shown(answer["kappa"])),
        ("ICC(A,1), a single rating", shown(answer["icc"])),
        ("ICC(A,k), the mean of all", shown(answer["icc"] and answer["icc"]["average"])),
    ]
    rates = [(str(rate["value"]), str(rate["count"]), share(rate["share"])) for rate in answer["base_rates"]]
    tables = [
        table(("Agreement", answer["level"]), [row for row in measured if row[1] != DASH]),
        shortened(rates, ("Answer", "n", "Share"), (1, 2)),
    ]
    unasked = {key: name for key, name in _NAMES.items() if _is_expected(key, answer["level"])}
    remarks = [*([answer["verdict"]["sentence"]] if answer["verdict"] else []), *answer["notes"]]
    remarks += reasons_text(answer, {"alpha": "interval of alpha", **unasked})
    return paragraphs([heading(answer, twice), *tables], remarks)


def _is_expected(key: str, level: Level) -> bool:
    only_at = {"ac1": {"nominal"}, "ac2": {"ordinal", "interval", "ratio"}, "icc": {"interval", "ratio"}}
    return level in only_at.get(key, {level})


def _kappa_name(kappa: Json | None) -> str:
    if kappa is None:
        return "kappa"
    weights = "" if kappa["weights"] == "identity" else f", {kappa['weights']} weights"
    return {"cohen": "Cohen's kappa", "fleiss": "Fleiss' kappa"}[kappa["method"]] + weights


def _groups_text(answer: Json) -> str:
    corrected = "ac1" if answer["level"] == "nominal" else "ac2"
    columns: list[tuple[str, Callable[[Json], str]]] = [
        ("n", lambda group: str(group["n_ratings"])),
        ("Items rated twice", lambda group: str(group["n_items_rated_twice"])),
        ("Exact", lambda group: share(group["percent_agreement"])),
        ("Alpha", lambda group: shown(group, "alpha")),
        (_NAMES[corrected], lambda group: shown(group[corrected])),
    ]
    return groups_text(answer, f"agreement at the {answer['level']} level", columns, remarks=_remarks_on_group)


def _remarks_on_group(group: Json) -> list[str]:
    said = [group["verdict"]["sentence"]] if group["verdict"] else []
    return [*said, *([group["refused"]["alpha"]] if "alpha" in group["refused"] else [])]


def agreement_plot(answer: Json) -> str:
    """Return alpha, of each group where there are groups, against its band where the kind of question is known."""
    groups = answer.get("groups", [{"group": "all ratings", **answer}])
    ends = {key: [_or_nan(group[key]) for group in groups] for key in ("alpha", "ci_low", "ci_high")}
    bands: list[Band | None] = [BANDS[group["verdict"]["kind"]] if group["verdict"] else None for group in groups]
    return alpha_by_group(
        [str(group["group"]) for group in groups],
        ends["alpha"],
        ends["ci_low"],
        ends["ci_high"],
        bands,
        confidence=answer["confidence"],
    )


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value

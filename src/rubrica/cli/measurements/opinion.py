"""How good each item of a file is in the opinion of its raters, and how each of them rates."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

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
    rows,
    shortened,
    shown,
)
from rubrica.cli.measurements.groups import answered, groups_text
from rubrica.formats.plots import bias_inconsistency_plane
from rubrica.measure.labels import Ratings
from rubrica.measure.opinion.mean import mean_opinion, rater_bias
from rubrica.measure.opinion.screening import screen_raters, spread_of_opinions
from rubrica.measure.opinion.subject_fitting import Method
from rubrica.measure.opinion.subject_model import subject_model

OpinionMethod: TypeAlias = Literal["mos", "p910", "corrected"]

OPINION_METHODS: Final[tuple[OpinionMethod, ...]] = ("mos", "p910", "corrected")

_WORDS: Final[dict[OpinionMethod, str]] = {
    "mos": "quality by plain means",
    "p910": "quality by the model of ITU-T P.910",
    "corrected": "quality by the subject model, corrected for few ratings an item",
}
_MOST_NAMED: Final = 3
"""Raters that are named in a row of a table."""
_SUBJECT_MODELS: Final[dict[OpinionMethod, Method]] = {"p910": "p910", "corrected": "shrunk"}


def opinion_answer(
    ratings: Ratings, method: OpinionMethod, *, confidence: float, scale: tuple[float, float] | None = None
) -> Json:
    """Return the quality of every item, how each rater rates, and whom BT.500 would reject.

    Raises
    ------
    MeasureError
        The ratings do not determine the quality of items.
    """
    refused = Refusals(Names(ratings.unit_labels, ratings.rater_labels))
    found = _means if method == "mos" else _by_subject_model
    counts = {
        "n_items": len(np.unique(ratings.units)),
        "n_raters": len(np.unique(ratings.raters)),
        "n_ratings": len(ratings.values),
        "n_missing": len(ratings.left_out),
    }
    return {
        "method": method,
        "confidence": confidence,
        **counts,
        **found(ratings, method, confidence, refused),
        "sos": _sos(ratings, scale, confidence, refused),
        "screening": _screening(ratings),
        "refused": refused.reasons,
    }


def _means(ratings: Ratings, _method: OpinionMethod, confidence: float, refused: Refusals) -> Json:
    """Return plain means and biases; nothing is known of how consistent raters are."""
    found = mean_opinion(ratings.units, ratings.values, confidence=confidence)
    bias = refused.attempt("raters", lambda: rater_bias(ratings.units, ratings.raters, ratings.values, confidence))
    refused.does_not_apply(
        "raters.inconsistency", "Means take raters for equally consistent; the other methods do not."
    )
    for key in ("log_likelihood", "nbic", "iterations"):
        refused.does_not_apply(key, "Means are no model, so nothing has a probability under them.")
    raters = bias and rows(
        rater=ratings.rater_labels[bias.raters].tolist(),
        bias=bias.bias.tolist(),
        ci_low=bias.ci_low.tolist(),
        ci_high=bias.ci_high.tolist(),
        **dict.fromkeys(("inconsistency", "inconsistency_low", "inconsistency_high"), [None] * len(bias.raters)),
        n_ratings=bias.n_ratings.tolist(),
    )
    return {
        "items": rows(
            item=ratings.unit_labels[found.units].tolist(),
            mean=found.mean.tolist(),
            ci_low=found.ci_low.tolist(),
            ci_high=found.ci_high.tolist(),
            n_ratings=found.n_ratings.tolist(),
        ),
        "raters": raters,
        "left_out": {
            "items": ratings.unit_labels[found.left_out].tolist(),
            "raters": ratings.rater_labels[bias.left_out].tolist() if bias else [],
        },
        "log_likelihood": None,
        "nbic": None,
        "iterations": None,
    }


def _by_subject_model(ratings: Ratings, method: OpinionMethod, confidence: float, _refused: Refusals) -> Json:
    found = subject_model(
        ratings.units, ratings.raters, ratings.values, method=_SUBJECT_MODELS[method], confidence=confidence
    )
    return {
        "items": rows(
            item=ratings.unit_labels[found.units].tolist(),
            mean=found.quality.tolist(),
            ci_low=found.quality_low.tolist(),
            ci_high=found.quality_high.tolist(),
            n_ratings=found.n_unit_ratings.tolist(),
        ),
        "raters": rows(
            rater=ratings.rater_labels[found.raters].tolist(),
            bias=found.bias.tolist(),
            ci_low=found.bias_low.tolist(),
            ci_high=found.bias_high.tolist(),
            inconsistency=found.inconsistency.tolist(),
            inconsistency_low=found.inconsistency_low.tolist(),
            inconsistency_high=found.inconsistency_high.tolist(),
            n_ratings=found.n_rater_ratings.tolist(),
        ),
        "left_out": {"items": [], "raters": []},
        "log_likelihood": found.log_likelihood,
        "nbic": found.nbic,
        "iterations": found.iterations,
    }


def _sos(ratings: Ratings, scale: tuple[float, float] | None, confidence: float, refused: Refusals) -> Json | None:
    if scale is None:
        refused.does_not_apply("sos", "It depends on the ends of the scale: name them with --scale, as in --scale 1 5.")
        return None
    lowest, highest = scale

    def compute() -> Json:
        found = spread_of_opinions(ratings.units, ratings.values, lowest, highest, confidence)
        return {
            "parameter": found.parameter,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "fit_error": found.fit_error,
            "constant_error": found.constant_error,
            "n_items": found.n_units,
        }

    return refused.attempt("sos", compute)


def _screening(ratings: Ratings) -> Json:
    found = screen_raters(ratings.units, ratings.raters, ratings.values)
    labels = ratings.rater_labels
    return {
        "rejected": labels[found.raters[found.rejected]].tolist(),
        "raters": rows(
            rater=labels[found.raters].tolist(),
            above=found.above.tolist(),
            below=found.below.tolist(),
            n_ratings=found.n_ratings.tolist(),
            rejected=found.rejected.tolist(),
        ),
        "left_out": labels[found.left_out].tolist(),
    }


# --- for people ---


def opinion_text(answer: Json) -> str:
    """Return the answer as tables."""
    if "groups" in answer:
        return _groups_text(answer)
    items = [(str(item["item"]), str(item["n_ratings"]), shown(item, "mean")) for item in answer["items"]]
    parts = [heading(answer, _WORDS[answer["method"]]), shortened(items, ("Item", "n", "Mean"), (1,))]
    if answer["raters"] is not None:
        raters = [
            (
                str(rater["rater"]),
                str(rater["n_ratings"]),
                shown(rater, "bias", sign=True),
                DASH if rater["inconsistency"] is None else shown(_inconsistency(rater)),
            )
            for rater in answer["raters"]
        ]
        parts.append(shortened(raters, ("Rater", "n", "Bias", "Inconsistency"), (1,)))
    return paragraphs(parts, [*_remarks(answer), missing_text(answer), *reasons_text(answer, {"raters": "biases"})])


def _groups_text(answer: Json) -> str:
    columns: list[tuple[str, Callable[[Json], str]]] = [
        ("n", lambda group: str(group["n_ratings"])),
        ("Items", lambda group: str(group["n_items"])),
        ("Raters", lambda group: str(group["n_raters"])),
        ("Mean of means", _mean_of_means),
        ("Lowest", lambda group: _item_at_end(group, min)),
        ("Highest", lambda group: _item_at_end(group, max)),
        ("BT.500 rejects", lambda group: _few(group["screening"]["rejected"])),
    ]
    if any(group["sos"] for group in answered(answer)):
        columns.append(("SOS", lambda group: shown(group["sos"], "parameter")))
    return groups_text(answer, _WORDS[answer["method"]], columns)


def _mean_of_means(group: Json) -> str:
    return f"{sum(item['mean'] for item in group['items']) / len(group['items']):.2f}"


def _item_at_end(group: Json, end: Callable[..., Json]) -> str:
    found = end(group["items"], key=lambda item: item["mean"])
    return f"{found['item']} {found['mean']:.2f}"


def _few(raters: list[object]) -> str:
    return ", ".join(map(str, raters[:_MOST_NAMED])) + (", …" if len(raters) > _MOST_NAMED else "") or DASH


def _inconsistency(rater: Json) -> Json:
    ends = {"ci_low": rater["inconsistency_low"], "ci_high": rater["inconsistency_high"]}
    return {"value": rater["inconsistency"], **ends}


def _remarks(answer: Json) -> list[str]:
    left_out = answer["left_out"]
    remarks = [
        f"Rated once, so without an interval: {counted(len(left_out['items']), 'item')}." if left_out["items"] else "",
        f"Sharing fewer than two items with others: {', '.join(map(str, left_out['raters']))}."
        if left_out["raters"]
        else "",
        f"Spread of opinions (SOS): {shown(answer['sos'], 'parameter')}" if answer["sos"] else "",
    ]
    rejected = ", ".join(map(str, answer["screening"]["rejected"])) or "nobody"
    return [*remarks, f"BT.500 would reject: {rejected}."]


def opinion_plot(answer: Json) -> str:
    """Return each rater's bias beside their inconsistency."""
    raters = answer["raters"]

    def column(key: str) -> list[float]:
        return [rater[key] for rater in raters]

    return bias_inconsistency_plane(
        [str(rater["rater"]) for rater in raters],
        column("bias"),
        column("ci_low"),
        column("ci_high"),
        column("inconsistency"),
        column("inconsistency_low"),
        column("inconsistency_high"),
        confidence=answer["confidence"],
    )

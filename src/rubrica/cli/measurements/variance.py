"""Where the ratings of a file differ, and how many raters an item needs."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import numpy as np

from rubrica.cli.measurements.answers import (
    Json,
    Names,
    Refusals,
    counted,
    heading,
    missing_text,
    paragraphs,
    reasons_text,
    rows,
    shown,
    with_interval,
)
from rubrica.cli.measurements.groups import answered, groups_text
from rubrica.cli.text import share, table
from rubrica.formats.plots import variance_shares
from rubrica.measure.columns import IntArray
from rubrica.measure.labels import Ratings
from rubrica.measure.variance.components import VarianceComponents, variance_components
from rubrica.measure.variance.design_study import Decision, d_study, raters_for_dependability

_PLURALS: Final = {"criterion": "criteria", "version": "versions"}
_REASONS: Final = {"now": "coefficients", "raters_needed": "number of raters, or interval of it"}
"""What to call the numbers whose absence people are told of."""


def variance_answer(ratings: Ratings, others: Mapping[str, IntArray], *, target: float, confidence: float) -> Json:
    """Return the components of variance, what means are worth now, and how many raters they need.

    Parameters
    ----------
    ratings
        By items and raters.
    others
        Further facets by name: criteria and versions, which stand for themselves and not for many more.

    Raises
    ------
    MeasureError
        The ratings do not determine the components.
    """
    facets = {"item": ratings.units, "rater": ratings.raters, **others}
    found = variance_components(facets, ratings.values, over=("item", "rater"), confidence=confidence)
    refused = Refusals(Names(ratings.unit_labels, ratings.rater_labels))
    levels = {name: len(np.unique(column)) for name, column in others.items()}
    now = {**levels, "rater": _raters_per_item(ratings)}
    return {
        "confidence": confidence,
        "n_items": len(np.unique(ratings.units)),
        "n_raters": len(np.unique(ratings.raters)),
        "n_ratings": len(ratings.values),
        "n_missing": len(ratings.left_out),
        "levels": levels,
        "components": rows(
            facet=found.effects,
            variance=found.variance.tolist(),
            ci_low=found.ci_low.tolist(),
            ci_high=found.ci_high.tolist(),
            share=found.share.tolist(),
            share_low=found.share_low.tolist(),
            share_high=found.share_high.tolist(),
        ),
        "now": _decision(found, now, refused),
        "raters_needed": _raters_needed(found, levels, target, refused),
        "refused": refused.reasons,
    }


def _raters_per_item(ratings: Ratings) -> int:
    """Return how many different raters an item has, on average and at least one."""
    pairs = np.unique(np.stack([ratings.units, ratings.raters]), axis=1)
    return max(1, int(np.rint(pairs.shape[1] / len(np.unique(ratings.units)))))


def _decision(found: VarianceComponents, levels: Mapping[str, int], refused: Refusals) -> Json:
    fixed = [name for name in levels if name != "rater"]

    def compute() -> Json:
        decision: Decision = d_study(found, levels, objects="item", fixed=fixed)
        return {
            "g": with_interval(
                decision.generalisability, decision.generalisability_low, decision.generalisability_high
            ),
            "phi": with_interval(decision.dependability, decision.dependability_low, decision.dependability_high),
            "relative_error": decision.relative_error,
            "absolute_error": decision.absolute_error,
        }

    unknown: Json = dict.fromkeys(("g", "phi", "relative_error", "absolute_error"))
    return {"raters": levels["rater"], **(refused.attempt("now", compute) or unknown)}


def _raters_needed(found: VarianceComponents, levels: Mapping[str, int], target: float, refused: Refusals) -> Json:
    def compute() -> Json:
        fixed = list(levels)
        needed = raters_for_dependability(found, target, levels=levels, objects="item", fixed=fixed)
        return with_interval(needed.raters, needed.ci_low, needed.ci_high)

    number = refused.coefficient("raters_needed", compute)
    if number is None:
        return {"target": target, **dict.fromkeys(("raters", "ci_low", "ci_high"))}
    return {"target": target, "raters": int(number["value"]), "ci_low": number["ci_low"], "ci_high": number["ci_high"]}


# --- for people ---


def variance_text(answer: Json) -> str:
    """Return the answer as tables."""
    if "groups" in answer:
        return _groups_text(answer)
    levels = [counted(number, name, _PLURALS[name]) for name, number in answer["levels"].items()]
    found = " and ".join(["by item and rater", *levels])
    lines = [(part["facet"], shown(part, "variance", digits=3), shown(_share(part))) for part in answer["components"]]
    now, needed = answer["now"], answer["raters_needed"]
    study = [
        (f"Generalisability, {counted(now['raters'], 'rater')} an item (ranks)", shown(now["g"])),
        (f"Dependability, {counted(now['raters'], 'rater')} an item (scores)", shown(now["phi"])),
        (f"Raters for a dependability of {needed['target']:g}", shown(needed, "raters", digits=0)),
    ]
    parts = [
        heading(answer, found),
        table(("Ratings differ by", "Variance", "Share"), lines),
        table(("Mean of an item", ""), study),
    ]
    return paragraphs(parts, [missing_text(answer), *reasons_text(answer, _REASONS)])


def _groups_text(answer: Json) -> str:
    columns: list[tuple[str, Callable[[Json], str]]] = [
        ("n", lambda group: str(group["n_ratings"])),
        ("Items", lambda group: str(group["n_items"])),
        ("Raters", lambda group: str(group["n_raters"])),
        *((part["facet"], partial(_share_at, at)) for at, part in enumerate(answered(answer)[0]["components"])),
        ("Dependability", lambda group: shown(group["now"]["phi"])),
        ("Raters needed", lambda group: shown(group["raters_needed"], "raters", digits=0)),
    ]
    found = f"shares of the variance, and raters for a dependability of {answer['target']:g}"
    return groups_text(answer, found, columns, remarks=lambda group: reasons_text(group, _REASONS))


def _share_at(at: int, group: Json) -> str:
    return share(group["components"][at]["share"])


def _share(part: Json) -> Json:
    return with_interval(part["share"], part["share_low"], part["share_high"])


def variance_plot(answer: Json) -> str:
    """Return the share of each component, in each group where there are groups."""
    is_grouped = "groups" in answer
    groups = answered(answer) if is_grouped else [answer]
    without = len(answer["groups"]) - len(groups) if is_grouped else 0

    def column(key: str) -> list[list[float]]:
        return [[part[key] for part in group["components"]] for group in groups]

    return variance_shares(
        [part["facet"] for part in groups[0]["components"]],
        column("share"),
        column("share_low"),
        column("share_high"),
        criteria=[str(group["group"]) for group in groups] if is_grouped else None,
        confidence=answer["confidence"],
        title="Why ratings differ" + (f" ({counted(without, 'group')} without an answer)" if without else ""),
    )

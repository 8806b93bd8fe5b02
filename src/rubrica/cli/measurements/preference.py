"""Which of two the raters of a file prefer, and the scale that their preferences make."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np

from rubrica.cli.measurements.answers import (
    Json,
    Names,
    Refusals,
    counted,
    intervals,
    missing_text,
    paragraphs,
    reasons_text,
    rows,
    shortened,
    shown,
    with_interval,
)
from rubrica.cli.measurements.groups import Rows, answered, groups_text
from rubrica.cli.text import share, table
from rubrica.formats.plots import preference_scale
from rubrica.measure.columns import FloatArray, IntArray, numbered
from rubrica.measure.labels import Labels
from rubrica.measure.preference.choices import side_bias, win_rates
from rubrica.measure.preference.comparison_graph import components
from rubrica.measure.preference.crowd import crowd_bradley_terry
from rubrica.measure.preference.pairwise import bradley_terry, thurstone
from rubrica.measure.preference.scale import PreferenceScale
from rubrica.measure.preference.scale_fitting import MOST_INTERVALS, Effect
from rubrica.measure.preference.transitivity import circular_triads, preference_ceiling, stochastic_transitivity

PreferenceModel: TypeAlias = Literal["bradley-terry", "thurstone", "davidson", "rao-kupper", "crowd"]

PREFERENCE_MODELS: Final[tuple[PreferenceModel, ...]] = (
    "bradley-terry",
    "thurstone",
    "davidson",
    "rao-kupper",
    "crowd",
)

_MOST_NAMED: Final = 3
"""Items that are named in a row of a table."""
_NO_RATERS: Final = "It takes a column of raters: name it with --rater."


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Comparisons as estimators take them.

    Attributes
    ----------
    first, second : IntArray
        Shape ``(n,)`` each: numbers of items.
    scores : FloatArray
        Shape ``(n,)``: 1 where the first won, -1 where the second did, 0 for a tie.
    items : Labels
        The items by number.
    raters : IntArray or None
        Shape ``(n,)``: numbers of raters.
    rater_labels : Labels or None
        The raters by number.
    left_out : IntArray
        Rows without a value, counted from 0.
    """

    first: IntArray
    second: IntArray
    scores: FloatArray
    items: Labels
    raters: IntArray | None
    rater_labels: Labels | None
    left_out: IntArray


def comparisons_in(rows_of_group: Rows, whole: Comparisons) -> Comparisons:
    """Return some of the comparisons of a file, and of its items those that occur in them: others are no islands."""
    given = rows_of_group.given
    items, index = numbered(np.concatenate([whole.first[given], whole.second[given]]))
    first, second = np.split(index, 2)
    return replace(
        whole,
        first=first,
        second=second,
        scores=whole.scores[given],
        items=whole.items[items],
        raters=None if whole.raters is None else whole.raters[given],
        left_out=rows_of_group.left_out,
    )


def preference_answer(
    comparisons: Comparisons, model: PreferenceModel, *, confidence: float, prior: float | None = None
) -> Json:
    """Return the scale, and how far preferences can be trusted to make one.

    Raises
    ------
    MeasureError
        The comparisons do not determine a scale.
    """
    refused = Refusals(Names(comparisons.items, comparisons.rater_labels))
    scale, raters = _scale(comparisons, model, confidence, prior, refused)
    decided = int(np.count_nonzero(comparisons.scores))
    if comparisons.raters is None:
        refused.does_not_apply("n_raters", _NO_RATERS)
    return {
        "model": model,
        "unit": "standard deviations" if model == "thurstone" else "log-odds",
        "confidence": confidence,
        "n_items": len(scale.items),
        "n_raters": None if comparisons.raters is None else len(np.unique(comparisons.raters)),
        "n_comparisons": len(comparisons.scores),
        "n_ties": len(comparisons.scores) - decided,
        "n_missing": len(comparisons.left_out),
        "connected": _is_connected(comparisons),
        "items": _items(comparisons, scale, confidence),
        "raters": raters,
        "ties": _ties(scale, model, refused),
        "side": _side(comparisons, confidence),
        "transitivity": _transitivity(comparisons, confidence, refused),
        "ceiling": _ceiling(comparisons, confidence, refused),
        "log_likelihood": scale.log_likelihood,
        "refused": refused.reasons,
        "notes": _notes(comparisons),
    }


def groups_that_never_meet(comparisons: Comparisons) -> list[list[object]]:
    """Return the items of each group that no comparison ties to another, the largest group first."""
    group = _groups(comparisons)
    found = [np.flatnonzero(group == number) for number in range(int(group.max()) + 1)]
    return [comparisons.items[items].tolist() for items in sorted(found, key=lambda items: (-len(items), items[0]))]


def _groups(comparisons: Comparisons) -> IntArray:
    return components(len(comparisons.items), comparisons.first, comparisons.second)


def _is_connected(comparisons: Comparisons) -> bool:
    return int(_groups(comparisons).max()) == 0


# --- the scale ---


def _scale(
    comparisons: Comparisons, model: PreferenceModel, confidence: float, prior: float | None, refused: Refusals
) -> tuple[PreferenceScale, list[Json] | None]:
    reported = None
    if len(comparisons.items) > MOST_INTERVALS:
        refused.does_not_apply("items.ci", f"Intervals are given up to {MOST_INTERVALS} items.")
        reported = comparisons.first[:1]
    if model == "crowd":
        return _crowd(comparisons, confidence, prior, reported)
    refused.does_not_apply("raters", "Reliabilities are estimated by the model crowd.")
    first, second, scores = comparisons.first, comparisons.second, comparisons.scores
    if model == "thurstone":
        return thurstone(first, second, scores, prior_sd=prior, reported=reported, confidence=confidence), None
    found = bradley_terry(
        first,
        second,
        scores,
        ties={"bradley-terry": "half", "davidson": "davidson", "rao-kupper": "rao_kupper"}[model],  # type: ignore[arg-type]  # (one of three)
        prior_sd=prior,
        reported=reported,
        confidence=confidence,
    )
    return found, None


def _crowd(
    comparisons: Comparisons, confidence: float, prior: float | None, reported: IntArray | None
) -> tuple[PreferenceScale, list[Json]]:
    if comparisons.raters is None or comparisons.rater_labels is None:
        raise AssertionError("the model crowd is refused before, where there are no raters")
    found = crowd_bradley_terry(
        comparisons.raters,
        comparisons.first,
        comparisons.second,
        comparisons.scores,
        prior_sd=2.0 if prior is None else prior,
        reported=reported,
        confidence=confidence,
    )
    raters = rows(
        rater=comparisons.rater_labels[found.raters].tolist(),
        reliability=found.reliability.tolist(),
        ci_low=found.ci_low.tolist(),
        ci_high=found.ci_high.tolist(),
        n_decided=found.n_decided.astype(np.int64).tolist(),
    )
    return found.scale, raters


def _items(comparisons: Comparisons, scale: PreferenceScale, confidence: float) -> list[Json]:
    """Return the items from the most preferred to the least; equals as they are numbered."""
    counts = win_rates(comparisons.first, comparisons.second, comparisons.scores, confidence)
    all_reported = len(scale.reported) == len(scale.items)
    low, high = (end.tolist() if all_reported else [None] * len(scale.items) for end in (scale.ci_low, scale.ci_high))
    # The crowd's scale leaves out items without a decided comparison.
    at = np.searchsorted(counts.contenders, scale.items)
    found = rows(
        item=comparisons.items[scale.items].tolist(),
        score=scale.scores.tolist(),
        ci_low=low,
        ci_high=high,
        wins=counts.wins[at].tolist(),
        losses=counts.losses[at].tolist(),
        ties=counts.ties[at].tolist(),
        n_comparisons=counts.n_comparisons[at].tolist(),
    )
    return [found[position] for position in np.argsort(-scale.scores, kind="stable")]


def _ties(scale: PreferenceScale, model: PreferenceModel, refused: Refusals) -> Json | None:
    if scale.ties is None:
        how = "do not take part" if model == "crowd" else "count as half a preference each way"
        refused.does_not_apply("ties", f"Ties {how}; davidson and rao-kupper give them a probability.")
        return None
    found: Effect = scale.ties
    return with_interval(found.estimate, found.ci_low, found.ci_high)


# --- how far a scale can be trusted ---


def _side(comparisons: Comparisons, confidence: float) -> Json:
    found = side_bias(comparisons.scores, confidence)
    return {
        "first_share": found.left_share,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "first": found.left,
        "second": found.right,
    }


def _transitivity(comparisons: Comparisons, confidence: float, refused: Refusals) -> Json | None:
    first, second, scores = comparisons.first, comparisons.second, comparisons.scores

    def compute() -> Json:
        circular = circular_triads(first, second, scores, confidence=confidence)
        stochastic = stochastic_transitivity(first, second, scores)
        return {
            "triads": circular.triads,
            "circular": circular.circular,
            "circular_share": circular.share,
            "chance_share": circular.chance_share,
            "chance_low": circular.chance_low,
            "chance_high": circular.chance_high,
            "weak": stochastic.weak,
            "moderate": stochastic.moderate,
            "strong": stochastic.strong,
        }

    return refused.attempt("transitivity", compute)


def _ceiling(comparisons: Comparisons, confidence: float, refused: Refusals) -> Json | None:
    raters = comparisons.raters
    if raters is None:
        refused.does_not_apply("ceiling", _NO_RATERS)
        return None

    def compute() -> Json:
        found = preference_ceiling(raters, comparisons.first, comparisons.second, comparisons.scores, confidence)
        return {
            **with_interval(found.ceiling, found.ci_low, found.ci_high),
            "single": found.single,
            "majority": found.majority,
            "n_pairs": found.n_pairs,
            "n_comparisons": found.n_comparisons,
        }

    return refused.attempt("ceiling", compute)


def _notes(comparisons: Comparisons) -> list[str]:
    scores = comparisons.scores
    one_sided = np.all(scores >= 0) or np.all(scores <= 0)
    notes = [
        "Every comparison that was decided was decided for the same side: is the value coded as it is read here?"
        if one_sided and np.any(scores)
        else "",
        "" if _is_connected(comparisons) else "Groups of items never meet: the prior alone ties their scores together.",
    ]
    return [note for note in notes if note]


# --- for people ---


def preference_text(answer: Json) -> str:
    """Return the answer as tables."""
    if "groups" in answer:
        return _groups_text(answer)
    raters = "" if answer["n_raters"] is None else f" by {counted(answer['n_raters'], 'rater')}"
    counts = f"{counted(answer['n_comparisons'], 'comparison')} of {counted(answer['n_items'], 'item')}{raters}, "
    counts += (
        f"{counted(answer['n_ties'], 'tie')}; scores by {answer['model']} in {answer['unit']}; {intervals(answer)}"
    )
    items = [
        (str(item["item"]), shown(item, "score", sign=True), *(str(item[key]) for key in ("wins", "ties", "losses")))
        for item in answer["items"]
    ]
    parts = [counts, shortened(items, ("Item", "Score", "Wins", "Ties", "Losses"), (2, 3, 4))]
    if answer["raters"] is not None:
        people = [(str(one["rater"]), str(one["n_decided"]), shown(one, "reliability")) for one in answer["raters"]]
        parts.append(shortened(people, ("Rater", "n", "Reliability"), (1,)))
    parts.append(_trust_text(answer))
    reasons = {"transitivity": "transitivity", "ceiling": "human ceiling"}
    return paragraphs(parts, [*answer["notes"], missing_text(answer), *reasons_text(answer, reasons)])


def _groups_text(answer: Json) -> str:
    columns: list[tuple[str, Callable[[Json], str]]] = [
        ("n", lambda group: str(group["n_comparisons"])),
        ("Items", lambda group: str(group["n_items"])),
        ("Ties", lambda group: str(group["n_ties"])),
        ("Most preferred", _most_preferred),
        ("Circular", lambda group: share(group["transitivity"] and group["transitivity"]["circular_share"])),
        ("First preferred", lambda group: shown(group["side"], "first_share")),
    ]
    if any(group["ceiling"] for group in answered(answer)):
        columns.append(("Ceiling", lambda group: shown(group["ceiling"])))
    found = f"scores by {answer['model']} in {answered(answer)[0]['unit']}"
    return groups_text(answer, found, columns, remarks=lambda group: group["notes"])


def _most_preferred(group: Json) -> str:
    return ", ".join(f"{item['item']} {item['score']:+.2f}" for item in group["items"][:_MOST_NAMED])


def _trust_text(answer: Json) -> str:
    lines = [("first preferred to second", shown(answer["side"], "first_share"))]
    if answer["transitivity"]:
        found = answer["transitivity"]
        lines.append(
            ("circular triads", f"{found['circular']} of {found['triads']} (chance: {found['chance_share']:.0%})")
        )
        violated = "/".join(f"{found[kind]:.0%}" for kind in ("weak", "moderate", "strong"))
        lines.append(("triads against weak/moderate/strong transitivity", violated))
    if answer["ceiling"]:
        lines.append(("foretold by other raters (ceiling)", shown(answer["ceiling"])))
    if answer["ties"]:
        lines.append(("parameter of ties", shown(answer["ties"])))
    return table(("Preferences", ""), lines)


def preference_plot(answer: Json) -> str:
    """Return the items on their scale."""
    ends = ("ci_low", "ci_high")
    low, high = ([float("nan") if item[end] is None else item[end] for item in answer["items"]] for end in ends)
    return preference_scale(
        [str(item["item"]) for item in answer["items"]],
        [item["score"] for item in answer["items"]],
        low,
        high,
        unit=answer["unit"],
        confidence=answer["confidence"],
    )

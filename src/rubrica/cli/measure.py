"""``rubrica measure``: the science on a table of one's own. It needs no installation, and writes nothing but a plot."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import numpy as np

from rubrica.cli.measurements.agreement import agreement_answer, agreement_plot, agreement_text, scale_of
from rubrica.cli.measurements.answers import Json, Names
from rubrica.cli.measurements.consensus import (
    CONSENSUS_METHODS,
    ConsensusMethod,
    consensus_answer,
    consensus_plot,
    consensus_text,
    refuse_unknown_categories,
)
from rubrica.cli.measurements.failures import in_names_of, refusals_also_as_json, refuse
from rubrica.cli.measurements.groups import Rows, answer_by_group, every_row, refuse_no_rows
from rubrica.cli.measurements.opinion import OPINION_METHODS, OpinionMethod, opinion_answer, opinion_plot, opinion_text
from rubrica.cli.measurements.preference import (
    PREFERENCE_MODELS,
    Comparisons,
    PreferenceModel,
    comparisons_in,
    groups_that_never_meet,
    preference_answer,
    preference_plot,
    preference_text,
)
from rubrica.cli.measurements.reading import comparisons_of, ratings_at, ratings_of, table_of
from rubrica.cli.measurements.variance import variance_answer, variance_plot, variance_text
from rubrica.cli.refusals import Group
from rubrica.domain.problems import quoted
from rubrica.domain.verdict import QUESTION_KINDS, QuestionKind
from rubrica.formats.foreign_table import ForeignTable
from rubrica.formats.plots import NothingToShowError
from rubrica.measure import errors
from rubrica.measure.agreement.alpha import Level
from rubrica.measure.columns import IntArray
from rubrica.measure.labels import labelled
from rubrica.usecases.errors import RefusedError

Command = TypeVar("Command", bound=Callable[..., Any])

_LEVELS: Final = ("nominal", "ordinal", "interval", "ratio")

# --- options ---

_FILE = click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
_ITEM = click.option("--item", default="item", show_default=True, help="Column that names the item.")
_RATER = click.option("--rater", default="rater", show_default=True, help="Column that names the rater.")
_VALUE = click.option(
    "--value", default="value", show_default=True, help="Column of the answers; empty where none was."
)
_CONFIDENCE = click.option(
    "--confidence",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Coverage of the intervals.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
_BY = click.option("--by", help="Column of groups, each of which is measured by itself.")
_PLOT = click.option("--plot", type=click.Path(path_type=Path), help="Also draw the answer: a new file, .svg.")


def _of_ratings(command: Command) -> Command:
    """Give a command the options of a table of ratings."""
    return _FILE(_ITEM(_RATER(_VALUE(_BY(_CONFIDENCE(_PLOT(_JSON(command))))))))


@click.group(
    cls=Group,
    epilog="FILE is a .csv file in UTF-8 with a header, a .parquet file, or - for CSV on standard input. A rating "
    "stands on a row of its own. What keys the JSON has: docs/reference/measure-command.md.",
)
def measure() -> None:
    """Measure a table of ratings of your own; no installation is needed."""


# --- commands ---


@measure.command()
@_of_ratings
@click.option(
    "--level",
    type=click.Choice(_LEVELS),
    help="Level of measurement of the answers; by default ordinal for numbers and nominal for words.",
)
@click.option("--order", help="Words of the scale from the lowest to the highest, divided by commas.")
@click.option("--kind", type=click.Choice(QUESTION_KINDS), help="What the question asks for: adds a verdict.")
def agreement(
    file: Path,
    item: str,
    rater: str,
    value: str,
    by: str | None,
    confidence: float,
    level: Level | None,
    order: str | None,
    kind: QuestionKind | None,
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Print how far raters agree: alpha, AC1 or AC2, kappa, intraclass correlation, exact agreement, base rates."""
    with refusals_also_as_json(as_json=as_json):
        _refuse_place(plot)
        table = table_of(file, {"item": item, "rater": rater, "value": value, "by": by})
        ratings, at = ratings_at(table, item, rater, value, level, order)
        scale, required = scale_of(ratings), ["alpha"] if by is None else []

        def answer_of(rows: Rows) -> Json:
            with in_names_of(Names(ratings.unit_labels, ratings.rater_labels)):
                part = rows.ratings(ratings)
                return agreement_answer(part, at, confidence=confidence, kind=kind, scale=scale, required=required)

        answer = _answer(table, by, ratings.left_out, answer_of, level=at, confidence=confidence)
        _give(answer, agreement_text, agreement_plot, plot, as_json=as_json)


@measure.command()
@_of_ratings
@click.option(
    "--method",
    type=click.Choice(CONSENSUS_METHODS),
    default="map",
    show_default=True,
    help="How raters are weighed: all alike, or by one model or another of how they err.",
)
@click.option("--gold", help="Column of known categories, empty where unknown: adds accuracy and calibration.")
def consensus(
    file: Path,
    item: str,
    rater: str,
    value: str,
    by: str | None,
    confidence: float,
    method: ConsensusMethod,
    gold: str | None,
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Print which category raters settle on for each item, and how reliable each rater is."""
    with refusals_also_as_json(as_json=as_json):
        _refuse_place(plot)
        _refuse_plot_by_group(plot, by)
        table = table_of(file, {"item": item, "rater": rater, "value": value, "gold": gold, "by": by})
        ratings = ratings_of(table, item, rater, value, "nominal")
        known = None if gold is None else table.values(gold, words=ratings.value_labels is not None)
        names, required = Names(ratings.unit_labels, ratings.rater_labels), ["gold"] if by is None else []
        if known is not None:
            with in_names_of(names):
                refuse_unknown_categories(ratings, known)

        def answer_of(rows: Rows) -> Json:
            with in_names_of(names):
                refuse_no_rows(rows)
                part, beside = rows.ratings(ratings), known if known is None else known.take(rows.of_file)
                return consensus_answer(part, method, confidence=confidence, gold=beside, required=required)

        answer = _answer(table, by, ratings.left_out, answer_of, method=method, confidence=confidence)
        _give(answer, consensus_text, consensus_plot, plot, as_json=as_json)


@measure.command()
@_of_ratings
@click.option(
    "--method",
    type=click.Choice(OPINION_METHODS),
    default="corrected",
    show_default=True,
    help="Plain means, the model of ITU-T P.910, or the same model corrected for few ratings an item.",
)
@click.option("--scale", type=(float, float), help="The ends of the scale: adds the spread of opinions (SOS).")
def opinion(
    file: Path,
    item: str,
    rater: str,
    value: str,
    by: str | None,
    confidence: float,
    method: OpinionMethod,
    scale: tuple[float, float] | None,
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Print the quality of each item, and the bias and inconsistency of each rater."""
    with refusals_also_as_json(as_json=as_json):
        _refuse_place(plot)
        if plot is not None and method == "mos":
            refuse("--plot", "has no inconsistency of raters to show under --method mos", "--method corrected or p910")
        _refuse_plot_by_group(plot, by)
        table = table_of(file, {"item": item, "rater": rater, "value": value, "by": by})
        ratings = ratings_of(table, item, rater, value, "interval")

        def answer_of(rows: Rows) -> Json:
            with in_names_of(Names(ratings.unit_labels, ratings.rater_labels)):
                refuse_no_rows(rows)
                return opinion_answer(rows.ratings(ratings), method, confidence=confidence, scale=scale)

        answer = _answer(table, by, ratings.left_out, answer_of, method=method, confidence=confidence)
        _give(answer, opinion_text, opinion_plot, plot, as_json=as_json)


@measure.command()
@_FILE
@click.option("--first", default="first", show_default=True, help="Column of the item shown first (left).")
@click.option("--second", default="second", show_default=True, help="Column of the item shown second (right).")
@click.option(
    "--value",
    default="value",
    show_default=True,
    help="Column of who won: a number above 0 for the first, below 0 for the second, 0 for a tie; or first, second, "
    "tie; a, b; left, right; or the item itself.",
)
@click.option("--rater", help="Column that names the rater: adds the human ceiling.")
@click.option(
    "--model",
    type=click.Choice(PREFERENCE_MODELS),
    default="bradley-terry",
    show_default=True,
    help="How scores make preferences: two count ties as halves, two model them, one weighs raters.",
)
@click.option(
    "--prior",
    type=click.FloatRange(0, min_open=True),
    help="Standard deviation of a prior around 0, under which scores always exist.",
)
@_BY
@_CONFIDENCE
@_PLOT
@_JSON
def preference(
    file: Path,
    first: str,
    second: str,
    value: str,
    rater: str | None,
    model: PreferenceModel,
    prior: float | None,
    by: str | None,
    confidence: float,
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Print the scale that comparisons of two make, and how far it can be trusted."""
    with refusals_also_as_json(as_json=as_json):
        _refuse_place(plot)
        if model == "crowd" and rater is None:
            refuse("--rater", "is missing", "the column that names the rater, which the model crowd weighs")
        _refuse_plot_by_group(plot, by)
        table = table_of(file, {"first": first, "second": second, "value": value, "rater": rater, "by": by})
        comparisons = comparisons_of(table, first, second, value, rater)

        def answer_of(rows: Rows) -> Json:
            with in_names_of(None):
                refuse_no_rows(rows)
            part = comparisons_in(rows, comparisons)
            with in_names_of(Names(part.items, part.rater_labels), partial(_islands, part)):
                return preference_answer(part, model, confidence=confidence, prior=prior)

        answer = _answer(table, by, comparisons.left_out, answer_of, model=model, confidence=confidence)
        _give(answer, preference_text, preference_plot, plot, as_json=as_json)


@measure.command()
@_of_ratings
@click.option("--criterion", help="Column of criteria, if there are several.")
@click.option("--version", help="Column of versions of the guideline, if there are several.")
@click.option(
    "--target",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.8,
    show_default=True,
    help="Dependability that the mean of an item is to reach.",
)
def variance(
    file: Path,
    item: str,
    rater: str,
    value: str,
    by: str | None,
    confidence: float,
    criterion: str | None,
    version: str | None,
    target: float,
    plot: Path | None,
    *,
    as_json: bool,
) -> None:
    """Print where ratings differ (items, raters, both together) and how many raters an item needs."""
    with refusals_also_as_json(as_json=as_json):
        _refuse_place(plot)
        facets = {"criterion": criterion, "version": version}
        table = table_of(file, {"item": item, "rater": rater, "value": value, **facets, "by": by})
        ratings = ratings_of(table, item, rater, value, "interval")
        given = np.setdiff1d(np.arange(table.n_rows), ratings.left_out)
        others = {
            facet: labelled(table.identities(name)[0], name).index[given] for facet, name in facets.items() if name
        }

        def answer_of(rows: Rows) -> Json:
            with in_names_of(Names(ratings.unit_labels, ratings.rater_labels)):
                refuse_no_rows(rows)
                levels = {facet: column[rows.given] for facet, column in others.items()}
                return variance_answer(rows.ratings(ratings), levels, target=target, confidence=confidence)

        answer = _answer(table, by, ratings.left_out, answer_of, target=target, confidence=confidence)
        _give(answer, variance_text, variance_plot, plot, as_json=as_json)


# --- answering ---


def _answer(
    table: ForeignTable, by: str | None, left_out: IntArray, answer_of: Callable[[Rows], Json], **about: object
) -> Json:
    """Answer on all rows, or on those of each group; ``about`` is what is the same for every group."""
    if by is None:
        return answer_of(every_row(table.n_rows, left_out))
    (column,) = table.identities(by)
    with in_names_of(None):
        groups = labelled(column, by)
    return answer_by_group(by, groups, left_out, answer_of, about)


def _give(
    answer: Json, text: Callable[[Json], str], draw: Callable[[Json], str], plot: Path | None, *, as_json: bool
) -> None:
    if plot is not None:
        try:
            drawing = draw(answer)
        except NothingToShowError as nothing:
            raise RefusedError(str(nothing)) from nothing
        _write(plot, drawing)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2))
    else:
        click.echo(text(answer))


def _refuse_place(plot: Path | None) -> None:
    """Refuse a place for a plot before anything is computed: a plot never overwrites a file."""
    if plot is None:
        return
    if plot.suffix.lower() != ".svg":
        refuse("--plot", f"is {quoted(str(plot))}", "a file that ends in .svg")
    if plot.exists():
        refuse("--plot", f"is {quoted(str(plot))}, which is there already", "a new file")
    if not plot.parent.is_dir():
        refuse("--plot", f"is in {quoted(str(plot.parent))}, which is no folder", "a folder that is there")


def _refuse_plot_by_group(plot: Path | None, by: str | None) -> None:
    if plot is not None and by is not None:
        refuse(
            "--plot", "draws one answer, and --by gives one for each group", "one of the two, or a file of one group"
        )


def _write(plot: Path, drawing: str) -> None:
    try:
        with plot.open("x", encoding="utf-8") as file:
            file.write(drawing)
    except OSError as error:
        refuse("--plot", f"cannot be written: {error.strerror or error}", "a place to write to")


def _islands(comparisons: Comparisons, error: errors.MeasureError) -> Json:
    """Return which items never meet, where that is what was wrong."""
    found = isinstance(error, errors.DisconnectedComparisonsError)
    return {"groups": groups_that_never_meet(comparisons)} if found else {}

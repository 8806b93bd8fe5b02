"""``rubrica report`` and the report that the demo prints."""

import json

import click

from rubrica.cli.text import estimate, share, table
from rubrica.usecases.access import operator_access
from rubrica.usecases.reports import CriterionReport, PairsReport, RepeatsReport, Report, project_report

_INDENT = "  "


@click.command()
@click.argument("project")
@click.option("--version", type=int, help="Number of a guideline version; by default the one in force.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def report(project: str, version: int | None, *, as_json: bool) -> None:
    """Print agreement, verdicts, raters' biases, marks and preferences of PROJECT."""
    found = project_report(operator_access(project), version=version)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, allow_nan=False, indent=2))
    else:
        click.echo(report_text(found))


def report_text(report: Report) -> str:
    """Return the report as tables."""
    parts = [_heading(report), _criteria(report), *_verdicts(report), _raters(report)]
    if report.marks is not None and report.marks.n:
        parts.append(_marks(report))
    parts += [_pairs(pairs) for pairs in report.pairs]
    if report.repeats is not None:
        parts.append(_repeats(report.repeats))
    return "\n\n".join(part for part in parts if part)


def _heading(report: Report) -> str:
    counts = report.counts
    lines = [
        click.style(f"{report.name} ({report.project})", bold=True)
        + f"  guideline v{report.guideline.number} {report.guideline.content_hash[:12]}",
        f"{counts.evaluations} evaluations by {counts.raters} raters; cannot judge {counts.cannot_judge}, skipped "
        + str(counts.skipped),
        f"{counts.items_complete} of {counts.items} items complete, {counts.doubled_items} judged twice or more",
    ]
    left_out = [
        f"{counts.superseded} superseded" if counts.superseded else "",
        f"{counts.evaluations_of_other_versions} under other versions" if counts.evaluations_of_other_versions else "",
    ]
    if any(left_out):
        lines.append(f"left out: {', '.join(filter(None, left_out))}")
    return "\n".join(lines)


def _criteria(report: Report) -> str:
    rows = [
        (
            criterion.name,
            str(criterion.n),
            share(criterion.exact.share if criterion.exact else None),
            share(criterion.within_one.share if criterion.within_one else None),
            estimate(criterion.alpha),
            estimate(criterion.mean),
            _distribution(criterion),
        )
        for criterion in report.criteria
    ]
    header = ("Criterion", "n", "Exact", "Within 1", "Alpha", "Mean", "Answers")
    return table(header, rows, numeric=(1, 2, 3))


def _distribution(criterion: CriterionReport) -> str:
    given = [count for count in criterion.distribution if count.count or criterion.type == "scale"]
    return " ".join(f"{count.value}:{count.count}" for count in given)


def _verdicts(report: Report) -> list[str]:
    lines = []
    for criterion in report.criteria:
        words = criterion.verdict.sentence if criterion.verdict else criterion.alpha_refusal
        lines.append(f"{_INDENT}{criterion.name}: {words}")
        lines += [
            f"{_INDENT * 2}{option.label}: ticked {option.count} times, alpha {estimate(option.alpha)}"
            for option in criterion.options
            if option.count
        ]
        if criterion.checked is not None and criterion.checked.n:
            checked = criterion.checked
            lines.append(
                f"{_INDENT * 2}checks proposed {checked.n} answers, {checked.kept} were kept; "
                f"overridden {estimate(checked.override_rate)}"
            )
    return ["\n".join(lines)] if lines else []


def _raters(report: Report) -> str:
    if not report.raters:
        return ""
    criteria = [bias.criterion for bias in report.raters[0].bias]
    knows_recall = any(rater.recall for rater in report.raters)
    header = ["Rater", "n", "Median s", *(f"Bias {criterion}" for criterion in criteria)]
    header += ["Recall", "Precision"] if knows_recall else []
    rows = []
    for rater in report.raters:
        seconds = "–" if rater.median_active_seconds is None else f"{rater.median_active_seconds:.0f}"
        row = [rater.name, str(rater.n), seconds, *(estimate(bias.bias, sign=True) for bias in rater.bias)]
        row += [estimate(rater.recall), estimate(rater.precision)] if knows_recall else []
        rows.append(row)
    return table(header, rows, numeric=(1, 2))


def _marks(report: Report) -> str:
    if report.marks is None:
        return ""
    codes = ", ".join(f"{count.code or 'no code'} {count.count}" for count in report.marks.codes[:8])
    lines = [f"{report.marks.n} marks: {codes}"]
    known = report.marks.known_defects
    if known is not None and not known.refusal:
        kinds = ", ".join(f"{kind} {found}/{chances}" for kind, chances, found in known.by_kind)
        same_code = f", same code {estimate(known.same_code)}" if known.same_code else ""
        lines += [
            f"Planted defects: {known.n_defects} on {known.n_items} items",
            f"{_INDENT}recall {estimate(known.recall)}, precision {estimate(known.precision)}{same_code}",
            f"{_INDENT}found by kind: {kinds}",
        ]
    return "\n".join(lines)


def _pairs(pairs: PairsReport) -> str:
    lines = [f"{pairs.name}: {pairs.n} comparisons, {pairs.ties} ties, {pairs.unscored} not sure"]
    lines.append(f"{_INDENT}image shown first preferred: {estimate(pairs.first_shown_rate)}")
    if pairs.win_rates:
        rows = [
            (rate.model, str(rate.wins), str(rate.ties), str(rate.losses), estimate(rate.rate))
            for rate in pairs.win_rates
        ]
        lines.append(table(("Model", "Wins", "Ties", "Losses", "Win rate"), rows, numeric=(1, 2, 3)))
    else:
        lines.append(f"{_INDENT}{pairs.win_rates_refusal}")
    return "\n".join(lines)


def _repeats(repeats: RepeatsReport) -> str:
    lines = [f"{repeats.n} items judged again by the same person, unannounced:"]
    for row in repeats.criteria:
        found = [
            ("same answer", row.exact),
            ("within 1", row.within_one),
            ("followed the side", row.followed_side),
        ]
        words = row.refusal or ", ".join(f"{name} {estimate(value)}" for name, value in found if value is not None)
        lines.append(f"{_INDENT}{row.name}: {words}")
    return "\n".join(lines)

"""Answers that technical checks proposed: how often raters kept them."""

from collections.abc import Mapping

from rubrica.domain.criterion import Criterion
from rubrica.domain.proposal import propose
from rubrica.records.models import ItemImage, Project
from rubrica.records.queries.ratings import EvaluationColumns, RatingColumns
from rubrica.usecases.reports.estimates import share
from rubrica.usecases.reports.values import CheckedReport

Measures = Mapping[int, Mapping[str, object]]
"""Technical measures of the image of each item, by item id."""


def measures_of(project: Project) -> Measures:
    """Return the technical measures of the images of all items of the project."""
    rows = ItemImage.objects.of(project).filter(slot=0)
    columns = rows.values_list("item_id", "image__width", "image__height", "image__facts")
    return {item: {**facts, "width": width, "height": height} for item, width, height, facts in columns.iterator()}


def checked_report(
    criterion: Criterion, measures: Measures, evaluations: EvaluationColumns, ratings: RatingColumns | None
) -> CheckedReport | None:
    """Return how often an answer that a check proposes was kept; None for a criterion without checks.

    What was proposed is worked out anew: the checks of a published version never change, and neither do the measures
    of an image.
    """
    if not criterion.checks:
        return None
    if ratings is None:
        return CheckedReport(0, 0, None)
    proposals = {item: propose(criterion.id, criterion.checks, own) for item, own in measures.items()}
    items = evaluations.items[ratings.rows].tolist()
    was_kept = [
        str(proposal.answer) == value
        for item, value in zip(items, ratings.values.tolist(), strict=True)
        if (proposal := proposals.get(item)) is not None
    ]
    return CheckedReport(len(was_kept), sum(was_kept), share(was_kept.count(False), len(was_kept)))

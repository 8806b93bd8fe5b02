"""Reports on orders and on words of prompts: taken apart, counted and measured as one would by hand."""

import pytest

from rubrica.domain.answer import parse_answer
from rubrica.domain.blinding import Presentation, as_shown
from rubrica.domain.rubric import parse_rubric
from rubrica.formats.jsonl_table import read_jsonl_table
from rubrica.records.models import Item
from rubrica.usecases import assignments, evaluations
from rubrica.usecases.access import open_project
from rubrica.usecases.exports import export_project
from rubrica.usecases.exports.tables import AGGREGATE_COLUMNS
from rubrica.usecases.reports import project_report
from tests.cast import NOON, World, audit_answer, build_world

pytestmark = pytest.mark.django_db


def judge(world: World, name: str, *answers: dict[str, object]) -> None:
    """Let a new rater judge items, the answers being in terms of the items' own images."""
    rubric = parse_rubric(world.guideline.rubric)
    rater = world.rater(name)
    for own in answers:
        (offer,) = assignments.take_assignments(rater, "audit", hold=1, now=world.now).assignments
        held = offer.held
        shown = as_shown(rubric, parse_answer(rubric, own, held.prompt), Presentation(tuple(held.presentation)))
        evaluations.submit_evaluation(
            rater,
            held.public_id,
            payload=shown.as_json(),
            key=f"key-{held.public_id}",
            hold=0,
            now=world.later(seconds=9),
        )


def order(ranking: str, ends: str | None = None) -> dict[str, object]:
    return {"answers": {"order": ranking, "acceptable": "yes", **({"match": ends} if ends else {})}}


def test_orders_are_compared_two_by_two(tmp_path):
    world = build_world(template="set-ranking", items=1, overlap=3)
    judge(world, "ruth", order("a>b>c>d", "a>d"))
    judge(world, "ravi", order("a>b=c>d"))
    judge(world, "rosa", order("b>a>c>d", "a>d"))

    report = project_report(open_project(world.lena, "audit"))
    criterion = next(row for row in report.criteria if row.id == "order")
    pairs = next(row for row in report.pairs if row.criterion == "order")
    match = next(row for row in report.pairs if row.criterion == "match")

    assert [(row.value, row.count) for row in criterion.distribution] == [("a", 2), ("b", 1), ("c", 0), ("d", 0)]
    assert (criterion.n, criterion.doubled_items) == (3, 1)
    # Of six pairs of images all three agree on four; on a-b and on b-c one of three pairs of raters does.
    assert criterion.exact is not None
    assert criterion.exact.share == pytest.approx((4 + 2 / 3) / 6)
    assert (pairs.n, pairs.ties) == (18, 1)
    assert [(row.model, row.wins, row.losses) for row in pairs.win_rates[:1]] == [("secret-model-0", 8, 1)]
    assert (match.n, match.ties) == (10, 0), "best and worst leave the two between them open"

    export_project(open_project(world.lena, "audit"), format="jsonl", directory=tmp_path / "out", now=NOON)
    rows = read_jsonl_table(tmp_path / "out" / "aggregates.jsonl", AGGREGATE_COLUMNS)
    found = {row["criterion"]: (row["n"], row["mode"], row["counts"]) for row in rows}
    assert found["order"] == (3, "a>b>c>d", {"a": 8, "b": 6.5, "c": 3.5, "d": 0})
    assert found["match"] == (2, "a>d", {"a": 2, "d": -2})


def test_words_are_compared_one_by_one():
    world = build_world(items=1, overlap=2)
    Item.objects.of(world.project).update(prompt="two red dogs, two cats")
    scores = audit_answer()["answers"]
    judge(world, "ruth", {"answers": {**scores, "missing_words": ["4-7", "14-17"]}})
    judge(world, "ravi", {"answers": {**scores, "missing_words": ["4-7"]}})

    report = project_report(open_project(world.lena, "audit"))
    criterion = next(row for row in report.criteria if row.id == "missing_words")

    assert [(row.value, row.count, row.share) for row in criterion.distribution] == [("red", 2, 1.0), ("two", 1, 0.5)]
    assert criterion.exact is not None
    assert (criterion.exact.share, criterion.exact.n_items) == (pytest.approx(4 / 5), 5)
    assert (criterion.n, criterion.doubled_items) == (2, 1)

"""Every template from the first answer to the export and back: what raters say is measured, written and read again."""

import json

import pytest

from rubrica.domain.answer import AnswerRejectedError, parse_answer
from rubrica.domain.blinding import Presentation, canonical
from rubrica.domain.rubric import parse_rubric
from rubrica.domain.simulation import answer, cast
from rubrica.domain.templates import template_keys
from rubrica.formats.csv_table import read_csv_table
from rubrica.formats.jsonl_table import read_jsonl_table
from rubrica.formats.parquet_table import read_parquet_table
from rubrica.records.models import Evaluation, Rating
from rubrica.usecases import assignments, evaluations
from rubrica.usecases.access import open_project
from rubrica.usecases.exports import EXPORT_FORMATS, export_project
from rubrica.usecases.exports.tables import evaluation_columns
from rubrica.usecases.reports import project_report
from tests.cast import NOON, World, audit_answer, build_world

pytestmark = pytest.mark.django_db

READERS = {"csv": read_csv_table, "jsonl": read_jsonl_table, "parquet": read_parquet_table}
ITEMS = 4


def rated(template: str) -> World:
    """Let three simulated raters judge every item of a project made from a template."""
    world = build_world(template=template, items=ITEMS, overlap=3)
    rubric = parse_rubric(world.guideline.rubric)
    for number, simulated in enumerate(cast()[:3]):
        person = world.rita if number == 0 else world.rater(f"rater{number}")
        for _ in range(ITEMS):
            (offer,) = assignments.take_assignments(person, world.project.slug, hold=1, now=world.now).assignments
            held = offer.held
            payload = answer(simulated, rubric, [], held.item_id, Presentation(tuple(held.presentation)), held.prompt)
            evaluations.submit_evaluation(
                person,
                held.public_id,
                payload=payload,
                key=f"key-{held.public_id}",
                hold=0,
                now=world.later(seconds=20),
            )
    return world


@pytest.mark.parametrize("template", template_keys())
def test_what_raters_say_is_measured(template: str):
    world = rated(template)
    rubric = parse_rubric(world.guideline.rubric)

    report = project_report(open_project(world.lena, "audit"))

    assert [row.id for row in report.criteria] == [criterion.id for criterion in rubric.criteria]
    assert report.counts.evaluations == 3 * ITEMS
    for row, criterion in zip(report.criteria, rubric.criteria, strict=True):
        given = Rating.objects.of(world.project).filter(criterion=criterion.id).exists()
        assert sum(count.count for count in row.distribution) > 0 or not given, f"{row.id} is counted"
        assert row.alpha is not None or row.alpha_refusal, f"{row.id} is measured, or says why not"


@pytest.mark.parametrize("form", EXPORT_FORMATS)
@pytest.mark.parametrize("template", template_keys())
def test_what_raters_say_is_written_and_can_be_read_again(template: str, form: str, tmp_path):
    world = rated(template)
    export_project(open_project(world.lena, "audit"), format=form, directory=tmp_path / form, now=NOON)

    exported = parse_rubric(json.loads((tmp_path / form / "guidelines" / "v1.rubric.json").read_text()))
    rows = list(READERS[form](tmp_path / form / f"evaluations.{form}", evaluation_columns([exported])))
    stored = {row.public_id: row for row in Evaluation.objects.of(world.project).select_related("item")}

    assert len(rows) == 3 * ITEMS
    for row in rows:
        evaluation = stored[row["evaluation"]]
        again = parse_answer(exported, row["answer_as_given"], evaluation.item.prompt)
        assert again.as_json() == evaluation.answer
        by_slot = canonical(exported, again, Presentation(tuple(evaluation.presentation)))
        for criterion in exported.criteria:
            value = by_slot.answers.get(criterion.id)
            cell = row[f"answers.{criterion.id}"]
            assert (tuple(cell) if isinstance(cell, list) else cell) in _cells(value), criterion.id


def _cells(value: object) -> tuple[object, ...]:
    """Return how an answer may stand in a cell: what was not asked is empty."""
    return (None, "", ()) if value is None else (value,)


def test_an_answer_to_a_criterion_that_the_rubric_has_lost_is_refused_by_name_and_nothing_is_lost():
    world = build_world(items=1)
    (offer,) = assignments.take_assignments(world.rita, "audit", hold=1, now=world.now).assignments
    good = audit_answer()
    stale = {**good, "answers": {**good["answers"], "beauty": 3}}

    with pytest.raises(AnswerRejectedError) as refused:
        evaluations.submit_evaluation(
            world.rita, offer.held.public_id, payload=stale, key="key-stale", hold=0, now=world.now
        )
    (problem,) = refused.value.problems
    assert (problem.field, problem.problem) == (
        "answers.beauty",
        "answers a criterion that this rubric does not have",
    )
    assert not Evaluation.objects.of(world.project).exists()

    kept = evaluations.submit_evaluation(
        world.rita, offer.held.public_id, payload=good, key="key-corrected", hold=0, now=world.now
    )
    assert kept.receipt.evaluation

"""The demo: deterministic, complete, and built through the doors that people use."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rubrica.domain.gold import Purpose
from rubrica.domain.roles import Role
from rubrica.domain.rubric import parse_rubric
from rubrica.records.models import Account, EdgeCase, Evaluation, Item, ItemImport, ProjectMembership
from rubrica.usecases import (
    accounts,
    acknowledgements,
    attempts,
    change_proposals,
    clause_questions,
    guidelines,
    notifications,
    reviews,
    rounds,
    worked_examples,
)
from rubrica.usecases.access import open_project
from rubrica.usecases.assignments import take_assignments
from rubrica.usecases.demo import DemoSize, build_demo, is_demo_built, sign_in_secrets
from rubrica.usecases.demo.pictures import write_items
from rubrica.usecases.gold_scores import gold_health
from rubrica.usecases.instance import check_instance
from rubrica.usecases.reports import project_report
from tests.cast import NOON

pytestmark = pytest.mark.django_db

SMALL = DemoSize(completed=4, open=2)


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Build it once for all tests: what each of them does is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_demo(now=NOON, size=SMALL)
        transaction.set_rollback(True)


def test_three_projects_have_completed_items_and_some_that_wait(demo):
    assert [project.slug for project in demo.projects] == ["image-audit", "side-by-side", "technical-quality"]
    for project in demo.projects:
        items = Item.objects.of(project)
        assert items.filter(places_left=0, evaluation_count=project.overlap).count() == 4
        assert items.filter(places_left=project.overlap, evaluation_count=0).count() == 2
    assert is_demo_built(SMALL)


def test_the_specialist_finds_work_in_every_project(demo):
    for project in demo.projects:
        work = take_assignments(demo.people.specialist, project.slug, hold=2, now=NOON)
        assert len(work.assignments) == 2


def test_everybody_has_a_role_and_nobody_a_password(demo):
    for project in demo.projects:
        roles = ProjectMembership.objects.of(project).values_list("account__name", "role")
        assert dict(roles) == {
            "Lena": Role.LEAD,
            "Rowan": Role.REVIEWER,
            "Rita": Role.SPECIALIST,
            **dict.fromkeys(("Ada", "Bruno", "Chidi", "Dana", "Emil", "Farah"), Role.SPECIALIST),
        }
    assert not any(account.has_usable_password() for account in Account.objects.all())


def test_each_link_signs_its_person_in_once(demo):
    guests = sign_in_secrets(now=NOON)
    assert [guest.account.name for guest in guests] == ["Lena", "Rowan", "Rita", "Ada", "Farah"]
    for guest in guests:
        assert accounts.use_sign_in_link(guest.secret, now=NOON) == guest.account


def test_nothing_was_refused_on_the_way_in_and_every_promise_is_kept(demo):
    for project in demo.projects:
        rows = ItemImport.objects.of(project).values_list("state", "refused", "known")
        assert set(rows) == {("finished", 0, 0)}
    assert [finding.text for finding in check_instance(read_bytes=True) if finding.level == "problem"] == []


def test_planted_defects_are_known_and_found(demo):
    audit = demo.projects[0]
    defects = [defect for item in Item.objects.of(audit) for defect in item.known_defects]
    report = project_report(open_project(demo.people.lead, audit.slug))

    assert defects
    assert report.marks.known_defects.recall.value > 0.5


def test_a_second_start_builds_nothing_and_knows_the_same_people(demo):
    before = Evaluation.objects.everywhere("a test").count()
    with CaptureQueriesContext(connection) as queries:
        again = build_demo(now=NOON, size=SMALL)

    assert (again.people, again.projects) == (demo.people, demo.projects)
    assert Evaluation.objects.everywhere("a test").count() == before
    assert not any(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in queries)


@pytest.mark.parametrize("template", ["ai-image-audit", "side-by-side", "technical-quality"])
def test_the_pictures_are_the_same_in_every_demo(template, tmp_path):
    manifests = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        manifests.append(write_items(template, range(3), tmp_path / name))

    assert manifests[0].read_bytes() == manifests[1].read_bytes()
    for line in manifests[0].read_text().splitlines():
        row = json.loads(line)
        for column in {"image", "image_a", "image_b"} & set(row):
            assert (tmp_path / "one" / row[column]).read_bytes() == (tmp_path / "two" / row[column]).read_bytes()


def test_the_audit_has_a_history_in_which_something_waits_for_everybody(demo):
    audit = demo.projects[0]
    lena = open_project(demo.people.lead, audit.slug)

    assert [version.number for version in guidelines.versions_of(lena)] == [2, 1]
    states = list(EdgeCase.objects.of(audit).order_by("number").values_list("state", flat=True))
    assert states == ["ruled", "answered", "voting", "duplicate", "discussion", "raised"]
    assert [row.state for row in change_proposals.proposals_of(lena)] == ["open", "accepted"]
    waiting = {row.state for row in reviews.reviews_of(lena)}
    assert {"pending", "returned", "accepted", "appealed"} == waiting
    assert [len(row.answers) for row in clause_questions.clause_questions(lena)] == [1, 0]
    assert any(row.is_current for row in acknowledgements.readers_of(lena))
    assert not all(row.is_current for row in acknowledgements.readers_of(lena))
    for person in (demo.people.lead, demo.people.reviewer, demo.people.specialist):
        assert notifications.news_of(person, unread=True)


def test_a_demo_of_some_size_has_gold_tests_and_rounds(db):
    audit, *_ = build_demo(now=NOON, size=DemoSize(completed=12, open=1)).projects
    lena = open_project(build_demo(now=NOON, size=DemoSize(completed=12, open=1)).people.lead, audit.slug)

    states = {row.attempt.state for row in attempts.attempts_of(lena) if row.attempt.purpose == Purpose.QUALIFICATION}
    assert states == {"passed", "failed"}
    assert [row.is_disputed for row in gold_health(lena)].count(True) == 1
    assert [row.state for row in rounds.rounds_of(lena)] == ["judging", "closed"]
    shown = worked_examples.examples_for(lena, parse_rubric(guidelines.version_of(lena).rubric))
    assert [example.criterion.id for example in shown] == ["plausibility"]

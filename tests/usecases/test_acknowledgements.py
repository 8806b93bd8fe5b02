"""Changed rules are read: a breaking change gives no new work before it is, and who has read what is on record."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from rubrica.domain.roles import Role
from rubrica.records.models import (
    Acknowledgement,
    AuditEvent,
    Evaluation,
    GuidelineDraft,
    GuidelineVersion,
    ProjectMembership,
)
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import acknowledgements, assignments, evaluations, guidelines, organisations, projects
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, NotAllowedError
from tests.cast import World, audit_answer, build_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db) -> World:
    return build_world(items=12)


def publish(world: World, change_class: ChangeClass, summary="Hands") -> GuidelineVersion:
    draft = GuidelineDraft.objects.of(world.project).get()
    markdown = f"{draft.markdown}\nA ruling of revision {draft.revision}.\n"
    now = world.later(minutes=1)
    guidelines.replace_draft(world.lena, "audit", markdown=markdown, rubric=draft.rubric, now=now)
    return guidelines.publish_guideline(world.lena, "audit", summary=summary, change_class=change_class, now=now)


def news(world: World, account=None):
    return acknowledgements.news_for(account or world.rita, world.project.pk)


def take(world: World, account=None, hold=1):
    return assignments.take_assignments(account or world.rita, "audit", hold=hold, now=world.now)


def read(world: World, number: int, account=None):
    return acknowledgements.acknowledge(account or world.rita, "audit", number=number, now=world.later(minutes=1))


def known(world: World) -> dict[str, tuple[int, bool]]:
    readers = acknowledgements.readers_of(open_project(world.lena, "audit"))
    return {reader.account.name: (reader.known, reader.is_current) for reader in readers}


def test_the_first_version_and_an_editorial_change_ask_for_nothing(world: World):
    assert news(world) is None
    publish(world, ChangeClass.EDITORIAL)

    assert news(world) is None
    assert take(world).reason == "offered"
    assert known(world) == {"Rita": (1, True)}


def test_a_clarification_is_to_be_read_and_work_goes_on(world: World):
    publish(world, ChangeClass.CLARIFICATION)
    found = news(world)

    assert found is not None
    assert (found.known.number, found.in_force.number, found.change_class, found.blocks) == (
        1,
        2,
        ChangeClass.CLARIFICATION,
        False,
    )
    assert found.summary == "Hands."
    assert len(found.changes().clauses) == 1
    assert take(world).reason == "offered"
    assert known(world) == {"Rita": (1, False)}


def test_a_breaking_change_gives_no_new_work_before_it_is_read(world: World):
    held = take(world).assignments[0].held
    publish(world, ChangeClass.BREAKING)
    assert take(world, hold=2).assignments[0].held.public_id == held.public_id
    receipt = evaluations.submit_evaluation(
        world.rita, held.public_id, payload=audit_answer(), key="key-of-before", hold=1, now=world.now
    )

    assert (receipt.work.assignments, receipt.work.reason) == ((), "guideline_changed")
    evaluation = Evaluation.objects.of(world.project).select_related("guideline").get()
    assert evaluation.guideline.number == 1
    assert (take(world).assignments, take(world).reason) == ((), "guideline_changed")
    read(world, 2)
    (offer,) = take(world).assignments
    assert offer.held.guideline_number == 2
    assert news(world) is None
    assert known(world) == {"Rita": (2, True)}


def test_changes_add_up_until_they_are_read_and_the_strongest_counts(world: World):
    publish(world, ChangeClass.BREAKING, "Hands")
    publish(world, ChangeClass.EDITORIAL, "A comma.")
    found = news(world)
    assert found is not None
    assert [version.number for version in found.versions] == [2, 3]
    assert (found.change_class, found.blocks, found.summary) == (ChangeClass.BREAKING, True, "Hands. A comma.")
    with pytest.raises(ConflictError, match="Version 3 is in force by now"):
        read(world, 2)

    assert take(world).reason == "guideline_changed"
    read(world, 3)
    assert take(world).reason == "offered"


def test_whoever_joins_starts_from_the_version_in_force(world: World):
    publish(world, ChangeClass.BREAKING)
    world.later(minutes=1)
    nora = person("nora")
    organisations.add_project_member(world.project, nora, Role.SPECIALIST, now=world.now)

    assert news(world, nora) is None
    assert take(world, nora).reason == "offered"
    assert known(world) == {"Nora": (2, True), "Rita": (1, False)}


def test_reading_twice_is_reading_once_and_is_on_record(world: World):
    publish(world, ChangeClass.CLARIFICATION)
    read(world, 2)
    read(world, 2)

    made = Acknowledgement.objects.of(world.project).get()
    assert (made.account, made.version.number) == (world.rita, 2)
    assert AuditEvent.objects.of(world.project).filter(action="guideline.acknowledged").count() == 1
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Acknowledgement.objects.of(world.project).update(acknowledged_at=world.now)


def test_only_specialists_have_anything_to_acknowledge(world: World):
    publish(world, ChangeClass.BREAKING)

    assert news(world, world.rowan) is None
    assert news(world, world.otto) is None
    for account in (world.rowan, world.lena):
        with pytest.raises(NotAllowedError):
            read(world, 2, account)
    with pytest.raises(NotAllowedError):
        acknowledgements.readers_of(open_project(world.rowan, "audit"))


def test_a_pause_outweighs_what_is_to_be_read(world: World):
    publish(world, ChangeClass.BREAKING)
    projects.change_state(world.lena, "audit", projects.ProjectState.PAUSED, now=world.now)
    assert take(world).reason == "project_paused"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite's writers take turns")
def test_a_version_that_is_being_published_is_not_settled_by_reading_the_one_before():
    world = build_world(items=3)
    publish(world, ChangeClass.BREAKING)
    published, looked = threading.Event(), threading.Event()

    def publish_while_somebody_acknowledges():
        with transaction.atomic():
            publish(world, ChangeClass.BREAKING)
            published.set()
            while not looked.wait(0.01) and not _somebody_waits():
                pass
        connection.close()

    publishing = threading.Thread(target=publish_while_somebody_acknowledges)
    publishing.start()
    published.wait()
    try:
        with pytest.raises(ConflictError, match="Version 3 is in force by now"):
            acknowledgements.acknowledge(world.rita, "audit", number=2, now=world.now)
    finally:
        looked.set()
        publishing.join()

    assert ProjectMembership.objects.of(world.project).get(account=world.rita).must_acknowledge
    found = news(world)
    assert found is not None
    assert found.blocks


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])

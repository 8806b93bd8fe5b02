"""The explicit statements of the hot path: the ORM sees the same, and threads cannot hand out too much."""

import threading

import pytest
from django.db import connection, transaction

from rubrica.records.models import Assignment, Evaluation, Item
from rubrica.records.queries import work_queue
from rubrica.usecases import assignments, evaluations
from rubrica.usecases.errors import QueueBusyError
from tests.cast import World, add_items, audit_answer, build_world, evaluate


@pytest.mark.django_db
def test_the_orm_sees_what_the_explicit_statements_wrote(world: World):
    work = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now)
    held = work.assignments[0].held
    row = Assignment.objects.of(world.project).select_related("item", "guideline").get()

    assert (held.id, held.public_id, held.item_id, held.item_key, held.prompt, held.state) == (
        (row.pk, row.public_id, row.item_id, row.item.key, row.item.prompt, row.state)
    )
    assert (held.taken_at, held.lease_ends, held.presentation) == (row.taken_at, row.lease_ends, row.presentation)
    assert (held.guideline_number, held.guideline_hash) == (row.guideline.number, row.guideline.content_hash)


@pytest.mark.django_db
def test_a_desk_reads_what_the_models_hold(world: World):
    evaluate(world, world.rita)
    desk = work_queue.find_desk(world.project.slug, world.rita.pk)
    world.project.refresh_from_db()

    assert desk is not None
    assert (desk.project_id, desk.state, desk.lease_seconds) == (world.project.pk, "active", 1800)
    assert (desk.guideline_id, desk.guideline_hash) == (world.guideline.pk, world.guideline.content_hash)
    assert (desk.item_count, desk.evaluation_count, desk.role) == (3, 1, "specialist")


@pytest.mark.django_db
def test_taking_and_submitting_cost_the_same_statements_however_long_the_queue(
    world: World, django_assert_num_queries, django_assert_max_num_queries
):
    evaluate(world, world.rita)
    held = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now).assignments[0].held
    with django_assert_max_num_queries(18) as counted:
        evaluations.submit_evaluation(
            world.rita, held.public_id, payload=audit_answer(), key="first-key-here", hold=1, now=world.now
        )
    add_items(world.project, 60)
    held = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now).assignments[0].held
    with django_assert_num_queries(len(counted)):
        evaluations.submit_evaluation(
            world.rita, held.public_id, payload=audit_answer(), key="second-key-here", hold=1, now=world.now
        )


@pytest.mark.django_db(transaction=True)
def test_raters_who_work_at_the_same_moment_never_get_more_than_the_overlap():
    world = build_world(items=25, overlap=3)
    raters = [world.rita, *(world.rater(f"rater{number}") for number in range(7))]
    failures: list[BaseException] = []
    begin = threading.Barrier(len(raters))

    def work_until_nothing_is_left(rater):
        try:
            begin.wait()
            work = assignments.take_assignments(rater, world.project.slug, hold=2, now=world.now)
            while work.assignments:
                held = work.assignments[0].held
                work = evaluations.submit_evaluation(
                    rater,
                    held.public_id,
                    payload=audit_answer(),
                    key=f"key-{held.public_id}",
                    hold=2,
                    now=world.now,
                ).work
        except BaseException as failure:  # noqa: BLE001  (the main thread must hear of anything)
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work_until_nothing_is_left, args=[rater]) for rater in raters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert set(Item.objects.of(world.project).values_list("evaluation_count", "places_left")) == {(3, 0)}
    pairs = list(Evaluation.objects.of(world.project).values_list("item_id", "rater_id"))
    assert (len(pairs), len(set(pairs))) == (75, 75)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_rater_do_not_get_two_assignments():
    world = build_world(items=25, overlap=3)
    begin = threading.Barrier(4)
    taken: list[str] = []

    def take_at_once():
        begin.wait()
        work = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now)
        taken.extend(offer.held.public_id for offer in work.assignments)
        connection.close()

    threads = [threading.Thread(target=take_at_once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == 4
    assert len(set(taken)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_submission_sent_twice_at_once_is_stored_once():
    world = build_world(items=5, overlap=3)
    held = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now).assignments[0].held
    begin = threading.Barrier(3)
    receipts = []

    def submit_at_once():
        begin.wait()
        submission = evaluations.submit_evaluation(
            world.rita, held.public_id, payload=audit_answer(), key="one-key-for-all", hold=1, now=world.now
        )
        receipts.append((submission.receipt.evaluation, submission.receipt.is_replay))
        connection.close()

    threads = [threading.Thread(target=submit_at_once) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({evaluation for evaluation, _ in receipts}) == 1
    assert sorted(is_replay for _, is_replay in receipts) == [False, True, True]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite locks no rows: its writers take turns")
def test_a_rater_who_finds_every_item_in_other_hands_keeps_what_was_submitted_for_a_second_try():
    world = build_world(items=3)
    held = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now).assignments[0].held
    locked, done = threading.Event(), threading.Event()

    def hold_all_others():
        with transaction.atomic():
            list(Item.objects.of(world.project).exclude(pk=held.item_id).select_for_update())
            locked.set()
            done.wait()
        connection.close()

    def submit():
        return evaluations.submit_evaluation(
            world.rita, held.public_id, payload=audit_answer(), key="one-key-for-both", hold=1, now=world.now
        )

    holder = threading.Thread(target=hold_all_others)
    holder.start()
    locked.wait()
    try:
        with pytest.raises(QueueBusyError, match="Try again"):
            submit()
    finally:
        done.set()
        holder.join()
    assert not submit().receipt.is_replay
    assert Evaluation.objects.of(world.project).count() == 1

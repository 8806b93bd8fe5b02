"""Durable jobs: nothing is lost with a worker, nothing is done by two at once."""

from datetime import timedelta

import pytest

from rubrica.records.models import Job
from rubrica.records.models.job import JobState
from rubrica.records.queries import job_queue
from rubrica.usecases import jobs
from rubrica.usecases.jobs import LEASE, MOST_ATTEMPTS, RENEW_EVERY, JobLostError
from tests.cast import NOON

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self):
        self.time = NOON

    def __call__(self):
        return self.time

    def pass_by(self, duration):
        self.time += duration


@pytest.fixture
def clock():
    return Clock()


def states():
    return list(Job.objects.order_by("pk").values_list("subject", "state"))


def test_jobs_run_in_the_order_they_were_asked_for(clock):
    seen = []
    for subject in ("first", "second"):
        jobs.enqueue("note", subject, now=NOON)
    handlers = {"note": lambda job, _: seen.append(job.subject)}

    assert [jobs.run_next(handlers, clock) for _ in range(3)] == [True, True, False]
    assert seen == ["first", "second"]
    assert states() == [("first", "done"), ("second", "done")]


def test_a_job_that_fails_is_recorded_and_the_next_one_runs(clock):
    def handler(job, _):
        if job.subject == "bad":
            raise ValueError("no such luck")

    for subject in ("bad", "good"):
        jobs.enqueue("note", subject, now=NOON)
    while jobs.run_next({"note": handler}, clock):
        pass

    assert states() == [("bad", "failed"), ("good", "done")]
    assert Job.objects.get(subject="bad").failure == "ValueError: no such luck"


def test_a_job_in_somebodys_hands_is_not_given_to_another(clock):
    jobs.enqueue("note", "one", now=NOON)
    taken = job_queue.take_job(NOON, NOON + LEASE)

    assert taken is not None
    assert job_queue.take_job(NOON, NOON + LEASE) is None
    assert not jobs.is_work_waiting(NOON)


def test_a_dead_workers_job_is_taken_again_when_its_lease_ends(clock):
    jobs.enqueue("note", "one", now=NOON)
    job_queue.take_job(NOON, NOON + LEASE)
    clock.pass_by(LEASE + timedelta(seconds=1))
    attempts = []

    assert jobs.is_work_waiting(clock())
    assert jobs.run_next({"note": lambda job, _: attempts.append(job.attempts)}, clock)
    assert (attempts, states()) == ([2], [("one", "done")])


def test_a_worker_that_was_thought_dead_can_change_nothing_more(clock):
    jobs.enqueue("note", "one", now=NOON)

    def slow(job, now):
        clock.pass_by(LEASE * 2)
        job_queue.take_job(clock(), clock() + LEASE)
        with pytest.raises(JobLostError):
            job.confirm()
        job.confirm()

    assert jobs.run_next({"note": slow}, clock)
    assert states() == [("one", JobState.RUNNING)]
    assert Job.objects.get().attempts == 2


def test_a_lease_is_renewed_while_the_work_goes_on(clock):
    jobs.enqueue("note", "one", now=NOON)

    def slow(job, now):
        for _ in range(10):
            clock.pass_by(RENEW_EVERY)
            job.keep()
        assert Job.objects.get().lease_ends == clock() + LEASE

    jobs.run_next({"note": slow}, clock)
    assert states() == [("one", "done")]


def test_a_sign_of_life_costs_a_write_only_when_it_is_due(clock, django_assert_num_queries):
    jobs.enqueue("note", "one", now=NOON)

    def quick(job, now):
        with django_assert_num_queries(0):
            for _ in range(100):
                job.keep()

    jobs.run_next({"note": quick}, clock)
    assert states() == [("one", "done")]


def test_a_job_that_ends_every_worker_is_given_up(clock):
    jobs.enqueue("note", "poison", now=NOON)
    for _ in range(MOST_ATTEMPTS):
        assert job_queue.take_job(clock(), clock() + LEASE)
        clock.pass_by(LEASE * 2)

    assert jobs.run_next({}, clock)
    assert states() == [("poison", "failed")]
    assert "Given up" in Job.objects.get().failure
    assert not jobs.run_next({}, clock)


@pytest.mark.parametrize("how", ["by an error", "by ending every worker"])
def test_a_job_that_fails_is_told_of_once_with_the_reason(clock, how):
    jobs.enqueue("note", "one", now=NOON)
    told = []

    def failing(job, now):
        raise ValueError("no")

    def tell(subject, failure, at):
        told.append((subject, failure, at))

    if how == "by ending every worker":
        for _ in range(MOST_ATTEMPTS):
            assert job_queue.take_job(clock(), clock() + LEASE)
            clock.pass_by(LEASE * 2)
    assert jobs.run_next({"note": failing}, clock, {"note": tell})
    assert not jobs.run_next({"note": failing}, clock, {"note": tell})

    reason = "ValueError: no" if how == "by an error" else Job.objects.get().failure
    assert told == [("one", reason, clock())]
    assert states() == [("one", JobState.FAILED)]


def test_there_is_one_place_for_a_worker():
    with jobs.only_worker() as first, jobs.only_worker() as second:
        assert (first, second) == (True, False)
    with jobs.only_worker() as again:
        assert again

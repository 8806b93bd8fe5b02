"""Scheduled publications: the text of today becomes the rule at its time, once, and says so where it cannot."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from rubrica.kit import clock
from rubrica.records.models import GuidelineDraft, GuidelineVersion, Job, ScheduledPublication
from rubrica.records.models.guideline import ChangeClass
from rubrica.usecases import guidelines, notifications, scheduled_publications
from rubrica.usecases.access import open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError
from rubrica.usecases.guidelines import Terms
from rubrica.usecases.jobs import run_next
from rubrica.worker.handlers import HANDLERS
from tests.cast import World

pytestmark = pytest.mark.django_db

TERMS = Terms("One more line", ChangeClass.CLARIFICATION)


def write(world: World, more: str) -> None:
    draft = GuidelineDraft.objects.of(world.project).get()
    guidelines.replace_draft(
        world.lena, "audit", markdown=draft.markdown + f"\n{more}\n", rubric=draft.rubric, now=world.now
    )


def schedule(world: World, by=None, terms: Terms = TERMS, **ahead: float) -> ScheduledPublication:
    when = world.now + timedelta(**(ahead or {"days": 2}))
    return scheduled_publications.schedule(by or world.lena, "audit", terms, effective_at=when, now=world.now)


def work(world: World) -> int:
    count = 0
    while run_next(HANDLERS, lambda: world.now):
        count += 1
    return count


def versions(world: World) -> list[int]:
    return list(GuidelineVersion.objects.of(world.project).order_by("number").values_list("number", flat=True))


def waiting(world: World) -> ScheduledPublication | None:
    return scheduled_publications.waiting(open_project(world.lena, "audit"))


def test_the_text_of_today_comes_into_force_at_its_time_whatever_the_draft_says_by_then(world: World):
    write(world, "Line of today.")
    schedule(world)
    write(world, "Line of tomorrow.")
    assert work(world) == 0
    assert versions(world) == [1]
    world.later(days=2)
    assert work(world) == 1
    assert versions(world) == [1, 2]
    assert world.guideline.markdown.rstrip().endswith("Line of today.")
    assert world.guideline.published_at == world.now
    assert waiting(world) is None


def test_people_hear_of_it_beforehand(world: World):
    write(world, "A line.")
    schedule(world)
    assert "From 2026-03-04 12:00 UTC the guideline changes: One more line" in {
        row.text for row in notifications.news_of(world.rita)
    }


def test_trying_it_out_publishes_nothing_and_tells_nobody_that_it_did(world: World):
    write(world, "A line.")
    schedule(world)
    assert versions(world) == [1]
    assert world.guideline.number == 1
    assert all("has changed" not in row.text for row in notifications.news_of(world.rita))


def test_what_could_not_be_published_is_not_scheduled(world: World):
    with pytest.raises(ConflictError, match="Nothing has changed"):
        schedule(world)
    assert waiting(world) is None
    assert not Job.objects.exists()


@pytest.mark.parametrize("ahead", [{"days": -1}, {"seconds": 0}, {"days": 400}])
def test_a_time_that_is_not_to_come_within_a_year_is_refused(world: World, ahead):
    write(world, "A line.")
    with pytest.raises(InvalidInputError):
        schedule(world, **ahead)
    with pytest.raises(InvalidInputError):
        scheduled_publications.schedule(world.lena, "audit", TERMS, effective_at=None, now=world.now)


def test_one_waits_at_a_time_and_can_be_taken_back(world: World):
    write(world, "A line.")
    schedule(world)
    with pytest.raises(ConflictError, match="Another publication"):
        schedule(world)
    with pytest.raises(NotAllowedError):
        scheduled_publications.cancel(world.rita, "audit", now=world.now)
    scheduled_publications.cancel(world.lena, "audit", now=world.now)
    with pytest.raises(ConflictError, match="No publication"):
        scheduled_publications.cancel(world.lena, "audit", now=world.now)
    schedule(world, days=3)
    world.later(days=2)
    work(world)
    assert versions(world) == [1]
    world.later(days=1)
    work(world)
    assert versions(world) == [1, 2]


def test_where_it_cannot_be_published_any_more_whoever_scheduled_it_hears_why(world: World):
    write(world, "A line.")
    schedule(world)
    guidelines.publish_guideline(world.lena, "audit", now=world.now)
    world.later(days=2)
    assert work(world) == 1
    assert versions(world) == [1, 2]
    row = ScheduledPublication.objects.of(world.project).get()
    assert row.failure == "Nothing has changed since version 2."
    assert "could not be published" in notifications.news_of(world.lena)[0].text


def test_a_job_that_runs_twice_publishes_once(world: World):
    write(world, "A line.")
    schedule(world)
    world.later(days=2)
    work(world)
    Job.objects.update(state="waiting")
    work(world)
    assert versions(world) == [1, 2]


def test_the_form_takes_day_and_time_in_the_persons_own_zone(world: World):
    world.lena.time_zone = "Asia/Tokyo"
    world.lena.save()
    write(world, "A line.")
    client = Client()
    client.force_login(world.lena)
    when = clock.now().astimezone(ZoneInfo("Asia/Tokyo")).replace(microsecond=0, second=0) + timedelta(days=3)
    fields = {"summary": "A line", "change_class": "editorial"}
    client.post("/projects/audit/guideline/publish/", {**fields, "effective_at": "some day"})
    assert waiting(world) is None
    client.post("/projects/audit/guideline/publish/", {**fields, "effective_at": f"{when:%Y-%m-%d %H:%M}"})
    found = waiting(world)
    assert found is not None
    assert found.effective_at == when
    assert "Scheduled for" in client.get("/projects/audit/guideline/edit/").content.decode()
    client.post("/projects/audit/guideline/publish/cancel/")
    assert waiting(world) is None

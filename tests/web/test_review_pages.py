"""The pages of reviews: the queue, one review as reviewer and as rater, and what is typed there."""

import pytest
from django.test import Client

from rubrica.records.models import Review
from rubrica.usecases import reviews
from tests.cast import World, evaluate

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person, path: str = "/projects/audit/reviews/1/") -> str:
    answer = as_(person).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def step(person, name: str, **fields: str):
    return as_(person).post(f"/projects/audit/reviews/1/{name}/", fields, follow=True).content.decode()


@pytest.fixture
def flagged(world: World) -> Review:
    receipt = evaluate(world, world.rita).receipt
    return reviews.flag_evaluation(world.rowan, "audit", receipt.evaluation, note="Looks hasty", now=world.now)


def test_an_empty_queue_says_how_it_fills(world: World):
    assert "The queue is empty" in page(world.rowan, "/projects/audit/reviews/")
    assert "Nothing was said of your evaluations yet" in page(world.rita, "/projects/audit/reviews/")


def test_a_review_goes_from_the_item_to_the_rater_and_through_an_appeal(world: World, flagged):
    assert "1 review to decide on" in page(world.rowan, "/")
    assert as_(world.rita).get("/projects/audit/reviews/1/").status_code == 404
    assert "Looks hasty" in page(world.lena)
    text = step(world.lena, "return", comment="The seam is a fault.", criterion="overall")
    assert "Returned; the rater sees why." in text
    assert "1 review of your work to read" in page(world.rita, "/")
    mine = page(world.rita)
    assert "The seam is a fault." in mine
    assert "Looks hasty" not in mine
    assert "Lena" not in mine  # raters know reviewers by their pseudonyms
    assert "Take it as it is" in mine
    assert "waits for another person" in step(world.rita, "appeal", reason="It is a reflection.")
    assert "It is a reflection." in page(world.rowan)
    assert "is upheld" in step(world.rowan, "uphold", reason="It is one.")
    assert "Upheld" in page(world.rita)


def test_an_adjudication_is_typed_beside_what_the_raters_said(world: World, flagged):
    text = step(world.lena, "adjudicate", comment="Seen at a glance.", **{"answer-overall": "3"})
    assert "Adjudicated" in text
    assert "Seen at a glance." in page(world.rita)


def test_a_step_that_is_none_is_not_found_and_one_that_is_refused_says_why(world: World, flagged):
    assert as_(world.lena).post("/projects/audit/reviews/1/burn/").status_code == 404
    assert "Nothing was decided" in step(world.lena, "return", comment="")


def test_the_queue_is_filled_from_the_page(world: World):
    evaluate(world, world.rita)
    client = as_(world.rowan)
    client.post("/projects/audit/reviews/queue/", {"why": "sample", "count": "5"})
    assert Review.objects.of(world.project).count() == 1
    answer = client.post("/projects/audit/reviews/queue/", {"why": "sample", "count": "many"}, follow=True)
    assert "Nothing was queued" in answer.content.decode()

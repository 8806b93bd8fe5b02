"""Pages of a screening: an applicant goes from part to part, a lead says what is asked, and readers score blind."""

import pytest
from django.test import Client

from rubrica.kit import clock
from rubrica.records.models import Account, Application, Screening, ScreeningPlan
from tests.cast import World, build_world, candidate
from tests.usecases.screening_cast import RATIONALE, anchors, answer, checks, opening_of, screened, screens

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db) -> World:
    world = build_world(items=20)
    world.now = clock.now()
    return world


@pytest.fixture
def anna(world: World) -> Account:
    return candidate()


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def stored(application: Application) -> Screening:
    return Screening.objects.of(application.project).select_related("application").get(application=application)


def test_the_form_tells_how_long_it_takes_before_anybody_begins(world: World, anna: Account):
    screens(world, tests=10)
    opening = opening_of(world, minutes_per_item=4, screening_minutes=10)
    body = signed_in(anna).get(f"/openings/{opening.public_id}/apply/").content.decode()
    assert "minutes are paid, whatever the result" in body


def test_an_applicant_goes_from_part_to_part(world: World, anna: Account):
    screens(world, tests=3, writes=True)
    application = screened(world, anna, opening_of(world))
    client, page = signed_in(anna), f"/applications/{application.public_id}/"

    body = client.get(page).content.decode()
    assert "Read the guideline and answer the questions on it" in body
    assert "after the part before" in body
    assert "Nothing yet: it begins after the unpaid minutes." in body
    reading = client.get(f"{page}guideline/").content.decode()
    assert 'data-page="qualification"' in reading
    wrong = {"answer-0": "2", "answer-1": "0", "answer-2": ["0", "1"]}
    again = client.post(f"{page}guideline/", wrong, follow=True).content.decode()
    assert "not right yet" in again
    assert "Some are not right yet" in again
    unanswered = client.post(f"{page}guideline/", {})
    assert unanswered.status_code == 422
    right = client.post(f"{page}guideline/", {"answer-0": "0"}, follow=True)
    assert "You know the rules" in right.content.decode()

    begun = client.post(f"{page}items/")
    assert begun["Location"] == "/projects/audit/work/"
    bench = client.get("/projects/audit/work/").content.decode()
    assert 'data-tests="/applications/"' in bench
    assert client.get("/projects/audit/").status_code == 404
    assert client.get("/projects/audit/guideline/").status_code == 404
    assert "0 of 3 answered" in client.get(page).content.decode()


def test_texts_are_kept_refused_and_handed_in(world: World, anna: Account):
    screens(world, writes=True)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    client, page = signed_in(anna), f"/applications/{application.public_id}/writing/"

    assert client.post(f"{page}draft/", {"text-0": "One", "text-1": ""}).json() == {"problems": []}
    assert stored(application).texts == ["One", ""]
    assert ">One</textarea>" in client.get(page).content.decode()
    refused = client.post(page, {"text-0": "One", "text-1": "Two", "submit": "1"})
    assert (refused.status_code, "60 words or more" in refused.content.decode()) == (422, True)
    done = client.post(page, {"text-0": RATIONALE, "text-1": RATIONALE, "submit": "1"}, follow=True)
    assert "A person scores them" in done.content.decode()
    assert stored(application).application.state == "under_review"
    assert client.get(page).status_code == 200
    assert client.post(page, {"text-0": "", "text-1": "", "save": "1"}).status_code == 409


def test_one_hands_in_what_one_has(world: World, anna: Account):
    screens(world, tests=3)
    application = screened(world, anna, opening_of(world))
    client, page = signed_in(anna), f"/applications/{application.public_id}/"
    assert "Handed in" in client.post(f"{page}hand-in/", follow=True).content.decode()
    assert "not done" in client.get(page).content.decode()
    assert client.get(f"{page}guideline/").status_code == 200


def test_a_lead_says_what_is_asked(world: World):
    client, page = signed_in(world.lena), "/projects/audit/gold/screening/"
    assert "Screening of applicants" in client.get("/projects/audit/gold/").content.decode()
    assert "Question 1" in client.get(page).content.decode()
    form = {"is_on": "1", "clauses": [anchors(world)[0]], "prompt-0": "What is wrong?", "prompt-1": "When?"}
    for place, row in enumerate(checks(world)):
        form |= {f"text-{place}": row["text"], f"clause-{place}": row["clause"], f"right-{place}": ["0"]}
        form |= {f"choice-{place}-{number}": choice for number, choice in enumerate(row["choices"])}
    refused = client.post(page, {**form, "clause-1": "", "text-2": "A question that is kept"})
    assert (refused.status_code, "A question that is kept" in refused.content.decode()) == (422, True)
    saved = client.post(page, form, follow=True).content.decode()
    assert "Saved. It holds for those who apply from now on." in saved
    plan = ScreeningPlan.objects.of(world.project).get()
    assert (plan.is_on, len(plan.questions), plan.writing["prompts"][1]["text"]) == (True, 3, "When?")


def test_readers_score_blind_and_the_applicant_reads_it(world: World, anna: Account):
    screens(world, writes=True)
    application = screened(world, anna, opening_of(world))
    answer(world, anna, application)
    signed_in(anna).post(
        f"/applications/{application.public_id}/writing/", {"text-0": RATIONALE, "text-1": RATIONALE, "submit": "1"}
    )
    page = f"/projects/audit/applications/{application.number}/"
    lena = signed_in(world.lena)
    body = lena.get(page).content.decode()
    assert "80 words" in body
    assert anna.name not in body
    scores = {f"score-{name}": "5" for name in ("clarity", "evidence", "grammar", "adherence")}
    assert "Nothing was kept" in lena.post(f"{page}writing/", scores, follow=True).content.decode()
    comment = "You say where the fault is, and by which clause."
    body = lena.post(f"{page}writing/", {**scores, "comment": comment}, follow=True).content.decode()
    assert comment in body
    assert comment in signed_in(anna).get(f"/applications/{application.public_id}/").content.decode()

"""The pages of applying: one form without JavaScript, a draft that saves itself, and for leads a blind queue."""

import pytest
from django.test import Client

from rubrica.kit import clock
from rubrica.records.models import Account, Application, EngagementTerms, StoredOpening, TrackedApplication
from rubrica.usecases import application_forms, application_review, applications
from tests.cast import World, candidate, person, published_opening, submitted_application
from tests.usecases.applying import ANSWERS, QUESTIONS, REASON

pytestmark = pytest.mark.django_db

TYPED = {"answer-why": "Six fingers on a hand.", "answer-screen": "Yes", "answer-work": ""}


@pytest.fixture
def opening(world: World) -> StoredOpening:
    row = published_opening(world)
    application_forms.replace_questions(world.lena, "audit", row.number or 0, QUESTIONS, now=clock.now())
    return row


@pytest.fixture
def anna(opening: StoredOpening) -> Account:
    return candidate()


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_somebody_applies_with_one_form(opening: StoredOpening, anna: Account):
    client, page = client_of(anna), f"/openings/{opening.public_id}/apply/"
    assert f'href="{page}"' in text_of(client.get(f"/openings/{opening.public_id}/"))
    shown = text_of(client.get(page))

    assert "About 15 minutes until a decision that are not paid." in shown
    assert "Nobody has applied to this project before." in shown
    kept = client.post(page, {**TYPED, "save": "1"}, follow=True)
    assert "Six fingers on a hand." in text_of(kept)
    assert "Nobody but you sees it before you submit it." in text_of(kept)
    done = client.post(page, {**TYPED, "submit": "1"}, follow=True)
    application = Application.objects.of_account(anna).get()
    assert done.redirect_chain[-1][0] == f"/applications/{application.public_id}/"
    assert "Under review" in text_of(done)
    assert client.get(page).status_code == 302


def test_a_longer_screening_says_what_is_paid(world: World):
    opening = published_opening(world, screening_minutes=40)
    shown = text_of(client_of(candidate()).get(f"/openings/{opening.public_id}/apply/"))

    assert "About 15 minutes until a decision that are not paid. Another 25 minutes are paid" in shown


def test_what_was_typed_stays_when_it_is_refused(opening: StoredOpening, anna: Account):
    client, page = client_of(anna), f"/openings/{opening.public_id}/apply/"
    typed = {"answer-why": "Six fingers", "answer-work": "example.org"}
    refused = client.post(page, {**typed, "submit": "1"})

    assert refused.status_code == 422
    assert "Six fingers" in text_of(refused)
    assert "an address that begins with https:// or http://" in text_of(refused)
    partly = client.post(page, {**typed, "save": "1"})
    assert partly.status_code == 422
    assert 'value="example.org"' in text_of(partly)
    assert Application.objects.of_account(anna).get().answers == {"why": "Six fingers"}


def test_a_draft_saves_itself(opening: StoredOpening, anna: Account):
    page = f"/openings/{opening.public_id}/apply/draft/"
    answer = client_of(anna).post(page, {**TYPED, "answer-work": "htt"})

    assert [row["field"] for row in answer.json()["problems"]] == ["answers.work"]
    assert Application.objects.of_account(anna).get().answers == ANSWERS


def test_who_is_not_eligible_reads_why_and_finds_no_form(opening: StoredOpening):
    client = client_of(person("nobody"))
    shown = text_of(client.get(f"/openings/{opening.public_id}/apply/"))

    assert "It asks for English at B2, which your profile does not name." in shown
    assert "data-autosave" not in shown
    assert client.post(f"/openings/{opening.public_id}/apply/", {**TYPED, "submit": "1"}).status_code == 409


def test_a_lead_reads_decides_and_the_applicant_sees_why(world: World, opening: StoredOpening, anna: Account):
    own, lead = client_of(anna), client_of(world.lena)
    own.post(f"/openings/{opening.public_id}/apply/", {**TYPED, "submit": "1"})
    application = Application.objects.of_account(anna).get()
    page = f"/projects/audit/applications/{application.number}/"

    assert "1 application to decide on" in text_of(lead.get("/"))
    assert "Applicant 1" in text_of(lead.get("/projects/audit/applications/"))
    before = text_of(lead.get(page))
    assert "Six fingers on a hand." in before
    assert "Anna" not in before
    assert "anna@" not in before
    assert "Decline, with a reason" not in before
    lead.post(f"{page}read/", {"verdict": "no", "note": "It cites nothing."})
    form = {"reason_code": "answers", "criterion": "Cites rules", "reapply_from": "2030-01-01"}
    short = lead.post(f"{page}decline/", {**form, "reason": "No."}, follow=True)
    assert "reason has 3 characters; allowed: 40 to 1000 characters." in text_of(short)
    bad_day = lead.post(f"{page}decline/", {**form, "reason": REASON, "reapply_from": "2026-02-31"}, follow=True)
    assert "reapply_from" in text_of(bad_day)
    lead.post(f"{page}decline/", {**form, "reason": REASON, "reapply_from": clock.now().date().isoformat()})
    seen = text_of(own.get(f"/applications/{application.public_id}/"))
    assert REASON in seen
    assert "Cites rules" in seen
    assert "It cites nothing." not in seen
    assert "Lena" not in seen
    assert "Declined" in text_of(own.get("/"))
    own.post(f"/applications/{application.public_id}/appeal/", {"reason": "I cite PL-1."})
    admin = client_of(world.omar)
    assert "Decide on the appeal" in text_of(admin.get(page))
    assert "Decide on the appeal" not in text_of(lead.get(page))
    admin.post(f"{page}uphold/", {"reason": "It does."})
    assert "Under review" in text_of(own.get("/applications/"))


def test_an_offer_is_made_and_accepted(world: World, opening: StoredOpening, anna: Account):
    own, lead = client_of(anna), client_of(world.lena)
    own.post(f"/openings/{opening.public_id}/apply/", {**TYPED, "submit": "1"})
    page = "/projects/audit/applications/1/"
    lead.post(f"{page}read/", {"verdict": "yes", "note": "It cites PL-1."})
    lead.post(f"{page}shortlist/")
    assert "Make an offer" in text_of(lead.get(page))
    lead.post(f"{page}offer/")
    lead.post(f"{page}message/", {"text": "Welcome."})
    mine = Application.objects.of_account(anna).get()
    shown = text_of(own.get(f"/applications/{mine.public_id}/"))
    assert "You have an offer" in shown
    assert "Atelier" in shown
    own.post(f"/applications/{mine.public_id}/message/", {"text": "Thank you."})
    own.post(f"/applications/{mine.public_id}/accept/", {"terms_sha256": "0" * 64})
    assert own.get("/projects/audit/").status_code == 404
    terms = EngagementTerms.objects.of_account(anna).get()
    assert terms.sha256 in own.get(f"/applications/{mine.public_id}/").content.decode()
    own.post(f"/applications/{mine.public_id}/accept/", {"terms_sha256": terms.sha256})
    assert own.get("/projects/audit/").status_code == 200
    assert "Thank you." in text_of(lead.get(page))
    assert "rater-" in text_of(lead.get(page))
    assert "Anna" in text_of(client_of(world.omar).get(page))


def test_one_withdraws_or_declines(world: World, anna: Account, opening: StoredOpening):
    own = client_of(anna)
    made = applications.submit_application(anna, opening.public_id, ANSWERS, now=clock.now())
    own.post(f"/applications/{made.public_id}/decline/")
    assert Application.objects.of_account(anna).get().state == "under_review"
    own.post(f"/applications/{made.public_id}/withdraw/")
    assert Application.objects.of_account(anna).get().state == "withdrawn"
    assert own.post(f"/applications/{made.public_id}/fly/").status_code == 404
    assert client_of(world.lena).post("/projects/audit/applications/1/fly/").status_code == 404


def test_readers_find_no_messages_and_decide_nothing(world: World, opening: StoredOpening, anna: Account):
    made = applications.submit_application(anna, opening.public_id, ANSWERS, now=clock.now())
    application_review.write_to_applicant(world.lena, "audit", made.number, text="Hello Anna", now=clock.now())
    reader = client_of(world.rowan)
    page = f"/projects/audit/applications/{made.number}/"
    shown = text_of(reader.get(page))

    assert "What do you make of it?" in shown
    assert "Hello Anna" not in shown
    reader.post(f"{page}read/", {"verdict": "borderline", "note": "I do not know."})
    assert "Somebody else has to read it" in text_of(reader.get(page))
    assert "1 other person has read it." in text_of(client_of(world.lena).get(page))


def test_a_lead_writes_questions_row_by_row(world: World, opening: StoredOpening):
    lead = client_of(world.lena)
    page = f"/projects/audit/openings/{opening.number}/questions/"
    shown = text_of(lead.get(page))
    assert "What is a fault of anatomy?" in shown
    assert f'href="{page}"' in text_of(lead.get(f"/projects/audit/openings/{opening.number}/"))
    typed = {
        "id-0": "why",
        "text-0": "What is a fault of light?",
        "kind-0": "long",
        "required-0": "on",
        "text-2": "Which of these?",
        "kind-2": "multi",
        "choices-2": "One\r\nTwo\r\n",
    }
    assert lead.post(page, typed).status_code == 302
    kept = application_forms.questions_of(opening)
    assert [(row.id, row.kind, row.choices, row.is_required) for row in kept] == [
        ("why", "long", (), True),
        ("q1", "multi", ("One", "Two"), False),
    ]
    refused = lead.post(page, {**typed, "choices-2": "One"})
    assert refused.status_code == 422
    assert "What is a fault of light?" in text_of(refused)


def test_the_notebook_is_kept_on_a_page(world: World):
    own = client_of(world.rita)
    assert "Nothing is noted yet." in text_of(own.get("/applications/elsewhere/"))
    form = {"platform": "Maple", "title": "Rater", "unpaid_minutes": "60", "paid_minutes": "60"}
    refused = own.post("/applications/elsewhere/", {**form, "income": "1,000", "currency": "USD"})
    assert refused.status_code == 422
    assert 'value="1,000"' in text_of(refused)
    own.post("/applications/elsewhere/", {**form, "income": "30.00", "currency": "usd"})
    row = TrackedApplication.objects.of_account(world.rita).get()
    page = f"/applications/elsewhere/{row.public_id}/"
    assert "USD 15.00" in text_of(own.get("/applications/elsewhere/"))
    assert 'value="30.00"' in text_of(own.get(page))
    own.post(f"{page}apply/")
    assert own.post(f"{page}fly/", follow=True).status_code == 200
    assert own.post(page, {**form, "title": ""}).status_code == 422
    own.post(page, {**form, "title": "Another"})
    row.refresh_from_db()
    assert (row.state, row.title, row.income_minor) == ("applied", "Another", None)
    own.post(f"{page}remove/")
    assert not TrackedApplication.objects.of_account(world.rita).exists()


def test_lists_show_nothing_where_there_is_nothing(world: World):
    assert "You have applied for nothing here." in text_of(client_of(world.rita).get("/applications/"))
    assert "Nobody has applied yet." in text_of(client_of(world.lena).get("/projects/audit/applications/"))


def test_pages_of_lists_cost_the_same_for_one_and_three(
    world: World, opening: StoredOpening, django_assert_max_num_queries
):
    application_forms.replace_questions(world.lena, "audit", opening.number or 0, [], now=clock.now())
    lead = client_of(world.lena)
    submitted_application(opening)

    def queries() -> int:
        with django_assert_max_num_queries(60) as found:
            lead.get("/projects/audit/applications/")
        return len(found)

    one = queries()
    for name in ("berta", "carla"):
        applications.submit_application(candidate(name), opening.public_id, {}, now=clock.now())
    assert queries() == one

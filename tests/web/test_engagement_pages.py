"""Pages of engagements: terms with their hash, pauses, notice, and a hearing from the restriction to the decision."""

import re

import pytest
from django.test import Client

from rubrica.kit import clock
from rubrica.records.models import Account, Engagement, EngagementTerms
from tests.cast import World
from tests.usecases.engaging import REASON

pytestmark = pytest.mark.django_db
TERMS = {"basis": "hour", "rate": "25.00", "currency": "eur", "weekly_hours": "20", "notice_days": "7", "per": "1"}
ACCUSED = {"reason_code": "fraud", "reason": REASON, "text_1": "See the answers of 1 March."}


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def engagement_of(world: World) -> Engagement:
    return Engagement.objects.of_account(world.rita).get()


@pytest.fixture(autouse=True)
def real_time(world: World) -> None:
    world.now = clock.now()


@pytest.fixture
def begun(world: World) -> Engagement:
    """Offer terms on the page, and accept them on the other."""
    client_of(world.lena).post("/projects/audit/engagements/offer/", {"member": world.rita.public_id, **TERMS})
    engagement = engagement_of(world)
    sha256 = EngagementTerms.objects.of_account(world.rita).get().sha256
    client_of(world.rita).post(f"/engagements/{engagement.public_id}/accept/", {"terms_sha256": sha256})
    return engagement_of(world)


def test_terms_are_offered_shown_in_full_and_accepted(world: World):
    lead, own = client_of(world.lena), client_of(world.rita)
    assert re.search(r"rater-\w+ \(Specialist\)", text_of(lead.get("/projects/audit/engagements/")))
    assert "Rita (Specialist)" in text_of(client_of(world.omar).get("/projects/audit/engagements/"))
    refused = lead.post(
        "/projects/audit/engagements/offer/", {"member": world.rita.public_id, **TERMS, "rate": "25,00"}, follow=True
    )
    assert "2 digits behind the point" in text_of(refused)
    assert "You work nowhere under terms yet" in text_of(own.get("/engagements/"))

    lead.post("/projects/audit/engagements/offer/", {"member": world.rita.public_id, **TERMS})
    assert "Audit" in text_of(own.get("/engagements/"))
    assert "Your engagements" in text_of(own.get("/"))
    page = f"/engagements/{engagement_of(world).public_id}/"
    stored = EngagementTerms.objects.of_account(world.rita).get()
    shown = text_of(own.get(page))
    for words in ("EUR 25.00 an hour", "20 at most", "7 days, for both sides", stored.sha256, "Accept these terms"):
        assert words in shown
    assert "changed since" in text_of(own.post(f"{page}accept/", {"terms_sha256": "0" * 64}, follow=True))
    own.post(f"{page}accept/", {"terms_sha256": stored.sha256})
    assert engagement_of(world).state == "active"
    assert "Terms in force: version 1" in text_of(own.get(page))


def test_either_side_proposes_and_the_other_answers(world: World, begun: Engagement):
    lead, own = client_of(world.lena), client_of(world.rita)
    page, own_page = "/projects/audit/engagements/1/", f"/engagements/{begun.public_id}/"
    own.post(f"{own_page}propose/", {**TERMS, "rate": "27"})
    assert "Accept these terms" in text_of(lead.get(page))
    assert "Accept these terms" not in text_of(own.get(own_page))
    lead.post(f"{page}refuse/")
    lead.post(f"{page}propose/", {**TERMS, "rate": "26"})
    assert "Take them back" in text_of(lead.get(page))
    newest = EngagementTerms.objects.of_account(world.rita).get(version=3)
    own.post(f"{own_page}accept/", {"terms_sha256": newest.sha256})
    shown = text_of(own.get(own_page))
    assert "Terms in force: version 3" in shown
    assert "EUR 26.00 an hour" in shown


def test_a_pause_and_notice_on_both_pages(world: World, begun: Engagement):
    lead, own = client_of(world.lena), client_of(world.rita)
    page, own_page = "/projects/audit/engagements/1/", f"/engagements/{begun.public_id}/"
    lead.post(f"{page}pause/", {"reason_code": "no_work"})
    assert "No work at present" in text_of(own.get(own_page))
    assert "Resume" not in text_of(own.get(own_page))
    lead.post(f"{page}resume/")
    own.post(f"{own_page}notice/")
    assert engagement_of(world).state == "ending"
    assert "Take the notice back" not in text_of(lead.get(page))
    own.post(f"{own_page}take-back/")
    lead.post(f"{page}notice/", {"reason_code": "budget", "reason": "Short."})
    assert engagement_of(world).state == "active"
    lead.post(f"{page}notice/", {"reason_code": "budget", "reason": REASON})
    assert engagement_of(world).state == "ending"


def test_a_hearing_from_restriction_to_decision(world: World, begun: Engagement):
    lead, own, admin = client_of(world.lena), client_of(world.rita), client_of(world.omar)
    page, own_page = "/projects/audit/engagements/1/", f"/engagements/{begun.public_id}/"
    assert own.get("/projects/audit/").status_code == 200
    lead.post(f"{page}restrict/", {**ACCUSED, "reason_code": "quality"})
    lead.post(f"{page}restrict/", {**ACCUSED, "text_1": ""})
    assert engagement_of(world).state == "active"
    lead.post(f"{page}restrict/", ACCUSED)
    assert own.get("/projects/audit/").status_code == 404
    shown = text_of(own.get(own_page))
    assert REASON in shown
    assert "See the answers of 1 March." in shown
    lead.post(f"{page}open-hearing/", ACCUSED)
    assert "Your answer" in text_of(own.get(own_page))
    own.post(f"{own_page}answer/", {"answer": "A script filled in what I judged on paper."})
    assert "A script filled in" in text_of(lead.get(page))
    assert "End for cause" not in text_of(lead.get(page))
    lead.post(f"{page}end-for-cause/", {"reason": REASON})
    assert engagement_of(world).state == "deciding"
    assert "End for cause" in text_of(admin.get(page))
    admin.post(f"{page}end-for-cause/", {"reason": REASON})
    assert engagement_of(world).state == "ended_for_cause"
    assert "Ended for cause" in text_of(own.get(own_page))
    assert own.get("/record/").status_code == 200


def test_a_restriction_is_lifted_and_a_hearing_reinstates(world: World, begun: Engagement):
    lead, own = client_of(world.lena), client_of(world.rita)
    page = "/projects/audit/engagements/1/"
    lead.post(f"{page}restrict/", ACCUSED)
    lead.post(f"{page}lift/", {"reason": "It was another person."})
    assert own.get("/projects/audit/").status_code == 200
    lead.post(f"{page}open-hearing/", ACCUSED)
    lead.post(f"{page}reinstate/", {"reason": REASON})
    assert engagement_of(world).state == "active"
    assert lead.post(f"{page}fly/").status_code == 404


def test_taking_somebody_out_goes_through_the_engagement(world: World, begun: Engagement):
    lead = client_of(world.lena)
    said = lead.post(f"/projects/audit/people/{world.rita.public_id}/role/", {"role": ""}, follow=True)
    assert "give notice or open a hearing there" in text_of(said)
    assert client_of(world.rita).get("/projects/audit/").status_code == 200

"""Work record, credentials and portfolio on pages: told as far as chosen, checked by anybody, under a pseudonym."""

import io
import json

import pytest
from django.test import Client

from rubrica.domain.work_record import UNNAMED
from rubrica.kit.clock import now
from rubrica.records.models import Evaluation
from rubrica.usecases import credentials, organisations, projects
from tests.cast import World, declared_profile, evaluate, returned_review, told_work

pytestmark = pytest.mark.django_db

HTML = {"Accept": "text/html"}
# What says who Rita is; her name in the cast is the name that the project knows her by.
IDENTITY = ("rita@example.org", "Secretname", "secret@example.org", "Secretfirm")


@pytest.fixture
def rita(world: World, client: Client) -> Client:
    client.force_login(world.rita)
    evaluate(world, world.rita)
    return client


def test_the_record_begins_with_nothing_told(world: World, rita: Client):
    page = rita.get("/record/").content.decode()

    assert "Verified by Rubrica" in page
    assert '<option value="nothing" selected>' in page
    assert "Make a credential" not in page


def test_a_level_is_chosen_and_a_credential_made_and_revoked(world: World, rita: Client):
    rita.post("/record/audit/disclosure/", {"level": "counts"})
    rita.post("/record/audit/credential/")
    row = credentials.credentials_of(world.rita)[0]
    assert f"/credentials/{row.public_id}/" in rita.get("/record/").content.decode()
    rita.post(f"/credentials/{row.public_id}/revoke/")

    assert "Revoked" in rita.get("/record/").content.decode()


def test_without_a_choice_no_credential_is_made_and_the_page_says_why(world: World, rita: Client):
    page = rita.post("/record/audit/credential/", follow=True).content.decode()

    assert "Choose first what may be told" in page


def finding(page):
    return page.content.decode().partition('data-finding="')[2].partition('"')[0]


def test_anybody_checks_a_credential_by_its_address_by_pasting_or_by_file(world: World, rita: Client):
    row, _portfolio = told_work(world.rita)
    stranger = Client()
    shown = stranger.get(f"/credentials/{row.public_id}/", headers=HTML)
    assert finding(shown) == "valid"
    assert "Evaluation of single images" in shown.content.decode()
    assert finding(stranger.post("/verify/", {"credential": row.token})) == "valid"
    assert finding(stranger.post("/verify/", {"file": io.BytesIO(row.token.encode())})) == "valid"
    assert finding(stranger.post("/verify/", {"credential": f"{row.token[:-9]}AAAAAAAAA"})) == "tampered"
    assert finding(stranger.post("/verify/", {"credential": "hello"})) == "unreadable"
    assert finding(stranger.post("/verify/", {"file": io.BytesIO(b"\xff" * 200_000)})) == "unreadable"
    credentials.revoke_credential(world.rita, row.public_id, now=now())

    assert finding(stranger.get(f"/credentials/{row.public_id}/", headers=HTML)) == "revoked"


def test_programs_get_the_signed_text_the_keys_and_the_list(world: World, rita: Client):
    row, _portfolio = told_work(world.rita)
    stranger = Client()
    signed = stranger.get(f"/credentials/{row.public_id}/")
    document = json.loads(stranger.get("/.well-known/did.json").content)
    keys = json.loads(stranger.get("/.well-known/jwks.json").content)["keys"]

    assert (signed.headers["Content-Type"], signed.content.decode()) == ("application/vc+jwt", row.token)
    assert document["verificationMethod"][0]["publicKeyJwk"] == keys[0]
    assert "d" not in keys[0]
    for path in (f"/credentials/{row.public_id}/", "/.well-known/did.json", "/credentials/status/0/"):
        assert stranger.get(path).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in stranger.get("/verify/").headers
    assert stranger.get("/credentials/status/0/").content.count(b".") == 2
    assert stranger.get("/credentials/status/9/").status_code == 404


def test_a_portfolio_shows_what_is_told_until_it_is_closed(world: World, rita: Client):
    declared_profile(world.rita)
    _row, portfolio = told_work(world.rita)
    path = f"/portfolios/{portfolio.public_id}/"
    page = Client().get(path).content.decode()
    for words in (
        "R. S.",
        "Self-declared",
        "Verified by Rubrica",
        "German (Switzerland)",
        UNNAMED,
    ):
        assert words in page
    assert "noindex" in page
    projects.change_settings(world.lena, "audit", may_be_named=True, now=now())
    assert "Audit" in Client().get(path).content.decode()
    rita.post("/record/audit/disclosure/", {"level": "nothing"})
    assert "Audit" not in Client().get(path).content.decode()
    for _ in range(2):
        rita.post("/record/portfolio/", {"close": "1"})

    assert Client().get(path).status_code == 404


def test_a_portfolio_calls_the_person_something(world: World, rita: Client):
    page = rita.post("/record/portfolio/", {"name": "  "}, follow=True).content.decode()

    assert "1 to 120 characters" in page


def test_the_resume_names_as_verified_what_is_told(world: World, rita: Client):
    declared_profile(world.rita)
    row, _portfolio = told_work(world.rita)
    work = json.loads(rita.get("/profile/resume.json").content)["work"]

    assert [entry["provenance"] for entry in work] == ["self-declared", "verified"]
    assert work[1]["evidence"].endswith(f"/credentials/{row.public_id}/")


def test_no_role_is_given_anything_that_says_who_a_masked_person_is(world: World, rita: Client):
    """Every page and document that others can open is searched for what Rita's profile says of her identity."""
    declared_profile(world.rita)
    row, portfolio = told_work(world.rita)
    review = returned_review(world, Evaluation.objects.of(world.project).get().public_id)
    audit = "/projects/audit"
    api = "/api/v1/projects/audit"
    paths = [
        "/",
        f"{audit}/",
        f"{audit}/people/",
        f"{audit}/reviews/",
        f"{audit}/reviews/{review.number}/",
        f"{audit}/results/",
        f"{audit}/calibration/",
        f"{audit}/items/{world.items[0].public_id}/",
        "/organisations/atelier/",
        f"/portfolios/{portfolio.public_id}/",
        f"/credentials/{row.public_id}/",
        f"{api}/members",
        f"{api}/reviews",
        f"{api}/report",
        f"{api}/calibration",
        f"{api}/items/{world.items[0].public_id}",
        "/api/v1/organisations/atelier/members",
    ]
    # Who administers the organisation knows the address that the person was invited by, and nothing of the profile.
    administers = {"omar": {"rita@example.org"}}
    for name in ("rowan", "lena", "omar", "petra", "otto", None):
        other = Client()
        if name is not None:
            other.force_login(getattr(world, name))
        opened = 0
        for path in paths:
            answer = other.get(path)
            opened += answer.status_code == 200
            text = answer.content.decode()
            found = {word for word in IDENTITY if word in text} - administers.get(name or "", set())
            assert found == set(), (name, path)
        assert opened >= 2
    whole = rita.get("/profile/").content.decode()
    assert all(word in whole for word in IDENTITY[1:])


def test_whoever_was_invited_is_known_to_admins_by_the_address_alone(world: World, rita: Client):
    declared_profile(world.rita)
    member = next(row for row in organisations.organisations_of(world.omar) if row.organisation.slug == "atelier")
    names = [row.account.name for row in organisations.members_of(member)]

    assert "Rita" in names
    assert "Rita Secretname" not in names

"""Pages of openings: written by leads, found by specialists, read by visitors and by programs."""

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rubrica.domain.opening_reader import parse_opening
from rubrica.domain.pay_floor import read_floors
from rubrica.formats.openings import read_feed
from rubrica.formats.openings.xml import read_xml
from rubrica.kit.clock import now
from rubrica.records.models import OpeningSource, SavedSearch, StoredOpening
from rubrica.usecases import openings, profiles
from rubrica.usecases.saved_searches import unsubscribe_token
from tests.cast import fill_queue, kept_search, opening_document, pasted_opening, published_opening
from tests.domain.openings import POSTED_IN_WORDS

pytestmark = pytest.mark.django_db
FORM = {
    "title": "Rate images",
    "organisation": "Atelier",
    "description": "Look closely at generated images.\n\n" + "- and say why\n" * 8,
    "data_type": "image",
    "label_types": ["evaluation_rating"],
    "template": "ai-image-audit",
    "minutes_per_item": "4",
    "pay_basis": "hour",
    "pay_currency": "usd",
    "pay_low": "20",
    "pay_high": "30.00",
    "pay_per": "1",
    "hours_low": "20",
    "hours_high": "",
    "employment": ["contractor", "part_time"],
    "headcount": "2",
    "places": "anywhere",
    "countries": "",
    "languages": "en B2\n",
    "experience": "entry",
    "closes_at": opening_document()["closes_at"][:10],
    "screening_minutes": "15",
    "decision_days": "10",
    "contact": "Lena",
    "idle_seconds": "120",
    "cap_minutes": "10",
}


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


def page(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_a_lead_writes_checks_publishes_and_closes_an_opening(world):
    lena = signed_in(world.lena)
    fill_queue(world.project)

    assert lena.post("/projects/audit/openings/new/", {**FORM, "contact": ""}).url == "/projects/audit/openings/1/"
    html = page(lena, "/projects/audit/openings/1/")
    assert "1 thing keeps this from being published" in html
    assert "Is missing. Allowed: whom to ask" in html
    refused = lena.post("/projects/audit/openings/1/publish/")
    assert refused.status_code == 422
    assert "<code>contact</code>" in refused.content.decode()
    lena.post("/projects/audit/openings/1/", FORM)
    assert "Nothing is missing" in page(lena, "/projects/audit/openings/1/")
    lena.post("/projects/audit/openings/1/publish/")
    row = StoredOpening.objects.of(world.project).get()
    assert row.state == "open"
    assert "Rate images" in page(lena, "/projects/audit/openings/")
    lena.post("/projects/audit/openings/1/close/")
    assert "It is closed, and stays so" in page(lena, "/projects/audit/openings/1/")
    assert "closed" in page(Client(), f"/openings/{row.public_id}/")


def test_the_form_makes_the_document_that_it_shows(world):
    lena = signed_in(world.lena)
    lena.post("/projects/audit/openings/new/", FORM)

    row = StoredOpening.objects.of(world.project).get()
    opening = parse_opening(row.document)

    assert (opening.pay.low, opening.pay.high, opening.pay.currency) == (2_000, 3_000, "USD")
    assert opening.is_worldwide
    html = page(lena, "/projects/audit/openings/1/")
    for value in ("20.00", "30.00", "en B2", FORM["closes_at"]):
        assert value in html


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pay_currency": "DOLLARS"}, "pay_currency"),
        ({"pay_low": "a lot"}, "pay_low"),
        ({"pay_low": "20.001"}, "pay_low"),
        ({"pay_high": "10"}, "pay.high"),
        ({"pay_basis": "mood"}, "pay.basis"),
        ({"headcount": "-1"}, "headcount"),
        ({"hours_low": "20h"}, "hours_low"),
        ({"languages": "klingon C1"}, "languages[0].tag"),
        ({"countries": "Atlantis", "places": "listed"}, "countries[0]"),
        ({"closes_at": "tomorrow"}, "closes_at"),
    ],
)
def test_what_was_typed_is_kept_when_it_is_refused(world, changes, field):
    response = signed_in(world.lena).post("/projects/audit/openings/new/", {**FORM, **changes})

    html = response.content.decode()
    assert response.status_code == 422
    assert f"<code>{field}</code>" in html
    assert "Rate images" in html
    for value in changes.values():
        if value != "mood":
            assert value in html


def jsonld_of(opening):
    """Return an opening as its own page says it in JSON-LD."""
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(Client(), opening), re.DOTALL)
    return html.unescape(script)


def drafted(client, text):
    """Paste a posting, and return what the form says then."""
    response = client.post("/projects/audit/openings/new/", {"posting": text})
    assert response.status_code == 200, response.content.decode()
    rows = [row for group in response.context["groups"] for row in group["fields"]]
    return {row["field"].name: row["value"] for row in rows}


def test_an_opening_begins_from_the_words_of_a_posting(world):
    lena = signed_in(world.lena)
    form = drafted(lena, POSTED_IN_WORDS)

    assert form["title"] == "Image Evaluation Specialist (AI-Generated Images)"
    assert (form["pay_low"], form["pay_high"], form["pay_currency"]) == ("20.00", "30.00", "USD")
    assert (form["hours_low"], form["places"], form["experience"]) == ("20", "anywhere", "entry")
    assert form["languages"] == "en"
    # What the posting does not say is as in every new opening.
    assert (form["contact"], form["decision_days"]) == ("Lena", "10")
    assert not StoredOpening.objects.of(world.project).exists()


def test_an_opening_begins_from_json_ld(world):
    published = published_opening(world)
    form = drafted(signed_in(world.lena), jsonld_of(f"/openings/{published.public_id}/"))

    assert form["title"] == published.title
    assert (form["pay_low"], form["hours_low"], form["languages"]) == ("20.00", "20", "en B2")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" ", "there is nothing in it"),
        ("{", "is no JSON"),
        ("title,company\nOne,Atelier\nTwo,Atelier\n", "holds 2 openings that can be read"),
    ],
)
def test_what_is_not_one_posting_is_refused_and_stays_in_its_field(world, text, said):
    response = signed_in(world.lena).post("/projects/audit/openings/new/", {"posting": text})

    answer = html.unescape(response.content.decode())
    assert response.status_code == 422
    assert said in answer
    assert text in answer


def test_an_unknown_step_is_not_found(world):
    published_opening(world)

    assert signed_in(world.lena).post("/projects/audit/openings/1/reopen/").status_code == 404


# --- those who look for work ---


def test_a_specialist_reads_whether_and_why_and_how(world):
    row = published_opening(world, countries=["SG"])
    rita = signed_in(world.rita)

    html = page(rita, "/openings/")

    assert "you are not eligible" in html
    assert "Say in your profile where you live." in html
    profiles.replace_profile(
        world.rita,
        {
            "basics": [{"countries": ["SG"], "hours_per_week": 30}],
            "languages": [{"tag": "en", "reading": "C1"}],
        },
        now=now(),
    )
    assert "you are eligible" in page(rita, "/openings/?eligible=yes")
    assert "You are eligible" in page(rita, f"/openings/{row.public_id}/")


def test_how_applications_are_answered_stands_on_the_page_for_visitors_too(world, client):
    row = published_opening(world)
    page = client.get(f"/openings/{row.public_id}/").content.decode()

    assert "How applications are answered" in page
    assert page.count("0 applications were due so far: too few to tell.") == 2


def test_an_opening_below_the_floor_of_pay_is_labelled(world, client, settings):
    row = published_opening(world)
    before = client.get("/openings/").content.decode() + client.get(f"/openings/{row.public_id}/").content.decode()
    settings.PAY_FLOORS = read_floors("USD 25")

    assert "least pay" not in before
    assert "below the least pay" in client.get("/openings/").content.decode()
    page = client.get(f"/openings/{row.public_id}/").content.decode()
    assert "Below the least pay of this place: it comes to USD 20.00 an hour at its lower end." in page


def test_what_cannot_be_asked_is_named_and_the_rest_is_shown(world):
    published_opening(world)

    html = page(Client(), "/openings/?data_type=smell&q=image", status=422)

    assert "<code>data_type</code>" in html
    assert "1 opening" in html


def test_facets_live_in_the_address_and_survive_the_pages(world):
    published_opening(world)

    html = page(Client(), "/openings/?data_type=image&hours=20")

    assert re.search(r'value="image"\s+selected', html)
    assert 'value="20"' in html


def test_nothing_found_says_what_to_do(world):
    assert "Leads publish openings" in page(Client(), "/openings/")
    assert "Ask for less" in page(Client(), "/openings/?q=nothing")


def test_an_opening_that_is_not_there_is_not_found(world):
    draft = openings.write_opening(world.lena, "audit", opening_document(), now=now())

    for address in (f"/openings/{draft.public_id}/", "/openings/AAAAAAAAAAAAAAAAAAAAAA/"):
        assert signed_in(world.lena).get(address).status_code == 404


# --- programs ---


def test_the_page_of_an_opening_carries_markup_that_our_importer_reads(world):
    row = published_opening(world)
    html = page(Client(), f"/openings/{row.public_id}/")

    (posting,) = read_feed(html.encode()).postings

    assert posting.opening == parse_opening(row.document)
    assert posting.posted == row.posted_at.replace(microsecond=0)
    assert "noindex" not in html


def test_words_of_an_opening_cannot_end_its_markup(world):
    evil = "</script><script>alert(1)</script>"
    row = published_opening(world, title=evil, description=evil * 5)

    html = page(Client(), f"/openings/{row.public_id}/")

    assert "<script>alert" not in html
    assert read_feed(html.encode()).postings[0].opening.title == evil


@pytest.mark.parametrize("name", ["rss.xml", "indeed.xml", "openings.json", "openings.jsonld", "openings.csv"])
def test_every_feed_gives_back_the_same_opening(world, name):
    row = published_opening(world)

    response = Client().get(f"/openings/feeds/{name}")

    assert response.headers["Cache-Control"] == "public, max-age=60"
    (posting,) = read_feed(response.content).postings
    assert posting.key == row.public_id
    assert posting.opening == parse_opening(row.document)
    assert posting.url.endswith(f"/openings/{row.public_id}/")


def test_feeds_have_no_others(world):
    assert Client().get("/openings/feeds/secrets.xml").status_code == 404


def test_empty_feeds_are_whole_files(world):
    assert read_xml(Client().get("/openings/feeds/rss.xml").content).name == "rss"
    assert read_xml(Client().get("/sitemap.xml").content).name == "urlset"
    assert json.loads(Client().get("/openings/feeds/openings.json").content)["jobs"] == []
    assert read_feed(Client().get("/openings/feeds/indeed.xml").content).postings == ()


def test_the_sitemap_names_the_pages_of_open_openings(world):
    row = published_opening(world)

    root = read_xml(Client().get("/sitemap.xml").content)

    assert [entry.text("loc").rpartition("/openings/")[2] for entry in root.all("url")] == [f"{row.public_id}/"]


# --- sources ---


def test_a_pasted_posting_stands_in_the_own_list_with_its_notes(world):
    rita = signed_in(world.rita)

    text = POSTED_IN_WORDS + "\nYou must reside in Singapore."
    assert rita.post("/openings/sources/import/", {"text": text, "name": "A find"}).status_code == 302

    assert "A find" in page(rita, "/openings/sources/")
    html = page(rita, "/openings/?source=" + OpeningSource.objects.of_account(world.rita).get().public_id)
    assert "Image Evaluation Specialist" in html
    assert "says anywhere, and the text says" in html
    row = StoredOpening.objects.of_account(world.rita).get()
    assert "External, not checked" in page(rita, f"/openings/{row.public_id}/")
    assert "Image Evaluation Specialist" not in page(signed_in(world.lena), "/openings/")
    assert Client().get(f"/openings/{row.public_id}/").status_code == 404


def test_a_file_is_taken_and_what_it_lacks_is_said(world):
    rita = signed_in(world.rita)
    file = SimpleUploadedFile("jobs.csv", b"title,company\nRate images,Atelier\n,Nobody\n")

    rita.post("/openings/sources/import/", {"file": file})

    html = page(rita, "/openings/sources/")
    assert "jobs.csv" in html
    assert "1 entry was not taken" in html
    assert "row 3" in html


def test_what_cannot_be_taken_is_named_and_what_was_typed_is_kept(world):
    rita = signed_in(world.rita)

    for address, data in (
        ("/openings/sources/import/", {"text": "<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>", "kind": "syndication"}),
        ("/openings/sources/import/", {"file": SimpleUploadedFile("big.csv", b"a" * 5_000_001)}),
        ("/openings/sources/add/", {"url": "javascript:alert(1)", "every_hours": "6"}),
        ("/openings/sources/add/", {"url": "https://board.example/", "every_hours": "often"}),
    ):
        response = rita.post(address, data)
        assert response.status_code == 422
        assert "note error" in response.content.decode()
    assert (
        "javascript:alert(1)"
        in rita.post("/openings/sources/add/", {"url": "javascript:alert(1)", "every_hours": "6"}).content.decode()
    )


def test_a_source_is_removed_with_its_openings(world):
    rita = signed_in(world.rita)
    source = pasted_opening(world.rita)

    assert rita.post(f"/openings/sources/{source.public_id}/refresh/").status_code == 302
    assert "put in by hand" in page(rita, "/openings/sources/")
    rita.post(f"/openings/sources/{source.public_id}/remove/")
    assert "No sources yet" in page(rita, "/openings/sources/")
    assert "Leads publish openings" in page(rita, "/openings/")
    assert rita.post(f"/openings/sources/{source.public_id}/burn/").status_code == 404


# --- kept searches ---


def test_a_search_is_kept_changed_and_removed(world):
    published_opening(world)
    rita = signed_in(world.rita)

    assert "Keep this search as" in page(rita, "/openings/?q=image")
    rita.post("/openings/searches/save/", {"name": "Images", "query": "q=image", "by_mail": "on"})
    assert "/openings/?q=image" in page(rita, "/openings/searches/")
    search = SavedSearch.objects.of_account(world.rita).get()
    rita.post(f"/openings/searches/{search.public_id}/no-mail/")
    assert "not by mail" in page(rita, "/openings/searches/")
    rita.post(f"/openings/searches/{search.public_id}/mail/")
    assert rita.post(f"/openings/searches/{search.public_id}/shout/").status_code == 404
    rita.post(f"/openings/searches/{search.public_id}/remove/")
    assert "You keep no searches" in page(rita, "/openings/searches/")


def test_a_look_at_the_link_of_a_letter_ends_nothing_and_a_click_does(world):
    search = kept_search(world.rita)
    address = f"/openings/searches/unsubscribe/{unsubscribe_token(world.rita)}/"
    stranger = Client(enforce_csrf_checks=True)

    assert "No more mail of openings" in page(stranger, address)
    search.refresh_from_db()
    assert search.by_mail
    assert stranger.post(address).status_code == 200
    search.refresh_from_db()
    assert not search.by_mail
    assert stranger.post("/openings/searches/unsubscribe/forged/").status_code == 404

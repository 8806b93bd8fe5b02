"""The profile's pages: marked as self-declared, kept when refused, and safe with whatever was typed."""

import io
import zipfile

import pytest
from django.test import Client

from rubrica.domain.money import Money
from rubrica.usecases import profiles
from tests.cast import World, declared_profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def rita(world: World, client: Client) -> Client:
    client.force_login(world.rita)
    return client


def test_what_a_person_says_is_shown_in_words_and_marked_as_self_declared(world: World, rita: Client):
    assert "Self-declared" not in rita.get("/profile/").content.decode()
    declared_profile(world.rita)
    page = rita.get("/profile/").content.decode()

    assert page.count("Self-declared") == 5
    for words in ("German (Switzerland)", "Native", "Switzerland", "Monday, 09:00–12:00", "Secretfirm"):
        assert words in page


def test_an_entry_is_written_in_a_form_with_names_instead_of_codes(world: World, rita: Client):
    answer = rita.post("/profile/basics/", {"revision": "0", "countries": "Switzerland, de", "hours_per_week": "12"})
    assert answer.status_code == 302
    answer = rita.post("/profile/languages/", {"revision": "1", "tag": "German", "reading": "C1"})
    assert answer.status_code == 302
    answer = rita.post("/profile/annotation/", {"revision": "2", "data_types": ["image", "video"]})
    assert answer.status_code == 302
    answer = rita.post("/profile/work/", {"revision": "3", "name": "A", "highlights": "One\r\n\r\nTwo\r\n"})

    assert answer.status_code == 302
    profile = profiles.own_profile(world.rita).profile
    assert profile.countries == ("CH", "DE")
    assert profile.level_in("de") == "C1"
    assert profile.candidate().data_types == {"image", "video"}
    assert profile.declared["work"] == [{"name": "A", "highlights": ["One", "Two"]}]


def test_the_least_pay_is_typed_as_an_amount_and_stays_with_the_person(world: World, rita: Client):
    declared_profile(world.rita)
    rita.post("/profile/basics/", {"revision": "1", "least_pay": "25.5 usd", "countries": "CH"})
    resume = rita.get("/profile/resume.json").content

    assert profiles.own_profile(world.rita).profile.candidate().least_pay == Money(2_550, "USD")
    assert "USD 25.50" in rita.get("/profile/").content.decode()
    assert 'value="USD 25.50"' in rita.get("/profile/basics/").content.decode()
    assert b"least_pay" not in resume
    assert b"2550" not in resume
    # A file that comes back does not take away what it never held.
    rita.post("/profile/import/", {"file": io.BytesIO(resume)})
    assert profiles.own_profile(world.rita).profile.least_pay == Money(2_550, "USD")


def test_what_was_typed_stays_when_it_is_refused(world: World, rita: Client):
    answer = rita.post("/profile/work/", {"revision": "0", "name": "Studio", "startDate": "soon"})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "work[0].startDate" in page
    assert 'value="Studio"' in page
    assert 'value="soon"' in page


def test_a_form_from_a_window_that_is_out_of_date_is_refused_with_what_was_typed(world: World, rita: Client):
    declared_profile(world.rita)
    answer = rita.post("/profile/languages/1/", {"revision": "0", "tag": "fr"})

    assert answer.status_code == 409
    assert 'value="fr"' in answer.content.decode()


def test_an_entry_is_removed(world: World, rita: Client):
    declared_profile(world.rita)
    rita.post("/profile/languages/1/remove/", {"revision": "1"})

    assert profiles.own_profile(world.rita).profile.languages == {}


@pytest.mark.parametrize("path", ["/profile/hobbies/", "/profile/work/9/", "/profile/work/0/"])
def test_what_a_profile_does_not_have_is_not_found(world: World, rita: Client, path):
    assert rita.get(path).status_code == 404


def test_a_script_in_a_text_is_text(world: World, rita: Client):
    rita.post("/profile/basics/", {"revision": "0", "summary": "<script>alert(1)</script>"})
    page = rita.get("/profile/").content.decode()

    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_profile_is_taken_along_as_json_and_pdf_and_brought_back(world: World, rita: Client):
    declared_profile(world.rita)
    resume = rita.get("/profile/resume.json")
    assert resume.headers["Content-Disposition"] == 'attachment; filename="resume.json"'
    assert rita.get("/profile/resume.pdf").content.startswith(b"%PDF-")
    kept = profiles.own_profile(world.rita).profile
    rita.post("/profile/work/1/remove/", {"revision": "1"})
    page = rita.post("/profile/import/", {"file": io.BytesIO(resume.content)}, follow=True).content.decode()

    assert "Taken from the file: About you" in page
    assert profiles.own_profile(world.rita).profile.declared["work"] == kept.declared["work"]


@pytest.mark.parametrize("data", [b"{", b"[" * 10_000, b'{"a": "' + b"a" * 1_100_000 + b'"}', b'{"work": [{}]}'])
def test_a_file_that_cannot_be_taken_is_refused_in_words(world: World, rita: Client, data):
    answer = rita.post("/profile/import/", {"file": io.BytesIO(data)})

    assert answer.status_code == 422
    assert "Allowed:" in answer.content.decode()
    assert profiles.own_profile(world.rita).revision == 0


def test_no_file_at_all_is_refused_too(world: World, rita: Client):
    assert rita.post("/profile/import/").status_code == 422


def test_what_there_is_no_room_for_is_named(world: World, rita: Client):
    page = rita.post("/profile/import/", {"file": io.BytesIO(b'{"x-own": {}}')}, follow=True).content.decode()

    assert "Taken from the file: nothing" in page
    assert "x-own" in page


def test_everything_is_downloaded_as_a_zip(world: World, rita: Client):
    answer = rita.post("/account/data/")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as package:
        assert package.testzip() is None
        assert "evaluations.jsonl" in package.namelist()


def test_an_account_is_deleted_once_its_address_is_typed(world: World, rita: Client):
    assert rita.post("/account/delete/", {"email": "no"}).status_code == 422
    assert rita.get("/account/").status_code == 200
    page = rita.post("/account/delete/", {"email": "rita@example.org"}, follow=True).content.decode()

    assert "Your account is deleted." in page
    assert rita.get("/account/").status_code == 302


def test_who_alone_runs_the_instance_is_told_why_not(world: World, client: Client):
    client.force_login(world.petra)
    answer = client.post("/account/delete/", {"email": "petra@example.org"})

    assert answer.status_code == 409
    assert "only platform admin" in answer.content.decode()

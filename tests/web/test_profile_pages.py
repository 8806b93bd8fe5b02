"""The profile's pages: marked as self-declared, kept when refused, and safe with whatever was typed."""

import pytest
from django.test import Client

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

"""Who works for a project goes by a pseudonym: every page and every operation, read as each role, names nobody else.

Rita works through an account whose name and address occur nowhere else, so that finding them is finding a leak.
"""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from rubrica.records.models import Account, Notification
from tests.cast import World
from tests.web.expected_routes import API, PAGES
from tests.web.test_routes import client_of, places  # noqa: F401  (the fixture of the filled world)

NAME = "Zsofia Quillfeather"
ADDRESS = "zsofia.q@example.org"
# Whoever holds a link to sign in as somebody is that person.
HELD_BY_THE_PERSON = frozenset({"sign_in_link"})
READERS = ("rowan", "lena")
SEARCHED = (NAME, ADDRESS, "Zsofia", "Quillfeather", "zsofia.q")


@pytest.fixture(scope="module")
def named(places: tuple[World, dict[str, Any]]) -> tuple[World, dict[str, Any]]:  # noqa: F811  (a fixture)
    """Give Rita a name that stands nowhere but in her account, and what she has done already to be read."""
    world, keys = places
    Account.objects.filter(pk=world.rita.pk).update(name=NAME, email=ADDRESS)
    return world, keys


def body_of(client: Client, path: str, data: dict[str, str]) -> tuple[int, str]:
    """Return the status and all text of an answer; what it does does not stay."""
    with transaction.atomic():
        response = client.get(path, data)
        streamed = response.streaming
        content = b"".join(response.streaming_content) if streamed else response.content  # type: ignore[arg-type]  (not asynchronous)
        transaction.set_rollback(True)
    return response.status_code, content.decode("utf-8", "replace")


def leaks(text: str) -> list[str]:
    return [word for word in SEARCHED if word in text]


READ_PAGES = sorted({name for method, name in PAGES if method == "GET"} - HELD_BY_THE_PERSON)
READ_OPERATIONS = sorted(name for method, name in API if method == "GET")


@pytest.mark.django_db
@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("name", READ_PAGES)
def test_no_page_tells_reviewers_or_leads_who_a_specialist_is(named, name, role):
    world, keys = named
    path, data, _expected = PAGES["GET", name]
    filled = {field: str(value).format(**keys) for field, value in data.items()}

    _status, text = body_of(client_of(world, role), path.format(**keys), filled)

    assert leaks(text) == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("name", READ_OPERATIONS)
def test_no_operation_tells_reviewers_or_leads_who_a_specialist_is(named, name, role):
    world, keys = named
    path, _data, _expected = API["GET", name]

    _status, text = body_of(client_of(world, role), f"/api/v1{path.format(**keys)}", {})

    assert leaks(text) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["project_people", "organisation"])
def test_who_answers_for_pay_reads_the_name_where_a_lead_reads_a_pseudonym(named, name):
    world, keys = named
    path, _data, _expected = PAGES["GET", name]

    _status, to_admin = body_of(client_of(world, "omar"), path.format(**keys), {})
    _status, to_lead = body_of(client_of(world, "lena"), path.format(**keys), {})

    assert NAME in to_admin
    assert NAME not in to_lead
    assert "rater-" in to_lead


@pytest.mark.django_db
def test_what_is_kept_as_news_names_no_specialist(places):  # noqa: F811  (a fixture)
    world, _keys = places

    told = Notification.objects.everywhere("a test reads all news").exclude(account=world.rita)

    assert told.exists()
    assert not [row.text for row in told if "Rita" in row.text]

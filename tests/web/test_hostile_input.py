"""Text from people is text on every page, addresses lead nowhere else, and a link is built from nobody's header."""

import re
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from rubrica.records.models import Account, Item, ItemImage, ItemImport, ItemImportProblem, Project
from tests.cast import NOON, PASSWORD, World, audit_answer, evaluate

pytestmark = pytest.mark.django_db

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>{{7*7}}\"'><svg onload=alert(3)>"
RAW = ("<img src=x", "<script>alert", "<svg onload", "</script><script")


@pytest.fixture(autouse=True)
def _no_memory_of_failures(db):
    cache.clear()


@pytest.fixture
def hostile(world: World) -> World:
    """Return a world in which everything that people can write is hostile."""
    Project.objects.of(world.project).update(name=HOSTILE[:120])
    Account.objects.filter(pk=world.rita.pk).update(name=HOSTILE[:120])
    Item.objects.of(world.project).update(prompt=HOSTILE, metadata={HOSTILE: HOSTILE})
    ItemImage.objects.of(world.project).update(source_model=HOSTILE)
    mark = {"image": "a", "shape": "whole", "geometry": None, "code": "TECH.blur", "part": None, "severity": 1}
    evaluate(world, world.rita, audit_answer(4, explanation=f"{HOSTILE} [[1]]", marks=[{**mark, "note": HOSTILE}]))
    item = Item.objects.of(world.project).get(evaluation_count=1)
    Item.objects.of(world.project).filter(pk=item.pk).update(key=HOSTILE)
    made = ItemImport.objects.create(
        project=world.project, source=HOSTILE, failure=HOSTILE, state="failed", started_by=world.rita, created_at=NOON
    )
    ItemImportProblem.objects.create(item_import=made, line=1, name=HOSTILE, code="bad-name", reason=HOSTILE)
    return world


def test_no_page_runs_what_people_have_written(hostile: World):
    item = Item.objects.of(hostile.project).get(key=HOSTILE)
    item_import = ItemImport.objects.of(hostile.project).get(source=HOSTILE)
    seen = 0
    for person in (hostile.lena, hostile.rowan, hostile.rita, hostile.omar):
        client = Client()
        client.force_login(person)
        for address in (
            "/",
            "/projects/",
            "/my-work/",
            "/account/",
            "/organisations/atelier/",
            *(
                f"/projects/audit/{part}"
                for part in (
                    "",
                    "people/",
                    "settings/",
                    "items/",
                    f"items/{item.public_id}/",
                    "imports/",
                    f"imports/{item_import.public_id}/",
                    "results/",
                    "exports/",
                    "work/",
                    f"items/?q={HOSTILE}",
                )
            ),
        ):
            answer = client.get(address)
            text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
            assert answer.status_code in {200, 302, 403, 404}
            assert [raw for raw in RAW if raw in text] == []
            seen += "&lt;img src=x" in text
    assert seen > 10


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "https:elsewhere.example",
        "javascript:alert(1)",
        "http://testserver@elsewhere.example/",
        "/%09/elsewhere.example",
        "\t//elsewhere.example",
        "ftp://testserver/",
    ],
)
def test_no_address_given_along_leads_to_another_site(world: World, elsewhere: str):
    form = {"login": "rita@example.org", "password": PASSWORD, "next": elsewhere}
    by_form = Client().post(reverse("account_login"), form)
    by_link = Client().post(f"{reverse('account_login')}?next={quote(elsewhere)}", {**form, "next": ""})
    already = Client()
    already.force_login(world.rita)
    signed_in = already.get(reverse("account_login"), {"next": elsewhere})
    signed_out = already.post(reverse("account_logout"), {"next": elsewhere})

    for answer in (by_form, by_link, signed_in, signed_out):
        assert answer.status_code == 302
        assert re.fullmatch(r"/(?![/\\]).*", answer.url), answer.url
        assert "elsewhere" not in answer.url or answer.url.startswith("/%09")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost"},
        {"Host": "localhost:8080"},
        {"X-Forwarded-Host": "elsewhere.example"},
        {"Forwarded": "host=elsewhere.example;proto=https"},
        {"X-Forwarded-Proto": "gopher", "X-Forwarded-Port": "99"},
    ],
)
def test_a_mailed_link_leads_where_the_installation_lives_whatever_the_request_says(
    world: World, settings, headers: dict[str, str]
):
    settings.BASE_URL = "https://rubrica.example"
    Client().post(reverse("account_reset_password"), {"email": "rita@example.org"}, headers=headers)

    links = re.findall(r"https?://[^\s/]+", mail.outbox[0].body)
    assert set(links) == {"https://rubrica.example"}


def test_a_host_that_is_not_ours_gets_no_mail_sent(world: World):
    for host in ("elsewhere.example", "testserver.elsewhere.example", "testserver@elsewhere.example"):
        answer = Client().post(reverse("account_reset_password"), {"email": "rita@example.org"}, headers={"Host": host})
        assert answer.status_code == 400
    assert mail.outbox == []


@pytest.mark.parametrize(
    "key", ['"\\000aaaaaaaaaaaa"', "a" * 5_000, "'; DROP TABLE records_session; --", "%00%00", "é"]
)
def test_a_session_cookie_that_is_none_is_nobody(world: World, key: str):
    client = Client(headers={"Cookie": f"rubrica_session={key}"})

    for address in ("/", "/account/", reverse("account_login")):
        assert client.get(address).status_code in {200, 302}


@pytest.mark.parametrize("text", ["\x00", "a\x00@example.org", "\x00" * 50, "\ud800".encode("utf-8", "surrogatepass")])
def test_a_form_with_nul_or_broken_text_is_refused_and_not_a_fault(world: World, text: object):
    lena = Client()
    lena.force_login(world.lena)
    for address, field in (
        (reverse("account_login"), "login"),
        (reverse("account_reset_password"), "email"),
    ):
        assert Client().post(address, {field: text, "password": PASSWORD}).status_code < 500
    for address, form in (
        ("/account/", {"name": text, "time_zone": "UTC"}),
        ("/account/tokens/", {"name": text}),
        ("/new-project/", {"name": text, "organisation": "atelier", "template": "ai-image-audit"}),
        ("/projects/audit/people/add/", {"email": text, "role": "specialist"}),
        ("/projects/audit/settings/", {"name": text, "overlap": text, "lease_minutes": text}),
        ("/organisations/atelier/invite/", {"email": text, "role": "reviewer"}),
        ("/projects/audit/guideline/preview/", {"markdown": text}),
    ):
        assert lena.post(address, form).status_code < 500
    for query in ("q", "after", "state", "version", "organisation", "project"):
        for address in ("/projects/audit/items/", "/projects/audit/results/", "/my-work/", "/projects/"):
            assert lena.get(address, {query: text}).status_code < 500

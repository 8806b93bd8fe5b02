"""Organisations: founding, inviting, roles; and the caller's own account and tokens."""

import pytest
from django.conf import settings
from django.test import Client

from rubrica.kit import clock
from rubrica.records.models import ApiToken, Organisation
from rubrica.usecases import organisations
from tests.api.conftest import Caller, Callers, problem
from tests.cast import PASSWORD, World

pytestmark = pytest.mark.django_db

INVITATIONS = "/organisations/atelier/invitations"


def test_everybody_learns_who_they_are(callers: Callers, world: World):
    assert callers.lena.get("/me").json() == {
        "id": world.lena.public_id,
        "name": "Lena",
        "email": "lena@example.org",
        "time_zone": "UTC",
        "is_platform_admin": False,
        "organisations": [{"slug": "atelier", "name": "Atelier", "role": "lead"}],
    }
    petra = callers.petra.get("/me").json()
    assert (petra["is_platform_admin"], len(petra["organisations"])) == (True, 2)
    assert callers.petra.get("/organisations").json() == {"organisations": petra["organisations"]}


def test_a_platform_admin_founds_an_organisation(callers: Callers):
    answer = callers.petra.post("/organisations", {"name": "Third House"})

    assert (answer.status_code, answer.json()) == (201, {"slug": "third-house", "name": "Third House"})
    assert Organisation.objects.filter(slug="third-house").exists()
    assert problem(callers.petra.post("/organisations", {"name": "Third House"}))["problems"][0]["field"] == "slug"


def test_an_invitation_is_made_accepted_and_gone(callers: Callers):
    answer = callers.lena.post(INVITATIONS, {"email": "ida@example.org", "role": "specialist", "project": "audit"})
    made = answer.json()
    listed = callers.lena.get(INVITATIONS).json()["invitations"]

    assert answer.status_code == 201
    assert listed == [{name: value for name, value in made.items() if name != "secret"}]
    assert (made["project"], made["invited_by"], made["role"]) == ("audit", "Lena", "specialist")
    ida = organisations.accept_invitation(made["secret"], name="Ida", password=PASSWORD, now=clock.now())
    assert Caller(ida).get("/projects/audit").json()["role"] == "specialist"
    assert callers.lena.get(INVITATIONS).json() == {"invitations": []}


def test_an_invitation_is_revoked(callers: Callers):
    made = callers.lena.post(INVITATIONS, {"email": "ida@example.org", "role": "reviewer"}).json()

    assert callers.lena.delete(f"{INVITATIONS}/{made['id']}").status_code == 204
    assert callers.lena.get(INVITATIONS).json() == {"invitations": []}
    assert callers.lena.delete(f"{INVITATIONS}/{made['id']}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"email": "no address", "role": "reviewer"}, 422),
        ({"email": "a@example.org", "role": "platform_admin"}, 422),
        ({"email": "a@example.org", "role": "lead"}, 403),
        ({"email": "a@example.org", "role": "organisation_admin"}, 403),
        ({"email": "a@example.org", "role": "reviewer", "project": "other"}, 404),
        ({"email": "a@example.org", "role": "reviewer", "project": "../x"}, 422),
    ],
)
def test_an_invitation_that_cannot_be_made_is_refused(callers: Callers, body: dict[str, str], status: int):
    answer = callers.lena.post(INVITATIONS, body)

    assert answer.status_code == status
    problem(answer)
    assert callers.lena.get(INVITATIONS).json() == {"invitations": []}


def test_members_get_roles_and_leave(callers: Callers, world: World):
    address = f"/organisations/atelier/members/{world.rowan.public_id}"

    assert callers.omar.put(address, {"role": "lead"}).status_code == 204
    assert callers.rowan.get("/me").json()["organisations"][0]["role"] == "lead"
    assert callers.omar.delete(address).status_code == 204
    assert callers.rowan.get("/me").json()["organisations"] == []
    assert callers.omar.delete(address).status_code == 404


def test_nobody_changes_their_own_role(callers: Callers, world: World):
    address = f"/organisations/atelier/members/{world.omar.public_id}"

    assert problem(callers.omar.put(address, {"role": "lead"}))["type"] == "not-allowed"
    assert problem(callers.omar.delete(address))["type"] == "not-allowed"


@pytest.fixture
def browser(world: World) -> Client:
    """Rita's browser."""
    client = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": "c" * 32})
    client.force_login(world.rita)
    client.cookies[settings.CSRF_COOKIE_NAME] = "c" * 32
    return client


def test_a_token_is_made_in_a_browser_and_shown_once(browser: Client, world: World):
    answer = browser.post("/api/v1/tokens", {"name": "notebook", "days": 30}, content_type="application/json")

    made = answer.json()
    assert answer.status_code == 201
    program = Caller()
    program.headers["Authorization"] = f"Bearer {made['secret']}"
    listed = program.get("/tokens").json()["tokens"]
    assert listed == [{name: value for name, value in made.items() if name != "secret"}]
    assert made["secret"] not in str(ApiToken.objects.of_account(world.rita).values())


def test_a_token_does_not_breed(callers: Callers, world: World):
    answer = callers.rita.post("/tokens", {"name": "child"})

    assert (answer.status_code, problem(answer)["type"]) == (403, "not-allowed")
    assert ApiToken.objects.of_account(world.rita).count() == 1


def test_a_token_revokes_itself(callers: Callers):
    own = callers.rita.get("/tokens").json()["tokens"][0]["id"]

    assert callers.rita.delete(f"/tokens/{own}").status_code == 204
    assert callers.rita.get("/tokens").status_code == 401


@pytest.mark.parametrize(
    "body", [{"name": ""}, {"name": "a", "days": 0}, {"name": "a", "days": 1.5}, {"name": "a" * 81}]
)
def test_a_token_that_cannot_be_made_is_refused(browser: Client, body: dict[str, object]):
    answer = browser.post("/api/v1/tokens", body, content_type="application/json")

    assert problem(answer)["type"] == "invalid-input"

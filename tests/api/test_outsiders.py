"""Attacks by people who have an account: ids of another project under one's own, and reading that changes something."""

import re

import pytest
from django.db import connection

from rubrica.domain.roles import Role
from rubrica.kit import clock
from rubrica.records.models import Account, ItemImport, Membership, ProjectMembership
from rubrica.usecases import organisations
from tests.api.conftest import Callers, problem
from tests.api.test_authentication import OPERATIONS
from tests.api.test_ladders import names
from tests.cast import NOON, World

pytestmark = pytest.mark.django_db

__all__ = ["names"]

# Otto leads a project of his own. Each address is his, and each identifier in it belongs to somebody else's project.
FOREIGN = [
    ("GET", "/projects/other/items/{item}", None),
    ("GET", "/projects/other/items?after={item}", None),
    ("GET", "/projects/other/imports/{import}", None),
    ("PUT", "/projects/other/members/{rowan}", {"role": "specialist"}),
    ("DELETE", "/projects/other/members/{rowan}", None),
    ("PUT", "/organisations/elsewhere/members/{rowan}", {"role": "reviewer"}),
    ("DELETE", "/organisations/elsewhere/members/{rowan}", None),
    ("DELETE", "/organisations/elsewhere/invitations/{invitation}", None),
    ("DELETE", "/tokens/{token}", None),
    ("POST", "/projects/other/guideline/questions/{question}/answers", {"text": "Mine"}),
    ("POST", "/projects/other/guideline/questions/{question}/settle", None),
    ("GET", "/projects/other/guideline/proposals/1", None),
    ("POST", "/projects/other/guideline/proposals/1/accept", {}),
    ("GET", "/me/news?after={news}", None),
    ("POST", "/projects/other/members/{rowan}/attempts", {"purpose": "calibration", "size": 5}),
    ("GET", "/projects/other/reviews/1", None),
    ("POST", "/projects/other/reviews/1/accept", {}),
    ("POST", "/projects/other/evaluations/{evaluation}/review", {}),
    ("GET", "/projects/other/rounds/1", None),
    ("POST", "/projects/other/rounds/1/close", None),
    ("GET", "/projects/other/workbench?version=1", None),
    ("GET", "/images/{image}/original", None),
]


@pytest.mark.parametrize(("verb", "address", "body"), FOREIGN)
def test_an_identifier_of_another_project_is_not_found_under_ones_own(
    callers: Callers, world: World, names: dict[str, str], verb: str, address: str, body: object
):
    Membership.objects.of_account(world.otto).update(role=Role.ORGANISATION_ADMIN)
    before = (ProjectMembership.objects.of(world.others_project).count(), _members("elsewhere"), _members("atelier"))

    answer = callers.otto.request(verb, re.sub(r"\{(\w+)\}", lambda name: names[name[1]], address), body)

    assert answer.status_code in {403, 404}
    assert problem(answer)["type"] in {"not-found", "not-allowed"}
    assert "atelier" not in answer.content.decode().lower()
    assert (ProjectMembership.objects.of(world.others_project).count(), _members("elsewhere"), _members("atelier")) == (
        before
    )


def _members(slug: str) -> set[int]:
    rows = Membership.objects.everywhere("a test counts").filter(organisation__slug=slug)
    return set(rows.values_list("account", flat=True))


def test_nobody_can_be_told_apart_from_nobody(callers: Callers, world: World):
    """An admin who tries identifiers of people elsewhere learns nothing of who exists."""
    Membership.objects.of_account(world.otto).update(role=Role.ORGANISATION_ADMIN)

    there, nowhere = (
        callers.otto.put(f"/organisations/elsewhere/members/{public_id}", {"role": "reviewer"})
        for public_id in (world.rita.public_id, "A" * 22)
    )

    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)


def test_an_import_of_another_project_is_not_listed(callers: Callers, world: World):
    ItemImport.objects.create(project=world.project, source="secret folder", started_by=world.lena, created_at=NOON)

    assert callers.otto.get("/projects/other/imports").json() == {"imports": []}


def _everything() -> dict[str, list[object]]:
    """Return every row of every table, but for what only remembers that somebody was here."""
    tables = [name for name in connection.introspection.table_names() if name.startswith("records_")]
    with connection.cursor() as cursor:
        rows = {}
        for table in sorted(set(tables) - {"records_session", "records_cache"}):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  (names of our own tables)
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


@pytest.mark.parametrize("person", ["rita", "lena", "petra"])
def test_reading_changes_nothing(callers: Callers, names: dict[str, str], person: str):
    before = _everything()
    assert len(before["records_evaluation"]) == 1

    for method, path in OPERATIONS:
        if method == "GET":
            address = path
            for kind, known in (("image_id", "image"), ("item_id", "item"), ("import_id", "import")):
                address = address.replace(f"{{{kind}}}", names[known])
            answer = getattr(callers, person).get(re.sub(r"\{\w+\}", "atelier", address))
            assert answer.status_code < 500
            if answer.streaming:
                b"".join(answer.streaming_content)

    assert _everything() == before


def test_a_lead_cannot_rise_above_herself(callers: Callers, world: World):
    for address, body in (
        (f"/organisations/atelier/members/{world.lena.public_id}", {"role": "organisation_admin"}),
        (f"/organisations/atelier/members/{world.rita.public_id}", {"role": "organisation_admin"}),
        (f"/projects/audit/members/{world.lena.public_id}", {"role": "reviewer"}),
    ):
        assert callers.lena.put(address, body).status_code in {403, 409, 422}
    invited = callers.lena.post(
        "/organisations/atelier/invitations", {"email": "x@example.org", "role": "organisation_admin"}
    )
    assert invited.status_code == 403
    assert not Account.objects.get(pk=world.lena.pk).is_platform_admin


def test_a_former_lead_keeps_no_door(callers: Callers, world: World, names: dict[str, str]):
    organisations.remove_member(world.omar, "atelier", world.lena.public_id, now=clock.now())

    for address in (
        "/projects/audit",
        "/projects/audit/report",
        f"/projects/audit/items/{names['item']}",
        f"/projects/audit/imports/{names['import']}",
        f"/images/{names['image']}/original",
    ):
        assert callers.lena.get(address).status_code == 404
    assert callers.lena.post("/projects/audit/exports", {"format": "csv"}).status_code == 404

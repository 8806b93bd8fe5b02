"""Every route as every role against an expected table: a new route without a row fails the suite.

The table is the published matrix of who may do what. Outside one's world things do not exist (404); inside it, what a
role does not allow is refused (403); strangers are sent to sign in (302 on pages, 401 on the API).
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import PathView

from rubrica.api.router import api
from rubrica.kit.clock import now
from rubrica.usecases import accounts, assignments, organisations, sign_up
from rubrica.usecases.clause_questions import ask_about_clause
from rubrica.usecases.imports import UploadedPart, start_import
from rubrica.usecases.tracked_applications import Tracked, track
from tests.cast import (
    World,
    audit_answer,
    build_world,
    declared_profile,
    engaged_member,
    evaluate,
    kept_search,
    opened_round,
    pasted_opening,
    proposed_change,
    published_opening,
    put_to_vote,
    returned_review,
    submitted_application,
    told_work,
)
from tests.web.expected_routes import API, PAGES

ROLES = ("anonymous", "otto", "rita", "rowan", "lena", "omar", "petra")
_PASSED_ON = {"api-root", None}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every route of the site with its whole path."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def operations() -> Iterator[tuple[str, str, str]]:
    """Yield method, path and name of every operation of the API."""
    for _prefix, router in api._routers:
        for path, view in router.path_operations.items():
            assert isinstance(view, PathView)
            for operation in view.operations:
                for method in operation.methods:
                    yield method, path, operation.view_func.__name__


def test_every_page_has_a_row_in_the_table():
    names = {pattern.name for path, pattern in patterns(get_resolver()) if not path.startswith("api/")}

    assert names == {name for _method, name in PAGES}


def test_every_operation_of_the_api_has_a_row_in_the_table():
    assert {(method, name) for method, _path, name in operations()} == set(API)


def test_everything_under_the_api_is_an_operation_of_the_api():
    """A view that were mounted beside ninja would escape its authentication."""
    names = {pattern.name for path, pattern in patterns(get_resolver()) if path.startswith("api/")}

    assert names <= {name for _method, _path, name in operations()} | _PASSED_ON


@pytest.fixture(scope="module")
def places(django_db_setup, django_db_blocker) -> Iterator[tuple[World, dict[str, Any]]]:
    """Build one world for all rows; each request is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        receipt = evaluate(world, world.rita).receipt
        held = assignments.take_assignments(world.rita, world.project.slug, hold=1, now=world.now).assignments[0]
        invited = organisations.invite(
            world.omar, "atelier", email="nora@example.org", role=organisations.Role.SPECIALIST, now=world.now
        )
        fresh = organisations.invite(
            world.omar, "atelier", email="nils@example.org", role=organisations.Role.SPECIALIST, now=now()
        )
        parts = [UploadedPart("picture.png", [b"not a picture"])]
        item_import = start_import(world.lena, world.project.slug, source="a.png", files=parts, now=now())
        review = returned_review(world, receipt.evaluation)
        opening = published_opening(world)
        application = submitted_application(opening)
        engagement = engaged_member(world)
        declared_profile(world.rita)
        credential, portfolio = told_work(world.rita)
        yield (
            world,
            {
                "slug": world.project.slug,
                "credential": credential.public_id,
                "portfolio": portfolio.public_id,
                "review": review.number,
                "opening": opening.public_id,
                "search": kept_search(world.rita).public_id,
                "application": application.public_id,
                "application_number": application.number,
                "engagement": engagement.public_id,
                "engagement_number": engagement.number,
                "tracked": track(world.rita, Tracked("Maple", "Rater"), now=now()).public_id,
                "opening_source": pasted_opening(world.rita).public_id,
                "opening_number": opening.number,
                "round": opened_round(world).number,
                "question": ask_about_clause(world.rita, "audit", "PL-1", text="Why?", now=now()).public_id,
                "proposal": proposed_change(world).number,
                "organisation": "atelier",
                "item": world.items[0].public_id,
                "image": held.images[0].public_id,
                "assignment": held.held.public_id,
                "evaluation": receipt.evaluation,
                "case": put_to_vote(world, held.held.public_id).number,
                "member": world.rita.public_id,
                "item_import": item_import.public_id,
                "invitation": fresh.invitation.public_id,
                "invitation_secret": fresh.secret,
                "sign_in_secret": accounts.issue_sign_in_link(world.rita, now=now()),
                "sign_up_token": sign_up.proof("nora@example.org", "", now=now()),
                "token": accounts.create_token(world.rita, "mine", now=now()).token.public_id,
                "unused": invited,
            },
        )
        transaction.set_rollback(True)


def client_of(world: World, role: str) -> Client:
    client = Client()
    if role != "anonymous":
        client.force_login(getattr(world, role))
    return client


def statuses(world: World, request: Callable[[Client], Any]) -> tuple[int, ...]:
    """Return what the request answers to each role; nothing that it does stays."""
    found = []
    for role in ROLES:
        with transaction.atomic():
            response = request(client_of(world, role))
            found.append(response.status_code)
            if response.streaming:
                list(response.streaming_content)
            transaction.set_rollback(True)
    return tuple(found)


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "name"), PAGES, ids=str)
def test_a_page_answers_each_role_as_the_table_says(places, method, name):
    world, keys = places
    path, data, expected = PAGES[method, name]

    def request(client: Client) -> Any:
        filled = {field: str(value).format(**keys) for field, value in data.items()}
        return getattr(client, method.lower())(path.format(**keys), filled)

    assert statuses(world, request) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "name"), API, ids=str)
def test_an_operation_answers_each_role_as_the_table_says(places, method, name):
    world, keys = places
    path, data, expected = API[method, name]
    headers = {"Idempotency-Key": "a-key-of-the-table", "If-Match": '"1"'}

    def request(client: Client) -> Any:
        call = getattr(client, method.lower())
        address = f"/api/v1{path.format(**keys)}"
        if method == "GET":
            return call(address, headers=headers)
        return call(address, data, content_type="application/json", headers=headers)

    assert statuses(world, request) == expected


def test_the_table_names_an_answer_that_the_rubric_takes():
    assert API["POST", "submit_evaluation"][1] == audit_answer()

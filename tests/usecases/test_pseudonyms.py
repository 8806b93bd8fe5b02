"""Who goes by a name, to whom."""

import pytest

from rubrica.domain.roles import Role
from rubrica.kit.clock import now
from rubrica.usecases import organisations
from rubrica.usecases.access import open_organisation, open_project
from rubrica.usecases.pseudonyms import (
    ADDRESS_HIDDEN,
    address_shown,
    member_shown,
    name_for_all,
    name_shown,
    reviewer_shown,
)
from tests.cast import PASSWORD, World, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


def test_a_lead_knows_the_name_of_whom_the_lead_invited_and_another_lead_does_not(world):
    access = open_project(world.lena, world.project.slug)
    made = organisations.invite(
        world.lena,
        "atelier",
        email="nora@example.org",
        role=Role.SPECIALIST,
        project_slug=access.project.slug,
        now=now(),
    )
    nora = organisations.accept_invitation(made.secret, now=now(), name="Nora", password=PASSWORD)
    other = world.rater("lea")
    organisations.add_project_member(world.project, other, Role.REVIEWER, now=now())

    assert name_shown(open_project(world.lena, access.project.slug), nora) == "Nora"
    assert name_shown(open_project(other, access.project.slug), nora).startswith("rater-")
    assert name_for_all(access.project, nora).startswith("rater-")


def test_who_leads_does_so_by_name(world):
    access = open_project(world.rita, world.project.slug)

    assert [name_shown(access, person) for person in (world.rita, world.lena, world.omar)] == ["Rita", "Lena", "Omar"]


def test_reviewers_go_by_name_among_those_who_review_and_by_a_pseudonym_to_those_whom_they_review(world):
    to_lead = open_project(world.lena, world.project.slug)
    to_rater = open_project(world.rita, world.project.slug)

    assert name_shown(to_lead, world.rowan) == "Rowan"
    assert name_shown(to_rater, world.rowan) == name_for_all(world.project, world.rowan)
    assert name_for_all(world.project, world.rowan).startswith("rater-")
    assert reviewer_shown(to_rater, world.lena).startswith("rater-")


def test_specialists_know_each_other_by_pseudonyms_that_differ(world):
    access = open_project(world.rita, world.project.slug)
    others = {name_shown(access, world.rater(name)) for name in ("remy", "rosa")}

    assert len(others) == 2
    assert all(name.startswith("rater-") for name in others)


def test_a_pseudonym_in_the_organisation_is_none_of_those_in_its_projects(world):
    shown = member_shown(open_organisation(world.lena, "atelier"), world.rita)

    assert shown.startswith("rater-")
    assert shown != name_for_all(world.project, world.rita)


def test_a_lead_reads_the_address_of_an_invitation_only_if_the_lead_made_it(world):
    by_omar = organisations.invite(world.omar, "atelier", email="a@example.org", role=Role.SPECIALIST, now=now())
    by_lena = organisations.invite(world.lena, "atelier", email="b@example.org", role=Role.SPECIALIST, now=now())
    to_lena, to_omar = open_organisation(world.lena, "atelier"), open_organisation(world.omar, "atelier")

    assert address_shown(to_lena, by_omar.invitation) == ADDRESS_HIDDEN
    assert address_shown(to_lena, by_lena.invitation) == "b@example.org"
    assert address_shown(to_omar, by_lena.invitation) == "b@example.org"

"""Who belongs where: invitations that work once, and nobody who grants above their own role."""

from datetime import timedelta

import pytest

from rubrica.domain.roles import Role
from rubrica.records.models import Invitation, Membership, ProjectMembership
from rubrica.usecases import accounts, organisations, projects
from rubrica.usecases.access import open_organisation, open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tests.cast import NOON, PASSWORD, World, person

pytestmark = pytest.mark.django_db


def invite(world, inviter, role=Role.SPECIALIST, project=True, email="nora@example.org"):
    return organisations.invite(
        inviter,
        world.organisation.slug,
        email=email,
        role=role,
        project_slug=world.project.slug if project else None,
        now=NOON,
    )


def test_an_invitation_makes_an_account_a_member_and_a_project_role_in_one_go(world: World):
    made = invite(world, world.lena)
    nora = organisations.accept_invitation(made.secret, name="Nora", password=PASSWORD, now=NOON)

    assert Membership.objects.of_account(nora).get().role == Role.SPECIALIST
    assert open_project(nora, world.project.slug).role == Role.SPECIALIST
    assert made.secret not in str(Invitation.objects.of(world.project).values())


def test_an_invitation_works_once(world: World):
    made = invite(world, world.lena)
    nora = organisations.accept_invitation(made.secret, name="Nora", password=PASSWORD, now=NOON)
    with pytest.raises(NotFoundError):
        organisations.accept_invitation(made.secret, account=nora, now=NOON)


def test_an_invitation_runs_out_and_can_be_revoked(world: World):
    made = invite(world, world.lena)
    with pytest.raises(NotFoundError):
        organisations.invitation_by_secret(made.secret, now=NOON + timedelta(days=8))
    organisations.revoke_invitation(world.lena, world.organisation.slug, made.invitation.public_id, now=NOON)
    with pytest.raises(NotFoundError):
        organisations.accept_invitation(made.secret, name="Nora", password=PASSWORD, now=NOON)


def test_an_invited_person_who_has_an_account_signs_in_to_accept(world: World):
    nora = person("nora")
    made = invite(world, world.lena)
    with pytest.raises(ConflictError, match="Sign in"):
        organisations.accept_invitation(made.secret, name="Nora", password=PASSWORD, now=NOON)
    with pytest.raises(ConflictError, match="signed in as"):
        organisations.accept_invitation(made.secret, account=world.otto, now=NOON)

    assert organisations.accept_invitation(made.secret, account=nora, now=NOON) == nora


def test_a_weak_password_leaves_the_invitation_open(world: World):
    made = invite(world, world.lena)
    with pytest.raises(InvalidInputError):
        organisations.accept_invitation(made.secret, name="Nora", password="short", now=NOON)

    assert organisations.invitation_by_secret(made.secret, now=NOON) == made.invitation


@pytest.mark.parametrize(
    ("inviter", "role", "project"),
    [
        ("rita", Role.SPECIALIST, True),
        ("rowan", Role.SPECIALIST, True),
        ("lena", Role.LEAD, True),
        ("lena", Role.ORGANISATION_ADMIN, False),
        ("omar", Role.PLATFORM_ADMIN, False),
    ],
)
def test_nobody_grants_above_their_own_role(world: World, inviter, role, project):
    with pytest.raises(NotAllowedError):
        invite(world, getattr(world, inviter), role, project)


def test_an_outsider_cannot_invite_because_the_organisation_does_not_exist_for_him(world: World):
    with pytest.raises(NotFoundError):
        invite(world, world.otto)


def test_an_admin_may_invite_leads_and_admins(world: World):
    assert invite(world, world.omar, Role.LEAD).invitation.role == Role.LEAD
    assert invite(world, world.omar, Role.ORGANISATION_ADMIN, project=False).invitation.role == "organisation_admin"


def test_an_invitation_to_a_project_carries_a_project_role(world: World):
    with pytest.raises(InvalidInputError):
        invite(world, world.omar, Role.ORGANISATION_ADMIN)


def test_an_invitation_needs_an_address(world: World):
    with pytest.raises(InvalidInputError):
        invite(world, world.lena, email="nobody")


def test_nobody_changes_their_own_role_and_admins_change_others(world: World):
    organisations.change_member_role(world.omar, world.organisation.slug, world.rita.public_id, Role.LEAD, now=NOON)
    with pytest.raises(NotAllowedError):
        organisations.change_member_role(world.omar, world.organisation.slug, world.omar.public_id, Role.LEAD, now=NOON)
    with pytest.raises(NotAllowedError):
        organisations.change_member_role(
            world.lena, world.organisation.slug, world.rita.public_id, Role.SPECIALIST, now=NOON
        )

    assert Membership.objects.of_account(world.rita).get().role == Role.LEAD


def test_removing_a_member_ends_every_role_in_the_organisation_at_once(world: World):
    organisations.remove_member(world.omar, world.organisation.slug, world.rita.public_id, now=NOON)
    with pytest.raises(NotFoundError):
        open_project(world.rita, world.project.slug)

    assert ProjectMembership.objects.of(world.project).filter(account=world.rita, is_active=True).count() == 0


def test_a_platform_admin_sees_organisations_but_not_their_projects(world: World):
    slugs = {access.organisation.slug for access in organisations.organisations_of(world.petra)}
    with pytest.raises(NotFoundError):
        open_project(world.petra, world.project.slug)

    assert slugs == {"atelier", "elsewhere"}
    assert open_organisation(world.petra, "atelier").role == Role.PLATFORM_ADMIN


def test_only_a_platform_admin_founds_an_organisation(world: World):
    with pytest.raises(NotAllowedError):
        organisations.create_organisation(world.omar, name="Second", now=NOON)
    with pytest.raises(InvalidInputError):
        organisations.create_organisation(world.petra, name="Atelier", now=NOON)


def test_the_members_of_an_organisation_are_listed_to_those_who_lead(world: World):
    access = open_organisation(world.lena, "atelier")
    assert {row.account.name for row in organisations.members_of(access)} == {"Rita", "Rowan", "Lena", "Omar"}
    with pytest.raises(NotAllowedError):
        organisations.members_of(open_organisation(world.rita, "atelier"))


def test_a_project_role_changes_access_at_once_and_by_those_above_only(world: World):
    projects.set_project_role(world.lena, world.project.slug, world.rita.public_id, Role.REVIEWER, now=NOON)
    assert open_project(world.rita, world.project.slug).role == Role.REVIEWER
    with pytest.raises(NotAllowedError):
        projects.set_project_role(world.lena, world.project.slug, world.rita.public_id, Role.LEAD, now=NOON)
    with pytest.raises(NotAllowedError):
        projects.set_project_role(world.lena, world.project.slug, world.lena.public_id, None, now=NOON)
    with pytest.raises(NotFoundError):
        projects.set_project_role(world.lena, world.project.slug, world.otto.public_id, Role.SPECIALIST, now=NOON)


def test_accounts_are_found_whatever_the_capitals(world: World):
    assert accounts.account_by_email(" RITA@EXAMPLE.ORG ") == world.rita

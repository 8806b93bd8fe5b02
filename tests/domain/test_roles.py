import pytest

from rubrica.domain.roles import ORGANISATION_ROLES, PERMISSIONS, PROJECT_ROLES, Permission, Role, may, may_grant


def test_every_role_has_its_permissions():
    assert set(PERMISSIONS) == set(Role)


def test_those_who_evaluate_see_neither_results_nor_whose_model_it_was():
    assert may(Role.SPECIALIST, Permission.EVALUATE)
    assert not may(Role.SPECIALIST, Permission.SEE_RESULTS)
    assert not may(Role.SPECIALIST, Permission.SEE_MODEL_IDENTITY)


def test_those_who_see_results_do_not_evaluate():
    for role in Role:
        assert not (may(role, Permission.EVALUATE) and may(role, Permission.SEE_RESULTS))


def test_an_organisation_admin_may_all_that_a_lead_may():
    assert PERMISSIONS[Role.LEAD] < PERMISSIONS[Role.ORGANISATION_ADMIN]


def test_running_the_machine_shows_nothing_of_the_work():
    assert PERMISSIONS[Role.PLATFORM_ADMIN] == {Permission.SEE_PROJECT, Permission.MANAGE_INSTANCE}


@pytest.mark.parametrize(
    ("granter", "granted"),
    [
        (Role.SPECIALIST, set()),
        (Role.REVIEWER, set()),
        (Role.LEAD, {Role.SPECIALIST, Role.REVIEWER}),
        (Role.ORGANISATION_ADMIN, set(ORGANISATION_ROLES)),
        (Role.PLATFORM_ADMIN, set(Role) - {Role.APPLICANT}),
    ],
)
def test_nobody_but_an_admin_grants_their_own_level_or_above(granter: Role, granted: set[Role]):
    assert {role for role in Role if may_grant(granter, role)} == granted


def test_whoever_applies_may_show_what_is_asked_and_nothing_else():
    assert PERMISSIONS[Role.APPLICANT] == {Permission.QUALIFY}
    assert {role for role in Role if may(role, Permission.QUALIFY)} == {Role.SPECIALIST, Role.APPLICANT}


def test_a_project_knows_three_roles():
    assert PROJECT_ROLES == (Role.SPECIALIST, Role.REVIEWER, Role.LEAD)

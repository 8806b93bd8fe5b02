"""Who may do what: roles, permissions, and the one table that joins them."""

from enum import StrEnum


class Role(StrEnum):
    """A person's standing, in a project or in an organisation."""

    SPECIALIST = "specialist"
    REVIEWER = "reviewer"
    LEAD = "lead"
    ORGANISATION_ADMIN = "organisation_admin"
    PLATFORM_ADMIN = "platform_admin"
    APPLICANT = "applicant"


PROJECT_ROLES = (Role.SPECIALIST, Role.REVIEWER, Role.LEAD)
"""Roles a person can hold in one project; an organisation admin acts in every project of the organisation.

``APPLICANT`` is none of them: an application that is screened gives it, and takes it away when it ends.
"""

ORGANISATION_ROLES = (*PROJECT_ROLES, Role.ORGANISATION_ADMIN)
"""Roles a membership in an organisation can carry."""


class Permission(StrEnum):
    """Something a person may be allowed to do.

    Nobody's role in a project allows ``APPLY``: whoever applies stands outside, and the application says whose it is.
    """

    SEE_PROJECT = "see_project"
    READ_GUIDELINE = "read_guideline"
    EVALUATE = "evaluate"
    READ_OWN_EVALUATIONS = "read_own_evaluations"
    RAISE_EDGE_CASE = "raise_edge_case"
    DISCUSS_EDGE_CASES = "discuss_edge_cases"
    TRIAGE_EDGE_CASES = "triage_edge_cases"
    RULE = "rule"
    PROPOSE_CHANGE = "propose_change"
    REVIEW = "review"
    MANAGE_GOLD = "manage_gold"
    RUN_ROUNDS = "run_rounds"
    DECIDE_TIME = "decide_time"
    MANAGE_OPENINGS = "manage_openings"
    APPLY = "apply"
    QUALIFY = "qualify"
    READ_GUIDELINE_HISTORY = "read_guideline_history"
    SEE_ITEMS = "see_items"
    SEE_RESULTS = "see_results"
    SEE_MODEL_IDENTITY = "see_model_identity"
    EDIT_GUIDELINE = "edit_guideline"
    PUBLISH_GUIDELINE = "publish_guideline"
    MANAGE_PROJECT = "manage_project"
    IMPORT_ITEMS = "import_items"
    EXPORT = "export"
    MANAGE_PROJECT_MEMBERS = "manage_project_members"
    CREATE_PROJECT = "create_project"
    LIST_PEOPLE = "list_people"
    SEE_NAMES = "see_names"
    INVITE = "invite"
    READ_AUDIT = "read_audit"
    MANAGE_ORGANISATION = "manage_organisation"
    MANAGE_INSTANCE = "manage_instance"


_SPECIALIST = frozenset(
    {
        Permission.SEE_PROJECT,
        Permission.READ_GUIDELINE,
        Permission.EVALUATE,
        Permission.QUALIFY,
        Permission.READ_OWN_EVALUATIONS,
        Permission.RAISE_EDGE_CASE,
        Permission.DISCUSS_EDGE_CASES,
        Permission.PROPOSE_CHANGE,
    }
)
_REVIEWER = frozenset(
    {
        Permission.SEE_PROJECT,
        Permission.READ_GUIDELINE,
        Permission.READ_GUIDELINE_HISTORY,
        Permission.SEE_ITEMS,
        Permission.SEE_RESULTS,
        Permission.DISCUSS_EDGE_CASES,
        Permission.TRIAGE_EDGE_CASES,
        Permission.REVIEW,
        Permission.PROPOSE_CHANGE,
    }
)
_LEAD = _REVIEWER | {
    Permission.SEE_MODEL_IDENTITY,
    Permission.EDIT_GUIDELINE,
    Permission.PUBLISH_GUIDELINE,
    Permission.MANAGE_PROJECT,
    Permission.IMPORT_ITEMS,
    Permission.EXPORT,
    Permission.MANAGE_PROJECT_MEMBERS,
    Permission.CREATE_PROJECT,
    Permission.LIST_PEOPLE,
    Permission.INVITE,
    Permission.READ_AUDIT,
    Permission.RULE,
    Permission.MANAGE_GOLD,
    Permission.RUN_ROUNDS,
    Permission.DECIDE_TIME,
    Permission.MANAGE_OPENINGS,
}
_ORGANISATION_ADMIN = _LEAD | {Permission.MANAGE_ORGANISATION, Permission.SEE_NAMES}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SPECIALIST: _SPECIALIST,
    Role.REVIEWER: _REVIEWER,
    Role.LEAD: _LEAD,
    Role.ORGANISATION_ADMIN: _ORGANISATION_ADMIN,
    # A platform admin runs the machine: seeing a project's content is not part of that.
    Role.PLATFORM_ADMIN: frozenset({Permission.SEE_PROJECT, Permission.MANAGE_INSTANCE}),
    # Whoever is screened judges the items of practice and test, and has no part in the project.
    Role.APPLICANT: frozenset({Permission.QUALIFY}),
}
"""What each role may do. A test compares this table with the published matrix."""


def may(role: Role, permission: Permission) -> bool:
    """Tell whether ``role`` carries ``permission``."""
    return permission in PERMISSIONS[role]


def may_grant(granter: Role, granted: Role) -> bool:
    """Tell whether ``granter`` may give somebody the role ``granted``: only admins grant their own level."""
    match granter:
        case Role.PLATFORM_ADMIN:
            return granted != Role.APPLICANT
        case Role.ORGANISATION_ADMIN:
            return granted in ORGANISATION_ROLES
        case Role.LEAD:
            return granted in {Role.SPECIALIST, Role.REVIEWER}
        case _:
            return False

"""Leaving: what somebody sees to who may not do so any more goes to others, in the transaction of that change.

It is the same whether a person leaves a project or an organisation, gets another role, or has the account shut.
"""

from datetime import datetime

from django.db import transaction

from rubrica.domain.gold import AttemptState
from rubrica.domain.roles import Permission, Role, may
from rubrica.records.models import (
    Account,
    ApiToken,
    Application,
    Attempt,
    EdgeCase,
    Engagement,
    Organisation,
    Project,
    Review,
    Session,
    TimeClaim,
)
from rubrica.usecases.access import record, require_platform_admin, role_in_project
from rubrica.usecases.application_steps import hand_over_application
from rubrica.usecases.attempts import end_attempt
from rubrica.usecases.edge_cases import hand_over_case
from rubrica.usecases.engagement_steps import hand_over_engagement
from rubrica.usecases.errors import NotFoundError
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import KINDS, Kind, Waiting, lead_with_fewest
from rubrica.usecases.reviews import hand_over_review
from rubrica.usecases.time_claims import hand_over_claim


def hand_over(project: Project, person: Account, *, by: Account, now: datetime) -> None:
    """Give to others what somebody sees to in a project and may not any more; they are told.

    The caller has changed what the person may do, in the same transaction. A test or a round in hand ends; who
    comes back can take the test again.
    """
    role = _role(project, person)
    project = Project.objects.of(project).select_for_update(of=("self",)).select_related("organisation").get()
    if role is None or not may(role, Permission.QUALIFY):
        end_attempt(project, person, now=now)
    for kind in KINDS.values():
        # Whose step it is tells which permission it takes; of a review it may be the rater's.
        rows = [row for row in kind.model.objects.of(project).filter(owner=person).order_by("pk") if not _is_own(row)]
        for row in [row for row in rows if role is None or not may(role, _permission(kind, row))]:
            _give(kind, row, by=by, now=now)


def hand_over_everywhere(
    person: Account, *, by: Account, now: datetime, organisation: Organisation | None = None
) -> None:
    """Do so in every project where the person sees to something; by default in those of all organisations."""
    reason = "what a person sees to, who has just lost a role in all these projects"
    concerned = set(
        Attempt.objects.of_account(person).filter(state=AttemptState.OPEN).values_list("project", flat=True)
    )
    for kind in KINDS.values():
        concerned.update(kind.model.objects.everywhere(reason).filter(owner=person).values_list("project", flat=True))
    projects = Project.objects.everywhere(reason).filter(pk__in=concerned)
    if organisation is not None:
        projects = projects.filter(organisation=organisation)
    for project in projects.order_by("pk"):
        hand_over(project, person, by=by, now=now)


@transaction.atomic
def deactivate_account(admin: Account, account: Account, *, now: datetime) -> None:
    """Shut an account: it cannot sign in, its sessions and tokens end at once. Its evaluations stay."""
    require_platform_admin(admin)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    account.is_active = False
    Session.objects.filter(account=account).delete()
    ApiToken.objects.of_account(account).filter(revoked_at__isnull=True).update(revoked_at=now)
    record("account.deactivated", account.public_id, at=now, actor=admin)
    hand_over_everywhere(account, by=admin, now=now)


def _role(project: Project, person: Account) -> Role | None:
    if not person.is_active:
        return None
    try:
        return role_in_project(person, project)
    except NotFoundError:
        return None


def _is_own(row: Waiting) -> bool:
    """Whether something waits for the person whose it is, member of the project or not."""
    return isinstance(row, Application | TimeClaim | Engagement) and row.owner_id == row.account_id


def _permission(kind: Kind, row: Waiting) -> Permission:
    is_raters = isinstance(row, Review) and row.owner_id == row.rater_id
    return Permission.READ_OWN_EVALUATIONS if is_raters else kind.permission


def _give(kind: Kind, row: Waiting, *, by: Account, now: datetime) -> None:
    match row:
        case EdgeCase():
            hand_over_case(row, by=by, now=now)
        case Review():
            hand_over_review(row, by=by, now=now)
        case Application():
            hand_over_application(row)
        case Engagement():
            hand_over_engagement(row)
        case TimeClaim():
            hand_over_claim(row)
        case _:
            row.owner = lead_with_fewest(row.project, kind.model)
            row.save(update_fields=["owner"])
    if row.owner is None:
        return
    named = f"{kind.model._meta.model_name}.handed_over"  # noqa: SLF001  (Django's public name for it)
    record(named, str(row), at=now, actor=by, project=row.project, owner=row.owner.public_id)
    told = f"You see to {row} from now on, until {row.due_at:%Y-%m-%d}: its owner is no longer there for it."
    notify([row.owner], kind.topic, row.project, told, kind.page(row), now=now)

"""Applications: somebody wants to do the work of an opening, is answered in time and with a reason, and may appeal."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from rubrica.domain.opening_check import MOST_DECISION_DAYS
from rubrica.domain.problems import Findings, one_of, quoted
from rubrica.domain.roles import Permission
from rubrica.domain.text import check_text
from rubrica.domain.transitions import Process, Transition
from rubrica.domain.working_days import after_working_days

LEAST_REASON: Final = 40
"""Characters below which a reason says nothing that the next application could be better by."""
MAX_REASON: Final = 1_000
MAX_CRITERION: Final = 120
MAX_MESSAGE: Final = 2_000
MAX_NOTE: Final = 1_000
DECIDE_WITHIN: Final = timedelta(days=MOST_DECISION_DAYS)
"""The longest that anybody waits for a decision; an opening may promise a shorter time."""
OFFER_STANDS: Final = timedelta(days=7)
APPEAL_WITHIN: Final = timedelta(days=7)
DECIDE_APPEAL_WITHIN: Final = 5
"""Working days; an appeal that nobody has decided by then is upheld, and the application read again."""
DRAFT_KEPT: Final = timedelta(days=30)
LATEST_REAPPLICATION: Final = timedelta(days=366)


class ApplicationState(StrEnum):
    """How far an application has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    UNDER_REVIEW = "under_review"
    SHORTLISTED = "shortlisted"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    DECLINED = "declined"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    JOB_CLOSED = "job_closed"
    EXPIRED_NO_DECISION = "expired_no_decision"


class ApplicationEvent(StrEnum):
    """What can happen to an application."""

    SUBMIT = "submit"
    START_SCREENING = "start_screening"
    FINISH_SCREENING = "finish_screening"
    BEGIN_REVIEW = "begin_review"
    SHORTLIST = "shortlist"
    OFFER = "offer"
    DECLINE = "decline"
    ACCEPT_OFFER = "accept_offer"
    DECLINE_OFFER = "decline_offer"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    CLOSE_JOB = "close_job"
    EXPIRE = "expire"
    LET_LAPSE = "let_lapse"
    LET_STAND = "let_stand"


class DeclineReason(StrEnum):
    """Why an application is declined: each names something that the opening or its form asked for."""

    EXPERIENCE = "experience"
    ANSWERS = "answers"
    LANGUAGE = "language"
    SCREENING = "screening"
    AVAILABILITY = "availability"
    FILLED = "filled"


class ReadingVerdict(StrEnum):
    """What somebody who has read an application says of it."""

    YES = "yes"
    BORDERLINE = "borderline"
    NO = "no"


UNDECIDED: Final = frozenset(
    {
        ApplicationState.SUBMITTED,
        ApplicationState.SCREENING,
        ApplicationState.UNDER_REVIEW,
        ApplicationState.SHORTLISTED,
    }
)
"""The states in which somebody waits for an answer; none lasts longer than was promised."""
READABLE: Final = frozenset({ApplicationState.UNDER_REVIEW, ApplicationState.SHORTLISTED})
_REVIEWED: Final = READABLE
_OPEN: Final = UNDECIDED | {ApplicationState.DRAFT, ApplicationState.OFFERED}

APPLICATION_PROCESS: Final = Process(
    (
        Transition(
            ApplicationEvent.SUBMIT, frozenset({ApplicationState.DRAFT}), ApplicationState.SUBMITTED, Permission.APPLY
        ),
        Transition(
            ApplicationEvent.START_SCREENING,
            frozenset({ApplicationState.SUBMITTED}),
            ApplicationState.SCREENING,
            Permission.APPLY,
        ),
        Transition(
            ApplicationEvent.FINISH_SCREENING,
            frozenset({ApplicationState.SCREENING}),
            ApplicationState.UNDER_REVIEW,
            Permission.APPLY,
        ),
        Transition(
            ApplicationEvent.BEGIN_REVIEW,
            frozenset({ApplicationState.SUBMITTED}),
            ApplicationState.UNDER_REVIEW,
            Permission.APPLY,
        ),
        Transition(
            ApplicationEvent.SHORTLIST,
            frozenset({ApplicationState.UNDER_REVIEW}),
            ApplicationState.SHORTLISTED,
            Permission.MANAGE_OPENINGS,
        ),
        Transition(
            ApplicationEvent.OFFER,
            frozenset({ApplicationState.SHORTLISTED}),
            ApplicationState.OFFERED,
            Permission.MANAGE_OPENINGS,
        ),
        Transition(ApplicationEvent.DECLINE, _REVIEWED, ApplicationState.DECLINED, Permission.MANAGE_OPENINGS),
        Transition(
            ApplicationEvent.ACCEPT_OFFER,
            frozenset({ApplicationState.OFFERED}),
            ApplicationState.ACCEPTED,
            Permission.APPLY,
        ),
        Transition(
            ApplicationEvent.DECLINE_OFFER,
            frozenset({ApplicationState.OFFERED}),
            ApplicationState.OFFER_DECLINED,
            Permission.APPLY,
        ),
        Transition(ApplicationEvent.WITHDRAW, _OPEN, ApplicationState.WITHDRAWN, Permission.APPLY),
        # Whoever was declined may have another person look at it; what that person dismisses is closed.
        Transition(
            ApplicationEvent.APPEAL,
            frozenset({ApplicationState.DECLINED}),
            ApplicationState.APPEALED,
            Permission.APPLY,
        ),
        Transition(
            ApplicationEvent.UPHOLD,
            frozenset({ApplicationState.APPEALED}),
            ApplicationState.UNDER_REVIEW,
            Permission.MANAGE_OPENINGS,
        ),
        Transition(
            ApplicationEvent.DISMISS,
            frozenset({ApplicationState.APPEALED}),
            ApplicationState.CLOSED,
            Permission.MANAGE_OPENINGS,
        ),
        # An offer that was made stands although the opening closes.
        Transition(
            ApplicationEvent.CLOSE_JOB,
            UNDECIDED | {ApplicationState.DRAFT},
            ApplicationState.JOB_CLOSED,
            Permission.MANAGE_OPENINGS,
        ),
        # What happens by the clock alone.
        Transition(
            ApplicationEvent.EXPIRE,
            frozenset({ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW, ApplicationState.SHORTLISTED}),
            ApplicationState.EXPIRED_NO_DECISION,
            Permission.APPLY,
        ),
        Transition(
            ApplicationEvent.LET_LAPSE,
            frozenset({ApplicationState.OFFERED}),
            ApplicationState.OFFER_EXPIRED,
            Permission.APPLY,
        ),
        Transition(
            ApplicationEvent.LET_STAND,
            frozenset({ApplicationState.DECLINED}),
            ApplicationState.CLOSED,
            Permission.APPLY,
        ),
    ),
    {
        ApplicationState.DRAFT: DRAFT_KEPT,
        ApplicationState.SUBMITTED: DECIDE_WITHIN,
        ApplicationState.SCREENING: DECIDE_WITHIN / 2,
        ApplicationState.UNDER_REVIEW: DECIDE_WITHIN,
        ApplicationState.SHORTLISTED: DECIDE_WITHIN,
        ApplicationState.OFFERED: OFFER_STANDS,
        ApplicationState.DECLINED: APPEAL_WITHIN,
        ApplicationState.APPEALED: timedelta(days=DECIDE_APPEAL_WITHIN),
    },
)
"""The way of an application. Whoever declined it does not decide the appeal."""

BY_SILENCE: Final = {
    ApplicationState.DRAFT: ApplicationEvent.WITHDRAW,
    ApplicationState.SUBMITTED: ApplicationEvent.EXPIRE,
    ApplicationState.SCREENING: ApplicationEvent.FINISH_SCREENING,
    ApplicationState.UNDER_REVIEW: ApplicationEvent.EXPIRE,
    ApplicationState.SHORTLISTED: ApplicationEvent.EXPIRE,
    ApplicationState.OFFERED: ApplicationEvent.LET_LAPSE,
    ApplicationState.DECLINED: ApplicationEvent.LET_STAND,
    ApplicationState.APPEALED: ApplicationEvent.UPHOLD,
}
"""What happens at the deadline when nobody has done anything. No silence ever declines."""

BY_APPLICANT: Final = frozenset(
    {
        ApplicationEvent.SUBMIT,
        ApplicationEvent.ACCEPT_OFFER,
        ApplicationEvent.DECLINE_OFFER,
        ApplicationEvent.WITHDRAW,
        ApplicationEvent.APPEAL,
    }
)
"""What whoever applies chooses to do."""

BY_TEAM: Final = frozenset(
    {
        ApplicationEvent.SHORTLIST,
        ApplicationEvent.OFFER,
        ApplicationEvent.DECLINE,
        ApplicationEvent.UPHOLD,
        ApplicationEvent.DISMISS,
    }
)
"""What those who lead the project choose to do."""

WAITS_FOR_APPLICANT: Final = frozenset(
    {
        ApplicationState.DRAFT,
        ApplicationState.SCREENING,
        ApplicationState.OFFERED,
        ApplicationState.DECLINED,
    }
)
"""The states in which whoever applies has to act; in the other ones that wait it is somebody of the project."""


def application_due(state: ApplicationState, entered: datetime, decide_by: datetime | None) -> datetime | None:
    """Return until when somebody may act on an application that enters a state; None where it is an end.

    Parameters
    ----------
    decide_by
        The moment that was promised for a decision when the application was submitted; None before.
    """
    allowed = APPLICATION_PROCESS.time_allowed.get(state)
    if allowed is None:
        return None
    if state == ApplicationState.APPEALED:
        return after_working_days(entered, DECIDE_APPEAL_WITHIN)
    if state not in UNDECIDED or decide_by is None:
        return entered + allowed
    # Half of the time belongs to whoever is screened, so that half is left to read the application.
    return entered + (decide_by - entered) / 2 if state == ApplicationState.SCREENING else decide_by


def needs_second_reading(verdicts: tuple[ReadingVerdict, ...]) -> bool:
    """Tell whether one more person has to read: one so far who is in doubt, or two who contradict each other."""
    said = set(verdicts)
    if len(verdicts) == 1:
        return ReadingVerdict.BORDERLINE in said
    return {ReadingVerdict.YES, ReadingVerdict.NO} == said and len(verdicts) == 2  # noqa: PLR2004  (one against one)


def check_decline(
    code: object, reason: object, criterion: object, reapply_from: date | None, today: date, found: Findings
) -> tuple[DeclineReason | None, str, str]:
    """Read why an application is declined, or note everything that is missing of it."""
    chosen = next((each for each in DeclineReason if each == code), None)
    if chosen is None:
        found.add("reason_code", f"is {quoted(code)}", one_of([each.value for each in DeclineReason]))
    said = check_text(reason, "reason", found, maximum=MAX_REASON).strip()
    if len(said) < LEAST_REASON and not any(row.field == "reason" for row in found.problems):
        found.add("reason", f"has {len(said)} characters", f"{LEAST_REASON} to {MAX_REASON} characters")
    missed = check_text(criterion, "criterion", found, minimum=1, maximum=MAX_CRITERION, one_line=True).strip()
    if reapply_from is None or not today <= reapply_from <= today + LATEST_REAPPLICATION:
        found.add("reapply_from", "is not a day within a year from now", "the day from which one may apply again")
    return chosen, said, missed

"""Engagements: somebody works in a project under terms both accepted, may pause and leave, and is heard before an end.

Nothing bad happens by silence or by a machine. A restriction that nobody resolves ends, a hearing that nobody decides
reinstates, a pause runs out, and no engagement ends for cause without evidence and two people.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from rubrica.domain.application import LEAST_REASON, OFFER_STANDS
from rubrica.domain.problems import Findings, as_array, as_object, one_of, quoted
from rubrica.domain.roles import Permission
from rubrica.domain.text import check_text
from rubrica.domain.transitions import Process, Transition
from rubrica.domain.working_days import after_working_days

MAX_REASON: Final = 1_000
MAX_EVIDENCE_TEXT: Final = 1_000
MAX_REFERENCE: Final = 64
MOST_EVIDENCE: Final = 20
NOTICE: Final = timedelta(days=7)
"""The shortest notice; terms may give a longer one."""
PAUSE_STANDS: Final = timedelta(days=30)
"""After it work is given again, so that nobody is kept waiting for good; whoever needs longer pauses anew."""
BLOCK_AT_MOST: Final = 7
"""Working days for which work may be withheld from somebody who has not been heard."""
BLOCK_AGAIN_AFTER: Final = timedelta(days=30)
"""From the beginning of one block to that of the next, or one after the other would be a block without an end."""
ANSWER_WITHIN: Final = timedelta(days=7)
DECIDE_HEARING_WITHIN: Final = 5
"""Working days."""
ANSWER_TERMS_WITHIN: Final = timedelta(days=7)


class EngagementState(StrEnum):
    """How an engagement stands."""

    OFFERED = "offered"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDING = "ending"
    RESTRICTED = "restricted"
    HEARING = "hearing"
    DECIDING = "deciding"
    ENDED = "ended"
    ENDED_FOR_CAUSE = "ended_for_cause"
    NOT_BEGUN = "not_begun"


class EngagementEvent(StrEnum):
    """What can happen to an engagement."""

    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    GIVE_NOTICE = "give_notice"
    TAKE_BACK = "take_back"
    RESTRICT = "restrict"
    LIFT = "lift"
    OPEN_HEARING = "open_hearing"
    ANSWER = "answer"
    REINSTATE = "reinstate"
    END_FOR_CAUSE = "end_for_cause"
    LEAVE = "leave"
    LET_LAPSE = "let_lapse"
    LET_RESUME = "let_resume"
    LET_NOTICE_RUN = "let_notice_run"
    END = "end"
    LET_GO = "let_go"
    CLOSE_ANSWER = "close_answer"
    LET_REINSTATE = "let_reinstate"


class Cause(StrEnum):
    """For what work may be withheld, and an engagement be ended for cause. That work is poor is none of these."""

    FRAUD = "fraud"
    SECURITY = "security"
    CONFIDENTIALITY = "confidentiality"
    ABUSE = "abuse"


class PauseReason(StrEnum):
    """Who paused, or that there is no work."""

    SPECIALIST = "by_specialist"
    HOST = "by_host"
    NO_WORK = "no_work"


class NoticeReason(StrEnum):
    """Why a project ends an engagement at the end of the notice."""

    WORK_ENDS = "work_ends"
    BUDGET = "budget"
    NO_AGREEMENT = "no_agreement"
    FIT = "fit"


class EvidenceKind(StrEnum):
    """What is shown to somebody who is accused: a judgement, a claim of time, or what is said in words."""

    EVALUATION = "evaluation"
    CLAIM = "claim"
    NOTE = "note"


class Access(StrEnum):
    """What an engagement opens: work, only reading, or nothing of the project."""

    WORK = "work"
    READ = "read"
    NOTHING = "nothing"


_S = EngagementState
_E = EngagementEvent
_AT_WORK: Final = frozenset({_S.ACTIVE, _S.PAUSED, _S.ENDING})
IN_HEARING: Final = frozenset({_S.HEARING, _S.DECIDING})
LIVE: Final = frozenset({*_AT_WORK, *IN_HEARING, _S.RESTRICTED})
"""The states between the first acceptance and the end."""
_HOST: Final = Permission.MANAGE_PROJECT_MEMBERS
_OWN: Final = Permission.APPLY

ENGAGEMENT_PROCESS: Final = Process(
    (
        Transition(_E.ACCEPT, frozenset({_S.OFFERED}), _S.ACTIVE, _OWN),
        Transition(_E.DECLINE, frozenset({_S.OFFERED}), _S.NOT_BEGUN, _OWN),
        Transition(_E.CANCEL, frozenset({_S.OFFERED}), _S.NOT_BEGUN, _HOST),
        Transition(_E.PAUSE, frozenset({_S.ACTIVE}), _S.PAUSED, _OWN),
        Transition(_E.RESUME, frozenset({_S.PAUSED}), _S.ACTIVE, _OWN),
        Transition(_E.GIVE_NOTICE, frozenset({_S.ACTIVE, _S.PAUSED}), _S.ENDING, _OWN),
        Transition(_E.TAKE_BACK, frozenset({_S.ENDING}), _S.ACTIVE, _OWN),
        Transition(_E.RESTRICT, _AT_WORK, _S.RESTRICTED, _HOST),
        Transition(_E.LIFT, frozenset({_S.RESTRICTED}), _S.ACTIVE, _HOST),
        Transition(_E.OPEN_HEARING, _AT_WORK | {_S.RESTRICTED}, _S.HEARING, _HOST),
        Transition(_E.ANSWER, frozenset({_S.HEARING}), _S.DECIDING, _OWN),
        # Whoever opened a hearing may close it again; only an end for cause takes the answer and a second person.
        Transition(_E.REINSTATE, IN_HEARING, _S.ACTIVE, _HOST),
        Transition(_E.END_FOR_CAUSE, frozenset({_S.DECIDING}), _S.ENDED_FOR_CAUSE, _HOST),
        # Whoever deletes the account leaves at once, whatever was going on.
        Transition(_E.LEAVE, LIVE, _S.ENDED, _OWN),
        # What happens by the clock alone.
        Transition(_E.LET_LAPSE, frozenset({_S.OFFERED}), _S.NOT_BEGUN, _OWN),
        Transition(_E.LET_RESUME, frozenset({_S.PAUSED}), _S.ACTIVE, _OWN),
        Transition(_E.LET_NOTICE_RUN, frozenset({_S.ACTIVE}), _S.ENDING, _OWN),
        Transition(_E.END, frozenset({_S.ENDING}), _S.ENDED, _OWN),
        Transition(_E.LET_GO, frozenset({_S.RESTRICTED}), _S.ACTIVE, _OWN),
        Transition(_E.CLOSE_ANSWER, frozenset({_S.HEARING}), _S.DECIDING, _OWN),
        Transition(_E.LET_REINSTATE, frozenset({_S.DECIDING}), _S.ACTIVE, _OWN),
    ),
    {
        _S.OFFERED: OFFER_STANDS,
        _S.PAUSED: PAUSE_STANDS,
        _S.ENDING: NOTICE,
        _S.RESTRICTED: timedelta(days=BLOCK_AT_MOST),
        _S.HEARING: ANSWER_WITHIN,
        _S.DECIDING: timedelta(days=DECIDE_HEARING_WITHIN),
    },
)
"""The way of an engagement. ``ACTIVE`` rests: nobody has to act while work goes on, and either side may leave it."""

BY_SILENCE: Final = {
    _S.OFFERED: _E.LET_LAPSE,
    _S.PAUSED: _E.LET_RESUME,
    _S.ENDING: _E.END,
    _S.RESTRICTED: _E.LET_GO,
    _S.HEARING: _E.CLOSE_ANSWER,
    _S.DECIDING: _E.LET_REINSTATE,
}
"""What happens at the deadline when nobody has done anything. Silence takes nothing from anybody."""

BY_CLOCK: Final = frozenset({*BY_SILENCE.values(), _E.LET_NOTICE_RUN})
"""What may happen without a person. The database refuses every other step that names nobody."""
ACCUSING: Final = frozenset({_E.RESTRICT, _E.OPEN_HEARING})
"""The steps after which another person decides, and which need evidence."""
BEGINS: Final = frozenset({_E.ACCEPT})
WAITS_FOR_SPECIALIST: Final = frozenset({_S.OFFERED, _S.HEARING})
WAITS_FOR_WHO_ACTED: Final = frozenset({_S.PAUSED, _S.ENDING})
"""Whoever paused or gave notice may take it back."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that an accusation rests on."""

    kind: EvidenceKind
    reference: str = ""
    text: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the evidence as JSON."""
        return {"kind": self.kind.value, "reference": self.reference, "text": self.text}


def engagement_due(state: EngagementState, entered: datetime, notice: timedelta = NOTICE) -> datetime | None:
    """Return until when somebody may act on an engagement that enters a state; None where nobody has to."""
    if state == EngagementState.RESTRICTED:
        return block_ends(entered)
    if state == EngagementState.DECIDING:
        return after_working_days(entered, DECIDE_HEARING_WITHIN)
    if state == EngagementState.ENDING:
        return entered + max(notice, NOTICE)
    allowed = ENGAGEMENT_PROCESS.time_allowed.get(state)
    return entered + allowed if allowed is not None else None


def block_ends(begun: datetime) -> datetime:
    """Return until when at the latest work may be withheld from somebody who has not been heard."""
    return after_working_days(begun, BLOCK_AT_MOST)


def may_block(last_begun: datetime | None, now: datetime) -> bool:
    """Tell whether work may be withheld again, given when it last was."""
    return last_begun is None or now >= last_begun + BLOCK_AGAIN_AFTER


def access_of(state: EngagementState, *, is_blocked: bool, is_restricted: bool) -> Access | None:
    """Return what an engagement opens; None before it begins, when it says nothing of access.

    Parameters
    ----------
    is_blocked
        Whether work is withheld at present, which it is for seven working days of a hearing at most.
    is_restricted
        Whether the block began as a restriction, which closes the images as well.
    """
    match state:
        case EngagementState.OFFERED | EngagementState.NOT_BEGUN:
            return None
        case EngagementState.ACTIVE | EngagementState.ENDING:
            return Access.WORK
        case EngagementState.PAUSED:
            return Access.READ
        case EngagementState.HEARING | EngagementState.DECIDING if not is_blocked:
            return Access.WORK
        case EngagementState.HEARING | EngagementState.DECIDING:
            return Access.NOTHING if is_restricted else Access.READ
        case _:
            return Access.NOTHING


def check_cause(code: object, reason: object, evidence: object, found: Findings) -> tuple[Cause, str, list[Evidence]]:
    """Read of what somebody is accused, or note everything that is missing of it."""
    cause = next((each for each in Cause if each == code), None)
    if cause is None:
        found.add("reason_code", f"is {quoted(code)}", one_of([each.value for each in Cause]))
    said = check_long_reason(reason, found)
    return cause or Cause.FRAUD, said, _evidence(evidence, found)


def check_long_reason(reason: object, found: Findings) -> str:
    """Read a reason that is long enough to be of use, or note what it lacks."""
    said = check_text(reason, "reason", found, maximum=MAX_REASON).strip()
    if len(said) < LEAST_REASON and not any(row.field == "reason" for row in found.problems):
        found.add("reason", f"has {len(said)} characters", f"{LEAST_REASON} to {MAX_REASON} characters")
    return said


def _evidence(payload: object, found: Findings) -> list[Evidence]:
    rows = as_array(payload)
    if rows is None or not 1 <= len(rows) <= MOST_EVIDENCE:
        given = "is missing" if not rows else f"has {len(rows)} entries"
        found.add("evidence", given, f"a list of 1 to {MOST_EVIDENCE} entries: judgements, claims or notes")
        return []
    return [_one_evidence(row, f"evidence[{number}]", found) for number, row in enumerate(rows)]


def _one_evidence(payload: object, path: str, found: Findings) -> Evidence:
    body = as_object(payload) or {}
    kind = next((each for each in EvidenceKind if each == body.get("kind")), None)
    if kind is None:
        found.add(f"{path}.kind", f"is {quoted(body.get('kind'))}", one_of([each.value for each in EvidenceKind]))
        return Evidence(EvidenceKind.NOTE)
    is_note = kind is EvidenceKind.NOTE
    text = check_text(
        body.get("text", ""), f"{path}.text", found, minimum=int(is_note), maximum=MAX_EVIDENCE_TEXT
    ).strip()
    reference = ""
    if not is_note:
        reference = check_text(
            body.get("reference"), f"{path}.reference", found, minimum=1, maximum=MAX_REFERENCE, one_line=True
        ).strip()
    return Evidence(kind, reference, text)

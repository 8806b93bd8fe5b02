"""The house rules: what everybody who works here can rely on, each read from the rule that is enforced.

Nothing stands here twice: a rule takes its number from the constant or table that the product itself obeys. What a
project may set is given as the range that it may choose from.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from rubrica.domain.active_time import BEAT_EVERY, DEFAULT_CAP, GRACE, IDLE_RANGE
from rubrica.domain.application import APPEAL_WITHIN as APPEAL_REFUSAL_WITHIN
from rubrica.domain.application import DECIDE_APPEAL_WITHIN, LEAST_REASON, OFFER_STANDS
from rubrica.domain.application import DECIDE_WITHIN as DECIDE_APPLICATION_WITHIN
from rubrica.domain.change_proposal import PROPOSAL_PROCESS, ProposalState
from rubrica.domain.edge_case import CASE_PROCESS, CaseState
from rubrica.domain.engagement import (
    ANSWER_TERMS_WITHIN,
    ANSWER_WITHIN,
    BLOCK_AGAIN_AFTER,
    BLOCK_AT_MOST,
    DECIDE_HEARING_WITHIN,
    NOTICE,
    PAUSE_STANDS,
    Cause,
)
from rubrica.domain.opening_check import FREE_SCREENING_MINUTES, MOST_DECISION_DAYS
from rubrica.domain.review import APPEAL_WITHIN, REVIEW_PROCESS, ReviewState
from rubrica.domain.rubric import MAX_REPEATS
from rubrica.domain.time_claim import CLAIM_WITHIN, CONTEST_WITHIN, DECIDE_WITHIN

SCHEMA: Final = "rubrica/house-rules/1"
SENSORS_OFF: Final = ("camera", "microphone", "geolocation", "display-capture", "usb")
"""What no page of ours may use, by the header that every answer carries."""
_MINUTE: Final = 60_000
_SECOND: Final = 1_000


@dataclass(frozen=True, slots=True)
class HouseRule:
    """One rule.

    Attributes
    ----------
    key
        Its name for programs.
    part
        The part of working here that it is about.
    text
        What holds, with ``{value}`` and perhaps ``{high}`` where the numbers go.
    value, high
        The number that is enforced, or the ends of the range that a project chooses from.
    unit
        Of the numbers: ``days``, ``working days``, ``minutes``, ``seconds``, ``percent``,
        ``characters``; empty for none.
    """

    key: str
    part: str
    text: str
    value: int | None = None
    high: int | None = None
    unit: str = ""

    def sentence(self) -> str:
        """Return the rule as people read it."""
        return self.text.format(value=self.value, high=self.high)

    def as_json(self) -> dict[str, object]:
        """Return the rule as programs read it."""
        return {
            "key": self.key,
            "part": self.part,
            "text": self.sentence(),
            "value": self.value,
            "high": self.high,
            "unit": self.unit or None,
        }


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """What rules of the installation rest on that stands outside the domain.

    Attributes
    ----------
    credential, invitation, kept_beats
        How long each lasts or is kept.
    """

    credential: timedelta
    invitation: timedelta
    kept_beats: timedelta
    sends_mail: bool
    sign_up_is_open: bool


def house_rules(facts: InstanceFacts) -> tuple[HouseRule, ...]:
    """Return the rules in the order in which they are read."""
    return (*_screening(), *_engagement(), *_feedback(), *_changes(), *_time(facts), *_yours(facts), *_watching())


def _days(length: timedelta) -> int:
    return length.days


def _screening() -> Iterator[HouseRule]:
    part = "Getting work"
    text = "An opening of ours that does not promise a decision within {value} days is not published."
    yield HouseRule("opening.decision", part, text, MOST_DECISION_DAYS, unit="days")
    text = "An application that nobody has decided after {value} days ends as such, and counts in the project's record."
    yield HouseRule("application.decision", part, text, _days(DECIDE_APPLICATION_WITHIN), unit="days")
    text = "Whoever is declined is told why in {value} characters or more, by which criterion, and when to apply again."
    yield HouseRule("application.reason", part, text, LEAST_REASON, unit="characters")
    text = "A refusal can be appealed for {value} days."
    yield HouseRule("application.appeal", part, text, _days(APPEAL_REFUSAL_WITHIN), unit="days")
    text = "Another person than who declined decides on it; after {value} working days without one it is upheld."
    yield HouseRule("application.appeal_decision", part, text, DECIDE_APPEAL_WITHIN, unit="working days")
    text = "An offer stands for {value} days."
    yield HouseRule("application.offer", part, text, _days(OFFER_STANDS), unit="days")
    text = "An opening of ours that calls more than {value} minutes of screening unpaid is not published."
    yield HouseRule("opening.unpaid_screening", part, text, FREE_SCREENING_MINUTES, unit="minutes")
    text = "Beyond {value} minutes, screening for an opening of ours is credited at its least pay, whatever the result."
    yield HouseRule("screening.paid", part, text, FREE_SCREENING_MINUTES, unit="minutes")


def _engagement() -> Iterator[HouseRule]:
    part = "Working under terms"
    text = (
        "You accept exactly the terms that you have read; others hold only once you accept them, and never backwards."
    )
    yield HouseRule("terms.accepted", part, text)
    text = "Other terms that are proposed stand for {value} days; unanswered, the old ones stay."
    yield HouseRule("terms.answer", part, text, _days(ANSWER_TERMS_WITHIN), unit="days")
    text = "Whoever ends an engagement gives {value} days of notice or more, and the project says why."
    yield HouseRule("engagement.notice", part, text, _days(NOTICE), unit="days")
    text = "A pause ends by itself after {value} days, whoever made it."
    yield HouseRule("engagement.pause", part, text, _days(PAUSE_STANDS), unit="days")
    causes = ", ".join(cause.value for cause in Cause)
    text = f"Before you are heard, work is withheld for {{value}} working days at most, and only for: {causes}."
    yield HouseRule("engagement.restriction", part, text, BLOCK_AT_MOST, unit="working days")
    text = "That is not done again within {value} days."
    yield HouseRule("engagement.restriction_again", part, text, _days(BLOCK_AGAIN_AFTER), unit="days")
    text = "Whoever is accused sees cause, reason and evidence, and has {value} days to answer."
    yield HouseRule("engagement.hearing", part, text, _days(ANSWER_WITHIN), unit="days")
    text = "Another person than who accuses decides; after {value} working days without one you are reinstated."
    yield HouseRule("engagement.decision", part, text, DECIDE_HEARING_WITHIN, unit="working days")


def _feedback() -> Iterator[HouseRule]:
    part = "Feedback and appeals"
    allowed = REVIEW_PROCESS.time_allowed
    text = "A review that is opened has an owner and {value} days until it is due."
    yield HouseRule("review.decision", part, text, _days(allowed[ReviewState.PENDING]), unit="days")
    text = "What was decided on an evaluation can be appealed for {value} days."
    yield HouseRule("review.appeal", part, text, _days(APPEAL_WITHIN), unit="days")
    text = "Another person than the one who decided decides on an appeal, and has {value} days."
    yield HouseRule("review.appeal_decision", part, text, _days(allowed[ReviewState.APPEALED]), unit="days")
    text = "At most {value} of a hundred evaluations are repeats, unannounced; they count in no result."
    yield HouseRule("work.repeats", part, text, MAX_REPEATS, unit="percent")


def _changes() -> Iterator[HouseRule]:
    part = "Rules of a project"
    allowed = CASE_PROCESS.time_allowed
    text = "An edge case that somebody raises has an owner and is to be looked at within {value} days."
    yield HouseRule("case.triage", part, text, _days(allowed[CaseState.RAISED]), unit="days")
    text = "A vote on an edge case is open for {value} days unless it is closed before."
    yield HouseRule("case.vote", part, text, _days(allowed[CaseState.VOTING]), unit="days")
    text = "A discussion of an edge case is to end with a ruling within {value} days."
    yield HouseRule("case.discussion", part, text, _days(allowed[CaseState.DISCUSSION]), unit="days")
    text = "A proposal to change the rules is to be decided on within {value} days."
    days = _days(PROPOSAL_PROCESS.time_allowed[ProposalState.OPEN])
    yield HouseRule("proposal.decision", part, text, days, unit="days")


def _time(facts: InstanceFacts) -> Iterator[HouseRule]:
    part = "Time at work"
    low, high = (end // _SECOND for end in IDLE_RANGE)
    text = "A pause counts as work for {value} to {high} seconds, as the project says before work begins."
    yield HouseRule("time.idle", part, text, low, high, unit="seconds")
    text = "Whoever answers the question “Still looking?” within {value} seconds more is credited the whole pause."
    yield HouseRule("time.grace", part, text, GRACE // _SECOND, unit="seconds")
    text = "The cap on one task is never below {value} minutes."
    yield HouseRule("time.cap", part, text, DEFAULT_CAP // _MINUTE, unit="minutes")
    text = "Time that was not credited can be claimed for {value} days."
    yield HouseRule("time.claim", part, text, _days(CLAIM_WITHIN), unit="days")
    text = "A claim that nobody has decided on within {value} working days is approved."
    yield HouseRule("time.claim_decision", part, text, DECIDE_WITHIN, unit="working days")
    text = "A claim that was refused can be contested for {value} days; another person decides."
    yield HouseRule("time.contest", part, text, _days(CONTEST_WITHIN), unit="days")
    text = "A page says every {value} seconds that somebody is at work: task, whether it is seen, number of inputs."
    yield HouseRule("time.beat", part, text, BEAT_EVERY // _SECOND, unit="seconds")
    text = "These signs of life are deleted after {value} days; totals of a day stay."
    yield HouseRule("time.kept", part, text, _days(facts.kept_beats), unit="days")


def _yours(facts: InstanceFacts) -> Iterator[HouseRule]:
    part = "What is yours"
    yield HouseRule("own.record", part, "Your work record stays yours when a project ends or you leave it.")
    yield HouseRule("own.disclosure", part, "Others are told nothing of your work in a project until you choose it.")
    text = "A credential of your work is valid for {value} days, and you can revoke it at any time."
    yield HouseRule("own.credential", part, text, _days(facts.credential), unit="days")
    yield HouseRule("own.data", part, "Everything that is kept of you is one download, at any time.")
    yield HouseRule("own.deletion", part, "You can delete your account; what you judged stays under a pseudonym.")
    way = "Anybody can make an account here." if facts.sign_up_is_open else "Accounts come by invitation."
    yield HouseRule("own.account", part, way)
    text = "An invitation can be accepted for {value} days."
    yield HouseRule("own.invitation", part, text, _days(facts.invitation), unit="days")
    mail = "News also comes by mail, as you choose." if facts.sends_mail else "This installation sends no mail."
    yield HouseRule("own.news", part, f"What concerns you stands on Today. {mail}")


def _watching() -> Iterator[HouseRule]:
    part = "What is not done"
    named = ", ".join(name.replace("-", " ") for name in SENSORS_OFF)
    yield HouseRule("watch.sensors", part, f"No page uses {named}: a header of every answer forbids it to the browser.")
    text = "No screenshots are taken, and no keys, titles of windows or addresses of other pages are recorded."
    yield HouseRule("watch.nothing_else", part, text)

"""The rules at work: what the raters ask, what is ruled, and the clarification that came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from rubrica.domain.change_proposal import ProposalEvent, clause_text
from rubrica.records.models import (
    Assignment,
    ChangeProposal,
    EdgeCase,
    GuidelineDraft,
    GuidelineVersion,
    Item,
    Project,
)
from rubrica.records.models.assignment import AssignmentState
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.usecases import change_proposals, clause_questions, edge_cases, rulings
from rubrica.usecases.acknowledgements import acknowledge
from rubrica.usecases.change_proposals import Wording
from rubrica.usecases.demo.people import People
from rubrica.usecases.demo.raters import Rater
from rubrica.usecases.guidelines import publish_guideline, save_draft

_CLAUSE: Final = "TE-1"
_BLUR: Final = (
    "Blur, noise or a wrong colour in one place is a fault where it touches a main subject, and a choice where it lies "
    "on the background alone."
)
_EXAMPLES: Final = {
    "plausibility": {
        "item": "002-brick",
        "right": 2,
        "wrong": 4,
        "why": "The bricks are bent at a first glance. The worst fault decides, however sound the rest of the wall is.",
        "clause": "PL-1.1",
    },
    "overall": {
        "item": "007-skyline-mirrored",
        "right": 3,
        "wrong": 5,
        "why": "A patch has another colour than its surroundings. It is noticed in a normal look, so the picture is "
        "used with reservations, although nothing in it is impossible.",
        "clause": "TE-1",
    },
}
"""Worked examples of version 2, by criterion."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a rater asks it, about an item with a planted fault of this kind where the rater has had one."""

    rater: int
    fault: str
    kind: str
    text: str
    clause: str
    criterion: str = ""
    answer: str = ""


_BLURRED: Final = Asked(
    0,
    "blur",
    "ambiguous_rule",
    "The blur lies on the background alone. Is it a fault, or the photographer's choice?",
    _CLAUSE,
    "overall",
    "I marked it as minor",
)
_TINTED: Final = Asked(
    1,
    "colour_cast",
    "conflict",
    "One corner has another colour, the rest is neutral. Does that lower Plausibility, or only Overall?",
    _CLAUSE,
    "plausibility",
    "I lowered Overall only",
)
_NOISY: Final = Asked(
    2,
    "noise",
    "gap",
    "Noise lies over the whole image. Does it count in Aesthetics as well as in Overall?",
    "AE-1",
    "aesthetics",
)
_TINY: Final = Asked(3, "clone", "gap", "May I mark a fault that only full magnification shows?", "GE-1.1")
_TINTED_TOO: Final = Asked(4, "colour_cast", "ambiguous_rule", "A patch is tinted. Plausibility or not?", _CLAUSE)
_TWICE: Final = Asked(
    3,
    "clone",
    "novel_pattern",
    "The same stretch of wall stands there twice, far apart. One mark or two?",
    "GE-1.2",
    answer="One mark, with a note",
)


def ask_and_rule(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    """Let raters ask what version 1 leaves open: one is ruled on, one the rules decide as they are."""
    if EdgeCase.objects.of(project).exists():
        return
    with transaction.atomic():
        _decide_on_blur(project, people, raters, now=now)
        tiny = _raise(project, raters, _TINY, now=now + timedelta(hours=6))
        reason = "GE-1.1 decides: mark it as minor, whatever it is."
        edge_cases.answer_case(people.lead, project.slug, tiny.number, reason=reason, now=now + timedelta(hours=8))


def _decide_on_blur(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    case, slug = _raise(project, raters, _BLURRED, now=now), project.slug
    options = ["A fault wherever it lies", "A fault only on a main subject"]
    edge_cases.open_vote(people.lead, slug, case.number, options=options, now=now + timedelta(minutes=20))
    for place, (rater, option, reason) in enumerate(
        (
            (0, 1, "A soft background keeps the eye on the subject."),
            (1, 1, "I would deliver such a picture."),
            (2, 0, "The prompt did not ask for a soft background."),
            (3, 1, "TE-1 calls it a choice, if I read it right."),
        )
    ):
        at = now + timedelta(minutes=40 + 15 * place)
        edge_cases.vote(raters[rater].account, slug, case.number, option=option, reason=reason, now=at)
    edge_cases.close_vote(people.lead, slug, case.number, now=now + timedelta(hours=2))
    said = "Agreed, as long as it does not touch the subject's outline."
    edge_cases.post(raters[2].account, slug, case.number, text=said, now=now + timedelta(hours=3))
    decision = rulings.Decision(
        decision="Blur on the background alone is a choice, not a fault.",
        rationale="Nobody would send the picture back for it, and marks on it hide those that count.",
        reach="pattern",
        review_on=(now + timedelta(days=90)).date(),
        clause=_CLAUSE,
        criterion=_BLURRED.criterion,
        code="TECH.blur",
    )
    rulings.rule(people.lead, slug, case.number, decision, now=now + timedelta(hours=4))


def _vote_on_tint(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    case, slug = _raise(project, raters, _TINTED, now=now), project.slug
    later = _raise(project, raters, _TINTED_TOO, now=now + timedelta(minutes=30))
    edge_cases.merge_case(people.lead, slug, later.number, into=case.number, now=now + timedelta(hours=1))
    options = ["Both", "Overall only", "Plausibility where the colour is impossible"]
    edge_cases.open_vote(people.lead, slug, case.number, options=options, now=now + timedelta(hours=2))
    for rater, option, reason in ((1, 1, "Nothing in it is impossible."), (4, 0, "It looks wrong, so it is wrong.")):
        at = now + timedelta(hours=3 + rater)
        edge_cases.vote(raters[rater].account, slug, case.number, option=option, reason=reason, now=at)


def _discuss_noise(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    case, slug = _raise(project, raters, _NOISY, now=now), project.slug
    edge_cases.open_vote(people.lead, slug, case.number, options=["In both", "In Overall only"], now=now)
    for rater, option, reason in (
        (0, 1, "AE-1 says not to count a marked fault twice."),
        (2, 0, "Grain is part of a look."),
    ):
        at = now + timedelta(minutes=30 * (rater + 1))
        edge_cases.vote(raters[rater].account, slug, case.number, option=option, reason=reason, now=at)
    edge_cases.close_vote(people.lead, slug, case.number, now=now + timedelta(hours=3))
    text = "Two of us read AE-1 differently. An example in the guideline would settle it."
    edge_cases.post(people.reviewer, slug, case.number, text=text, now=now + timedelta(hours=4))


def _raise(project: Project, raters: Sequence[Rater], asked: Asked, *, now: datetime) -> EdgeCase:
    """Ask about the item last judged that has such a fault, at its place; where nobody had one, about another whole.

    The rater who is named asks if that one had it, and the next one otherwise.
    """
    other: tuple[Rater, Assignment] | None = None
    for rater in (*raters[asked.rater :], *raters[: asked.rater]):
        own = Assignment.objects.of_account(rater.account).filter(project=project, state=AssignmentState.SUBMITTED)
        for had in own.select_related("item").order_by("-taken_at", "-pk"):
            faults = [each for each in had.item.known_defects if each["kind"] == asked.fault]
            if faults:
                place = {"image": "a", "shape": "box", "geometry": faults[0]["box"]}
                return _ask(rater, had, asked, place, now=now)
            other = other or (rater, had)
    if other is None:
        message = "nobody has judged anything in the demo"
        raise LookupError(message)
    return _ask(*other, asked, {"image": "a", "shape": "whole"}, now=now)


def _ask(rater: Rater, had: Assignment, asked: Asked, region: dict[str, Any], *, now: datetime) -> EdgeCase:
    question = {
        "kind": asked.kind,
        "question": asked.text,
        "clause": asked.clause,
        "criterion": asked.criterion,
        "answer": asked.answer,
        "region": region,
    }
    key = f"demo-case-{asked.fault}-{asked.kind}"
    return edge_cases.raise_case(rater.account, had.public_id, payload=question, key=key, now=now).case


def clarify(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    """Let the ruling become a clause: proposed, accepted, published as version 2, and read by most."""
    version, slug = _in_force(project), project.slug
    if version.number > 1:
        return
    with transaction.atomic():
        wording = Wording(
            clause=_CLAUSE,
            text=f"{_text_of(version, _CLAUSE)}\n\n{_BLUR}\n",
            summary="Faults on the background alone",
            rationale="Three of us marked them and three did not.",
            rulings=(1,),
        )
        made = change_proposals.propose_change(raters[0].account, slug, wording, now=now)
        for place, rater in enumerate(raters[1:4]):
            at = now + timedelta(minutes=20 * (place + 1))
            change_proposals.give_opinion(rater.account, slug, made.number, approves=True, comment="", now=at)
        at = now + timedelta(hours=2)
        reason = "Clear, and what we ruled."
        change_proposals.decide_proposal(people.lead, slug, made.number, ProposalEvent.ACCEPT, reason=reason, now=at)
        _add_worked_examples(project, people, now=at + timedelta(minutes=20))
        publish_guideline(
            people.lead,
            slug,
            now=at + timedelta(hours=1),
            summary="Faults on the background alone are none; two worked examples",
            change_class=ChangeClass.CLARIFICATION,
            which=Which.ALL,
        )
        for place, rater in enumerate(raters[:4]):
            acknowledge(rater.account, slug, number=2, now=at + timedelta(hours=1, minutes=15 * (place + 1)))


def _add_worked_examples(project: Project, people: People, *, now: datetime) -> None:
    draft = GuidelineDraft.objects.of(project).get()
    known = set(Item.objects.of(project).values_list("key", flat=True))
    criteria = [
        {**criterion, "worked_examples": [_EXAMPLES[criterion["id"]]]}
        if criterion["id"] in _EXAMPLES and _EXAMPLES[criterion["id"]]["item"] in known
        else criterion
        for criterion in draft.rubric["criteria"]
    ]
    rubric = {**draft.rubric, "criteria": criteria}
    save_draft(people.lead, project.slug, markdown=draft.markdown, rubric=rubric, revision=draft.revision, now=now)


def keep_asking(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    """Leave something to do: cases at every stage, a proposal under way, and questions about clauses."""
    slug = project.slug
    if ChangeProposal.objects.of(project).count() > 1:
        return
    with transaction.atomic():
        _vote_on_tint(project, people, raters, now=now - timedelta(hours=14))
        _discuss_noise(project, people, raters, now=now - timedelta(hours=30))
        _raise(project, raters, _TWICE, now=now)
        text = _text_of(_in_force(project), "AE-1")
        wording = Wording(
            clause="AE-1",
            text=f"{text}\n\nNoise over the whole image counts in *Overall* alone.\n",
            summary="Noise counts once",
            rationale="We do not agree on Aesthetics where an image is noisy.",
            rulings=(),
        )
        made = change_proposals.propose_change(raters[1].account, slug, wording, now=now - timedelta(hours=20))
        change_proposals.give_opinion(
            raters[2].account, slug, made.number, approves=True, comment="", now=now - timedelta(hours=9)
        )
        change_proposals.give_opinion(
            raters[3].account,
            slug,
            made.number,
            approves=False,
            comment="Grain can be part of the look that was asked for.",
            now=now - timedelta(hours=8),
        )
        asked = clause_questions.ask_about_clause(
            people.specialist, slug, "AN-1.1", text="Is a hand inside a glove hidden or missing?", now=now
        )
        clause_questions.answer_clause_question(
            people.reviewer, slug, asked.public_id, text="Hidden. The glove shows where it is.", now=now
        )
        clause_questions.ask_about_clause(
            raters[4].account, slug, "SV-1", text="Is a tint that everybody sees moderate or major?", now=now
        )


def _in_force(project: Project) -> GuidelineVersion:
    return GuidelineVersion.objects.of(project).latest("number")


def _text_of(version: GuidelineVersion, anchor: str) -> str:
    return (clause_text(version.markdown, anchor) or "").rstrip()

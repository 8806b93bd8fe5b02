"""What tests of applications and engagements share: an opening with questions, and somebody who applies."""

from typing import Any

from rubrica.records.models import Account, Application, StoredOpening
from rubrica.usecases import application_forms, application_review, applications, engagement_terms
from rubrica.usecases.jobs import run_next
from rubrica.worker.handlers import HANDLERS
from tests.cast import World, published_opening

QUESTIONS: list[dict[str, Any]] = [
    {"id": "why", "kind": "long", "text": "What is a fault of anatomy?"},
    {"id": "screen", "kind": "single", "text": "Is your screen calibrated?", "choices": ["Yes", "No"]},
    {"id": "work", "kind": "url", "text": "Where can we see your work?", "is_required": False},
]
ANSWERS: dict[str, Any] = {"why": "Six fingers on a hand.", "screen": "Yes"}
REASON = "Your first answer names no rule, and we look for people who cite one."


def opening_with_questions(world: World, **changes: Any) -> StoredOpening:
    """Let Lena publish an opening that asks three questions."""
    opening = published_opening(world, now=world.now, **changes)
    application_forms.replace_questions(world.lena, "audit", opening.number or 0, QUESTIONS, now=world.now)
    return opening


def applied(world: World, account: Account, opening: StoredOpening) -> Application:
    """Let somebody apply."""
    return applications.submit_application(account, opening.public_id, ANSWERS, now=world.now)


def read(world: World, application: Application, by: Account, verdict: str = "yes") -> None:
    """Let somebody read an application."""
    application_review.read_application(by, "audit", application.number, verdict, note="It cites PL-1.", now=world.now)


def declined(world: World, application: Application, **changes: Any) -> Application:
    """Let Lena read an application and decline it."""
    read(world, application, world.lena, "no")
    refusal = {"reason_code": "answers", "reason": REASON, "criterion": "Cites rules", "reapply_from": world.now.date()}
    return application_review.decline_application(
        world.lena, "audit", application.number, application_review.Refusal(**{**refusal, **changes}), now=world.now
    )


def offered(world: World, application: Application) -> Application:
    """Let Lena read an application, shortlist it and make an offer."""
    read(world, application, world.lena)
    application_review.shortlist(world.lena, "audit", application.number, now=world.now)
    return application_review.make_offer(world.lena, "audit", application.number, now=world.now)


def accept(world: World, application: Application) -> Application:
    """Let whoever applied accept the offer with the terms that stand there."""
    engagement = applications.offer_of(application)
    assert engagement is not None
    newest = engagement_terms.terms_versions(engagement, now=world.now)[0]
    return applications.answer_offer(
        application.account,
        application.public_id,
        accepts=True,
        terms_sha256=newest.stored.sha256,
        now=world.now,
    )


def work(world: World) -> None:
    """Let the worker do everything that is due."""
    while run_next(HANDLERS, lambda: world.now):
        pass

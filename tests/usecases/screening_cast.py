"""What tests of screenings share: a project that screens whoever applies, and somebody who is screened."""

from datetime import timedelta
from typing import Any

from rubrica.domain.active_time import Page
from rubrica.domain.guideline import parse_guideline
from rubrica.records.models import Account, Application, GoldPlan, Screening, StoredOpening
from rubrica.usecases import applications, assignments, evaluations, gold, screening, screening_plan
from rubrica.usecases.active_time import SentBeat, take_beats
from tests.cast import World, audit_answer, published_opening
from tests.usecases.applying import work

RIGHT, WRONG = audit_answer(5), audit_answer(4)
ANSWERS = dict.fromkeys(("plausibility", "alignment", "aesthetics", "overall"), 5)
RATIONALE = " ".join(["The hand at the left has a sixth finger and its shadow falls the wrong way."] * 5)


def anchors(world: World) -> tuple[str, ...]:
    """Return the anchors of the guideline in force."""
    return parse_guideline(world.guideline.markdown).anchors


def checks(world: World, count: int = 3) -> list[dict[str, Any]]:
    """Return questions on the guideline; the first choice is right, of the last one the first two are."""
    questions: list[dict[str, Any]] = [
        {"text": f"Question {place}?", "choices": ["Yes", "No", "Never"], "right": [0], "clause": anchors(world)[place]}
        for place in range(count)
    ]
    return [*questions[:-1], {**questions[-1], "right": [0, 1], "is_multi": True}]


def writing(world: World, **changes: Any) -> dict[str, Any]:
    """Return a writing task on the first clause, about the first item and about nothing to be seen."""
    prompts = [{"text": "What is wrong here?", "item": world.items[0].key}, {"text": "When is a seam a fault?"}]
    return {"clauses": [anchors(world)[0]], "prompts": prompts, **changes}


def screens(
    world: World, *, questions: int = 3, tests: int = 0, practice: int = 0, writes: bool = False, **plan: int
) -> None:
    """Let Lena screen whoever applies: so many questions, items of test and of practice, and perhaps writing."""
    GoldPlan.objects.of(world.project).delete()
    GoldPlan.objects.create(project=world.project, test_items=tests, tolerances=dict.fromkeys(ANSWERS, 0), **plan)
    for place, item in enumerate(world.items[1 : 1 + tests + practice]):
        gold.make_gold(world.lena, "audit", item.public_id, answers=ANSWERS, is_practice=place >= tests, now=world.now)
    screening_plan.change_screening(
        world.lena,
        "audit",
        is_on=True,
        questions=checks(world, questions) if questions else [],
        writing=writing(world) if writes else None,
        now=world.now,
    )


def opening_of(world: World, **changes: Any) -> StoredOpening:
    """Let Lena publish an opening that asks no questions of its own."""
    return published_opening(world, now=world.now, **changes)


def screened(world: World, account: Account, opening: StoredOpening) -> Application:
    """Let somebody apply, and return the application as it is then."""
    return applications.submit_application(account, opening.public_id, {}, now=world.now)


def answer(world: World, account: Account, application: Application, *, right: bool = True) -> None:
    """Let somebody answer every question on the guideline, rightly or not."""
    _screening, asked = screening.questions_for(account, application.public_id)
    chosen = {place: each.question.right if right else (2,) for place, each in enumerate(asked)}
    screening.answer_questions(account, application.public_id, chosen, now=world.now)


def judge(world: World, account: Account, payload: dict[str, Any]) -> None:
    """Let somebody judge everything that is lent, and the worker do what follows."""
    while work_ := assignments.take_assignments(account, "audit", hold=1, now=world.now).assignments:
        held = work_[0].held.public_id
        evaluations.submit_evaluation(
            account, held, payload=payload, key=f"key-{held}", hold=0, now=world.later(seconds=20)
        )
    work(world)


def spend(world: World, account: Account, minutes: float, session: str = "reading") -> None:
    """Let somebody read the guideline for so long, doing something every half minute."""
    count = round(minutes * 2)
    start = world.now
    for first in range(0, count + 1, 10):
        numbers = range(first, min(first + 10, count) + 1)
        beats = [SentBeat(number + 1, 30_000 * number, Page.GUIDELINE, inputs=1) for number in numbers]
        last = numbers[-1]
        world.now = start + timedelta(seconds=30 * last)
        take_beats(account, "audit", session=session, counter=30_000 * last, beats=beats, now=world.now)


def row_of(application: Application) -> Screening:
    """Return the screening of an application as it is stored."""
    return Screening.objects.of(application.project).get(application=application)

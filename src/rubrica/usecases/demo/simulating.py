"""The simulated raters at work, through the same doors as everybody else."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from rubrica.domain.blinding import Presentation
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.simulation import answer
from rubrica.records.models import Item, Project
from rubrica.usecases.access import open_project
from rubrica.usecases.assignments import Offer, take_assignments
from rubrica.usecases.demo.raters import Rater
from rubrica.usecases.evaluations import submit_evaluation
from rubrica.usecases.guidelines import version_of

_BREAK = timedelta(seconds=4)
"""Between one item and the next."""
_LATER_START = timedelta(minutes=11)
"""How much later each rater comes in than the one before."""


def evaluate_everything(project: Project, raters: Sequence[Rater], *, since: datetime) -> int:
    """Let the raters take turns until the queue is empty; return how many evaluations that count they submitted.

    Time passes for each rater from ``since`` on, as fast as that rater works.
    """
    rubric = parse_rubric(version_of(open_project(raters[0].account, project.slug)).rubric)
    truth = dict(Item.objects.of(project).values_list("pk", "known_defects"))
    clocks = {rater.account.pk: since + position * _LATER_START for position, rater in enumerate(raters)}
    at_work = list(raters)
    submitted = 0
    while at_work:
        for rater in tuple(at_work):
            now = clocks[rater.account.pk]
            work = take_assignments(rater.account, project.slug, hold=1, now=now)
            if not work.assignments:
                at_work.remove(rater)
                continue
            offer = work.assignments[0]
            clocks[rater.account.pk] = _evaluate(rater, rubric, offer, truth[offer.held.item_id], now=now) + _BREAK
            submitted += not offer.held.counts_apart
    return submitted


def item_seed(key: str) -> int:
    """Return what decides what an item's faults leave open, alike for everybody."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6])


def _evaluate(rater: Rater, rubric: Rubric, offer: Offer, truth: list[dict[str, object]], *, now: datetime) -> datetime:
    held = offer.held
    payload = answer(
        rater.simulated, rubric, truth, item_seed(held.item_key), Presentation(tuple(held.presentation)), held.prompt
    )
    then = now + timedelta(milliseconds=_active_ms(payload))
    submit_evaluation(rater.account, held.public_id, payload=payload, key=f"demo-{held.public_id}", hold=0, now=then)
    return then


def _active_ms(payload: dict[str, object]) -> float:
    viewing = payload.get("viewing")
    active = viewing.get("active_ms") if isinstance(viewing, dict) else None
    return float(active) if isinstance(active, (int, float)) else 0.0

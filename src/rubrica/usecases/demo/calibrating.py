"""Calibration at work: gold with a test that not everybody passes, rounds, and reviews up to an appeal."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median_low
from typing import Final

from django.db import transaction

from rubrica.domain.blinding import Presentation
from rubrica.domain.calibration_round import ItemChoice, RoundEvent
from rubrica.domain.gold import Purpose
from rubrica.domain.problems import as_object
from rubrica.domain.review import ReviewEvent, ReviewReason
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.simulation import answer
from rubrica.records.models import CalibrationRound, Evaluation, Gold, Item, Project, ProjectMembership, Review
from rubrica.usecases import attempts, gold, reviews, rounds
from rubrica.usecases.access import open_project
from rubrica.usecases.demo.people import People
from rubrica.usecases.demo.raters import Rater, on_a_bad_day, trained
from rubrica.usecases.demo.simulating import evaluate_everything, item_seed
from rubrica.usecases.guidelines import version_of
from rubrica.usecases.reviews import Verdict

_GOLD_ITEMS: Final = 4
_ROUND_ITEMS: Final = 4
_ASKED: Final = ("plausibility", "alignment", "overall")
_SAID: Final = (
    "I went by the fault alone. The clause asks what one would do with the image.",
    "So did I. A fault at the edge can stay a 4.",
)


def hold_tests(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    """Make gold, one of it with an answer that good raters dispute, and have everybody take a test on it."""
    slug, lead = project.slug, people.lead
    if Gold.objects.of(project).exists():
        return
    items = list(Item.objects.of(project).exclude(known_defects=[]).order_by("-pk")[:_GOLD_ITEMS])
    whole = Item.objects.of(project).filter(known_defects=[]).order_by("-pk").first()
    if len(items) < _GOLD_ITEMS or whole is None:
        return
    with transaction.atomic():
        rubric = parse_rubric(version_of(open_project(lead, slug)).rubric)
        gold.change_plan(lead, slug, numbers={"clarification_items": 0, "pass_percent": 50}, tolerances={}, now=now)
        for item in items:
            answers = _right_answers(rubric, raters, item)
            note = "Two experts, each alone."
            gold.make_gold(lead, slug, item.public_id, answers=answers, note=note, now=now)
        note = "The horizon leans."
        gold.make_gold(lead, slug, whole.public_id, answers={"overall": 2}, note=note, now=now)
        for member in ProjectMembership.objects.of(project).filter(account__in=[each.account for each in raters]):
            attempts.order_attempt(
                lead, slug, member.account.public_id, Purpose.QUALIFICATION, _GOLD_ITEMS + 1, now=now
            )
        taking_it = (*raters[:-1], on_a_bad_day(raters[-1]))
        evaluate_everything(project, taking_it, since=now + timedelta(hours=1))


def _right_answers(rubric: Rubric, raters: Sequence[Rater], item: Item) -> dict[str, int]:
    """Return what the raters would say in the middle, each alone: what experts agree on, near enough."""
    given: defaultdict[str, list[int]] = defaultdict(list)
    for rater in raters:
        shown = Presentation((0,))
        payload = answer(rater.simulated, rubric, item.known_defects, item_seed(item.key), shown, item.prompt)
        said = as_object(payload["answers"]) or {}
        for name in _ASKED:
            value = said.get(name)
            given[name] += [value] if isinstance(value, int) else []
    return {name: median_low(values) for name, values in given.items() if values}


def hold_rounds(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    """Hold a calibration round to its end, and leave a second one half done."""
    slug, lead = project.slug, people.lead
    if CalibrationRound.objects.of(project).exists() or not Gold.objects.of(project).exists():
        return
    with transaction.atomic():
        first = rounds.open_round(
            lead, slug, title="Where we lie apart", choice=ItemChoice.DISPUTED, count=_ROUND_ITEMS, now=now
        )
        evaluate_everything(project, raters, since=now + timedelta(hours=1))
        rounds.move_round(lead, slug, first.number, RoundEvent.REVEAL, now=now + timedelta(hours=4))
        taking_part = rounds.round_file(open_project(lead, slug), first.number).participants
        for place, text in enumerate(_SAID):
            speaker = taking_part[place % len(taking_part)].account
            at = now + timedelta(hours=5 + place)
            rounds.post_in_round(speaker, slug, first.number, 0, text=text, now=at)
        rounds.move_round(lead, slug, first.number, RoundEvent.JUDGE_AGAIN, now=now + timedelta(hours=7))
        evaluate_everything(project, trained(raters), since=now + timedelta(hours=8))
        rounds.move_round(lead, slug, first.number, RoundEvent.CLOSE, now=now + timedelta(hours=11))
        at = now + timedelta(hours=24)
        rounds.open_round(
            lead, slug, title="Faults in one place", choice=ItemChoice.SAMPLE, count=_ROUND_ITEMS // 2, now=at
        )
        evaluate_everything(project, raters[:2], since=at + timedelta(hours=1))


def review(project: Project, people: People, raters: Sequence[Rater], *, now: datetime) -> None:
    """Fill the queue of reviews: some wait, one was returned, one accepted, one adjudicated and appealed against."""
    slug, reviewer = project.slug, people.reviewer
    if Review.objects.of(project).exists():
        return
    with transaction.atomic():
        returned = _flag(project, people, raters[0], "Was the edge looked at?", now=now)
        verdict = Verdict(
            ReviewEvent.RETURN,
            comment="Which fault decided here? Look at PL-1.1 again, and say it in one sentence, please.",
            criterion="plausibility",
            clause="PL-1.1",
        )
        reviews.decide(reviewer, slug, returned.number, verdict, now=now + timedelta(hours=1))
        apart = _flag(project, people, raters[1], "The others lie elsewhere.", now=now)
        given = apart.evaluation.answer["answers"]["plausibility"]
        verdict = Verdict(
            ReviewEvent.ADJUDICATE,
            comment="What strikes at first glance decides, and nothing else.",
            criterion="plausibility",
            clause="PL-1.1",
            answers={"plausibility": given - 1 if given > 1 else given + 1},
        )
        reviews.decide(reviewer, slug, apart.number, verdict, now=now + timedelta(hours=2))
        reason = "I looked twice, and PL-1 describes what I saw in the words of the level that I chose."
        reviews.appeal(raters[1].account, slug, apart.number, reason=reason, now=now + timedelta(hours=5))
        accepted = _flag(project, people, raters[2], "", now=now + timedelta(hours=3))
        verdict = Verdict(ReviewEvent.ACCEPT, comment="Well seen, and said where.")
        reviews.decide(reviewer, slug, accepted.number, verdict, now=now + timedelta(hours=4))
        reviews.queue_reviews(reviewer, slug, ReviewReason.DISAGREEMENT, 4, now=now + timedelta(hours=6))
        reviews.queue_reviews(reviewer, slug, ReviewReason.SAMPLE, 3, now=now + timedelta(hours=6))


def _flag(project: Project, people: People, rater: Rater, note: str, *, now: datetime) -> Review:
    """Flag an evaluation of an image that something is wrong with, where the rater has made one."""
    own = Evaluation.objects.of(project).filter(
        rater=rater.account, guideline=project.guideline_id, superseded_by=None, is_repeat=False
    )
    chosen = own.exclude(item__known_defects=[]).order_by("pk").first() or own.order_by("pk").first()
    if chosen is None:
        message = f"{rater.account} has evaluated nothing in the demo"
        raise LookupError(message)
    return reviews.flag_evaluation(people.reviewer, project.slug, chosen.public_id, note=note, now=now)

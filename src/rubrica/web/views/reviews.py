"""Reviews: the queue of those who decide, and for raters what was decided on their work."""

from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.gold import choices, in_words
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.review import MAX_COMMENT, REVIEW_PROCESS, ReviewEvent, ReviewReason, ReviewState
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import parse_rubric
from rubrica.kit.clock import now
from rubrica.records.models import ItemImage
from rubrica.records.queries.items import first_images
from rubrica.usecases import reviews as usecases
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.items import item_of
from rubrica.usecases.pseudonyms import reviewer_shown
from rubrica.web.evaluated_item import evaluated_item, words_of
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt

PAGE: Final = 200
_SAID: Final = {
    "accept": gettext_lazy("Accepted."),
    "return": gettext_lazy("Returned; the rater sees why."),
    "adjudicate": gettext_lazy("Adjudicated; it stands beside what the raters said."),
    "appeal": gettext_lazy("Your appeal waits for another person."),
    "settle": gettext_lazy("Noted."),
    "uphold": gettext_lazy("The appeal is upheld, and what rested on the decision is repaired."),
    "dismiss": gettext_lazy("The appeal is dismissed."),
    "take-over": gettext_lazy("You see to this review from now on."),
}


@require_safe
def reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the queue to those who decide, and to raters what was decided on their own work."""
    access = open_project(person(request), slug)
    decides = access.may(Permission.REVIEW)
    rows = list((usecases.reviews_of(access) if decides else usecases.own_reviews(access))[:PAGE])
    images = first_images(access.project, {row.evaluation.item_id for row in rows})
    waiting = {ReviewState.PENDING, ReviewState.APPEALED} if decides else REVIEW_PROCESS.waiting
    context = {
        "access": access,
        "decides": decides,
        "open": [(row, images.get(row.evaluation.item_id, "")) for row in rows if row.state in waiting],
        "settled": [(row, images.get(row.evaluation.item_id, "")) for row in rows if row.state not in waiting],
        "now": now(),
    }
    return render(request, "review/reviews.html", context)


@require_safe
def review(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a review: to who decides with everything said of the item, to the rater with the rater's own answers."""
    access = open_project(person(request), slug)
    file = usecases.review_file(access, number)
    evaluation = file.review.evaluation
    rubric = parse_rubric(evaluation.guideline.rubric)
    decides = access.may(Permission.REVIEW)
    item = item_of(access, evaluation.item.public_id) if decides else None
    criterion = rubric.criterion_of.get(file.review.criterion)
    context = {
        "access": access,
        "file": file,
        "review": file.review,
        "decides": decides,
        "events": {event.value for event in file.events},
        "criterion": criterion.name if criterion is not None else file.review.criterion,
        "answers": words_of(rubric, evaluation.answer.get("answers") or {}, evaluation.item.prompt),
        "right": in_words(rubric, file.adjudication.answers) if file.adjudication is not None else (),
        "images": _images(access, evaluation.item_id),
        "steps": [(step, reviewer_shown(access, step.actor)) for step in file.steps],
        "content": evaluated_item(access, item.item, item.images) if item is not None else None,
        "item": evaluation.item,
        "criteria": rubric.criteria,
        "clauses": parse_guideline(evaluation.guideline.markdown).clauses,
        "choices": choices(rubric),
        "is_revisable": evaluation.guideline_id == access.project.guideline_id,
        "is_late": file.review.due_at is not None and file.review.due_at < now(),
    }
    return render(request, "review/review.html", context)


def _images(access: ProjectAccess, item: int) -> list[str]:
    rows = ItemImage.objects.of(access.project).filter(item=item).order_by("slot")
    return list(rows.values_list("image__public_id", flat=True))


@require_POST
def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """Put evaluations into the queue, drawn by lot or the disputed ones."""
    own, wanted, count = person(request), posted(request, "why", most=12), whole(request, "count")
    open_project(own, slug, Permission.REVIEW)
    why = ReviewReason.DISAGREEMENT if wanted == ReviewReason.DISAGREEMENT.value else ReviewReason.SAMPLE
    attempt(
        request,
        lambda: usecases.queue_reviews(own, slug, why, count, now=now()),
        _("Queued, as far as there were any."),
    )
    return redirect("reviews", slug)


@require_POST
def flag(request: HttpRequest, slug: str, evaluation: str) -> HttpResponse:
    """Put one evaluation into the queue."""
    own, note = person(request), posted(request, "note", most=usecases.MAX_NOTE)
    access = open_project(own, slug, Permission.REVIEW)
    attempt(
        request,
        lambda: usecases.flag_evaluation(own, slug, evaluation, note=note, now=now()),
        _("The evaluation is in the queue."),
    )
    return redirect("reviews", access.project.slug)


@require_POST
def review_step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Let a review take a step."""
    own = person(request)
    access = open_project(own, slug)
    if step not in _SAID:
        raise Http404
    attempt(request, _action(request, access, number, step), str(_SAID[step]))
    return redirect("review", slug, number)


def _action(request: HttpRequest, access: ProjectAccess, number: int, step: str) -> Callable[[], object]:
    own, slug, at = access.account, access.project.slug, now()
    match step:
        case "appeal":
            reason = posted(request, "reason", most=MAX_COMMENT)
            return lambda: usecases.appeal(own, slug, number, reason=reason, now=at)
        case "settle":
            return lambda: usecases.settle(own, slug, number, now=at)
        case "take-over":
            return lambda: usecases.take_over(own, slug, number, now=at)
        case "uphold" | "dismiss":
            reason = posted(request, "reason", most=MAX_COMMENT)
            return lambda: usecases.decide_appeal(own, slug, number, uphold=step == "uphold", reason=reason, now=at)
        case _:
            verdict = usecases.Verdict(
                event=ReviewEvent(step),
                comment=posted(request, "comment", most=MAX_COMMENT),
                criterion=posted(request, "criterion", most=60),
                clause=posted(request, "clause", most=40),
                answers=_posted_answers(request) if step == ReviewEvent.ADJUDICATE.value else None,
            )
            return lambda: usecases.decide(own, slug, number, verdict, now=at)


def _posted_answers(request: HttpRequest) -> dict[str, object]:
    prefix = "answer-"
    names = [name for name in request.POST if name.startswith(prefix)]
    return {name.removeprefix(prefix): posted(request, name, most=60) for name in names[:100]}

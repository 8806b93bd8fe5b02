"""Calibration rounds: the list, one round before and after it is revealed, and what it brought."""

from collections import defaultdict
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.calibration_round import MAX_POST, MAX_TITLE, ItemChoice, RoundEvent
from rubrica.domain.roles import Permission
from rubrica.kit.clock import now
from rubrica.records.models import ItemImage, RoundPost
from rubrica.usecases import rounds as usecases
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.pseudonyms import name_shown
from rubrica.web.evaluated_item import evaluated_items
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt

_SAID: Final = {
    "reveal": gettext_lazy("Revealed: those who judged everything see how the others did."),
    "judge-again": gettext_lazy("Everybody who took part judges the items once more."),
    "close": gettext_lazy("The round is closed."),
}


@require_safe
def rounds(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a project's rounds, and the form that opens one."""
    access = open_project(person(request), slug)
    context = {
        "access": access,
        "rounds": usecases.rounds_of(access),
        "may_run": access.may(Permission.RUN_ROUNDS),
        "now": now(),
    }
    return render(request, "round/rounds.html", context)


@require_POST
def open_round(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a round."""
    own, wanted, count = person(request), posted(request, "choice", most=10), whole(request, "count")
    title = posted(request, "title", most=MAX_TITLE)
    open_project(own, slug, Permission.RUN_ROUNDS)
    choice = ItemChoice(wanted) if wanted in set(ItemChoice) else ItemChoice.SAMPLE
    attempt(
        request,
        lambda: usecases.open_round(own, slug, title=title, choice=choice, count=count, now=now()),
        _("The round is open: its items come before other work."),
    )
    return redirect("rounds", slug)


@require_safe
def calibration_round(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a round: who is how far, and once it is revealed what everybody answered."""
    access = open_project(person(request), slug)
    file = usecases.round_file(access, number)
    context: dict[str, object] = {
        "access": access,
        "file": file,
        "round": file.round,
        "participants": [(row, name_shown(access, row.account)) for row in file.participants],
        "events": {event.value for event in file.events},
        "now": now(),
    }
    if file.sees_answers:
        from rubrica.usecases.reports.rounds import round_results  # noqa: PLC0415  (slow import: numpy)

        context |= {
            "results": round_results(access.project, file.round),
            "items": _items(access, file),
        }
    return render(request, "round/round.html", context)


def _items(access: ProjectAccess, file: usecases.RoundFile) -> list[dict[str, object]]:
    images: defaultdict[int, list[ItemImage]] = defaultdict(list)
    rows = ItemImage.objects.of(access.project).filter(item__in=[row.item_id for row in file.items])
    for image in rows.select_related("image").order_by("slot"):
        images[image.item_id].append(image)
    items = [(row.item, images[row.item_id]) for row in file.items]
    stages = [
        evaluated_items(access, items, usecases.round_evaluations(access.project, file.round, stage))
        for stage in file.stages
    ]
    talk: defaultdict[int, list[tuple[RoundPost, str]]] = defaultdict(list)
    for post in file.posts:
        talk[post.round_item_id].append((post, name_shown(access, post.author)))
    return [
        {
            "row": row,
            "before": stages[0][row.item_id],
            "after": next((after for stage in stages[1:] if (after := stage[row.item_id]).said), None),
            "posts": talk[row.pk],
        }
        for row in file.items
    ]


@require_POST
def say(request: HttpRequest, slug: str, number: int, position: int) -> HttpResponse:
    """Say something about an item of a round."""
    own, text = person(request), posted(request, "text", most=MAX_POST)
    open_project(own, slug)
    attempt(
        request,
        lambda: usecases.post_in_round(own, slug, number, position, text=text, now=now()),
        _("Said."),
    )
    return redirect("calibration_round", slug, number)


@require_POST
def round_step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Reveal, have it judged again, or close."""
    own = person(request)
    open_project(own, slug, Permission.RUN_ROUNDS)
    if step not in _SAID:
        raise Http404
    event = RoundEvent(step.replace("-", "_"))
    attempt(request, lambda: usecases.move_round(own, slug, number, event, now=now()), str(_SAID[step]))
    return redirect("calibration_round", slug, number)

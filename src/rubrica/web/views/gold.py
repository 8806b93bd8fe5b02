"""Gold: items with known answers and how they fare; tests and calibrations, for who asks and who is asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.criterion import Criterion
from rubrica.domain.gold import (
    ASKED_BY_LEADS,
    MARKS,
    GoldSource,
    Purpose,
    Scores,
    choices,
    in_words,
    known_criteria,
    tolerance_of,
)
from rubrica.domain.roles import Permission, Role
from rubrica.kit.clock import now
from rubrica.kit.ids import PUBLIC_ID_LENGTH
from rubrica.records.models import Item, ProjectMembership
from rubrica.records.queries.rubrics import rubric_of
from rubrica.usecases import attempts as attempt_usecases
from rubrica.usecases import gold as usecases
from rubrica.usecases import gold_proposals
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.attempts import AttemptReport
from rubrica.usecases.gold import MAX_NOTE, MAX_REASON, PLAN_RANGES
from rubrica.usecases.gold_scores import gold_health
from rubrica.usecases.pseudonyms import by_name_shown
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt


@require_safe
def gold(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the plan, the gold in force with its health, what could become gold, and everybody's attempts."""
    access = open_project(person(request), slug, Permission.MANAGE_GOLD)
    members = ProjectMembership.objects.of(access.project).filter(role=Role.SPECIALIST, is_active=True)
    context = {
        "access": access,
        "plan": usecases.plan_of(access.project),
        "tolerances": _tolerances(access),
        "health": gold_health(access),
        "proposals": gold_proposals.proposals(access),
        "attempts": [(row, _by_criterion(row)) for row in attempt_usecases.attempts_of(access)],
        "members": by_name_shown(access, members.select_related("account")),
        "purposes": [(purpose.value, purpose.capitalize()) for purpose in ASKED_BY_LEADS],
        "fewest": attempt_usecases.FEWEST_ITEMS,
    }
    return render(request, "gold/gold.html", context)


@require_POST
def change_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Change how much gold comes unannounced, and what is asked of people."""
    own = person(request)
    numbers = {name: whole(request, name) for name in PLAN_RANGES}
    access = open_project(own, slug, Permission.MANAGE_GOLD)
    tolerances = {
        criterion.id: whole(request, name) if posted(request, name, most=9) else None
        for criterion, _usual, _own in _tolerances(access)
        for name in (f"tolerance-{criterion.id}",)
    }
    attempt(
        request,
        lambda: usecases.change_plan(own, slug, numbers=numbers, tolerances=tolerances, now=now()),
        _("The plan was saved."),
    )
    return redirect("gold", slug)


def _tolerances(access: ProjectAccess) -> list[tuple[Criterion, int, int | None]]:
    """Return the criteria that have a tolerance, the usual one, and the project's own."""
    if access.project.guideline is None:
        return []
    own = usecases.plan_of(access.project).tolerances
    criteria = usecases.tolerated_criteria(rubric_of(access.project.guideline))
    return [(criterion, tolerance_of(criterion, {}), own.get(criterion.id)) for criterion in criteria]


@require_POST
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Make gold of the proposed items that were ticked."""
    own = person(request)
    open_project(own, slug, Permission.MANAGE_GOLD)
    chosen = [item for item in request.POST.getlist("item") if "\x00" not in item][: gold_proposals.MOST_PROPOSED]
    attempt(
        request,
        lambda: gold_proposals.accept_proposals(own, slug, chosen, now=now()),
        _("The items are gold from now on."),
    )
    return redirect("gold", slug)


@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a specialist for a test or a calibration."""
    own, wanted = person(request), posted(request, "purpose", most=16)
    member, size = posted(request, "member", most=PUBLIC_ID_LENGTH), whole(request, "size")
    open_project(own, slug, Permission.MANAGE_GOLD)
    purpose = Purpose(wanted) if wanted in set(ASKED_BY_LEADS) else Purpose.CALIBRATION
    attempt(
        request,
        lambda: attempt_usecases.order_attempt(own, slug, member, purpose, size, now=now()),
        _("Asked. The items come before other work."),
    )
    return redirect("gold", slug)


@require_POST
def void(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Void a gold item; everybody is scored anew."""
    own, reason = person(request), posted(request, "reason", most=MAX_REASON)
    open_project(own, slug, Permission.MANAGE_GOLD)
    attempt(
        request,
        lambda: attempt_usecases.void_gold(own, slug, number, reason=reason, now=now()),
        _("Voided. Everybody is scored without it from now on."),
    )
    return redirect("gold", slug)


@require_POST
def keep_for_practice(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Keep a gold item for practice."""
    own = person(request)
    open_project(own, slug, Permission.MANAGE_GOLD)
    attempt(
        request,
        lambda: usecases.keep_for_practice(own, slug, number, now=now()),
        _("The item is for practice from now on."),
    )
    return redirect("gold", slug)


@require_POST
def make(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    """Make an item gold with the answers that a lead gives."""
    own = person(request)
    access = open_project(own, slug, Permission.MANAGE_GOLD)
    rubric = rubric_of(access.project.guideline) if access.project.guideline else None
    answers = {
        criterion.id: posted(request, f"answer-{criterion.id}", most=60)
        for criterion in (known_criteria(rubric) if rubric is not None else ())
    }
    note, use = posted(request, "note", most=MAX_NOTE), posted(request, "use", most=10)
    attempt(
        request,
        lambda: usecases.make_gold(
            own,
            slug,
            item,
            answers=answers,
            note=note,
            is_secret=use == "secret",
            is_practice=use == "practice",
            source=GoldSource.EXPERT,
            now=now(),
        ),
        _("The item is gold from now on."),
    )
    return redirect("item", slug, item)


def gold_form(access: ProjectAccess, item: Item) -> dict[str, object] | None:
    """Return what a lead sees of an item as gold: what it is, or the form that makes it so."""
    if access.project.guideline is None:
        return None
    rubric = rubric_of(access.project.guideline)
    found = usecases.gold_in_force(access.project).filter(item=item).first()
    if found is not None:
        return {"gold": found, "in_words": in_words(rubric, found.answers)}
    return {"gold": None, "choices": choices(rubric)}


@require_safe
def tests(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one's own tests and calibrations: what is asked for, and how the others went."""
    own = person(request)
    access = open_project(own, slug, Permission.READ_OWN_EVALUATIONS)
    reports = attempt_usecases.own_attempts(access)
    membership = ProjectMembership.objects.of(access.project).filter(account=own).first()
    last = next((row.attempt for row in reports if row.attempt.blocks), None)
    must_pass = membership is not None and membership.must_pass
    is_free = membership is not None and membership.role == Role.SPECIALIST and membership.attempt_id is None
    context = {
        "access": access,
        "open": attempt_usecases.open_attempts(own, [access.project]).get(access.project.pk),
        # What is practised is shown as it is judged; of all else nothing before the end.
        "reports": [
            (row, _by_criterion(row))
            for row in reports
            if row.attempt.ended_at is not None or (row.attempt.purpose == Purpose.PRACTICE and row.items)
        ],
        "may_practise": is_free and usecases.gold_in_force(access.project).filter(is_practice=True).exists(),
        "may_retake": must_pass
        and last is not None
        and last.ended_at is not None
        and (last.retake_from is None or last.retake_from <= now()),
        "must_pass": must_pass,
    }
    return render(request, "gold/tests.html", context)


@require_POST
def practise(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin to practise."""
    own = person(request)
    open_project(own, slug, Permission.EVALUATE)
    begun = attempt(
        request,
        lambda: attempt_usecases.practise(own, slug, now=now()),
        _("The items for practice come first. After each you see what is right."),
    )
    return redirect("workbench" if begun else "tests", slug)


@require_POST
def retake(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin a failed test again."""
    own = person(request)
    open_project(own, slug, Permission.EVALUATE)
    begun = attempt(
        request,
        lambda: attempt_usecases.retake(own, slug, now=now()),
        _("The test begins anew; its items come first."),
    )
    return redirect("workbench" if begun else "tests", slug)


def _by_criterion(row: AttemptReport) -> list[tuple[str, object]]:
    names = {criterion.id: criterion.name for criterion in rubric_of(row.attempt.guideline).criteria}
    scores: Scores = row.scores
    return [(names.get(name, _("Planted faults") if name == MARKS else name), tally) for name, tally in scores.items()]

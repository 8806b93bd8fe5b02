"""Gold: items with known answers and how they fare; tests and calibrations, for who asks and who is asked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.gold import MARKS, GoldSource, Purpose, Scores, known_criteria
from rubrica.domain.roles import Permission, Role
from rubrica.domain.rubric import parse_rubric
from rubrica.kit.clock import now
from rubrica.kit.ids import PUBLIC_ID_LENGTH
from rubrica.records.models import Item, ProjectMembership
from rubrica.usecases import attempts as attempt_usecases
from rubrica.usecases import gold as usecases
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.attempts import AttemptReport
from rubrica.usecases.gold import MAX_NOTE, MAX_REASON
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
        "health": usecases.gold_health(access),
        "proposals": usecases.proposals(access),
        "attempts": [(row, _by_criterion(row)) for row in attempt_usecases.attempts_of(access)],
        "members": members.select_related("account").order_by("account__name", "pk"),
        "purposes": [(purpose.value, purpose.capitalize()) for purpose in Purpose],
        "fewest": attempt_usecases.FEWEST_ITEMS,
    }
    return render(request, "gold/gold.html", context)


@require_POST
def change_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Change how much gold comes unannounced, and what is asked of people."""
    own = person(request)
    names = ("test_items", "pass_percent", "retake_days", "clarification_items", "breaking_items")
    changes = {name: whole(request, name) for name in names}
    percent = whole(request, "gold_percent")
    open_project(own, slug, Permission.MANAGE_GOLD)
    attempt(
        request,
        lambda: usecases.change_plan(own, slug, now=now(), gold_percent=percent, **changes),
        _("The plan was saved."),
    )
    return redirect("gold", slug)


@require_POST
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Make gold of the proposed items that were ticked."""
    own = person(request)
    open_project(own, slug, Permission.MANAGE_GOLD)
    chosen = [item for item in request.POST.getlist("item") if "\x00" not in item][: usecases.MOST_PROPOSED]
    attempt(
        request,
        lambda: usecases.accept_proposals(own, slug, chosen, now=now()),
        _("The items are gold from now on."),
    )
    return redirect("gold", slug)


@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask a specialist for a test or a calibration."""
    own, wanted = person(request), posted(request, "purpose", most=16)
    member, size = posted(request, "member", most=PUBLIC_ID_LENGTH), whole(request, "size")
    open_project(own, slug, Permission.MANAGE_GOLD)
    purpose = Purpose(wanted) if wanted in set(Purpose) else Purpose.CALIBRATION
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
def make(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    """Make an item gold with the answers that a lead gives."""
    own = person(request)
    access = open_project(own, slug, Permission.MANAGE_GOLD)
    rubric = parse_rubric(access.project.guideline.rubric) if access.project.guideline else None
    answers = {
        criterion.id: posted(request, f"answer-{criterion.id}", most=60)
        for criterion in (known_criteria(rubric) if rubric is not None else ())
    }
    note, secret = posted(request, "note", most=MAX_NOTE), posted(request, "is_secret", most=6) == "on"
    attempt(
        request,
        lambda: usecases.make_gold(
            own,
            slug,
            item,
            answers=answers,
            note=note,
            is_secret=secret,
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
    rubric = parse_rubric(access.project.guideline.rubric)
    found = usecases.gold_in_force(access.project).filter(item=item).first()
    if found is not None:
        return {"gold": found, "in_words": usecases.in_words(rubric, found.answers)}
    choices = [
        (
            criterion,
            [(str(value), usecases.label_of(rubric, criterion.id, str(value))) for value in criterion.allowed_values],
        )
        for criterion in known_criteria(rubric)
    ]
    return {"gold": None, "choices": choices}


@require_safe
def tests(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one's own tests and calibrations: what is asked for, and how the others went."""
    own = person(request)
    access = open_project(own, slug, Permission.READ_OWN_EVALUATIONS)
    reports = attempt_usecases.own_attempts(access)
    membership = ProjectMembership.objects.of(access.project).filter(account=own).first()
    last = reports[0].attempt if reports else None
    must_pass = membership is not None and membership.must_pass
    context = {
        "access": access,
        "open": attempt_usecases.open_attempts(own, [access.project]).get(access.project.pk),
        "reports": [(row, _by_criterion(row)) for row in reports if row.attempt.ended_at is not None],
        "may_retake": must_pass
        and last is not None
        and last.ended_at is not None
        and (last.retake_from is None or last.retake_from <= now()),
        "must_pass": must_pass,
    }
    return render(request, "gold/tests.html", context)


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
    names = {criterion.id: criterion.name for criterion in parse_rubric(row.attempt.guideline.rubric).criteria}
    scores: Scores = row.scores
    return [(names.get(name, _("Planted faults") if name == MARKS else name), tally) for name, tally in scores.items()]

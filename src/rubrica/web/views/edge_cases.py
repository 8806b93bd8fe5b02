"""Edge cases: the board, one case with its vote and discussion, and the rulings."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from rubrica.domain.criterion import Criterion
from rubrica.domain.edge_case import CASE_PROCESS, OPTIONS, CaseEvent, CaseState
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.kit.clock import now
from rubrica.records.models import Account, EdgeCase
from rubrica.records.models.edge_case import RulingScope
from rubrica.usecases import edge_cases as usecases
from rubrica.usecases import rulings as ruling_usecases
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.web.marks import Canvas, region_outline
from rubrica.web.requests import person, posted, words
from rubrica.web.translate import problems_of

PAGE = 200
REVIEW_AFTER = timedelta(days=180)
_WHOLE: Final = re.compile("-?[0-9]{1,4}")
_WAITING: Final = (
    (CaseState.RAISED, gettext_lazy("To triage")),
    (CaseState.VOTING, gettext_lazy("Voting")),
    (CaseState.DISCUSSION, gettext_lazy("In discussion")),
)
_SAID: Final = {
    "open-vote": gettext_lazy("The vote is open."),
    "close-vote": gettext_lazy("The vote is closed. Everybody sees how it went."),
    "answer": gettext_lazy("The case is closed as answered."),
    "merge": gettext_lazy("The case was merged."),
    "reopen": gettext_lazy("The case is open again."),
    "take-over": gettext_lazy("You see to this case from now on."),
    "vote": gettext_lazy("Your vote is kept. Now you see what others think."),
    "post": gettext_lazy("Said."),
    "rule": gettext_lazy("Ruled. It stands beside the work from now on."),
}


@require_safe
def cases(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the cases that wait for somebody, by what they wait for, and those that are settled."""
    access = open_project(person(request), slug, Permission.DISCUSS_EDGE_CASES)
    sought, show = words(request, "q"), words(request, "show")
    rows = usecases.cases_of(access)
    if sought:
        rows = rows.filter(question__icontains=sought)
    if show == "mine":
        rows = rows.filter(raised_by=access.account)
    shown = list(rows[:PAGE])
    pictures = usecases.pictures_of(access.project, shown)
    by_state: dict[str, list[tuple[EdgeCase, str]]] = {state: [] for state in CaseState}
    for case in shown:
        by_state[case.state].append((case, pictures.get(case.pk, "")))
    context = {
        "access": access,
        "columns": [(label, by_state[state]) for state, label in _WAITING],
        "settled": [row for state in CaseState if state not in CASE_PROCESS.waiting for row in by_state[state]],
        "any": bool(shown) or bool(sought) or show == "mine",
        "found": bool(shown),
        "words": sought,
        "show": show,
        "now": now(),
        "unvoted": usecases.unvoted_cases(access.account, [access.project]).get(access.project.pk, 0),
        "may_evaluate": access.may(Permission.RAISE_EDGE_CASE),
    }
    return render(request, "case/cases.html", context)


@require_safe
def case(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a case with its place, and what this person may see and do."""
    return _page(request, open_project(person(request), slug, Permission.DISCUSS_EDGE_CASES), number)


def _page(
    request: HttpRequest,
    access: ProjectAccess,
    number: int,
    *,
    step: str = "",
    error: InvalidInputError | ConflictError | None = None,
) -> HttpResponse:
    """Show a case; after a refusal with what was typed."""
    found = usecases.case_of(access, number)
    file = usecases.case_file(access, found)
    version = access.project.guideline or found.guideline
    rubric = parse_rubric(version.rubric)
    images = [(row, Canvas(row.image.view_width, row.image.view_height)) for row in file.images]
    events = set(CASE_PROCESS.events(CaseState(found.state)))
    triages = access.may(Permission.TRIAGE_EDGE_CASES)
    criterion = rubric.criterion_of.get(found.criterion)
    context = {
        "access": access,
        "case": found,
        "file": file,
        "images": [
            (row, canvas, region_outline(found.shape, found.geometry, canvas) if row.slot == found.slot else ("", ""))
            for row, canvas in images
        ],
        "criterion": criterion.name if criterion is not None else found.criterion,
        "is_waiting": found.state in CASE_PROCESS.waiting,
        "is_overdue": found.due_at is not None and found.due_at < now(),
        "triages": triages,
        "events": {
            event.value for event in events if access.may(CASE_PROCESS.step(CaseState(found.state), event).permission)
        },
        "suggestions": usecases.similar_cases(access, found) if triages and CaseEvent.MERGE in events else [],
        "is_unlike": triages and ruling_usecases.is_unlike_rulings(access, found),
        "clauses": parse_guideline(version.markdown).clauses,
        "rubric": rubric,
        "asked": _asked(rubric, request),
        "reaches": RulingScope.choices,
        "in_force": list(ruling_usecases.rulings_in_force(access.project)),
        "review_on": request.POST.get("review_on") or (now() + REVIEW_AFTER).date().isoformat(),
        "given": request.POST if error is not None else {},
        "options": request.POST.getlist("option") if error is not None else _proposed(found),
        "step": step,
        "message": str(error) if error is not None else "",
        "problems": problems_of(error) if error is not None else (),
    }
    status = 200 if error is None else 409 if isinstance(error, ConflictError) else 422
    return render(request, "case/case.html", context, status=status)


def _asked(rubric: Rubric, request: HttpRequest) -> list[tuple[Criterion, list[tuple[str, str]], str]]:
    """Return the criteria that a ruling can answer, each with its answers by value and name, and the one given."""
    found = []
    for criterion in rubric.criteria:
        answers = [(str(level.value), f"{level.value} · {level.label}") for level in criterion.levels]
        if criterion.type in {"choice", "yes_no"}:
            answers = [(option.code, option.label) for option in criterion.options]
        if answers:
            found.append((criterion, answers, request.POST.get(f"answers.{criterion.id}", "")))
    return found


def _proposed(case: EdgeCase) -> list[str]:
    """Return answers to begin a vote with: what the rater would do, and nothing else."""
    options = [case.answer[:200]] if case.answer else []
    return options + [""] * (OPTIONS[0] + 1 - len(options))


@require_POST
def case_step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Let a case take a step: a vote, a word, triage or the ruling. What was typed is kept when it is refused."""
    own = person(request)
    access = open_project(own, slug, Permission.DISCUSS_EDGE_CASES)
    take = _STEPS.get(step)
    if take is None:
        raise Http404
    try:
        take(request, own, slug, number, now())
    except (InvalidInputError, ConflictError) as error:
        return _page(request, access, number, step=step, error=error)
    messages.success(request, str(_SAID[step]))
    return redirect("edge_case", slug, number)


Take = Callable[[HttpRequest, Account, str, int, datetime], object]


def _open_vote(request: HttpRequest, own: Account, slug: str, number: int, at: datetime) -> object:
    options = [option.strip() for option in request.POST.getlist("option")[:20] if option.strip()]
    return usecases.open_vote(own, slug, number, options=options, now=at)


def _vote(request: HttpRequest, own: Account, slug: str, number: int, at: datetime) -> object:
    chosen = posted(request, "option", most=2)
    if chosen != "none" and not _WHOLE.fullmatch(chosen):
        message = _("Choose an answer, or none of them.")
        raise InvalidInputError(message)
    option = None if chosen == "none" else int(chosen)
    return usecases.vote(own, slug, number, option=option, reason=posted(request, "reason", most=2_000), now=at)


def _post(request: HttpRequest, own: Account, slug: str, number: int, at: datetime) -> object:
    return usecases.post(own, slug, number, text=posted(request, "text", most=10_000), now=at)


def _rule(request: HttpRequest, own: Account, slug: str, number: int, at: datetime) -> object:
    supersedes = posted(request, "supersedes", most=8)
    decision = ruling_usecases.Decision(
        decision=posted(request, "decision", most=5_000),
        rationale=posted(request, "rationale", most=10_000),
        reach=posted(request, "reach", most=8),
        review_on=_day(posted(request, "review_on", most=10)),
        clause=posted(request, "clause", most=40),
        criterion=posted(request, "criterion", most=60),
        code=posted(request, "code", most=60),
        supersedes=int(supersedes) if supersedes.isascii() and supersedes.isdigit() else None,
        stands_beside=posted(request, "beside", most=4) == "on",
        answers=_answers(request),
    )
    return ruling_usecases.rule(own, slug, number, decision, now=at)


def _answers(request: HttpRequest) -> dict[str, object]:
    given: dict[str, object] = {}
    for name in request.POST:
        value = posted(request, name, most=60) if name.startswith("answers.") else ""
        if value:
            given[name.removeprefix("answers.")] = int(value) if _WHOLE.fullmatch(value) else value
    return given


def _day(text: str) -> date:
    """Return the day; the first of all days, which is none to come, where there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def _merge(request: HttpRequest, own: Account, slug: str, number: int, at: datetime) -> object:
    into = posted(request, "into", most=8).removeprefix("E-")
    if not (into.isascii() and into.isdigit()):
        message = _("Say which case this one is the same as, by its number.")
        raise InvalidInputError(message)
    return usecases.merge_case(own, slug, number, into=int(into), now=at)


_STEPS: Final[dict[str, Take]] = {
    "open-vote": _open_vote,
    "vote": _vote,
    "close-vote": lambda _request, own, slug, number, at: usecases.close_vote(own, slug, number, now=at),
    "post": _post,
    "answer": lambda request, own, slug, number, at: usecases.answer_case(
        own, slug, number, reason=posted(request, "reason", most=2_000), now=at
    ),
    "reopen": lambda request, own, slug, number, at: usecases.reopen_case(
        own, slug, number, reason=posted(request, "reason", most=2_000), now=at
    ),
    "take-over": lambda _request, own, slug, number, at: usecases.take_over(own, slug, number, now=at),
    "merge": _merge,
    "rule": _rule,
}


@require_safe
def rulings(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was decided, with what contradicts what and what wants to be looked at again."""
    access = open_project(person(request), slug, Permission.DISCUSS_EDGE_CASES)
    sought = words(request, "q")
    rows = ruling_usecases.rulings_of(access, words=sought, now=now())
    names = {}
    if access.project.guideline is not None:
        rubric = parse_rubric(access.project.guideline.rubric)
        names = {criterion.id: criterion.name for criterion in rubric.criteria}
    context = {
        "access": access,
        "rows": [(row, names.get(row.ruling.criterion, row.ruling.criterion)) for row in rows],
        "words": sought,
        "any": bool(rows) or bool(sought),
    }
    return render(request, "case/rulings.html", context)

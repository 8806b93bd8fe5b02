"""Applying: the form of an opening, one's own applications, and the notebook of those elsewhere."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.application import MAX_MESSAGE, MAX_REASON
from rubrica.domain.application_form import MAX_LONG, Question, QuestionKind, unpaid_and_paid
from rubrica.domain.problems import Problem
from rubrica.domain.tracked_application import MAX_NAME, MAX_NOTE, MAX_URL
from rubrica.kit.clock import now
from rubrica.records.models import Account, TrackedApplication
from rubrica.usecases import applications as usecases
from rubrica.usecases import tracked_applications as notebook
from rubrica.usecases.engagement_terms import pending_terms
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.screening import estimated_minutes
from rubrica.usecases.tracked_applications import Tracked
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt, problems_of
from rubrica.web.views.screening import shown_to_applicant

PAGE: Final = 200
_PREFIX: Final = "answer-"
_SAID: Final = {
    "withdraw": gettext_lazy("Your application is withdrawn."),
    "accept": gettext_lazy("Welcome: the project is open to you now."),
    "decline": gettext_lazy("The offer is declined."),
    "appeal": gettext_lazy("Your appeal waits for another person."),
    "message": gettext_lazy("Sent."),
}


# --- the form ---


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, opening: str) -> HttpResponse:
    """Show the form of an opening; keep the answers, or submit them. What was typed is kept when it is refused."""
    account = person(request)
    applying = usecases.apply_to(account, opening, now=now())
    if applying.application is not None and applying.application.submitted_at is not None:
        return redirect("own_application", applying.application.public_id)
    if request.method != "POST":
        kept = applying.application.answers if applying.application is not None else {}
        return _form(request, applying, kept)
    typed = _typed(request, applying.questions)
    try:
        if "submit" in request.POST:
            made = usecases.submit_application(account, opening, typed, now=now())
            messages.success(request, _("Your application is submitted."))
            return redirect("own_application", made.public_id)
        _application, problems = usecases.save_draft(account, opening, typed, now=now())
    except (InvalidInputError, ConflictError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _form(request, applying, typed, str(error), problems_of(error), status=status)
    if problems:
        return _form(request, applying, typed, _("Kept, except for what cannot be taken."), problems, status=422)
    messages.success(request, _("Kept. Nobody but you sees it before you submit it."))
    return redirect("apply", opening)


@require_POST
def autosave(request: HttpRequest, opening: str) -> HttpResponse:
    """Keep the answers so far, for a page that saves itself."""
    account = person(request)
    applying = usecases.apply_to(account, opening, now=now())
    _application, problems = usecases.save_draft(account, opening, _typed(request, applying.questions), now=now())
    return JsonResponse({"problems": [problem.as_json() for problem in problems]})


def _form(
    request: HttpRequest,
    applying: usecases.Applying,
    answers: dict[str, object],
    message: str = "",
    problems: tuple[Problem, ...] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    opening = applying.shown.opening
    project = applying.shown.row.project
    estimate = sum(estimated_minutes(project, opening).values()) if project is not None else 0
    unpaid, paid = unpaid_and_paid(max(opening.screening_minutes or 0, estimate))
    wrong = {problem.field.removeprefix("answers."): problem for problem in problems}
    context = {
        "applying": applying,
        "row": applying.shown.row,
        "opening": opening,
        "unpaid": unpaid,
        "paid": paid,
        "questions": [
            (question, answers.get(question.id, ""), wrong.get(question.id)) for question in applying.questions
        ],
        "message": message or applying.refusal,
        "problems": problems,
        "is_draft": applying.application is not None,
    }
    return render(request, "application/apply.html", context, status=status)


def _typed(request: HttpRequest, questions: tuple[Question, ...]) -> dict[str, object]:
    typed: dict[str, object] = {}
    for question in questions:
        name = _PREFIX + question.id
        if question.kind == QuestionKind.MULTI:
            typed[question.id] = request.POST.getlist(name)[: len(question.choices)]
        else:
            typed[question.id] = posted(request, name, most=4 * MAX_LONG)
    return typed


# --- one's own applications ---


@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """Show one's own applications, those that wait for the person first."""
    own = person(request)
    rows = list(usecases.own_applications(own)[:PAGE])
    context = {
        "waiting": [row for row in rows if row.owner_id == own.pk],
        "others": [row for row in rows if row.owner_id != own.pk],
        "now": now(),
    }
    return render(request, "application/applications.html", context)


@require_safe
def application(request: HttpRequest, application: str) -> HttpResponse:
    """Show one of one's own applications: what was answered, what happened, and what one can do."""
    own = person(request)
    file = usecases.own_application(own, application)
    engagement = usecases.offer_of(file.application)
    context = {
        "engagement": engagement,
        "offer": pending_terms(engagement, now=now()) if engagement is not None else None,
        "file": file,
        "application": file.application,
        "answers": [(question, file.application.answers.get(question.id, "")) for question in file.questions],
        "events": {event.value for event in file.events},
        "is_late": file.application.due_at is not None and file.application.due_at <= now(),
        "now": now(),
        **shown_to_applicant(own, file.application),
    }
    return render(request, "application/application.html", context)


@require_POST
def application_step(request: HttpRequest, application: str, step: str) -> HttpResponse:
    """Let one's own application take a step, or write about it."""
    own = person(request)
    usecases.own_application(own, application)
    if step not in _SAID:
        raise Http404
    attempt(request, _action(request, own, application, step), str(_SAID[step]))
    return redirect("own_application", application)


def _action(request: HttpRequest, own: Account, public_id: str, step: str) -> Callable[[], object]:
    at = now()
    match step:
        case "withdraw":
            return lambda: usecases.withdraw_application(own, public_id, now=at)
        case "appeal":
            reason = posted(request, "reason", most=MAX_REASON)
            return lambda: usecases.appeal_decision(own, public_id, reason=reason, now=at)
        case "message":
            text = posted(request, "text", most=MAX_MESSAGE)
            return lambda: usecases.write_to_project(own, public_id, text=text, now=at)
        case _:
            read = posted(request, "terms_sha256", most=64)
            accepts = step == "accept"
            return lambda: usecases.answer_offer(own, public_id, accepts=accepts, terms_sha256=read, now=at)


# --- the notebook ---


@require_http_methods(["GET", "HEAD", "POST"])
def tracker(request: HttpRequest) -> HttpResponse:
    """Show one's own notebook of applications elsewhere, and note one more."""
    own = person(request)
    context: dict[str, object] = {"typed": Tracked("", ""), "message": ""}
    status = 200
    if request.method == "POST":
        context["typed"] = typed = _tracked(request)
        try:
            notebook.track(own, typed, now=now())
        except (InvalidInputError, ConflictError) as error:
            context |= {"message": str(error), "problems": problems_of(error)}
            status = 409 if isinstance(error, ConflictError) else 422
        else:
            messages.success(request, _("Noted. Nobody but you sees it."))
            return redirect("tracker")
    kept = notebook.notebook_of(own)
    context |= {"rows": [_shown(row) for row in kept.rows], "income": kept.income}
    return render(request, "application/tracker.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def tracked(request: HttpRequest, tracked: str) -> HttpResponse:
    """Show one application elsewhere, and note something else of it."""
    own = person(request)
    row = notebook.tracked_application(own, tracked)
    income = notebook.income_of(row)
    shown = Tracked(
        row.platform,
        row.title,
        row.url,
        row.note,
        row.unpaid_minutes,
        row.paid_minutes,
        str(income.decimal) if income is not None else "",
        row.currency,
    )
    context: dict[str, object] = {"row": row, "typed": shown, "message": ""}
    if request.method != "POST":
        return render(request, "application/tracked.html", context)
    context["typed"] = typed = _tracked(request)
    try:
        notebook.change_tracked(own, tracked, typed, now=now())
    except InvalidInputError as error:
        context |= {"message": str(error), "problems": problems_of(error)}
        return render(request, "application/tracked.html", context, status=422)
    messages.success(request, _("Noted."))
    return redirect("tracker")


@require_POST
def tracked_step(request: HttpRequest, tracked: str, step: str) -> HttpResponse:
    """Note how far an application elsewhere has come, or remove it."""
    own = person(request)
    notebook.tracked_application(own, tracked)
    if step == "remove":
        notebook.untrack(own, tracked)
        messages.success(request, _("Removed."))
    else:
        attempt(request, lambda: notebook.step_tracked(own, tracked, step, now=now()), _("Noted."))
    return redirect("tracker")


def _tracked(request: HttpRequest) -> Tracked:
    return Tracked(
        posted(request, "platform", most=4 * MAX_NAME),
        posted(request, "title", most=4 * MAX_NAME),
        posted(request, "url", most=4 * MAX_URL),
        posted(request, "note", most=4 * MAX_NOTE),
        whole(request, "unpaid_minutes"),
        whole(request, "paid_minutes"),
        posted(request, "income", most=40),
        posted(request, "currency", most=10).strip().upper(),
    )


_STEP_WORDS: Final = {
    "apply": gettext_lazy("I applied"),
    "test": gettext_lazy("I am tested"),
    "accept": gettext_lazy("I was accepted"),
    "work": gettext_lazy("I work there"),
    "leave": gettext_lazy("I left it"),
    "reject": gettext_lazy("I was rejected"),
    "give_up": gettext_lazy("No answer came"),
}


def _shown(row: TrackedApplication) -> dict[str, object]:
    steps = [(event.value, _STEP_WORDS[event.value]) for event in notebook.events_of(row)]
    return {"row": row, "income": notebook.income_of(row), "steps": steps}

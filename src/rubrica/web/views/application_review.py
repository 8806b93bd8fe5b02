"""Applications to a project: the queue, reading them blind, deciding with a reason, and the questions of an opening."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.application import (
    LEAST_REASON,
    MAX_CRITERION,
    MAX_MESSAGE,
    MAX_NOTE,
    MAX_REASON,
    WAITS_FOR_APPLICANT,
    ApplicationState,
)
from rubrica.domain.application_form import MAX_CHOICE, MAX_QUESTION, MOST_CHOICES, MOST_QUESTIONS, QuestionKind
from rubrica.domain.roles import Permission
from rubrica.kit.clock import now
from rubrica.records.models.application import REASONS
from rubrica.usecases import application_review as usecases
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.application_forms import questions_of, replace_questions
from rubrica.usecases.engagement_terms import suggested_rate
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.openings import opening_of
from rubrica.usecases.response_records import response_record
from rubrica.web.requests import person, posted
from rubrica.web.terms_form import BASES, shown_terms, typed_terms
from rubrica.web.translate import attempt, problems_of
from rubrica.web.views.screening import shown_to_reader

PAGE: Final = 200
_MORE_ROWS: Final = 3
_SAID: Final = {
    "read": gettext_lazy("Kept. Now you see what others made of it."),
    "shortlist": gettext_lazy("Shortlisted."),
    "offer": gettext_lazy("The offer is made; it stands for seven days."),
    "decline": gettext_lazy("Declined; whoever applied sees why, and may appeal."),
    "uphold": gettext_lazy("The appeal is upheld; the application is read again."),
    "dismiss": gettext_lazy("The appeal is dismissed."),
    "message": gettext_lazy("Sent."),
}
KIND_WORDS: Final = {
    QuestionKind.SHORT: gettext_lazy("One line"),
    QuestionKind.LONG: gettext_lazy("A text"),
    QuestionKind.URL: gettext_lazy("An address of the web"),
    QuestionKind.NUMBER: gettext_lazy("A whole number"),
    QuestionKind.SINGLE: gettext_lazy("One of the choices"),
    QuestionKind.MULTI: gettext_lazy("Some of the choices"),
}


@require_safe
def applications(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the applications to a project, those that wait longest first."""
    access = open_project(person(request), slug)
    rows = [(row, usecases.shown_name(access, row)) for row in usecases.applications_of(access)[:PAGE]]
    waits = {state for state in ApplicationState if state not in WAITS_FOR_APPLICANT}
    context = {
        "access": access,
        "open": [pair for pair in rows if pair[0].due_at is not None and pair[0].state in waits],
        "others": [pair for pair in rows if pair[0].due_at is None or pair[0].state not in waits],
        "record": response_record(access.project),
        "now": now(),
    }
    return render(request, "application/project_applications.html", context)


@require_safe
def application(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show an application to those who read it: its answers, and no name."""
    access = open_project(person(request), slug)
    file = usecases.application_file(access, number)
    context = {
        "access": access,
        "file": file,
        "application": file.application,
        "answers": [(question, file.application.answers.get(question.id, "")) for question in file.questions],
        "events": {event.value for event in file.events},
        "leads": access.may(Permission.MANAGE_OPENINGS),
        "reasons": REASONS,
        "rate": shown_terms(suggested_rate(file.application)),
        "bases": BASES,
        "least_reason": LEAST_REASON,
        "today": now().date(),
        "is_late": file.application.due_at is not None and file.application.due_at <= now(),
        **shown_to_reader(access, file.application),
    }
    return render(request, "application/project_application.html", context)


@require_POST
def application_step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Let an application take a step, be read, or be written about."""
    access = open_project(person(request), slug)
    access.require(Permission.REVIEW if step == "read" else Permission.MANAGE_OPENINGS)
    if step not in _SAID:
        raise Http404
    attempt(request, _action(request, access, number, step), str(_SAID[step]))
    return redirect("project_application", slug, number)


def _action(request: HttpRequest, access: ProjectAccess, number: int, step: str) -> Callable[[], object]:
    own, slug, at = access.account, access.project.slug, now()
    match step:
        case "read":
            verdict, note = posted(request, "verdict", most=10), posted(request, "note", most=MAX_NOTE)
            return lambda: usecases.read_application(own, slug, number, verdict, note=note, now=at)
        case "shortlist":
            return lambda: usecases.shortlist(own, slug, number, now=at)
        case "offer":
            terms = typed_terms(request) if posted(request, "rate", most=20) else None
            return lambda: usecases.make_offer(own, slug, number, terms=terms, now=at)
        case "decline":
            refusal = _refusal(request)
            return lambda: usecases.decline_application(own, slug, number, refusal, now=at)
        case "message":
            text = posted(request, "text", most=MAX_MESSAGE)
            return lambda: usecases.write_to_applicant(own, slug, number, text=text, now=at)
        case _:
            reason, uphold = posted(request, "reason", most=MAX_REASON), step == "uphold"
            return lambda: usecases.decide_application_appeal(own, slug, number, uphold=uphold, reason=reason, now=at)


def _refusal(request: HttpRequest) -> usecases.Refusal:
    day = posted(request, "reapply_from", most=10)
    try:
        reapply_from = parse_date(day)
    except ValueError:
        reapply_from = None
    return usecases.Refusal(
        posted(request, "reason_code", most=12),
        posted(request, "reason", most=MAX_REASON),
        posted(request, "criterion", most=MAX_CRITERION),
        reapply_from,
    )


# --- the questions of an opening ---


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show and change what an opening asks those who apply. What was typed is kept when it is refused."""
    access = open_project(person(request), slug, Permission.MANAGE_OPENINGS)
    opening = opening_of(access, number)
    context: dict[str, object] = {"access": access, "opening": opening, "kinds": KIND_WORDS.items(), "message": ""}
    if request.method != "POST":
        context["rows"] = _rows([question.as_json() for question in questions_of(opening)])
        return render(request, "application/questions.html", context)
    typed = _typed_questions(request)
    try:
        replace_questions(access.account, slug, number, typed, now=now())
    except (InvalidInputError, ConflictError) as error:
        context |= {"rows": _rows(typed), "message": str(error), "problems": problems_of(error)}
        return render(
            request, "application/questions.html", context, status=409 if isinstance(error, ConflictError) else 422
        )
    messages.success(request, _("The questions are kept. Whoever applies from now on answers them."))
    return redirect("opening_questions", slug, number)


def _rows(asked: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the questions and some empty rows for more, as the form shows them."""
    empty = {"kind": QuestionKind.LONG.value, "text": "", "choices": [], "is_required": True}
    return [*asked, *[empty] * min(_MORE_ROWS, MOST_QUESTIONS - len(asked))]


def _typed_questions(request: HttpRequest) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for place in range(MOST_QUESTIONS):
        text = posted(request, f"text-{place}", most=4 * MAX_QUESTION).strip()
        if not text:
            continue
        choices = posted(request, f"choices-{place}", most=4 * MAX_CHOICE * MOST_CHOICES).split("\n")
        kind = posted(request, f"kind-{place}", most=10)
        row: dict[str, object] = {
            "kind": kind,
            "text": text,
            # Choices that were typed for a question that has none are left aside, not refused.
            "choices": [line.strip() for line in choices if line.strip()]
            if kind in {QuestionKind.SINGLE.value, QuestionKind.MULTI.value}
            else [],
            "is_required": posted(request, f"required-{place}", most=2) == "on",
        }
        named = posted(request, f"id-{place}", most=30)
        rows.append({"id": named, **row} if named else row)
    return _with_ids(rows)


def _with_ids(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Give new questions ids that no other one has: answers hang on them."""
    taken = {row["id"] for row in rows if "id" in row}
    free = (f"q{number}" for number in range(1, 2 * MOST_QUESTIONS + 1) if f"q{number}" not in taken)
    return [row if "id" in row else {"id": next(free), **row} for row in rows]

"""Screenings: an applicant's reading, items and writing; what a lead asks; and how readers score what was written."""

from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rubrica.domain.guideline import parse_guideline
from rubrica.domain.opening_check import FREE_SCREENING_MINUTES
from rubrica.domain.problems import Problem
from rubrica.domain.roles import Permission, Role
from rubrica.domain.screening import MAX_CHOICE, MAX_TEXT, MOST_CHOICES, MOST_QUESTIONS
from rubrica.domain.writing_task import (
    CRITERIA,
    FEWEST_WORDS,
    MAX_COMMENT,
    MAX_KEY,
    MAX_PROMPT,
    MAX_RATIONALE,
    MOST_CLAUSES,
    TEXTS,
)
from rubrica.formats.markdown import markdown_html
from rubrica.kit.clock import now
from rubrica.records.models import Account, Application, Screening
from rubrica.usecases import screening as usecases
from rubrica.usecases import screening_plan, screening_results, screening_texts
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.guidelines import images_shown
from rubrica.web.requests import person, posted, whole
from rubrica.web.translate import attempt, problems_of

SHOWN_CHOICES: Final = 4
"""Choices that a question has room for at least."""


# --- being screened ---


@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, application: str) -> HttpResponse:
    """Show the guideline with the questions on it, and take the answers."""
    own = person(request)
    problems: tuple[Problem, ...] = ()
    message, status = "", 200
    if request.method == "POST":
        chosen = {place: _places(request, f"answer-{place}") for place in range(MOST_QUESTIONS)}
        try:
            asked = usecases.answer_questions(own, application, chosen, now=now())
        except (InvalidInputError, ConflictError) as error:
            message, problems = str(error), problems_of(error)
            status = 409 if isinstance(error, ConflictError) else 422
        else:
            if all(each.is_right for each in asked):
                messages.success(request, _("All answers are right. You know the rules."))
                return redirect("own_application", application)
            messages.warning(request, _("Some are not right yet. Their clauses are shown beside them."))
            return redirect("screening_reading", application)
    found, asked = usecases.questions_for(own, application)
    shown = usecases.own_screening(own, application, now=now())
    context = {
        **_heading(own, shown),
        "html": markdown_html(found.guideline.markdown, _pictures(found)),
        "version": found.guideline,
        "asked": [
            (
                place,
                each,
                [(choice, text, choice in each.chosen) for choice, text in enumerate(each.question.choices)],
                markdown_html(each.clause.markdown, {}) if each.clause is not None else "",
            )
            for place, each in enumerate(asked)
        ],
        "is_done": all(each.is_right for each in asked),
        "message": message,
        "problems": problems,
    }
    return render(request, "screening/reading.html", context, status=status)


def _heading(own: Account, shown: usecases.OwnScreening) -> dict[str, object]:
    """Return what the pages of a screening share; the clock asks whose time it is, and where."""
    project = shown.application.project
    access = ProjectAccess(project, own, Role.APPLICANT)
    return {"own": shown, "application": shown.application, "access": access}


def _pictures(found: Screening) -> dict[str, str]:
    shown = images_shown(found.guideline.project, found.guideline.markdown)
    return {key: reverse("api:thumbnail_image", args=[image]) for key, image in shown.items()}


def _places(request: HttpRequest, name: str) -> tuple[int, ...]:
    return tuple(int(value) for value in request.POST.getlist(name)[:MOST_CHOICES] if value in _PLACES)


_PLACES: Final = frozenset(str(place) for place in range(MOST_CHOICES))


@require_http_methods(["GET", "HEAD", "POST"])
def writing(request: HttpRequest, application: str) -> HttpResponse:
    """Show the writing task, keep what is written, or hand it in. What was typed is kept when it is refused."""
    own = person(request)
    task = screening_texts.own_writing(own, application)
    problems: tuple[Problem, ...] = ()
    message, status = "", 200
    typed = [text for _prompt, _images, text in task.prompts]
    if request.method == "POST":
        typed = _typed(request)
        try:
            if "submit" in request.POST:
                screening_texts.hand_in_texts(own, application, typed, now=now())
                messages.success(request, _("Your texts are handed in. A person scores them."))
                return redirect("own_application", application)
            problems = screening_texts.save_texts(own, application, typed, now=now())
        except (InvalidInputError, ConflictError) as error:
            message, problems = str(error), problems_of(error)
            status = 409 if isinstance(error, ConflictError) else 422
        else:
            if not problems:
                messages.success(request, _("Kept. Nobody reads it before you hand it in."))
                return redirect("screening_writing", application)
            message, status = _("Nothing was kept: something in it cannot be taken."), 422
    shown = usecases.own_screening(own, application, now=now())
    wrong = {problem.field: problem for problem in problems}
    context = {
        **_heading(own, shown),
        "task": task,
        "clauses": [(clause, markdown_html(clause.markdown, {})) for clause in task.clauses],
        "prompts": [
            (place, prompt, images, typed[place], wrong.get(f"texts[{place}]"))
            for place, (prompt, images, _text) in enumerate(task.prompts)
        ],
        "fewest": FEWEST_WORDS,
        "most": MAX_RATIONALE,
        "is_handed_in": task.screening.written_at is not None,
        "message": message,
        "problems": problems,
    }
    return render(request, "screening/writing.html", context, status=status)


@require_POST
def autosave(request: HttpRequest, application: str) -> HttpResponse:
    """Keep what is written so far, for a page that saves itself."""
    problems = screening_texts.save_texts(person(request), application, _typed(request), now=now())
    return JsonResponse({"problems": [problem.as_json() for problem in problems]})


def _typed(request: HttpRequest) -> list[str]:
    return [posted(request, f"text-{place}", most=4 * MAX_RATIONALE) for place in range(TEXTS)]


@require_POST
def items(request: HttpRequest, application: str) -> HttpResponse:
    """Open the items of practice or test, whichever comes next."""
    own = person(request)
    shown = usecases.own_screening(own, application, now=now())
    begun = attempt(
        request,
        lambda: usecases.begin_items(own, application, now=now()),
        _("The items wait for you."),
    )
    return redirect("workbench", shown.application.project.slug) if begun else redirect("own_application", application)


@require_POST
def hand_in(request: HttpRequest, application: str) -> HttpResponse:
    """End one's screening as it is."""
    own = person(request)
    usecases.own_screening(own, application, now=now())
    attempt(
        request,
        lambda: usecases.hand_in(own, application, now=now()),
        _("Handed in. Your application is read now."),
    )
    return redirect("own_application", application)


# --- what a lead asks ---


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what applicants are asked, and change it. What was typed is kept when it is refused."""
    own = person(request)
    access = open_project(own, slug, Permission.MANAGE_GOLD)
    shown = screening_plan.plan_for(access)
    is_on, rows, task = shown.plan.is_on, list(shown.plan.questions), shown.plan.writing
    problems: tuple[Problem, ...] = ()
    message, status = "", 200
    if request.method == "POST":
        is_on, rows, task = "is_on" in request.POST, _typed_questions(request), _typed_task(request)
        try:
            screening_plan.change_screening(own, slug, is_on=is_on, questions=rows, writing=task or None, now=now())
        except (InvalidInputError, ConflictError) as error:
            message, problems = str(error), problems_of(error)
            status = 409 if isinstance(error, ConflictError) else 422
        else:
            messages.success(request, _("Saved. It holds for those who apply from now on."))
            return redirect("screening_plan", slug)
    context = {
        "access": access,
        "shown": shown,
        "is_on": is_on,
        "rows": _rows(rows),
        "writing": _task_rows(task),
        "anchors": _anchors(access),
        "most_text": MAX_TEXT,
        "most_choice": MAX_CHOICE,
        "message": message,
        "problems": problems,
    }
    return render(request, "screening/plan.html", context, status=status)


def _anchors(access: ProjectAccess) -> list[tuple[str, str]]:
    version = access.project.guideline
    clauses = parse_guideline(version.markdown).clauses if version is not None else ()
    return [(clause.anchor, clause.title) for clause in clauses]


def _rows(questions: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return questions as rows of the form, with one empty row to write another in."""
    rows: list[dict[str, object]] = []
    empty: dict[str, object] = {"text": "", "choices": [], "right": [], "is_multi": False, "clause": ""}
    for place, question in enumerate([*questions, empty][:MOST_QUESTIONS]):
        choices, right = question["choices"], question["right"]
        texts = [*choices] if isinstance(choices, list) else []
        marked = right if isinstance(right, list) else []
        room = min(MOST_CHOICES, max(SHOWN_CHOICES, len(texts) + 1))
        texts += [""] * (room - len(texts))
        rows.append(
            {
                **question,
                "place": place,
                "choices": [(number, text, number in marked) for number, text in enumerate(texts)],
            }
        )
    return rows


def _typed_questions(request: HttpRequest) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for place in range(MOST_QUESTIONS):
        text = posted(request, f"text-{place}", most=2 * MAX_TEXT).strip()
        given = [
            (posted(request, f"choice-{place}-{number}", most=2 * MAX_CHOICE).strip(), number)
            for number in range(MOST_CHOICES)
        ]
        ticked = _places(request, f"right-{place}")
        filled = [(choice, number) for choice, number in given if choice]
        if not text and not filled:
            continue
        rows.append(
            {
                "text": text,
                "choices": [choice for choice, _number in filled],
                "right": [order for order, (_choice, number) in enumerate(filled) if number in ticked],
                "is_multi": f"multi-{place}" in request.POST,
                "clause": posted(request, f"clause-{place}", most=60),
            }
        )
    return rows


def _typed_task(request: HttpRequest) -> dict[str, object]:
    prompts = [
        {
            "text": posted(request, f"prompt-{place}", most=2 * MAX_PROMPT).strip(),
            "item": posted(request, f"item-{place}", most=2 * MAX_KEY).strip(),
        }
        for place in range(TEXTS)
    ]
    if not any(prompt["text"] or prompt["item"] for prompt in prompts):
        return {}
    clauses = [value for value in request.POST.getlist("clauses") if "\x00" not in value][: MOST_CLAUSES + 1]
    return {"clauses": clauses, "prompts": prompts}


def _task_rows(task: Mapping[str, object]) -> dict[str, object]:
    prompts = task.get("prompts")
    rows = [*prompts] if isinstance(prompts, list) else [{"text": "", "item": ""}] * TEXTS
    return {"clauses": task.get("clauses") or [], "prompts": list(enumerate(rows))}


# --- reading and scoring ---


@require_POST
def score(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Score what an applicant wrote."""
    own = person(request)
    open_project(own, slug, Permission.REVIEW)
    scores = {name: whole(request, f"score-{name}") for name in CRITERIA}
    comment = posted(request, "comment", most=2 * MAX_COMMENT)
    attempt(
        request,
        lambda: screening_results.score_writing(own, slug, number, scores, comment=comment, now=now()),
        _("Kept. The applicant reads it once nobody else has to score."),
    )
    return redirect("project_application", slug, number)


def shown_to_applicant(own: Account, application: Application) -> dict[str, object]:
    """Return what the page of one's own application shows of its screening; nothing where it has none."""
    try:
        shown = usecases.own_screening(own, application.public_id, now=now())
    except NotFoundError:
        return {}
    feedback = screening_results.feedback_on(shown.screening)
    return {
        "own": shown,
        "minutes": sum(row.minutes for row in shown.parts),
        "free": FREE_SCREENING_MINUTES,
        "feedback": [{"comment": row.comment, "scores": _in_words(row.scores)} for row in feedback],
    }


def shown_to_reader(access: ProjectAccess, application: Application) -> dict[str, object]:
    """Return what the page of an application shows to readers of its screening; nothing where it has none."""
    results = screening_results.results_of(access, application)
    if results is None:
        return {}
    scores = results.writing.scores if results.writing is not None else ()
    return {
        "results": results,
        "results_scores": [(row, _in_words(row.scores)) for row in scores],
        "writing_criteria": list(CRITERIA.items()),
    }


def _in_words(scores: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(words, scores[name]) for name, words in CRITERIA.items() if name in scores]

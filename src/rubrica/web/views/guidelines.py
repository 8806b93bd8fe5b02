"""Guidelines: reading one, writing the draft, publishing, what changed."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rubrica.domain.guideline import parse_guideline
from rubrica.domain.guideline_changes import Changes, ExampleChange
from rubrica.domain.problems import ProblemsError
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import parse_rubric, read_rubric
from rubrica.domain.verdict import MIN_DOUBLED_ITEMS
from rubrica.formats.markdown import html_by_clause, markdown_html
from rubrica.formats.project_folder import rubric_yaml
from rubrica.kit.clock import now
from rubrica.records.models import Account, GuidelineVersion
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.usecases import guidelines as usecases
from rubrica.usecases import scheduled_publications
from rubrica.usecases.access import ProjectAccess, open_project
from rubrica.usecases.accounts import zone_of
from rubrica.usecases.acknowledgements import acknowledge, news_for, readers_of
from rubrica.usecases.citations import citations_lost
from rubrica.usecases.clause_questions import (
    MAX_TEXT,
    answer_clause_question,
    ask_about_clause,
    clause_questions,
    settle_clause_question,
)
from rubrica.usecases.errors import EditConflictError, InvalidInputError
from rubrica.usecases.reevaluation import impact_of_draft
from rubrica.usecases.reports import guideline_health
from rubrica.usecases.worked_examples import changes_for, examples_for, images_of_changes
from rubrica.web.requests import number, person, posted, words
from rubrica.web.translate import attempt, problems_of
from rubrica.web.views.reports import criterion_context

MOST_PREVIEW = 200_000
SAMPLE_SHARE = 0.2
"""Of the items that a change reaches, what a sample is proposed to have."""


@require_safe
def guideline(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show a published version, by default the one in force."""
    access = open_project(person(request), slug, Permission.READ_GUIDELINE)
    versions = usecases.versions_of(access)
    context: dict[str, object] = {
        "access": access,
        "versions": versions,
        "may_edit": access.may(Permission.EDIT_GUIDELINE),
        "sees_history": access.may(Permission.READ_GUIDELINE_HISTORY),
    }
    if versions or number is not None:
        version = usecases.version_of(access, number)
        context |= {
            "version": version,
            "news": news_for(access.account, access.project.pk) if access.may(Permission.EVALUATE) else None,
            "readers": readers_of(access) if access.may(Permission.MANAGE_PROJECT_MEMBERS) else [],
            "questions": clause_questions(access),
            "may_ask": access.may(Permission.DISCUSS_EDGE_CASES) and version.pk == access.project.guideline_id,
            "may_settle": access.may(Permission.TRIAGE_EDGE_CASES),
            "clauses": parse_guideline(version.markdown).clauses,
            **_rules(access, version),
        }
    return render(request, "guideline/guideline.html", context)


def _rules(access: ProjectAccess, version: GuidelineVersion) -> dict[str, object]:
    """Return text and rubric, each clause and criterion with its worked examples; one stands in one place only."""
    rubric = parse_rubric(version.rubric)
    shown = examples_for(access, rubric)
    sections = html_by_clause(version.markdown, _addresses(access, version.markdown))
    anchors = {anchor for anchor, _html in sections}
    beside = {anchor: [each for each in shown if each.clause == anchor] for anchor in anchors if anchor}
    return {
        "sections": [(html, beside.get(anchor, [])) for anchor, html in sections],
        "criteria": [
            (each, [example for example in shown if example.criterion is each and example.clause not in anchors])
            for each in rubric.criteria
        ],
        "has_examples": bool(shown),
        "kept_from_you": len([each for criterion in rubric.criteria for each in criterion.worked_examples])
        - len(shown),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def news(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a specialist what changed since the guideline was last read, and take that it was read."""
    own = person(request)
    access = open_project(own, slug, Permission.EVALUATE)
    if request.method == "POST":
        version = posted(request, "version", most=6)
        read = int(version) if version.isascii() and version.isdigit() else 0
        done = attempt(
            request,
            lambda: acknowledge(own, slug, number=read, now=now()),
            _("Noted: you have read version %(number)s.") % {"number": read},
        )
        return redirect("workbench" if done and request.POST.get("then") == "work" else "guideline_news", slug)
    found = news_for(own, access.project.pk)
    changes = changes_for(access, found.changes()) if found else None
    context = {
        "access": access,
        "news": found,
        "changes": changes,
        "examples": _changed_examples(access, changes),
        "to_work": words(request, "then") == "work",
    }
    return render(request, "guideline/news.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the draft. A conflict or a problem keeps what was typed."""
    own = person(request)
    access = open_project(own, slug, Permission.EDIT_GUIDELINE)
    context = _editor(access)
    status = 200
    if request.method == "POST":
        markdown = request.POST.get("markdown", "").replace("\r\n", "\n")
        rubric = request.POST.get("rubric", "").replace("\r\n", "\n")
        revision = posted(request, "revision", most=12)
        try:
            usecases.save_draft(
                own,
                slug,
                markdown=markdown,
                rubric=read_rubric(rubric).as_json(),
                revision=int(revision) if revision.isascii() and revision.isdigit() else 0,
                now=now(),
            )
        except (InvalidInputError, EditConflictError, ProblemsError) as error:
            headline = str(error) if not isinstance(error, ProblemsError) else _("The rubric has problems.")
            problems = problems_of(error)
            context |= {"markdown": markdown, "rubric": rubric, "message": headline, "problems": problems}
            conflicting = error.changes if isinstance(error, EditConflictError) else None
            context |= {"conflicting": conflicting, "examples": _changed_examples(access, conflicting)}
            context["rubric_first"] = any(problem.field != "guideline" for problem in problems)
            status = 412 if isinstance(error, EditConflictError) else 422
        else:
            messages.success(request, _("The draft was saved."))
            return redirect("edit_guideline", slug)
    context["html"] = _html(access, str(context["markdown"])[:MOST_PREVIEW])
    return render(request, "guideline/edit.html", context, status=status)


def _editor(access: ProjectAccess) -> dict[str, object]:
    draft = usecases.draft_of(access)
    return {
        "access": access,
        "draft": draft,
        "markdown": draft.markdown,
        "rubric": rubric_yaml(parse_rubric(draft.rubric)),
        "html": _html(access, draft.markdown[:MOST_PREVIEW]),
        "latest": next(iter(usecases.versions_of(access)), None),
        **_impact(access),
        "scheduled": scheduled_publications.waiting(access),
        "change_classes": ChangeClass.choices,
    }


def _impact(access: ProjectAccess) -> dict[str, object]:
    """Return what publishing what is saved would reach, once there is a version in force."""
    if access.project.guideline is None:
        return {}
    impact = impact_of_draft(access)
    reach = impact.reach
    everything = len(impact.items)
    return {
        "impact": impact,
        "lost_citations": [
            (row.clause, row.in_words())
            for row in citations_lost(access.project, access.project.guideline, usecases.draft_of(access).markdown)
        ],
        "touched": sorted({*reach.criteria, *reach.added}) + sorted(reach.codes) + sorted(reach.clauses),
        "hours_all": impact.hours(everything),
        "hours_disputed": impact.hours(len(impact.disputed)),
        "cost_all": impact.cost(everything),
        "cost_disputed": impact.cost(len(impact.disputed)),
        "sample": max(1, min(everything, round(everything * SAMPLE_SHARE))),
    }


@require_POST
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the draft as it will look, as a fragment."""
    access = open_project(person(request), slug, Permission.EDIT_GUIDELINE)
    return HttpResponse(_html(access, request.POST.get("markdown", "")[:MOST_PREVIEW]))


def _html(access: ProjectAccess, markdown: str) -> str:
    return markdown_html(markdown, _addresses(access, markdown))


def _addresses(access: ProjectAccess, markdown: str) -> dict[str, str]:
    """Return where the images of a guideline lie, by item key."""
    shown = usecases.images_shown(access.project, markdown)
    return {key: reverse("api:thumbnail_image", args=[image]) for key, image in shown.items()}


def _changed_examples(access: ProjectAccess, changes: Changes | None) -> list[tuple[ExampleChange, tuple[str, ...]]]:
    """Return the examples that differ, each with the public ids of its images."""
    images = images_of_changes(access, changes)
    return [(change, images.get(change.item, ())) for change in changes.examples] if changes else []


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish the draft as the next version, now or at a time to come; as it was read, or not at all."""
    own, wanted = person(request), posted(request, "change_class", most=16)
    which, sample = posted(request, "which", most=8), posted(request, "sample", most=7)
    access = open_project(own, slug, Permission.PUBLISH_GUIDELINE)
    terms = usecases.Terms(
        summary=posted(request, "summary", most=400),
        change_class=ChangeClass(wanted) if wanted in ChangeClass.values else ChangeClass.CLARIFICATION,
        which=Which(which) if which in Which.values else Which.NONE,
        sample=int(sample) if sample.isascii() and sample.isdigit() else 0,
    )
    read, when = posted(request, "revision", most=12), posted(request, "effective_at", most=30)
    revision = int(read) if read.isascii() and read.isdigit() else None
    try:
        if when:
            _schedule(request, own, slug, terms, when, revision)
            return redirect("edit_guideline", slug)
        published = attempt(
            request,
            lambda: usecases.publish_guideline(
                own,
                slug,
                summary=terms.summary,
                change_class=terms.change_class,
                which=terms.which,
                sample=terms.sample,
                revision=revision,
                now=now(),
            ),
            _("Published. New work is judged under this version from now on."),
        )
    except EditConflictError as error:
        unseen = {"unseen": error.changes, "message": str(error), "summary": terms.summary}
        return render(request, "guideline/edit.html", _editor(access) | unseen, status=412)
    return redirect("guideline" if published else "edit_guideline", slug)


def _schedule(
    request: HttpRequest, own: Account, slug: str, terms: usecases.Terms, when: str, revision: int | None
) -> None:
    effective_at = _moment(own, when)
    attempt(
        request,
        lambda: scheduled_publications.schedule(
            own, slug, terms, effective_at=effective_at, revision=revision, now=now()
        ),
        _("Scheduled. What is saved now becomes the next version at that time."),
    )


def _moment(account: Account, text: str) -> datetime | None:
    """Return what a field for day and time says, in the person's own zone; None where it says no moment."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=zone_of(account))


@require_POST
def cancel_publication(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back a scheduled publication."""
    own = person(request)
    open_project(own, slug, Permission.PUBLISH_GUIDELINE)
    attempt(request, lambda: scheduled_publications.cancel(own, slug, now=now()), _("Nothing is scheduled any more."))
    return redirect("edit_guideline", slug)


@require_POST
def ask_clause(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask about a clause, or remark on it."""
    own, clause, text = person(request), posted(request, "clause", most=40), posted(request, "text", most=MAX_TEXT)
    open_project(own, slug, Permission.DISCUSS_EDGE_CASES)
    attempt(
        request,
        lambda: ask_about_clause(own, slug, clause, text=text, now=now()),
        _("Asked. The leads are told, and everybody can answer."),
    )
    return redirect(f"{reverse('guideline', args=[slug])}#questions")


@require_POST
def answer_clause(request: HttpRequest, slug: str, question: str) -> HttpResponse:
    """Say something in answer to a question about a clause."""
    own, text = person(request), posted(request, "text", most=MAX_TEXT)
    open_project(own, slug, Permission.DISCUSS_EDGE_CASES)
    attempt(request, lambda: answer_clause_question(own, slug, question, text=text, now=now()), _("Said."))
    return redirect(f"{reverse('guideline', args=[slug])}#questions")


@require_POST
def settle_clause(request: HttpRequest, slug: str, question: str) -> HttpResponse:
    """Put a question about a clause away."""
    own = person(request)
    open_project(own, slug, Permission.DISCUSS_EDGE_CASES)
    attempt(request, lambda: settle_clause_question(own, slug, question, now=now()), _("The question is settled."))
    return redirect(f"{reverse('guideline', args=[slug])}#questions")


@require_safe
def health(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which questions and clauses raters disagree on, ask about and appeal against."""
    access = open_project(person(request), slug, Permission.SEE_RESULTS)
    context: dict[str, object] = {"access": access, "versions": usecases.versions_of(access)}
    if access.project.guideline_id is not None:
        found = guideline_health(access, version=number(request, "version"))
        context |= {
            "found": found,
            "criteria": [(row, criterion_context(row.report)) for row in found.criteria],
            "clauses": [
                row for row in found.clauses if row.cases + row.rulings + row.returned + row.appeals + row.cited
            ],
            "fewest": MIN_DOUBLED_ITEMS,
        }
    return render(request, "guideline/health.html", context)


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what differs between two versions, or a version and the draft, by clause and word."""
    access = open_project(person(request), slug, Permission.READ_GUIDELINE_HISTORY)
    versions = usecases.versions_of(access)
    draft = usecases.draft_of(access) if access.may(Permission.EDIT_GUIDELINE) else None
    numbers = [version.number for version in versions]
    new = number(request, "new")
    new = new if new in numbers else None
    old = number(request, "old")
    if old not in numbers:
        older = [found for found in numbers if new is None or found < new]
        old = older[0] if older else None
    if draft is None and new is None and numbers:
        new = numbers[0]
    found = usecases.changes_between(access, old, new) if versions else None
    context = {
        "access": access,
        "versions": versions,
        "draft": draft,
        "old": old,
        "new": new,
        "changes": found,
        "examples": _changed_examples(access, found),
    }
    return render(request, "guideline/changes.html", context)

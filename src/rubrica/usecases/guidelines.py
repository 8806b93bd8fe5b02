"""Guidelines: writing the draft, publishing versions that never change, carrying both as files."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from rubrica.domain.change_class import breaking_changes
from rubrica.domain.guideline import check_guideline, content_hash
from rubrica.domain.guideline_changes import Changes, compare
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Problem, ProblemsError, quoted
from rubrica.domain.reach_of_change import reach_of
from rubrica.domain.roles import Permission, Role
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.formats.markdown import item_keys
from rubrica.records.models import (
    Account,
    Evaluation,
    GuidelineDraft,
    GuidelineVersion,
    Item,
    ItemImage,
    Project,
    ProjectMembership,
    Reevaluation,
)
from rubrica.records.models.guideline import ChangeClass, Which
from rubrica.records.retrying import retried
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.attempts import calibrate_all
from rubrica.usecases.citations import citations_lost, tell_of_lost
from rubrica.usecases.errors import ConflictError, EditConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.gold import carry_over
from rubrica.usecases.notifications import notify
from rubrica.usecases.reevaluation import impact_of, queue_again
from rubrica.usecases.rounds import end_rounds


def draft_of(access: ProjectAccess) -> GuidelineDraft:
    """Return what the lead is writing."""
    access.require(Permission.EDIT_GUIDELINE)
    return GuidelineDraft.objects.of(access.project).get()


@transaction.atomic
def save_draft(
    account: Account, slug: str, *, markdown: str, rubric: object, revision: int, now: datetime
) -> GuidelineDraft:
    """Save the draft, unless somebody else has saved since ``revision`` was read.

    Raises
    ------
    EditConflictError
        Another person has saved in the meantime; nothing is changed.
    InvalidInputError
        The rubric or the guideline has problems, each named; nothing is changed.
    """
    access = open_project(account, slug, Permission.EDIT_GUIDELINE)
    parsed = checked_rubric(markdown, rubric)
    draft = GuidelineDraft.objects.of(access.project).select_for_update().get()
    if draft.revision != revision:
        message = (
            f"{draft.updated_by} has saved this guideline since you opened it (revision {draft.revision}, yours is "
            f"{revision}). Copy your text, reload, and put your changes in again."
        )
        raise EditConflictError(message, compare(draft.markdown, parse_rubric(draft.rubric), markdown, parsed))
    return _write_draft(draft, account, markdown=markdown, rubric=parsed, now=now)


def checked_rubric(markdown: str, rubric: object) -> Rubric:
    """Return the rubric when it and the guideline fit together, naming every problem otherwise."""
    try:
        parsed = parse_rubric(rubric)
    except ProblemsError as error:
        message = "The rubric has problems, so nothing was saved."
        raise InvalidInputError(message, error.problems) from error
    problems = check_guideline(markdown, parsed)
    if problems:
        message = "The guideline has problems, so nothing was saved."
        raise InvalidInputError(message, problems)
    return parsed


def _write_draft(
    draft: GuidelineDraft, account: Account, *, markdown: str, rubric: Rubric, now: datetime
) -> GuidelineDraft:
    draft.markdown, draft.rubric = markdown, rubric.as_json()
    draft.revision += 1
    draft.updated_at, draft.updated_by = now, account
    draft.save()
    return draft


@transaction.atomic
def replace_draft(account: Account, slug: str, *, markdown: str, rubric: object, now: datetime) -> GuidelineDraft:
    """Put files in place of the draft, whatever its revision: for a project that lives in version control."""
    access = open_project(account, slug, Permission.EDIT_GUIDELINE)
    parsed = checked_rubric(markdown, rubric)
    draft = GuidelineDraft.objects.of(access.project).select_for_update().get()
    if draft.markdown == markdown and draft.rubric == parsed.as_json():
        return draft
    return _write_draft(draft, account, markdown=markdown, rubric=parsed, now=now)


@retried
@transaction.atomic
def publish_guideline(
    account: Account,
    slug: str,
    *,
    now: datetime,
    summary: str = "",
    change_class: ChangeClass = ChangeClass.CLARIFICATION,
    which: Which = Which.NONE,
    sample: int = 0,
    revision: int | None = None,
) -> GuidelineVersion:
    """Publish the draft as the next version, which new work is judged under from now on.

    Of the items that the change reaches, ``which`` are queued again (``sample`` of them): their counters start again,
    and what was judged before stays under its own version. With ``revision`` the draft is published as it was read.

    Raises
    ------
    EditConflictError
        Somebody else has saved since ``revision`` was read; it says what would be published now.
    ConflictError
        The draft equals the version in force, or changes how many images an item of the project has.
    InvalidInputError
        The rubric shows examples that the project does not have; or evaluations exist, and a change that is not called
        breaking is: a criterion, its levels or options, a code or a clause that marks name is no longer what it was.
    """
    access = open_project(account, slug, Permission.PUBLISH_GUIDELINE)
    project = Project.objects.of(access.project).select_for_update().get()
    text = text_to_publish(project, revision)
    return publish_text(project, account, text, Terms(summary, change_class, which, sample), now=now)


@dataclass(frozen=True, slots=True)
class Text:
    """A guideline with its rubric, as they are stored."""

    markdown: str
    rubric: object


@dataclass(frozen=True, slots=True)
class Terms:
    """What a publication says of itself, and which of the items that it reaches are judged anew."""

    summary: str = ""
    change_class: ChangeClass = ChangeClass.CLARIFICATION
    which: Which = Which.NONE
    sample: int = 0


def text_to_publish(project: Project, revision: int | None) -> Text:
    """Return the draft as it is saved; the caller has locked the project.

    Raises
    ------
    EditConflictError
        It is not of this revision any more.
    """
    draft = GuidelineDraft.objects.of(project).select_for_update(of=("self",)).select_related("updated_by").get()
    if revision is not None and draft.revision != revision:
        message = (
            f"{draft.updated_by} has saved this guideline since you looked at it (revision {draft.revision}, yours is "
            f"{revision}). Nothing was published. Look at what would be published now, then publish."
        )
        inforce = project.guideline
        markdown, rubric = (inforce.markdown, parse_rubric(inforce.rubric)) if inforce is not None else ("", None)
        raise EditConflictError(message, compare(markdown, rubric, draft.markdown, parse_rubric(draft.rubric)))
    return Text(draft.markdown, draft.rubric)


def publish_text(project: Project, by: Account, text: Text, terms: Terms, *, now: datetime) -> GuidelineVersion:
    """Publish a text as the next version; the caller has locked the project, and checked that the person may.

    Raises
    ------
    ConflictError, InvalidInputError
        As for :func:`publish_guideline`.
    """
    markdown, change_class = text.markdown, terms.change_class
    rubric = checked_rubric(markdown, text.rubric)
    digest = content_hash(rubric, markdown)
    latest = GuidelineVersion.objects.of(project).order_by("-number").first()
    if latest is not None and latest.content_hash == digest:
        message = f"Nothing has changed since version {latest.number}."
        raise ConflictError(message)
    _refuse_other_unit(project, rubric)
    _refuse_unknown_examples(project, rubric, markdown)
    if latest is not None and change_class != ChangeClass.BREAKING:
        _refuse_what_breaks(project, latest, rubric, markdown)
    lost = citations_lost(project, latest, markdown) if latest is not None else []
    again = _judged_anew(project, latest, markdown, rubric, change_class, terms.which, terms.sample)
    version = GuidelineVersion.objects.create(
        project=project,
        number=latest.number + 1 if latest else 1,
        markdown=markdown,
        rubric=text.rubric,
        content_hash=digest,
        change_class=change_class,
        summary=(terms.summary.strip() or ("First version" if latest is None else "No summary given"))[:400],
        published_at=now,
        published_by=by,
    )
    project.guideline = version
    project.save(update_fields=["guideline"])
    if latest is not None:
        end_rounds(project, version, by, now=now)
        _have_it_learned(project, latest, version, now=now)
    tell_of_lost(project, lost, version, now=now)
    record("guideline.published", f"v{version.number}", at=now, actor=by, project=project, content_hash=digest)
    if again is not None:
        reached, items = again
        queued = queue_again(project, items)
        Reevaluation.objects.create(
            project=project,
            version=version,
            which=terms.which,
            reached=reached,
            queued=queued,
            ordered_by=by,
            ordered_at=now,
        )
        record("items.queued_again", f"v{version.number}", at=now, actor=by, project=project, items=queued)
    return version


def _have_it_learned(project: Project, before: GuidelineVersion, version: GuidelineVersion, *, now: datetime) -> None:
    """Let gold follow the change, and have specialists read it and calibrate as its class asks for."""
    old, new = parse_rubric(before.rubric), parse_rubric(version.rubric)
    reach = reach_of(compare(before.markdown, old, version.markdown, new), old, new)
    carry_over(project, before, version, reach, now=now)
    change_class = ChangeClass(version.change_class)
    specialists = ProjectMembership.objects.of(project).filter(role=Role.SPECIALIST)
    if change_class == ChangeClass.BREAKING:
        specialists.update(must_acknowledge=True)
    calibrate_all(project, change_class, now=now)
    if change_class != ChangeClass.EDITORIAL:
        people = [member.account for member in specialists.filter(is_active=True).select_related("account")]
        told = f"The guideline has changed: {version.summary}"
        notify(people, Topic.GUIDELINE, project, told, "guideline/news/", now=now)


def _judged_anew(
    project: Project,
    latest: GuidelineVersion | None,
    markdown: str,
    rubric: Rubric,
    change_class: ChangeClass,
    which: Which,
    sample: int,
) -> tuple[int, tuple[int, ...]] | None:
    """Return how many items the change reaches and which are to be judged anew; None where that was not asked for."""
    if which == Which.NONE or latest is None:
        return None
    problems = []
    if change_class == ChangeClass.EDITORIAL:
        problems.append(Problem("which", f"is {which.value}", "none: an editorial change leaves every answer as it is"))
    if which == Which.SAMPLE and sample < 1:
        problems.append(Problem("sample", f"is {sample}", "1 or more items"))
    if problems:
        message = "Nothing was published."
        raise InvalidInputError(message, problems)
    impact = impact_of(project, latest, markdown, rubric)
    return len(impact.items), impact.chosen(which, sample)


def _refuse_other_unit(project: Project, rubric: Rubric) -> None:
    if project.guideline is None or not Item.objects.of(project).exists():
        return
    inforce = parse_rubric(project.guideline.rubric)
    if (inforce.unit, inforce.images) != (rubric.unit, rubric.images):
        kept, asked = _unit_in_words(inforce), _unit_in_words(rubric)
        message = f"The project's items are of unit {kept}; a rubric of unit {asked} needs a project of its own."
        raise ConflictError(message)


def _refuse_unknown_examples(project: Project, rubric: Rubric, markdown: str) -> None:
    shown = [*rubric.examples, *(("guideline", key) for key in item_keys(markdown))]
    named = {key for _, key in shown}
    known = set(Item.objects.of(project).filter(key__in=named).values_list("key", flat=True)) if named else set()
    problems = [
        Problem(path, f"is {quoted(key)}, which is no item of the project", "the key of an item")
        if path != "guideline"
        else Problem(path, f"shows {quoted(key)}, which is no item of the project", "the key of an item")
        for path, key in shown
        if key not in known
    ]
    if problems:
        message = "Examples are shown that the project does not have, so nothing was published."
        raise InvalidInputError(message, problems)


def images_shown(project: Project, markdown: str) -> dict[str, str]:
    """Return the public ids of the images that a guideline shows, by item key; none where images are to be revealed."""
    named = item_keys(markdown)
    if not named or project.is_sensitive:
        return {}
    images = ItemImage.objects.of(project).filter(item__key__in=named, slot=0)
    return dict(images.values_list("item__key", "image__public_id"))


@lru_cache(maxsize=256)
def examples_of_version(guideline_id: int, content_hash: str) -> frozenset[str]:  # noqa: ARG001  (part of the key)
    """Return the keys of the items that a published version shows, in its rubric or its text; it never changes."""
    version = GuidelineVersion.objects.everywhere("the caller was shown this version").get(pk=guideline_id)
    return frozenset({*item_keys(version.markdown), *(key for _, key in parse_rubric(version.rubric).examples)})


def _refuse_what_breaks(project: Project, latest: GuidelineVersion, rubric: Rubric, markdown: str) -> None:
    """Before anybody has judged, what is asked may change under any name; a clause that is named may not go."""
    is_judged = Evaluation.objects.of(project).exists()
    problems = [
        *(breaking_changes(parse_rubric(latest.rubric), rubric) if is_judged else ()),
        *(
            Problem(row.clause, f"is gone, and is named by {row.in_words()}", "the clause under its anchor")
            for row in citations_lost(project, latest, markdown)
        ),
    ]
    if problems:
        message = "This changes what answers mean: publish it as a breaking change, or keep what exists."
        raise InvalidInputError(message, problems)


def _unit_in_words(rubric: Rubric) -> str:
    return f"set of {rubric.images}" if rubric.unit == "set" else rubric.unit


def versions_of(access: ProjectAccess) -> list[GuidelineVersion]:
    """Return the published versions, newest first."""
    access.require(Permission.READ_GUIDELINE)
    versions = GuidelineVersion.objects.of(access.project).select_related("published_by").order_by("-number")
    if not access.may(Permission.READ_GUIDELINE_HISTORY):
        versions = versions.filter(pk=access.project.guideline_id or 0)
    return list(versions)


def changes_between(access: ProjectAccess, old: int | None, new: int | None) -> Changes:
    """Return what differs between two published versions; ``None`` is before the first, or what is being written.

    Raises
    ------
    NotFoundError
        There is no such version.
    """
    access.require(Permission.READ_GUIDELINE_HISTORY)
    earlier = version_of(access, old) if old is not None else None
    later = version_of(access, new) if new is not None else draft_of(access)
    rubric = parse_rubric(later.rubric)
    if earlier is None:
        return compare("", None, later.markdown, rubric)
    return compare(earlier.markdown, parse_rubric(earlier.rubric), later.markdown, rubric)


def version_of(access: ProjectAccess, number: int | None = None) -> GuidelineVersion:
    """Return one published version, by default the one in force.

    Raises
    ------
    NotFoundError
        There is no such version, or none yet.
    """
    version = next((row for row in versions_of(access) if number in {None, row.number}), None)
    if version is None:
        message = "No version of the guideline has been published yet." if number is None else "No such version."
        raise NotFoundError(message)
    return version

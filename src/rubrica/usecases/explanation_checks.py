"""Checks of an explanation while it is written: by rule, against the rater's own earlier ones, and of its language."""

from dataclasses import dataclass

from django.conf import settings

from rubrica.domain.coach import ENGLISH_ONLY, MOST_RECENT, Finding, check_explanation, words_of
from rubrica.domain.draft import read_draft
from rubrica.domain.rubric import Rubric
from rubrica.records.models import Account, Evaluation
from rubrica.records.queries import work_queue
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.usecases.assignments import specialist_desk
from rubrica.usecases.language import READER, Language, Reading
from rubrica.usecases.workbench import version_for


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in an explanation, and whether its language was read."""

    findings: tuple[Finding, ...]
    language: Reading


def check_own_explanation(
    account: Account, slug: str, *, draft: object, version: int | None = None, revised: str | None = None
) -> Checked:
    """Look through the explanation of an answer in the making; nothing is stored.

    Parameters
    ----------
    account
        The rater.
    slug
        The project.
    draft
        The answer so far, as a client would send it; what cannot be read yet is left out.
    version
        The guideline version under which the rater holds the assignment; by default the one in force.
    revised
        The evaluation that is being revised: its own words are no repetition.

    Raises
    ------
    NotFoundError
        The person has no part in the project, or no assignment under that version.
    NotAllowedError
        The person's role does not evaluate.
    ConflictError
        No guideline has been published yet.
    """
    desk = specialist_desk(work_queue.find_desk(slug, account.pk))
    found = version_for(account, desk, version)
    rubric = rubric_of_version(found.pk, found.content_hash)
    so_far = read_draft(rubric, draft)
    recent = _own_explanations(account, desk.project_id, revised)
    findings = check_explanation(rubric, so_far.answers, so_far.marks, so_far.explanation, recent)
    language = _language(so_far.explanation, rubric)
    if language.reading == "not_english":
        findings = tuple([finding for finding in findings if finding.code not in ENGLISH_ONLY])
    return Checked((*findings, *language.findings), language.reading)


def _language(text: str, rubric: Rubric) -> Language:
    if not settings.LANGUAGE_CHECKS:
        return Language("off")
    return READER.read(text, _words_of_the_rubric(rubric))


def _own_explanations(account: Account, project_id: int, revised: str | None) -> list[str]:
    rows = Evaluation.objects.of_account(account).filter(project=project_id).exclude(explanation="")
    if revised is not None:
        rows = rows.exclude(public_id=revised)
    return list(rows.order_by("-id").values_list("explanation", flat=True)[:MOST_RECENT])


def _words_of_the_rubric(rubric: Rubric) -> set[str]:
    """Return the words a rubric names things by, which are spelt as its lead spells them."""
    names = [criterion.name for criterion in rubric.criteria]
    for group in rubric.taxonomy.groups if rubric.taxonomy is not None else ():
        names.extend((group.name, *group.parts, *(error.name for error in group.errors)))
    return {word.lower() for name in names for word in words_of(name.replace("_", " "))}

"""What came of a screening, for those who read the application: blind, and scored by people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rubrica.domain.application import READABLE
from rubrica.domain.gold import Purpose
from rubrica.domain.problems import Findings
from rubrica.domain.roles import Permission
from rubrica.domain.screening import Part
from rubrica.domain.writing_task import Hints, check_scores, hints_of, needs_second_score
from rubrica.records.models import Account, Application, Attempt, Project, Screening, ScreeningAnswer, WritingScore
from rubrica.records.retrying import retried
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.attempts import AttemptReport, reports_of
from rubrica.usecases.errors import ConflictError, InvalidInputError, NotFoundError
from rubrica.usecases.screening_texts import OwnWriting, writing_of


@dataclass(frozen=True, slots=True)
class WritingShown:
    """What an applicant wrote, as a reader sees it.

    Attributes
    ----------
    texts
        Prompt, images, text and what a machine notices of it.
    scores
        One's own alone, until one has scored oneself or it is decided.
    """

    task: OwnWriting
    texts: tuple[tuple[str, tuple[str, ...], str, Hints], ...]
    is_handed_in: bool
    scores: tuple[WritingScore, ...]
    hidden_scores: int
    may_score: bool
    wants_score: bool


@dataclass(frozen=True, slots=True)
class ScreeningResults:
    """What came of a screening.

    Attributes
    ----------
    first_try, right, asked
        How many questions on the guideline were right at once, right in the end, and asked.
    """

    screening: Screening
    first_try: int
    right: int
    asked: int
    reports: tuple[AttemptReport, ...]
    has_test: bool
    writing: WritingShown | None


def results_of(access: ProjectAccess, application: Application) -> ScreeningResults | None:
    """Return what came of the screening of an application; None where it was not screened, or is not over.

    Whose it is stands nowhere in it.
    """
    access.require(Permission.REVIEW)
    rows = Screening.objects.of(access.project).filter(application=application).exclude(finished_at=None)
    screening = rows.select_related("guideline__project").first()
    if screening is None:
        return None
    answers = ScreeningAnswer.objects.of(access.project).filter(screening=screening, is_right=True)
    right = list(answers.values_list("number", flat=True))
    tests = Attempt.objects.of(access.project).filter(account=application.account_id, purpose=Purpose.QUALIFICATION)
    over = tests.exclude(ended_at=None).select_related("project", "account", "guideline").order_by("-pass_number")
    return ScreeningResults(
        screening=screening,
        first_try=right.count(1),
        right=len(right),
        asked=len(screening.questions),
        reports=tuple(reports_of(access.project, list(over))),
        has_test=Part.TEST.value in screening.minutes,
        writing=_writing(access, application, screening),
    )


def _writing(access: ProjectAccess, application: Application, screening: Screening) -> WritingShown | None:
    if not screening.writing:
        return None
    task = writing_of(screening)
    written = [text for _prompt, _images, text in task.prompts]
    clauses = [clause.markdown for clause in task.clauses]
    scores = scores_of(screening)
    own = [row for row in scores if row.reader_id == access.account.pk]
    sees_all = bool(own) or application.state not in READABLE
    is_handed_in = screening.written_at is not None
    return WritingShown(
        task=task,
        texts=tuple(
            (prompt, images, text, hints_of(text, "".join(written[:place] + written[place + 1 :]), [prompt, *clauses]))
            for place, (prompt, images, text) in enumerate(task.prompts)
        ),
        is_handed_in=is_handed_in,
        scores=tuple(scores if sees_all else own),
        hidden_scores=0 if sees_all else len(scores) - len(own),
        may_score=is_handed_in and not own and application.state in READABLE,
        wants_score=bool(_why_not_scored(screening, scores)) and application.state in READABLE,
    )


def scores_of(screening: Screening) -> list[WritingScore]:
    """Return how what was written is scored, oldest first."""
    rows = WritingScore.objects.everywhere("the caller has scoped the screening").filter(screening=screening)
    return list(rows.select_related("reader").order_by("at", "pk"))


def feedback_on(screening: Screening) -> list[WritingScore]:
    """Return what an applicant may know of how the texts were scored: all, once nobody else has to score them."""
    scores = scores_of(screening)
    return scores if scores and not _why_not_scored(screening, scores) else []


def why_not_decide(application: Application) -> str:
    """Return what of a screening has to be scored before an application is decided; empty for nothing."""
    screening = Screening.objects.of(application.project).filter(application=application).first()
    return _why_not_scored(screening, scores_of(screening)) if screening is not None else ""


def _why_not_scored(screening: Screening, scores: Sequence[WritingScore]) -> str:
    if screening.written_at is None:
        return ""
    if not scores:
        return "Score what was written in the screening first."
    if needs_second_score([row.scores for row in scores]):
        return "The texts of the screening are near the line: somebody else has to score them too."
    return ""


@retried
@transaction.atomic
def score_writing(
    account: Account, slug: str, number: int, scores: object, *, comment: str, now: datetime
) -> WritingScore:
    """Score what an applicant wrote, without seeing how others did. It is said once, and the applicant reads it.

    Raises
    ------
    NotFoundError
        There is no such application, or nothing was written.
    InvalidInputError
        A score is missing or none, or the comment says too little.
    ConflictError
        It is not to be scored now, or one has scored it before.
    """
    access = open_project(account, slug, Permission.REVIEW)
    Project.objects.of(access.project).select_for_update().get()
    rows = Screening.objects.of(access.project).filter(application__number=number).exclude(written_at=None)
    screening = rows.select_related("application").first()
    if screening is None:
        message = "Nothing was written in such an application."
        raise NotFoundError(message)
    found = Findings()
    read, said = check_scores(scores, comment, found)
    if found:
        message = "Nothing was kept: score each, and say why."
        raise InvalidInputError(message, found.problems)
    application = screening.application
    if application.state not in READABLE:
        message = f"{application} is {application.get_state_display().lower()}: it is not to be scored now."
        raise ConflictError(message)
    if any(row.reader_id == account.pk for row in scores_of(screening)):
        message = "You have scored these texts. What you said stays."
        raise ConflictError(message)
    made = WritingScore.objects.create(screening=screening, reader=account, scores=read, comment=said, at=now)
    record("screening.scored", str(application), at=now, actor=account, project=access.project)
    return made

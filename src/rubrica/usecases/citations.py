"""Citations: where people have named a clause of the guideline, so that none goes without their being told."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from rubrica.domain.clause_anchor import named_in
from rubrica.domain.guideline import parse_guideline
from rubrica.records.models import (
    ChangeProposal,
    ClauseQuestion,
    EdgeCase,
    Evaluation,
    GuidelineVersion,
    Mark,
    Project,
    Ruling,
)
from rubrica.usecases.access import record
from rubrica.usecases.notifications import notify
from rubrica.usecases.processes import KINDS

_WORDS: Final = (
    ("marks", "mark", "marks"),
    ("explanations", "explanation", "explanations"),
    ("cases", "open case", "open cases"),
    ("rulings", "ruling in force", "rulings in force"),
    ("proposals", "open proposal", "open proposals"),
    ("questions", "open question", "open questions"),
)


@dataclass(frozen=True, slots=True)
class Citations:
    """How often a clause is named, and by what."""

    clause: str
    marks: int = 0
    explanations: int = 0
    cases: int = 0
    rulings: int = 0
    proposals: int = 0
    questions: int = 0

    def in_words(self) -> str:
        """Return what names the clause: ``2 marks, 1 open case``."""
        counts = [(getattr(self, name), one, many) for name, one, many in _WORDS]
        return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts if count)


def citations_lost(project: Project, before: GuidelineVersion, markdown: str) -> list[Citations]:
    """Return what names the clauses that another text would not have any more, by clause; only those that are named."""
    gone = set(parse_guideline(before.markdown).anchors) - set(parse_guideline(markdown).anchors)
    return citations_of(project, gone) if gone else []


def citations_of(project: Project, clauses: Collection[str]) -> list[Citations]:
    """Return what names these clauses: current evaluations, what is open, and rulings in force."""
    is_one = Q(clause__in=clauses)
    marks = Mark.objects.of(project).filter(is_one, evaluation__superseded_by=None)
    rulings = Ruling.objects.of(project).filter(is_one, superseded_by=None)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for clause in marks.values_list("clause", flat=True):
        found[clause]["marks"] += 1
    for clause in rulings.values_list("clause", flat=True):
        found[clause]["rulings"] += 1
    for kind, row in _open(project, clauses):
        found[row.clause][f"{kind}s"] += 1
    for clause, count in _explanations(project, clauses).items():
        found[clause]["explanations"] = count
    return [Citations(clause, **counts) for clause, counts in sorted(found.items())]


def _open(project: Project, clauses: Collection[str]) -> list[tuple[str, EdgeCase | ChangeProposal | ClauseQuestion]]:
    """Return what waits for somebody on these clauses, each with its kind."""
    is_open = Q(clause__in=clauses, owner__isnull=False)
    return [
        *(("case", row) for row in EdgeCase.objects.of(project).filter(is_open).select_related("owner")),
        *(("proposal", row) for row in ChangeProposal.objects.of(project).filter(is_open).select_related("owner")),
        *(("question", row) for row in ClauseQuestion.objects.of(project).filter(is_open).select_related("owner")),
    ]


def _explanations(project: Project, clauses: Collection[str]) -> Mapping[str, int]:
    """Return in how many current explanations each clause is named, as a word of its own: GE-1 is not in GE-1.3."""
    named = Q()
    for clause in clauses:
        named |= Q(explanation__contains=clause)
    texts = Evaluation.objects.of(project).filter(named, superseded_by=None).values_list("explanation", flat=True)
    return Counter(clause for text in texts.iterator() for clause in named_in(text).intersection(clauses))


def tell_of_lost(project: Project, lost: Sequence[Citations], version: GuidelineVersion, *, now: datetime) -> None:
    """Tell those who see to what is open on clauses that a published version does not have any more."""
    if not lost:
        return
    named_by = {row.clause: row.in_words() for row in lost}
    record(
        "guideline.clauses_lost", str(version), at=now, actor=version.published_by, project=project, named_by=named_by
    )
    for name, row in _open(project, named_by):
        told = f"{row} names {row.clause}, which version {version.number} of the guideline does not have any more."
        people = [row.owner] if row.owner is not None else []
        notify(people, KINDS[name].topic, project, told[:1].upper() + told[1:], KINDS[name].page(row), now=now)

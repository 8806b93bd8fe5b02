"""Rulings: deciding a case, and finding the precedents for the item at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from rubrica.domain.edge_case import Alike, CaseEvent, Likeness, Traits, likeness
from rubrica.domain.guideline import parse_guideline
from rubrica.domain.notification import Topic
from rubrica.domain.problems import Findings, one_of, quoted
from rubrica.domain.roles import Permission, Role
from rubrica.domain.rubric import Rubric, parse_rubric
from rubrica.domain.text import check_text
from rubrica.records.models import Account, EdgeCase, Project, Ruling
from rubrica.records.models.edge_case import RulingScope
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess, open_project, record
from rubrica.usecases.assignments import desk_and_assignment
from rubrica.usecases.edge_cases import fingerprints_of, locked_case, move_case, pictures_of, traits_of
from rubrica.usecases.errors import ConflictError, InvalidInputError
from rubrica.usecases.notifications import notify
from rubrica.usecases.pseudonyms import name_shown

MAX_DECISION = 500
MAX_RATIONALE = 2_000
MOST_PRECEDENTS = 20


@dataclass(frozen=True, slots=True)
class Decision:
    """What a ruling says.

    Attributes
    ----------
    review_on
        The day from which the ruling wants to be looked at again.
    supersedes
        Number of the ruling whose place it takes.
    stands_beside
        Whether it may stand beside other rulings on the same.
    answers
        The right answers for the case's item, by criterion: levels of scales and codes of options.
    """

    decision: str
    rationale: str
    reach: str
    review_on: date
    clause: str = ""
    criterion: str = ""
    code: str = ""
    supersedes: int | None = None
    stands_beside: bool = False
    answers: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Precedent:
    """A ruling in force, the thumbnail it can be known by, in what its case is like the item at hand, and who asked."""

    ruling: Ruling
    thumbnail: str
    alike: Alike
    raised_by: str


@dataclass(frozen=True, slots=True)
class Precedents:
    """The rulings that help with an item, and whether it is a new kind of image.

    Attributes
    ----------
    found
        The most alike first.
    is_unlike
        Whether rulings are in force, and the item's images have nothing in common with those of any; never where an
        image lacks a descriptor.
    """

    found: tuple[Precedent, ...] = ()
    is_unlike: bool = False


@dataclass(frozen=True, slots=True)
class ShownRuling:
    """A ruling as its page shows it.

    Attributes
    ----------
    thumbnail
        Public id of the image of its case.
    conflicts
        Other rulings in force that answer the same for the same item differently, or rule on the same clause and
        criterion without one taking the other's place.
    """

    ruling: Ruling
    thumbnail: str
    is_in_force: bool
    is_due: bool
    conflicts: tuple[Ruling, ...]


@transaction.atomic
def rule(account: Account, slug: str, number: int, decision: Decision, *, now: datetime) -> Ruling:
    """Decide a case; from now on the decision is a precedent, shown beside its criterion in the workbench.

    Raises
    ------
    InvalidInputError
        Something is missing, or not of the rubric or guideline in force; every problem is named.
    ConflictError
        The case is not open to a ruling, or another ruling is on the same and nothing says how the two go together.
    """
    access, case = locked_case(account, slug, number)
    access.require(Permission.RULE)
    # Numbers are given one after another, and rulings on the same see each other.
    project = Project.objects.of(access.project).select_for_update().get()
    version = project.guideline or case.guideline
    found = Findings()
    rubric = parse_rubric(version.rubric)
    said = check_text(decision.decision, "decision", found, minimum=1, maximum=MAX_DECISION).strip()
    why = check_text(decision.rationale, "rationale", found, minimum=1, maximum=MAX_RATIONALE).strip()
    _check_places(decision, rubric, parse_guideline(version.markdown).anchors, found)
    answers = _checked_answers(rubric, decision.answers or {}, found)
    if decision.review_on <= now.date():
        found.add("review_on", f"is {decision.review_on}", "a day to come")
    superseded = _superseded(project, decision.supersedes, found)
    if found:
        message = "The case was not ruled on."
        raise InvalidInputError(message, found.problems)
    if not decision.stands_beside:
        _refuse_conflicts(project, decision, superseded)
    move_case(access, case, CaseEvent.RULE, reason=said, now=now)
    last = Ruling.objects.of(project).aggregate(last=Max("number"))["last"] or 0
    ruling = Ruling.objects.create(
        project=project,
        number=last + 1,
        case=case,
        question=case.question,
        decision=said,
        rationale=why,
        clause=decision.clause,
        criterion=decision.criterion,
        code=decision.code,
        reach=decision.reach,
        guideline=version,
        decided_by=account,
        decided_at=now,
        review_on=decision.review_on,
        supersedes=superseded,
        answers=answers,
    )
    record("ruling.made", str(ruling), at=now, actor=account, project=project, case=str(case))
    told = f"Your question {case} led to {ruling}: {said}"
    notify([case.raised_by], Topic.CASE, project, told, f"cases/{number}/", now=now)
    return ruling


def _check_places(decision: Decision, rubric: Rubric, anchors: Sequence[str], found: Findings) -> None:
    codes = rubric.taxonomy.codes if rubric.taxonomy is not None else ()
    for name, value, choices in (
        ("reach", decision.reach, RulingScope.values),
        ("clause", decision.clause, anchors),
        ("criterion", decision.criterion, tuple(rubric.criterion_of)),
        ("code", decision.code, codes),
    ):
        if value not in choices and (value or name == "reach"):
            found.add(name, f"is {quoted(value)}", one_of(choices))


def _checked_answers(rubric: Rubric, answers: Mapping[str, object], found: Findings) -> dict[str, object]:
    for name, value in answers.items():
        criterion = rubric.criterion_of.get(name)
        if criterion is None:
            found.add(f"answers.{name[:60]}", "is no criterion", one_of(tuple(rubric.criterion_of)))
            continue
        allowed: list[object] = (
            [level.value for level in criterion.levels]
            if criterion.type == "scale"
            else [*criterion.option_of]
            if criterion.type in {"choice", "yes_no"}
            else []
        )
        if value not in allowed or isinstance(value, bool):
            found.add(f"answers.{name}", f"is {quoted(value)}", one_of(allowed))
    return dict(answers)


def _superseded(project: Project, number: int | None, found: Findings) -> Ruling | None:
    if number is None:
        return None
    ruling = rulings_in_force(project).filter(number=number).first()
    if ruling is None:
        found.add("supersedes", f"is R-{number}", "the number of a ruling in force, or none")
    return ruling


def _refuse_conflicts(project: Project, decision: Decision, superseded: Ruling | None) -> None:
    others = [
        ruling for ruling in rulings_in_force(project) if ruling != superseded and _rule_on_the_same(ruling, decision)
    ]
    if others:
        named = ", ".join(f"{ruling} ({ruling.decision})" for ruling in others)
        message = (
            f"There is a ruling on the same: {named}. Say whether yours takes its place or stands beside it, and "
            "nothing contradicts."
        )
        raise ConflictError(message)


def _rule_on_the_same(one: Ruling | Decision, other: Ruling | Decision) -> bool:
    """Tell whether two decisions name the same clause, or the same code, and no criterion sets them apart."""
    apart = one.criterion and other.criterion and one.criterion != other.criterion
    named = (one.clause and one.clause == other.clause) or (one.code and one.code == other.code)
    return bool(named) and not apart


def rulings_in_force(project: Project) -> ScopedQuerySet[Ruling]:
    """Return the rulings whose place no other has taken, newest first."""
    rulings = Ruling.objects.of(project).filter(superseded_by=None).order_by("-number")
    return rulings.select_related("case__raised_by", "decided_by")


def rulings_of(access: ProjectAccess, *, words: str = "", now: datetime) -> list[ShownRuling]:
    """Return the rulings of a project, newest first, by default all; with what contradicts what."""
    access.require(Permission.DISCUSS_EDGE_CASES)
    rulings = list(
        Ruling.objects.of(access.project)
        .select_related("case__raised_by", "case__item", "decided_by", "supersedes", "superseded_by", "guideline")
        .order_by("-number")
    )
    thumbnails = pictures_of(access.project, [ruling.case for ruling in rulings])
    in_force = [ruling for ruling in rulings if not hasattr(ruling, "superseded_by")]
    sought = words.casefold()
    return [
        ShownRuling(
            ruling,
            thumbnails.get(ruling.case.pk, ""),
            ruling in in_force,
            ruling in in_force and ruling.review_on <= now.date(),
            tuple(other for other in in_force if ruling in in_force and _contradict(ruling, other)),
        )
        for ruling in rulings
        if sought in f"{ruling} {ruling.question} {ruling.decision} {ruling.clause} {ruling.code}".casefold()
    ]


def _contradict(one: Ruling, other: Ruling) -> bool:
    if one.pk == other.pk:
        return False
    differs = any(one.answers[name] != other.answers[name] for name in one.answers.keys() & other.answers.keys())
    return _rule_on_the_same(one, other) or (differs and one.case.item_id == other.case.item_id)


def precedents_for(account: Account, assignment: str, *, codes: Sequence[str] = (), words: str = "") -> Precedents:
    """Return the rulings in force that help with an item that the rater has in hand, the most alike first.

    A ruling on one item only is shown at that item only. With ``words``, those are left out that share none of them.

    Raises
    ------
    NotFoundError
        The rater has no such assignment.
    """
    desk, held = desk_and_assignment(account, assignment)
    if desk.role == Role.APPLICANT:
        return Precedents()
    project = Project.objects.visible_to(account).get(pk=desk.project_id)
    rulings = list(rulings_in_force(project).select_related("case"))
    if not rulings:
        return Precedents()
    from rubrica.usecases.similarity import neighbourhood  # noqa: PLC0415  (slow import: numpy)

    rubric = rubric_of_version(held.guideline_id, held.guideline_hash)
    known = set(rubric.taxonomy.codes) if rubric.taxonomy is not None else set()
    wanted = Traits(
        text=words,
        codes=frozenset(set(codes) & known),
        items=frozenset({held.item_id}),
        fingerprints=fingerprints_of(project, {held.item_id}).get(held.item_id, frozenset()),
    )
    traits = traits_of(project, [ruling.case for ruling in rulings])
    near = neighbourhood(project, held.item_id, {ruling.case.item_id for ruling in rulings})
    thumbnails = pictures_of(project, [ruling.case for ruling in rulings])
    access = open_project(account, project.slug)
    found = []
    for ruling in rulings:
        of_ruling = _traits_of_ruling(ruling, traits[ruling.case.pk])
        alike = likeness(wanted, of_ruling, near.nearness.get(ruling.case.item_id))
        reaches = ruling.reach != RulingScope.ITEM or ruling.case.item_id == held.item_id
        if reaches and (not words or Likeness.WORDS in alike.in_what or _mentions(ruling, words)):
            asker = name_shown(access, ruling.case.raised_by)
            found.append(Precedent(ruling, thumbnails.get(ruling.case.pk, ""), alike, asker))
    found.sort(key=lambda precedent: (-precedent.alike.score, -precedent.ruling.number))
    return Precedents(tuple(found[:MOST_PRECEDENTS]), near.is_unlike)


def is_unlike_rulings(access: ProjectAccess, case: EdgeCase) -> bool:
    """Tell whether the image of a case has nothing in common with that of any ruling in force."""
    from rubrica.usecases.similarity import neighbourhood  # noqa: PLC0415  (slow import: numpy)

    access.require(Permission.TRIAGE_EDGE_CASES)
    ruled = {ruling.case.item_id for ruling in rulings_in_force(access.project)}
    return neighbourhood(access.project, case.item_id, ruled).is_unlike


def _traits_of_ruling(ruling: Ruling, case: Traits) -> Traits:
    return Traits(
        text=f"{ruling.question} {ruling.decision}",
        criterion=ruling.criterion,
        clause=ruling.clause,
        codes=case.codes | (frozenset({ruling.code}) - {""}),
        items=case.items,
        fingerprints=case.fingerprints,
    )


def _mentions(ruling: Ruling, words: str) -> bool:
    """Tell whether every word that is looked for stands in the ruling, also as a part of a longer word."""
    text = f"{ruling} {ruling.question} {ruling.decision} {ruling.clause} {ruling.code}".casefold()
    return all(word in text for word in words.casefold().split())

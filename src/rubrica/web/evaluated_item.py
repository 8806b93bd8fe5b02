"""An item with all that was said of it, as a reviewer reads it: raters side by side, their marks over the images."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rubrica.domain import prompt_words
from rubrica.domain.criterion import Criterion
from rubrica.domain.ranking import order_by
from rubrica.domain.roles import Permission
from rubrica.domain.rubric import Rubric
from rubrica.records.models import Evaluation, Item, ItemImage, Mark, Rating
from rubrica.records.queries.rubrics import rubric_of_version
from rubrica.records.scoping import ScopedQuerySet
from rubrica.usecases.access import ProjectAccess
from rubrica.usecases.pseudonyms import name_shown
from rubrica.web.marks import Canvas, DrawnMark, box_outline, draw

APART = 2.0
"""Scale points between two raters from which a page says so."""


_Given = Mapping[tuple[int, str], Sequence[Rating]]
"""Ratings by evaluation and criterion; empty where there are none."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one rater said of the item. ``letter`` stands before the numbers of the rater's marks."""

    letter: str
    rater: str
    evaluation: Evaluation
    cannot_judge: str
    seconds: int | None
    marks: tuple[DrawnMark, ...]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One criterion: what each rater answered, in the order of the raters, and how far apart they are if it matters."""

    name: str
    question: str
    answers: tuple[tuple[str, ...], ...]
    apart: float | None


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault that somebody put there on purpose; ``outline`` is empty where it covers the whole image."""

    kind: str
    code: str
    severity: object
    outline: str


@dataclass(frozen=True, slots=True)
class Picture:
    """One image with the marks of each rater."""

    row: ItemImage
    canvas: Canvas
    marks: tuple[tuple[str, tuple[DrawnMark, ...]], ...]
    planted: tuple[Planted, ...]


@dataclass(frozen=True, slots=True)
class EvaluatedItem:
    """The whole page's content."""

    said: tuple[Said, ...]
    rows: tuple[AnswerRow, ...]
    pictures: tuple[Picture, ...]


def evaluated_item(
    access: ProjectAccess,
    item: Item,
    images: Sequence[ItemImage],
    among: ScopedQuerySet[Evaluation] | None = None,
) -> EvaluatedItem:
    """Return what is known of an item. Names, models and planted faults are there for those who may know them.

    ``among`` are the evaluations to show; by default the current ones, save those that count apart.
    """
    if among is None:
        among = Evaluation.objects.of(access.project).filter(superseded_by=None, is_repeat=False)
    return evaluated_items(access, [(item, images)], among)[item.pk]


def evaluated_items(
    access: ProjectAccess,
    items: Sequence[tuple[Item, Sequence[ItemImage]]],
    among: ScopedQuerySet[Evaluation],
) -> dict[int, EvaluatedItem]:
    """Return what ``among`` says of several items, by row id of the item. Costs the same for one as for many."""
    shown = among.filter(item__in=[item.pk for item, _images in items]).select_related("rater", "guideline")
    by_item: defaultdict[int, list[Evaluation]] = defaultdict(list)
    for evaluation in shown.order_by("id"):
        by_item[evaluation.item_id].append(evaluation)
    everything = [evaluation for evaluations in by_item.values() for evaluation in evaluations]
    marks, given = _marks(access, everything), _given(access, everything)
    return {item.pk: _content(access, item, images, by_item[item.pk], marks, given) for item, images in items}


def _content(
    access: ProjectAccess,
    item: Item,
    images: Sequence[ItemImage],
    evaluations: Sequence[Evaluation],
    marks: Mapping[int, Sequence[Mark]],
    given: _Given,
) -> EvaluatedItem:
    rubrics = {row.pk: rubric_of_version(row.guideline_id, row.guideline_hash) for row in evaluations}
    canvases = {row.slot: Canvas(row.image.view_width, row.image.view_height) for row in images}
    said = tuple(
        _said(access, row, rubrics[row.pk], marks[row.pk], place, canvases) for place, row in enumerate(evaluations)
    )
    planted = item.known_defects if access.may(Permission.SEE_MODEL_IDENTITY) else []
    pictures = tuple(_picture(row, canvases[row.slot], said, planted) for row in images)
    return EvaluatedItem(said, _rows(evaluations, rubrics, given, item.prompt), pictures)


def words_of(rubric: Rubric, answers: Mapping[str, object], prompt: str = "") -> list[tuple[str, tuple[str, ...]]]:
    """Return answers as stored with an evaluation, in words: each criterion's name with what was answered."""
    found = []
    for criterion in rubric.criteria:
        value = answers.get(criterion.id)
        given = value if isinstance(value, list) else [value]
        shown = prompt_words.words_of(prompt) if criterion.type == "words" else {}
        labels = tuple(shown.get(str(one), _label(criterion, str(one))) for one in given if one is not None)
        if labels:
            found.append((criterion.name, labels))
    return found


def letter_of(place: int) -> str:
    """Return A, B, … Z, AA, AB, … for the raters of an item in their order."""
    beyond, within = divmod(place, 26)
    return (letter_of(beyond - 1) if beyond else "") + chr(ord("A") + within)


def _marks(access: ProjectAccess, evaluations: Iterable[Evaluation]) -> defaultdict[int, list[Mark]]:
    found: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in Mark.objects.of(access.project).filter(evaluation__in=evaluations).order_by("evaluation_id", "number"):
        found[mark.evaluation_id].append(mark)
    return found


def _said(
    access: ProjectAccess,
    row: Evaluation,
    rubric: Rubric,
    marks: Sequence[Mark],
    place: int,
    canvases: dict[int, Canvas],
) -> Said:
    letter = letter_of(place)
    reason = rubric.reason_of.get(row.cannot_judge)
    return Said(
        letter=letter,
        rater=name_shown(access, row.rater),
        evaluation=row,
        cannot_judge=reason.label if reason is not None else row.cannot_judge,
        seconds=round(row.active_ms / 1000) if row.active_ms is not None else None,
        marks=tuple(draw(mark, canvases[mark.slot], letter, rubric) for mark in marks if mark.slot in canvases),
    )


def _picture(row: ItemImage, canvas: Canvas, said: Sequence[Said], planted: Sequence[dict[str, object]]) -> Picture:
    marks = tuple(
        (one.letter, own) for one in said if (own := tuple(mark for mark in one.marks if mark.slot == row.slot))
    )
    here = tuple(_planted(defect, canvas) for defect in planted if defect.get("slot", 0) == row.slot)
    return Picture(row, canvas, marks, here)


def _planted(defect: dict[str, object], canvas: Canvas) -> Planted:
    box = defect.get("box")
    whole = {"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}
    outline = box_outline(box, canvas) if isinstance(box, dict) and box and box != whole else ""
    return Planted(str(defect.get("kind", "")), str(defect.get("code", "")), defect.get("severity", ""), outline)


def _given(access: ProjectAccess, evaluations: Iterable[Evaluation]) -> _Given:
    given: defaultdict[tuple[int, str], list[Rating]] = defaultdict(list)
    for rating in Rating.objects.of(access.project).filter(evaluation__in=evaluations).order_by("pk"):
        given[rating.evaluation_id, rating.criterion].append(rating)
    return given


def _rows(
    evaluations: Sequence[Evaluation], rubrics: dict[int, Rubric], given: _Given, prompt: str
) -> tuple[AnswerRow, ...]:
    criteria: dict[str, Criterion] = {}
    # The newest rules come first: they say how a criterion is called now.
    for row in reversed(evaluations):
        for criterion in rubrics[row.pk].criteria:
            criteria.setdefault(criterion.id, criterion)
    return tuple(_row(criterion, evaluations, rubrics, given, prompt) for criterion in criteria.values())


def _row(
    criterion: Criterion,
    evaluations: Sequence[Evaluation],
    rubrics: dict[int, Rubric],
    given: _Given,
    prompt: str,
) -> AnswerRow:
    answers = []
    scores = []
    for row in evaluations:
        ratings = given[row.pk, criterion.id]
        asked = rubrics[row.pk].criterion_of.get(criterion.id, criterion)
        answers.append(_labels(asked, ratings, row, prompt))
        scores += [rating.score for rating in ratings if rating.score is not None]
    spread = max(scores) - min(scores) if criterion.type == "scale" and scores else 0.0
    return AnswerRow(criterion.name, criterion.question, tuple(answers), spread if spread >= APART else None)


def _labels(criterion: Criterion, ratings: Sequence[Rating], evaluation: Evaluation, prompt: str) -> tuple[str, ...]:
    """Say one answer in words: a text as it was written, words as they stand in the prompt, an order in one line."""
    if criterion.type == "text" and ratings:
        return (str(evaluation.answer["answers"].get(criterion.id, "")),)
    if criterion.type == "words":
        words = prompt_words.words_of(prompt)
        return tuple(words.get(rating.value, rating.value) for rating in ratings)
    if criterion.type in {"ranking", "best_worst"} and ratings:
        return (order_by({rating.value.upper(): rating.score or 0.0 for rating in ratings}),)
    return tuple(_label(criterion, rating.value) for rating in ratings)


def _label(criterion: Criterion, value: str) -> str:
    if criterion.type == "scale":
        level = next((level for level in criterion.levels if str(level.value) == value), None)
        return f"{value} · {level.label}" if level is not None else value
    option = criterion.option_of.get(value)
    return option.label if option is not None else value

"""The tables of an export: their columns, and one row of each from what is stored."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from rubrica.domain.answer import WRITTEN
from rubrica.domain.mark import citations
from rubrica.domain.problems import as_object
from rubrica.domain.ranking import order_by
from rubrica.domain.rubric import Rubric
from rubrica.formats.columns import Column, ColumnType, Row
from rubrica.records.models import Adjudication
from rubrica.records.queries.evaluations import EvaluationRow, MarkFacts
from rubrica.records.queries.items import ItemRow

SLOTS = "abcdefghi"
ANSWER = "answers."

_EVALUATION = Column("evaluation", "text", "Public id of the evaluation.")
_ITEM_KEY = Column("item_key", "text", "Key of the item, unique in the project.")
_RATER = Column("rater", "text", "Pseudonym of the rater: the same person in every export of this project.")
_VERSION = Column("guideline_version", "integer", "Number of the guideline version the item was judged under.")

_IS_REPEAT = Column(
    "is_repeat",
    "flag",
    "Whether it counts apart: judged again, or asked as gold or in a test; in no aggregate or agreement.",
)
RATING_COLUMNS = (
    _EVALUATION,
    _ITEM_KEY,
    _RATER,
    _VERSION,
    Column("criterion", "text", "Id of the criterion in the rubric."),
    Column(
        "value",
        "text",
        "The answer: a level, a number, the code of an option, a word by its place in the prompt, or an image of an "
        "order; always in terms of the item's own images.",
    ),
    Column(
        "score",
        "number",
        "What the answer counts; empty where it carries no order, such as 'not sure'. Of an order: images beaten, "
        "equals counted half; best 1 and worst -1.",
    ),
    _IS_REPEAT,
)
MARK_COLUMNS = (
    _EVALUATION,
    _ITEM_KEY,
    _RATER,
    _VERSION,
    Column("number", "integer", "1, 2, … as explanations cite it: [[1]]."),
    Column("image", "text", "a, b and so on: the image of the item, whatever place it was shown at."),
    Column("image_sha256", "text", "SHA-256 of the image's original file."),
    Column("shape", "text", "point, box, polygon, brush or whole."),
    Column("x", "number", "Left edge of the bounding box, as a share of the displayed image's width."),
    Column("y", "number", "Top edge, as a share of the height."),
    Column("width", "number", "Width of the bounding box, as a share of the width; 0 for a point."),
    Column("height", "number", "Height of the bounding box, as a share of the height; 0 for a point."),
    Column("geometry", "json", "The mark as drawn, in shares of the displayed image."),
    Column("code", "text", "Full code of the error taxonomy, such as ANAT.extra; empty where there is none."),
    Column("part", "text", "What the error is on, where the code knows parts."),
    Column("severity", "integer", "From 1, the least grave; empty where the code is recorded, not a fault."),
    Column("note", "text", "What the rater wrote beside the mark."),
    Column("cited_at", "json", "Where the explanation cites it: a list of [start, end] in code points from 0."),
    Column("missing", "flag", "Whether the place is where something should be and is not."),
    Column("clause", "text", "Anchor of the guideline clause that the rater named; empty where none was."),
    Column("pair", "integer", "Number of the mark of the same thing on the other image; empty where there is none."),
    _IS_REPEAT,
)
AGGREGATE_COLUMNS = (
    _ITEM_KEY,
    _VERSION,
    Column("criterion", "text", "Id of the criterion in the rubric."),
    Column("n", "integer", "Current evaluations that answered it (for ticks and words: that judged the item)."),
    Column("n_scored", "integer", "Of these, how many count in the mean."),
    Column("mean", "number", "Mean score."),
    Column("standard_deviation", "number", "Of the scores (divisor n - 1); empty for fewer than two."),
    Column("ci_low", "number", "Lower end of the mean's 95 % interval (Student's t); empty for fewer than two."),
    Column("ci_high", "number", "Upper end of the same interval; it knows nothing of the ends of the scale."),
    Column(
        "mode",
        "text",
        "The most frequent answer; empty where two are equally frequent. Of orders: the order of the sums in counts.",
    ),
    Column("counts", "json", "How often each answer was given. Of orders: the sum of each image's scores."),
)

ADJUDICATION_COLUMNS = (
    _ITEM_KEY,
    _VERSION,
    Column("answers", "json", "What was found right, by criterion; in terms of the item's own images."),
    Column("reason", "text", "Why."),
    Column("clause", "text", "Anchor of the guideline clause that it rests on; empty where none was named."),
    _EVALUATION,
    Column("reviewer", "text", "Pseudonym of whoever decided."),
    Column("decided_at", "moment", "When, UTC."),
    Column("state", "text", "adjudicated, appealed, dismissed or settled; upheld ones are left out."),
)


def evaluation_columns(rubrics: Sequence[Rubric]) -> tuple[Column, ...]:
    """Return the columns of the evaluations: one for each criterion that any of the versions asks."""
    return (
        _EVALUATION,
        Column("item", "text", "Public id of the item."),
        _ITEM_KEY,
        _RATER,
        _VERSION,
        Column("guideline_hash", "text", "SHA-256 of guideline and rubric: results compare only where it is equal."),
        *(
            Column(f"image_{slot}_sha256", "text", f"SHA-256 of the original of image {slot}.")
            for slot in _slots(rubrics)
        ),
        Column("shown_first", "text", "Which image stood first (left): a, b and so on."),
        *_answer_columns(rubrics),
        Column("explanation", "text", "What the rater wrote; A and B are the images as shown to that rater."),
        Column("kept", "json", "What the rater was asked of scores and evidence before sending, and kept; often none."),
        Column("cannot_judge", "text", "Code of the reason why the item was not judged; empty where it was."),
        Column("active_ms", "integer", "Time at work on the item in milliseconds, as the browser measured it."),
        Column("taken_at", "moment", "When the rater got the item, UTC."),
        Column("submitted_at", "moment", "When the evaluation was stored, UTC."),
        Column("answer_as_given", "json", "The whole answer in terms of what was shown, with how it was viewed."),
        Column("body_sha256", "text", "SHA-256 of the answer as it arrived (RFC 8785): what the rater's receipt says."),
        Column("supersedes", "text", "The evaluation that this one corrects; it is left out of the export."),
        Column("revision_reason", "text", "Why it was corrected."),
        _IS_REPEAT,
    )


def item_columns(rubrics: Sequence[Rubric]) -> tuple[Column, ...]:
    """Return the columns of the items."""
    return (
        Column("item", "text", "Public id of the item."),
        _ITEM_KEY,
        Column("prompt", "text", "What the image was asked to show."),
        *(column for slot in _slots(rubrics) for column in _image_columns(slot)),
        Column("evaluations", "integer", "Current evaluations of the item, under all versions."),
        Column("is_withdrawn", "flag", "Whether the item was taken out of the queue."),
        Column("known_defects", "json", "Planted defects by slot, kind, code, box and severity."),
        Column("metadata", "json", "What came with the item."),
    )


def evaluation_row(row: EvaluationRow, rater: str, columns: Sequence[Column]) -> Row:
    """Return one evaluation as a row of its table."""
    cells: dict[str, object] = {
        "evaluation": row.public_id,
        "item": row.item,
        "item_key": row.item_key,
        "rater": rater,
        "guideline_version": row.guideline_number,
        "guideline_hash": row.guideline_hash,
        "shown_first": SLOTS[row.presentation[0]],
        "explanation": row.explanation,
        "kept": row.answer.get("kept", []),
        "cannot_judge": row.cannot_judge,
        "active_ms": row.active_ms,
        "taken_at": row.taken_at,
        "submitted_at": row.submitted_at,
        "answer_as_given": row.answer,
        "body_sha256": row.body_sha256,
        "supersedes": row.supersedes or "",
        "revision_reason": row.revision_reason,
        "is_repeat": row.is_repeat,
    }
    images = {f"image_{slot}_sha256": sha256 for slot, sha256 in zip(SLOTS, row.image_sha256s, strict=False)}
    return {**cells, **images, **_answer_cells(row, columns)}


def rating_rows(row: EvaluationRow, rater: str) -> Iterator[Row]:
    """Yield the ratings of one evaluation."""
    for criterion, value, score in row.ratings:
        yield {**_heading(row, rater), "criterion": criterion, "value": value, "score": score}


def mark_rows(row: EvaluationRow, rater: str) -> Iterator[Row]:
    """Yield the marks of one evaluation."""
    cited = citations(row.explanation)
    for mark in row.marks:
        yield {
            **_heading(row, rater),
            "number": mark.number,
            "image": SLOTS[mark.slot],
            "image_sha256": row.image_sha256s[mark.slot],
            "shape": mark.shape,
            **_bounding_box(mark),
            "geometry": mark.geometry,
            "code": mark.code,
            "part": mark.part,
            "severity": mark.severity,
            "note": mark.note,
            "cited_at": [list(span) for span in cited.get(mark.number, [])],
            "missing": mark.missing,
            "clause": mark.clause,
            "pair": mark.pair,
        }


def adjudication_row(fact: Adjudication, reviewer: str) -> Row:
    """Return one adjudication as a row of its table; ``reviewer`` is the pseudonym of whoever decided."""
    return {
        "item_key": fact.item.key,
        "guideline_version": fact.guideline.number,
        "answers": fact.answers,
        "reason": fact.reason,
        "clause": fact.clause,
        "evaluation": fact.review.evaluation.public_id,
        "reviewer": reviewer,
        "decided_at": fact.decided_at,
        "state": fact.review.state,
    }


def item_row(row: ItemRow, evaluations: int, columns: Sequence[Column]) -> Row:
    """Return one item as a row of its table."""
    cells: dict[str, object] = {column.name: None if column.type == "integer" else "" for column in columns}
    for slot, image in zip(SLOTS, row.images, strict=False):
        cells |= {
            f"image_{slot}_sha256": image.sha256,
            f"image_{slot}_type": image.media_type,
            f"image_{slot}_width": image.width,
            f"image_{slot}_height": image.height,
            f"model_{slot}": image.source_model,
        }
    return cells | {
        "item": row.public_id,
        "item_key": row.key,
        "prompt": row.prompt,
        "evaluations": evaluations,
        "is_withdrawn": row.is_withdrawn,
        "known_defects": row.known_defects,
        "metadata": row.metadata,
    }


def _slots(rubrics: Sequence[Rubric]) -> str:
    return SLOTS[: max((rubric.images for rubric in rubrics), default=1)]


def _image_columns(slot: str) -> Iterator[Column]:
    yield Column(f"image_{slot}_sha256", "text", f"SHA-256 of the original of image {slot}.")
    yield Column(f"image_{slot}_type", "text", f"Media type of the original of image {slot}.")
    yield Column(f"image_{slot}_width", "integer", "Width as displayed, after EXIF orientation, in pixels.")
    yield Column(f"image_{slot}_height", "integer", "Height as displayed, after EXIF orientation, in pixels.")
    yield Column(f"model_{slot}", "text", f"What made image {slot}.")


def _answer_columns(rubrics: Sequence[Rubric]) -> Iterator[Column]:
    """Yield one column a criterion; what one version asks as a scale and another as a choice is written as JSON."""
    types: dict[str, ColumnType] = {}
    names: dict[str, str] = {}
    for criterion in (criterion for rubric in rubrics for criterion in rubric.criteria):
        known = types.setdefault(criterion.id, _COLUMN_TYPES.get(criterion.type, "text"))
        types[criterion.id] = known if known == _COLUMN_TYPES.get(criterion.type, "text") else "json"
        names[criterion.id] = criterion.question
    for criterion_id, column_type in types.items():
        yield Column(f"{ANSWER}{criterion_id}", column_type, names[criterion_id])


_COLUMN_TYPES: Mapping[str, ColumnType] = {"scale": "integer", "count": "integer", "ticks": "json", "words": "json"}
"""Of the others, an answer is text."""


def _answer_cells(row: EvaluationRow, columns: Sequence[Column]) -> dict[str, object]:
    given: dict[str, dict[str, float | None]] = {}
    for criterion, value, score in row.ratings:
        given.setdefault(criterion, {})[value] = score
    return {
        column.name: _answer_cell(column, given.get(column.name.removeprefix(ANSWER), {}), row)
        for column in columns
        if column.name.startswith(ANSWER)
    }


def _answer_cell(column: Column, given: Mapping[str, float | None], row: EvaluationRow) -> object:
    """Return an answer put together from its ratings."""
    if column.type == "json":
        return None if row.cannot_judge else list(given)
    if not given:
        return None if column.type == "integer" else ""
    value, score = next(iter(given.items()))
    if column.type == "integer":
        return int(value)
    if value == WRITTEN and score is None:
        return _text_of(row, column.name.removeprefix(ANSWER))
    # Of an order, each image is a rating of its own.
    return value if len(given) == 1 else order_by({image: score or 0.0 for image, score in given.items()})


def _text_of(row: EvaluationRow, criterion: str) -> str:
    answers = as_object(row.answer.get("answers")) or {}
    return str(answers.get(criterion, WRITTEN))


def _heading(row: EvaluationRow, rater: str) -> dict[str, object]:
    return {
        "evaluation": row.public_id,
        "item_key": row.item_key,
        "rater": rater,
        "guideline_version": row.guideline_number,
        "is_repeat": row.is_repeat,
    }


def _bounding_box(mark: MarkFacts) -> dict[str, float]:
    match mark.shape:
        case "whole":
            return {"x": 0.0, "y": 0.0, "width": 1.0, "height": 1.0}
        case "polygon":
            points = mark.geometry["points"]
            across, down = zip(*(points if isinstance(points, list) else ()), strict=True)
            left, top = float(min(across)), float(min(down))
            return {"x": left, "y": top, "width": max(across) - left, "height": max(down) - top}
        case "brush":
            return _around(mark.geometry)
        case _:
            return {side: float(str(mark.geometry.get(side, 0.0))) for side in ("x", "y", "width", "height")}


def _around(brush: Mapping[str, Any]) -> dict[str, float]:
    """Return the box around what was painted, as far as it lies on the image."""
    across, down = zip(*chain(*brush["strokes"]), strict=True)
    sides = [
        (max(min(places) - size / 2, 0.0), min(max(places) + size / 2, 1.0))
        for places, size in ((across, brush["width"]), (down, brush["height"]))
    ]
    (left, right), (top, bottom) = sides
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}

"""The hot path's other half: taking answers, as explicit statements; ``work_queue`` says why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from rubrica.domain.answer import Answer, Rating
from rubrica.domain.mark import SLOTS
from rubrica.records.queries.work_queue import Desk, HeldAssignment, aware, moment_parameter


@dataclass(frozen=True, slots=True)
class StoredEvaluation:
    """What a receipt says of an evaluation that is already stored."""

    id: int
    public_id: str
    assignment_id: int
    body_sha256: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class NewEvaluation:
    """A fact about to be stored."""

    public_id: str
    desk: Desk
    held: HeldAssignment
    image_sha256s: Sequence[str]
    answer: dict[str, Any]
    canonical: Answer
    ratings: Sequence[Rating]
    idempotency_key: str
    body_sha256: str
    submitted_at: datetime
    supersedes_id: int | None = None
    revision_reason: str = ""


_MOST_MILLISECONDS = 2**31 - 1


def find_evaluation(rater_id: int, idempotency_key: str) -> StoredEvaluation | None:
    """Return what the rater has stored under an idempotency key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, public_id, assignment_id, body_sha256, submitted_at FROM records_evaluation "
            "WHERE rater_id = %s AND idempotency_key = %s",
            [rater_id, idempotency_key],
        )
        row = cursor.fetchone()
    return StoredEvaluation(row[0], row[1], row[2], row[3], aware(row[4])) if row else None


def store_evaluation(new: NewEvaluation) -> int | None:
    """Append the fact with its ratings and marks; None when the rater has used the idempotency key before."""
    held, canonical = new.held, new.canonical
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_evaluation (public_id, project_id, item_id, rater_id, assignment_id, guideline_id, "
            "guideline_hash, image_sha256s, presentation, answer, explanation, cannot_judge, active_ms, "
            "idempotency_key, body_sha256, supersedes_id, revision_reason, taken_at, submitted_at, is_repeat) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (rater_id, idempotency_key) DO NOTHING RETURNING id",
            [
                new.public_id,
                new.desk.project_id,
                held.item_id,
                new.desk.rater_id,
                held.id,
                held.guideline_id,
                held.guideline_hash,
                json.dumps(list(new.image_sha256s)),
                json.dumps(held.presentation),
                json.dumps(new.answer, ensure_ascii=False, allow_nan=False),
                canonical.explanation,
                canonical.cannot_judge.reason if canonical.cannot_judge else "",
                _whole_milliseconds(canonical),
                new.idempotency_key,
                new.body_sha256,
                new.supersedes_id,
                new.revision_reason,
                moment_parameter(held.taken_at),
                moment_parameter(new.submitted_at),
                held.counts_apart,
            ],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        evaluation_id = int(row[0])
        _store_ratings(cursor, evaluation_id, new.ratings)
        _store_marks(cursor, evaluation_id, canonical)
        if new.supersedes_id is None and not held.counts_apart:
            # An answer of an earlier pass counts for that one, whatever has happened since it was read.
            cursor.execute(
                "UPDATE records_item SET evaluation_count = evaluation_count + 1 WHERE id = %s AND pass_number = %s",
                [held.item_id, held.pass_number],
            )
    return evaluation_id


def keep_late_answer(assignment_id: int, answer: dict[str, Any]) -> None:
    """Keep an answer that can no longer count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_assignment SET late_answer = %s WHERE id = %s", [json.dumps(answer), assignment_id]
        )


def _store_ratings(cursor: CursorWrapper, evaluation_id: int, ratings: Sequence[Rating]) -> None:
    if not ratings:
        return
    values = ", ".join(["(%s, %s, %s, %s)"] * len(ratings))
    parameters: list[Any] = []
    for rating in ratings:
        parameters += [evaluation_id, rating.criterion, rating.value, rating.score]
    cursor.execute(
        f"INSERT INTO records_rating (evaluation_id, criterion, value, score) VALUES {values}",  # noqa: S608  (as above)
        parameters,
    )


def _store_marks(cursor: CursorWrapper, evaluation_id: int, canonical: Answer) -> None:
    if not canonical.marks:
        return
    values = ", ".join([f"({', '.join(['%s'] * 12)})"] * len(canonical.marks))
    parameters: list[Any] = []
    for number, mark in enumerate(canonical.marks, start=1):
        place = [SLOTS.index(mark.image), mark.shape, json.dumps(mark.geometry.as_json())]
        parameters += [evaluation_id, number, *place, mark.code or "", mark.part or "", mark.severity, mark.note]
        parameters += [mark.missing, mark.clause or "", mark.pair]
    cursor.execute(
        "INSERT INTO records_mark (evaluation_id, number, slot, shape, geometry, code, part, severity, note, "  # noqa: S608  (ours)
        f"missing, clause, pair) VALUES {values}",
        parameters,
    )


def _whole_milliseconds(answer: Answer) -> int | None:
    active = answer.viewing.active_ms if answer.viewing else None
    return None if active is None else min(round(active), _MOST_MILLISECONDS)

"""The hot path: handing out work, as a handful of explicit statements; ``submissions`` takes the answers.

Everything else goes through the ORM. These statements run for every submitted evaluation inside one write
transaction, where building and compiling ORM queries costs several times what the database does
(``benchmarks/`` measures it). ``tests/records/test_work_queue.py`` proves that the ORM sees the same.

Positions in the queue only grow. An item whose place becomes free again moves to the tail, hence a rater who has passed
a position never needs to look there again, and taking costs the same whatever the length of the queue.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from rubrica.domain.allocation import BLOCK, FIRST_ATTEMPT_PASS, GOLD_PASS, Candidate, is_apart


@dataclass(frozen=True, slots=True)
class Desk:
    """A rater's place in a project: what taking needs to know, read in one statement."""

    project_id: int
    slug: str
    state: str
    lease_seconds: int
    item_count: int
    guideline_id: int | None
    guideline_hash: str | None
    membership_id: int
    rater_id: int
    role: str
    cursor: int
    evaluation_count: int
    repeat_percent: int
    hourly_limit: int | None
    must_acknowledge: bool
    gold_percent: int
    must_pass: bool
    attempt_id: int | None
    overlap: int
    most_overlap: int
    hidden_count: int
    takes_work: bool


@dataclass(frozen=True, slots=True)
class HeldAssignment:
    """An assignment with all that showing it, or judging an answer to it, needs."""

    id: int
    public_id: str
    item_id: int
    item_public_id: str
    item_key: str
    prompt: str
    state: str
    presentation: list[int]
    taken_at: datetime
    lease_ends: datetime
    guideline_id: int
    guideline_number: int
    guideline_hash: str
    is_repeat: bool
    pass_number: int
    takes_place: bool
    """Whether it stands for one of the evaluations that the item wants in its present pass."""

    @property
    def counts_apart(self) -> bool:
        """Whether its answer says something of the rater only, and nothing of the item."""
        return self.is_repeat or is_apart(self.pass_number)


@dataclass(frozen=True, slots=True)
class LapsedAssignment:
    """An assignment whose lease ran out before it was answered."""

    item_id: int
    presentation: list[int]
    is_repeat: bool


_DESK_COLUMNS = """p.id, p.slug, p.state, p.lease_seconds, p.item_count + p.requeued_count, p.guideline_id,
       v.content_hash, m.id, m.account_id, m.role, m.queue_cursor, m.evaluation_count,
       p.repeat_percent, p.hourly_limit, m.must_acknowledge, p.gold_percent, m.must_pass, m.attempt_id,
       p.overlap, p.most_overlap, m.hidden_count, m.takes_work"""
_DESK_WIDTH = 22

_DESK = f"""SELECT {_DESK_COLUMNS}
FROM records_projectmembership m
JOIN records_project p ON p.id = m.project_id
LEFT JOIN records_guidelineversion v ON v.id = p.guideline_id
WHERE p.slug = %s AND m.account_id = %s AND m.is_active
"""  # noqa: S608  (made of constants)

# Columns and the joins they come from; both statements below read an assignment in the same shape.
_HELD_COLUMNS = """a.id, a.public_id, a.item_id, i.public_id, i.key, i.prompt, a.state, a.presentation,
       a.taken_at, a.lease_ends, a.guideline_id, g.number, g.content_hash, a.is_repeat, a.pass_number,
       NOT a.is_repeat AND a.pass_number = i.pass_number
FROM records_assignment a
JOIN records_item i ON i.id = a.item_id
JOIN records_guidelineversion g ON g.id = a.guideline_id"""

_HELD = f"""
SELECT {_HELD_COLUMNS}
WHERE a.rater_id = %s AND a.project_id = %s AND a.state = 'open' ORDER BY a.taken_at, a.id"""

_DESK_AND_HELD = f"""
SELECT {_DESK_COLUMNS}, {_HELD_COLUMNS}
JOIN records_project p ON p.id = a.project_id
LEFT JOIN records_guidelineversion v ON v.id = p.guideline_id
JOIN records_projectmembership m ON m.project_id = p.id AND m.account_id = a.rater_id AND m.is_active
WHERE a.public_id = %s AND a.rater_id = %s"""


def find_desk(slug: str, rater_id: int) -> Desk | None:
    """Return the rater's desk in the project ``slug``, locked: two tabs of one person take one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(_DESK + _for_update("m"), [slug, rater_id])
        row = cursor.fetchone()
    return Desk(*row) if row else None


def find_assignment(public_id: str, rater_id: int) -> tuple[Desk, HeldAssignment] | None:
    """Return the rater's assignment, whatever its state, with the rater's desk in its project, both locked."""
    with connection.cursor() as cursor:
        cursor.execute(_DESK_AND_HELD + _for_update("m, a"), [public_id, rater_id])
        row = cursor.fetchone()
    return (Desk(*row[:_DESK_WIDTH]), _held(row[_DESK_WIDTH:])) if row else None


def open_assignments(desk: Desk) -> list[HeldAssignment]:
    """Return what the rater holds, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [desk.rater_id, desk.project_id])
        return [_held(row) for row in cursor.fetchall()]


def reclaim_expired(desk: Desk, now: datetime, *, most: int = 20) -> int:
    """End leases that have run out and put their items back at the tail; return how many. Own leases are kept.

    A rater who comes back to an expired but unclaimed item simply goes on, hence the exception.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, item_id, is_repeat FROM records_assignment WHERE project_id = %s AND state = 'open' "  # noqa: S608  (a constant)
            "AND lease_ends < %s AND rater_id <> %s ORDER BY lease_ends LIMIT %s"
            + _for_update("records_assignment", skip_locked=True),
            [desk.project_id, moment_parameter(now), desk.rater_id, most],
        )
        expired = cursor.fetchall()
        for assignment_id, item_id, is_repeat in expired:
            cursor.execute("UPDATE records_assignment SET state = 'expired' WHERE id = %s", [assignment_id])
            if not is_repeat:  # which never took a place
                _requeue(cursor, desk.project_id, item_id)
    return len(expired)


def lapsed_assignments(desk: Desk, most: int) -> list[LapsedAssignment]:
    """Return the rater's own expired assignments that could be taken up again, newest first.

    Of an item a place must be free; a repeat takes none, but compares only under the guideline of the first time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.item_id, a.presentation, a.is_repeat FROM records_assignment a "
            "JOIN records_item i ON i.id = a.item_id "
            "WHERE a.rater_id = %s AND a.project_id = %s AND a.state = 'expired' AND a.late_answer IS NULL "
            "AND ((NOT a.is_repeat AND i.places_left > 0 AND a.pass_number = i.pass_number) "
            "OR (a.is_repeat AND NOT i.is_withdrawn AND a.guideline_id = %s)) "
            "ORDER BY a.taken_at DESC, a.id DESC LIMIT %s",
            [desk.rater_id, desk.project_id, desk.guideline_id, most],
        )
        rows = cursor.fetchall()
    return [
        LapsedAssignment(item, shown if isinstance(shown, list) else json.loads(shown), bool(is_repeat))
        for item, shown, is_repeat in rows
    ]


def candidates(desk: Desk, cursor_position: int) -> list[Candidate]:
    """Return the next items with a free place that the rater has not had, in this pass or as gold, in queue order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id, i.queue_position, i.places_left FROM records_item i "
            "WHERE i.project_id = %s AND i.places_left > 0 AND i.queue_position > %s AND NOT EXISTS ("
            "SELECT 1 FROM records_assignment a WHERE a.item_id = i.id AND a.rater_id = %s "
            "AND (a.pass_number = i.pass_number OR a.pass_number = %s OR a.pass_number >= %s) "
            "AND a.state <> 'expired') "
            "ORDER BY i.queue_position LIMIT %s",
            [desk.project_id, cursor_position, desk.rater_id, GOLD_PASS, FIRST_ATTEMPT_PASS, BLOCK],
        )
        return [Candidate(*row) for row in cursor.fetchall()]


def claim_place(item_id: int, pass_number: int | None = None) -> bool:
    """Take one of the item's free places; False when it has none, or another transaction is at it this moment.

    With ``pass_number`` it must be of that pass still.

    Waiting for a row here, while holding the one just evaluated, is how two raters would wait for each other for ever.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_item SET places_left = places_left - 1 WHERE id = ("  # noqa: S608  (a constant)
            "SELECT id FROM records_item WHERE id = %s AND places_left > 0 AND pass_number = COALESCE(%s, pass_number)"
            + _for_update("records_item", skip_locked=True)
            + ")",
            [item_id, pass_number],
        )
        return bool(cursor.rowcount == 1)


def open_assignment(
    public_id: str,
    desk: Desk,
    item_id: int,
    presentation: Sequence[int],
    now: datetime,
    lease_ends: datetime,
    *,
    is_repeat: bool = False,
    pass_number: int | None = None,
) -> None:
    """Lend the item to the rater; an expired assignment of the same rater opens again, and keeps its id.

    Under that id the rater's browser keeps the draft, and may still have the item on the desk.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_assignment (public_id, project_id, item_id, rater_id, guideline_id, state, "
            "presentation, taken_at, lease_ends, is_repeat, skip_reason, skip_note, pass_number) "
            "VALUES (%s, %s, %s, %s, %s, 'open', %s, %s, %s, %s, '', '', "
            "COALESCE(%s, (SELECT pass_number FROM records_item WHERE id = %s))) "
            "ON CONFLICT (item_id, rater_id, is_repeat, pass_number) DO UPDATE SET state = 'open', "
            "guideline_id = excluded.guideline_id, presentation = excluded.presentation, "
            "taken_at = excluded.taken_at, lease_ends = excluded.lease_ends",
            [
                public_id,
                desk.project_id,
                item_id,
                desk.rater_id,
                desk.guideline_id,
                json.dumps(list(presentation)),
                moment_parameter(now),
                moment_parameter(lease_ends),
                is_repeat,
                pass_number,
                item_id,
            ],
        )


def newest_submissions(desk: Desk, most: int) -> list[datetime]:
    """Return when the rater submitted the newest evaluations in the project, revisions left out, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT submitted_at FROM records_evaluation WHERE rater_id = %s AND project_id = %s "
            "AND supersedes_id IS NULL ORDER BY id DESC LIMIT %s",
            [desk.rater_id, desk.project_id, most],
        )
        return [aware(row[0]) for row in cursor.fetchall()]


def last_lent(desk: Desk) -> tuple[int, bool] | None:
    """Return the item that the rater was lent last, and whether as a repeat or gold; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_id, is_repeat, pass_number FROM records_assignment WHERE rater_id = %s AND project_id = %s "
            "ORDER BY taken_at DESC, id DESC LIMIT 1",
            [desk.rater_id, desk.project_id],
        )
        row = cursor.fetchone()
    return (int(row[0]), bool(row[1]) or is_apart(row[2])) if row else None


def repeatable(desk: Desk, gap: int, most: int) -> list[tuple[int, list[int]]]:
    """Return items that the rater could judge again, newest first, with how each was shown the first time.

    They were judged under the guideline in force, ``gap`` evaluations ago or more, and never lent again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.item_id, e.presentation FROM records_evaluation e JOIN records_item i ON i.id = e.item_id "
            "WHERE e.rater_id = %s AND e.project_id = %s AND e.guideline_id = %s AND e.cannot_judge = '' "
            "AND e.supersedes_id IS NULL AND NOT e.is_repeat AND NOT i.is_withdrawn AND e.id <= ("
            "SELECT n.id FROM records_evaluation n WHERE n.rater_id = %s AND n.project_id = %s "
            "ORDER BY n.id DESC LIMIT 1 OFFSET %s) AND NOT EXISTS ("
            "SELECT 1 FROM records_assignment a WHERE a.item_id = e.item_id AND a.rater_id = %s AND a.is_repeat) "
            "ORDER BY e.id DESC LIMIT %s",
            [
                *(desk.rater_id, desk.project_id, desk.guideline_id),
                *(desk.rater_id, desk.project_id, gap - 1, desk.rater_id, most),
            ],
        )
        rows = cursor.fetchall()
    return [(item, shown if isinstance(shown, list) else json.loads(shown)) for item, shown in rows]


def unseen_gold(desk: Desk, most: int) -> list[int]:
    """Return gold items in force that the rater has never had, the oldest first; none that are for practice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.item_id FROM records_gold g JOIN records_item i ON i.id = g.item_id "
            "WHERE g.project_id = %s AND g.voided_at IS NULL AND g.ended_by_id IS NULL AND NOT g.is_practice "
            "AND NOT i.is_withdrawn AND NOT EXISTS ("
            "SELECT 1 FROM records_assignment a WHERE a.item_id = g.item_id AND a.rater_id = %s "
            "AND a.state <> 'expired') ORDER BY g.id LIMIT %s",
            [desk.project_id, desk.rater_id, most],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def next_of_attempt(desk: Desk) -> tuple[int, int] | None:
    """Return the next item of the rater's attempt and the pass it is lent in; None where all are in hand or done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT x.item_id, t.pass_number FROM records_attemptitem x JOIN records_attempt t ON t.id = x.attempt_id "
            "WHERE x.attempt_id = %s AND NOT EXISTS ("
            "SELECT 1 FROM records_assignment a WHERE a.item_id = x.item_id AND a.rater_id = %s "
            "AND a.pass_number = t.pass_number AND a.state <> 'expired') ORDER BY x.position LIMIT 1",
            [desk.attempt_id, desk.rater_id],
        )
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None


def move_cursor(desk: Desk, position: int, *, submitted: int = 0, hidden: int = 0) -> None:
    """Remember how far the rater has come, and count what was submitted, and what of it apart and unannounced."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_projectmembership SET queue_cursor = %s, evaluation_count = evaluation_count + %s, "
            "hidden_count = hidden_count + %s WHERE id = %s",
            [position, submitted, hidden, desk.membership_id],
        )


def end_assignment(assignment_id: int, state: str, *, reason: str = "", note: str = "") -> None:
    """Close an assignment as ``submitted`` or ``skipped``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_assignment SET state = %s, skip_reason = %s, skip_note = %s WHERE id = %s",
            [state, reason, note, assignment_id],
        )


def renew_lease(assignment_id: int, lease_ends: datetime) -> None:
    """Let the rater keep an open assignment longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_assignment SET lease_ends = %s WHERE id = %s", [moment_parameter(lease_ends), assignment_id]
        )


def reopen_assignment(assignment_id: int) -> None:
    """Give an expired assignment back to its rater, whose answer has just arrived and still finds a place."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_assignment SET state = 'open' WHERE id = %s", [assignment_id])


def free_place(desk: Desk, item_id: int) -> None:
    """Put an item back: one place more, at the tail of the queue."""
    with connection.cursor() as cursor:
        _requeue(cursor, desk.project_id, item_id)


def answers_to_complete_item(held: HeldAssignment, overlap: int) -> dict[str, list[tuple[str, float | None]]] | None:
    """Return what everybody answered to an item in its pass, by criterion; None while evaluations are still to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM records_item WHERE id = %s AND pass_number = %s AND evaluation_count = %s + extra_places "
            "AND places_left = 0",
            [held.item_id, held.pass_number, overlap],
        )
        if cursor.fetchone() is None:
            return None
        cursor.execute(
            "SELECT r.criterion, r.value, r.score FROM records_evaluation e "
            "JOIN records_assignment a ON a.id = e.assignment_id JOIN records_rating r ON r.evaluation_id = e.id "
            "WHERE e.item_id = %s AND NOT e.is_repeat AND a.pass_number = %s AND e.guideline_id = %s "
            "AND NOT EXISTS (SELECT 1 FROM records_evaluation n WHERE n.supersedes_id = e.id) ORDER BY r.id",
            [held.item_id, held.pass_number, held.guideline_id],
        )
        answers: dict[str, list[tuple[str, float | None]]] = {}
        for criterion, value, score in cursor.fetchall():
            answers.setdefault(criterion, []).append((value, score))
    return answers


def ask_one_more(desk: Desk, item_id: int) -> None:
    """Want one evaluation more of an item, and put it at the tail of the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_item SET extra_places = extra_places + 1 "
            "WHERE id = %s AND extra_places + %s < %s AND NOT is_withdrawn",
            [item_id, desk.overlap, desk.most_overlap],
        )
        if cursor.rowcount:
            _requeue(cursor, desk.project_id, item_id)


def images_of_items(item_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return each item's images by slot, with what showing them needs."""
    if not item_ids:
        return {}
    marks = ", ".join(["%s"] * len(item_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.item_id, t.slot, m.public_id, m.sha256, m.width, m.height, m.has_pyramid "  # noqa: S608  (only placeholders are formatted in)
            "FROM records_itemimage t JOIN records_image m ON m.id = t.image_id "
            f"WHERE t.item_id IN ({marks}) ORDER BY t.item_id, t.slot",
            list(item_ids),
        )
        rows = cursor.fetchall()
    images: dict[int, list[dict[str, Any]]] = {item_id: [] for item_id in item_ids}
    names = ("public_id", "sha256", "width", "height", "has_pyramid")
    for item_id, _slot, *facts in rows:
        images[item_id].append(dict(zip(names, facts, strict=True)))
    return images


def measures_of_items(item_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the technical measures of each item's first image, by name."""
    if not item_ids:
        return {}
    marks = ", ".join(["%s"] * len(item_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.item_id, m.width, m.height, m.facts FROM records_itemimage t "  # noqa: S608  (only placeholders are formatted in)
            f"JOIN records_image m ON m.id = t.image_id WHERE t.slot = 0 AND t.item_id IN ({marks})",
            list(item_ids),
        )
        rows = cursor.fetchall()
    return {
        item: {**(facts if isinstance(facts, dict) else json.loads(facts)), "width": width, "height": height}
        for item, width, height, facts in rows
    }


def _requeue(cursor: CursorWrapper, project_id: int, item_id: int) -> None:
    # Positions are handed out under the project's row lock, held to the end of the transaction: a position that
    # becomes visible is therefore larger than any that a rater may have passed.
    cursor.execute(
        "UPDATE records_project SET queue_tail = queue_tail + 1 WHERE id = %s RETURNING queue_tail", [project_id]
    )
    (position,) = cursor.fetchone()
    cursor.execute("UPDATE records_item SET queue_position = %s WHERE id = %s", [position, item_id])
    # Apart from the above, which locked the item: what is counted here no other transaction can change any more. Where
    # the overlap was lowered while places were lent, a place that comes back is one too many.
    cursor.execute(
        "UPDATE records_item SET places_left = places_left + 1 WHERE id = %s AND places_left + evaluation_count + ("
        "SELECT COUNT(*) FROM records_assignment a WHERE a.item_id = records_item.id AND a.state = 'open' "
        "AND NOT a.is_repeat AND a.pass_number = records_item.pass_number) "
        "< records_item.extra_places + (SELECT p.overlap FROM records_project p WHERE p.id = %s)",
        [item_id, project_id],
    )


def _for_update(table: str, *, skip_locked: bool = False) -> str:
    """Return a row lock where the database has them; SQLite's write transaction already stands alone."""
    if connection.vendor == "sqlite":
        return ""
    return f" FOR UPDATE OF {table}" + (" SKIP LOCKED" if skip_locked else "")


def moment_parameter(moment: datetime) -> Any:
    """Return a moment as the database takes it."""
    return connection.ops.adapt_datetimefield_value(moment)


def aware(moment: datetime) -> datetime:
    """Return a moment as it was read with its zone: SQLite gives naive ones, which are UTC by construction."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _held(row: Sequence[Any]) -> HeldAssignment:
    facts = list(row)
    facts[7] = row[7] if isinstance(row[7], list) else json.loads(row[7])
    facts[8], facts[9] = aware(row[8]), aware(row[9])
    facts[13], facts[15] = bool(row[13]), bool(row[15])
    return HeldAssignment(*facts)

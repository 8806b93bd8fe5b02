"""What must be true of the stored rows, whatever has happened: each invariant is one question to the database.

A question returns the names of what breaks the invariant, so an empty answer is a good one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection

from rubrica.domain.guideline import content_hash
from rubrica.domain.rubric import parse_rubric
from rubrica.records.models import GuidelineVersion
from rubrica.usecases.instance.finding import Finding, ok, problem

_NAMED_AT_MOST: Final = 5

_OPEN = (
    "SELECT COUNT(*) FROM records_assignment a WHERE a.item_id = i.id AND a.state = 'open' AND NOT a.is_repeat "
    "AND a.pass_number = i.pass_number"
)
_DONE = (
    "SELECT COUNT(*) FROM records_evaluation e JOIN records_assignment b ON b.id = e.assignment_id "
    "WHERE e.item_id = i.id AND e.supersedes_id IS NULL AND NOT e.is_repeat AND b.pass_number = i.pass_number"
)


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must be true, and the query for what breaks it."""

    subject: str
    promise: str
    broken: str


INVARIANTS: Final = (
    Invariant(
        "acknowledged",
        "every submitted assignment has exactly one evaluation, and only submitted ones have",
        "SELECT a.public_id FROM records_assignment a LEFT JOIN records_evaluation e "
        "ON e.assignment_id = a.id AND e.supersedes_id IS NULL "
        "GROUP BY a.id, a.public_id, a.state HAVING COUNT(e.id) <> CASE WHEN a.state = 'submitted' THEN 1 ELSE 0 END",
    ),
    Invariant(
        "overlap",
        "no item offers a place beyond the overlap, and its counter is the number of its evaluations",
        "SELECT i.key FROM records_item i JOIN records_project p ON p.id = i.project_id "  # noqa: S608  (constants)
        f"WHERE i.evaluation_count <> ({_DONE}) OR i.places_left < 0 "
        f"OR (i.places_left > 0 AND i.places_left + i.evaluation_count + ({_OPEN}) > p.overlap + i.extra_places)",
    ),
    Invariant(
        "once per rater",
        "no rater has judged an item twice in one of its passes, save once more as a repeat",
        "SELECT i.key FROM records_evaluation e JOIN records_item i ON i.id = e.item_id "
        "JOIN records_assignment a ON a.id = e.assignment_id WHERE e.supersedes_id IS NULL "
        "GROUP BY i.id, i.key, e.rater_id, e.is_repeat, a.pass_number HAVING COUNT(*) > 1",
    ),
    Invariant(
        "repeats",
        "every repeat follows a first evaluation of the same rater, and what counts apart was lent apart",
        "SELECT e.public_id FROM records_evaluation e JOIN records_assignment a ON a.id = e.assignment_id "
        "WHERE e.is_repeat <> (a.is_repeat OR a.pass_number = 0 OR a.pass_number >= 10000) "
        "OR (a.is_repeat AND NOT EXISTS (SELECT 1 FROM records_evaluation f "
        "WHERE f.item_id = e.item_id AND f.rater_id = e.rater_id AND NOT f.is_repeat AND f.id < e.id))",
    ),
    Invariant(
        "no item left behind",
        "every item is complete, has a free place or is in somebody's hands",
        "SELECT i.key FROM records_item i JOIN records_project p ON p.id = i.project_id WHERE NOT i.is_withdrawn "  # noqa: S608  (constants)
        f"AND i.places_left + i.evaluation_count + ({_OPEN}) < p.overlap + i.extra_places",
    ),
    Invariant(
        "guideline of an evaluation",
        "every evaluation names the content hash of the version it was made under",
        "SELECT e.public_id FROM records_evaluation e JOIN records_guidelineversion g ON g.id = e.guideline_id "
        "WHERE e.guideline_hash <> g.content_hash OR g.project_id <> e.project_id",
    ),
    Invariant(
        "images of an item",
        "every item has the images that its first slot promises",
        "SELECT i.key FROM records_item i WHERE NOT EXISTS "
        "(SELECT 1 FROM records_itemimage t WHERE t.item_id = i.id AND t.slot = 0)",
    ),
    Invariant(
        "queue",
        "every project's counters match its items",
        "SELECT p.slug FROM records_project p LEFT JOIN records_item i ON i.project_id = p.id "
        "GROUP BY p.id, p.slug, p.item_count, p.queue_tail "
        "HAVING p.item_count <> COUNT(i.id) OR COALESCE(MAX(i.queue_position), 0) > p.queue_tail",
    ),
)


def invariants() -> Iterator[Finding]:
    """Yield how each invariant stands."""
    for invariant in INVARIANTS:
        with connection.cursor() as cursor:
            cursor.execute(f"{invariant.broken} LIMIT {_NAMED_AT_MOST + 1}")
            broken = [str(row[0]) for row in cursor.fetchall()]
        yield _finding(invariant.subject, invariant.promise, broken)
    yield _finding("guidelines", "every published guideline still has the content of its hash", list(_changed()))


def _changed() -> Iterator[str]:
    versions = GuidelineVersion.objects.everywhere("the operator checks the whole installation")
    for version in versions.select_related("project").order_by("pk").iterator(chunk_size=20):
        if content_hash(parse_rubric(version.rubric), version.markdown) != version.content_hash:
            yield f"{version.project.slug} v{version.number}"


def _finding(subject: str, promise: str, broken: list[str]) -> Finding:
    if not broken:
        return ok(subject, promise)
    named = ", ".join(broken[:_NAMED_AT_MOST])
    more = " and more" if len(broken) > _NAMED_AT_MOST else ""
    return problem(subject, f"It must be true that {promise}; it is not for {named}{more}.")

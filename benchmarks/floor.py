"""The floor: a bare WSGI handler that does the same transaction, with no framework, ORM, validation or schema.

It speaks the same two routes to the same tables, with the same number of statements, so that what is above it is the
price of everything else.
"""

import hashlib
import json
import os
import re
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

URL = os.environ.get("RUBRICA_DATABASE_URL", "")
_local = threading.local()
_gate = threading.Lock()
_SUBMIT = re.compile(r"/api/v1/assignments/([^/]+)/submission")
_TAKE = re.compile(r"/api/v1/projects/([^/]+)/assignments")

HELD = (
    "SELECT a.id, a.item_id, a.guideline_id, a.state, a.taken_at, p.id, p.lease_seconds, m.id, m.queue_cursor, "
    "g.content_hash, p.slug FROM records_assignment a JOIN records_project p ON p.id = a.project_id "
    "JOIN records_projectmembership m ON m.project_id = p.id AND m.account_id = a.rater_id "
    "JOIN records_guidelineversion g ON g.id = a.guideline_id JOIN records_item i ON i.id = a.item_id "
    "WHERE a.public_id = %s AND a.rater_id = %s"
)
CALLER = (
    "SELECT c.id FROM records_apitoken t JOIN records_account c ON c.id = t.account_id "
    "WHERE t.secret_sha256 = %s AND t.revoked_at IS NULL AND c.is_active"
)
EVALUATION = (
    "INSERT INTO records_evaluation (public_id, project_id, item_id, rater_id, assignment_id, guideline_id, "
    "guideline_hash, image_sha256s, presentation, answer, explanation, cannot_judge, active_ms, idempotency_key, "
    "body_sha256, supersedes_id, revision_reason, taken_at, submitted_at) VALUES "
    "(%s, %s, %s, %s, %s, %s, %s, %s, '[0]', %s, '', '', NULL, %s, %s, NULL, '', %s, %s) RETURNING id"
)
CANDIDATES = (
    "SELECT i.id, i.queue_position FROM records_item i WHERE i.project_id = %s AND i.places_left > 0 "
    "AND i.queue_position > %s AND NOT EXISTS (SELECT 1 FROM records_assignment a WHERE a.item_id = i.id "
    "AND a.rater_id = %s AND a.state <> 'expired') ORDER BY i.queue_position LIMIT 16"
)
LEND = (
    "INSERT INTO records_assignment (public_id, project_id, item_id, rater_id, guideline_id, state, presentation, "
    "taken_at, lease_ends, skip_reason, skip_note) VALUES (%s, %s, %s, %s, %s, 'open', '[0]', %s, %s, '', '') "
    "ON CONFLICT (item_id, rater_id, is_repeat, pass_number) "
    "DO UPDATE SET public_id = excluded.public_id, state = 'open'"
)
IMAGES = (
    "SELECT t.item_id, t.slot, m.public_id, m.sha256, m.width, m.height FROM records_itemimage t "
    "JOIN records_image m ON m.id = t.image_id WHERE t.item_id = %s ORDER BY t.slot"
)
OPEN = (
    "SELECT a.public_id, a.item_id, a.lease_ends, i.key, i.prompt FROM records_assignment a "
    "JOIN records_item i ON i.id = a.item_id WHERE a.rater_id = %s AND a.project_id = %s AND a.state = 'open'"
)


def _connect() -> Any:
    if URL:
        import psycopg

        return psycopg.connect(URL, autocommit=True)
    connection = sqlite3.connect(f"{os.environ['RUBRICA_HOME']}/rubrica.sqlite3", timeout=20, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;")
    return connection


def _run(sql: str, *parameters: Any) -> Any:
    if not hasattr(_local, "connection"):
        _local.connection = _connect()
    return _local.connection.execute(sql if URL else sql.replace("%s", "?"), parameters)


@contextmanager
def _transaction() -> Any:
    if URL:
        _run("BEGIN")
        yield
        _run("COMMIT")
        return
    with _gate:
        _run("BEGIN IMMEDIATE")
        yield
        _run("COMMIT")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer the two routes of the hot path."""
    body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
    token = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    rater = _run(CALLER, hashlib.sha256(token.encode()).hexdigest()).fetchone()[0]
    path, now = environ["PATH_INFO"], datetime.now(UTC)  # noqa: TID251  (no part of the product)
    with _transaction():
        submit = _SUBMIT.fullmatch(path)
        if submit:
            answer = _submit(submit.group(1), rater, body, environ["HTTP_IDEMPOTENCY_KEY"], now)
        else:
            answer = _take_first(_TAKE.fullmatch(path).group(1), rater, now)  # type: ignore[union-attr]  (routed by it)
    payload = json.dumps(answer).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))])
    return [payload]


def _take_first(slug: str, rater: int, now: datetime) -> dict[str, Any]:
    project, lease, membership, cursor, guideline = _run(
        "SELECT p.id, p.lease_seconds, m.id, m.queue_cursor, p.guideline_id FROM records_project p "
        "JOIN records_projectmembership m ON m.project_id = p.id WHERE p.slug = %s AND m.account_id = %s",
        slug,
        rater,
    ).fetchone()
    return _next(project, lease, membership, cursor, guideline, rater, now)


def _submit(assignment: str, rater: int, body: dict[str, Any], key: str, now: datetime) -> dict[str, Any]:
    row = _run(HELD, assignment, rater).fetchone()
    held, item, guideline, _state, taken, project, lease, membership, cursor, digest, _slug = row
    answer = json.dumps(body)
    images = _run(IMAGES, item).fetchall()
    (evaluation,) = _run(
        EVALUATION,
        secrets.token_urlsafe(16),
        project,
        item,
        rater,
        held,
        guideline,
        digest,
        json.dumps([image[3] for image in images]),
        answer,
        key,
        hashlib.sha256(answer.encode()).hexdigest(),
        taken,
        _moment(now),
    ).fetchone()
    values = ", ".join(["(%s, %s, %s, %s)"] * len(body["answers"]))
    ratings = [part for name, value in body["answers"].items() for part in (evaluation, name, str(value), float(value))]
    _run(f"INSERT INTO records_rating (evaluation_id, criterion, value, score) VALUES {values}", *ratings)  # noqa: S608  (ours)
    _run("UPDATE records_item SET evaluation_count = evaluation_count + 1 WHERE id = %s", item)
    _run("UPDATE records_assignment SET state = 'submitted' WHERE id = %s", held)
    return {"receipt": key, **_next(project, lease, membership, cursor, guideline, rater, now, submitted=1)}


def _next(
    project: int,
    lease: int,
    membership: int,
    cursor: int,
    guideline: int,
    rater: int,
    now: datetime,
    submitted: int = 0,
) -> dict[str, Any]:
    held = _run(OPEN, rater, project).fetchall()
    if not held:
        _run(
            "SELECT id, item_id FROM records_assignment WHERE project_id = %s AND state = 'open' AND lease_ends < %s "
            "AND rater_id <> %s ORDER BY lease_ends LIMIT 20",
            project,
            _moment(now),
            rater,
        ).fetchall()
        found = _run(CANDIDATES, project, cursor, rater).fetchall()
        for item, _position in found:
            lock = " FOR UPDATE SKIP LOCKED" if URL else ""
            claimed = _run(
                "UPDATE records_item SET places_left = places_left - 1 WHERE id = "  # noqa: S608  (a constant)
                f"(SELECT id FROM records_item WHERE id = %s AND places_left > 0{lock})",
                item,
            )
            if claimed.rowcount == 1:
                ends = _moment(now + timedelta(seconds=lease))
                _run(LEND, secrets.token_urlsafe(16), project, item, rater, guideline, _moment(now), ends)
                break
        cursor = found[0][1] - 1 if found else cursor
        held = _run(OPEN, rater, project).fetchall()
    _run(
        "UPDATE records_projectmembership SET queue_cursor = %s, evaluation_count = evaluation_count + %s "
        "WHERE id = %s",
        cursor,
        submitted,
        membership,
    )
    return {
        "assignments": [
            {"id": row[0], "item": row[3], "prompt": row[4], "lease_ends": str(row[2]), "images": _images(row[1])}
            for row in held
        ]
    }


def _images(item: int) -> list[dict[str, Any]]:
    names = ("item", "slot", "id", "sha256", "width", "height")
    return [dict(zip(names, row, strict=True)) for row in _run(IMAGES, item).fetchall()]


def _moment(moment: datetime) -> Any:
    return moment if URL else moment.replace(tzinfo=None).isoformat(" ")

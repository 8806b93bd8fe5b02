"""Beats, as a handful of explicit statements: everybody at work sends one every quarter of a minute.

As on the way of an evaluation, building ORM queries would cost several times what the database does
(``make bench ARGS=beats`` measures it).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from rubrica.domain.active_time import Beat, Page, Place


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page of somebody who takes part in a project; before its first beat it has neither row nor anchor."""

    project_id: int
    session_id: int | None
    anchor_ms: int | None


def find_page(slug: str, account_id: int, key: str) -> OpenPage | None:
    """Return a person's page in a project; None where the person takes no part in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, s.id, s.anchor_ms FROM records_projectmembership m "
            "JOIN records_project p ON p.id = m.project_id "
            "LEFT JOIN records_pagesession s ON s.account_id = m.account_id AND s.project_id = p.id AND s.key = %s "
            "WHERE p.slug = %s AND m.account_id = %s AND m.is_active",
            [key, slug, account_id],
        )
        row = cursor.fetchone()
    return OpenPage(*row) if row else None


def open_page(project_id: int, account_id: int, key: str, anchor_ms: int) -> OpenPage:
    """Give a page its row. Where two messages of it come at once, the anchor of the first holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_pagesession (account_id, project_id, key, anchor_ms) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (account_id, project_id, key) DO UPDATE SET key = excluded.key RETURNING id, anchor_ms",
            [account_id, project_id, key, anchor_ms],
        )
        row = cursor.fetchone()
    return OpenPage(project_id, row[0], row[1])


def is_own_task(account_id: int, project_id: int, task: str) -> bool:
    """Tell whether a task is an assignment of the person in the project."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM records_assignment WHERE public_id = %s AND rater_id = %s AND project_id = %s",
            [task, account_id, project_id],
        )
        return cursor.fetchone() is not None


def store_beats(session_id: int, account_id: int, beats: Sequence[Beat]) -> int:
    """Append beats, and return how many were new: one whose number the page has used changes nothing."""
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(beats))
    parameters: list[Any] = []
    for beat in beats:
        parameters += [session_id, account_id, beat.number, beat.at, beat.place.page.value, beat.place.task]
        parameters += [beat.is_visible, beat.inputs, beat.is_answer]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO records_beat (session_id, account_id, number, at_ms, page, task, is_visible, inputs, "  # noqa: S608  (only placeholders are formatted in)
            f"is_answer) VALUES {values} ON CONFLICT (session_id, number) DO NOTHING",
            parameters,
        )
        return int(cursor.rowcount)


def beats_between(account_id: int, start_ms: int, end_ms: int) -> Iterator[Beat]:
    """Yield a person's beats of all pages made in a stretch of time."""
    pages = {page.value: page for page in Page}
    places: dict[tuple[int, str, str], Place] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.session_id, b.number, b.at_ms, s.project_id, b.page, b.task, b.is_visible, b.inputs, b.is_answer "
            "FROM records_beat b JOIN records_pagesession s ON s.id = b.session_id "
            "WHERE b.account_id = %s AND b.at_ms >= %s AND b.at_ms < %s",
            [account_id, start_ms, end_ms],
        )
        rows = cursor.fetchall()
    for session, number, at, project, page, task, visible, inputs, answer in rows:
        where = (project, page, task)
        if where not in places:
            places[where] = Place(project, pages[page], task)
        yield Beat(str(session), number, at, places[where], bool(visible), inputs, bool(answer))

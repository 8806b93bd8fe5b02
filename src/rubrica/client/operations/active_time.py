"""Active time: beats, what they come to, and claims."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room


class ActiveTime(Room):
    """Active time: beats, what they come to, and claims."""

    def send_beats(
        self, project: str, session: str, beats: Sequence[Mapping[str, object]], *, counter: int
    ) -> d.TakenBeats:
        """Tell that one is at work, as a page of one's own making; the same beats again change nothing.

        A beat has ``number``, ``counter`` and ``page``, and what else the reference of the API names.
        """
        body = {"session": session, "counter": counter, "beats": [dict(beat) for beat in beats]}
        taken: d.TakenBeats = self._connection.send("POST", address("projects", project, "beats"), body)
        return taken

    def read_time_today(self, project: str) -> d.OwnTimeToday:
        """Return what became of the caller's time in a project today."""
        today: d.OwnTimeToday = self._connection.get(address("projects", project, "active-time"))
        return today

    def read_own_time(self, *, first: date | None = None, last: date | None = None) -> d.OwnTime:
        """Return all that is stored of the caller's time, by default of the last seven days."""
        days = {"first": first.isoformat() if first else None, "last": last.isoformat() if last else None}
        own: d.OwnTime = self._connection.get(address("me", "active-time"), **days)
        return own

    def list_time_claims(self, project: str) -> list[d.TimeClaimDocument]:
        """Return the claims of a project, newest first: a lead sees all, others their own."""
        claims: list[d.TimeClaimDocument] = self._connection.get(address("projects", project, "time-claims"))["claims"]
        return claims

    def claim_time(
        self, project: str, started_at: datetime, ended_at: datetime, reason: d.ClaimReason, *, note: str = ""
    ) -> d.TimeClaimDocument:
        """Claim time that was not credited and was work all the same."""
        times = {"started_at": started_at.isoformat(), "ended_at": ended_at.isoformat()}
        body = {**times, "reason": reason, "note": note}
        claim: d.TimeClaimDocument = self._connection.send("POST", address("projects", project, "time-claims"), body)
        return claim

    def decide_time_claim(
        self, project: str, number: int, decision: Literal["approve", "refuse", "uphold"], *, reason: str = ""
    ) -> d.TimeClaimDocument:
        """Decide on somebody's claim; a refusal needs a reason."""
        path = address("projects", project, "time-claims", number, "decision")
        body = {"decision": decision, "reason": reason}
        claim: d.TimeClaimDocument = self._connection.send("POST", path, body)
        return claim

    def contest_time_claim(self, project: str, number: int, *, reason: str) -> d.TimeClaimDocument:
        """Have another person look at the refusal of one's own claim."""
        path = address("projects", project, "time-claims", number, "contest")
        claim: d.TimeClaimDocument = self._connection.send("POST", path, {"reason": reason})
        return claim

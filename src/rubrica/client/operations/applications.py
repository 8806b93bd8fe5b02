"""Applications, for those who apply and for those who read them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.documents.applications import ApplicationState
from rubrica.client.operations.room import MOST_A_PAGE, Room

Reason = Literal["experience", "answers", "language", "screening", "availability", "filled"]


class Applications(Room):
    """Applications, for those who apply and for those who read them."""

    # --- applying ---

    def read_application_form(self, opening: str) -> d.ApplicationFormDocument:
        """Return what an opening asks and takes, and why one cannot apply, where that is so."""
        form: d.ApplicationFormDocument = self._connection.get(address("openings", opening, "application-form"))
        return form

    def save_application(self, opening: str, answers: Mapping[str, Any]) -> d.SavedApplication:
        """Keep the answers so far; those that cannot be taken are named."""
        body = {"answers": dict(answers)}
        kept: d.SavedApplication = self._connection.send("PUT", address("openings", opening, "application"), body)
        return kept

    def submit_application(self, opening: str, answers: Mapping[str, Any]) -> d.OwnApplicationDocument:
        """Apply; from here on a decision is owed by a day."""
        body = {"answers": dict(answers)}
        path = address("openings", opening, "application")
        made: d.OwnApplicationDocument = self._connection.send("POST", path, body)
        return made

    def list_own_applications(self, *, page_size: int = MOST_A_PAGE) -> Iterator[d.OwnApplicationDocument]:
        """Yield one's own applications, newest first."""
        return self._pages(address("me", "applications"), "applications", limit=page_size)

    def read_own_application(self, application: str) -> d.OwnApplicationFile:
        """Return one of one's own applications with everything that happened."""
        file: d.OwnApplicationFile = self._connection.get(address("me", "applications", application))
        return file

    def withdraw_application(self, application: str) -> None:
        """Take an application back."""
        self._connection.send("POST", address("me", "applications", application, "withdraw"))

    def accept_offer(self, application: str, terms_sha256: str) -> None:
        """Accept an offer with the terms that one has read; the project is open at once."""
        path = address("me", "applications", application, "accept-offer")
        self._connection.send("POST", path, {"terms_sha256": terms_sha256})

    def decline_offer(self, application: str) -> None:
        """Decline an offer."""
        self._connection.send("POST", address("me", "applications", application, "decline-offer"))

    def appeal_application(self, application: str, *, reason: str) -> None:
        """Say why a refusal is wrong; another person decides."""
        self._connection.send("POST", address("me", "applications", application, "appeal"), {"reason": reason})

    def write_to_project(self, application: str, text: str) -> None:
        """Write to those who lead the project."""
        self._connection.send("POST", address("me", "applications", application, "messages"), {"text": text})

    # --- reading and deciding ---

    def read_questions(self, project: str, opening: int) -> list[d.FormQuestion]:
        """Return what an opening of a project asks those who apply."""
        path = address("projects", project, "openings", opening, "questions")
        questions: list[d.FormQuestion] = self._connection.get(path)["questions"]
        return questions

    def replace_questions(
        self, project: str, opening: int, questions: Sequence[Mapping[str, Any]]
    ) -> list[d.FormQuestion]:
        """Ask other questions from now on."""
        path = address("projects", project, "openings", opening, "questions")
        body = {"questions": [dict(question) for question in questions]}
        kept: list[d.FormQuestion] = self._connection.send("PUT", path, body)["questions"]
        return kept

    def list_applications(
        self, project: str, *, state: ApplicationState | None = None, page_size: int = MOST_A_PAGE
    ) -> Iterator[d.ApplicationDocument]:
        """Yield the applications to a project, those that wait longest first."""
        path = address("projects", project, "applications")
        return self._pages(path, "applications", state=state, limit=page_size)

    def read_application(self, project: str, number: int) -> d.ApplicationFileDocument:
        """Return an application with all that one may see of it."""
        path = address("projects", project, "applications", number)
        file: d.ApplicationFileDocument = self._connection.get(path)
        return file

    def give_reading(
        self, project: str, number: int, verdict: Literal["yes", "borderline", "no"], *, note: str
    ) -> None:
        """Say once what one makes of an application."""
        self._to(project, number, "readings", {"verdict": verdict, "note": note})

    def shortlist_application(self, project: str, number: int) -> None:
        """Keep an application among those that an offer may be made for."""
        self._to(project, number, "shortlist")

    def make_offer(self, project: str, number: int) -> None:
        """Offer the work to somebody who is shortlisted."""
        self._to(project, number, "offer")

    def decline_application(
        self, project: str, number: int, reason_code: Reason, *, reason: str, criterion: str, reapply_from: str
    ) -> None:
        """Decline an application with a reason, the criterion missed, and the day for another try."""
        body = {"reason_code": reason_code, "reason": reason, "criterion": criterion, "reapply_from": reapply_from}
        self._to(project, number, "decline", body)

    def uphold_application_appeal(self, project: str, number: int, *, reason: str) -> None:
        """Have an application read again."""
        self._to(project, number, "uphold", {"reason": reason})

    def dismiss_application_appeal(self, project: str, number: int, *, reason: str) -> None:
        """Let a refusal stand."""
        self._to(project, number, "dismiss", {"reason": reason})

    def write_to_applicant(self, project: str, number: int, text: str) -> None:
        """Write to whoever applied."""
        self._to(project, number, "messages", {"text": text})

    def _to(self, project: str, number: int, step: str, body: Mapping[str, Any] | None = None) -> None:
        self._connection.send("POST", address("projects", project, "applications", number, step), body)

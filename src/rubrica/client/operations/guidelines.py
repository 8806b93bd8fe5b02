"""Guidelines: writing the draft, publishing now or later, what changed, and questions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from rubrica.client import documents as d
from rubrica.client.connection import address
from rubrica.client.operations.room import Room

ChangeClass = Literal["editorial", "clarification", "breaking"]
Reevaluate = Literal["none", "sample", "disputed", "all"]


class Guidelines(Room):
    """Guidelines: writing the draft, publishing now or later, what changed, and questions."""

    def read_guideline_draft(self, project: str) -> d.Draft:
        """Return what the lead is writing."""
        draft: d.Draft = self._connection.get(address("projects", project, "guideline", "draft"))
        return draft

    def save_guideline_draft(self, project: str, markdown: str, rubric: Mapping[str, Any], *, revision: int) -> d.Draft:
        """Save guideline and rubric, unless somebody else has saved since ``revision`` was read (status 412)."""
        saved: d.Draft = self._connection.send(
            "PUT",
            address("projects", project, "guideline", "draft"),
            {"markdown": markdown, "rubric": dict(rubric)},
            headers={"If-Match": f'"{revision}"'},
        )
        return saved

    def list_guideline_versions(self, project: str) -> list[d.VersionSummary]:
        """Return the published versions, newest first."""
        path = address("projects", project, "guideline", "versions")
        versions: list[d.VersionSummary] = self._connection.get(path)["versions"]
        return versions

    def publish_guideline(
        self,
        project: str,
        *,
        summary: str = "",
        change_class: ChangeClass = "clarification",
        reevaluate: Reevaluate = "none",
        sample: int = 0,
    ) -> d.VersionSummary:
        """Publish the draft as the next version, and queue again what it reaches as far as asked."""
        body = {"summary": summary, "change_class": change_class, "reevaluate": reevaluate, "sample": sample}
        version: d.VersionSummary = self._connection.send(
            "POST", address("projects", project, "guideline", "versions"), body
        )
        return version

    def preview_impact(self, project: str) -> d.ImpactDocument:
        """Return what publishing the draft as it is saved would reach among what was judged."""
        impact: d.ImpactDocument = self._connection.get(address("projects", project, "guideline", "impact"))
        return impact

    def read_guideline_version(self, project: str, number: int) -> d.Version:
        """Return a published version with guideline and rubric."""
        version: d.Version = self._connection.get(address("projects", project, "guideline", "versions", number))
        return version

    def compare_guidelines(self, project: str, *, old: int | None = None, new: int | None = None) -> d.GuidelineChanges:
        """Return what differs between two versions; without ``old`` all is new, without ``new`` it is the draft."""
        path = address("projects", project, "guideline", "changes")
        changes: d.GuidelineChanges = self._connection.get(path, old=old, new=new)
        return changes

    def read_guideline_news(self, project: str) -> d.NewsOfGuideline:
        """Return what changed since one last acknowledged the guideline, or joined."""
        news: d.NewsOfGuideline = self._connection.get(address("projects", project, "guideline", "news"))
        return news

    def acknowledge_guideline(self, project: str, version: int) -> None:
        """Say that one has read the version in force; after a breaking change, new work is given again."""
        path = address("projects", project, "guideline", "acknowledgement")
        self._connection.send("POST", path, {"version": version})

    def read_scheduled_publication(self, project: str) -> d.ScheduledPublicationDocument | None:
        """Return the publication that waits for its time, where there is one."""
        path = address("projects", project, "guideline", "schedule")
        scheduled: d.ScheduledPublicationDocument | None = self._connection.get(path)["scheduled"]
        return scheduled

    def schedule_publication(
        self,
        project: str,
        effective_at: datetime,
        *,
        summary: str = "",
        change_class: ChangeClass = "clarification",
        reevaluate: Reevaluate = "none",
        sample: int = 0,
    ) -> d.ScheduledPublicationDocument:
        """Have the draft as it is saved become the next version at a time to come, which names its zone."""
        body = {
            "summary": summary,
            "change_class": change_class,
            "reevaluate": reevaluate,
            "sample": sample,
            "effective_at": effective_at.isoformat(),
        }
        scheduled: d.ScheduledPublicationDocument = self._connection.send(
            "POST", address("projects", project, "guideline", "schedule"), body
        )
        return scheduled

    def cancel_publication(self, project: str) -> None:
        """Take back the publication that waits for its time."""
        self._connection.send("DELETE", address("projects", project, "guideline", "schedule"))

    def list_clause_questions(self, project: str) -> list[d.ClauseQuestionDocument]:
        """Return the open questions about clauses, by clause."""
        path = address("projects", project, "guideline", "questions")
        questions: list[d.ClauseQuestionDocument] = self._connection.get(path)["questions"]
        return questions

    def ask_about_clause(self, project: str, clause: str, text: str) -> str:
        """Ask about a clause of the guideline in force, and return the question's id."""
        body = {"clause": clause, "text": text}
        asked = self._connection.send("POST", address("projects", project, "guideline", "questions"), body)
        question: str = asked["id"]
        return question

    def answer_clause_question(self, project: str, question_id: str, text: str) -> None:
        """Say something in answer to an open question."""
        path = address("projects", project, "guideline", "questions", question_id, "answers")
        self._connection.send("POST", path, {"text": text})

    def settle_clause_question(self, project: str, question_id: str) -> None:
        """Put a question away: whoever asked it may, and reviewers and leads."""
        self._connection.send("POST", address("projects", project, "guideline", "questions", question_id, "settle"))
